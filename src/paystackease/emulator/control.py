"""What Paystack does not have: the paths under ``/_emulator/``, by which a test plays everyone else and the time.

They take and give JSON, in Paystack's envelope, and like Paystack's they see what belongs to their secret key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from paystackease.emulator.core.call import Answer, Call, Resource, done
from paystackease.emulator.core.clock import written
from paystackease.emulator.core.errors import Refusal, missing
from paystackease.emulator.resources import authorization, mandate

if TYPE_CHECKING:
    from paystackease.emulator import Emulator


def control(emulator: Emulator) -> Resource:
    """The operations that control an emulator."""
    resource = Resource()

    @resource.on("GET", "/_emulator/clock")
    def clock(call: Call) -> Answer:
        return Answer("The time", {"now": written(call.now)})

    @resource.on("POST", "/_emulator/clock")
    def advance(call: Call) -> Answer:
        seconds = call.body.get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
            raise Refusal(400, "advance is a number of seconds from 0 on: the clock does not go back", "invalid_params")
        emulator.advance(seconds)
        return Answer("The time", {"now": written(emulator.clock.now())})

    @resource.on("POST", "/_emulator/reset")
    def reset(call: Call) -> Answer:
        call.world.store.forget(call.tenant.id)
        return done("Everything is forgotten")

    @resource.on("GET", "/_emulator/events")
    def events(call: Call) -> Answer:
        told = call.world.events.all(call.tenant.id)
        return Answer("Events", [{"at": written(event.at), "event": event.name, "data": event.data} for event in told])

    @resource.on("GET", "/_emulator/settings")
    def settings(call: Call) -> Answer:
        return Answer("The settings", msgspec.to_builtins(call.settings))

    @resource.on("POST", "/_emulator/settings")
    def change(call: Call) -> Answer:
        try:
            call.set(**call.body)
        except (TypeError, ValueError) as error:  # the former of a field that is called self
            raise Refusal(400, str(error), "invalid_params") from error
        return Answer("The settings", msgspec.to_builtins(call.settings))

    @resource.on("POST", "/_emulator/customers/{code}/authorizations")
    def save_card(call: Call) -> Answer:
        found = call.find("customer", code=call.params["code"])
        if found is None:
            raise Refusal(404, "Customer not found", "not_found")
        card = call.body.get("card")
        if not isinstance(card, str):
            raise missing("card")
        saved = authorization.save_card(call, found, card)
        return Answer("Authorization saved", {"authorization_code": saved.code, **saved.body["shown"]})

    @resource.on("POST", "/_emulator/mandates/{reference}/approve")
    def approve(call: Call) -> Answer:
        found = mandate.approve(call, call.params["reference"])
        return Answer("The customer agreed", {"reference": found.name, "status": found.body["status"]})

    return resource
