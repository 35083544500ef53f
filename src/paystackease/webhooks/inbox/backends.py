"""Selects the database that holds an inbox by its URL."""

from __future__ import annotations

from pathlib import Path

from paystackease._core.database_url import parse_database_url
from paystackease.errors import InvalidArgumentError
from paystackease.webhooks.inbox.database import Database
from paystackease.webhooks.inbox.postgresql import Postgres
from paystackease.webhooks.inbox.sqlite import Sqlite


def select_database(url: str, grace: float) -> Database:
    """Return the database at a URL, without opening it.

    :param url: ``sqlite:///file.db`` or ``postgresql://...``.
    :param grace: How many seconds a process may lack a connection to PostgreSQL before it is treated as dead.
    :raises paystackease.errors.InvalidArgumentError: If the URL is neither.
    """
    parsed = parse_database_url(url, "the inbox")
    if parsed.get_backend_name() == "postgresql":
        return Postgres(parsed, grace)
    if not parsed.database or parsed.database == ":memory:":
        raise InvalidArgumentError(
            "the inbox's URL must be sqlite:///FILE or postgresql://…: a database in memory would lose events"
        )
    return Sqlite(Path(parsed.database).absolute())
