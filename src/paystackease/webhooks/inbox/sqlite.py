"""An inbox in a SQLite file, for the processes of one machine."""

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
"""How long the sign of a process must be missing, which the process puts back while it lives."""


class Sqlite:
    """A file, for the processes of one machine."""

    schema: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: _FileId | None = None
        self._missing: dict[str, float] = {}
        self.url = sa.URL.create("sqlite", database=str(path)).render_as_string()

    def create_engine(self, connections: int) -> sa.Engine:
        """A pool of connections."""
        # Never fewer than are asked for: whoever waits for a connection may be who holds the lock that those wait for
        # who have the connections.
        engine = sa.create_engine(self.url, pool_size=connections, max_overflow=-1, creator=self._connect)
        event.listen(engine, "connect", _configure_connection)
        return engine

    def _connect(self) -> sqlite3.Connection:
        # Never a new file, which SQLite would make if the file was deleted, and anyone could read.
        connection = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, check_same_thread=False)
        try:
            self.check_identity()
        except InboxError:
            connection.close()
            raise
        return connection

    def create_tables(self, engine: sa.Engine) -> None:
        """Make what the inbox needs besides DBOS's tables."""
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
        """Make the file, if there is none, so that only its owner can read what it will hold."""
        check_sqlite_version()
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._file = _file_id(self._path)

    def table_name(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        return name

    def check_identity(self) -> None:
        """Raise an error if the file is not the one that was opened: the open connections still write to that."""
        if self._file is not None and _file_id(self._path) != self._file:
            raise InboxError(
                f"{self._path.name} was deleted, moved or replaced while it was open: stop all processes that use this "
                "inbox, put the file back or have a new one made, and start them again"
            )

    def confirm_commit(self, connection: sa.Connection) -> None:
        """Raise an error if what was committed on a connection is in a file that no longer has its name."""
        self.check_identity()
        if not self._path.stat().st_size:  # SQLite writes its first page before it writes elsewhere
            raise InboxError(
                f"{self._path.name} was emptied while it was open: stop all processes that use this inbox, put the "
                "file back or delete it, and start them again"
            )
        # While a connection is open, SQLite keeps both files. The first commit has opened them.
        path = os.path.realpath(self._path)
        found = _file_id(f"{path}-wal"), _file_id(f"{path}-shm")
        if connection.info.setdefault(_COMPANIONS, found) != found:
            with contextlib.suppress(DBAPIError):  # saves what is in the deleted file, if that can be
                connection.exec_driver_sql("pragma wal_checkpoint(full)")
            raise InboxError(
                f"{self._path.name}-wal or -shm was deleted or replaced while the inbox was open: stop all processes "
                "that use this inbox, and start them again. Delete neither file while one of them runs"
            )

    def next_sequence(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        advance = f"update paystackease_arrival set number = number % {MAX_SEQUENCE} + 1 returning number"
        return int(connection.exec_driver_sql(advance).scalar_one())

    def acquire_lease(self, name: str) -> Lease:
        """Put up the sign that the process of this name lives."""
        return _FileLease(self._lease_path(name))

    @contextmanager
    def try_claim(self, name: str) -> Generator[bool]:
        """Whether the process of this name has died."""
        if not self._lease_path(name).exists():
            # Somebody may have deleted it: a process that lives puts it back within LEASE_SECONDS.
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
        """Nothing is kept open. The next file may be another."""
        self._file = None

    def _lease_path(self, name: str) -> Path:
        # One for all names of the file: links may lead to it.
        path = Path(os.path.realpath(self._path))
        return path.with_name(f"{path.name}-alive-{name}")


_FileId: TypeAlias = tuple[int, int]
_COMPANIONS = "paystackease companions"


def _file_id(path: str | Path) -> _FileId | None:
    """Return what tells a file from others, whatever its name; None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 # called for each write
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def check_sqlite_version() -> str:
    """Return the version of SQLite that Python has here, if an inbox can be kept in it.

    :raises paystackease.errors.InboxError: If it cannot.
    """
    connection = sqlite3.connect(":memory:")
    try:
        register_functions(connection, None)
        connection.execute("create table arrival (at real not null default (unixepoch('subsec')))")
        connection.execute("insert into arrival default values returning at").fetchone()
    except sqlite3.Error as error:
        raise InboxError(
            f"SQLite {sqlite3.sqlite_version}, which this Python has, is too old for an inbox: 3.35 is needed. "
            "Keep the inbox in PostgreSQL, or use a Python that has a newer SQLite"
        ) from error
    finally:
        connection.close()
    return sqlite3.sqlite_version


def register_functions(connection: Any, _: object) -> None:
    """Give a connection of SQLite the functions that DBOS calls.

    With Python 3.12 or later DBOS takes the time from ``unixepoch('subsec')``, which SQLite has since 3.42. Python may
    come with an older one, as on Debian 12.
    """
    if sqlite3.sqlite_version_info < (3, 42):
        connection.create_function("unixepoch", 1, _unixepoch)


def _unixepoch(modifier: str) -> float:
    if modifier != "subsec":
        raise ValueError("only unixepoch('subsec') is known here")
    return time.time_ns() // 1_000_000 / 1000


def _configure_connection(connection: Any, _: object) -> None:
    register_functions(connection, _)
    # Writers take their turn from the beginning of a transaction, so that none has to be told halfway to start again.
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "busy_timeout = 30000",
        "journal_mode = wal",  # who reads does not wait for who writes
        "synchronous = full",  # what was answered with 200 outlives a power cut
        "secure_delete = on",  # what is deleted is overwritten: it is personal
        "foreign_keys = on",
    ):
        connection.execute(f"pragma {pragma}")


class _FileLease:
    """An empty file that SQLite keeps locked: it knows how on every system, and the lock ends with the process."""

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
        """See that the file is still there, and put it back if it was deleted. Such a lock is not lost otherwise."""
        if _file_id(self._path) != self._file:
            deleted, self._connection = self._connection, self._acquire()
            self._file = _file_id(self._path)
            deleted.close()
        return True

    def release(self) -> None:
        """Take it down."""
        self._connection.close()
        with contextlib.suppress(OSError):  # somebody is just looking at it, on systems that mind
            self._path.unlink()
