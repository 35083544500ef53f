"""The control API for webhooks: list events and attempts, deliver, and replay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.webhooks.outbox import DeliveryAttempt, DeliveryFlow, OutboxEvent

if TYPE_CHECKING:
    from paystackease.emulator import Emulator


def add_webhook_routes(emulator: Emulator, group: RouteGroup) -> None:
    """Add the routes to a group."""

    @group.route("GET", "/_emulator/events")
    def events(context: RequestContext) -> ApiResponse:
        recorded = context.services.outbox.events_of(context.tenant.id)
        return ApiResponse(
            "Events", [{"at": format_time(event.at), "event": event.name, "data": event.data} for event in recorded]
        )

    @group.route("GET", "/_emulator/webhooks")
    def list_(context: RequestContext) -> ApiResponse:
        events = context.services.outbox.find_events(
            context.tenant.id, name=context.query.get("event"), status=context.query.get("status"), limit=1_000
        )
        return ApiResponse("Webhooks, newest first", [serialize_event(event) for event in events])

    @group.route("GET", "/_emulator/webhooks/{id}")
    def fetch(context: RequestContext) -> ApiResponse:
        event = _find(context)
        attempts = [
            serialize_attempt(attempt) for attempt in context.services.outbox.attempts(context.tenant.id, event.seq)
        ]
        return ApiResponse("Webhook", {**serialize_event(event), "body": event.body.decode(), "attempts": attempts})

    @group.route("POST", "/_emulator/webhooks/deliver", runs_flow=True)
    def deliver(context: RequestContext) -> DeliveryFlow[ApiResponse]:
        timeline = yield from emulator.deliver_flow(context.tenant)
        attempts = [serialize_attempt(entry.attempt) for entry in timeline if entry.attempt is not None]
        return ApiResponse("Due and held webhooks were sent", attempts)

    @group.route("POST", "/_emulator/webhooks/{id}/replay", runs_flow=True)
    def replay(context: RequestContext) -> DeliveryFlow[ApiResponse]:
        event = _find(context)
        if context.body.get("data") is not None:
            event = context.services.outbox.copy_with_data(event, context.body["data"], context.now)
        context.services.outbox.resend(event, context.now)
        yield from emulator.scheduler.run(only=context.tenant.id)
        attempts = context.services.outbox.attempts(context.tenant.id, event.seq)
        return ApiResponse(
            "The webhook was sent again",
            {**serialize_event(event), "attempts": [serialize_attempt(attempt) for attempt in attempts]},
        )


def serialize_event(event: OutboxEvent) -> dict[str, object]:
    """Return an event and the state of its delivery, for JSON."""
    return {
        "id": event.id,
        "at": format_time(event.at),
        "event": event.name,
        "status": event.status,
        "tries": event.tries,
        "due": None if event.due is None else format_time(event.due),
        "held": event.held,
    }


def serialize_attempt(attempt: DeliveryAttempt) -> dict[str, object]:
    """Return an attempt, for JSON."""
    return {
        "at": format_time(attempt.at),
        "url": attempt.url,
        "status": attempt.status,
        "response": attempt.response,
        "seconds": attempt.seconds,
        "error": attempt.error,
        "fault": attempt.fault,
    }


def _find(context: RequestContext) -> OutboxEvent:
    event = context.services.outbox.find(context.tenant.id, context.params["id"])
    if event is None:
        raise ApiError(404, "Webhook not found", "not_found")
    return event
