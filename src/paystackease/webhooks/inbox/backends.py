"""Selects the database that holds an inbox by its URL."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from paystackease.errors import InvalidArgumentError
from paystackease.webhooks.inbox.database import Database
from paystackease.webhooks.inbox.postgresql import Postgres
from paystackease.webhooks.inbox.sqlite import Sqlite


def select_database(url: str, grace: float) -> Database:
    """Return the database at a URL, without opening it.

    :param url: ``sqlite:///file.db`` or ``postgresql://...``.
    :param grace: How many seconds a process may have no connection to PostgreSQL before it is taken for dead.
    :raises paystackease.errors.InvalidArgumentError: If the URL is neither.
    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise InvalidArgumentError("the inbox's URL must be sqlite:///FILE or postgresql://...") from error
    if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
        return Sqlite(Path(parsed.database).absolute())
    if parsed.get_backend_name() == "postgresql":
        return Postgres(parsed.set(drivername="postgresql+psycopg"), grace)
    raise InvalidArgumentError(
        "the inbox's URL must be sqlite:///FILE or postgresql://...; what is kept in memory is lost with the process"
    )
