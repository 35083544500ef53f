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
from paystackease.emulator.webhooks.outbox import STATUSES, Event

traffic = Desk()

METHODS = ("GET", "POST", "PUT", "DELETE")


@traffic.shows("/webhooks", "webhooks.html")
def webhooks(call: RequestContext) -> Mapping[str, Any]:
    events, tenant, number = call.services.outbox, call.tenant.id, page_number(call)
    asked: dict[str, Any] = {name: call.query[name] for name in ("name", "status") if call.query.get(name)}
    found = events.some(tenant, limit=number * PER_PAGE, **asked)[(number - 1) * PER_PAGE :]
    return {
        "rows": found,
        **pager(call, events.count(tenant, **asked), number),
        "names": sorted({event.name for event in events.some(tenant, limit=1_000)}),
        "statuses": STATUSES,
        "waiting": sum(event.held is not None for event in events.some(tenant, status="Pending", limit=1_000)),
        "webhook_url": call.settings.webhook_url,
    }


@traffic.shows("/webhooks/{seq}", "webhook.html")
def one_webhook(call: RequestContext) -> Mapping[str, Any]:
    event = _event(call)
    return {
        "event": event,
        "body": msgspec.json.decode(event.body),
        "attempts": call.services.outbox.attempts(call.tenant.id, event.seq),
        "webhook_url": call.settings.webhook_url,
    }


@traffic.does("/webhooks/{seq}/replay")
def replay(call: RequestContext) -> Moved:
    event = _event(call)
    if call.settings.webhook_url is None and call.tenant.id not in call.services.webhook_targets:
        raise ApiError(400, "No webhook address is set, so there is nowhere to send it: give the emulator one")
    call.services.outbox.again(event, call.now)
    return Moved(0.0, f"/webhooks/{event.seq}")


@traffic.does("/webhooks/release")
def release(call: RequestContext) -> Moved:
    call.services.outbox.release(call.tenant.id, call.now)
    return Moved(0.0, "/webhooks")


@traffic.shows("/requests", "requests.html")
def requests(call: RequestContext) -> Mapping[str, Any]:
    asked, number = call.query.get("about", "").strip(), page_number(call)
    method, outcome = call.query.get("method", ""), call.query.get("outcome", "")
    found = [
        one
        for one in call.services.request_log.of(call.tenant.id)
        if asked in one.target and method in ("", one.method) and _fits(one, outcome)
    ]
    return {
        "rows": found[(number - 1) * PER_PAGE : number * PER_PAGE],
        **pager(call, len(found), number),
        "about": asked,
        "methods": METHODS,
        "outcomes": {"good": "Answered", "refused": "Refused", "broken": "Broken", "fault": "With a fault"},
    }


@traffic.shows("/requests/{seq}", "request.html")
def one_request(call: RequestContext) -> Mapping[str, Any]:
    number = call.params["seq"]
    found = (
        call.services.request_log.find(call.tenant.id, int(number)) if number.isdecimal() and len(number) < 19 else None
    )
    if found is None:
        raise nothing("request; the last thousand are kept")
    return {
        "request": found,
        "asked_for": readable(found.asked),
        "answered": readable(found.answered),
        "curl": curl(found, call.services.base_url()),
    }


@traffic.shows("/settings", "settings.html")
def settings(call: RequestContext) -> Mapping[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(call.settings)
    return {"settings": found, "business": call.settings.business_name}


def curl(request: LoggedRequest, url: str) -> str:
    """The same request as a command. The key is a variable's, and what was hidden stays so."""
    lines = [f"curl -X {request.method} {shlex.quote(url + request.target)}"]
    lines.append('-H "Authorization: Bearer $PAYSTACK_SECRET_KEY"')
    if request.asked:
        lines.append("-H 'Content-Type: application/json'")
        lines.append(f"-d {shlex.quote(request.asked.decode('utf-8', 'replace'))}")
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


def _event(call: RequestContext) -> Event:
    number = call.params["seq"]
    found = call.services.outbox.find(call.tenant.id, int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise nothing("webhook")
    return found
