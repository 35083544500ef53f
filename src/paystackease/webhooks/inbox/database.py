"""The interface of a database that holds an inbox. :mod:`.sqlite` and :mod:`.postgresql` implement it.

DBOS creates its own tables. Besides them an inbox needs three things of its database:

* A sequence number for each event that arrives, because DBOS knows times to the second or millisecond only.
* The digests of the keys that were stored. They are kept for longer than the events.
* Leases, which tell which worker processes are alive, so that another worker reclaims the events of a process that
  died. A lease is a lock that a process holds for life. The operating system or the server releases it when the process
  ends, however it ends.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event

SCHEMA = "paystackease_inbox"
"""PostgreSQL's schema of the inbox's tables."""

DEDUPLICATION = "paystackease_deduplication"
"""The table with the digests of keys."""

MAX_SEQUENCE = 2**31 - 1
"""Sequence numbers are priorities of DBOS, which are 32 bits wide. They restart at 1."""


class Lease(Protocol):
    """A lease: the sign that a process lives."""

    def renew(self) -> bool:
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

    def create_file(self) -> None:
        """Make it, if it is for us to make."""

    def create_engine(self, connections: int) -> sa.Engine:
        """A pool of connections.

        :param connections: How many are kept.
        """
        ...

    def create_tables(self, engine: sa.Engine) -> None:
        """Make what the inbox needs besides DBOS's tables."""

    def table_name(self, name: str) -> str:
        """Return what a table of the inbox is called in SQL."""
        ...

    def check_identity(self) -> None:
        """Raise an error if the database is not the one that was opened.

        :raises paystackease.errors.InboxError: If it is not.
        """

    def confirm_commit(self, connection: sa.Connection) -> None:
        """Raise an error if what was committed on a connection cannot be found by others.

        :raises paystackease.errors.InboxError: If it cannot.
        """

    def next_sequence(self, connection: sa.Connection) -> int:
        """The number of the next event."""
        ...

    def acquire_lease(self, name: str) -> Lease:
        """Put up the sign that the process of this name lives."""
        ...

    def try_claim(self, name: str) -> AbstractContextManager[bool]:
        """Whether the process of this name has died. While the ``with`` lasts, no other process is told so."""
        ...

    def close(self) -> None:
        """Close what was opened to ask for the dead. It is opened again when it is needed."""


def close_engine(engine: sa.Engine) -> None:
    """Close the connections of a pool, those too that a thread of DBOS's gives back only later."""

    def close(_: Any, record: Any) -> None:
        record.invalidate()

    event.listen(engine, "checkin", close)
    engine.dispose()
