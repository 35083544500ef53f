"""The activity feed: one sequence of numbers for requests, events and deliveries, so that a reader can follow them.

The feed is in memory and has numbers only. What a number stands for is in the request log and the outbox.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Literal, NamedTuple, TypeAlias

MAX_ENTRIES = 3_000
"""How many entries of each tenant are kept: the request log keeps a thousand requests."""

ActivityKind: TypeAlias = Literal["request", "event", "delivery"]


class ActivityEntry(NamedTuple):
    """One entry of the feed."""

    seq: int
    kind: ActivityKind
    """``request``: a response was sent. ``event``: an event was added to the outbox. ``delivery``: its delivery was
    attempted."""
    number: int
    """The number of the request, the event or the attempt."""


class ActivityFeed:
    """The latest activity of all tenants."""

    def __init__(self) -> None:
        # Requests are added by the server's thread, deliveries by those of the delivery worker.
        self._lock = threading.Lock()
        self._seq = 0
        self._entries: dict[str, deque[ActivityEntry]] = {}

    @property
    def last_seq(self) -> int:
        """The number of the newest entry."""
        return self._seq

    def add(self, tenant: str, kind: ActivityKind, number: int) -> None:
        """Add an entry."""
        with self._lock:
            entries = self._entries.get(tenant)
            if entries is None:
                entries = self._entries[tenant] = deque(maxlen=MAX_ENTRIES)
            self._seq += 1
            entries.append(ActivityEntry(self._seq, kind, number))

    def since(self, tenant: str, seq: int) -> list[ActivityEntry]:
        """Return the entries of a tenant after that number, oldest first. The cost depends on their count only."""
        newer: list[ActivityEntry] = []
        with self._lock:
            for entry in reversed(self._entries.get(tenant, ())):
                if entry.seq <= seq:
                    break
                newer.append(entry)
        return newer[::-1]

    def clear(self, tenant: str) -> None:
        """Delete the entries of a tenant."""
        with self._lock:
            self._entries.pop(tenant, None)

    def clear_webhooks(self, tenant: str) -> None:
        """Delete the entries of events and deliveries: a restored snapshot may use their numbers again."""
        with self._lock:
            requests = [entry for entry in self._entries.get(tenant, ()) if entry.kind == "request"]
            self._entries[tenant] = deque(requests, maxlen=MAX_ENTRIES)
