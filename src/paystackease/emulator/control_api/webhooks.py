"""Webhooks, from the emulator's side: what was told and tried, and telling it again, otherwise, or at last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.webhooks.outbox import Attempt, Event, Steps

if TYPE_CHECKING:
    from paystackease.emulator import Emulator


def webhooks(emulator: Emulator, resource: RouteGroup) -> None:
    """Declare the operations."""

    @resource.route("GET", "/_emulator/events")
    def events(call: RequestContext) -> ApiResponse:
        told = call.services.outbox.all(call.tenant.id)
        return ApiResponse(
            "Events", [{"at": format_time(event.at), "event": event.name, "data": event.data} for event in told]
        )

    @resource.route("GET", "/_emulator/webhooks")
    def list_(call: RequestContext) -> ApiResponse:
        found = call.services.outbox.some(
            call.tenant.id, name=call.query.get("event"), status=call.query.get("status"), limit=1_000
        )
        return ApiResponse("Webhooks, the newest first", [serialize_event(event) for event in found])

    @resource.route("GET", "/_emulator/webhooks/{id}")
    def fetch(call: RequestContext) -> ApiResponse:
        event = _find(call)
        attempts = [tried(attempt) for attempt in call.services.outbox.attempts(call.tenant.id, event.seq)]
        return ApiResponse("Webhook", {**serialize_event(event), "body": event.body.decode(), "attempts": attempts})

    @resource.route("POST", "/_emulator/webhooks/deliver", drives=True)
    def deliver(call: RequestContext) -> Steps[ApiResponse]:
        happened = yield from emulator.deliver_flow(call.tenant)
        attempts = [tried(found.attempt) for found in happened if found.attempt is not None]
        return ApiResponse("What was due or held back was sent", attempts)

    @resource.route("POST", "/_emulator/webhooks/{id}/replay", drives=True)
    def replay(call: RequestContext) -> Steps[ApiResponse]:
        event = _find(call)
        if call.body.get("data") is not None:
            event = call.services.outbox.edited(event, call.body["data"], call.now)
        call.services.outbox.again(event, call.now)
        yield from emulator.work.drive(only=call.tenant.id)
        attempts = call.services.outbox.attempts(call.tenant.id, event.seq)
        return ApiResponse(
            "It was sent again", {**serialize_event(event), "attempts": [tried(attempt) for attempt in attempts]}
        )


def serialize_event(event: Event) -> dict[str, object]:
    """An event and what became of telling it, for JSON."""
    return {
        "id": event.id,
        "at": format_time(event.at),
        "event": event.name,
        "status": event.status,
        "tries": event.tries,
        "due": None if event.due is None else format_time(event.due),
        "held": event.held,
    }


def tried(attempt: Attempt) -> dict[str, object]:
    """One try, for JSON."""
    return {
        "at": format_time(attempt.at),
        "url": attempt.url,
        "status": attempt.status,
        "response": attempt.response,
        "seconds": attempt.seconds,
        "error": attempt.error,
        "fault": attempt.fault,
    }


def _find(call: RequestContext) -> Event:
    event = call.services.outbox.find(call.tenant.id, call.params["id"])
    if event is None:
        raise ApiError(404, "Webhook not found", "not_found")
    return event
