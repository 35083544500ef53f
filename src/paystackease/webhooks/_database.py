"""Where an inbox is kept: a file of SQLite, or PostgreSQL. What differs between the two is here.

Besides its tables, of which DBOS takes care, an inbox needs three things of its database. A number that grows with each
event that arrives, for DBOS knows times to the second or millisecond only. The digests of the keys that were written,
which are kept for longer than the events. And to know which processes live, so that what one had in hand when it died
is taken up by another: a lock that a process holds for life, and that the operating system or the server lets go when
it ends, however it ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError

from paystackease.errors import InboxError, InvalidArgumentError

log = logging.getLogger("paystackease")

SCHEMA = "paystackease_inbox"
"""PostgreSQL's schema of the inbox's tables."""

DEDUPLICATION = "paystackease_deduplication"
"""The table with the digests of keys."""

MISSING_SECONDS = 5.0
"""How long the sign of a process must be missing, which the process puts back while it lives."""

MOST_ARRIVALS = 2**31 - 1
"""Arrivals are numbered as DBOS numbers priorities, and then from 1 again."""


MAX_OBSERVED_STEP = 2.0
"""Between two looks at a process, at most so many seconds count: who could not look has not seen that it was gone."""


class Alive(Protocol):
    """A lease: the sign that a process lives."""

    def keep(self) -> bool:
        """See that it is still held, and take it again if the database has lost it.

        Any error means that it cannot be taken now, because the database is away: call this again later.

        :return: False if it had been lost and is taken again. Others may have taken the process for dead meanwhile.
        """
        ...

    def release(self) -> None:
        """Take it down."""


class Database(Protocol):
    """A database in which an inbox can be."""

    url: str
    schema: str | None
    """The schema of DBOS's tables."""

    def create(self) -> None:
        """Make it, if it is for us to make."""

    def engine(self, connections: int) -> sa.Engine:
        """A pool of connections.

        :param connections: How many are kept.
        """
        ...

    def prepare(self, engine: sa.Engine) -> None:
        """Make what the inbox needs besides DBOS's tables."""

    def table(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        ...

    def check(self) -> None:
        """Raise an error if the database is not the one that was opened.

        :raises paystackease.errors.InboxError: If it is not.
        """

    def confirm(self, connection: sa.Connection) -> None:
        """Raise an error if what was committed on a connection cannot be found by others.

        :raises paystackease.errors.InboxError: If it cannot.
        """

    def arrival(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        ...

    def alive(self, name: str) -> Alive:
        """Put up the sign that the process of this name lives."""
        ...

    def dead(self, name: str) -> AbstractContextManager[bool]:
        """Whether the process of this name has died. While the ``with`` lasts, no other process is told so."""
        ...

    def close(self) -> None:
        """Close what was opened to ask for the dead. It is opened again when it is needed."""


_SQLALCHEMY_DECODES = sa.make_url("sqlite:///%20").database == " "
"""Whether SQLAlchemy decodes the path of a URL. It does from 2.1 on."""


def database(url: str, grace: float) -> Database:
    """The database at a URL, which is not opened yet.

    :param url: ``sqlite:///file.db`` or ``postgresql://...``.
    :param grace: How many seconds a process may have no connection to PostgreSQL before it is taken for dead.
    :raises paystackease.errors.InvalidArgumentError: Where it is neither.
    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise InvalidArgumentError("the inbox's URL must be sqlite:///FILE or postgresql://...") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        decoded = parsed.database if _SQLALCHEMY_DECODES else unquote(parsed.database)
        return Sqlite(Path(decoded).absolute())
    if parsed.get_backend_name() == "postgresql":
        return Postgres(parsed.set(drivername="postgresql+psycopg"), grace)
    raise InvalidArgumentError(
        "the inbox's URL must be sqlite:///FILE or postgresql://...; what is kept in memory is lost with the process"
    )


def end(engine: sa.Engine) -> None:
    """Close the connections of a pool, those too that a thread of DBOS's gives back only later."""

    def close(_: Any, record: Any) -> None:
        record.invalidate()

    event.listen(engine, "checkin", close)
    engine.dispose()


class Sqlite:
    """A file, for the processes of one machine."""

    schema: str | None = None

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: _FileId | None = None
        self._missing: dict[str, float] = {}
        self.url = sa.URL.create("sqlite", database=str(path)).render_as_string()

    def engine(self, connections: int) -> sa.Engine:
        """A pool of connections."""
        # Never fewer than are asked for: whoever waits for a connection may be who holds the lock that those wait for
        # who have the connections.
        engine = sa.create_engine(self.url, pool_size=connections, max_overflow=-1, creator=self._connect)
        event.listen(engine, "connect", _prepare_connection)
        return engine

    def _connect(self) -> sqlite3.Connection:
        # Never a new file, which SQLite would make if the file was deleted, and anyone could read.
        connection = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True, check_same_thread=False)
        try:
            self.check()
        except InboxError:
            connection.close()
            raise
        return connection

    def prepare(self, engine: sa.Engine) -> None:
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

    def create(self) -> None:
        """Make the file, if there is none, so that only its owner can read what it will hold."""
        check_sqlite()
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        self._file = _file_id(self._path)

    def table(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        return name

    def check(self) -> None:
        """Raise an error if the file is not the one that was opened: the open connections still write to that."""
        if self._file is not None and _file_id(self._path) != self._file:
            raise InboxError(
                f"{self._path.name} was deleted, moved or replaced while it was open: stop all processes that use this "
                "inbox, put the file back or have a new one made, and start them again"
            )

    def confirm(self, connection: sa.Connection) -> None:
        """Raise an error if what was committed on a connection is in a file that no longer has its name."""
        self.check()
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

    def arrival(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        advance = f"update paystackease_arrival set number = number % {MOST_ARRIVALS} + 1 returning number"
        return int(connection.exec_driver_sql(advance).scalar_one())

    def alive(self, name: str) -> Alive:
        """Put up the sign that the process of this name lives."""
        return _LockedFile(self._sign(name))

    @contextmanager
    def dead(self, name: str) -> Generator[bool]:
        """Whether the process of this name has died."""
        if not self._sign(name).exists():
            # Somebody may have deleted it: a process that lives puts it back within LEASE_SECONDS.
            now = time.monotonic()
            if now - self._missing.setdefault(name, now) < MISSING_SECONDS:
                yield False
                return
        try:
            lock = _LockedFile(self._sign(name))
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

    def _sign(self, name: str) -> Path:
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


def _keep_on_disk(connection: Any, _: object) -> None:
    """Have PostgreSQL answer a commit when it is on disk, even if it is set to answer before."""
    connection.execute(
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


def check_sqlite() -> str:
    """Return the version of SQLite that Python has here, if an inbox can be kept in it.

    :raises paystackease.errors.InboxError: If it cannot.
    """
    connection = sqlite3.connect(":memory:")
    try:
        prepare_functions(connection, None)
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


def prepare_functions(connection: Any, _: object) -> None:
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


def _prepare_connection(connection: Any, _: object) -> None:
    prepare_functions(connection, _)
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


class _LockedFile:
    """An empty file that SQLite keeps locked: it knows how on every system, and the lock ends with the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = self._locked()
        self._file = _file_id(path)

    def _locked(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("begin exclusive")
        except sqlite3.OperationalError:
            connection.close()
            raise
        return connection

    def keep(self) -> bool:
        """See that the file is still there, and put it back if it was deleted. Such a lock is not lost otherwise."""
        if _file_id(self._path) != self._file:
            deleted, self._connection = self._connection, self._locked()
            self._file = _file_id(self._path)
            deleted.close()
        return True

    def release(self) -> None:
        """Take it down."""
        self._connection.close()
        with contextlib.suppress(OSError):  # somebody is just looking at it, on systems that mind
            self._path.unlink()


class Postgres:
    """PostgreSQL, for many machines. Not through a pooler in transaction mode, which gives locks to whoever comes."""

    schema: str | None = SCHEMA

    def __init__(self, url: sa.URL, grace: float) -> None:
        self._url = url
        self._grace = grace
        self._asking: sa.Engine | None = None
        # For how many seconds each process was seen to be missing, and when it was last looked for.
        self._missing: dict[str, tuple[float, float]] = {}
        self.url = url.render_as_string(hide_password=False)

    def create(self) -> None:
        """A database of PostgreSQL is made by whoever keeps the server."""

    def engine(self, connections: int) -> sa.Engine:
        """A pool of connections."""
        # A server that is gone closes no connection. It is to be noticed within half a minute.
        told = {
            "application_name": "paystackease-inbox",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        }
        engine = sa.create_engine(
            self._url, pool_size=connections, max_overflow=0, pool_pre_ping=True, connect_args=told
        )
        event.listen(engine, "connect", _keep_on_disk)
        return engine

    def prepare(self, engine: sa.Engine) -> None:
        """Make what the inbox needs besides DBOS's tables."""
        with engine.begin() as connection:
            # Processes that start at the same moment must not all make it.
            connection.execute(sa.text("select pg_advisory_xact_lock(:number)"), {"number": _number(DEDUPLICATION)})
            connection.exec_driver_sql(f"create sequence if not exists {SCHEMA}.arrival as integer cycle")
            table = self.table(DEDUPLICATION)
            connection.exec_driver_sql(
                f"create table if not exists {table} (digest bytea primary key, seen_at bigint not null)"
            )
            connection.exec_driver_sql(f"create index if not exists {DEDUPLICATION}_seen_at on {table} (seen_at)")

    def table(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        return f"{SCHEMA}.{name}"

    def check(self) -> None:
        """A connection leads to the server that it was made to."""

    def confirm(self, connection: sa.Connection) -> None:
        """What a server has committed, others find."""

    def arrival(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        return int(connection.exec_driver_sql(f"select nextval('{SCHEMA}.arrival')").scalar_one())

    def alive(self, name: str) -> Alive:
        """Put up the sign that the process of this name lives."""
        return _AdvisoryLock(self.engine(1), _number(name))

    @contextmanager
    def dead(self, name: str) -> Generator[bool]:
        """Whether the process of this name has died, or has had no connection for longer than the grace."""
        if self._asking is None:
            self._asking = self.engine(1)
        number = _number(name)
        with self._asking.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if not connection.execute(_TRY, {"number": number}).scalar_one():
                self._missing.pop(name, None)
                yield False
                return
            try:
                now = time.monotonic()
                missing, looked = self._missing.get(name, (0.0, now))
                missing += min(now - looked, MAX_OBSERVED_STEP)
                self._missing[name] = (missing, now)
                yield missing >= self._grace
            finally:
                connection.execute(_UNLOCK, {"number": number})

    def close(self) -> None:
        """Close what was opened to ask for the dead."""
        asking, self._asking = self._asking, None
        if asking is not None:
            end(asking)


_TRY = sa.text("select pg_try_advisory_lock(:number)")
_HELD = sa.text(
    "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted)"
)
_UNLOCK = sa.text("select pg_advisory_unlock(:number)")


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


class _AdvisoryLock:
    """A lock of a session: it ends with the connection, and that with the process."""

    def __init__(self, engine: sa.Engine, number: int) -> None:
        self._engine, self._number = engine, number
        self._connection: sa.Connection | None = self._locked()

    def _locked(self) -> sa.Connection:
        connection = self._engine.connect()
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            # A machine that is gone closes no connection. The server is to notice within half a minute.
            for setting in "tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3":
                connection.exec_driver_sql(f"set {setting}")
            if not connection.execute(_TRY, {"number": self._number}).scalar_one():
                raise InboxError("the lock is still held by a session that the server has not ended yet")
        except BaseException:
            _discard(connection)
            raise
        return connection

    def keep(self) -> bool:
        """See that it is still held, and take it again if the connection was lost."""
        connection = self._connection
        if connection is not None:
            try:
                if connection.execute(_HELD).scalar_one():
                    return True
            except Exception as error:
                log.debug("the connection of the inbox's lease was lost: %s", type(error).__name__)
            self._connection = None
            _discard(connection)
        self._connection = self._locked()
        return False

    def release(self) -> None:
        """Take it down."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _discard(connection)
        end(self._engine)


def _discard(connection: sa.Connection) -> None:
    """Close a connection that may be broken, so that the pool does not give it to anybody again."""
    with contextlib.suppress(Exception):
        connection.invalidate()
    with contextlib.suppress(Exception):
        connection.close()
