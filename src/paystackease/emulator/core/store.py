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

from paystackease.emulator.core.memory import Memory, Row
from paystackease.emulator.core.schema import OWNED, connected

COUNTED = frozenset({"transaction"})
"""The kinds of which it is kept how many have a status, and what their amounts come to: every page of their list tells,
and there may be a hundred thousand."""

# SQLite would go through all of a kind, for they are in the order of their numbers already: the more, the slower.
BY_OWNER = "document indexed by document_owner"
BY_STATUS = "document indexed by document_status"

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
        self._begin(connected(path))

    def _begin(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()
        self._columns: dict[str, str] = {}
        self.memory = Memory()
        # Who makes an emulator for a test and drops it has nothing to lose, and is not warned of an open database.
        weakref.finalize(self, connection.close)

    def close(self) -> None:
        with self.lock:
            self.connection.close()

    def copy(self) -> Store:
        """What is kept now, in memory, and on its own from here on."""
        found = Store.__new__(Store)
        found._begin(connected(None))
        with self.lock:
            self.connection.backup(found.connection)
        return found

    def columns(self, table: str) -> str:
        """The names of a table's columns."""
        if table not in self._columns:
            self._columns[table] = ", ".join(name for _, name, *_ in self.execute(f"pragma table_info({table})"))
        return self._columns[table]

    def transaction(self) -> _Transaction:
        """All of it is kept, or, after an exception, none. One may be inside another."""
        return _Transaction(self)

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """For the tables that are not documents."""
        with self.lock:
            return self.connection.execute(sql, values).fetchall()

    def forget(self, tenant: str) -> None:
        """Everything that a tenant has."""
        with self.transaction():
            self.flush()
            self.memory.forget()
            for table in OWNED:
                self.execute(f"delete from {table} where tenant = ?", tenant)

    def flush(self) -> None:
        """Write the counters that have changed, as the end of a transaction does by itself."""
        with self.lock:
            if unwritten := self.memory.unwritten:
                sql = "insert into counter values (?, ?, ?) on conflict do update set last = excluded.last"
                counters = self.memory.counters
                self.connection.executemany(
                    sql, [(*of, counters[of]) for of, was in unwritten.items() if counters[of] != was]
                )
                unwritten.clear()

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
        with self.lock:
            last = self._counter(tenant, kind)
            number = first if last is None else last + 1
            self._set_counter(tenant, kind, number)
            return number

    def _counter(self, tenant: str, name: str) -> int | None:
        with self.lock:
            counters = self.memory.counters
            if (tenant, name) not in counters:
                rows = self.execute("select last from counter where tenant = ? and kind = ?", tenant, name)
                counters[tenant, name] = rows[0][0] if rows else None
            return counters[tenant, name]

    def _set_counter(self, tenant: str, name: str, value: int) -> None:
        counters = self.memory.counters
        self.memory.unwritten.setdefault((tenant, name), counters.get((tenant, name)))
        counters[tenant, name] = value
        if not self.connection.in_transaction:
            self.flush()

    def _count(self, tenant: str, row: Row, by: int) -> None:
        """Count one more of its kind and status, or one less."""
        for name, change in (_many(row.kind, row.status), by), (_sum(row.kind, row.status), by * (row.amount or 0)):
            if change:
                self._set_counter(tenant, name, (self._counter(tenant, name) or 0) + change)

    def add(self, tenant: str, document: Document) -> None:
        """Keep a new document.

        :raises sqlite3.IntegrityError: Where its code or its name is taken. Its number is then the next one's.
        """
        row = _row(document)
        with self.lock:
            try:
                self.execute("insert into document values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", tenant, *row)
            except sqlite3.IntegrityError:
                if self._counter(tenant, document.kind) == document.id:
                    self._set_counter(tenant, document.kind, document.id - 1)
                raise
            self.memory.keep(tenant, row)
            if document.kind in COUNTED:
                self._count(tenant, row, 1)

    def save(self, tenant: str, document: Document) -> None:
        """Keep what was changed.

        :raises sqlite3.IntegrityError: Where its code or its name is taken.
        """
        row = _row(document)
        kind, number = document.kind, document.id
        with self.lock:
            before = self._find(tenant, kind, "id", number)
            assert before is not None, "it was added"
            # A column that is as it was is left out, for an index would be written for it.
            changed = {name: new for name, old, new in zip(Row._fields, before, row, strict=True) if new != old}
            if not changed:
                return
            columns = ", ".join([f"{name} = ?" for name in changed])
            sql = f"update document set {columns} where tenant = ? and kind = ? and id = ?"
            self.execute(sql, *changed.values(), tenant, kind, number)
            self.memory.keep(tenant, row)
            if kind in COUNTED and ("status" in changed or "amount" in changed):
                self._count(tenant, before, -1)
                self._count(tenant, row, 1)

    def meta(self, name: str) -> str | None:
        """What is kept of the emulator itself, such as its clock."""
        rows = self.execute("select body from meta where name = ?", name)
        return rows[0][0] if rows else None

    def note(self, name: str, body: str) -> None:
        """Keep something of the emulator itself."""
        self.execute("insert into meta values (?, ?) on conflict do update set body = excluded.body", name, body)

    def setting(self, tenant: str) -> str | None:
        """A tenant's settings as they are kept, or None where they were never changed."""
        if tenant not in self.memory.settings:
            rows = self.execute("select body from setting where tenant = ?", tenant)
            self.memory.settings[tenant] = rows[0][0] if rows else None
        return self.memory.settings[tenant]

    def set(self, tenant: str, body: str) -> None:
        """Keep a tenant's settings."""
        self.execute("insert into setting values (?, ?) on conflict do update set body = excluded.body", tenant, body)
        self.memory.settings[tenant] = body

    def find(self, tenant: str, kind: str, **by: object) -> Document | None:
        """The one document with this ``id``, ``code`` or ``name``."""
        ((column, value),) = by.items()
        assert column in {"id", "code", "name"}
        with self.lock:
            row = self._find(tenant, kind, column, value)
        return None if row is None else _document(row)

    def _find(self, tenant: str, kind: str, column: str, value: object) -> Row | None:
        row = self.memory.row(tenant, kind, column, value)
        if row is None:
            sql = f"select {_ALL} from document where tenant = ? and kind = ? and {column} = ?"
            rows: list[Any] = self.execute(sql, tenant, kind, value)
            if not rows:
                return None
            row = Row._make(rows[0])
            self.memory.keep(tenant, row, column)
        return row

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
        by = _along(where)
        if skip and not where.sought:
            # What is passed over is counted along document_listed or document_status. Along the documents themselves,
            # a page far down a list of 100,000 took a second.
            sql = f"tenant = ? and kind = ? and id in (select id from {by} where {sql}) order by id {order}"
            return self._select(sql, tenant, kind, tenant, kind, *values, limit, skip)
        return self._select(sql, tenant, kind, *values, limit, skip, by=by)

    def count(self, tenant: str, kind: str, where: Selection) -> int:
        """How many there are."""
        condition, values = where.sql()
        if not condition:
            # Numbers follow one another and nothing is deleted, so that all of them need not be counted, which took
            # longer than all the rest of a list.
            of = "from document where tenant = ? and kind = ?"
            sql = f"select (select max(id) {of}) - (select min(id) {of}) + 1"
            ((count,),) = self.execute(sql, tenant, kind, tenant, kind)
            return int(count or 0)
        if kind in COUNTED and where.only_status is not None:
            return self._counter(tenant, _many(kind, where.only_status)) or 0
        sql = f"select count(*) from {_along(where)} where tenant = ? and kind = ?{condition}"
        return self._reckoned(sql, tenant, kind, *values)

    def sum(self, tenant: str, kind: str, where: Selection) -> int:
        """What their amounts come to."""
        if kind in COUNTED and where.only_status is not None:
            return self._counter(tenant, _sum(kind, where.only_status)) or 0
        condition, values = where.sql()
        sql = f"select coalesce(sum(amount), 0) from {_along(where)} where tenant = ? and kind = ?{condition}"
        return self._reckoned(sql, tenant, kind, *values)

    def _reckoned(self, sql: str, *values: object) -> int:
        with self.lock:
            memory = self.memory
            if memory.reckoned_at != self.connection.total_changes:
                memory.reckoned_at = self.connection.total_changes
                memory.reckoned.clear()
            if (sql, *values) not in memory.reckoned:
                ((found,),) = self.execute(sql, *values)
                memory.reckoned[sql, *values] = int(found)
            return memory.reckoned[sql, *values]

    def _select(self, condition: str, *values: object, by: str = "document") -> list[Document]:
        rows: list[Any] = self.execute(f"select {_ALL} from {by} where {condition}", *values)
        return [_document(Row._make(row)) for row in rows]


_ALL = ", ".join(Row._fields)


def _document(row: Row) -> Document:
    kind, number, code, name, owner, created, updated, _, _, body = row
    return Document(kind, number, code, name, owner, created, updated, msgspec.json.decode(body))


def _row(found: Document) -> Row:
    status, amount = found.body.get("status"), found.body.get("amount")
    return Row(
        *(found.kind, found.id, found.code, found.name, found.owner, found.created, found.updated),
        status if type(status) is str else None,
        amount if type(amount) is int and abs(amount) < 2**63 else None,
        msgspec.json.encode(found.body).decode(),
    )


def _many(kind: str, status: str | None) -> str:
    return f"{kind}:{status}"


def _sum(kind: str, status: str | None) -> str:
    return f"{kind}:{status}:amount"


def _along(where: Selection) -> str:
    return BY_OWNER if where.owner is not None else BY_STATUS if where.status is not None else "document"


class _Transaction:
    """A class, for every request has one, and contextlib's generators cost twice as much."""

    __slots__ = ("_outermost", "_store")

    def __init__(self, store: Store) -> None:
        self._store, self._outermost = store, True

    def __enter__(self) -> None:
        store = self._store
        store.lock.acquire()
        try:
            self._outermost = not store.connection.in_transaction
            if not self._outermost:
                store.flush()  # what is undone is then only what was changed in it
            store.connection.execute("begin immediate" if self._outermost else "savepoint inner")
        except BaseException:
            store.lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None:
                self._undo()
            elif not self._outermost:
                self._store.connection.execute("release inner")
            else:
                try:
                    self._store.flush()
                    self._store.connection.execute("commit")
                except BaseException:
                    self._undo()
                    raise
        finally:
            self._store.lock.release()

    def _undo(self) -> None:
        self._store.memory.forget()
        execute = self._store.connection.execute
        if self._outermost:
            execute("rollback")
        else:
            execute("rollback to inner")
            execute("release inner")


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

    @property
    def status(self) -> str | None:
        """The status that they have, for which there is an index."""
        status = self.having.get("status")
        return status if isinstance(status, str) else None

    @property
    def sought(self) -> Mapping[str, object]:
        """What is to be looked for in each body."""
        if self.status is None:
            return self.having
        return {path: value for path, value in self.having.items() if path != "status"}

    @property
    def only_status(self) -> str | None:
        """Their status, where nothing else narrows them."""
        others = (self.since, self.until, self.up_to, self.above, self.owner)
        return self.status if not self.sought and others == (None,) * 5 else None

    def sql(self) -> tuple[str, list[object]]:
        conditions: Mapping[str, object] = {
            "created >= ?": self.since,
            "created <= ?": self.until,
            "id <= ?": self.up_to,
            "id > ?": self.above,
            "owner = ?": self.owner,
            "status = ?": self.status,
        }
        given = {condition: value for condition, value in conditions.items() if value is not None}
        text = "".join(f" and {condition}" for condition in given)
        values: list[object] = list(given.values())
        for path, value in self.sought.items():
            text += " and json_extract(body, ?) is ?"
            values += [f"$.{path}", value]
        return text, values
