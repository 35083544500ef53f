"""The tables of a store, in a file or in memory."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import sqlite3
from pathlib import Path

VERSION = 8

SCHEMA = """
create table document (
    tenant text not null, kind text not null, id integer not null,
    code text, unique_key text, parent_id integer, created real not null, updated real not null,
    status text, amount integer, body text not null,
    primary key (tenant, kind, id)
) without rowid;
create unique index document_code on document (tenant, kind, code) where code is not null;
create unique index document_unique_key on document (tenant, kind, unique_key) where unique_key is not null;
create index document_parent on document (tenant, kind, parent_id) where parent_id is not null;
create index document_listed on document (tenant, kind, id, created);
create index document_status on document (tenant, kind, status, id, created) where status is not null;
create table setting (tenant text primary key, body text not null);
create table counter (tenant text not null, kind text not null, last integer not null, primary key (tenant, kind));
create table job (
    seq integer primary key autoincrement, tenant text not null, due real not null, name text not null,
    body blob not null
);
create index job_due on job (tenant, due, seq);
create table event (
    seq integer primary key autoincrement, tenant text not null, at real not null, name text not null,
    body blob not null, status text not null, due real, place real not null, held text, since real not null,
    round integer not null, tries integer not null, fault text, touched real not null
);
create index event_tenant on event (tenant);
create index event_due on event (tenant, due, place, seq) where due is not null;
create index event_held on event (tenant) where held is not null;
create table attempt (
    seq integer primary key autoincrement, tenant text not null, event integer not null, at real not null,
    url text not null, status integer, response text not null, seconds real not null, error text, fault text
);
create index attempt_event on attempt (event);
create index attempt_tenant on attempt (tenant);
create table clock (tenant text primary key, body text not null);
create table snapshot (
    seq integer primary key autoincrement, tenant text not null, name text not null, at real not null,
    frozen integer not null, unique (tenant, name)
);
create table posting (
    tenant text not null, move integer not null, at real not null, account text not null, currency text not null,
    amount integer not null, balance integer not null, reason text not null, kind text, about integer,
    primary key (tenant, account, currency, move)
) without rowid;
"""

TENANT_TABLES = ("document", "setting", "counter", "job", "event", "attempt", "posting")
"""The tables that hold the data of tenants."""

SNAPSHOT_PREFIX = "saved_"
"""The prefix of the tables that hold the rows of snapshots."""


def connect(path: str | Path | None) -> sqlite3.Connection:
    """Return a connection to a file, which is created if it does not exist, or to a database in memory.

    :raises ValueError: If it cannot be opened, or is not a database of this version of the emulator.
    """
    try:
        if path is None:
            connection = _in_memory()
        else:
            if str(path) not in {"", ":memory:"}:  # to SQLite these are not files
                _create_private_file(path)
            connection = _open(path)
    except sqlite3.OperationalError as error:
        raise ValueError(
            f"{path} cannot be opened: check that its folder exists and that you may write in it"
        ) from error
    try:
        if path is None:
            # Copying empty tables takes a tenth of the time of creating them, and each test has its own emulator.
            _empty_database().backup(connection)
        else:
            _check_and_create(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _create_private_file(path: str | Path) -> None:
    """Create a file that only its owner can read, before it contains personal data.

    SQLite gives the files beside it (``-wal``, ``-shm``, ``-journal``) the same permissions.
    """
    with contextlib.suppress(OSError):  # if it cannot be created, SQLite reports that
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _open(path: str | Path, *, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, uri=uri)


def _in_memory() -> sqlite3.Connection:
    try:
        # With ":memory:", each commit scans everything that was ever written: after 100,000 payments it took a third of
        # the time of a request. This is a file in memory, which may grow to 1 GiB.
        connection = _open("file:emulator?vfs=memdb", uri=True)
    except sqlite3.OperationalError:  # this SQLite was built without it
        return _open(":memory:")
    # No other process can open it, so SQLite need not check for one at each transaction.
    connection.executescript("pragma locking_mode = exclusive; pragma journal_mode = memory; pragma synchronous = off;")
    return connection


@functools.cache
def _empty_database() -> sqlite3.Connection:
    connection = _in_memory()
    _create(connection)
    atexit.register(connection.close)
    return connection


def _check_and_create(connection: sqlite3.Connection, path: str | Path) -> None:
    try:
        (version,) = connection.execute("pragma user_version").fetchone()
        (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path} is not a database of the emulator: use another file") from error
    if (version, tables > 0) not in {(0, False), (VERSION, True)}:
        raise ValueError(f"{path} was written by another version or by another program: use another file")
    # The file survives if the emulator is killed. Only a power failure may lose the last transactions.
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")
    if version == 0:
        _create(connection)


def _create(connection: sqlite3.Connection) -> None:
    snapshot_tables = "".join(
        f"create table {SNAPSHOT_PREFIX}{table} as select 0 as snapshot, * from {table} where false;"
        f"create index {SNAPSHOT_PREFIX}{table}_snapshot on {SNAPSHOT_PREFIX}{table} (snapshot);"
        for table in TENANT_TABLES
    )
    connection.executescript(f"begin; {SCHEMA} {snapshot_tables} pragma user_version = {VERSION}; commit;")
