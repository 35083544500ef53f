"""The control API under ``/_emulator/``: clock, settings, faults, snapshots, and actions of customers and banks.

Requests and responses are JSON in Paystack's envelope, and limited to the tenant of the secret key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.control_api.activity import add_activity_routes
from paystackease.emulator.control_api.clock import add_clock_routes
from paystackease.emulator.control_api.settings import change_settings
from paystackease.emulator.control_api.webhooks import add_webhook_routes
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.request_log import MAX_REQUESTS, LoggedRequest
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import mandate
from paystackease.emulator.transactions import authorization

if TYPE_CHECKING:
    from paystackease.emulator import Emulator


def control_routes(emulator: Emulator) -> RouteGroup:
    """Return the routes that control an emulator."""
    group = RouteGroup()
    add_webhook_routes(emulator, group)
    add_activity_routes(group)
    add_clock_routes(emulator, group)

    @group.route("POST", "/_emulator/reset")
    def reset_tenant(context: RequestContext) -> ApiResponse:
        emulator.reset_tenant(context.tenant)
        return message_only("Everything was deleted")

    @group.route("GET", "/_emulator/settings")
    def settings(context: RequestContext) -> ApiResponse:
        return ApiResponse("The settings", msgspec.to_builtins(context.settings))

    @group.route("POST", "/_emulator/settings")
    def update_settings(context: RequestContext) -> ApiResponse:
        change_settings(context, context.body)
        return ApiResponse("The settings", msgspec.to_builtins(context.settings))

    @group.route("GET", "/_emulator/requests")
    def requests(context: RequestContext) -> ApiResponse:
        limit = context.query.get("limit", "")
        newest = context.services.request_log.newest(
            context.tenant.id, int(limit) if limit.isdecimal() and len(limit) < 6 else MAX_REQUESTS
        )
        return ApiResponse("The requests, newest first", [_serialize_request(request) for request in newest])

    @group.route("GET", "/_emulator/faults")
    def list_faults(context: RequestContext) -> ApiResponse:
        return ApiResponse(
            "The active faults",
            [_serialize_fault(fault) for fault in context.services.faults.list_for(context.tenant.id)],
        )

    @group.route("POST", "/_emulator/faults")
    def add_fault(context: RequestContext) -> ApiResponse:
        preset = context.body.get("preset")
        if preset is None:
            rule_fields = [context.body]
        elif isinstance(preset, str) and preset in faults.PRESETS:
            rule_fields = list(faults.PRESETS[preset])
        else:
            raise ApiError(400, f"preset is one of {', '.join(faults.PRESETS)}", "invalid_params")
        rules = [faults.parse_rule(fields) for fields in rule_fields]
        active = [emulator.activate_fault(context.tenant.id, rule) for rule in rules]
        return ApiResponse("Fault added", [_serialize_fault(fault) for fault in active], status=201)

    @group.route("DELETE", "/_emulator/faults")
    def clear_faults(context: RequestContext) -> ApiResponse:
        return ApiResponse("Faults cleared", {"removed": context.services.faults.remove(context.tenant.id)})

    @group.route("DELETE", "/_emulator/faults/{number}")
    def remove_fault(context: RequestContext) -> ApiResponse:
        number = parse_id(context.params["number"])
        if number is None or not context.services.faults.remove(context.tenant.id, number):
            raise ApiError(404, "There is no such fault", "not_found")
        return ApiResponse("Fault removed", {"removed": 1})

    @group.route("GET", "/_emulator/snapshots")
    def snapshots(context: RequestContext) -> ApiResponse:
        saved = context.services.snapshots.list_for(context.tenant.id)
        return ApiResponse(
            "The snapshots", [{"name": snapshot.name, "at": format_time(snapshot.at)} for snapshot in saved]
        )

    @group.route("PUT", "/_emulator/snapshots/{name}")
    def save_snapshot(context: RequestContext) -> ApiResponse:
        snapshot = context.services.save_snapshot(context.tenant.id, context.params["name"])
        return ApiResponse("Snapshot saved", {"name": snapshot.name, "at": format_time(snapshot.at)})

    @group.route("POST", "/_emulator/snapshots/{name}/restore")
    def restore_snapshot(context: RequestContext) -> ApiResponse:
        if not context.services.restore_snapshot(context.tenant.id, context.params["name"]):
            raise _no_snapshot()
        return message_only("Snapshot restored")

    @group.route("DELETE", "/_emulator/snapshots/{name}")
    def delete_snapshot(context: RequestContext) -> ApiResponse:
        if not context.services.snapshots.delete(context.tenant.id, context.params["name"]):
            raise _no_snapshot()
        return message_only("Snapshot deleted")

    @group.route("POST", "/_emulator/customers/{code}/authorizations")
    def save_card(context: RequestContext) -> ApiResponse:
        customer = context.find("customer", code=context.params["code"])
        if customer is None:
            raise ApiError(404, "Customer not found", "not_found")
        card = context.body.get("card")
        if not isinstance(card, str):
            raise missing_field("card")
        saved = authorization.save_test_card(context, customer, card)
        return ApiResponse("Authorization saved", {"authorization_code": saved.code, **saved.body["instrument"]})

    @group.route("POST", "/_emulator/mandates/{reference}/approve")
    def approve(context: RequestContext) -> ApiResponse:
        approved = mandate.approve_mandate(context, context.params["reference"])
        return ApiResponse("Mandate approved", {"reference": approved.unique_key, "status": approved.body["status"]})

    return group


def _serialize_request(request: LoggedRequest) -> dict[str, object]:
    return {
        "number": request.seq,
        "at": format_time(request.at),
        "method": request.method,
        "target": request.target,
        "operation": request.operation,
        "status": request.status,
        "took": request.took,
        "waited": request.waited,
        "asked": _decode_body(request.request_body),
        "answered": _decode_body(request.response_body),
        "faults": list(request.faults),
    }


def _decode_body(content: bytes) -> object:
    try:
        return msgspec.json.decode(content) if content else None
    except ValueError:
        return content.decode("utf-8", "replace")


def _serialize_fault(fault: faults.ActiveFault) -> dict[str, object]:
    rule = {name: value for name, value in msgspec.to_builtins(fault.rule).items() if value is not None}
    return {"number": fault.number, **rule, "seen": fault.seen, "hits": fault.hits}


def _no_snapshot() -> ApiError:
    return ApiError(404, "There is no such snapshot", "not_found")
