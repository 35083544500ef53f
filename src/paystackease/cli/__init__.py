"""``paystackease``, the command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that was typed, and end with its exit code."""
    try:
        from paystackease.cli.app import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "paystackease":
            raise
        sys.exit(f"The command line needs {error.name}. Install it with: pip install 'paystackease[all]'")
    sys.exit(run(sys.argv[1:]))
