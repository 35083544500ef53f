"""A file that only its owner can read, that several processes may change, and that is replaced atomically.

A write goes to a new file beside it, with an unpredictable name and opened with ``O_EXCL``, which then replaces the
file. A process that changes the file holds a lock from before reading until after writing, so no change is lost.
"""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

GROUP_AND_OTHERS = 0o077
"""The permission bits of everyone except the owner."""


class UnsafeFileError(OSError):
    """The path may be under the control of someone else; the message says why and what to do."""


def read(path: Path) -> bytes | None:
    """Return the content of the file, or None if it does not exist. Permissions of others are removed.

    :raises UnsafeFileError: If it is a symbolic link, or not a file.
    :raises OSError: If it cannot be read.
    """
    # Opening a pipe would block, and a link may lead to a file of someone else.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _require_regular_file(path)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _remove_permissions_of_others(file.fileno())
            return file.read()
    except FileNotFoundError:
        return None


def write(path: Path, content: bytes) -> None:
    """Replace the file atomically.

    :raises UnsafeFileError: If there is a symbolic link in its place, or something else that is not a file.
    :raises OSError: If it cannot be written.
    """
    with contextlib.suppress(FileNotFoundError):
        _require_regular_file(path)
    # mkstemp uses O_EXCL, O_NOFOLLOW, the mode 0600 and a random name.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    _sync_folder(path.parent)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Lock the file against changes by other processes. Its folder is created, readable only by its owner.

    :raises OSError: If the folder cannot be created or opened.
    """
    _create_folder(path.parent)
    with contextlib.closing(_Lock(path)):
        for leftover in path.parent.glob(f".{glob.escape(path.name)}.*"):  # of a process that was killed
            leftover.unlink(missing_ok=True)
        yield


class _Lock:
    def __init__(self, path: Path) -> None:
        if sys.platform == "win32":
            import msvcrt

            self._descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
            while True:
                # LK_LOCK gives up after ten seconds; no process holds the lock that long, so try again.
                with contextlib.suppress(OSError):
                    msvcrt.locking(self._descriptor, msvcrt.LK_LOCK, 1)
                    return
        else:
            import fcntl

            # The folder is locked, because the file is replaced, and a lock file would be one more file.
            self._descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            except BaseException:
                os.close(self._descriptor)
                raise

    def close(self) -> None:
        os.close(self._descriptor)


def _create_folder(folder: Path) -> None:
    # Missing parents are created with the same mode: https://specifications.freedesktop.org/basedir/
    for missing in reversed([parent for parent in (folder, *folder.parents) if not parent.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _remove_permissions_of_others(descriptor)
        finally:
            os.close(descriptor)


def _require_regular_file(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise UnsafeFileError(
            f"{path} is a symbolic link, and secret keys are stored only in a regular file: put the file itself "
            "there, or remove the link"
        )
    if not stat.S_ISREG(mode):
        raise UnsafeFileError(f"{path} is not a file: remove it, or move it elsewhere")


def _remove_permissions_of_others(descriptor: int) -> None:
    if sys.platform == "win32":
        return  # Windows has access control lists instead of modes
    status = os.fstat(descriptor)
    if status.st_mode & GROUP_AND_OTHERS and status.st_uid == os.geteuid():
        with contextlib.suppress(OSError):  # a read-only file system: the file is usable as it is
            os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & ~GROUP_AND_OTHERS)


def _sync_folder(folder: Path) -> None:
    # Makes the rename survive a power failure. Windows cannot open folders.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
