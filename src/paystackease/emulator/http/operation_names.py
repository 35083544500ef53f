"""Names of operations: method and path template."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"{[^}]*}")


def normalize_operation(operation: str) -> str:
    """Return an operation's method and path with unnamed parameters: ``GET /transfer/{}``."""
    return _PARAMETER.sub("{}", operation).rstrip("/")
