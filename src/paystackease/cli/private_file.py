"""A file that only its owner may read, which several processes change, and which is never half written.

What is written goes to a new file beside it, whose name nobody can predict and which is only ever opened if it was not
there, and takes its place at one stroke. Who changes it holds a lock from before it is read until it is written, so no
change is lost.
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

OTHERS = 0o077
"""The permissions of everybody but the owner."""


class UnsafeFileError(OSError):
    """The file is not one that only its owner can have put there; the text says what it is and what to do."""


def read(path: Path) -> bytes | None:
    """Return what is in the file, or None if it is not there. If others may read it, from now on they may not.

    :raises UnsafeFileError: If it is a symbolic link, or not a file.
    :raises OSError: If it cannot be read.
    """
    # A pipe would be waited for, and a link may lead to what is somebody else's.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        _check(path)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _restrict(file.fileno())
            return file.read()
    except FileNotFoundError:
        return None


def write(path: Path, content: bytes) -> None:
    """Write the file as a whole, or not at all.

    :raises UnsafeFileError: If there is a symbolic link in its place, or something else that is not a file.
    :raises OSError: If it cannot be written.
    """
    with contextlib.suppress(FileNotFoundError):
        _check(path)
    # Made with O_EXCL, O_NOFOLLOW and the mode 0600, by a name that is drawn.
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(beside).unlink()
        raise
    _sync(path.parent)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Keep other processes from changing the file. Its folder is made, and only its owner may look into it.

    :raises OSError: If the folder cannot be made or opened.
    """
    _make_folder(path.parent)
    with contextlib.closing(_Lock(path)):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*"):  # by a process that was killed
            left.unlink(missing_ok=True)
        yield


class _Lock:
    def __init__(self, path: Path) -> None:
        if sys.platform == "win32":
            import msvcrt

            self._descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
            while True:
                # It gives up after ten seconds, in which nobody else holds it for long.
                with contextlib.suppress(OSError):
                    msvcrt.locking(self._descriptor, msvcrt.LK_LOCK, 1)
                    return
        else:
            import fcntl

            # The folder itself is locked: what is in it is replaced, and a file for the lock would be one more.
            self._descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            except BaseException:
                os.close(self._descriptor)
                raise

    def close(self) -> None:
        os.close(self._descriptor)


def _make_folder(folder: Path) -> None:
    # Those above are its owner's alone too, if they are not there yet: https://specifications.freedesktop.org/basedir/
    for missing in reversed([parent for parent in (folder, *folder.parents) if not parent.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _restrict(descriptor)
        finally:
            os.close(descriptor)


def _check(path: Path) -> None:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise UnsafeFileError(
            f"{path} is a symbolic link, and secret keys are kept in a file of its own only: put the file itself "
            "there, or remove the link"
        )
    if not stat.S_ISREG(mode):
        raise UnsafeFileError(f"{path} is not a file: remove it, or put it elsewhere")


def _restrict(descriptor: int) -> None:
    if sys.platform == "win32":
        return  # permissions of another kind
    found = os.fstat(descriptor)
    if found.st_mode & OTHERS and found.st_uid == os.geteuid():
        with contextlib.suppress(OSError):  # of a file system that is only read, what is there can be used
            os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & ~OTHERS)


def _sync(folder: Path) -> None:
    # So that the name is kept too if power is lost. Windows opens no folders.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
