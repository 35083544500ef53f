"""What Paystack does not have: the paths under ``/_emulator/``, by which a test plays everyone else and the time.

They take and give JSON, in Paystack's envelope, and like Paystack's they see what belongs to their secret key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from paystackease.emulator.clock import read, written
from paystackease.emulator.control_api.webhooks import webhooks
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.context import Answer, Call, Resource, done
from paystackease.emulator.http.errors import Refusal, missing
from paystackease.emulator.http.request_log import KEPT, Logged
from paystackease.emulator.resources import authorization, mandate
from paystackease.emulator.scheduler import Happening, shown
from paystackease.emulator.webhooks.outbox import Steps

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

SHOWN = 1_000
"""How many things that happened are told of at the most; the rest is in the lists of what there is."""


def control(emulator: Emulator) -> Resource:
    """The operations that control an emulator."""
    resource = Resource()
    webhooks(emulator, resource)

    @resource.on("GET", "/_emulator/clock")
    def clock(call: Call) -> Answer:
        return Answer("The time", _time(emulator))

    @resource.on("POST", "/_emulator/clock", drives=True)
    def move(call: Call) -> Answer | Steps[Answer]:
        if "frozen" in call.body:
            if not isinstance(call.body["frozen"], bool):
                raise Refusal(400, "frozen is true or false", "invalid_params")
            (emulator.clock.freeze if call.body["frozen"] else emulator.clock.run)()
            if "advance" not in call.body and "to" not in call.body:
                return Answer("The time", _time(emulator))
        return _passed(emulator, call, _seconds(emulator, call.body))

    @resource.on("POST", "/_emulator/reset")
    def reset(call: Call) -> Answer:
        emulator.begin(call.tenant)
        return done("Everything is forgotten")

    @resource.on("GET", "/_emulator/settings")
    def settings(call: Call) -> Answer:
        return Answer("The settings", msgspec.to_builtins(call.settings))

    @resource.on("POST", "/_emulator/settings")
    def change(call: Call) -> Answer:
        changes = {**call.body}
        if changes.get("webhook_url") == "":  # nowhere, from clients that leave out what is null
            changes["webhook_url"] = None
        try:
            call.set(**changes)
        except (TypeError, ValueError) as error:  # the former of a field that is called self
            raise Refusal(400, str(error), "invalid_params") from error
        if call.settings.webhook_mode != "manual":
            call.world.events.release(call.tenant.id, call.now)
        return Answer("The settings", msgspec.to_builtins(call.settings))

    @resource.on("GET", "/_emulator/requests")
    def requests(call: Call) -> Answer:
        limit = call.query.get("limit", "")
        found = call.world.requests.of(call.tenant.id, int(limit) if limit.isdecimal() and len(limit) < 6 else KEPT)
        return Answer("The requests, the newest first", [_request(one) for one in found])

    @resource.on("GET", "/_emulator/faults")
    def list_faults(call: Call) -> Answer:
        return Answer("The faults in force", [_fault(one) for one in call.world.faults.of(call.tenant.id)])

    @resource.on("POST", "/_emulator/faults")
    def inject(call: Call) -> Answer:
        preset = call.body.get("preset")
        if preset is None:
            given = [call.body]
        elif isinstance(preset, str) and preset in faults.PRESETS:
            given = list(faults.PRESETS[preset])
        else:
            raise Refusal(400, f"preset is one of {', '.join(faults.PRESETS)}", "invalid_params")
        rules = [faults.rule(fields) for fields in given]
        found = [emulator.put_in_force(call.tenant.id, rule) for rule in rules]
        return Answer("From now on that goes wrong", [_fault(one) for one in found], status=201)

    @resource.on("DELETE", "/_emulator/faults")
    def calm(call: Call) -> Answer:
        return Answer("All is well", {"removed": call.world.faults.remove(call.tenant.id)})

    @resource.on("DELETE", "/_emulator/faults/{number}")
    def calm_one(call: Call) -> Answer:
        number = call.params["number"]
        if not (number.isdecimal() and len(number) < 19 and call.world.faults.remove(call.tenant.id, int(number))):
            raise Refusal(404, "There is no such fault", "not_found")
        return Answer("That goes well again", {"removed": 1})

    @resource.on("GET", "/_emulator/snapshots")
    def snapshots(call: Call) -> Answer:
        found = call.world.snapshots.all(call.tenant.id)
        return Answer("The snapshots", [{"name": one.name, "at": written(one.at)} for one in found])

    @resource.on("PUT", "/_emulator/snapshots/{name}")
    def save(call: Call) -> Answer:
        found = call.world.snapshots.save(call.tenant.id, call.params["name"], call.now)
        return Answer("It is kept", {"name": found.name, "at": written(found.at)})

    @resource.on("POST", "/_emulator/snapshots/{name}/restore")
    def restore(call: Call) -> Answer:
        if not call.world.restore(call.tenant.id, call.params["name"]):
            raise _no_snapshot()
        return done("All is as it was")

    @resource.on("DELETE", "/_emulator/snapshots/{name}")
    def forget(call: Call) -> Answer:
        if not call.world.snapshots.remove(call.tenant.id, call.params["name"]):
            raise _no_snapshot()
        return done("It is forgotten")

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


def _time(emulator: Emulator) -> dict[str, object]:
    clock = emulator.clock
    return {"now": written(clock.now()), "frozen": clock.frozen, "ahead": clock.ahead}


def _seconds(emulator: Emulator, body: Any) -> float:
    seconds = body.get("advance")
    if seconds is None and isinstance(body.get("to"), str):
        moment = read(body["to"])
        if moment is None:
            raise Refusal(400, "to is a time such as 2026-10-01T12:00:00Z", "invalid_params")
        seconds = moment - emulator.clock.now()
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        what = "advance is a number of seconds from 0 on, or to is a time to come: the clock does not go back"
        raise Refusal(400, what, "invalid_params")
    try:
        emulator.clock.after(seconds)
    except ValueError as error:
        raise Refusal(400, str(error), "invalid_params") from error
    return float(seconds)


def _passed(emulator: Emulator, call: Call, seconds: float) -> Steps[Answer]:
    happened: list[Happening] = yield from emulator.passing(seconds)
    mine = [found for found in happened if found.tenant == call.tenant.id]
    told = {"happened": [shown(found) for found in mine[:SHOWN]], "happenings": len(mine)}
    return Answer("The time", {**_time(emulator), **told})


def _request(found: Logged) -> dict[str, object]:
    return {
        "number": found.seq,
        "at": written(found.at),
        "method": found.method,
        "target": found.target,
        "operation": found.operation,
        "status": found.status,
        "took": found.took,
        "waited": found.waited,
        "asked": _body(found.asked),
        "answered": _body(found.answered),
        "faults": list(found.faults),
    }


def _body(content: bytes) -> object:
    try:
        return msgspec.json.decode(content) if content else None
    except ValueError:
        return content.decode("utf-8", "replace")


def _fault(found: faults.Active) -> dict[str, object]:
    rule = {name: value for name, value in msgspec.to_builtins(found.rule).items() if value is not None}
    return {"number": found.number, **rule, "seen": found.seen, "hits": found.hits}


def _no_snapshot() -> Refusal:
    return Refusal(404, "There is no such snapshot", "not_found")
