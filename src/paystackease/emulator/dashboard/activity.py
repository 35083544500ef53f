"""Dashboard pages of activity: webhooks with their attempts, and API requests."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import (
    PER_PAGE,
    ClockAdvance,
    PageRegistry,
    not_found,
    pager_fields,
    read_page_number,
)
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.request_log import LoggedRequest
from paystackease.emulator.webhooks.outbox import STATUSES, OutboxEvent

registry = PageRegistry()

METHODS = ("GET", "POST", "PUT", "DELETE")


@registry.page("/webhooks", "webhooks.html")
def webhooks_page(context: RequestContext) -> Mapping[str, Any]:
    outbox, tenant, number = context.services.outbox, context.tenant.id, read_page_number(context)
    filters: dict[str, Any] = {name: context.query[name] for name in ("name", "status") if context.query.get(name)}
    rows = outbox.find_events(tenant, limit=number * PER_PAGE, **filters)[(number - 1) * PER_PAGE :]
    return {
        "rows": rows,
        **pager_fields(context, outbox.count(tenant, **filters), number),
        "names": sorted({event.name for event in outbox.find_events(tenant, limit=1_000)}),
        "statuses": STATUSES,
        "waiting": sum(event.held is not None for event in outbox.find_events(tenant, status="Pending", limit=1_000)),
        "webhook_url": context.settings.webhook_url,
    }


@registry.page("/webhooks/{seq}", "webhook.html")
def webhook_page(context: RequestContext) -> Mapping[str, Any]:
    event = _find_event(context)
    return {
        "event": event,
        "body": msgspec.json.decode(event.body),
        "attempts": context.services.outbox.attempts(context.tenant.id, event.seq),
        "webhook_url": context.settings.webhook_url,
    }


@registry.action("/webhooks/{seq}/replay")
def replay_webhook(context: RequestContext) -> ClockAdvance:
    event = _find_event(context)
    if context.settings.webhook_url is None and context.tenant.id not in context.services.webhook_targets:
        raise ApiError(400, "No webhook URL is set: set webhook_url first")
    context.services.outbox.resend(event, context.now)
    return ClockAdvance(0.0, f"/webhooks/{event.seq}")


@registry.action("/webhooks/release")
def release_webhooks(context: RequestContext) -> ClockAdvance:
    context.services.outbox.release_held(context.tenant.id, context.now)
    return ClockAdvance(0.0, "/webhooks")


@registry.page("/requests", "requests.html")
def requests_page(context: RequestContext) -> Mapping[str, Any]:
    search, number = context.query.get("about", "").strip(), read_page_number(context)
    method, outcome = context.query.get("method", ""), context.query.get("outcome", "")
    rows = [
        request
        for request in context.services.request_log.newest(context.tenant.id)
        if search in request.target and method in ("", request.method) and _matches_outcome(request, outcome)
    ]
    return {
        "rows": rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        **pager_fields(context, len(rows), number),
        "about": search,
        "methods": METHODS,
        "outcomes": {"good": "Succeeded", "refused": "Client error", "broken": "Server error", "fault": "With a fault"},
    }


@registry.page("/requests/{seq}", "request.html")
def request_page(context: RequestContext) -> Mapping[str, Any]:
    number = parse_id(context.params["seq"])
    request = None if number is None else context.services.request_log.find(context.tenant.id, number)
    if request is None:
        raise not_found("request; the last 1,000 are stored")
    return {
        "request": request,
        "request_body": format_body(request.request_body),
        "response_body": format_body(request.response_body),
        "curl": to_curl(request, context.services.base_url()),
    }


def to_curl(request: LoggedRequest, url: str) -> str:
    """Return the request as a curl command. The key is a variable, and redacted values stay redacted."""
    lines = [f"curl -X {request.method} {shlex.quote(url + request.target)}"]
    lines.append('-H "Authorization: Bearer $PAYSTACK_SECRET_KEY"')
    if request.request_body:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(request.request_body.decode('utf-8', 'replace'))}")
    return " \\\n  ".join(lines)


def format_body(body: bytes) -> str:
    """Return a body as text, JSON indented."""
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _matches_outcome(request: LoggedRequest, outcome: str) -> bool:
    match outcome:
        case "good":
            return request.status < 400
        case "refused":
            return 400 <= request.status < 500
        case "broken":
            return request.status >= 500
        case "fault":
            return bool(request.faults)
        case _:
            return True


def _find_event(context: RequestContext) -> OutboxEvent:
    number = parse_id(context.params["seq"])
    event = None if number is None else context.services.outbox.find(context.tenant.id, number)
    if event is None:
        raise not_found("webhook")
    return event
