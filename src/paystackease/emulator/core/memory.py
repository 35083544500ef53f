"""What a store has read and written lately, so that it need not be read again.

There is one connection, one lock, and nobody else who writes: so what was read is so until it is written here, or until
an exception undoes what was written. Then all of it is forgotten, and read again when it is asked for.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A document as it is kept."""

    kind: str
    id: int
    code: str | None
    name: str | None
    owner: int | None
    created: float
    updated: float
    status: str | None
    """That of its body, by which lists are narrowed."""
    amount: int | None
    """That of its body, of which sums are made."""
    body: str


MOST = 4_096
"""How many documents are remembered."""


class Memory:
    """What is remembered of all tenants."""

    def __init__(self) -> None:
        self.settings: dict[str, str | None] = {}
        self.balances: dict[tuple[str, str, str], int] = {}
        """What an account of a tenant holds in a currency."""
        self.reckoned: dict[tuple[object, ...], int] = {}
        """How many there are, and what they come to, of what a query finds: until something is written."""
        self.reckoned_at = 0
        self.counters: dict[tuple[str, str], int | None] = {}
        self.unwritten: dict[tuple[str, str], int | None] = {}
        """The counters that have changed since they were last written, and what they were: a transaction writes each of
        them once, and none that is what it was."""
        self._rows: dict[tuple[str, str, object], Row] = {}
        self._numbers: dict[tuple[str, str, str, object], int] = {}

    def forget(self) -> None:
        """All of it."""
        for remembered in (self.settings, self.balances, self.reckoned, self.counters, self._rows, self._numbers):
            remembered.clear()
        self.unwritten.clear()

    def row(self, tenant: str, kind: str, column: str, value: object) -> Row | None:
        """The document with this ``id``, ``code`` or ``name``, where it is remembered."""
        number = value if column == "id" else self._numbers.get((tenant, kind, column, value))
        row = self._rows.get((tenant, kind, number))
        # It may have had that name and have another by now.
        return row if row is not None and getattr(row, column) == value else None

    def keep(self, tenant: str, row: Row, column: str = "id") -> None:
        """Remember a document as it is kept, and that it was found by this column."""
        if len(self._rows) >= MOST:
            self._rows.clear()
            self._numbers.clear()
        self._rows[tenant, row.kind, row.id] = row
        if column != "id":
            self._numbers[tenant, row.kind, column, getattr(row, column)] = row.id
