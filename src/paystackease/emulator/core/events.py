"""What Paystack would tell by webhook, kept with the change that it reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from paystackease.emulator.core.store import Store


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    seq: int
    at: float
    name: str
    body: bytes
    """The webhook's body: ``{"event": …, "data": …}``."""

    @property
    def data(self) -> Any:
        return msgspec.json.decode(self.body)["data"]


class Events:
    """The outbox, in the order in which things happened."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, tenant: str, at: float, name: str, data: object, **more: object) -> None:
        """Keep an event. ``more`` stands beside its data, as in ``direct_debit.authorization.created``."""
        body = msgspec.json.encode({"event": name, **more, "data": data})
        self._store.execute("insert into event (tenant, at, name, body) values (?, ?, ?, ?)", tenant, at, name, body)

    def all(self, tenant: str) -> list[Event]:
        rows = self._store.execute("select seq, at, name, body from event where tenant = ? order by seq", tenant)
        return [Event(*row) for row in rows]
