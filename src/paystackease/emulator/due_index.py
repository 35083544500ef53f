"""The index of due times: it finds the tenant whose next job or webhook is due first, without a scan of all tenants.

Times of different tenants cannot be compared, since each has its own clock. So the index compares the real time at
which a tenant's clock reaches its next due time. It has only lower bounds, and computes the exact time of the first
tenant when it is read. So a rollback does not make it wrong, and a job is added in logarithmic time.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable

from paystackease.emulator.tenant_clocks import TenantClocks

ALWAYS, NEVER = float("-inf"), float("inf")


class DueIndex:
    """The real time at which each tenant's next job or webhook is due at the earliest."""

    def __init__(self, clocks: TenantClocks) -> None:
        self._clocks = clocks
        self._lock = threading.Lock()
        self._bounds: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []
        """The bounds, and outdated ones that are skipped."""

    def add(self, tenant: str, due: float) -> None:
        """Note that something of a tenant is due.

        :param due: When, by the tenant's clock.
        """
        self._lower(tenant, self._clocks.get(tenant).real_time_of(due))

    def mark_changed(self, tenant: str) -> None:
        """Note that anything of a tenant may be due, since its clock or its data was replaced."""
        self._lower(tenant, ALWAYS)

    def first(self, next_due: Callable[[str], float]) -> tuple[float, str] | None:
        """Return the real time at which something is due first, and its tenant; None if nothing is ever due.

        The caller holds the lock of the store, so that nothing is added in the meantime.

        :param next_due: Returns when a tenant's next job or webhook is due by its clock.
        """
        exact: dict[str, float] = {}
        while True:
            with self._lock:
                while self._heap and self._bounds.get(self._heap[0][1]) != self._heap[0][0]:
                    heapq.heappop(self._heap)
                if not self._heap:
                    return None
                bound, tenant = self._heap[0]
                if exact.get(tenant) == bound:
                    return bound, tenant
                # A change of the clock, from now on, lowers the bound again.
                heapq.heappop(self._heap)
                del self._bounds[tenant]
            exact[tenant] = self._clocks.get(tenant).real_time_of(next_due(tenant))
            self._lower(tenant, exact[tenant])

    def _lower(self, tenant: str, bound: float) -> None:
        with self._lock:
            if bound < self._bounds.get(tenant, NEVER):
                self._bounds[tenant] = bound
                heapq.heappush(self._heap, (bound, tenant))
