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
from pathlib import Path
from typing import Any

import msgspec

from paystackease.emulator.storage.schema import TENANT_TABLES, connected
from paystackease.emulator.storage.write_cache import Names, Row, WriteCache

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


class Document(msgspec.Struct):
    """A thing that the emulator knows. ``body`` may be changed, and is kept by :meth:`Store.save`."""

    kind: str
    id: int
    code: str | None
    unique_key: str | None
    parent_id: int | None
    created: float
    updated: float
    body: dict[str, Any]


class DuplicateKeyError(Exception):
    """Another document of the kind has that name."""


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
        self.memory = WriteCache()
        # A snapshot has documents that there may be again.
        known = connection.execute("select 1 from document union all select 1 from snapshot limit 1").fetchone()
        self._names = Names(empty=known is None)
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
            self.flush()
            self.connection.backup(found.connection)
            found._names = Names(empty=False)
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
        """SQL, over everything that was changed before."""
        with self.lock:
            self.flush()
            return self._execute(sql, *values)

    def _execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        # Where what is not yet written makes no difference.
        with self.lock:
            return self.connection.execute(sql, values).fetchall()

    def number(self, table: str) -> int:
        """The number of the next row of a table that counts its rows: one that none ever had."""
        with self.lock:
            self.memory.numbers[table] = number = self.last(table) + 1
            return number

    def last(self, table: str) -> int:
        """The number that a row of such a table had last."""
        with self.lock:
            numbers = self.memory.numbers
            if table not in numbers:
                rows = self._execute("select seq from sqlite_sequence where name = ?", table)
                numbers[table] = rows[0][0] if rows else 0
            return numbers[table]

    def append(self, table: str, *rows: tuple[object, ...]) -> None:
        """Keep rows of a table that is not of documents."""
        with self.lock:
            self.memory.appended.setdefault(table, []).extend(rows)
            self._changed()

    def remove(self, table: str, number: int) -> None:
        """Keep the row of this number no longer."""
        with self.lock:
            self.memory.removed.setdefault(table, []).append((number,))
            self._changed()

    def forget(self, tenant: str) -> None:
        """Everything that a tenant has."""
        with self.transaction():
            self.flush()
            self.memory = WriteCache()
            for table in TENANT_TABLES:
                self.execute(f"delete from {table} where tenant = ?", tenant)

    def flush(self) -> None:
        """Write what has changed, as the end of a transaction does by itself."""
        with self.lock:
            memory, many = self.memory, self.connection.executemany
            if not memory.unwritten:
                return
            if not self.connection.in_transaction:
                with self.transaction():  # all of it or nothing, as it ends
                    return
            for sql, rows in self._documents():
                many(sql, rows)
            if changed := memory.changed_counters:
                sql = "insert into counter values (?, ?, ?) on conflict do update set last = excluded.last"
                counters = memory.counters
                many(sql, [(*of, counters[of]) for of, was in changed.items() if counters[of] != was])
                changed.clear()
            for table, appended in memory.appended.items():
                many(f"insert into {table} values ({', '.join('?' * len(appended[0]))})", appended)
            memory.appended.clear()
            for table, removed in memory.removed.items():
                many(f"delete from {table} where seq = ?", removed)
            memory.removed.clear()

    def _documents(self) -> list[tuple[str, list[tuple[object, ...]]]]:
        """What writes the documents that have changed, each column set of which takes one statement."""
        memory, found = self.memory, dict[str, list[tuple[object, ...]]]()
        for (tenant, kind, number), before in memory.changed_rows.items():
            row = memory.row(tenant, kind, "id", number)
            assert row is not None, "what is to be written is remembered"
            values: tuple[object, ...] = (tenant, *row)
            if before is None:
                sql = f"insert into document values ({', '.join('?' * len(values))})"
            else:
                # A column that is as it was is left out, for an index would be written for it.
                changed = {name: new for name, old, new in zip(Row._fields, before, row, strict=True) if new != old}
                if not changed:
                    continue
                columns = ", ".join([f"{name} = ?" for name in changed])
                sql = f"update document set {columns} where tenant = ? and kind = ? and id = ?"
                values = (*changed.values(), tenant, kind, number)
            found.setdefault(sql, []).append(values)
            if kind in COUNTED:
                self._count(tenant, before, -1)
                self._count(tenant, row, 1)
        memory.changed_rows.clear()
        return list(found.items())

    def _changed(self) -> None:
        if not self.connection.in_transaction:
            self.flush()

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
        counters, of = self.memory.counters, (tenant, name)
        if of not in counters:
            rows = self._execute("select last from counter where tenant = ? and kind = ?", tenant, name)
            counters[of] = rows[0][0] if rows else None
        return counters[of]

    def _set_counter(self, tenant: str, name: str, value: int) -> None:
        counters, of = self.memory.counters, (tenant, name)
        self.memory.changed_counters.setdefault(of, counters.get(of))
        counters[of] = value
        self._changed()

    def _count(self, tenant: str, row: Row | None, by: int) -> None:
        """Count one more of its kind and status, or one less."""
        if row is None:
            return
        for name, change in (_many(row.kind, row.status), by), (_sum(row.kind, row.status), by * (row.amount or 0)):
            if change:
                self._set_counter(tenant, name, (self._counter(tenant, name) or 0) + change)

    def add(self, tenant: str, document: Document) -> None:
        """Keep a new document.

        :raises DuplicateKeyError: Where its name is taken. Its number is then the next one's.
        """
        row = _row(document)
        with self.lock:
            if row.name is not None and self._is_taken(tenant, row.kind, row.name):
                if self._counter(tenant, row.kind) == row.id:
                    self._set_counter(tenant, row.kind, row.id - 1)
                raise DuplicateKeyError
            self._keep(tenant, row, "code", "name")
            self.memory.changed_rows[tenant, row.kind, row.id] = None
            self._changed()

    def save(self, tenant: str, document: Document) -> None:
        """Keep what was changed.

        :raises DuplicateKeyError: Where its name is taken.
        """
        row = _row(document)
        with self.lock:
            before = self._find(tenant, row.kind, "id", row.id)
            assert before is not None, "it was added"
            if row == before:
                return
            renamed = row.name != before.name
            if renamed and row.name is not None and self._is_taken(tenant, row.kind, row.name):
                raise DuplicateKeyError
            self._keep(tenant, row)
            self.memory.changed_rows.setdefault((tenant, row.kind, row.id), before)
            if renamed:
                self._keep(tenant, row, "name")
                self.flush()  # before another takes the name that it had
            self._changed()

    def _is_taken(self, tenant: str, kind: str, name: str) -> bool:
        """Whether a name is taken. If not, it will be now."""
        if self._names.may_have(tenant, kind, name):
            return self._find(tenant, kind, "name", name) is not None
        self._names.add(tenant, kind, name)
        return False

    def _keep(self, tenant: str, row: Row, *columns: str) -> None:
        if self.memory.full:
            self.flush()
            self.memory.turn()
        self.memory.keep(tenant, row)
        for column in columns:
            if getattr(row, column) is not None:
                self.memory.keep(tenant, row, column)

    def meta(self, name: str) -> str | None:
        """What is kept of the emulator itself, such as its clock."""
        rows = self._execute("select body from meta where name = ?", name)
        return rows[0][0] if rows else None

    def note(self, name: str, body: str) -> None:
        """Keep something of the emulator itself."""
        self._execute("insert into meta values (?, ?) on conflict do update set body = excluded.body", name, body)

    def setting(self, tenant: str) -> str | None:
        """A tenant's settings as they are kept, or None where they were never changed."""
        if tenant not in self.memory.settings:
            rows = self._execute("select body from setting where tenant = ?", tenant)
            self.memory.settings[tenant] = rows[0][0] if rows else None
        return self.memory.settings[tenant]

    def set(self, tenant: str, body: str) -> None:
        """Keep a tenant's settings."""
        self._execute("insert into setting values (?, ?) on conflict do update set body = excluded.body", tenant, body)
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
            rows: list[Any] = self._execute(sql, tenant, kind, value)
            if not rows:
                return None
            found = Row._make(rows[0])
            # It may be remembered by another column, and have changed.
            row = self.memory.row(tenant, kind, "id", found.id) or found
            self._keep(tenant, row, column)
        return row

    def owned(self, tenant: str, kind: str, owner: int) -> list[Document]:
        """What belongs to an owner, the oldest first."""
        return self._select("tenant = ? and kind = ? and owner = ? order by id", tenant, kind, owner, by=BY_OWNER)

    def some(
        self, tenant: str, kind: str, where: Query, *, limit: int, skip: int = 0, oldest_first: bool = False
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

    def count(self, tenant: str, kind: str, where: Query) -> int:
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
            return self._counted(tenant, _many(kind, where.only_status))
        sql = f"select count(*) from {_along(where)} where tenant = ? and kind = ?{condition}"
        return self._aggregate(sql, tenant, kind, *values)

    def sum(self, tenant: str, kind: str, where: Query) -> int:
        """What their amounts come to."""
        if kind in COUNTED and where.only_status is not None:
            return self._counted(tenant, _sum(kind, where.only_status))
        condition, values = where.sql()
        sql = f"select coalesce(sum(amount), 0) from {_along(where)} where tenant = ? and kind = ?{condition}"
        return self._aggregate(sql, tenant, kind, *values)

    def _counted(self, tenant: str, name: str) -> int:
        with self.lock:
            self.flush()
            return self._counter(tenant, name) or 0

    def _aggregate(self, sql: str, *values: object) -> int:
        with self.lock:
            self.flush()
            memory = self.memory
            if memory.aggregates_at != self.connection.total_changes:
                memory.aggregates_at = self.connection.total_changes
                memory.aggregates.clear()
            if (sql, *values) not in memory.aggregates:
                ((found,),) = self.execute(sql, *values)
                memory.aggregates[sql, *values] = int(found)
            return memory.aggregates[sql, *values]

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
        found.kind,
        found.id,
        found.code,
        found.unique_key,
        found.parent_id,
        found.created,
        found.updated,
        status if type(status) is str else None,
        amount if type(amount) is int and abs(amount) < 2**63 else None,
        msgspec.json.encode(found.body).decode(),
    )


def _many(kind: str, status: str | None) -> str:
    return f"{kind}:{status}"


def _sum(kind: str, status: str | None) -> str:
    return f"{kind}:{status}:amount"


def _along(where: Query) -> str:
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
        self._store.memory = WriteCache()
        execute = self._store.connection.execute
        if self._outermost:
            execute("rollback")
        else:
            execute("rollback to inner")
            execute("release inner")


class Query(msgspec.Struct, frozen=True):
    """Which documents of a kind: those created between two times, those numbered up to or above one, an owner's, and
    those whose bodies have these values. A key of ``having`` is a path: ``status``, ``customer.id``.
    """

    since: float | None = None
    until: float | None = None
    up_to: int | None = None
    above: int | None = None
    owner: int | None = None
    having: Mapping[str, object] = msgspec.field(default_factory=dict[str, object])

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
