"""The outbox of webhooks: an event is committed with the change that it reports, and delivered with retries.

The outbox does no I/O. It decides which event is sent when, and records the attempts;
:mod:`paystackease.emulator.webhooks.delivery` sends.

    Pending > Delivered | Failed
    Failed > Delivered                a retry succeeded
    Delivered | Failed > Pending      it is resent
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Mapping
from itertools import takewhile
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from paystackease.emulator.storage.store import Store
from paystackease.emulator.webhooks.js_json import encode_js_stable

T = TypeVar("T")

Status: TypeAlias = Literal["Pending", "Delivered", "Failed"]
STATUSES: tuple[Status, ...] = ("Pending", "Delivered", "Failed")

MAX_RECENT_EVENTS = 1_024
"""How many of the newest events are cached."""

TIMEOUT = 30.0
"""How many seconds a merchant's server has to respond."""

MAX_EXCERPT = 2_000
"""How many characters of its response are stored."""

LATE_SECONDS = 600.0
"""The default delay of a webhook with the fault ``late``."""


def retry_delay(schedule: str, tries: int, since: float) -> float | None:
    """Return the seconds from a failed attempt to the next, or None if there is none.

    Paystack's documentation: live, "every 3 minutes for the first 4 tries, then hourly for 72 hours"; in test mode
    hourly for ten hours.

    :param schedule: ``live``, ``test`` or ``off``.
    :param tries: The number of attempts so far.
    :param since: The seconds since the first attempt.
    """
    if schedule == "live":
        delay = 180.0 if tries < 4 else 3_600.0
        return delay if since + delay <= 72 * 3_600.0 else None
    return 3_600.0 if schedule == "test" and tries <= 10 else None


# There may be hundreds of thousands of events, and none can be part of a reference cycle.
class OutboxEvent(msgspec.Struct, frozen=True, gc=False):
    """An event, and the state of its delivery."""

    seq: int
    at: float
    name: str
    body: bytes
    """The webhook's body: ``{"event": …, "data": …}``."""
    tenant: str = ""
    status: Status = "Pending"
    due: float | None = None
    """When the next attempt is due; None if there is none."""
    held: str | None = None
    """Why it is held. ``told``: until :meth:`Outbox.release_held`, in manual mode. ``next``: until another event is
    sent before it."""
    tries: int = 0
    fault: str | None = None
    """The faults that are applied to its next attempt: ``late, twice``."""
    updated: float = 0.0
    """When its state last changed."""

    @property
    def data(self) -> Any:
        """The ``data`` of its body."""
        return msgspec.json.decode(self.body)["data"]

    @property
    def id(self) -> str:
        """Its id in Paystack's list of webhooks: 24 hex digits, of which the first eight are the time."""
        return f"{int(self.at):08x}{self.tenant[:6]}{self.seq:010x}"


class DeliveryAttempt(msgspec.Struct, frozen=True, gc=False):
    """One attempt to deliver an event."""

    seq: int
    event: int
    at: float
    url: str
    """The address, or the name of an application in this process."""
    status: int | None
    """The HTTP status of the response; None if there was none."""
    response: str
    """The beginning of the response's body."""
    seconds: float
    """How many seconds of real time it took."""
    error: str | None
    """Why there was no response."""
    fault: str | None
    """The faults that were applied."""

    @property
    def delivered(self) -> bool:
        """Whether the merchant acknowledged it: with HTTP 200 and no other status, as documented."""
        return self.status == 200


class Delivery(msgspec.Struct, frozen=True):
    """A webhook to send now. It contains personal data, which its repr does not show."""

    event: int
    tenant: str
    name: str
    target: Any
    """An address, or an ASGI or WSGI application in this process."""
    headers: Mapping[str, str]
    body: bytes
    at: float

    def __repr__(self) -> str:
        return f"<webhook {self.name}>"

    @property
    def url(self) -> str:
        return self.target if isinstance(self.target, str) else getattr(self.target, "__name__", "the application")


class DeliveryResult(msgspec.Struct, frozen=True):
    """The result of a delivery."""

    status: int | None
    response: str = ""
    seconds: float = 0.0
    error: str | None = None


DeliveryFlow: TypeAlias = Generator[Delivery, DeliveryResult, T]
"""A generator that yields webhooks to send and receives the result of each. It does no I/O; its caller does."""


_EVENT = "seq, at, name, body, tenant, status, due, held, tries, fault, touched"
_ATTEMPT = "seq, event, at, url, status, response, seconds, error, fault"


class _OutboxCache:
    """The outbox's part of the store's cache."""

    def __init__(self) -> None:
        self.recent: deque[OutboxEvent] = deque(maxlen=MAX_RECENT_EVENTS)
        """The newest events, without gaps."""
        self.tenants_without_followers: set[str] = set()
        """The tenants without an event that is held until another is sent."""


class Outbox:
    """The events of all tenants, in the order in which they happened.

    :param on_due: Called with a tenant and a due time when a delivery is scheduled.
    """

    def __init__(self, store: Store, on_due: Callable[[str, float], None] = lambda tenant, due: None) -> None:
        self._store, self._on_due = store, on_due
        self._earliest_due: dict[str, float] = {}

    def add(
        self,
        tenant: str,
        at: float,
        body: Mapping[str, object],
        *,
        due: float | None = None,
        held: str | None = None,
        fault: str | None = None,
    ) -> int:
        """Add an event, and return its number.

        :param body: ``{"event": …, "data": …}``.
        :param due: When it is sent; None if it is not sent, or is ``held``.
        :param held: Why it is not sent yet: ``told``, ``next``, or both: ``told next``.
        """
        store, name, content, since = (
            self._store,
            str(body["event"]),
            encode_js_stable(body),
            at if due is None else due,
        )
        with store.lock:
            seq = store.next_seq("event")
            cache = store.cached(_OutboxCache)
            row = (seq, tenant, at, name, content, "Pending", due, seq, held, since, 0, 0, fault, at)
            store.append_rows("event", row)
            cache.recent.append(OutboxEvent(seq, at, name, content, tenant, "Pending", due, held, 0, fault, at))
            if held is not None and "next" in held:
                cache.tenants_without_followers.discard(tenant)
        if due is not None:
            self.note_due(tenant, due)
        return seq

    # Reading

    def events_of(self, tenant: str) -> list[OutboxEvent]:
        """Return all events of a tenant, oldest first."""
        return self._select("tenant = ? order by seq", tenant)

    def events_since(self, seq: int, tenant: str | None = None) -> list[OutboxEvent]:
        """Return the events after that number, oldest first."""
        if tenant is None:
            with self._store.lock:
                recent = self._store.cached(_OutboxCache).recent
                if recent and recent[0].seq <= seq + 1:
                    return list(takewhile(lambda event: event.seq > seq, reversed(recent)))[::-1]
            return self._select("seq > ? order by seq", seq)
        return self._select("seq > ? and tenant = ? order by seq", seq, tenant)

    def last_seq(self) -> int:
        """Return the number of the newest event, even if it was deleted."""
        return self._store.last_seq("event")

    def find_events(
        self, tenant: str, *, limit: int = -1, before: int | None = None, after: int | None = None, **having: object
    ) -> list[OutboxEvent]:
        """Return the events that match, newest first.

        :param before: Only events with a lower number.
        :param after: Only events with a higher number.
        :param having: ``name``, ``status``, ``since`` and ``until`` (times).
        """
        where, values = _condition(before=before, after=after, **having)
        order = "desc" if after is None else "asc"
        events = self._select(f"tenant = ?{where} order by seq {order} limit ?", tenant, *values, limit)
        return events if after is None else events[::-1]

    def find(self, tenant: str, id_or_seq: str | int) -> OutboxEvent | None:
        """Return the event with this ``id`` or number, or None."""
        seq = id_or_seq
        if isinstance(seq, str):
            try:
                seq = int(seq[-10:], 16)
            except ValueError:
                return None
        rows = self._select("tenant = ? and seq = ?", tenant, seq)
        return rows[0] if rows and (isinstance(id_or_seq, int) or rows[0].id == id_or_seq) else None

    def attempts(self, tenant: str, event: int | None = None) -> list[DeliveryAttempt]:
        """Return the attempts for one event, or for all of a tenant, oldest first."""
        if event is None:
            rows = self._store.execute(f"select {_ATTEMPT} from attempt where tenant = ? order by seq", tenant)
        else:
            sql = f"select {_ATTEMPT} from attempt where tenant = ? and event = ? order by seq"
            rows = self._store.execute(sql, tenant, event)
        return [DeliveryAttempt(*row) for row in rows]

    def find_attempt(self, tenant: str, seq: int) -> DeliveryAttempt | None:
        """Return the attempt with this number, or None."""
        rows = self._store.execute(f"select {_ATTEMPT} from attempt where tenant = ? and seq = ?", tenant, seq)
        return DeliveryAttempt(*rows[0]) if rows else None

    # Delivering

    def earliest_due(self, tenant: str) -> float:
        """Return a lower bound for the time at which a tenant's next delivery is due."""
        earliest = self._earliest_due.get(tenant)
        return self.refresh_earliest_due(tenant) if earliest is None else earliest

    def note_due(self, tenant: str, due: float) -> None:
        """Note that something of a tenant is to be sent at a time, by its clock."""
        with self._store.lock:
            if due < self.earliest_due(tenant):
                self._earliest_due[tenant] = due
            self._on_due(tenant, due)

    def refresh_earliest_due(self, tenant: str) -> float:
        """Read from the database when a tenant's next delivery is due, and return it."""
        with self._store.lock:
            sql = "select min(due) from event where tenant = ? and due is not null"
            ((earliest,),) = self._store.execute(sql, tenant)
            self._earliest_due[tenant] = due = float("inf") if earliest is None else earliest
            return due

    def next_due(self, tenant: str, until: float) -> OutboxEvent | None:
        """Return a tenant's next event that is due by ``until``, or None."""
        if until < self.earliest_due(tenant):
            return None
        rows = self._select("tenant = ? and due <= ? order by due, place, seq limit 1", tenant, until)
        if not rows:
            self.refresh_earliest_due(tenant)
        return rows[0] if rows else None

    def record_attempt(
        self, event: OutboxEvent, url: str, result: DeliveryResult, now: float, schedule: str
    ) -> DeliveryAttempt:
        """Record an attempt, and schedule the next one if it failed."""
        rows = self._store.execute("select since, round from event where seq = ?", event.seq)
        sql = """insert into attempt (tenant, event, at, url, status, response, seconds, error, fault)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning seq"""
        columns = (event.seq, now, url, result.status, result.response[:MAX_EXCERPT], result.seconds, result.error)
        ((seq,),) = self._store.execute(sql, event.tenant, *columns, event.fault)
        attempt = DeliveryAttempt(seq, *columns, event.fault)
        if not rows:  # it was deleted while it was being delivered
            return attempt
        since, attempts_in_round = rows[0]
        status, due = "Delivered", None
        applied = (event.fault or "").split(", ")
        if "lost" in applied:
            status = "Failed"
        elif not attempt.delivered:
            delay = retry_delay(schedule, attempts_in_round + 1, now - since)
            status, due = "Failed", None if delay is None else now + delay
        elif "twice" in applied:
            due = now
        sql = "update event set status = ?, due = ?, round = ?, tries = tries + 1, fault = null, touched = ?"
        self._update(f"{sql} where seq = ?", status, due, attempts_in_round + 1, now, event.seq)
        if due is not None:
            self.note_due(event.tenant, due)
        return attempt

    def resend(self, event: OutboxEvent, now: float) -> None:
        """Send an event again now, and retry it on its schedule if that fails."""
        sql = (
            "update event set status = 'Pending', due = ?, held = null, since = ?, round = 0, touched = ? where seq = ?"
        )
        self._update(sql, now, now, now, event.seq)
        self.note_due(event.tenant, now)

    def copy_with_data(self, event: OutboxEvent, data: object, now: float) -> OutboxEvent:
        """Add a copy of an event that has other data, and return it."""
        body = {**msgspec.json.decode(event.body), "data": data}
        copy = self.find(event.tenant, self.add(event.tenant, now, body))
        assert copy is not None, "it was added"
        return copy

    def release_held(self, tenant: str, now: float) -> int:
        """Make all held events of a tenant due, and return how many there were."""
        sql = "update event set due = ?, since = ?, held = null where tenant = ? and held is not null returning seq"
        released = self._update(sql, now, now, tenant)
        if released:
            self.note_due(tenant, now)
        return len(released)

    def release_followers(self, tenant: str, due: float) -> None:
        """Make the events that are held until another is sent follow the newest event, which is ``due`` then."""
        without = self._store.cached(_OutboxCache).tenants_without_followers
        if tenant not in without:
            sql = """update event set place = (select max(seq) from event) + 0.5, since = ?,
                due = case held when 'next' then ? end, held = case held when 'next' then null else 'told' end
                where tenant = ? and held in ('next', 'told next')"""
            self._update(sql, due, due, tenant)
            self.note_due(tenant, due)
            self._store.cached(_OutboxCache).tenants_without_followers.add(tenant)

    def count(self, tenant: str, **having: object) -> int:
        """Count the events that match; see :meth:`find_events`."""
        where, values = _condition(**having)
        ((count,),) = self._store.execute(f"select count(*) from event where tenant = ?{where}", tenant, *values)
        return int(count)

    def _update(self, sql: str, *values: object) -> list[Any]:
        with self._store.lock:
            self._store.cached(_OutboxCache).recent.clear()  # they are out of date
            return self._store.execute(sql, *values)

    def _select(self, condition: str, *values: object) -> list[OutboxEvent]:
        return [
            OutboxEvent(*row) for row in self._store.execute(f"select {_EVENT} from event where {condition}", *values)
        ]


_CONDITIONS = {
    "before": "seq < ?",
    "after": "seq > ?",
    "name": "name = ?",
    "status": "status = ?",
    "since": "at >= ?",
    "until": "at <= ?",
}


def _condition(**having: object) -> tuple[str, list[object]]:
    conditions = {name: value for name, value in having.items() if value is not None}
    return "".join(f" and {_CONDITIONS[name]}" for name in conditions), list(conditions.values())
