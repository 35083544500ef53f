"""What Paystack tells by webhook: kept with the change that it reports, and then delivered, again and again.

Pure: this says what is to be sent where and when, and keeps what became of it. Who sends is
:mod:`paystackease.emulator.server.couriers`.

    Pending > Delivered | Failed      Failed > Delivered, as long as it is tried again; and back to Pending by a resend
"""

from __future__ import annotations

import hmac
from collections.abc import Generator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec

from paystackease.emulator.storage.store import Store
from paystackease.emulator.webhooks.js_json import encode_js_stable

T = TypeVar("T")

Status: TypeAlias = Literal["Pending", "Delivered", "Failed"]
STATUSES: tuple[Status, ...] = ("Pending", "Delivered", "Failed")

TIMEOUT = 30.0
"""Seconds that a merchant's server has to answer."""

MAX_EXCERPT = 2_000
"""How many letters of its answer are kept."""

LATE = 600.0
"""How late a webhook is that a fault makes late, unless it says."""


def pause(schedule: str, tries: int, since: float) -> float | None:
    """How many seconds after a try that failed comes the next, or None where there is none.

    Paystack's documentation: live, "every 3 minutes for the first 4 tries, then hourly for 72 hours"; in test mode
    hourly for ten hours.

    :param schedule: ``live``, ``test`` or ``off``.
    :param tries: How often it was tried.
    :param since: How many seconds ago the first was.
    """
    if schedule == "live":
        wait = 180.0 if tries < 4 else 3_600.0
        return wait if since + wait <= 72 * 3_600.0 else None
    return 3_600.0 if schedule == "test" and tries <= 10 else None


# There are hundreds of thousands of these after a year, and they hold nothing that garbage is sought in.
class Event(msgspec.Struct, frozen=True, gc=False):
    """Something that happened, and what became of telling it."""

    seq: int
    at: float
    name: str
    body: bytes
    """The webhook's body: ``{"event": …, "data": …}``."""
    tenant: str = ""
    status: Status = "Pending"
    due: float | None = None
    """When it is sent next; None where it is not."""
    held: str | None = None
    """Why it waits: ``told`` until :meth:`Events.release`, ``next`` for another that is to be told before it."""
    tries: int = 0
    fault: str | None = None
    """What goes wrong with its next try, and has gone wrong before it: ``late, twice``."""
    touched: float = 0.0
    """When anything last became of it."""

    @property
    def data(self) -> Any:
        """What it happened to."""
        return msgspec.json.decode(self.body)["data"]

    @property
    def id(self) -> str:
        """What Paystack's list of webhooks calls it: 24 hex letters, of which the first eight are the time."""
        return f"{int(self.at):08x}{self.tenant[:6]}{self.seq:010x}"


class Attempt(msgspec.Struct, frozen=True, gc=False):
    """One try to deliver an event."""

    seq: int
    event: int
    at: float
    url: str
    """Where it went; of an application in this process, its name."""
    status: int | None
    """What was answered; None where nothing was."""
    response: str
    """The beginning of the answer's body."""
    seconds: float
    """How long it really took."""
    error: str | None
    """What went wrong, where no answer came."""
    fault: str | None
    """What went wrong on purpose."""

    @property
    def delivered(self) -> bool:
        """Whether the merchant has taken it: 200 and nothing else, as the documentation says."""
        return self.status == 200


class Delivery(msgspec.Struct, frozen=True):
    """A webhook that is to be sent now. It has personal data in it: its repr shows none."""

    event: int
    tenant: str
    name: str
    target: Any
    """An address, or an ASGI or WSGI application of this process."""
    headers: Mapping[str, str]
    body: bytes
    at: float

    def __repr__(self) -> str:
        return f"<webhook {self.name}>"

    @property
    def url(self) -> str:
        return self.target if isinstance(self.target, str) else getattr(self.target, "__name__", "the application")


class Outcome(msgspec.Struct, frozen=True):
    """What became of a sending."""

    status: int | None
    response: str = ""
    seconds: float = 0.0
    error: str | None = None


Steps: TypeAlias = Generator[Delivery, Outcome, T]
"""What yields webhooks to be sent, and is told what became of each."""


def signed(body: bytes, secret_key: str) -> str:
    """Paystack's signature: lower-case hex HMAC-SHA512 over the very bytes."""
    return hmac.digest(secret_key.encode(), body, "sha512").hex()


_EVENT = "seq, at, name, body, tenant, status, due, held, tries, fault, touched"
_ATTEMPT = "seq, event, at, url, status, response, seconds, error, fault"


class Outbox:
    """The outbox, in the order in which things happened."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.soonest = float("-inf")
        """No delivery is due before then. It may be too early; never too late."""
        self.look()

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
        """Keep an event, and give its number.

        :param body: ``{"event": …, "data": …}``.
        :param due: When it is sent; None where it is not, or is ``held``.
        :param held: Why it is not sent yet: ``told``, ``next`` or both, ``told next``.
        """
        store, name, content, since = (
            self._store,
            str(body["event"]),
            encode_js_stable(body),
            at if due is None else due,
        )
        with store.lock:
            seq = store.number("event")
            kept = (seq, tenant, at, name, content, "Pending", due, seq, held, since, 0, 0, fault, at)
            store.append("event", kept)
            store.memory.events.append(Event(seq, at, name, content, tenant, "Pending", due, held, 0, fault, at))
            if held is not None and "next" in held:
                store.memory.tenants_without_followers.discard(tenant)
        if due is not None and due < self.soonest:
            self.soonest = due
        return seq

    # What is there

    def all(self, tenant: str) -> list[Event]:
        """Everything that a tenant was told, or would have been, the oldest first."""
        return self._select("tenant = ? order by seq", tenant)

    def since(self, seq: int, tenant: str | None = None) -> list[Event]:
        """Everything after that one."""
        if tenant is None:
            with self._store.lock:
                lately = self._store.memory.events
                if lately and lately[0].seq <= seq + 1:
                    return list(takewhile(lambda event: event.seq > seq, reversed(lately)))[::-1]
            return self._select("seq > ? order by seq", seq)
        return self._select("seq > ? and tenant = ? order by seq", seq, tenant)

    def last(self) -> int:
        """The number that the newest has or had."""
        return self._store.last("event")

    def some(
        self, tenant: str, *, limit: int = -1, before: int | None = None, after: int | None = None, **having: object
    ) -> list[Event]:
        """The newest first, those that have these values: ``name``, ``status``, ``since`` and ``until`` (times).

        :param before: Only those that are older than that number.
        :param after: Only those that are newer.
        """
        where, values = _where(before=before, after=after, **having)
        order = "desc" if after is None else "asc"
        found = self._select(f"tenant = ?{where} order by seq {order} limit ?", tenant, *values, limit)
        return found if after is None else found[::-1]

    def find(self, tenant: str, id_or_seq: str | int) -> Event | None:
        """The one with this ``id`` or number."""
        seq = id_or_seq
        if isinstance(seq, str):
            try:
                seq = int(seq[-10:], 16)
            except ValueError:
                return None
        rows = self._select("tenant = ? and seq = ?", tenant, seq)
        return rows[0] if rows and (isinstance(id_or_seq, int) or rows[0].id == id_or_seq) else None

    def attempts(self, tenant: str, event: int | None = None) -> list[Attempt]:
        """What was tried, the oldest first: for one event, or all."""
        if event is None:
            rows = self._store.execute(f"select {_ATTEMPT} from attempt where tenant = ? order by seq", tenant)
        else:
            sql = f"select {_ATTEMPT} from attempt where tenant = ? and event = ? order by seq"
            rows = self._store.execute(sql, tenant, event)
        return [Attempt(*row) for row in rows]

    # What is to be done

    def due(self, until: float, excluding: Sequence[str] = (), only: str | None = None) -> Event | None:
        """What is to be sent first, of what is due by then.

        :param excluding: Not to these tenants.
        :param only: To this one.
        """
        if until < self.soonest:
            return None
        where, values = f"due <= ? and tenant not in ({', '.join('?' * len(excluding))})", [until, *excluding]
        if only is not None:
            where, values = f"{where} and tenant = ?", [*values, only]
        rows = self._select(f"{where} order by due, place, seq limit 1", *values)
        if not rows and not excluding and only is None:
            self.look()
        return rows[0] if rows else None

    def tried(self, event: Event, url: str, outcome: Outcome, now: float, schedule: str) -> Attempt:
        """Keep what became of a try, and say when the next is."""
        rows = self._store.execute("select since, round from event where seq = ?", event.seq)
        sql = """insert into attempt (tenant, event, at, url, status, response, seconds, error, fault)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning seq"""
        kept = (event.seq, now, url, outcome.status, outcome.response[:MAX_EXCERPT], outcome.seconds, outcome.error)
        ((seq,),) = self._store.execute(sql, event.tenant, *kept, event.fault)
        attempt = Attempt(seq, *kept, event.fault)
        if not rows:  # it was forgotten while it was being delivered
            return attempt
        since, round_ = rows[0]
        status, due = "Delivered", None
        struck = (event.fault or "").split(", ")
        if "lost" in struck:
            status = "Failed"
        elif not attempt.delivered:
            wait = pause(schedule, round_ + 1, now - since)
            status, due = "Failed", None if wait is None else now + wait
        elif "twice" in struck:
            due = now
        sql = "update event set status = ?, due = ?, round = ?, tries = tries + 1, fault = null, touched = ?"
        self._update(f"{sql} where seq = ?", status, due, round_ + 1, now, event.seq)
        if due is not None:
            self.soonest = min(self.soonest, due)
        return attempt

    def again(self, event: Event, now: float) -> None:
        """Have it sent once more, and again on its schedule where that fails."""
        sql = (
            "update event set status = 'Pending', due = ?, held = null, since = ?, round = 0, touched = ? where seq = ?"
        )
        self._update(sql, now, now, now, event.seq)
        self.soonest = min(self.soonest, now)

    def edited(self, event: Event, data: object, now: float) -> Event:
        """The same event with other data, as one more."""
        body = {**msgspec.json.decode(event.body), "data": data}
        found = self.find(event.tenant, self.add(event.tenant, now, body))
        assert found is not None, "it was added"
        return found

    def release(self, tenant: str, now: float) -> int:
        """Have sent all that is held back. Gives how many there were."""
        sql = "update event set due = ?, since = ?, held = null where tenant = ? and held is not null returning seq"
        found = self._update(sql, now, now, tenant)
        if found:
            self.soonest = min(self.soonest, now)
        return len(found)

    def follow(self, tenant: str, due: float) -> None:
        """Have what waited for another sent after the newest, and when that is."""
        nobody = self._store.memory.tenants_without_followers
        if tenant not in nobody:
            sql = """update event set place = (select max(seq) from event) + 0.5, since = ?,
                due = case held when 'next' then ? end, held = case held when 'next' then null else 'told' end
                where tenant = ? and held in ('next', 'told next')"""
            self._update(sql, due, due, tenant)
            nobody.add(tenant)

    def count(self, tenant: str, **having: object) -> int:
        where, values = _where(**having)
        ((count,),) = self._store.execute(f"select count(*) from event where tenant = ?{where}", tenant, *values)
        return int(count)

    def look(self) -> None:
        """Find out anew when the soonest is due."""
        ((soonest,),) = self._store.execute("select min(due) from event where due is not null")
        self.soonest = float("inf") if soonest is None else soonest

    def _update(self, sql: str, *values: object) -> list[Any]:
        with self._store.lock:
            self._store.memory.events.clear()  # as they were
            return self._store.execute(sql, *values)

    def _select(self, condition: str, *values: object) -> list[Event]:
        return [Event(*row) for row in self._store.execute(f"select {_EVENT} from event where {condition}", *values)]


_CONDITIONS = {
    "before": "seq < ?",
    "after": "seq > ?",
    "name": "name = ?",
    "status": "status = ?",
    "since": "at >= ?",
    "until": "at <= ?",
}


def _where(**having: object) -> tuple[str, list[object]]:
    given = {name: value for name, value in having.items() if value is not None}
    return "".join(f" and {_CONDITIONS[name]}" for name in given), list(given.values())
