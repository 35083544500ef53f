"""Type tests. Nothing here runs: mypy and pyright check the types that users see, and the calls to reject."""
