"""Capitec Pay: whether the customer has approved the payment, requested with the public key."""

from __future__ import annotations

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()


@routes.route("POST", "/capitec-pay/requery/{reference}", public=True)
def requery(context: RequestContext) -> ApiResponse:
    tx = context.find("transaction", unique_key=context.params["reference"])
    if tx is None or tx.body.get("channel") != "capitec_pay":
        step = "Ensure that you're passing the reference of a transaction that exists on this integration"
        raise ApiError(400, "Transaction not found", "transaction_not_found", next_step=step)
    match tx.body["status"]:
        case "success" | "reversed":
            status, message = "success", "Charge successful"
        case "failed":
            status, message = "failed", tx.body["gateway_response"]
        case _:
            status, message = "pending", "Charge pending"
    return ApiResponse(message, {"status": status}, extra={"type": "success", "code": "ok"})
