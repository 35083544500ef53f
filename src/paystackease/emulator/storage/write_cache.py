"""The write cache of a store: rows that were read lately, and changes that are not written yet.

There is one connection, one lock and no other writer. So a cached row is right until it is changed here, or until a
transaction is rolled back: then the whole cache is discarded.

Changes are written when the transaction ends, or before SQL reads them. A document that is created, paid and reported
in one transaction is written once, and many rows by one statement.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")


class Row(NamedTuple):
    """A row of the table of documents."""

    kind: str
    id: int
    code: str | None
    unique_key: str | None
    parent_id: int | None
    created: float
    updated: float
    status: str | None
    """The status in its body, by which lists are filtered."""
    amount: int | None
    """The amount in its body, for sums."""
    body: str


MAX_DOCUMENTS = 4_096
"""How many documents are cached, and as many older ones."""

MAX_UNIQUE_KEYS = 250_000
"""How many unique keys the filter holds, in some 20 MB."""


class KeyFilter:
    """A filter of unique keys: a key that it does not contain was never used, and needs no query.

    A key stays in the filter if its transaction is rolled back. That costs only a query.

    :param empty: Whether no key was used yet. If some were, or if there are too many, every key may be used.
    """

    def __init__(self, *, empty: bool) -> None:
        self._hashes: set[int] | None = set() if empty else None

    def add(self, *key: str) -> None:
        if self._hashes is not None:
            self._hashes.add(hash(key))
            if len(self._hashes) > MAX_UNIQUE_KEYS:
                self._hashes = None

    def may_have(self, *key: str) -> bool:
        return self._hashes is None or hash(key) in self._hashes


class WriteCache:
    """The cache of a store, for all tenants. To discard it, replace it with a new one."""

    def __init__(self) -> None:
        self.settings: dict[str, str | None] = {}
        self.aggregates: dict[tuple[object, ...], int] = {}
        """Counts and sums by query, valid until something is written."""
        self.aggregates_at = 0
        self.counters: dict[tuple[str, str], int | None] = {}
        self.last_seqs: dict[str, int] = {}
        """By table: the number of the last row."""
        self._extensions: dict[type, Any] = {}

        # Changes that are not written yet.
        self.changed_counters: dict[tuple[str, str], int | None] = {}
        """The changed counters, with their old values."""
        self.changed_rows: dict[tuple[str, str, int], Row | None] = {}
        """The changed documents, with their old rows; None if they are new."""
        self.appended: dict[str, list[tuple[object, ...]]] = {}
        """By table: rows to insert."""
        self.removed: dict[str, list[tuple[int]]] = {}
        """By table: the numbers of rows to delete."""

        # The least recently used rows are dropped first: a used row moves from the older generation to the younger.
        self._rows: dict[tuple[str, str, object], Row] = {}
        self._older: dict[tuple[str, str, object], Row] = {}
        self._numbers: dict[tuple[str, str, str, object], int] = {}
        self._older_numbers: dict[tuple[str, str, str, object], int] = {}

    def extension(self, kind: type[V]) -> V:
        """Return the cache of this type that another part of the emulator defines. Create it if there is none."""
        cache = self._extensions.get(kind)
        if cache is None:
            cache = self._extensions[kind] = kind()
        return cast("V", cache)

    @property
    def unwritten(self) -> bool:
        """Whether there are changes that are not written yet."""
        return bool(self.changed_rows or self.appended or self.removed or self.changed_counters)

    def row(self, tenant: str, kind: str, column: str, value: object) -> Row | None:
        """Return the row with this ``id``, ``code`` or ``unique_key``, or None if it is not cached."""
        if column == "id":
            return _get_and_renew(self._rows, self._older, (tenant, kind, value))
        number = _get_and_renew(self._numbers, self._older_numbers, (tenant, kind, column, value))
        row = None if number is None else _get_and_renew(self._rows, self._older, (tenant, kind, number))
        # Its key may have changed since.
        return row if row is not None and getattr(row, column) == value else None

    def put(self, tenant: str, row: Row, column: str = "id") -> None:
        """Cache a row, and by which column it can be found."""
        self._rows[tenant, row.kind, row.id] = row
        if column != "id":
            self._numbers[tenant, row.kind, column, getattr(row, column)] = row.id

    @property
    def full(self) -> bool:
        """Whether the younger generation is full."""
        return len(self._rows) >= MAX_DOCUMENTS

    def age(self) -> None:
        """Drop the older generation, all of which is written, and make the younger one the older."""
        self._older, self._rows = self._rows, {}
        self._older_numbers, self._numbers = self._numbers, {}


def _get_and_renew(young: dict[K, V], older: dict[K, V], key: K) -> V | None:
    value = young.get(key)
    if value is None and older and (value := older.get(key)) is not None:
        young[key] = value
    return value
