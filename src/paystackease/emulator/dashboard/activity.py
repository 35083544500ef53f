"""The dashboard's pages of what goes in and out: webhooks with their attempts, requests, and the settings."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.dashboard.routing import PER_PAGE, Desk, Moved, nothing, page_number, pager
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.request_log import LoggedRequest
from paystackease.emulator.webhooks.outbox import STATUSES, OutboxEvent

traffic = Desk()

METHODS = ("GET", "POST", "PUT", "DELETE")


@traffic.shows("/webhooks", "webhooks.html")
def webhooks(context: RequestContext) -> Mapping[str, Any]:
    events, tenant, number = context.services.outbox, context.tenant.id, page_number(context)
    asked: dict[str, Any] = {name: context.query[name] for name in ("name", "status") if context.query.get(name)}
    found = events.find_events(tenant, limit=number * PER_PAGE, **asked)[(number - 1) * PER_PAGE :]
    return {
        "rows": found,
        **pager(context, events.count(tenant, **asked), number),
        "names": sorted({event.name for event in events.find_events(tenant, limit=1_000)}),
        "statuses": STATUSES,
        "waiting": sum(event.held is not None for event in events.find_events(tenant, status="Pending", limit=1_000)),
        "webhook_url": context.settings.webhook_url,
    }


@traffic.shows("/webhooks/{seq}", "webhook.html")
def one_webhook(context: RequestContext) -> Mapping[str, Any]:
    event = _event(context)
    return {
        "event": event,
        "body": msgspec.json.decode(event.body),
        "attempts": context.services.outbox.attempts(context.tenant.id, event.seq),
        "webhook_url": context.settings.webhook_url,
    }


@traffic.does("/webhooks/{seq}/replay")
def replay(context: RequestContext) -> Moved:
    event = _event(context)
    if context.settings.webhook_url is None and context.tenant.id not in context.services.webhook_targets:
        raise ApiError(400, "No webhook address is set, so there is nowhere to send it: give the emulator one")
    context.services.outbox.resend(event, context.now)
    return Moved(0.0, f"/webhooks/{event.seq}")


@traffic.does("/webhooks/release")
def release(context: RequestContext) -> Moved:
    context.services.outbox.release_held(context.tenant.id, context.now)
    return Moved(0.0, "/webhooks")


@traffic.shows("/requests", "requests.html")
def requests(context: RequestContext) -> Mapping[str, Any]:
    asked, number = context.query.get("about", "").strip(), page_number(context)
    method, outcome = context.query.get("method", ""), context.query.get("outcome", "")
    found = [
        one
        for one in context.services.request_log.newest(context.tenant.id)
        if asked in one.target and method in ("", one.method) and _fits(one, outcome)
    ]
    return {
        "rows": found[(number - 1) * PER_PAGE : number * PER_PAGE],
        **pager(context, len(found), number),
        "about": asked,
        "methods": METHODS,
        "outcomes": {"good": "Answered", "refused": "Refused", "broken": "Broken", "fault": "With a fault"},
    }


@traffic.shows("/requests/{seq}", "request.html")
def one_request(context: RequestContext) -> Mapping[str, Any]:
    number = context.params["seq"]
    found = (
        context.services.request_log.find(context.tenant.id, int(number))
        if number.isdecimal() and len(number) < 19
        else None
    )
    if found is None:
        raise nothing("request; the last thousand are kept")
    return {
        "request": found,
        "asked_for": readable(found.request_body),
        "answered": readable(found.response_body),
        "curl": curl(found, context.services.base_url()),
    }


@traffic.shows("/settings", "settings.html")
def settings(context: RequestContext) -> Mapping[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(context.settings)
    return {"settings": found, "business": context.settings.business_name}


def curl(request: LoggedRequest, url: str) -> str:
    """The same request as a command. The key is a variable's, and what was hidden stays so."""
    lines = [f"curl -X {request.method} {shlex.quote(url + request.target)}"]
    lines.append('-H "Authorization: Bearer $PAYSTACK_SECRET_KEY"')
    if request.request_body:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(request.request_body.decode('utf-8', 'replace'))}")
    return " \\\n  ".join(lines)


def readable(body: bytes) -> str:
    """A body to be read: JSON with its lines broken, and else as it is."""
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _fits(one: LoggedRequest, outcome: str) -> bool:
    match outcome:
        case "good":
            return one.status < 400
        case "refused":
            return 400 <= one.status < 500
        case "broken":
            return one.status >= 500
        case "fault":
            return bool(one.faults)
        case _:
            return True


def _event(context: RequestContext) -> OutboxEvent:
    number = context.params["seq"]
    found = (
        context.services.outbox.find(context.tenant.id, int(number))
        if number.isdecimal() and len(number) < 19
        else None
    )
    if found is None:
        raise nothing("webhook")
    return found
