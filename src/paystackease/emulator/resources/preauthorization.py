"""Preauthorizations: an amount is held on a card, then captured, in part or in full, or released.

    abandoned > authorized | failed > authorized            the customer's card, at the page
    authorized > captured | released                        by the merchant; at expiry, by ``expire_action``
    authorized > capture_failed | release_failed > …        the bank declines; the merchant may try again

The held amount is a transaction that no operation returns until it is captured. It is paid at the checkout page like
any other; :func:`record_hold` is called when the bank has held the amount instead of capturing it. As for every saved
card, ``POST /_emulator/authorizations/{code}`` sets how the bank behaves: while it declines, captures and releases
fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import fees, ledger
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY, id_filter, paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import preauthorization_serializers as serializers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import settlement, transaction, transaction_serializers

routes = RouteGroup()

_HELD_STATUSES = "authorized | capture_failed | release_failed"
MACHINE = StateMachine(
    "preauthorization",
    "abandoned > authorized | failed",
    "failed > authorized | failed",
    f"{_HELD_STATUSES} > captured | released | capture_failed | release_failed",
)

MIN_AMOUNT = 100
"""The smallest amount that is held, in cents."""
MAX_DAYS, DEFAULT_DAYS = 30, 5
FEATURE = "preauthorization"
"""The name of the feature in the setting ``unavailable``."""

UNSUCCESSFUL = "Preauthorization unsuccessful"
NOT_FOUND = "No preauthorized transaction exists for the reference provided"


@routes.route("POST", "/preauthorization/initialize")
def initialize(context: RequestContext) -> ApiResponse:
    _require_feature(context)
    email = context.body.get("email")
    if not email:
        raise ApiError(400, "Customer email address is required")
    customer = customers.get_or_create(context, str(email))
    fields = {"callback_url": context.body["callback_url"]} if context.body.get("callback_url") else {}
    _, tx = _begin_preauthorization(
        context, customer, "abandoned", transaction.read_reference(context), channels=["card"], **fields
    )
    data = {
        "authorization_url": transaction.checkout_url(context, tx),
        "access_code": tx.code,
        "reference": tx.unique_key,
    }
    return ApiResponse("Authorization URL created", data)


@routes.route("POST", "/preauthorization/reserve_authorization")
def reserve(context: RequestContext) -> ApiResponse | ApiError:
    _require_feature(context)
    customer = customers.find_by_email(context, str(context.require("email", "Email")))
    authorization = context.find("authorization", code=str(context.require("authorization_code", "Authorization code")))
    if (
        authorization is None
        or customer is None
        or authorization.parent_id != customer.id
        or not _can_hold(authorization)
    ):
        raise ApiError(400, UNSUCCESSFUL)
    reference = transaction.read_reference(context) or f"pre_{context.next_code('preauthorization', length=8)}"
    preauthorization, _ = _begin_preauthorization(context, customer, "processing", reference)
    bank = authorizations.bank_behavior(authorization)
    if bank["declines"] or (bank["available"] is not None and bank["available"] < preauthorization.body["amount"]):
        # The reference is used then, and verify returns it (an assumption).
        MACHINE.transition(preauthorization, "failed")
        context.save(preauthorization)
        return ApiError(400, UNSUCCESSFUL)
    _authorize(context, preauthorization, authorization)
    return ApiResponse("Preauthorization successful", serializers.serialize_reserved(context, preauthorization))


@routes.route("POST", "/preauthorization/capture")
def capture(context: RequestContext) -> ApiResponse:
    preauthorization = _find_held(context)
    amount, currency = context.require_amount(), context.require("currency", "Currency")
    if currency != preauthorization.body["currency"]:
        raise _unsupported_currency()
    if amount > preauthorization.body["amount"]:
        raise ApiError(400, "Capture amount cannot be more than authorized amount")
    captured = _capture(context, preauthorization, amount)
    tx = context.get("transaction", preauthorization.body["transaction"])
    data = transaction_serializers.serialize_charged(context, tx)
    if not captured:
        # This response is an assumption: it is that of a failed charge.
        paid_with = authorizations.serialize(context.get("authorization", preauthorization.body["authorization"]))
        data |= {"status": "failed", "amount": amount, "authorization": paid_with, "gateway_response": "Declined"}
    return ApiResponse("Capture attempted", {**data, "plan": None})


@routes.route("POST", "/preauthorization/release")
def release(context: RequestContext) -> ApiResponse | ApiError:
    preauthorization = _find_held(context)
    if not _release(context, preauthorization):
        return ApiError(400, "Release failed")  # an assumption: the webhook has this message
    return ApiResponse("Successfully released", {"status": "released", "reference": preauthorization.unique_key})


@routes.route("GET", "/preauthorization/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    preauthorization = context.find("preauthorization", unique_key=context.params["reference"])
    if preauthorization is None:
        step = "Ensure that you're passing the correct reference for the requested resource that exists on this "
        raise ApiError(400, "Preauthorization not found", "not_found", next_step=f"{step}integration")
    return ApiResponse(
        "Preauthorization retrieved", serializers.serialize(context, preauthorization, serializers.VERIFIED)
    )


@routes.route("GET", "/preauthorization")
def list_(context: RequestContext) -> ApiResponse:
    status, amount = context.query.get("status"), id_filter(context, "amount")
    having: dict[str, object] = {} if status is None else {"status": status}
    if amount is not None:
        having["amount"] = amount
    # One of Paystack's samples is a 404 for an empty list. Here it is an empty list (an assumption).
    return paginate(
        context,
        "preauthorization",
        "Preauthorizations retrieved",
        lambda preauthorization: serializers.serialize(context, preauthorization, serializers.LISTED),
        parent_id=id_filter(context, "customer"),
        having=having,
    )


@routes.job("preauthorization.expire")
def expire_hold(context: RequestContext) -> None:
    preauthorization = context.get("preauthorization", context.body["id"])
    if not MACHINE.can(preauthorization, "captured"):
        return
    preauthorization.body["expired"] = context.now
    if preauthorization.body["expire_action"] == "capture":
        _capture(context, preauthorization, preauthorization.body["amount"])
    else:
        _release(context, preauthorization)


def record_hold(context: RequestContext, tx: Document, authorization: Document | Mapping[str, Any] | None) -> None:
    """Record that the customer's bank held the amount, or declined."""
    preauthorization = context.find("preauthorization", unique_key=tx.unique_key)
    assert preauthorization is not None, "a held transaction has a preauthorization"
    if not isinstance(authorization, Document):
        MACHINE.transition(preauthorization, "failed")
        context.save(preauthorization)
        return
    transaction.MACHINE.transition(tx, "processing")
    context.save(tx)
    _authorize(context, preauthorization, authorization)


def _require_feature(context: RequestContext) -> None:
    if FEATURE in context.settings.unavailable:
        # As for dedicated accounts, where it was observed (an assumption).
        message = "Preauthorization is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _is_short_number(value: object) -> bool:
    return isinstance(value, int | str) and str(value).isdecimal() and len(str(value)) < 5


def _begin_preauthorization(
    context: RequestContext, customer: Document, status: str, reference: str | None, **fields: Any
) -> tuple[Document, Document]:
    amount, currency = context.require_amount(minimum=MIN_AMOUNT), context.require("currency", "Currency")
    if currency != "ZAR" or currency not in context.settings.currencies:
        raise _unsupported_currency()
    action, days = context.body.get("expire_action") or "release", context.body.get("expire_after_days")
    days = DEFAULT_DAYS if days is None else int(days) if _is_short_number(days) else 0
    if action not in {"capture", "release"} or not 1 <= days <= MAX_DAYS:
        # The wording is an assumption.
        raise ApiError(
            400, f"A preauthorization expires after 1 to {MAX_DAYS} days: capture or release", "invalid_params"
        )
    fields |= transaction.shared_fields(context)
    transaction_fields = {"status": status, "preauthorized": True, **fields}
    tx = transaction.create_transaction(context, customer, amount, currency, reference=reference, **transaction_fields)
    body = {
        "status": "abandoned",
        "amount": amount,
        "currency": currency,
        "transaction": tx.id,
        "authorization": None,
        "fees": 0,
        "expire_action": action,
        "days": days,
        **dict.fromkeys(("expires", "expired", "captured", "captured_amount", "released")),
    }
    return context.create("preauthorization", body, unique_key=tx.unique_key, parent_id=customer.id), tx


def _unsupported_currency() -> ApiError:
    return ApiError(400, "Currency not supported by merchant")


def _can_hold(authorization: Document) -> bool:
    instrument = authorization.body["instrument"]
    return bool(authorization.body["active"] and instrument["reusable"] and instrument["channel"] == "card")


def _find_held(context: RequestContext) -> Document:
    preauthorization = context.find("preauthorization", unique_key=str(context.require("reference", "Reference")))
    if preauthorization is None or not MACHINE.can(preauthorization, "captured"):
        raise ApiError(400, NOT_FOUND)
    return preauthorization


def _authorize(context: RequestContext, preauthorization: Document, authorization: Document) -> None:
    body = preauthorization.body
    MACHINE.transition(preauthorization, "authorized")
    _reduce_available(context, authorization, body["amount"])
    fee = fees.PREAUTHORIZATION.fee_for(body["amount"])
    body.update(authorization=authorization.id, fees=fee, expires=context.now + body["days"] * DAY)
    # The fee is due regardless of the result, and is deducted from the next settlement (an assumption).
    cause = ("preauthorization", preauthorization.id)
    ledger.move(
        context, body["currency"], fee, ledger.UNSETTLED, ledger.PAYSTACK, reason="Preauthorization fee", cause=cause
    )
    settlement.add_deduction(context, body["currency"], fee)
    context.save(preauthorization)
    context.emit("preauthorization.reserve.success", serializers.webhook_reserved(context, preauthorization))
    context.schedule(body["days"] * DAY, "preauthorization.expire", id=preauthorization.id)


def _capture(context: RequestContext, preauthorization: Document, amount: int) -> bool:
    body = preauthorization.body
    authorization, tx = (
        context.get("authorization", body["authorization"]),
        context.get("transaction", body["transaction"]),
    )
    body["captured_amount"] = amount
    if authorizations.bank_behavior(authorization)["declines"]:
        MACHINE.transition(preauthorization, "capture_failed")
        context.save(preauthorization)
        context.emit("preauthorization.capture.failed", serializers.webhook_failed_capture(context, preauthorization))
        return False
    MACHINE.transition(preauthorization, "captured")
    body["captured"] = context.now
    context.save(preauthorization)
    _reduce_available(context, authorization, amount - body["amount"])
    del tx.body["preauthorized"]
    # No source shows charge.success beside the event of the capture (an assumption).
    transaction.succeed(
        context,
        tx,
        channel="preauth",
        authorization=authorization,
        amount=amount,
        gateway_response="Approved",
        emit_webhook=False,
    )
    context.emit("preauthorization.capture.success", serializers.webhook_captured(context, preauthorization, tx))
    return True


def _release(context: RequestContext, preauthorization: Document) -> bool:
    body = preauthorization.body
    authorization = context.get("authorization", body["authorization"])
    body["captured_amount"] = None
    if authorizations.bank_behavior(authorization)["declines"]:
        MACHINE.transition(preauthorization, "release_failed")
        context.save(preauthorization)
        context.emit("preauthorization.release.failed", serializers.webhook_failed_release(context, preauthorization))
        return False
    MACHINE.transition(preauthorization, "released")
    body["released"] = context.now
    context.save(preauthorization)
    _reduce_available(context, authorization, -body["amount"])
    context.emit("preauthorization.release.success", serializers.webhook_released(context, preauthorization))
    return True


def _reduce_available(context: RequestContext, authorization: Document, amount: int) -> None:
    # If the available amount was set, the held amount is not available.
    bank = authorizations.bank_behavior(authorization)
    if bank["available"] is not None:
        authorization.body["bank"] = {**bank, "available": bank["available"] - amount}
        context.save(authorization)
