"""Preauthorizations: an amount is held on a card, and taken later, in part or as a whole, or let go.

    abandoned > authorized | failed > authorized            the customer's card, at the page
    authorized > captured | released                        the merchant decides; or ``expire_action``, when it expires
    authorized > capture_failed | release_failed > …        the bank does not do it; it may be tried again

What is held is a transaction that nobody sees until it is captured: it is paid like any other at the checkout page, and
:func:`paystackease.emulator.resources.transaction.on_held` says when the bank has held the amount instead of taking it.
What the bank says later is played, as for every saved card, by ``POST /_emulator/authorizations/{code}``: while it
``declines``, neither a capture nor a release succeeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting import fees, ledger
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY, id_filter, paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import preauthorization_serializers as views
from paystackease.emulator.resources import settlement, transaction, transaction_serializers
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

preauthorization = RouteGroup()

_HELD = "authorized | capture_failed | release_failed"
MACHINE = StateMachine(
    "preauthorization",
    "abandoned > authorized | failed",
    "failed > authorized | failed",
    f"{_HELD} > captured | released | capture_failed | release_failed",
)

LEAST = 100
"""The smallest amount that is held, in cents."""
MOST_DAYS, DAYS = 30, 5
FEATURE = "preauthorization"
"""What the setting ``unavailable`` names, where the business may not do this."""

UNSUCCESSFUL = "Preauthorization unsuccessful"
NONE = "No preauthorized transaction exists for the reference provided"


@preauthorization.route("POST", "/preauthorization/initialize")
def initialize(context: RequestContext) -> ApiResponse:
    _see_whether_it_may(context)
    email = context.body.get("email")
    if not email:
        raise ApiError(400, "Customer email address is required")
    whose = customers.payer(context, str(email))
    more = {"callback_url": context.body["callback_url"]} if context.body.get("callback_url") else {}
    _, tx = _begin(context, whose, "abandoned", transaction.reference(context), channels=["card"], **more)
    data = {"authorization_url": transaction.url(context, tx), "access_code": tx.code, "reference": tx.unique_key}
    return ApiResponse("Authorization URL created", data)


@preauthorization.route("POST", "/preauthorization/reserve_authorization")
def reserve(context: RequestContext) -> ApiResponse | ApiError:
    _see_whether_it_may(context)
    whose = customers.by_email(context, str(context.require("email", "Email")))
    saved = context.find("authorization", code=str(context.require("authorization_code", "Authorization code")))
    if saved is None or whose is None or saved.parent_id != whose.id or not _can_hold(saved):
        raise ApiError(400, UNSUCCESSFUL)
    reference = transaction.reference(context) or f"pre_{context.next_code('preauthorization', length=8)}"
    found, _ = _begin(context, whose, "processing", reference)
    bank = authorizations.bank(saved)
    if bank["declines"] or (bank["available"] is not None and bank["available"] < found.body["amount"]):
        # It has used its reference, and verify tells of it (an assumption).
        MACHINE.transition(found, "failed")
        context.save(found)
        return ApiError(400, UNSUCCESSFUL)
    _hold(context, found, saved)
    return ApiResponse("Preauthorization successful", views.reserved(context, found))


@preauthorization.route("POST", "/preauthorization/capture")
def capture(context: RequestContext) -> ApiResponse:
    found = _held(context)
    amount, currency = context.require_amount(), context.require("currency", "Currency")
    if currency != found.body["currency"]:
        raise _other_currency()
    if amount > found.body["amount"]:
        raise ApiError(400, "Capture amount cannot be more than authorized amount")
    taken = _take(context, found, amount)
    tx = context.get("transaction", found.body["transaction"])
    data = transaction_serializers.charged(context, tx)
    if not taken:
        # What is said then is an assumption: of a charge that fails, it is this.
        paid_with = authorizations.serialize(context.get("authorization", found.body["authorization"]))
        data |= {"status": "failed", "amount": amount, "authorization": paid_with, "gateway_response": "Declined"}
    return ApiResponse("Capture attempted", {**data, "plan": None})


@preauthorization.route("POST", "/preauthorization/release")
def release(context: RequestContext) -> ApiResponse | ApiError:
    found = _held(context)
    if not _let_go(context, found):
        return ApiError(400, "Release failed")  # an assumption: so the webhook says
    return ApiResponse("Successfully released", {"status": "released", "reference": found.unique_key})


@preauthorization.route("GET", "/preauthorization/verify/{reference}")
def verify(context: RequestContext) -> ApiResponse:
    found = context.find("preauthorization", name=context.params["reference"])
    if found is None:
        step = "Ensure that you're passing the correct reference for the requested resource that exists on this "
        raise ApiError(400, "Preauthorization not found", "not_found", next_step=f"{step}integration")
    return ApiResponse("Preauthorization retrieved", views.show(context, found, views.VERIFIED))


@preauthorization.route("GET", "/preauthorization")
def list_(context: RequestContext) -> ApiResponse:
    status, amount = context.query.get("status"), id_filter(context, "amount")
    having: dict[str, object] = {} if status is None else {"status": status}
    if amount is not None:
        having["amount"] = amount
    # Where there is none, one of Paystack's samples is a 404. Here it is an empty list (an assumption).
    return paginate(
        context,
        "preauthorization",
        "Preauthorizations retrieved",
        lambda found: views.show(context, found, views.LISTED),
        parent_id=id_filter(context, "customer"),
        having=having,
    )


@preauthorization.job("preauthorization.expire")
def expire(context: RequestContext) -> None:
    found = context.get("preauthorization", context.body["id"])
    if not MACHINE.can(found, "captured"):
        return
    found.body["expired"] = context.now
    if found.body["expire_action"] == "capture":
        _take(context, found, found.body["amount"])
    else:
        _let_go(context, found)


@transaction.on_held
def held(context: RequestContext, tx: Document, authorization: Document | Mapping[str, Any] | None) -> None:
    """The customer's bank has held what was to be held, or did not."""
    found = context.find("preauthorization", name=tx.unique_key)
    assert found is not None, "a transaction that is held is that of a preauthorization"
    if not isinstance(authorization, Document):
        MACHINE.transition(found, "failed")
        context.save(found)
        return
    transaction.MACHINE.transition(tx, "processing")
    context.save(tx)
    _hold(context, found, authorization)


def _see_whether_it_may(context: RequestContext) -> None:
    if FEATURE in context.settings.unavailable:
        # As of dedicated accounts, where it was observed (an assumption).
        message = "Preauthorization is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _is_short_number(value: object) -> bool:
    return isinstance(value, int | str) and str(value).isdecimal() and len(str(value)) < 5


def _begin(
    context: RequestContext, whose: Document, status: str, reference: str | None, **more: Any
) -> tuple[Document, Document]:
    amount, currency = context.require_amount(minimum=LEAST), context.require("currency", "Currency")
    if currency != "ZAR" or currency not in context.settings.currencies:
        raise _other_currency()
    action, days = context.body.get("expire_action") or "release", context.body.get("expire_after_days")
    days = DAYS if days is None else int(days) if _is_short_number(days) else 0
    if action not in {"capture", "release"} or not 1 <= days <= MOST_DAYS:
        # The wording is an assumption.
        raise ApiError(
            400, f"A preauthorization expires after 1 to {MOST_DAYS} days: capture or release", "invalid_params"
        )
    more |= transaction.asked(context)
    held = {"status": status, "preauthorized": True, **more}
    tx = transaction.begin(context, whose, amount, currency, reference=reference, **held)
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
    return context.create("preauthorization", body, unique_key=tx.unique_key, parent_id=whose.id), tx


def _other_currency() -> ApiError:
    return ApiError(400, "Currency not supported by merchant")


def _can_hold(saved: Document) -> bool:
    shown = saved.body["shown"]
    return bool(saved.body["active"] and shown["reusable"] and shown["channel"] == "card")


def _held(context: RequestContext) -> Document:
    found = context.find("preauthorization", name=str(context.require("reference", "Reference")))
    if found is None or not MACHINE.can(found, "captured"):
        raise ApiError(400, NONE)
    return found


def _hold(context: RequestContext, found: Document, saved: Document) -> None:
    body = found.body
    MACHINE.transition(found, "authorized")
    _set_aside(context, saved, body["amount"])
    fee = fees.PREAUTHORIZATION.fee_for(body["amount"])
    body.update(authorization=saved.id, fees=fee, expires=context.now + body["days"] * DAY)
    # It is to be paid for whatever becomes of it, off what is settled next (an assumption).
    about = ("preauthorization", found.id)
    ledger.move(
        context, body["currency"], fee, ledger.UNSETTLED, ledger.PAYSTACK, reason="Preauthorization fee", cause=about
    )
    settlement.deduct(context, body["currency"], fee)
    context.save(found)
    context.emit("preauthorization.reserve.success", views.told_reserved(context, found))
    context.schedule(body["days"] * DAY, "preauthorization.expire", id=found.id)


def _take(context: RequestContext, found: Document, amount: int) -> bool:
    body = found.body
    saved, tx = context.get("authorization", body["authorization"]), context.get("transaction", body["transaction"])
    body["captured_amount"] = amount
    if authorizations.bank(saved)["declines"]:
        MACHINE.transition(found, "capture_failed")
        context.save(found)
        context.emit("preauthorization.capture.failed", views.told_failed_capture(context, found))
        return False
    MACHINE.transition(found, "captured")
    body["captured"] = context.now
    context.save(found)
    _set_aside(context, saved, amount - body["amount"])
    del tx.body["preauthorized"]
    # No source shows charge.success beside the event of the capture (an assumption).
    transaction.succeed(
        context, tx, channel="preauth", authorization=saved, amount=amount, gateway_response="Approved", tells=False
    )
    context.emit("preauthorization.capture.success", views.told_captured(context, found, tx))
    return True


def _let_go(context: RequestContext, found: Document) -> bool:
    body = found.body
    saved = context.get("authorization", body["authorization"])
    body["captured_amount"] = None
    if authorizations.bank(saved)["declines"]:
        MACHINE.transition(found, "release_failed")
        context.save(found)
        context.emit("preauthorization.release.failed", views.told_failed_release(context, found))
        return False
    MACHINE.transition(found, "released")
    body["released"] = context.now
    context.save(found)
    _set_aside(context, saved, -body["amount"])
    context.emit("preauthorization.release.success", views.told_released(context, found))
    return True


def _set_aside(context: RequestContext, saved: Document, amount: int) -> None:
    # Where somebody said how much there is, what is held is not there.
    bank = authorizations.bank(saved)
    if bank["available"] is not None:
        saved.body["bank"] = {**bank, "available": bank["available"] - amount}
        context.save(saved)
