"""Fixtures of the durable inbox: a database for each test, and functions that wait for events."""

import contextlib
import functools
import os
import shutil
import uuid

import pytest
import sqlalchemy as sa
from polling import wait_until

from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.database import SCHEMA


def new_database(server, template=None):
    """Create a database in a server, empty or as a copy of another one, and return its URL."""
    name = f"inbox_{uuid.uuid4().hex}"
    # Copying the files is faster than writing each page to the log.
    template_clause = f" template {template} strategy file_copy" if template else ""
    engine = sa.create_engine(driver_url(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"create database {name}{template_clause}")
    engine.dispose()
    return server.rpartition("/")[0] + f"/{name}"


@functools.cache
def migrated_database(server):
    """Return the name of a database in a server that holds an empty inbox: migrations take longer than a copy."""
    url = new_database(server)
    create_tables(url)
    return url.rpartition("/")[2]


def create_tables(url):
    """Create the tables of an inbox, as its first use does."""
    inbox = Inbox(url)
    inbox.list()
    inbox.close()


DATABASES = os.environ.get("INBOX_DATABASES", "sqlite postgresql").split()
"""The databases with which the tests run."""


@pytest.fixture(params=DATABASES)
def url(request, tmp_path):
    """The URL of an empty inbox: each test is run with each database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "inbox.db")
        return f"sqlite:///{tmp_path}/inbox.db"
    server = request.getfixturevalue("postgres_server")
    return new_database(server, migrated_database(server))


def driver_url(url):
    """The URL with the driver that the inbox uses."""
    return url.replace("postgresql:", "postgresql+psycopg:")


FAST_RETRIES = (0.01, 0.02)
"""Delays of retries, for tests that do not measure them."""


@pytest.fixture
def inbox(url):
    inbox = Inbox(url, retry_delays=FAST_RETRIES, poll=0.02)
    yield inbox
    inbox.close()


def open_engine(url):
    """Return an engine of the database of an inbox."""
    return sa.create_engine(driver_url(url))


def set_arrival(url, key, when):
    """Change the arrival time of an event."""
    engine = open_engine(url)
    table = "workflow_status" if url.startswith("sqlite") else f"{SCHEMA}.workflow_status"
    with engine.begin() as connection:
        sql = sa.text(f"update {table} set created_at = :at where workflow_uuid = :key")
        assert connection.execute(sql, {"at": int(when.timestamp() * 1000), "key": key}).rowcount == 1
    engine.dispose()


def entry_states(inbox):
    return {entry.key: entry.state for entry in inbox.list(limit=100_000)}


def wait_until_idle(inbox, seconds=60.0):
    """Wait until no event is waiting, running or retrying."""
    wait_until(lambda: not {"waiting", "running", "retrying"} & set(entry_states(inbox).values()), seconds)


@contextlib.contextmanager
def running_worker(inbox):
    """Run the worker, and wait until all events are handled."""
    with inbox:
        yield
        wait_until_idle(inbox)
