"""The queue of scheduled jobs: renewals, retries, expiries, each at its own time and in order.

A job is due by the clock of its tenant, so each tenant has a queue of its own.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from paystackease.emulator.storage.store import Store

READ_AHEAD = 256
"""How many of the next jobs are read in one query."""

MAX_HEAP_SIZE = 16 * READ_AHEAD
"""How many jobs of a tenant are cached at most."""

_Row: TypeAlias = tuple[float, int, str, bytes]
"""When it is due, its number, name and body. Rows sort in the order in which they run."""


class Job(msgspec.Struct, frozen=True):
    """A scheduled job."""

    seq: int
    tenant: str
    due: float
    name: str
    body: dict[str, Any]


class JobHeap:
    """The cache of a tenant's next jobs, as a heap. Until it is loaded, any job may be due."""

    def __init__(self) -> None:
        self.rows: list[_Row] = []
        self.complete_until: tuple[float, int] | None = (float("-inf"), -1)
        """Due time and number up to which the heap has all jobs; None if it has all jobs."""

    def push(self, row: _Row) -> None:
        if self.complete_until is None or row[:2] < self.complete_until:
            heapq.heappush(self.rows, row)


class _Heaps:
    """The heaps of all tenants, in the store's cache."""

    def __init__(self) -> None:
        self.by_tenant: defaultdict[str, JobHeap] = defaultdict(JobHeap)


class JobQueue:
    """The queues. They are part of the store, so that a job is committed with the change that schedules it.

    :param on_due: Called with a tenant and a due time when a job is added.
    """

    def __init__(self, store: Store, on_due: Callable[[str, float], None] = lambda tenant, due: None) -> None:
        self._store, self._on_due = store, on_due

    def earliest_due(self, tenant: str) -> float:
        """Return a lower bound for the time at which a tenant's next job is due."""
        heap = self._heap(tenant)
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
            self._heap(tenant).push((due, seq, name, content))
            self._on_due(tenant, due)

    def next_due(self, tenant: str, until: float) -> float | None:
        """Return when a tenant's next job is due, or None if none is due by ``until``."""
        row = self._first(tenant, until)
        return None if row is None else row[0]

    def pop_due(self, tenant: str, until: float) -> Job | None:
        """Remove and return a tenant's next job that is due by ``until``."""
        with self._store.lock:
            row = self._first(tenant, until)
            if row is None:
                return None
            due, seq, name, body = row
            self._store.remove_row("job", seq)
            heapq.heappop(self._heap(tenant).rows)
            return Job(seq, tenant, due, name, msgspec.json.decode(body))

    def _heap(self, tenant: str) -> JobHeap:
        return self._store.cached(_Heaps).by_tenant[tenant]

    def _first(self, tenant: str, until: float) -> _Row | None:
        with self._store.lock:
            heap = self._heap(tenant)
            if not (heap.rows or heap.complete_until is None) or len(heap.rows) > MAX_HEAP_SIZE:
                sql = "select due, seq, name, body from job where tenant = ? order by due, seq limit ?"
                rows: list[Any] = self._store.execute(sql, tenant, READ_AHEAD)
                # A sorted list is a heap.
                heap.rows, heap.complete_until = rows, rows[-1][:2] if len(rows) == READ_AHEAD else None
            row = heap.rows[0] if heap.rows else None
            return row if row is not None and row[0] <= until else None
