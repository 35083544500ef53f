"""Transactions: initialize, verify and fetch.

Their lifecycle is in :mod:`paystackease.emulator.transactions.transaction`, their lists and totals in
:mod:`paystackease.emulator.resources.transaction_reports`.
"""

from __future__ import annotations

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction as transactions
from paystackease.emulator.transactions import transaction_serializers as serializers

routes = RouteGroup()


@routes.route("POST", "/transaction/initialize")
def initialize(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email Address"))
    # A plan's amount takes precedence over that of the body.
    plan = _find_plan(context)
    amount = plan.body["amount"] if plan else context.require_amount()
    currency = plan.body["currency"] if plan else context.currency()
    if not isinstance(context.body.get("channels") or [], list):
        raise ApiError(400, '"channels" must be an array', "invalid_params")  # the wording is an assumption
    fields = {name: context.body[name] for name in ("channels", "callback_url", "label") if context.body.get(name)}
    if plan:
        fields |= {"plan": plan.code, "invoice_limit": context.body.get("invoice_limit")}
    tx = transactions.create_transaction(
        context,
        customers.get_or_create(context, email),
        amount,
        currency,
        reference=transactions.read_reference(context),
        **transactions.shared_fields(context),
        **fields,
    )
    return ApiResponse("Authorization URL created", transactions.serialize_link(context, tx))


@routes.route("GET", "/transaction/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    tx = context.find("transaction", unique_key=context.params["reference"])
    if tx is None or tx.body.get("preauthorized"):
        hint = "Ensure that you're passing the reference of a transaction that exists on this integration"
        # 400 in one record of the test API, 404 in another.
        raise ApiError(400, "Transaction reference not found.", "transaction_not_found", next_step=hint)
    return ApiResponse("Verification successful", serializers.serialize_verified(context, tx))


@routes.route("GET", "/transaction/{id}")
def fetch(context: RequestContext) -> ApiResponse:
    tx = context.find_by_id("transaction", context.params["id"])
    if tx is None:
        raise ApiError(404, "Transaction not found", "transaction_not_found")  # the status is an assumption
    return ApiResponse("Transaction retrieved", serializers.serialize_fetched(context, tx))


def _find_plan(context: RequestContext) -> Document | None:
    code = context.body.get("plan")
    if not code:
        return None
    plan = context.find("plan", code=str(code))
    if plan is None:
        raise ApiError(404, "Plan not found", "not_found")  # an assumption
    return plan
