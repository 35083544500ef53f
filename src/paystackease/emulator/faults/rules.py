"""Fault injection: rules by which requests and webhooks fail.

    429, 500, 502, 503, 504                  not executed; the response has that status
    reset, empty, stall                      not executed; the connection is lost, or no response ever comes
    latency, drip, half                      executed; the response is late, slow, or cut off
    bad-json, content-type                   executed; the response is corrupted
    stale                                    a read does not see the last write
    commit-then-drop, commit-then-stall,
    commit-then-504                          executed, but the client gets no response or a 504

For webhooks: twice, late, out-of-order, lost, bad-signature. Rules are only in memory: they are part of a test, not of
Paystack's data. :data:`PRESETS` has groups of rules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from paystackease._core.transport import RawResponse
from paystackease.emulator.clock import MAX_SECONDS
from paystackease.emulator.http.errors import HEADERS, ApiError

BreakMode: TypeAlias = Literal["late", "stall", "reset", "empty", "half", "drip"]


class BrokenReply(msgspec.Struct, frozen=True):
    """A response that does not arrive intact. The server or the transport breaks it."""

    response: RawResponse
    mode: BreakMode
    """``late``: after so many seconds. ``stall``: never. ``reset`` and ``empty``: the connection is reset, or closed
    without a response. ``half``: it is closed after half of the body. ``drip``: in pieces, over so many seconds."""
    seconds: float = 0.0


class _Action(msgspec.Struct, frozen=True):
    """The effect of one kind of fault."""

    executes: bool = True
    """Whether the operation is executed."""
    mode: BreakMode | None = None
    status: int | None = None
    seconds: float = 0.0


ACTIONS: Mapping[str, _Action] = {
    "latency": _Action(mode="late", seconds=2.0),
    "429": _Action(executes=False, status=429, seconds=1.0),
    "500": _Action(executes=False, status=500),
    "502": _Action(executes=False, status=502),
    "503": _Action(executes=False, status=503),
    "504": _Action(executes=False, status=504),
    "reset": _Action(executes=False, mode="reset"),
    "empty": _Action(executes=False, mode="empty"),
    "stall": _Action(executes=False, mode="stall"),
    "half": _Action(mode="half"),
    "drip": _Action(mode="drip", seconds=5.0),
    "bad-json": _Action(),
    "content-type": _Action(),
    "stale": _Action(),
    "commit-then-drop": _Action(mode="reset"),
    "commit-then-stall": _Action(mode="stall"),
    "commit-then-504": _Action(status=504),
}
"""The faults of requests."""

WEBHOOK_ACTIONS = ("twice", "late", "out-of-order", "lost", "bad-signature")
"""The faults of webhooks."""


class FaultRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault, and the conditions of the requests or webhooks that it applies to."""

    action: str
    """One of :data:`ACTIONS`, or of :data:`WEBHOOK_ACTIONS`."""
    operation: str | None = None
    """``POST /transfer/{code}``, ``/transfer`` or ``transfers.initiate_transfer``; for a webhook the event's name.
    None: all of them, except the emulator's own."""
    nth: int | None = None
    """Only the Nth match, counted from 1."""
    every: int | None = None
    """Every Nth match, counted from 1."""
    chance: float | None = None
    """With this probability, from 0 to 1. The same in every run with the same seed."""
    times: int | None = None
    """The maximum number of hits."""
    seconds: float | None = None
    """The delay, the duration, or the ``Retry-After`` of a 429. Each action has a default."""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS and self.action not in WEBHOOK_ACTIONS:
            raise ValueError(f"action is one of {', '.join([*ACTIONS, *WEBHOOK_ACTIONS])}, not {self.action!r}")
        for name in ("nth", "every", "times"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} is an integer of 1 or more")
        if self.chance is not None and not 0 <= self.chance <= 1:
            raise ValueError("chance is a number from 0 to 1")
        if self.seconds is not None and not 0 <= self.seconds <= MAX_SECONDS:
            raise ValueError(f"seconds is a number from 0 to {MAX_SECONDS:.0f}, which is ten years")

    @property
    def is_webhook(self) -> bool:
        """Whether it applies to webhooks, not to requests."""
        return self.action in WEBHOOK_ACTIONS


class ActiveFault(msgspec.Struct):
    """An active rule, and how often it applied."""

    number: int
    rule: FaultRule
    operation: str | None = None
    """The operation as in the router, with unnamed parameters."""
    seen: int = 0
    """How many requests or webhooks matched."""
    hits: int = 0
    """How often the fault was applied."""


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
"""Groups of rules, by the name of a scenario."""


class FaultRegistry:
    """The active rules of all tenants."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._numbers = 0
        self._rules: dict[str, list[ActiveFault]] = {}

    def add(self, tenant: str, rule: FaultRule, operation: str | None) -> ActiveFault:
        """Activate a rule."""
        self._numbers += 1
        active = ActiveFault(self._numbers, rule, operation)
        self._rules.setdefault(tenant, []).append(active)
        return active

    def list_for(self, tenant: str) -> list[ActiveFault]:
        """Return the active rules of a tenant, oldest first."""
        return list(self._rules.get(tenant, ()))

    def remove(self, tenant: str, number: int | None = None) -> int:
        """Remove one rule, or all. Return how many were removed."""
        rules = self._rules.get(tenant, [])
        remaining = [] if number is None else [active for active in rules if active.number != number]
        if remaining:
            self._rules[tenant] = remaining
        else:
            self._rules.pop(tenant, None)
        return len(rules) - len(remaining)

    @property
    def any(self) -> bool:
        """Whether any tenant has an active rule."""
        return bool(self._rules)

    def has_stale_rules(self, tenant: str) -> bool:
        """Return whether a read may be stale, so that an older state has to be stored."""
        return any(active.rule.action == "stale" for active in self._rules.get(tenant, ()))

    def match(self, tenant: str, operation: str, *, webhook: bool = False, reads: bool = False) -> list[FaultRule]:
        """Return the rules that apply to a request or webhook, and count it.

        :param operation: ``GET /transfer/{}``, or an event's name.
        :param reads: Whether it is a read. Only a read can be stale.
        """
        return [
            active.rule
            for active in self._rules.get(tenant, ())
            if active.rule.is_webhook is webhook
            and active.operation in (None, operation)
            and (reads or active.rule.action != "stale")
            and self._applies(tenant, active)
        ]

    def _applies(self, tenant: str, active: ActiveFault) -> bool:
        rule = active.rule
        active.seen += 1
        if (
            (rule.times is not None and active.hits >= rule.times)
            or (rule.nth is not None and active.seen != rule.nth)
            or (rule.every is not None and active.seen % rule.every)
            or (rule.chance is not None and self._random_draw(tenant, active) >= rule.chance)
        ):
            return False
        active.hits += 1
        return True

    def _random_draw(self, tenant: str, active: ActiveFault) -> float:
        source = f"{self._seed}:{tenant}:fault:{active.rule.action}:{active.operation}:{active.seen}"
        return int.from_bytes(hashlib.blake2b(source.encode(), digest_size=7).digest()) / 2**56


def reply_before_execution(rules: Sequence[FaultRule]) -> RawResponse | BrokenReply | None:
    """Return the reply in place of executing the operation, or None if no rule prevents it."""
    for rule in rules:
        action = ACTIONS[rule.action]
        if not action.executes:
            seconds = action.seconds if rule.seconds is None else rule.seconds
            reply = _failure_response(action.status or 500, seconds)
            return reply if action.mode is None else BrokenReply(reply, action.mode)
    return None


def corrupt_reply(rules: Sequence[FaultRule], reply: RawResponse) -> RawResponse | BrokenReply:
    """Apply the rules to the response of an executed operation."""
    corrupted: RawResponse | BrokenReply = reply
    for rule in rules:
        action = ACTIONS[rule.action]
        if action.status is not None:
            corrupted = _failure_response(action.status, 0.0)
        elif rule.action == "bad-json":
            # A typical result of assembling JSON by hand.
            corrupted = RawResponse(reply.status, reply.headers, reply.content[:-1] + b",]")
        elif rule.action == "content-type":
            corrupted = RawResponse(
                reply.status, {**reply.headers, "content-type": "text/html; charset=utf-8"}, reply.content
            )
        elif action.mode is not None:
            seconds = action.seconds if rule.seconds is None else rule.seconds
            corrupted = BrokenReply(reply, action.mode, seconds)
        if corrupted is not reply:
            break
    return corrupted


def parse_fault_header(text: str) -> FaultRule:
    """Parse the rule in the header ``x-emulator-fault`` of one request: ``reset``, or ``latency; seconds=2``.

    :raises ApiError: If it is not a rule for requests.
    """
    action, *more = (part.strip() for part in text.split(";"))
    fields = {name: value for name, _, value in (part.partition("=") for part in more)}
    rule = parse_rule({"action": action, **fields}, strict=False)
    if rule.is_webhook:
        raise ApiError(400, f"{action} applies to webhooks: add it with POST /_emulator/faults", "invalid_params")
    return rule


def parse_rule(fields: Mapping[str, object], *, strict: bool = True) -> FaultRule:
    """Return a rule with these fields.

    :param strict: Whether numbers may not be strings of digits.
    :raises ApiError: If they are not a valid rule. The message has the reason.
    """
    try:
        return msgspec.convert(fields, FaultRule, strict=strict)
    except ValueError as error:
        raise ApiError(400, f"Invalid fault: {error}", "invalid_params") from error


_NAMES = {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


def _failure_response(status: int, seconds: float) -> RawResponse:
    # A proxy in front of Paystack's servers responds in HTML if they do not respond (an assumption, as are all of these
    # bodies: no recording is known).
    if status in {502, 504}:
        title = f"{status} {_NAMES.get(status, 'Gateway Time-out')}"
        page = f"<html>\r\n<head><title>{title}</title></head>\r\n<body><h1>{title}</h1></body>\r\n</html>\r\n"
        return RawResponse(status, {**HEADERS, "content-type": "text/html"}, page.encode())
    if status == 429:
        retry_after = str(max(1, round(seconds)))
        body = {"status": False, "message": "Too many requests", "type": "api_error", "code": "rate_limited"}
        headers = {
            **HEADERS,
            "retry-after": retry_after,
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": retry_after,
        }
        return RawResponse(status, headers, msgspec.json.encode(body))
    message = "An error occurred" if status == 500 else _NAMES[status]
    body = {"status": False, "message": message, "type": "api_error", "code": "unknown"}
    return RawResponse(status, HEADERS, msgspec.json.encode(body))
