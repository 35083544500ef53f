"""Files that hold personal data: a new one can be read by its owner alone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MODE = 0o600
"""Windows knows no such modes: there the folder's permissions decide."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_BINARY = getattr(os, "O_BINARY", 0)  # only Windows has it


def create_private(path: Path) -> None:
    """Make an empty file that nobody else can read, if there is none yet. One that is there keeps its owner's mode.

    SQLite gives the files beside its own, such as ``-wal``, the mode of the database.
    """
    with contextlib.suppress(FileExistsError):
        # Where a link leads, if it is one.
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR | _NO_LINK | _BINARY, MODE))


def replace_private(path: Path) -> None:
    """Make an empty file that nobody else can read, in place of what is left of an earlier one."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | _NO_LINK | _BINARY, MODE))
