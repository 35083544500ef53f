"""Paystack's record of the webhooks that it has sent, and resending them.

The responses of fetch, lookup and resend are those of Paystack's samples (``src/api/webhook-events`` of its
doc-code-snippets). There is no sample of list and resend-matching: third parties observed their keys at the test API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.codes import HEX_DIGITS
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.nesting import decode_json
from paystackease.emulator.http.pagination import DAY
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.webhooks.outbox import STATUSES, OutboxEvent

routes = RouteGroup()

MAX_PER_PAGE = 50
"""The default and maximum page size (observed)."""
MAX_IDS = 100
"""How many events one request can resend by their ids."""

CATEGORIES: Mapping[str, str] = {
    "bank": "transactions",
    "charge": "transactions",
    "charge.dispute": "disputes",
    "customeridentification": "customers",
    "dedicatedaccount": "dedicatedAccounts",
    "direct_debit": "authorizations",
    "invoice": "invoices",
    "paymentrequest": "paymentRequests",
    "preauthorization": "preauthorizations",
    "product": "products",
    "refund": "refund",
    "subscription": "subscriptions",
    "transfer": "transfers",
}
"""The category of events, by the beginning of their names. ``transactions`` and ``refund`` are observed; the others are
assumptions."""


@routes.route("GET", "/integration/webhooks/events")
def list_(context: RequestContext) -> ApiResponse:
    predicate, filters = _read_filters(context.query)
    limit = context.query.get("limit", "")
    size = min(int(limit) or MAX_PER_PAGE, MAX_PER_PAGE) if limit.isdecimal() and len(limit) < 10 else MAX_PER_PAGE
    newer = _read_cursor(context, "previous")
    older = _read_cursor(context, "next")
    # One more event than the page size shows whether there are more.
    events = _select(context, predicate, size + 1, **filters, before=older, after=newer)
    has_more = len(events) > size
    if newer is not None:
        events = events[-size:]
        has_newer, has_older = has_more, True
    else:
        events = events[:size]
        has_newer, has_older = older is not None, has_more
    meta = {
        "next": events[-1].id if events and has_older else None,
        "previous": events[0].id if events and has_newer else None,
        "perPage": size,
    }
    return ApiResponse(
        "Webhooks Retrieved", [_serialize(context, event) for event in events], meta=meta
    )  # an assumption


@routes.route("GET", "/integration/webhooks/events/lookup")
def lookup(context: RequestContext) -> ApiResponse:
    reference = context.query.get("reference")
    if not reference:
        raise ApiError(400, "reference is required")
    matching = [
        event
        for event in context.services.outbox.find_events(context.tenant.id)
        if str(_subject_id(event)) == reference
    ]
    return _retrieved_response(
        context, matching[0] if matching else context.services.outbox.find(context.tenant.id, reference)
    )


@routes.route("GET", "/integration/webhooks/events/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    return _retrieved_response(context, context.services.outbox.find(context.tenant.id, context.params["id"]))


@routes.route("POST", "/integration/webhooks/events/resend")
def resend(context: RequestContext) -> ApiResponse:
    requested_ids = context.body.get("ids")
    if not isinstance(requested_ids, list) or not requested_ids:
        raise ApiError(400, "ids must be a non-empty array")
    ids = list(dict.fromkeys(map(str, cast("list[object]", requested_ids))))
    if len(ids) > MAX_IDS:
        raise ApiError(400, f"ids must not be more than {MAX_IDS}")  # the wording is an assumption
    events = {one: context.services.outbox.find(context.tenant.id, one) for one in ids}
    failed = [one for one, event in events.items() if event is None or not _resend(context, event)]
    data = {"count": len(ids) - len(failed), "failed": len(failed), "failed_ids": failed}
    return ApiResponse("Resend accepted", data, status=202)


@routes.route("POST", "/integration/webhooks/events/resend-matching")
def resend_matching(context: RequestContext) -> ApiResponse:
    body_filters: object = context.body.get("filters") or {}
    if not isinstance(body_filters, dict):
        raise ApiError(400, "filters must be an object")  # the wording is an assumption
    fields = cast("dict[str, object]", body_filters)
    predicate, filters = _read_filters({name: str(value) for name, value in fields.items() if value is not None})
    events = _select(context, predicate, -1, **filters)
    if context.query.get("preview") == "true":
        return ApiResponse("Preview", {"count": len(events)})  # the wording is an assumption
    resent = sum([_resend(context, event) for event in reversed(events)])
    batch = context.next_code("webhook.batch", length=24, alphabet=HEX_DIGITS)
    return ApiResponse(
        "Resend accepted", {"count": resent, "skipped": len(events) - resent, "batch_id": batch}, status=202
    )


def _resend(context: RequestContext, event: OutboxEvent) -> bool:
    """Send an event again. Return False if there is no URL, or it is due already."""
    is_waiting = event.status == "Pending" and (event.due is not None or event.held is not None)
    if is_waiting or (
        context.settings.webhook_url is None and context.tenant.id not in context.services.webhook_targets
    ):
        return False
    context.services.outbox.resend(event, context.now)
    return True


EventFilter = Callable[[OutboxEvent], bool]


def _read_filters(query: Mapping[str, str]) -> tuple[EventFilter | None, dict[str, Any]]:
    """Return a predicate for values that are only in an event's body, and the filters for its columns."""
    status = query.get("status")
    if status is not None and status not in STATUSES:
        # That no other value is accepted was observed; the wording is an assumption.
        raise ApiError(400, f"status must be one of {', '.join(STATUSES)}", "invalid_params")
    filters: dict[str, Any] = {"name": query.get("event_type"), "status": status}
    for name, key in ("from", "since"), ("to", "until"):
        text = query.get(name)
        if text is not None:
            moment = parse_time(text)
            if moment is None:
                raise ApiError(400, f"Invalid '{name}' date passed", "invalid_params")
            filters[key] = moment + DAY - 0.001 if name == "to" and len(text) <= 10 else moment
    category, row_id = query.get("category"), query.get("category_row_id")
    if category is None and row_id is None:
        return None, filters
    return lambda event: category in (None, _category_of(event)) and row_id in (None, str(_subject_id(event))), filters


def _select(context: RequestContext, predicate: EventFilter | None, limit: int, **filters: Any) -> list[OutboxEvent]:
    if predicate is None:
        return context.services.outbox.find_events(context.tenant.id, limit=limit, **filters)
    events = [event for event in context.services.outbox.find_events(context.tenant.id, **filters) if predicate(event)]
    if limit < 0:
        return events
    # Of the events before a page, the nearest to it.
    return events[-limit:] if filters.get("after") is not None else events[:limit]


def _read_cursor(context: RequestContext, name: str) -> int | None:
    text = context.query.get(name)
    if not text:
        return None
    event = context.services.outbox.find(context.tenant.id, text)
    if event is None:
        raise ApiError(400, f"Invalid '{name}' cursor passed", "invalid_params")  # the wording is an assumption
    return event.seq


def _retrieved_response(context: RequestContext, event: OutboxEvent | None) -> ApiResponse:
    if event is None:
        raise ApiError(404, "Webhook event not found")
    attempts = context.services.outbox.attempts(context.tenant.id, event.seq)
    return ApiResponse(
        "Webhook Retrieved",
        {
            **_serialize(context, event),
            "webhook_url": attempts[-1].url if attempts else context.settings.webhook_url,
            "event_payload": msgspec.json.decode(event.body),
            "merchant_response_body": _decode_response(attempts[-1].response) if attempts else None,
        },
    )


def _serialize(context: RequestContext, event: OutboxEvent) -> dict[str, object]:
    attempts = context.services.outbox.attempts(context.tenant.id, event.seq)
    retried = event.status == "Failed" and event.due is not None
    return {
        "_id": event.id,
        "domain": "test",
        "category": _category_of(event),
        "category_row_id": _subject_id(event),
        "event_name": event.name,
        "status": event.status,
        "status_detail": "retrying" if retried else "failed" if event.status == "Failed" else None,
        "response_code": attempts[-1].status if attempts else None,
        "trial_count": event.tries,
        "webhook_url_code": None,
        "createdAt": format_time(event.at),
        "updatedAt": format_time(event.updated),
    }


def _category_of(event: OutboxEvent) -> str:
    first, _, remainder = event.name.partition(".")
    return CATEGORIES.get(f"{first}.{remainder.partition('.')[0]}") or CATEGORIES.get(first, first)


def _subject_id(event: OutboxEvent) -> int | None:
    """Return the id of the document that an event is about, if its data has one."""
    data = event.data
    number = cast("dict[str, object]", data).get("id") if isinstance(data, dict) else None
    return number if isinstance(number, int) else None


def _decode_response(response: str) -> object:
    # Paystack decodes JSON in some responses (its samples have both).
    try:
        value = decode_json(response)
    except ValueError:
        return response or None
    return cast("object", value) if isinstance(value, dict | list) else response
