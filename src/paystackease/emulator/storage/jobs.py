"""The queue of scheduled jobs: renewals, retries, expiries, each at its own time and in order."""

from __future__ import annotations

import heapq
from typing import Any, TypeAlias

import msgspec

from paystackease.emulator.storage.store import Store

READ_AHEAD = 256
"""How many of the next jobs are read in one query."""

MAX_HEAP_SIZE = 16 * READ_AHEAD
"""How many jobs are cached at most."""

_Row: TypeAlias = tuple[float, int, str, str, bytes]
"""When it is due, its number, tenant, name and body. Rows sort in the order in which they run."""


class Job(msgspec.Struct, frozen=True):
    """A scheduled job."""

    seq: int
    tenant: str
    due: float
    name: str
    body: dict[str, Any]


class JobHeap:
    """The cache of the next jobs, as a heap. Until it is loaded, any job may be due."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self.complete_until: tuple[float, int] | None = (float("-inf"), -1)
        """Due time and number up to which the heap has all jobs; None if it has all jobs."""

    def push(self, row: _Row) -> None:
        if self.complete_until is None or row[:2] < self.complete_until:
            heapq.heappush(self.rows, row)


class JobQueue:
    """The queue. It is part of the store, so that a job is committed with the change that schedules it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def earliest_due(self) -> float:
        """A lower bound for the time at which the next job is due."""
        heap = self._store.cached(JobHeap)
        # Read in one step, without the lock.
        for due, *_ in heap.rows[:1]:
            return due
        return float("inf" if heap.complete_until is None else "-inf")

    def add(self, tenant: str, due: float, name: str, body: dict[str, Any]) -> None:
        """Schedule the job called ``name``.

        :param due: When it runs, in seconds since 1970.
        """
        with self._store.lock:
            seq, content = self._store.next_seq("job"), msgspec.json.encode(body)
            self._store.append_rows("job", (seq, tenant, due, name, content))
            self._store.cached(JobHeap).push((due, seq, tenant, name, content))

    def next_due(self, until: float) -> float | None:
        """Return when the next job is due, or None if none is due by ``until``."""
        row = self._first(until)
        return None if row is None else row[0]

    def pop_due(self, until: float) -> Job | None:
        """Remove and return the next job that is due by ``until``."""
        with self._store.lock:
            row = self._first(until)
            if row is None:
                return None
            due, seq, tenant, name, body = row
            self._store.remove_row("job", seq)
            heapq.heappop(self._store.cached(JobHeap).rows)
            return Job(seq, tenant, due, name, msgspec.json.decode(body))

    def _first(self, until: float) -> _Row | None:
        with self._store.lock:
            heap = self._store.cached(JobHeap)
            if not (heap.rows or heap.complete_until is None) or len(heap.rows) > MAX_HEAP_SIZE:
                sql = "select due, seq, tenant, name, body from job order by due, seq limit ?"
                rows: list[Any] = self._store.execute(sql, READ_AHEAD)
                # A sorted list is a heap.
                heap.rows, heap.complete_until = rows, rows[-1][:2] if len(rows) == READ_AHEAD else None
            row = heap.rows[0] if heap.rows else None
            return row if row is not None and row[0] <= until else None
