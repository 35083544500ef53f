"""Webhooks, from the emulator's side: what was told and tried, and telling it again, otherwise, or at last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paystackease.emulator.clock import written
from paystackease.emulator.http.context import Answer, Call, Resource
from paystackease.emulator.http.errors import Refusal
from paystackease.emulator.webhooks.outbox import Attempt, Event, Steps

if TYPE_CHECKING:
    from paystackease.emulator import Emulator


def webhooks(emulator: Emulator, resource: Resource) -> None:
    """Declare the operations."""

    @resource.on("GET", "/_emulator/events")
    def events(call: Call) -> Answer:
        told = call.world.events.all(call.tenant.id)
        return Answer("Events", [{"at": written(event.at), "event": event.name, "data": event.data} for event in told])

    @resource.on("GET", "/_emulator/webhooks")
    def list_(call: Call) -> Answer:
        found = call.world.events.some(
            call.tenant.id, name=call.query.get("event"), status=call.query.get("status"), limit=1_000
        )
        return Answer("Webhooks, the newest first", [shown(event) for event in found])

    @resource.on("GET", "/_emulator/webhooks/{id}")
    def fetch(call: Call) -> Answer:
        event = _find(call)
        attempts = [tried(attempt) for attempt in call.world.events.attempts(call.tenant.id, event.seq)]
        return Answer("Webhook", {**shown(event), "body": event.body.decode(), "attempts": attempts})

    @resource.on("POST", "/_emulator/webhooks/deliver", drives=True)
    def deliver(call: Call) -> Steps[Answer]:
        happened = yield from emulator.delivering(call.tenant)
        attempts = [tried(found.attempt) for found in happened if found.attempt is not None]
        return Answer("What was due or held back was sent", attempts)

    @resource.on("POST", "/_emulator/webhooks/{id}/replay", drives=True)
    def replay(call: Call) -> Steps[Answer]:
        event = _find(call)
        if call.body.get("data") is not None:
            event = call.world.events.edited(event, call.body["data"], call.now)
        call.world.events.again(event, call.now)
        yield from emulator.work.drive(only=call.tenant.id)
        attempts = call.world.events.attempts(call.tenant.id, event.seq)
        return Answer("It was sent again", {**shown(event), "attempts": [tried(attempt) for attempt in attempts]})


def shown(event: Event) -> dict[str, object]:
    """An event and what became of telling it, for JSON."""
    return {
        "id": event.id,
        "at": written(event.at),
        "event": event.name,
        "status": event.status,
        "tries": event.tries,
        "due": None if event.due is None else written(event.due),
        "held": event.held,
    }


def tried(attempt: Attempt) -> dict[str, object]:
    """One try, for JSON."""
    return {
        "at": written(attempt.at),
        "url": attempt.url,
        "status": attempt.status,
        "response": attempt.response,
        "seconds": attempt.seconds,
        "error": attempt.error,
        "fault": attempt.fault,
    }


def _find(call: Call) -> Event:
    event = call.world.events.find(call.tenant.id, call.params["id"])
    if event is None:
        raise Refusal(404, "Webhook not found", "not_found")
    return event
