"""Selects the database that holds an inbox by its URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from paystackease.errors import InvalidArgumentError
from paystackease.webhooks.inbox.database import Database
from paystackease.webhooks.inbox.postgresql import Postgres
from paystackease.webhooks.inbox.sqlite import Sqlite

_SQLALCHEMY_DECODES = sa.make_url("sqlite:///%20").database == " "
"""Whether SQLAlchemy decodes the path of a URL. It does from 2.1 on."""


def select_database(url: str, grace: float) -> Database:
    """Return the database at a URL, without opening it.

    :param url: ``sqlite:///file.db`` or ``postgresql://...``.
    :param grace: How many seconds a process may lack a connection to PostgreSQL before it is treated as dead.
    :raises paystackease.errors.InvalidArgumentError: If the URL is neither.
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
        "the inbox's URL must be sqlite:///FILE or postgresql://...; a database in memory would lose events"
    )
