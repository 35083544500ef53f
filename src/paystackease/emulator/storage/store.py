"""The emulator's store: documents, counters, settings and rows of other tables in SQLite, in memory or in a file.

There is one connection and one lock, so transactions are serialized, and the changes of a transaction are committed or
rolled back together. The store owns a write cache of rows that were read and of changes. The changes are written at the
end of the transaction, or before SQL reads them. Other modules use the cache only through :meth:`Store.cached`.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from pathlib import Path
from typing import Any, TypeVar

from paystackease.emulator.storage.counters import COUNTED, amount_key, count_key, counter_changes
from paystackease.emulator.storage.document import BY_PARENT, COLUMNS, Document, DuplicateKeyError, Query
from paystackease.emulator.storage.schema import TENANT_TABLES, connect
from paystackease.emulator.storage.transaction import Transaction
from paystackease.emulator.storage.write_cache import KeyFilter, Row, WriteCache

C = TypeVar("C")


class Store:
    """Documents, counters, settings, and the tables of jobs and events.

    :param path: A database file, or None for a database in memory.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self._initialize(connect(path))

    def _initialize(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()
        self._columns: dict[str, str] = {}
        self._cache = WriteCache()
        # The documents of a snapshot may be restored.
        known = connection.execute("select 1 from document union all select 1 from snapshot limit 1").fetchone()
        self._keys = KeyFilter(empty=known is None)
        # A test may drop an emulator without closing it: that must not warn of an open database.
        weakref.finalize(self, connection.close)

    def cached(self, kind: type[C]) -> C:
        """Return a cache that the caller defines. It is created without arguments if there is none.

        The store discards it when its content may be wrong: after a rollback, and after a tenant's data is deleted.
        """
        return self._cache.extension(kind)

    def discard_cache(self) -> None:
        """Discard the cached rows, and the changes that are not written."""
        self._cache = WriteCache()

    def close(self) -> None:
        """Close the database."""
        with self.lock:
            self.connection.close()

    def copy(self) -> Store:
        """Return an independent copy of the store, in memory."""
        copy = Store.__new__(Store)
        copy._initialize(connect(None))
        with self.lock:
            self.flush()
            self.connection.backup(copy.connection)
            copy._keys = KeyFilter(empty=False)
        return copy

    def column_names(self, table: str) -> str:
        """Return the names of a table's columns, separated by commas."""
        if table not in self._columns:
            self._columns[table] = ", ".join(name for _, name, *_ in self.execute(f"pragma table_info({table})"))
        return self._columns[table]

    def transaction(self) -> Transaction:
        """Return a context manager: a transaction, or a savepoint within the current one."""
        return Transaction(self)

    def execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Write the pending changes, and execute SQL."""
        with self.lock:
            self.flush()
            return self._execute(sql, *values)

    def _execute(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        # For SQL that pending changes do not affect.
        with self.lock:
            return self.connection.execute(sql, values).fetchall()

    def next_seq(self, table: str) -> int:
        """Return the number of the next row of a table with ``autoincrement``. It was never used before."""
        with self.lock:
            self._cache.last_seqs[table] = number = self.last_seq(table) + 1
            return number

    def last_seq(self, table: str) -> int:
        """Return the number of the last row of a table with ``autoincrement``; 0 if it never had one."""
        with self.lock:
            numbers = self._cache.last_seqs
            if table not in numbers:
                rows = self._execute("select seq from sqlite_sequence where name = ?", table)
                numbers[table] = rows[0][0] if rows else 0
            return numbers[table]

    def append_rows(self, table: str, *rows: tuple[object, ...]) -> None:
        """Insert rows into a table other than that of documents."""
        with self.lock:
            self._cache.appended.setdefault(table, []).extend(rows)
            self._flush_outside_transaction()

    def remove_row(self, table: str, number: int) -> None:
        """Delete the row of that number."""
        with self.lock:
            self._cache.removed.setdefault(table, []).append((number,))
            self._flush_outside_transaction()

    def delete_tenant(self, tenant: str) -> None:
        """Delete all data of a tenant, except its snapshots."""
        with self.transaction():
            self.flush()
            self.discard_cache()
            for table in TENANT_TABLES:
                self.execute(f"delete from {table} where tenant = ?", tenant)

    def flush(self) -> None:
        """Write the pending changes. The end of a transaction does that too."""
        with self.lock:
            cache, many = self._cache, self.connection.executemany
            if not cache.unwritten:
                return
            if not self.connection.in_transaction:
                with self.transaction():  # which flushes when it ends
                    return
            for sql, rows in self._document_statements():
                many(sql, rows)
            if changed := cache.changed_counters:
                sql = "insert into counter values (?, ?, ?) on conflict do update set last = excluded.last"
                counters = cache.counters
                many(sql, [(*key, counters[key]) for key, before in changed.items() if counters[key] != before])
                changed.clear()
            for table, appended in cache.appended.items():
                many(f"insert into {table} values ({', '.join('?' * len(appended[0]))})", appended)
            cache.appended.clear()
            for table, removed in cache.removed.items():
                many(f"delete from {table} where seq = ?", removed)
            cache.removed.clear()

    def _document_statements(self) -> list[tuple[str, list[tuple[object, ...]]]]:
        """Return the SQL that writes the changed documents: a statement for each set of columns, with its rows."""
        cache, statements = self._cache, dict[str, list[tuple[object, ...]]]()
        for (tenant, kind, number), before in cache.changed_rows.items():
            row = cache.row(tenant, kind, "id", number)
            assert row is not None, "a changed document is cached until it is written"
            values: tuple[object, ...] = (tenant, *row)
            if before is None:
                sql = f"insert into document values ({', '.join('?' * len(values))})"
            else:
                # An unchanged column is left out: SQLite would write its index.
                changed = {name: new for name, old, new in zip(Row._fields, before, row, strict=True) if new != old}
                if not changed:
                    continue
                columns = ", ".join([f"{name} = ?" for name in changed])
                sql = f"update document set {columns} where tenant = ? and kind = ? and id = ?"
                values = (*changed.values(), tenant, kind, number)
            statements.setdefault(sql, []).append(values)
            if kind in COUNTED:
                self._count(tenant, before, -1)
                self._count(tenant, row, 1)
        cache.changed_rows.clear()
        return list(statements.items())

    def _flush_outside_transaction(self) -> None:
        if not self.connection.in_transaction:
            self.flush()

    def next_id(self, tenant: str, kind: str, first: int) -> int:
        """Return the next number of a kind, beginning with ``first``."""
        with self.lock:
            last = self._counter(tenant, kind)
            number = first if last is None else last + 1
            self._set_counter(tenant, kind, number)
            return number

    def _counter(self, tenant: str, name: str) -> int | None:
        counters, key = self._cache.counters, (tenant, name)
        if key not in counters:
            rows = self._execute("select last from counter where tenant = ? and kind = ?", tenant, name)
            counters[key] = rows[0][0] if rows else None
        return counters[key]

    def _set_counter(self, tenant: str, name: str, value: int) -> None:
        counters, key = self._cache.counters, (tenant, name)
        self._cache.changed_counters.setdefault(key, counters.get(key))
        counters[key] = value
        self._flush_outside_transaction()

    def _count(self, tenant: str, row: Row | None, by: int) -> None:
        """Adjust the counters of the row's kind."""
        if row is None:
            return
        for name, change in counter_changes(row, by):
            if change:
                self._set_counter(tenant, name, (self._counter(tenant, name) or 0) + change)

    def add(self, tenant: str, document: Document) -> None:
        """Add a new document.

        :raises DuplicateKeyError: If its unique key is taken. Its number is then used for the next document.
        """
        row = document.to_row()
        with self.lock:
            if row.unique_key is not None and self._is_taken(tenant, row.kind, row.unique_key):
                if self._counter(tenant, row.kind) == row.id:
                    self._set_counter(tenant, row.kind, row.id - 1)
                raise DuplicateKeyError
            self._remember(tenant, row, "code", "unique_key")
            self._cache.changed_rows[tenant, row.kind, row.id] = None
            self._flush_outside_transaction()

    def save(self, tenant: str, document: Document) -> None:
        """Save the changes of a document.

        :raises DuplicateKeyError: If its unique key is taken.
        """
        row = document.to_row()
        with self.lock:
            before = self._find(tenant, row.kind, "id", row.id)
            assert before is not None, "it was added"
            if row == before:
                return
            key_changed = row.unique_key != before.unique_key
            if key_changed and row.unique_key is not None and self._is_taken(tenant, row.kind, row.unique_key):
                raise DuplicateKeyError
            self._remember(tenant, row)
            self._cache.changed_rows.setdefault((tenant, row.kind, row.id), before)
            if key_changed:
                self._remember(tenant, row, "unique_key")
                self.flush()  # before another document takes its old key
            self._flush_outside_transaction()

    def _is_taken(self, tenant: str, kind: str, unique_key: str) -> bool:
        """Return whether a unique key is taken. If not, it is taken from now on."""
        if self._keys.may_have(tenant, kind, unique_key):
            return self._find(tenant, kind, "unique_key", unique_key) is not None
        self._keys.add(tenant, kind, unique_key)
        return False

    def _remember(self, tenant: str, row: Row, *columns: str) -> None:
        if self._cache.full:
            self.flush()
            self._cache.age()
        self._cache.put(tenant, row)
        for column in columns:
            if getattr(row, column) is not None:
                self._cache.put(tenant, row, column)

    def clocks(self) -> list[tuple[str, str]]:
        """Return the tenants whose clock was changed, with its state. A reset of the data does not delete them."""
        return [(tenant, body) for tenant, body in self._execute("select tenant, body from clock order by tenant")]

    def save_clock(self, tenant: str, body: str) -> None:
        """Store the state of a tenant's clock."""
        self._execute("insert into clock values (?, ?) on conflict do update set body = excluded.body", tenant, body)

    def get_settings(self, tenant: str) -> str | None:
        """Return a tenant's settings as JSON, or None if they were never changed."""
        if tenant not in self._cache.settings:
            rows = self._execute("select body from setting where tenant = ?", tenant)
            self._cache.settings[tenant] = rows[0][0] if rows else None
        return self._cache.settings[tenant]

    def save_settings(self, tenant: str, body: str) -> None:
        """Store a tenant's settings."""
        self._execute("insert into setting values (?, ?) on conflict do update set body = excluded.body", tenant, body)
        self._cache.settings[tenant] = body

    def find(
        self,
        tenant: str,
        kind: str,
        *,
        number: int | None = None,
        code: str | None = None,
        unique_key: str | None = None,
    ) -> Document | None:
        """Return the document with this number, code or unique key, or None."""
        if number is not None:
            key: tuple[str, object] = ("id", number)
        else:
            key = ("code", code) if code is not None else ("unique_key", unique_key)
        with self.lock:
            row = self._find(tenant, kind, *key)
        return None if row is None else Document.from_row(row)

    def _find(self, tenant: str, kind: str, column: str, value: object) -> Row | None:
        row = self._cache.row(tenant, kind, column, value)
        if row is None:
            sql = f"select {COLUMNS} from document where tenant = ? and kind = ? and {column} = ?"
            rows: list[Any] = self._execute(sql, tenant, kind, value)
            if not rows:
                return None
            stored = Row._make(rows[0])
            # It may be cached by another column, and have changed since.
            row = self._cache.row(tenant, kind, "id", stored.id) or stored
            self._remember(tenant, row, column)
        return row

    def children_of(self, tenant: str, kind: str, parent_id: int) -> list[Document]:
        """Return the documents of a parent, oldest first."""
        return self._select(
            "tenant = ? and kind = ? and parent_id = ? order by id", tenant, kind, parent_id, table=BY_PARENT
        )

    def find_all(
        self, tenant: str, kind: str, where: Query, *, limit: int, skip: int = 0, oldest_first: bool = False
    ) -> list[Document]:
        """Return the documents that match, newest first."""
        condition, values = where.sql()
        order = "asc" if oldest_first else "desc"
        sql = f"tenant = ? and kind = ?{condition} order by id {order} limit ? offset ?"
        table = where.table
        if skip and not where.body_conditions:
            # Skipped rows are counted along the index document_listed or document_status. Counting the documents
            # themselves took a second for one of the last pages of 100,000 documents.
            sql = f"tenant = ? and kind = ? and id in (select id from {table} where {sql}) order by id {order}"
            return self._select(sql, tenant, kind, tenant, kind, *values, limit, skip)
        return self._select(sql, tenant, kind, *values, limit, skip, table=table)

    def count(self, tenant: str, kind: str, where: Query) -> int:
        """Count the documents that match."""
        condition, values = where.sql()
        if not condition:
            # Numbers are consecutive and documents are never deleted. Counting took longer than the rest of a list.
            source = "from document where tenant = ? and kind = ?"
            sql = f"select (select max(id) {source}) - (select min(id) {source}) + 1"
            ((count,),) = self.execute(sql, tenant, kind, tenant, kind)
            return int(count or 0)
        if kind in COUNTED and where.only_status is not None:
            return self._maintained(tenant, count_key(kind, where.only_status))
        sql = f"select count(*) from {where.table} where tenant = ? and kind = ?{condition}"
        return self._aggregate(sql, tenant, kind, *values)

    def sum(self, tenant: str, kind: str, where: Query) -> int:
        """Return the sum of the amounts of the documents that match."""
        if kind in COUNTED and where.only_status is not None:
            return self._maintained(tenant, amount_key(kind, where.only_status))
        condition, values = where.sql()
        sql = f"select coalesce(sum(amount), 0) from {where.table} where tenant = ? and kind = ?{condition}"
        return self._aggregate(sql, tenant, kind, *values)

    def _maintained(self, tenant: str, name: str) -> int:
        with self.lock:
            self.flush()
            return self._counter(tenant, name) or 0

    def _aggregate(self, sql: str, *values: object) -> int:
        with self.lock:
            self.flush()
            cache = self._cache
            if cache.aggregates_at != self.connection.total_changes:
                cache.aggregates_at = self.connection.total_changes
                cache.aggregates.clear()
            if (sql, *values) not in cache.aggregates:
                ((result,),) = self.execute(sql, *values)
                cache.aggregates[sql, *values] = int(result)
            return cache.aggregates[sql, *values]

    def _select(self, condition: str, *values: object, table: str = "document") -> list[Document]:
        rows: list[Any] = self.execute(f"select {COLUMNS} from {table} where {condition}", *values)
        return [Document.from_row(Row._make(row)) for row in rows]
