"""What Paystack does not have: the paths under ``/_emulator/``, by which a test plays everyone else and the time.

They take and give JSON, in Paystack's envelope, and like Paystack's they see what belongs to their secret key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.control_api.webhooks import webhooks
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.request_log import KEPT, LoggedRequest
from paystackease.emulator.resources import authorization, mandate
from paystackease.emulator.scheduler import TimelineEntry, serialize_entry
from paystackease.emulator.webhooks.outbox import Steps

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

SHOWN = 1_000
"""How many things that happened are told of at the most; the rest is in the lists of what there is."""


def control(emulator: Emulator) -> RouteGroup:
    """The operations that control an emulator."""
    resource = RouteGroup()
    webhooks(emulator, resource)

    @resource.route("GET", "/_emulator/clock")
    def clock(call: RequestContext) -> ApiResponse:
        return ApiResponse("The time", _time(emulator))

    @resource.route("POST", "/_emulator/clock", drives=True)
    def move(call: RequestContext) -> ApiResponse | Steps[ApiResponse]:
        if "frozen" in call.body:
            if not isinstance(call.body["frozen"], bool):
                raise ApiError(400, "frozen is true or false", "invalid_params")
            (emulator.clock.freeze if call.body["frozen"] else emulator.clock.run)()
            if "advance" not in call.body and "to" not in call.body:
                return ApiResponse("The time", _time(emulator))
        return _passed(emulator, call, _seconds(emulator, call.body))

    @resource.route("POST", "/_emulator/reset")
    def reset(call: RequestContext) -> ApiResponse:
        emulator.begin(call.tenant)
        return message_only("Everything is forgotten")

    @resource.route("GET", "/_emulator/settings")
    def settings(call: RequestContext) -> ApiResponse:
        return ApiResponse("The settings", msgspec.to_builtins(call.settings))

    @resource.route("POST", "/_emulator/settings")
    def change(call: RequestContext) -> ApiResponse:
        changes = {**call.body}
        if changes.get("webhook_url") == "":  # nowhere, from clients that leave out what is null
            changes["webhook_url"] = None
        try:
            call.set(**changes)
        except (TypeError, ValueError) as error:  # the former of a field that is called self
            raise ApiError(400, str(error), "invalid_params") from error
        if call.settings.webhook_mode != "manual":
            call.services.outbox.release(call.tenant.id, call.now)
        return ApiResponse("The settings", msgspec.to_builtins(call.settings))

    @resource.route("GET", "/_emulator/requests")
    def requests(call: RequestContext) -> ApiResponse:
        limit = call.query.get("limit", "")
        found = call.services.request_log.of(
            call.tenant.id, int(limit) if limit.isdecimal() and len(limit) < 6 else KEPT
        )
        return ApiResponse("The requests, the newest first", [_request(one) for one in found])

    @resource.route("GET", "/_emulator/faults")
    def list_faults(call: RequestContext) -> ApiResponse:
        return ApiResponse("The faults in force", [_fault(one) for one in call.services.faults.of(call.tenant.id)])

    @resource.route("POST", "/_emulator/faults")
    def inject(call: RequestContext) -> ApiResponse:
        preset = call.body.get("preset")
        if preset is None:
            given = [call.body]
        elif isinstance(preset, str) and preset in faults.PRESETS:
            given = list(faults.PRESETS[preset])
        else:
            raise ApiError(400, f"preset is one of {', '.join(faults.PRESETS)}", "invalid_params")
        rules = [faults.rule(fields) for fields in given]
        found = [emulator.activate_fault(call.tenant.id, rule) for rule in rules]
        return ApiResponse("From now on that goes wrong", [_fault(one) for one in found], status=201)

    @resource.route("DELETE", "/_emulator/faults")
    def calm(call: RequestContext) -> ApiResponse:
        return ApiResponse("All is well", {"removed": call.services.faults.remove(call.tenant.id)})

    @resource.route("DELETE", "/_emulator/faults/{number}")
    def calm_one(call: RequestContext) -> ApiResponse:
        number = call.params["number"]
        if not (number.isdecimal() and len(number) < 19 and call.services.faults.remove(call.tenant.id, int(number))):
            raise ApiError(404, "There is no such fault", "not_found")
        return ApiResponse("That goes well again", {"removed": 1})

    @resource.route("GET", "/_emulator/snapshots")
    def snapshots(call: RequestContext) -> ApiResponse:
        found = call.services.snapshots.all(call.tenant.id)
        return ApiResponse("The snapshots", [{"name": one.name, "at": format_time(one.at)} for one in found])

    @resource.route("PUT", "/_emulator/snapshots/{name}")
    def save(call: RequestContext) -> ApiResponse:
        found = call.services.snapshots.save(call.tenant.id, call.params["name"], call.now)
        return ApiResponse("It is kept", {"name": found.name, "at": format_time(found.at)})

    @resource.route("POST", "/_emulator/snapshots/{name}/restore")
    def restore(call: RequestContext) -> ApiResponse:
        if not call.services.restore_snapshot(call.tenant.id, call.params["name"]):
            raise _no_snapshot()
        return message_only("All is as it was")

    @resource.route("DELETE", "/_emulator/snapshots/{name}")
    def forget(call: RequestContext) -> ApiResponse:
        if not call.services.snapshots.remove(call.tenant.id, call.params["name"]):
            raise _no_snapshot()
        return message_only("It is forgotten")

    @resource.route("POST", "/_emulator/customers/{code}/authorizations")
    def save_card(call: RequestContext) -> ApiResponse:
        found = call.find("customer", code=call.params["code"])
        if found is None:
            raise ApiError(404, "Customer not found", "not_found")
        card = call.body.get("card")
        if not isinstance(card, str):
            raise missing_field("card")
        saved = authorization.save_card(call, found, card)
        return ApiResponse("Authorization saved", {"authorization_code": saved.code, **saved.body["shown"]})

    @resource.route("POST", "/_emulator/mandates/{reference}/approve")
    def approve(call: RequestContext) -> ApiResponse:
        found = mandate.approve(call, call.params["reference"])
        return ApiResponse("The customer agreed", {"reference": found.unique_key, "status": found.body["status"]})

    return resource


def _time(emulator: Emulator) -> dict[str, object]:
    clock = emulator.clock
    return {"now": format_time(clock.now()), "frozen": clock.frozen, "ahead": clock.ahead}


def _seconds(emulator: Emulator, body: Any) -> float:
    seconds = body.get("advance")
    if seconds is None and isinstance(body.get("to"), str):
        moment = parse_time(body["to"])
        if moment is None:
            raise ApiError(400, "to is a time such as 2026-10-01T12:00:00Z", "invalid_params")
        seconds = moment - emulator.clock.now()
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        what = "advance is a number of seconds from 0 on, or to is a time to come: the clock does not go back"
        raise ApiError(400, what, "invalid_params")
    try:
        emulator.clock.after(seconds)
    except ValueError as error:
        raise ApiError(400, str(error), "invalid_params") from error
    return float(seconds)


def _passed(emulator: Emulator, call: RequestContext, seconds: float) -> Steps[ApiResponse]:
    happened: list[TimelineEntry] = yield from emulator.advance_flow(seconds)
    mine = [found for found in happened if found.tenant == call.tenant.id]
    told = {"happened": [serialize_entry(found) for found in mine[:SHOWN]], "happenings": len(mine)}
    return ApiResponse("The time", {**_time(emulator), **told})


def _request(found: LoggedRequest) -> dict[str, object]:
    return {
        "number": found.seq,
        "at": format_time(found.at),
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


def _no_snapshot() -> ApiError:
    return ApiError(404, "There is no such snapshot", "not_found")
