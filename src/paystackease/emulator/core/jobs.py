"""What is to happen later: renewals, retries, expiries, each at its own time and in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from paystackease.emulator.core.store import Store


@dataclass(frozen=True, slots=True)
class Job:
    """Something that falls due."""

    seq: int
    tenant: str
    due: float
    name: str
    body: dict[str, Any]


class Jobs:
    """The queue. It is part of the store, so a job is kept with the change that asks for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.soonest = float("-inf")
        """Nothing is due before then. It may be too early; never too late."""
        self.look()

    def add(self, tenant: str, due: float, name: str, body: dict[str, Any]) -> None:
        """Have the job done that is called ``name``, when it is ``due`` (seconds since 1970)."""
        sql = "insert into job (tenant, due, name, body) values (?, ?, ?, ?)"
        self._store.execute(sql, tenant, due, name, msgspec.json.encode(body))
        self.soonest = min(self.soonest, due)

    def due(self, until: float) -> float | None:
        """When the first is due, of what is due by then."""
        if until < self.soonest:
            return None
        self.look()
        return self.soonest if self.soonest <= until else None

    def look(self) -> None:
        """Find out anew when the soonest is due."""
        ((soonest,),) = self._store.execute("select min(due) from job")
        self.soonest = float("inf") if soonest is None else soonest

    def take(self, until: float) -> Job | None:
        """Take out the first that is due by then."""
        sql = "delete from job where seq = (select seq from job where due <= ? order by due, seq limit 1) returning *"
        rows = self._store.execute(sql, until)
        for seq, tenant, due, name, body in rows:
            return Job(seq, tenant, due, name, msgspec.json.decode(body))
        self.look()
        return None
