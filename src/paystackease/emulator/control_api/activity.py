"""The control API for following an emulator: requests, events and deliveries in one numbered sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from paystackease.emulator.activity_feed import ActivityEntry
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.request_log import LoggedRequest
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.webhooks.outbox import DeliveryAttempt, OutboxEvent

MAX_LIMIT = 1_000


def add_activity_routes(group: RouteGroup) -> None:
    """Add the routes to a group."""

    @group.route("GET", "/_emulator/activity")
    def list_activity(context: RequestContext) -> ApiResponse:
        after, limit = _read_number(context, "after", 0), min(_read_number(context, "limit", 200), MAX_LIMIT)
        feed = context.services.activity
        last = feed.last_seq
        newer = feed.since(context.tenant.id, after)
        entries = newer[:limit]
        body = {
            "last": last,
            "next": entries[-1].seq if entries else after,
            "more": len(newer) > len(entries),
            "entries": _serialize(context, entries),
        }
        return ApiResponse("Requests, events and deliveries, oldest first", body)


def _read_number(context: RequestContext, name: str, default: int) -> int:
    text = context.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ApiError(400, f"{name} is a number of 0 or more", "invalid_params")
    return int(text)


def _serialize(context: RequestContext, entries: list[ActivityEntry]) -> list[dict[str, object]]:
    numbers = [entry.number for entry in entries if entry.kind == "request"]
    log = context.services.request_log
    requests = {request.seq: request for request in log.since(context.tenant.id, min(numbers) - 1)} if numbers else {}
    # A transaction that is rolled back frees the number of its event: only the last entry with a number is valid.
    latest = {(entry.kind, entry.number): entry.seq for entry in entries}
    serialized: list[dict[str, object]] = []
    for entry in entries:
        if latest[entry.kind, entry.number] != entry.seq:
            continue
        fields = _serialize_entry(context, entry, requests)
        if fields is not None:
            serialized.append({"seq": entry.seq, "kind": entry.kind, **fields})
    return serialized


def _serialize_entry(
    context: RequestContext, entry: ActivityEntry, requests: Mapping[int, LoggedRequest]
) -> dict[str, object] | None:
    """Return the fields of an entry, or None if what it stands for is not stored any more."""
    outbox, tenant = context.services.outbox, context.tenant.id
    if entry.kind == "request":
        request = requests.get(entry.number)
        return None if request is None else _serialize_request(request)
    attempt = None
    number = entry.number
    if entry.kind == "delivery":
        attempt = outbox.find_attempt(tenant, entry.number)
        if attempt is None:
            return None
        number = attempt.event
    event = outbox.find(tenant, number)
    if event is None:
        return None
    return _serialize_event(event) if attempt is None else _serialize_attempt(event, attempt)


def _serialize_request(request: LoggedRequest) -> dict[str, object]:
    return {
        "number": request.seq,
        "at": format_time(request.at),
        "method": request.method,
        "target": request.target,
        "operation": request.operation,
        "status": request.status,
        "took": request.took,
        "waited": request.waited,
        "reference": _reference_of(request),
        "faults": list(request.faults),
    }


def _serialize_event(event: OutboxEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "at": format_time(event.at),
        "event": event.name,
        "status": event.status,
        "tries": event.tries,
        "due": None if event.due is None else format_time(event.due),
        "held": event.held,
        "reference": _reference_in(event.data),
    }


def _serialize_attempt(event: OutboxEvent, attempt: DeliveryAttempt) -> dict[str, object]:
    return {
        "id": event.id,
        "at": format_time(attempt.at),
        "event": event.name,
        "status": attempt.status,
        "seconds": attempt.seconds,
        "error": attempt.error,
        "fault": attempt.fault,
        "reference": _reference_in(event.data),
    }


def _reference_of(request: LoggedRequest) -> str | None:
    """Return the reference in a request's response, or else in its body."""
    return _reference_in(_decode_object(request.response_body).get("data")) or _reference_in(
        _decode_object(request.request_body)
    )


def _reference_in(data: object) -> str | None:
    if not isinstance(data, Mapping):
        return None
    fields = cast("Mapping[str, object]", data)
    for name in ("reference", "transaction_reference"):
        if isinstance(reference := fields.get(name), str) and reference:
            return reference
    return _reference_in(fields.get("transaction"))


def _decode_object(content: bytes) -> Mapping[str, Any]:
    try:
        body: object = msgspec.json.decode(content) if content[:1] == b"{" else None
    except (ValueError, RecursionError):
        body = None
    return cast("Mapping[str, Any]", body) if isinstance(body, dict) else {}
