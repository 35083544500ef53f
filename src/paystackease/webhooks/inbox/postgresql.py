"""An inbox in PostgreSQL, for the processes of many machines."""

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
"""Between two looks at a process, at most so many seconds count: who could not look has not seen that it was gone."""


def _require_synchronous_commit(connection: Any, _: object) -> None:
    """Have PostgreSQL answer a commit when it is on disk, even if it is set to answer before."""
    connection.execute(
        "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
    )
    connection.commit()


class Postgres:
    """PostgreSQL, for many machines. A pooler in transaction mode does not work: leases are locks of a session."""

    schema: str | None = SCHEMA

    def __init__(self, url: sa.URL, grace: float) -> None:
        self._url = url
        self._grace = grace
        self._observer_engine: sa.Engine | None = None
        # For how many seconds each process was seen to be missing, and when it was last looked for.
        self._missing: dict[str, tuple[float, float]] = {}
        self.url = url.render_as_string(hide_password=False)

    def create_file(self) -> None:
        """Do nothing: the administrator of the server creates the database."""

    def create_engine(self, connections: int) -> sa.Engine:
        """A pool of connections."""
        # A server that is gone closes no connection. It is to be noticed within half a minute.
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
        """Make what the inbox needs besides DBOS's tables."""
        with engine.begin() as connection:
            # Processes that start at the same moment must not all make it.
            connection.execute(sa.text("select pg_advisory_xact_lock(:number)"), {"number": _number(DEDUPLICATION)})
            connection.exec_driver_sql(f"create sequence if not exists {SCHEMA}.arrival as integer cycle")
            table = self.table_name(DEDUPLICATION)
            connection.exec_driver_sql(
                f"create table if not exists {table} (digest bytea primary key, seen_at bigint not null)"
            )
            connection.exec_driver_sql(f"create index if not exists {DEDUPLICATION}_seen_at on {table} (seen_at)")

    def table_name(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        return f"{SCHEMA}.{name}"

    def check_identity(self) -> None:
        """A connection leads to the server that it was made to."""

    def confirm_commit(self, connection: sa.Connection) -> None:
        """What a server has committed, others find."""

    def next_sequence(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        return int(connection.exec_driver_sql(f"select nextval('{SCHEMA}.arrival')").scalar_one())

    def acquire_lease(self, name: str) -> Lease:
        """Put up the sign that the process of this name lives."""
        return _AdvisoryLease(self.create_engine(1), _number(name))

    @contextmanager
    def try_claim(self, name: str) -> Generator[bool]:
        """Whether the process of this name has died, or has had no connection for longer than the grace."""
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
        """Close what was opened to ask for the dead."""
        asking, self._observer_engine = self._observer_engine, None
        if asking is not None:
            close_engine(asking)


_TRY = sa.text("select pg_try_advisory_lock(:number)")
_HELD = sa.text(
    "select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted)"
)
_UNLOCK = sa.text("select pg_advisory_unlock(:number)")


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


class _AdvisoryLease:
    """A lock of a session: it ends with the connection, and that with the process."""

    def __init__(self, engine: sa.Engine, number: int) -> None:
        self._engine, self._number = engine, number
        self._connection: sa.Connection | None = self._acquire()

    def _acquire(self) -> sa.Connection:
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

    def renew(self) -> bool:
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
        self._connection = self._acquire()
        return False

    def release(self) -> None:
        """Take it down."""
        connection, self._connection = self._connection, None
        if connection is not None:
            _discard(connection)
        close_engine(self._engine)


def _discard(connection: sa.Connection) -> None:
    """Close a connection that may be broken, so that the pool does not give it to anybody again."""
    with contextlib.suppress(Exception):
        connection.invalidate()
    with contextlib.suppress(Exception):
        connection.close()
