"""Saved authorizations: deactivation, and simulation of the bank.

``POST /_emulator/authorizations/{code}`` sets what the bank does with the next charges: decline, ask the customer to
confirm, or pay up to an amount.
"""

from __future__ import annotations

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import mandate

routes = RouteGroup()


@routes.route("POST", "/customer/authorization/deactivate", aliases=["/customer/deactivate_authorization"])
def deactivate(context: RequestContext) -> ApiResponse:
    authorization = context.find("authorization", code=str(context.require("authorization_code", "Authorization code")))
    if authorization is None or not authorization.body["active"]:
        raise ApiError(404, "Authorization code not found.")
    authorization.body["active"] = False
    context.save(authorization)
    mandate.revoke_deactivated(context, authorization)
    return message_only("Authorization has been deactivated")


@routes.route("POST", "/_emulator/authorizations/{code}")
def set_bank_behavior(context: RequestContext) -> ApiResponse:
    authorization = context.find("authorization", code=context.params["code"])
    if authorization is None:
        raise ApiError(404, "Authorization code not found.")
    declines, available = context.body.get("declines"), context.body.get("available")
    if declines is not None and not isinstance(declines, str):
        raise ApiError(400, "declines is the bank's reason, such as Insufficient Funds, or null", "invalid_params")
    if available is not None and (isinstance(available, bool) or not isinstance(available, int) or available < 0):
        raise ApiError(400, "available is an amount in subunits, or null", "invalid_params")
    confirms = context.body.get("confirms", False) is True
    authorization.body["bank"] = {"declines": declines, "available": available, "confirms": confirms}
    context.save(authorization)
    return ApiResponse("Bank behavior set", authorization.body["bank"])
