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
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY, id_filter, paginate
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import preauthorization_serializers as views
from paystackease.emulator.resources import settlement, transaction, transaction_serializers
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

preauthorization = RouteGroup()

_HELD = "authorized | capture_failed | release_failed"
MACHINE = Machine(
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
def initialize(call: RequestContext) -> ApiResponse:
    _see_whether_it_may(call)
    email = call.body.get("email")
    if not email:
        raise ApiError(400, "Customer email address is required")
    whose = customers.payer(call, str(email))
    more = {"callback_url": call.body["callback_url"]} if call.body.get("callback_url") else {}
    _, tx = _begin(call, whose, "abandoned", transaction.reference(call), channels=["card"], **more)
    data = {"authorization_url": transaction.url(call, tx), "access_code": tx.code, "reference": tx.unique_key}
    return ApiResponse("Authorization URL created", data)


@preauthorization.route("POST", "/preauthorization/reserve_authorization")
def reserve(call: RequestContext) -> ApiResponse | ApiError:
    _see_whether_it_may(call)
    whose = customers.by_email(call, str(call.require("email", "Email")))
    saved = call.find("authorization", code=str(call.require("authorization_code", "Authorization code")))
    if saved is None or whose is None or saved.parent_id != whose.id or not _can_hold(saved):
        raise ApiError(400, UNSUCCESSFUL)
    reference = transaction.reference(call) or f"pre_{call.next_code('preauthorization', length=8)}"
    found, _ = _begin(call, whose, "processing", reference)
    bank = authorizations.bank(saved)
    if bank["declines"] or (bank["available"] is not None and bank["available"] < found.body["amount"]):
        # It has used its reference, and verify tells of it (an assumption).
        MACHINE.move(found, "failed")
        call.save(found)
        return ApiError(400, UNSUCCESSFUL)
    _hold(call, found, saved)
    return ApiResponse("Preauthorization successful", views.reserved(call, found))


@preauthorization.route("POST", "/preauthorization/capture")
def capture(call: RequestContext) -> ApiResponse:
    found = _held(call)
    amount, currency = call.require_amount(), call.require("currency", "Currency")
    if currency != found.body["currency"]:
        raise _other_currency()
    if amount > found.body["amount"]:
        raise ApiError(400, "Capture amount cannot be more than authorized amount")
    taken = _take(call, found, amount)
    tx = call.get("transaction", found.body["transaction"])
    data = transaction_serializers.charged(call, tx)
    if not taken:
        # What is said then is an assumption: of a charge that fails, it is this.
        paid_with = authorizations.serialize(call.get("authorization", found.body["authorization"]))
        data |= {"status": "failed", "amount": amount, "authorization": paid_with, "gateway_response": "Declined"}
    return ApiResponse("Capture attempted", {**data, "plan": None})


@preauthorization.route("POST", "/preauthorization/release")
def release(call: RequestContext) -> ApiResponse | ApiError:
    found = _held(call)
    if not _let_go(call, found):
        return ApiError(400, "Release failed")  # an assumption: so the webhook says
    return ApiResponse("Successfully released", {"status": "released", "reference": found.unique_key})


@preauthorization.route("GET", "/preauthorization/verify/{reference}")
def verify(call: RequestContext) -> ApiResponse:
    found = call.find("preauthorization", name=call.params["reference"])
    if found is None:
        step = "Ensure that you're passing the correct reference for the requested resource that exists on this "
        raise ApiError(400, "Preauthorization not found", "not_found", next_step=f"{step}integration")
    return ApiResponse("Preauthorization retrieved", views.show(call, found, views.VERIFIED))


@preauthorization.route("GET", "/preauthorization")
def list_(call: RequestContext) -> ApiResponse:
    status, amount = call.query.get("status"), id_filter(call, "amount")
    having: dict[str, object] = {} if status is None else {"status": status}
    if amount is not None:
        having["amount"] = amount
    # Where there is none, one of Paystack's samples is a 404. Here it is an empty list (an assumption).
    return paginate(
        call,
        "preauthorization",
        "Preauthorizations retrieved",
        lambda found: views.show(call, found, views.LISTED),
        owner=id_filter(call, "customer"),
        having=having,
    )


@preauthorization.job("preauthorization.expire")
def expire(call: RequestContext) -> None:
    found = call.get("preauthorization", call.body["id"])
    if not MACHINE.may(found, "captured"):
        return
    found.body["expired"] = call.now
    if found.body["expire_action"] == "capture":
        _take(call, found, found.body["amount"])
    else:
        _let_go(call, found)


@transaction.on_held
def held(call: RequestContext, tx: Document, authorization: Document | Mapping[str, Any] | None) -> None:
    """The customer's bank has held what was to be held, or did not."""
    found = call.find("preauthorization", name=tx.unique_key)
    assert found is not None, "a transaction that is held is that of a preauthorization"
    if not isinstance(authorization, Document):
        MACHINE.move(found, "failed")
        call.save(found)
        return
    transaction.MACHINE.move(tx, "processing")
    call.save(tx)
    _hold(call, found, authorization)


def _see_whether_it_may(call: RequestContext) -> None:
    if FEATURE in call.settings.unavailable:
        # As of dedicated accounts, where it was observed (an assumption).
        message = "Preauthorization is not available for your business"
        raise ApiError(403, message, "feature_unavailable", kind="api_error")


def _is_short_number(value: object) -> bool:
    return isinstance(value, int | str) and str(value).isdecimal() and len(str(value)) < 5


def _begin(
    call: RequestContext, whose: Document, status: str, reference: str | None, **more: Any
) -> tuple[Document, Document]:
    amount, currency = call.require_amount(minimum=LEAST), call.require("currency", "Currency")
    if currency != "ZAR" or currency not in call.settings.currencies:
        raise _other_currency()
    action, days = call.body.get("expire_action") or "release", call.body.get("expire_after_days")
    days = DAYS if days is None else int(days) if _is_short_number(days) else 0
    if action not in {"capture", "release"} or not 1 <= days <= MOST_DAYS:
        # The wording is an assumption.
        raise ApiError(
            400, f"A preauthorization expires after 1 to {MOST_DAYS} days: capture or release", "invalid_params"
        )
    more |= transaction.asked(call)
    held = {"status": status, "preauthorized": True, **more}
    tx = transaction.begin(call, whose, amount, currency, reference=reference, **held)
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
    return call.new("preauthorization", body, name=tx.unique_key, owner=whose.id), tx


def _other_currency() -> ApiError:
    return ApiError(400, "Currency not supported by merchant")


def _can_hold(saved: Document) -> bool:
    shown = saved.body["shown"]
    return bool(saved.body["active"] and shown["reusable"] and shown["channel"] == "card")


def _held(call: RequestContext) -> Document:
    found = call.find("preauthorization", name=str(call.require("reference", "Reference")))
    if found is None or not MACHINE.may(found, "captured"):
        raise ApiError(400, NONE)
    return found


def _hold(call: RequestContext, found: Document, saved: Document) -> None:
    body = found.body
    MACHINE.move(found, "authorized")
    _set_aside(call, saved, body["amount"])
    fee = fees.PREAUTHORIZATION.of(body["amount"])
    body.update(authorization=saved.id, fees=fee, expires=call.now + body["days"] * DAY)
    # It is to be paid for whatever becomes of it, off what is settled next (an assumption).
    about = ("preauthorization", found.id)
    ledger.move(call, body["currency"], fee, "unsettled", "paystack", reason="Preauthorization fee", about=about)
    settlement.deduct(call, body["currency"], fee)
    call.save(found)
    call.emit("preauthorization.reserve.success", views.told_reserved(call, found))
    call.schedule(body["days"] * DAY, "preauthorization.expire", id=found.id)


def _take(call: RequestContext, found: Document, amount: int) -> bool:
    body = found.body
    saved, tx = call.get("authorization", body["authorization"]), call.get("transaction", body["transaction"])
    body["captured_amount"] = amount
    if authorizations.bank(saved)["declines"]:
        MACHINE.move(found, "capture_failed")
        call.save(found)
        call.emit("preauthorization.capture.failed", views.told_failed_capture(call, found))
        return False
    MACHINE.move(found, "captured")
    body["captured"] = call.now
    call.save(found)
    _set_aside(call, saved, amount - body["amount"])
    del tx.body["preauthorized"]
    # No source shows charge.success beside the event of the capture (an assumption).
    transaction.succeed(
        call, tx, channel="preauth", authorization=saved, amount=amount, gateway_response="Approved", tells=False
    )
    call.emit("preauthorization.capture.success", views.told_captured(call, found, tx))
    return True


def _let_go(call: RequestContext, found: Document) -> bool:
    body = found.body
    saved = call.get("authorization", body["authorization"])
    body["captured_amount"] = None
    if authorizations.bank(saved)["declines"]:
        MACHINE.move(found, "release_failed")
        call.save(found)
        call.emit("preauthorization.release.failed", views.told_failed_release(call, found))
        return False
    MACHINE.move(found, "released")
    body["released"] = call.now
    call.save(found)
    _set_aside(call, saved, -body["amount"])
    call.emit("preauthorization.release.success", views.told_released(call, found))
    return True


def _set_aside(call: RequestContext, saved: Document, amount: int) -> None:
    # Where somebody said how much there is, what is held is not there.
    bank = authorizations.bank(saved)
    if bank["available"] is not None:
        saved.body["bank"] = {**bank, "available": bank["available"] - amount}
        call.save(saved)
