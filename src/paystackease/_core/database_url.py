"""The URLs of databases: ``sqlite:///FILE`` or ``postgresql://…``. Needs SQLAlchemy."""

from __future__ import annotations

from urllib.parse import unquote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from paystackease.errors import InvalidArgumentError

_SQLALCHEMY_DECODES = sa.make_url("sqlite:///%20").database == " "
"""Whether SQLAlchemy decodes the path of a URL. It does from 2.1 on."""

_MESSAGE = "{}'s URL must be sqlite:///FILE or postgresql://…"


def parse_database_url(url: str, owner: str) -> sa.URL:
    """Return a URL with its path decoded, and for PostgreSQL with the driver psycopg.

    :param owner: What the database is for, in the error: ``"the inbox"``.
    :raises paystackease.errors.InvalidArgumentError: If the URL is neither of SQLite nor of PostgreSQL.
    """
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        raise InvalidArgumentError(_MESSAGE.format(owner)) from None  # without its cause, which has the password
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise InvalidArgumentError(_MESSAGE.format(owner))
    if parsed.database and not _SQLALCHEMY_DECODES:
        return parsed.set(database=unquote(parsed.database))
    return parsed
