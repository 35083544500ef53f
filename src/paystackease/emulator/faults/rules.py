"""What goes wrong on purpose: rules by which calls and webhooks fail as they do on a bad day.

    429, 500, 502, 503, 504                  nothing is done, and the answer says so
    reset, empty, stall                      nothing is done, and the connection is lost, or no answer ever comes
    latency, drip, half                      the answer comes late, trickles, or is cut off
    bad-json, content-type                   the answer is spoilt
    stale                                    a read does not see the last write
    commit-then-drop, commit-then-stall,
    commit-then-504                          it is done, and nobody is told

and for webhooks twice, late, out-of-order, lost, bad-signature. Rules are in memory: they are part of a test, and not
of what Paystack knows. :data:`PRESETS` has some together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from paystackease._core.transport import RawResponse
from paystackease.emulator.clock import MAX_SECONDS
from paystackease.emulator.http.errors import HEADERS, ApiError

How: TypeAlias = Literal["late", "stall", "reset", "empty", "half", "drip"]


class BrokenReply(msgspec.Struct, frozen=True):
    """An answer that does not arrive as answers do. It is for whoever carries it to do so."""

    reply: RawResponse
    how: How
    """``late``: after so many seconds. ``stall``: never. ``reset`` and ``empty``: the connection is lost, without a
    word or with a proper end. ``half``: after the first half. ``drip``: bit by bit, taking so many seconds."""
    seconds: float = 0.0


class _Action(msgspec.Struct, frozen=True):
    """What a fault of one name does."""

    does: bool = True
    """Whether what was asked for is done."""
    how: How | None = None
    status: int | None = None
    seconds: float = 0.0


ACTIONS: Mapping[str, _Action] = {
    "latency": _Action(how="late", seconds=2.0),
    "429": _Action(does=False, status=429, seconds=1.0),
    "500": _Action(does=False, status=500),
    "502": _Action(does=False, status=502),
    "503": _Action(does=False, status=503),
    "504": _Action(does=False, status=504),
    "reset": _Action(does=False, how="reset"),
    "empty": _Action(does=False, how="empty"),
    "stall": _Action(does=False, how="stall"),
    "half": _Action(how="half"),
    "drip": _Action(how="drip", seconds=5.0),
    "bad-json": _Action(),
    "content-type": _Action(),
    "stale": _Action(),
    "commit-then-drop": _Action(how="reset"),
    "commit-then-stall": _Action(how="stall"),
    "commit-then-504": _Action(status=504),
}
"""What may happen to a call."""

WEBHOOK_ACTIONS = ("twice", "late", "out-of-order", "lost", "bad-signature")
"""What may happen to a webhook."""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to go wrong, where and when. All that is given must fit."""

    action: str
    """One of :data:`ACTIONS`, or of :data:`WEBHOOK_ACTIONS`."""
    operation: str | None = None
    """``POST /transfer/{code}``, ``/transfer`` or ``transfers.initiate_transfer``; for a webhook the event's name.
    None: all of them, but for the emulator's own."""
    nth: int | None = None
    """Only that one of those that fit, counted from 1."""
    every: int | None = None
    """Only each so-manieth."""
    chance: float | None = None
    """Only by chance: from 0 to 1, the same in every run with the same seed."""
    times: int | None = None
    """How often at the most."""
    seconds: float | None = None
    """How late, how slow, or how long to wait after a 429. Each action has its own."""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS and self.action not in WEBHOOK_ACTIONS:
            raise ValueError(f"action is one of {', '.join([*ACTIONS, *WEBHOOK_ACTIONS])}, not {self.action!r}")
        for name in ("nth", "every", "times"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is a whole number from 1 on")
        if self.chance is not None and not 0 <= self.chance <= 1:
            raise ValueError("chance is a number from 0 to 1")
        if self.seconds is not None and not 0 <= self.seconds <= MAX_SECONDS:
            raise ValueError(f"seconds is a number from 0 on, and at most {MAX_SECONDS:.0f}, which is ten years")

    @property
    def is_webhook(self) -> bool:
        """Whether it is of webhooks, and not of calls."""
        return self.action in WEBHOOK_ACTIONS


class Active(msgspec.Struct):
    """A rule in force, and what became of it."""

    number: int
    rule: Rule
    operation: str | None = None
    """As the router has it, its parameters without names."""
    seen: int = 0
    """How many fitted."""
    hits: int = 0
    """How many went wrong."""


PRESETS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "flaky-network": (
        {"action": "latency", "chance": 0.2, "seconds": 1.5},
        {"action": "reset", "chance": 0.05},
        {"action": "commit-then-drop", "chance": 0.05},
        {"action": "half", "chance": 0.02},
    ),
    "bank-downtime": (
        {"action": "503", "operation": "POST /charge"},
        {"action": "504", "operation": "POST /transfer", "every": 2},
        {"action": "commit-then-504", "operation": "POST /transfer"},
        {"action": "500", "operation": "POST /transaction/charge_authorization", "chance": 0.5},
        {"action": "stall", "operation": "GET /bank/resolve"},
    ),
    "webhook-hell": (
        {"action": "twice", "chance": 0.3},
        {"action": "late", "chance": 0.2, "seconds": 900.0},
        {"action": "out-of-order", "chance": 0.3},
        {"action": "bad-signature", "chance": 0.1},
        {"action": "lost", "chance": 0.05},
    ),
    "black-friday": (
        {"action": "429", "chance": 0.2},
        {"action": "latency", "chance": 0.5, "seconds": 3.0},
        {"action": "504", "chance": 0.05},
        {"action": "stale", "chance": 0.2},
        {"action": "late", "chance": 0.5, "seconds": 300.0},
    ),
}
"""Rules that belong together, by the name of the day on which they all apply."""


class Faults:
    """The rules in force, of all tenants."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._numbers = 0
        self._rules: dict[str, list[Active]] = {}

    def add(self, tenant: str, rule: Rule, operation: str | None) -> Active:
        """Have a rule in force."""
        self._numbers += 1
        active = Active(self._numbers, rule, operation)
        self._rules.setdefault(tenant, []).append(active)
        return active

    def of(self, tenant: str) -> list[Active]:
        """Those of a tenant, the oldest first."""
        return list(self._rules.get(tenant, ()))

    def remove(self, tenant: str, number: int | None = None) -> int:
        """Take out one, or all. Gives how many there were."""
        rules = self._rules.get(tenant, [])
        left = [] if number is None else [active for active in rules if active.number != number]
        if left:
            self._rules[tenant] = left
        else:
            self._rules.pop(tenant, None)
        return len(rules) - len(left)

    @property
    def any(self) -> bool:
        """Whether there are any at all."""
        return bool(self._rules)

    def lags(self, tenant: str) -> bool:
        """Whether some read may be stale, so that what it would see has to be kept."""
        return any(active.rule.action == "stale" for active in self._rules.get(tenant, ()))

    def hit(self, tenant: str, operation: str, *, webhook: bool = False, reads: bool = False) -> list[Rule]:
        """What goes wrong with this one. It is counted.

        :param operation: ``GET /transfer/{}``, or an event's name.
        :param reads: Whether it changes nothing; only such an answer can be stale.
        """
        return [
            active.rule
            for active in self._rules.get(tenant, ())
            if active.rule.is_webhook is webhook
            and active.operation in (None, operation)
            and (reads or active.rule.action != "stale")
            and self._hits(tenant, active)
        ]

    def _hits(self, tenant: str, active: Active) -> bool:
        rule = active.rule
        active.seen += 1
        if (
            (rule.times is not None and active.hits >= rule.times)
            or (rule.nth is not None and active.seen != rule.nth)
            or (rule.every is not None and active.seen % rule.every)
            or (rule.chance is not None and self._drawn(tenant, active) >= rule.chance)
        ):
            return False
        active.hits += 1
        return True

    def _drawn(self, tenant: str, active: Active) -> float:
        source = f"{self._seed}:{tenant}:fault:{active.rule.action}:{active.operation}:{active.seen}"
        return int.from_bytes(hashlib.blake2b(source.encode(), digest_size=7).digest()) / 2**56


def reply_instead(rules: Sequence[Rule]) -> RawResponse | BrokenReply | None:
    """What comes instead of an answer, where one of these keeps a call from being done."""
    for rule in rules:
        action = ACTIONS[rule.action]
        if not action.does:
            seconds = action.seconds if rule.seconds is None else rule.seconds
            reply = _failed(action.status or 500, seconds)
            return reply if action.how is None else BrokenReply(reply, action.how)
    return None


def corrupt_reply(rules: Sequence[Rule], reply: RawResponse) -> RawResponse | BrokenReply:
    """What becomes of an answer to a call that was done."""
    found: RawResponse | BrokenReply = reply
    for rule in rules:
        action = ACTIONS[rule.action]
        if action.status is not None:
            found = _failed(action.status, 0.0)
        elif rule.action == "bad-json":
            # As an answer looks that was put together by hand.
            found = RawResponse(reply.status, reply.headers, reply.content[:-1] + b",]")
        elif rule.action == "content-type":
            found = RawResponse(
                reply.status, {**reply.headers, "content-type": "text/html; charset=utf-8"}, reply.content
            )
        elif action.how is not None:
            seconds = action.seconds if rule.seconds is None else rule.seconds
            found = BrokenReply(reply, action.how, seconds)
        if found is not reply:
            break
    return found


def parse_fault_header(text: str) -> Rule:
    """The rule in the header ``x-emulator-fault`` of one request: ``reset``, or ``latency; seconds=2``.

    :raises Refusal: Where it is none.
    """
    action, *more = (part.strip() for part in text.split(";"))
    fields = {name: value for name, _, value in (part.partition("=") for part in more)}
    found = rule({"action": action, **fields}, strict=False)
    if found.is_webhook:
        raise ApiError(400, f"{action} happens to webhooks: POST /_emulator/faults has it happen", "invalid_params")
    return found


def rule(fields: Mapping[str, object], *, strict: bool = True) -> Rule:
    """A rule of these fields.

    :param strict: Whether a number may not be given in digits.
    :raises Refusal: Where there is no such rule; it says why.
    """
    try:
        return msgspec.convert(fields, Rule, strict=strict)
    except ValueError as error:
        raise ApiError(400, f"That is no fault: {error}", "invalid_params") from error


_NAMES = {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


def _failed(status: int, seconds: float) -> RawResponse:
    # What stands before Paystack's servers answers in HTML, where they do not answer themselves (an assumption, as all
    # of these bodies: nobody has recorded one).
    if status in {502, 504}:
        title = f"{status} {_NAMES.get(status, 'Gateway Time-out')}"
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
        return RawResponse(status, {**HEADERS, "content-type": "text/html"}, page.encode())
    if status == 429:
        wait = str(max(1, round(seconds)))
        body = {"status": False, "message": "Too many requests", "type": "api_error", "code": "rate_limited"}
        headers = {**HEADERS, "retry-after": wait, "x-ratelimit-remaining": "0", "x-ratelimit-reset": wait}
        return RawResponse(status, headers, msgspec.json.encode(body))
    message = "An error occurred" if status == 500 else _NAMES[status]
    body = {"status": False, "message": message, "type": "api_error", "code": "unknown"}
    return RawResponse(status, HEADERS, msgspec.json.encode(body))


def plain(operation: str) -> str:
    """An operation's method and path, its parameters without names: ``GET /transfer/{}``."""
    return _PARAMETER.sub("{}", operation).rstrip("/")


_PARAMETER = re.compile(r"{[^}]*}")
