"""An inbox in PostgreSQL, for processes on many machines."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from paystackease.errors import InboxError
from paystackease.webhooks.inbox.database import DEDUPLICATION, SCHEMA, Lease, close_engine

log = logging.getLogger("paystackease")

MAX_OBSERVED_STEP = 2.0
"""The most seconds between two checks that count as missing: while no check was possible, nothing was observed."""


def _require_synchronous_commit(connection: Any, _: object) -> None:
    """Make PostgreSQL confirm a commit only when it is on disk, even if the server is configured otherwise."""
    connection.execute(
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


class Postgres:
    """PostgreSQL, for processes on many machines.

    A connection pooler in transaction mode does not work, because leases are locks of a session.
    """

    schema: str | None = SCHEMA

    def __init__(self, url: sa.URL, grace: float) -> None:
        self._url = url
        self._grace = grace
        self._observer_engine: sa.Engine | None = None
        # For each process, how many seconds it was observed to be missing, and the time of the last check.
        self._missing: dict[str, tuple[float, float]] = {}
        self.url = url.render_as_string(hide_password=False)

    def create_file(self) -> None:
        """Do nothing: the administrator of the server creates the database."""

    def create_engine(self, connections: int) -> sa.Engine:
        """Create a connection pool."""
        # A server that has crashed closes no connection. These options detect that within half a minute.
        options = {
            "application_name": "paystackease-inbox",
            "connect_timeout": 5,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        }
        engine = sa.create_engine(
            self._url, pool_size=connections, max_overflow=0, pool_pre_ping=True, connect_args=options
        )
        event.listen(engine, "connect", _require_synchronous_commit)
        return engine

    def create_tables(self, engine: sa.Engine) -> None:
        """Create the tables that the inbox needs besides DBOS's."""
        with engine.begin() as connection:
            # Of several processes that start at the same time, only one creates them.
            connection.execute(sa.text("select pg_advisory_xact_lock(:number)"), {"number": _number(DEDUPLICATION)})
            connection.exec_driver_sql(f"create sequence if not exists {SCHEMA}.arrival as integer cycle")
            table = self.table_name(DEDUPLICATION)
            connection.exec_driver_sql(
                f"create table if not exists {table} (digest bytea primary key, seen_at bigint not null)"
            )
            connection.exec_driver_sql(f"create index if not exists {DEDUPLICATION}_seen_at on {table} (seen_at)")

    def table_name(self, name: str) -> str:
        """Return the name of a table of the inbox in SQL."""
        return f"{SCHEMA}.{name}"

    def check_identity(self) -> None:
        """Do nothing: a connection stays connected to the same server."""

    def confirm_commit(self, connection: sa.Connection) -> None:
        """Do nothing: what a server has committed, all processes find."""

    def next_sequence(self, connection: sa.Connection) -> int:
        """Return the sequence number of the next event."""
        return int(connection.exec_driver_sql(f"select nextval('{SCHEMA}.arrival')").scalar_one())

    def acquire_lease(self, name: str) -> Lease:
        """Acquire the lease of the process with this name."""
        return _AdvisoryLease(self.create_engine(1), _number(name))

    @contextmanager
    def try_claim(self, name: str) -> Generator[bool]:
        """Return whether the process with this name has died, or has lacked a connection for longer than ``grace``."""
        if self._observer_engine is None:
            self._observer_engine = self.create_engine(1)
        number = _number(name)
        with self._observer_engine.connect() as connection:
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
        """Close the connections that :meth:`try_claim` opened."""
        engine, self._observer_engine = self._observer_engine, None
        if engine is not None:
            close_engine(engine)


_TRY = sa.text("select pg_try_advisory_lock(:number)")
_HELD = sa.text(
    "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted)"
)
_UNLOCK = sa.text("select pg_advisory_unlock(:number)")


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


class _AdvisoryLease:
    """A lock of a session. It is released when the connection ends, and so when the process ends."""

    def __init__(self, engine: sa.Engine, number: int) -> None:
        self._engine, self._number = engine, number
        self._connection: sa.Connection | None = self._acquire()

    def _acquire(self) -> sa.Connection:
        connection = self._engine.connect()
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            # A machine that has crashed closes no connection. With these settings the server detects that within
            # half a minute.
            for setting in "tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3":
                connection.exec_driver_sql(f"set {setting}")
            if not connection.execute(_TRY, {"number": self._number}).scalar_one():
                raise InboxError("the lease is still held by a session that the server has not ended yet")
        except BaseException:
            _discard(connection)
            raise
        return connection

    def renew(self) -> bool:
        """Check that the lease is still held, and acquire it again if the connection was lost."""
        connection = self._connection
        if connection is not None:
            try:
                if connection.execute(_HELD).scalar_one():
                    return True
            except Exception as error:
                log.debug("the connection of the inbox's lease was lost: %s", type(error).__name__)
            self._connection = None
            _discard(connection)
        self._connection = self._acquire()
        return False

    def release(self) -> None:
        """Release the lease."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _discard(connection)
        close_engine(self._engine)


def _discard(connection: sa.Connection) -> None:
    """Close a connection that may be broken, so that the pool does not reuse it."""
    with contextlib.suppress(Exception):
        connection.invalidate()
    with contextlib.suppress(Exception):
        connection.close()
