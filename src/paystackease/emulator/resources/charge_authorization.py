"""Charging saved authorizations: cards of earlier payments, and bank accounts with a mandate.

success | failed            immediately, both with HTTP 200
ongoing > success           the bank asks the customer to confirm (two-factor authentication)
queued | processing > …     later: in Paystack's queue, or at the mandate's bank
"""

from __future__ import annotations

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import charge
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

routes = RouteGroup()

QUEUE_SECONDS = 5.0
"""How long a charge waits in Paystack's queue (an assumption)."""


@routes.route("POST", "/transaction/charge_authorization")
def create(context: RequestContext) -> ApiResponse:
    customer = _find_customer(context)
    amount, currency = context.require_amount(), context.currency()
    authorization = _find_authorization(context, customer)
    tx = _begin_transaction(context, customer, amount, currency)
    if authorizations.bank_behavior(authorization)["confirms"]:
        payment_flow.start_with_stored_input(context, tx, "card", {"authorization": authorization.id})
        data = {
            "authorization_url": transaction.checkout_url(context, tx),
            "reference": tx.unique_key,
            "access_code": tx.code,
        }
        return ApiResponse("Please, redirect your customer to the authorization url provided", {**data, "paused": True})
    if context.body.get("queue") is True:
        charge.charge_later(context, tx, authorization, "queued", QUEUE_SECONDS)
    else:
        charge.charge_authorization(context, tx, authorization, customer)
    return ApiResponse("Charge attempted", _serialize(context, tx, authorization, customer))


@routes.route("POST", "/transaction/partial_debit")
def partial_debit(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    customer = customers.find_by_email(context, email)
    if customer is None:
        raise ApiError(400, "Customer not found")
    amount, currency = context.require_amount(), context.require("currency", "Currency")
    if currency not in ("NGN", "GHS") or currency not in context.settings.currencies:
        raise ApiError(400, "Currency not supported by merchant")
    minimum = context.require_amount("at_least") if context.body.get("at_least") is not None else 0
    authorization = _find_authorization(context, customer)
    tx = _begin_transaction(context, customer, amount, str(currency))
    charge.charge_authorization(context, tx, authorization, customer, minimum=minimum)
    data = {**_serialize(context, tx, authorization, customer), "requested_amount": amount}
    return ApiResponse("Charge attempted", {**data, "plan": 0} if context.settings.quirks else data)


@routes.route("POST", "/transaction/check_authorization")
def check_authorization(context: RequestContext) -> ApiResponse:
    # No longer documented. The wordings are general knowledge.
    customer = _find_customer(context)
    amount, currency = context.require_amount(), context.currency()
    authorization = _find_authorization(context, customer)
    if authorization.body["instrument"]["brand"] not in {"visa", "mastercard"}:
        raise ApiError(400, "Authorization cannot be checked", "invalid_params")
    available = authorizations.bank_behavior(authorization)["available"]
    if available is not None and available < amount:
        raise ApiError(400, "Insufficient Funds", "invalid_params")
    return ApiResponse("Authorization is valid for this amount", {"amount": str(amount), "currency": currency})


def _find_customer(context: RequestContext) -> Document:
    customer = customers.find_by_email(context, str(context.require("email", "Email Address")))
    if customer is None:
        raise ApiError(400, "Customer not found")
    return customer


def _find_authorization(context: RequestContext, customer: Document) -> Document:
    # Both wordings are assumptions: no sample has them.
    code = str(context.require("authorization_code", "Authorization code"))
    authorization = context.find("authorization", code=code)
    if authorization is None or not authorization.body["active"] or not authorization.body["instrument"]["reusable"]:
        raise ApiError(400, "Authorization code is invalid", "invalid_params")
    if authorization.parent_id != customer.id:
        raise ApiError(400, "Email does not match Authorization code. Please confirm", "invalid_params")
    return authorization


def _begin_transaction(context: RequestContext, customer: Document, amount: int, currency: str) -> Document:
    fields = {"source": transaction.CHARGE, **transaction.shared_fields(context)}
    return transaction.create_transaction(
        context, customer, amount, currency, reference=transaction.read_reference(context), **fields
    )


def _serialize(context: RequestContext, tx: Document, authorization: Document, customer: Document) -> dict[str, object]:
    # The response has the authorization even if the charge failed.
    return {
        **serializers.serialize_charged(context, tx, customer),
        "authorization": authorizations.serialize(authorization),
    }
