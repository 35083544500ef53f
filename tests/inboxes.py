"""What the tests of the durable inbox share: where one is kept, and what they ask of it."""

import contextlib
import os
import uuid

import pytest
import sqlalchemy as sa
from postgres import binaries, cluster
from waits import until


@pytest.fixture(scope="module")
def server():
    """The URL of a PostgreSQL, for a whole module."""
    if binaries() is None:
        pytest.skip("there is no PostgreSQL in /usr/lib/postgresql")
    with cluster() as url:
        yield url


def new_database(server):
    """The URL of an empty database in a server."""
    name = f"inbox_{uuid.uuid4().hex}"
    engine = sa.create_engine(driver(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}")
    engine.dispose()
    return server.rpartition("/")[0] + f"/{name}"


DATABASES = os.environ.get("INBOX_DATABASES", "sqlite postgresql").split()
"""The databases that an inbox is kept in by the tests."""


@pytest.fixture(params=DATABASES)
def url(request, tmp_path):
    """Where an inbox can be kept: each test is run with each."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/inbox.db"
    return new_database(request.getfixturevalue("server"))


def driver(url):
    """The URL with the driver that the inbox uses."""
    return url.replace("postgresql:", "postgresql+psycopg:")


def states(inbox):
    return {entry.key: entry.state for entry in inbox.list(limit=100_000)}


def settled(inbox, seconds=60.0):
    """Wait until nothing waits and nothing runs."""
    until(lambda: not {"waiting", "running"} & set(states(inbox).values()), seconds)


@contextlib.contextmanager
def handled_meanwhile(inbox):
    """Run the handlers, and wait for the end of all events."""
    with inbox:
        yield
        settled(inbox)
