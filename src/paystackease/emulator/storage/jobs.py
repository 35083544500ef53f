"""What is to happen later: renewals, retries, expiries, each at its own time and in order."""

from __future__ import annotations

import heapq
from typing import Any, TypeAlias

import msgspec

from paystackease.emulator.storage.store import Store

AHEAD = 256
"""How many of the next ones are read at once."""

MOST = 16 * AHEAD
"""How many are remembered."""

_Row: TypeAlias = tuple[float, int, str, str, bytes]
"""When it is due, its number, whose it is, its name and its body: in the order in which they are done."""


class Job(msgspec.Struct, frozen=True):
    """Something that falls due."""

    seq: int
    tenant: str
    due: float
    name: str
    body: dict[str, Any]


class JobHeap(msgspec.Struct):
    """The jobs that fall due next, as a heap."""

    rows: list[_Row]
    after: tuple[float, int] | None
    """Later than this there are others; None where these are all."""

    def put(self, row: _Row) -> None:
        if self.after is None or row[:2] < self.after:
            heapq.heappush(self.rows, row)


class Jobs:
    """The queue. It is part of the store, so a job is kept with the change that asks for it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def soonest(self) -> float:
        """Nothing is due before then. It may be too early; never too late."""
        upcoming = self._store.memory.jobs
        if upcoming is None:
            return float("-inf")
        # Read at one stroke, for it is not locked.
        for due, *_ in upcoming.rows[:1]:
            return due
        return float("inf" if upcoming.after is None else "-inf")

    def add(self, tenant: str, due: float, name: str, body: dict[str, Any]) -> None:
        """Have the job done that is called ``name``, when it is ``due`` (seconds since 1970)."""
        with self._store.lock:
            seq, content = self._store.number("job"), msgspec.json.encode(body)
            self._store.append("job", (seq, tenant, due, name, content))
            if (upcoming := self._store.memory.jobs) is not None:
                upcoming.put((due, seq, tenant, name, content))

    def due(self, until: float) -> float | None:
        """When the first is due, of what is due by then."""
        row = self._first(until)
        return None if row is None else row[0]

    def take(self, until: float) -> Job | None:
        """Take out the first that is due by then."""
        with self._store.lock:
            row = self._first(until)
            if row is None:
                return None
            due, seq, tenant, name, body = row
            self._store.remove("job", seq)
            upcoming = self._store.memory.jobs
            assert upcoming is not None, "the first was looked up"
            heapq.heappop(upcoming.rows)
            return Job(seq, tenant, due, name, msgspec.json.decode(body))

    def _first(self, until: float) -> _Row | None:
        with self._store.lock:
            upcoming = self._store.memory.jobs
            if upcoming is None or not (upcoming.rows or upcoming.after is None) or len(upcoming.rows) > MOST:
                sql = "select due, seq, tenant, name, body from job order by due, seq limit ?"
                found: list[Any] = self._store.execute(sql, AHEAD)
                # Sorted as they are, they are a heap.
                after = found[-1][:2] if len(found) == AHEAD else None
                self._store.memory.jobs = upcoming = JobHeap(found, after)
            row = upcoming.rows[0] if upcoming.rows else None
            return row if row is not None and row[0] <= until else None
