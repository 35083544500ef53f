"""The control API for the clock of a business, or with ``?all=true`` the clocks of all businesses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paystackease.emulator.clock import Clock, format_time, parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.scheduler import serialize_entry
from paystackease.emulator.services import Tenant
from paystackease.emulator.webhooks.outbox import DeliveryFlow

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

MAX_ENTRIES = 1_000
"""How many timeline entries a response has at most."""

_KEY_MESSAGE = (
    "Each business has a clock of its own: send the header Authorization: Bearer sk_test_… with the key of the "
    "business. Add ?all=true for the clocks of all businesses"
)


def add_clock_routes(emulator: Emulator, group: RouteGroup) -> None:
    """Add the routes to a group."""

    @group.route("GET", "/_emulator/clock", key_message=_KEY_MESSAGE)
    def show(context: RequestContext) -> ApiResponse:
        return _respond(emulator, context)

    @group.route("POST", "/_emulator/clock", runs_flow=True, key_message=_KEY_MESSAGE)
    def move(context: RequestContext) -> ApiResponse | DeliveryFlow[ApiResponse]:
        tenants = emulator.tenant_ids() if _is_for_all(context) else [context.tenant.id]
        clocks = {tenant: context.services.clocks.get(tenant) for tenant in tenants}
        if "frozen" in context.body:
            if not isinstance(context.body["frozen"], bool):
                raise ApiError(400, "frozen is true or false", "invalid_params")
            for clock in clocks.values():
                (clock.freeze if context.body["frozen"] else clock.unfreeze)()
            if "advance" not in context.body and "to" not in context.body:
                return _respond(emulator, context)
        return _advance(emulator, context, _requested_times(clocks, context.body))


def _is_for_all(context: RequestContext) -> bool:
    text = context.query.get("all", "false")
    if text not in {"true", "false"}:
        raise ApiError(400, "all is true or false", "invalid_params")
    return text == "true"


def _respond(emulator: Emulator, context: RequestContext, **data: object) -> ApiResponse:
    """Return the response: the clock of the business, and those of all if they were requested."""
    clocks = context.services.clocks
    if _is_for_all(context):
        data["businesses"] = [
            {"integration": Tenant(tenant).integration, **_serialize_clock(clocks.get(tenant))}
            for tenant in emulator.tenant_ids()
        ]
    return ApiResponse("The time", {**_serialize_clock(clocks.get(context.tenant.id)), **data})


def _serialize_clock(clock: Clock) -> dict[str, object]:
    return {"now": format_time(clock.now()), "frozen": clock.frozen, "ahead": round(clock.offset, 3)}


def _requested_times(clocks: dict[str, Clock], body: Any) -> dict[str, float]:
    """Return the time to which each clock is advanced, by tenant.

    A clock that is already later than ``to`` is left out, unless it is the only one.
    """
    seconds, moment = body.get("advance"), None
    if seconds is None and isinstance(body.get("to"), str):
        moment = parse_time(body["to"])
        if moment is None:
            raise ApiError(400, "to is a time such as 2026-10-01T12:00:00Z", "invalid_params")
        earliest = min(clock.now() for clock in clocks.values())
        seconds = moment - earliest
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        message = "advance is a number of seconds, 0 or more, or to is a future time: the clock cannot go back"
        raise ApiError(400, message, "invalid_params")
    try:
        if moment is None:
            return {tenant: clock.time_after(seconds) for tenant, clock in clocks.items()}
        min(clocks.values(), key=Clock.now).time_after(seconds)
    except ValueError as error:
        raise ApiError(400, str(error), "invalid_params") from error
    return {tenant: moment for tenant, clock in clocks.items() if clock.now() <= moment}


def _advance(emulator: Emulator, context: RequestContext, times: dict[str, float]) -> DeliveryFlow[ApiResponse]:
    timeline = yield from emulator.advance_all_flow(times)
    happened = [serialize_entry(entry) for entry in timeline[:MAX_ENTRIES]]
    if _is_for_all(context):
        for entry, serialized in zip(timeline, happened, strict=False):
            serialized["integration"] = Tenant(entry.tenant).integration
    return _respond(emulator, context, happened=happened, happenings=len(timeline))
