"""What a store has read lately, so that it need not be read again, and what it is about to write.

There is one connection, one lock, and nobody else who writes: so what was read is so until it is changed here, or until
an exception undoes what was changed. Then all of it is forgotten, and read again when it is asked for.

What is changed is written when the transaction ends, or before SQL looks at it: a thing that is made, paid and told of
in one transaction is written once, and many rows by one statement.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from paystackease.emulator.storage.jobs import JobHeap
    from paystackease.emulator.webhooks.outbox import Event


K = TypeVar("K")
V = TypeVar("V")


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
"""How many documents are remembered, and as many older ones."""

MAX_UNIQUE_KEYS = 250_000
"""How many names are remembered, in some 20 MB."""

MAX_RECENT_EVENTS = 1_024
"""How many of the newest events are."""


class Names:
    """Which names there may be: whatever it does not have was surely never given, and need not be looked for.

    What is undone stays in it, and is looked for in vain.

    :param empty: Whether there are none yet. Where there are, or too many by now, all are looked for.
    """

    def __init__(self, *, empty: bool) -> None:
        self._hashes: set[int] | None = set() if empty else None

    def add(self, *name: str) -> None:
        if self._hashes is not None:
            self._hashes.add(hash(name))
            if len(self._hashes) > MAX_UNIQUE_KEYS:
                self._hashes = None

    def may_have(self, *name: str) -> bool:
        return self._hashes is None or hash(name) in self._hashes


class WriteCache:
    """What is remembered of all tenants. To forget it, begin another."""

    def __init__(self) -> None:
        self.settings: dict[str, str | None] = {}
        self.balances: dict[tuple[str, str, str], int] = {}
        """What an account of a tenant holds in a currency."""
        self.aggregates: dict[tuple[object, ...], int] = {}
        """How many there are, and what they come to, of what a query finds: until something is written."""
        self.aggregates_at = 0
        self.counters: dict[tuple[str, str], int | None] = {}
        self.numbers: dict[str, int] = {}
        """The number that a row of such a table had last."""
        self.jobs: JobHeap | None = None
        self.events: deque[Event] = deque(maxlen=MAX_RECENT_EVENTS)
        """The newest, with none left out between them."""
        self.tenants_without_followers: set[str] = set()
        """The tenants no event of which waits for another."""

        # What is to be written.
        self.changed_counters: dict[tuple[str, str], int | None] = {}
        """The counters that have changed, and what they were."""
        self.changed_rows: dict[tuple[str, str, int], Row | None] = {}
        """The documents that have, and what they were; None where they are new."""
        self.appended: dict[str, list[tuple[object, ...]]] = {}
        """Rows of other tables."""
        self.removed: dict[str, list[tuple[int]]] = {}
        """The numbers of those that are to go."""

        # What is used stays: it comes from the older ones to the others, before those become the older ones.
        self._rows: dict[tuple[str, str, object], Row] = {}
        self._older: dict[tuple[str, str, object], Row] = {}
        self._numbers: dict[tuple[str, str, str, object], int] = {}
        self._older_numbers: dict[tuple[str, str, str, object], int] = {}

    @property
    def unwritten(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.changed_rows or self.appended or self.removed or self.changed_counters)

    def row(self, tenant: str, kind: str, column: str, value: object) -> Row | None:
        """The document with this ``id``, ``code`` or ``name``, where it is remembered."""
        if column == "id":
            return _renewed(self._rows, self._older, (tenant, kind, value))
        number = _renewed(self._numbers, self._older_numbers, (tenant, kind, column, value))
        row = None if number is None else _renewed(self._rows, self._older, (tenant, kind, number))
        # It may have had that name and have another by now.
        return row if row is not None and getattr(row, column) == value else None

    def keep(self, tenant: str, row: Row, column: str = "id") -> None:
        """Remember a document as it is, and that it was found by this column."""
        self._rows[tenant, row.kind, row.id] = row
        if column != "id":
            self._numbers[tenant, row.kind, column, getattr(row, column)] = row.id

    @property
    def full(self) -> bool:
        """Whether as many are remembered as need be."""
        return len(self._rows) >= MOST

    def turn(self) -> None:
        """Forget the older ones, all of which are written."""
        self._older, self._rows = self._rows, {}
        self._older_numbers, self._numbers = self._numbers, {}


def _renewed(there: dict[K, V], older: dict[K, V], key: K) -> V | None:
    found = there.get(key)
    if found is None and older and (found := older.get(key)) is not None:
        there[key] = found
    return found
