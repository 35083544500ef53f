"""An inbox in a SQLite file, for processes on one machine."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from paystackease.errors import InboxError
from paystackease.webhooks.inbox.database import DEDUPLICATION, MAX_SEQUENCE, Lease

MISSING_SECONDS = 5.0
"""How long the lease file of a process must be missing before it counts as dead. A live process restores its file."""


class Sqlite:
    """A SQLite file, for processes on one machine."""

    schema: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: _FileId | None = None
        self._missing: dict[str, float] = {}
        self.url = sa.URL.create("sqlite", database=str(path)).render_as_string()

    def create_engine(self, connections: int) -> sa.Engine:
        """Create a connection pool."""
        # The pool has no upper limit: a thread that waits for a connection may hold the lock for which the threads
        # with connections wait.
        engine = sa.create_engine(self.url, pool_size=connections, max_overflow=-1, creator=self._connect)
        event.listen(engine, "connect", _configure_connection)
        return engine

    def _connect(self) -> sqlite3.Connection:
        # Mode rw creates no file. If the file was deleted, SQLite would create one that every user can read.
        connection = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, check_same_thread=False)
        try:
            self.check_identity()
        except InboxError:
            connection.close()
            raise
        return connection

    def create_tables(self, engine: sa.Engine) -> None:
        """Create the tables that the inbox needs besides DBOS's."""
        with engine.begin() as connection:
            connection.exec_driver_sql("begin immediate")
            connection.exec_driver_sql("create table if not exists paystackease_arrival (number integer not null)")
            connection.exec_driver_sql(
                "insert into paystackease_arrival select 0 where not exists (select 1 from paystackease_arrival)"
            )
            connection.exec_driver_sql(
                f"create table if not exists {DEDUPLICATION} (digest blob not null primary key, "
                "seen_at integer not null) without rowid"
            )
            connection.exec_driver_sql(
                f"create index if not exists {DEDUPLICATION}_seen_at on {DEDUPLICATION} (seen_at)"
            )

    def create_file(self) -> None:
        """Create the file if there is none, so that only its owner can read it."""
        check_sqlite_version()
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._file = _file_id(self._path)

    def table_name(self, name: str) -> str:
        """Return the name of a table of the inbox in SQL."""
        return name

    def check_identity(self) -> None:
        """Raise an error if the file is not the one that was opened, to which open connections still write."""
        if self._file is not None and _file_id(self._path) != self._file:
            raise InboxError(
                f"{self._path.name} was deleted, moved or replaced while it was open: stop all processes that use this "
                "inbox, restore the file or let a new one be created, and start them again"
            )

    def confirm_commit(self, connection: sa.Connection) -> None:
        """Raise an error if the files to which a connection commits were deleted, replaced or emptied."""
        self.check_identity()
        if not self._path.stat().st_size:  # SQLite writes the first page before any other
            raise InboxError(
                f"{self._path.name} was emptied while it was open: stop all processes that use this inbox, "
                "restore the file or delete it, and start them again"
            )
        # SQLite does not delete these two files while a connection is open. The first commit has created them.
        path = os.path.realpath(self._path)
        found = _file_id(f"{path}-wal"), _file_id(f"{path}-shm")
        if connection.info.setdefault(_COMPANIONS, found) != found:
            # If possible, copy the content of a deleted -wal file into the database.
            with contextlib.suppress(DBAPIError):
                connection.exec_driver_sql("pragma wal_checkpoint(full)")
            raise InboxError(
                f"{self._path.name}-wal or -shm was deleted or replaced while the inbox was open: stop all processes "
                "that use this inbox, and start them again. Delete neither file while one of them runs"
            )

    def next_sequence(self, connection: sa.Connection) -> int:
        """Return the sequence number of the next event."""
        advance = f"update paystackease_arrival set number = number % {MAX_SEQUENCE} + 1 returning number"
        return int(connection.exec_driver_sql(advance).scalar_one())

    def acquire_lease(self, name: str) -> Lease:
        """Acquire the lease of the process with this name."""
        return _FileLease(self._lease_path(name))

    @contextmanager
    def try_claim(self, name: str) -> Generator[bool]:
        """Return whether the process with this name has died."""
        if not self._lease_path(name).exists():
            # The file may have been deleted by mistake. A live process restores it within LEASE_SECONDS.
            now = time.monotonic()
            if now - self._missing.setdefault(name, now) < MISSING_SECONDS:
                yield False
                return
        try:
            lock = _FileLease(self._lease_path(name))
        except sqlite3.OperationalError:
            yield False
            return
        try:
            yield True
        finally:
            self._missing.pop(name, None)
            lock.release()

    def close(self) -> None:
        """Forget which file was opened. No connection is kept open."""
        self._file = None

    def _lease_path(self, name: str) -> Path:
        # The same path for every symbolic link to the file.
        path = Path(os.path.realpath(self._path))
        return path.with_name(f"{path.name}-alive-{name}")


_FileId: TypeAlias = tuple[int, int]
_COMPANIONS = "paystackease companions"


def _file_id(path: str | Path) -> _FileId | None:
    """Return the device and inode of a file, or None if there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116 # called for each write
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def check_sqlite_version() -> str:
    """Return the version of SQLite in this Python, if it supports an inbox.

    :raises paystackease.errors.InboxError: If it does not.
    """
    connection = sqlite3.connect(":memory:")
    try:
        register_functions(connection, None)
        connection.execute("create table arrival (at real not null default (unixepoch('subsec')))")
        connection.execute("insert into arrival default values returning at").fetchone()
    except sqlite3.Error as error:
        raise InboxError(
            f"this Python has SQLite {sqlite3.sqlite_version}, which is too old for an inbox: 3.35 is needed. "
            "Store the inbox in PostgreSQL, or use a Python that has a newer SQLite"
        ) from error
    finally:
        connection.close()
    return sqlite3.sqlite_version


def register_functions(connection: Any, _: object) -> None:
    """Register the SQL functions that DBOS calls on a SQLite connection.

    With Python 3.12 or later DBOS calls ``unixepoch('subsec')``, which SQLite has since 3.42. Python may have an older
    SQLite, as on Debian 12.
    """
    if sqlite3.sqlite_version_info < (3, 42):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float:
    if modifier != "subsec":
        raise ValueError("only unixepoch('subsec') is supported")
    return time.time_ns() // 1_000_000 / 1000


def _configure_connection(connection: Any, _: object) -> None:
    register_functions(connection, _)
    # A writer takes the lock when its transaction begins, so no transaction is rejected halfway.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "busy_timeout = 30000",
        "journal_mode = wal",  # readers do not wait for a writer
        "synchronous = full",  # an event that was acknowledged with 200 survives a power failure
        "secure_delete = on",  # deleted events are overwritten: they contain personal data
        "foreign_keys = on",
    ):
        connection.execute(f"pragma {pragma}")


class _FileLease:
    """An empty file that SQLite locks, because SQLite can do so on every system. The lock ends with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = self._acquire()
        self._file = _file_id(path)

    def _acquire(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("begin exclusive")
        except sqlite3.OperationalError:
            connection.close()
            raise
        return connection

    def renew(self) -> bool:
        """Check that the file still exists, and restore it if it was deleted. Nothing else releases such a lock."""
        if _file_id(self._path) != self._file:
            deleted, self._connection = self._connection, self._acquire()
            self._file = _file_id(self._path)
            deleted.close()
        return True

    def release(self) -> None:
        """Release the lease, and delete its file."""
        self._connection.close()
        with contextlib.suppress(OSError):  # Windows does not delete a file that another process has open
            self._path.unlink()
