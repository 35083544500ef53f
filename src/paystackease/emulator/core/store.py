"""Where the emulator keeps what it knows: JSON documents in SQLite, in memory or in a file.

A document belongs to a tenant and has a kind (``customer``), a number, and up to three things by which it is found
besides: its ``code`` and its ``name`` (an e-mail, a reference), each unique within its kind, and its ``owner`` (the
number of the customer whose authorization it is). A list is narrowed by whatever is in a document's body. One
connection and one lock: an operation reads and writes as if it were alone, and what it changed is kept as a whole or
not at all.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

VERSION = 6

SCHEMA = """
create table document (
    tenant text not null, kind text not null, id integer not null,
    code text, name text, owner integer, created real not null, updated real not null, body text not null,
    status text, amount integer,
    primary key (tenant, kind, id)
) without rowid;
create unique index document_code on document (tenant, kind, code) where code is not null;
create unique index document_name on document (tenant, kind, name) where name is not null;
create index document_owner on document (tenant, kind, owner) where owner is not null;
create index document_listed on document (tenant, kind, id, created);
create index document_status on document (tenant, kind, status, id) where status is not null;
create table setting (tenant text primary key, body text not null);
create table counter (tenant text not null, kind text not null, last integer not null, primary key (tenant, kind));
create table job (
    seq integer primary key autoincrement, tenant text not null, due real not null, name text not null,
    body blob not null
);
create index job_due on job (due, seq);
create table event (
    seq integer primary key autoincrement, tenant text not null, at real not null, name text not null,
    body blob not null, status text not null, due real, place real not null, held text, since real not null,
    round integer not null, tries integer not null, fault text, touched real not null
);
create index event_tenant on event (tenant);
create index event_due on event (due, place, seq) where due is not null;
create index event_held on event (tenant) where held is not null;
create table attempt (
    seq integer primary key autoincrement, tenant text not null, event integer not null, at real not null,
    url text not null, status integer, response text not null, seconds real not null, error text, fault text
);
create index attempt_event on attempt (event);
create index attempt_tenant on attempt (tenant);
create table meta (name text primary key, body text not null);
create table snapshot (
    seq integer primary key autoincrement, tenant text not null, name text not null, at real not null,
    unique (tenant, name)
);
create table posting (
    tenant text not null, move integer not null, at real not null, account text not null, currency text not null,
    amount integer not null, balance integer not null, reason text not null, kind text, about integer,
    primary key (tenant, account, currency, move)
) without rowid;
"""

OWNED = ("document", "setting", "counter", "job", "event", "attempt", "posting")
"""The tables of what a tenant has."""

# SQLite would go through all of a kind, for they are in the order of their numbers already: the more, the slower.
BY_OWNER = "document indexed by document_owner"

SAVED = "saved_"
"""Before the names of the tables in which snapshots keep what was in those."""

COUNTED = frozenset({"transaction"})
"""The kinds of which it is kept how many have a status, and what their amounts come to: every page of their list tells,
and there may be a hundred thousand."""

MOST_REMEMBERED = 4_096
"""How many documents are remembered as they were last read or written."""

# From one tenant to the next along the primary key, instead of along every document.
_TENANTS = """with recursive holder (tenant) as (
    select min(tenant) from document
    union all
    select (select min(tenant) from document where tenant > holder.tenant) from holder where tenant is not null
)"""


@dataclass(slots=True)
class Document:
    """A thing that the emulator knows. ``body`` may be changed, and is kept by :meth:`Store.save`."""

    kind: str
    id: int
    code: str | None
    name: str | None
    owner: int | None
    created: float
    updated: float
    body: dict[str, Any]


class Store:
    """Documents, counters, and the tables of jobs and events.

    :param path: A file that keeps everything, or None for memory.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._columns: dict[str, str] = {}
        # Read at every step of a call: so they are remembered until something may have changed them.
        self._settings: dict[str, str | None] = {}
        # How many there are and what they come to, which every page of a list tells: remembered until something is
        # written.
        self._reckoned: dict[tuple[object, ...], int] = {}
        self._reckoned_at = 0
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise ValueError(f"{path} cannot be opened: is its folder there, and may you write in it?") from error
        try:
            self._prepare(path)
        except BaseException:
            self._connection.close()
            raise
        # Who makes an emulator for a test and drops it has nothing to lose, and is not warned of an open database.
        weakref.finalize(self, self._connection.close)

    def _prepare(self, path: str | Path | None) -> None:
        try:
            (version,) = self._connection.execute("pragma user_version").fetchone()
            (tables,) = self._connection.execute("select count(*) from sqlite_master").fetchone()
        except sqlite3.DatabaseError as error:
            raise ValueError(f"{path} is not a file of the emulator's: give another") from error
        if (version, tables > 0) not in {(0, False), (VERSION, True)}:
            raise ValueError(f"{path} was written by another version or by something else: give another")
        # A file survives the emulator being killed; only losing power may cost the last moments.
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        if version == 0:
            saved = "".join(
                f"create table {SAVED}{table} as select 0 as snapshot, * from {table} where false;"
                f"create index {SAVED}{table}_snapshot on {SAVED}{table} (snapshot);"
                for table in OWNED
            )
            self._connection.executescript(f"begin; {SCHEMA} {saved} pragma user_version = {VERSION}; commit;")

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def copy(self) -> Store:
        """What is kept now, in memory, and on its own from here on."""
        found = Store.__new__(Store)
        found._columns, found._settings, found._reckoned, found._reckoned_at = {}, {}, {}, 0
        found._lock = threading.RLock()
        found._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        with self._lock:
            self._connection.backup(found._connection)
        weakref.finalize(found, found._connection.close)
        return found

    def columns(self, table: str) -> str:
        """The names of a table's columns."""
        if table not in self._columns:
            self._columns[table] = ", ".join(name for _, name, *_ in self.execute(f"pragma table_info({table})"))
        return self._columns[table]

    def transaction(self) -> _Transaction:
        """All of it is kept, or, after an exception, none. One may be inside another."""
        return _Transaction(self._lock, self._connection, (self._settings, self._reckoned))

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """For the tables that are not documents."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def forget(self, tenant: str) -> None:
        """Everything that a tenant has."""
        self._settings.pop(tenant, None)
        with self.transaction():
            for table in OWNED:
                self.execute(f"delete from {table} where tenant = ?", tenant)

    def tenants(self) -> list[str]:
        """Whoever has a document."""
        return [tenant for (tenant,) in self.execute(f"{_TENANTS} select tenant from holder where tenant is not null")]

    def holder(self, kind: str, **by: str) -> str | None:
        """Whose document has this ``code`` or ``name``."""
        ((column, value),) = by.items()
        assert column in {"code", "name"}
        sql = f"""{_TENANTS} select tenant from holder
            join document using (tenant) where document.kind = ? and document.{column} = ?"""
        rows = self.execute(sql, kind, value)
        return rows[0][0] if rows else None

    def next_id(self, tenant: str, kind: str, first: int) -> int:
        """A number that no other of the kind has, from ``first`` on."""
        sql = """insert into counter values (?, ?, ?)
            on conflict do update set last = last + 1 returning last"""
        ((last,),) = self.execute(sql, tenant, kind, first)
        return int(last)

    def add(self, tenant: str, document: Document) -> None:
        """Keep a new document.

        :raises sqlite3.IntegrityError: Where its code or its name is taken. Its number is then the next one's.
        """
        found = document
        values = (found.id, found.code, found.name, found.owner, found.created, found.updated)
        body = msgspec.json.encode(found.body).decode()
        try:
            self.execute("insert into document values (?, ?, ?, ?, ?, ?, ?, ?, ?)", tenant, found.kind, *values, body)
        except sqlite3.IntegrityError:
            sql = "update counter set last = last - 1 where tenant = ? and kind = ? and last = ?"
            self.execute(sql, tenant, found.kind, found.id)
            raise

    def save(self, tenant: str, document: Document) -> None:
        """Keep what was changed.

        :raises sqlite3.IntegrityError: Where its code or its name is taken.
        """
        found = document
        values = (found.code, found.name, found.owner, found.updated, msgspec.json.encode(found.body).decode())
        sql = "update document set code = ?, name = ?, owner = ?, updated = ?, body = ?"
        self.execute(f"{sql} where tenant = ? and kind = ? and id = ?", *values, tenant, found.kind, found.id)

    def meta(self, name: str) -> str | None:
        """What is kept of the emulator itself, such as its clock."""
        rows = self.execute("select body from meta where name = ?", name)
        return rows[0][0] if rows else None

    def note(self, name: str, body: str) -> None:
        """Keep something of the emulator itself."""
        self.execute("insert into meta values (?, ?) on conflict do update set body = excluded.body", name, body)

    def setting(self, tenant: str) -> str | None:
        """A tenant's settings as they are kept, or None where they were never changed."""
        if tenant not in self._settings:
            rows = self.execute("select body from setting where tenant = ?", tenant)
            self._settings[tenant] = rows[0][0] if rows else None
        return self._settings[tenant]

    def set(self, tenant: str, body: str) -> None:
        """Keep a tenant's settings."""
        self.execute("insert into setting values (?, ?) on conflict do update set body = excluded.body", tenant, body)
        self._settings[tenant] = body

    def find(self, tenant: str, kind: str, **by: object) -> Document | None:
        """The one document with this ``id``, ``code`` or ``name``."""
        ((column, value),) = by.items()
        assert column in {"id", "code", "name"}
        rows = self._select(f"tenant = ? and kind = ? and {column} = ?", tenant, kind, value)
        return rows[0] if rows else None

    def owned(self, tenant: str, kind: str, owner: int) -> list[Document]:
        """What belongs to an owner, the oldest first."""
        return self._select("tenant = ? and kind = ? and owner = ? order by id", tenant, kind, owner, by=BY_OWNER)

    def some(
        self, tenant: str, kind: str, where: Selection, *, limit: int, skip: int = 0, oldest_first: bool = False
    ) -> list[Document]:
        """Documents of a kind, the newest first."""
        condition, values = where.sql()
        order = "asc" if oldest_first else "desc"
        sql = f"tenant = ? and kind = ?{condition} order by id {order} limit ? offset ?"
        if skip and not where.having:
            # What is passed over is counted along document_listed. Along the documents themselves, a page far down a
            # list of 100,000 took a second.
            sql = f"tenant = ? and kind = ? and id in (select id from document where {sql}) order by id {order}"
            return self._select(sql, tenant, kind, tenant, kind, *values, limit, skip)
        by = "document" if where.owner is None else BY_OWNER
        return self._select(sql, tenant, kind, *values, limit, skip, by=by)

    def count(self, tenant: str, kind: str, where: Selection) -> int:
        condition, values = where.sql()
        if not condition:
            # Numbers follow one another and nothing is deleted, so that all of them need not be counted, which took
            # longer than all the rest of a list.
            of = "from document where tenant = ? and kind = ?"
            sql = f"select (select max(id) {of}) - (select min(id) {of}) + 1"
            ((count,),) = self.execute(sql, tenant, kind, tenant, kind)
            return int(count or 0)
        by = "document" if where.owner is None else BY_OWNER
        ((count,),) = self.execute(
            f"select count(*) from {by} where tenant = ? and kind = ?{condition}", tenant, kind, *values
        )
        return int(count)

    def sum(self, tenant: str, kind: str, where: Selection, path: str) -> int:
        """What a number in the bodies of documents comes to, such as their ``amount``."""
        condition, values = where.sql()
        sql = "select coalesce(sum(json_extract(body, ?)), 0) from document where tenant = ? and kind = ?"
        return self._remembered(f"{sql}{condition}", f"$.{path}", tenant, kind, *values)

    def _remembered(self, sql: str, *values: object) -> int:
        with self._lock:
            if self._reckoned_at != self._connection.total_changes:
                self._reckoned_at = self._connection.total_changes
                self._reckoned.clear()
            if (sql, *values) not in self._reckoned:
                ((found,),) = self.execute(sql, *values)
                self._reckoned[sql, *values] = int(found)
            return self._reckoned[sql, *values]

    def _select(self, condition: str, *values: object, by: str = "document") -> list[Document]:
        rows = self.execute(
            f"select kind, id, code, name, owner, created, updated, body from {by} where {condition}", *values
        )
        return [
            Document(kind, number, code, name, owner, created, updated, msgspec.json.decode(body))
            for kind, number, code, name, owner, created, updated, body in rows
        ]


class _Transaction:
    """A class, for every request has one, and contextlib's generators cost twice as much."""

    __slots__ = ("_connection", "_lock", "_outermost", "_remembered")

    def __init__(
        self, lock: threading.RLock, connection: sqlite3.Connection, remembered: tuple[dict[Any, Any], ...]
    ) -> None:
        self._lock, self._connection, self._remembered, self._outermost = lock, connection, remembered, True

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            self._outermost = not self._connection.in_transaction
            self._connection.execute("begin immediate" if self._outermost else "savepoint inner")
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                for remembered in self._remembered:
                    remembered.clear()
            if kind is None:
                self._connection.execute("commit" if self._outermost else "release inner")
            elif self._outermost:
                self._connection.execute("rollback")
            else:
                self._connection.execute("rollback to inner")
                self._connection.execute("release inner")
        finally:
            self._lock.release()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which documents of a kind: those created between two times, those numbered up to or above one, an owner's, and
    those whose bodies have these values. A key of ``having`` is a path: ``status``, ``customer.id``.
    """

    since: float | None = None
    until: float | None = None
    up_to: int | None = None
    above: int | None = None
    owner: int | None = None
    having: Mapping[str, object] = field(default_factory=dict[str, object])

    def sql(self) -> tuple[str, list[object]]:
        conditions: Mapping[str, float | None] = {
            "created >= ?": self.since,
            "created <= ?": self.until,
            "id <= ?": self.up_to,
            "id > ?": self.above,
            "owner = ?": self.owner,
        }
        given = {condition: value for condition, value in conditions.items() if value is not None}
        text = "".join(f" and {condition}" for condition in given)
        values: list[object] = list(given.values())
        for path, value in self.having.items():
            text += " and json_extract(body, ?) is ?"
            values += [f"$.{path}", value]
        return text, values
