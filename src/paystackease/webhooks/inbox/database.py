"""The interface of a database that holds an inbox. :mod:`.sqlite` and :mod:`.postgresql` implement it.

DBOS creates its own tables. Besides them an inbox needs three things of its database:

* A sequence number for each event that arrives, because DBOS knows times to the second or millisecond only.
* The digests of the keys that were stored. They are stored for longer than the events.
* Leases, which tell which worker processes are alive, so that another worker reclaims the events of a process that
  died. A lease is a lock that a process holds for life. The operating system or the server releases it when the process
  ends, however it ends.
"""

from __future__ import annotations

import functools
import hashlib
import time
from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event

SCHEMA = "paystackease_inbox"
"""The schema of the inbox's tables in PostgreSQL."""

DEDUPLICATION = "paystackease_deduplication"
"""The table with the digests of keys."""

MAX_SEQUENCE = 2**31 - 1
"""Sequence numbers are priorities of DBOS, which are 32 bits wide. They restart at 1."""


class Lease(Protocol):
    """A lock that shows that a process is alive."""

    def renew(self) -> bool:
        """Check that the lease is still held, and acquire it again if the database has lost it.

        Any error means that the database cannot be reached now: call this again later.

        :return: False if it was lost and is acquired again. Other workers may have treated the process as dead.
        """
        ...

    def release(self) -> None:
        """Release the lease."""


class Database(Protocol):
    """A database that can hold an inbox."""

    url: str
    schema: str | None
    """The schema of DBOS's tables; None if the database has no schemas."""

    def create_file(self) -> None:
        """Create the database, if it is a file."""

    def create_engine(self, connections: int) -> sa.Engine:
        """Create a connection pool.

        :param connections: The size of the pool.
        """
        ...

    def create_tables(self, engine: sa.Engine) -> None:
        """Create the tables that the inbox needs besides DBOS's."""

    def table_name(self, name: str) -> str:
        """Return the name of a table of the inbox in SQL."""
        ...

    def check_identity(self) -> None:
        """Raise an error if the database is not the one that was opened.

        :raises paystackease.errors.InboxError: If it is not.
        """

    def confirm_commit(self, connection: sa.Connection) -> None:
        """Raise an error if other processes cannot find what was committed on a connection.

        :raises paystackease.errors.InboxError: If it cannot.
        """

    def next_sequence(self, connection: sa.Connection) -> int:
        """Return the sequence number of the next event."""
        ...

    def acquire_lease(self, name: str) -> Lease:
        """Acquire the lease of the process with this name."""
        ...

    def try_claim(self, name: str) -> AbstractContextManager[bool]:
        """Return whether the process with this name has died. Within the ``with`` block, no other process gets True."""
        ...

    def close(self) -> None:
        """Close the connections that :meth:`try_claim` opened. It opens them again when they are needed."""


def close_engine(engine: sa.Engine) -> None:
    """Close the connections of a pool, including those that a thread of DBOS returns later."""

    def close(_: Any, record: Any) -> None:
        record.invalidate()

    event.listen(engine, "checkin", close)
    engine.dispose()


@functools.cache
def workflow_table(schema: str | None) -> sa.TableClause:
    """Return DBOS's table of workflows, with the columns that are used here."""
    names = (
        *("workflow_uuid", "name", "status", "executor_id", "owner_xid", "queue_name", "recovery_attempts"),
        *("delay_until_epoch_ms", "started_at_epoch_ms", "updated_at", "completed_at", "queue_partition_key"),
    )
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    return sa.table("workflow_status", *columns, schema=schema)


_DIGEST_BYTES = 16


def digest_row(key: str, seen_at: int) -> dict[str, Any]:
    """Return the row for an event's key in the table :data:`DEDUPLICATION`.

    :param seen_at: When the event arrived, in seconds since 1970.
    """
    return {"digest": hashlib.sha256(key.encode()).digest()[:_DIGEST_BYTES], "seen_at": seen_at}


def now_ms() -> int:
    """Return the time in milliseconds since 1970, as DBOS stores it."""
    return int(time.time() * 1000)


def dead_letter_values() -> dict[str, Any]:
    """Return the values with which DBOS marks a workflow as cancelled."""
    return {"status": "CANCELLED", "queue_name": None, "started_at_epoch_ms": None, "completed_at": now_ms()}
