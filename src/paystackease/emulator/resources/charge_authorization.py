"""Charging what was saved: cards that were paid with before, and bank accounts that may be debited.

success | failed            at once, both with HTTP 200
ongoing > success           the bank wants the customer to confirm it (two-factor authentication)
queued | processing > …     later: in Paystack's queue, or at the bank that a mandate is with
"""

from __future__ import annotations

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import payment_flow
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import charge, transaction
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.storage.document import Document

charge_authorization = RouteGroup()

QUEUE_SECONDS = 5.0
"""How long a charge waits in Paystack's queue (an assumption)."""


@charge_authorization.route("POST", "/transaction/charge_authorization")
def charged(context: RequestContext) -> ApiResponse:
    whose = _customer(context)
    amount, currency = context.require_amount(), context.currency()
    saved = _saved(context, whose)
    tx = _begin(context, whose, amount, currency)
    if authorizations.bank(saved)["confirms"]:
        payment_flow.start_with_stored_input(context, tx, "card", {"authorization": saved.id})
        data = {"authorization_url": transaction.url(context, tx), "reference": tx.unique_key, "access_code": tx.code}
        return ApiResponse("Please, redirect your customer to the authorization url provided", {**data, "paused": True})
    if context.body.get("queue") is True:
        charge.later(context, tx, saved, "queued", QUEUE_SECONDS)
    else:
        charge.by_authorization(context, tx, saved, whose)
    return ApiResponse("Charge attempted", _shown(context, tx, saved, whose))


@charge_authorization.route("POST", "/transaction/partial_debit")
def partial_debit(context: RequestContext) -> ApiResponse:
    email = str(context.require("email", "Email"))
    whose = customers.by_email(context, email)
    if whose is None:
        raise ApiError(400, "Customer not found")
    amount, currency = context.require_amount(), context.require("currency", "Currency")
    if currency not in ("NGN", "GHS") or currency not in context.settings.currencies:
        raise ApiError(400, "Currency not supported by merchant")
    least = context.require_amount("at_least") if context.body.get("at_least") is not None else 0
    saved = _saved(context, whose)
    tx = _begin(context, whose, amount, str(currency))
    charge.by_authorization(context, tx, saved, whose, least=least)
    shown = {**_shown(context, tx, saved, whose), "requested_amount": amount}
    return ApiResponse("Charge attempted", {**shown, "plan": 0} if context.settings.quirks else shown)


@charge_authorization.route("POST", "/transaction/check_authorization")
def check_authorization(context: RequestContext) -> ApiResponse:
    # No longer documented; the words are general knowledge.
    whose = _customer(context)
    amount, currency = context.require_amount(), context.currency()
    saved = _saved(context, whose)
    if saved.body["shown"]["brand"] not in {"visa", "mastercard"}:
        raise ApiError(400, "Authorization cannot be checked", "invalid_params")
    available = authorizations.bank(saved)["available"]
    if available is not None and available < amount:
        raise ApiError(400, "Insufficient Funds", "invalid_params")
    return ApiResponse("Authorization is valid for this amount", {"amount": str(amount), "currency": currency})


def _customer(context: RequestContext) -> Document:
    whose = customers.by_email(context, str(context.require("email", "Email Address")))
    if whose is None:
        raise ApiError(400, "Customer not found")
    return whose


def _saved(context: RequestContext, whose: Document) -> Document:
    # What these two say is an assumption: no sample has them.
    code = str(context.require("authorization_code", "Authorization code"))
    saved = context.find("authorization", code=code)
    if saved is None or not saved.body["active"] or not saved.body["shown"]["reusable"]:
        raise ApiError(400, "Authorization code is invalid", "invalid_params")
    if saved.parent_id != whose.id:
        raise ApiError(400, "Email does not match Authorization code. Please confirm", "invalid_params")
    return saved


def _begin(context: RequestContext, whose: Document, amount: int, currency: str) -> Document:
    begun = {"source": transaction.CHARGE, **transaction.asked(context)}
    return transaction.begin(context, whose, amount, currency, reference=transaction.reference(context), **begun)


def _shown(context: RequestContext, tx: Document, saved: Document, whose: Document) -> dict[str, object]:
    # It is shown with what was charged also where that failed.
    return {**views.charged(context, tx, whose), "authorization": authorizations.serialize(saved)}
