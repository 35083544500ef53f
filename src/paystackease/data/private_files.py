"""Create files with personal data so that only their owner can read them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MODE = 0o600
"""Windows has no such modes: there the permissions of the folder decide."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none
_BINARY = getattr(os, "O_BINARY", 0)  # only Windows has it


def create_private_file(path: Path) -> None:
    """Create an empty file that only its owner can read, if there is none yet. An existing file keeps its mode.

    SQLite gives the files beside a database, such as ``-wal``, the mode of the database.
    """
    with contextlib.suppress(FileExistsError):
        # A symbolic link is followed: the file is created at its target.
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_RDWR | _NO_LINK | _BINARY, MODE))


def replace_with_private_file(path: Path) -> None:
    """Create an empty file that only its owner can read, in place of one that an earlier run left behind."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | _NO_LINK | _BINARY, MODE))
