"""Charges: a payment by one channel, step by step, without Paystack's pages.

    send_pin > send_phone > send_otp > success | failed        what the customer is asked for, by channel
    send_birthday > send_otp
    open_url | pay_offline | pending_bank_transfer > success | failed

The steps themselves are in :mod:`paystackease.emulator.payments`. What the customer does elsewhere happens by itself,
after the settings' ``offline_seconds``, or is played (:mod:`paystackease.emulator.resources.checkout`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.payments import capitec, card, payment_flow
from paystackease.emulator.payments.payment_flow import Step
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import transaction
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.storage.store import Document

charge = RouteGroup()

ATTEMPTED = "Charge attempted"
CHECKED = "Reference check successful"


class WithoutStatus(ApiResponse):
    """The envelope of Capitec Pay's sample, which has no ``status``."""

    @property
    def body(self) -> dict[str, object]:
        whole = {"type": "success", "code": "ok", **super().body}
        return {name: value for name, value in whole.items() if name != "status"}


@charge.route("POST", "/charge")
def create(call: RequestContext) -> ApiResponse | ApiError:
    email = call.body.get("email")
    if not email:
        raise ApiError(400, "Email address is required for association with card")
    amount, currency = call.require_amount(), call.currency()
    whose = customers.payer(call, str(email))
    channel, entered = _asked(call)
    begun = {"source": transaction.CHARGE, **transaction.asked(call)}
    tx = transaction.begin(call, whose, amount, currency, reference=transaction.reference(call), **begun)
    if channel == "authorization_code":
        return _charge_saved(call, tx, whose, str(entered["code"]))
    step = payment_flow.begin(call, tx, channel, entered)
    return _capitec(call, tx) if channel == "capitec_pay" else answer(call, tx, step)


@charge.route("POST", "/charge/submit_pin")
def submit_pin(call: RequestContext) -> ApiResponse | ApiError:
    return _submit(call, "send_pin", "pin")


@charge.route("POST", "/charge/submit_otp")
def submit_otp(call: RequestContext) -> ApiResponse | ApiError:
    return _submit(call, "send_otp", "otp")


@charge.route("POST", "/charge/submit_phone")
def submit_phone(call: RequestContext) -> ApiResponse | ApiError:
    return _submit(call, "send_phone", "phone")


@charge.route("POST", "/charge/submit_birthday")
def submit_birthday(call: RequestContext) -> ApiResponse | ApiError:
    return _submit(call, "send_birthday", "birthday")


@charge.route("POST", "/charge/submit_address")
def submit_address(call: RequestContext) -> ApiResponse | ApiError:
    # No documented test card asks for an address; the settings' `asks_address` does.
    for name in ("address", "city", "state", "zip_code"):
        call.require(name)
    found = _submit(call, "send_address", "address")
    if isinstance(found, ApiResponse) and call.settings.quirks:
        tx = find(call, call.body["reference"])
        found.data = views.addressed(call, tx) if tx.body["status"] == "success" else found.data
    return found


@charge.route("GET", "/charge/{reference}")
def check(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    step = payment_flow.at(call, tx)
    if step is not None and step.status.startswith(("send_", "open_")):
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": step.status, **step.shown})
    match tx.body["status"]:
        case "success" | "reversed":
            return ApiResponse(ATTEMPTED, views.attempted(call, tx))
        case "failed":
            message = tx.body["gateway_response"]
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "failed", "message": message})
        case "abandoned":
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "timeout"})
        case _:
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "pending"})


@charge.job("charge.settle")
def settled(call: RequestContext) -> None:
    payment_flow.settle(call, call.get("transaction", call.body["id"]), call.body["attempt"], paid=call.body["paid"])


@charge.job("charge.debited")
def debited(call: RequestContext) -> None:
    tx = call.get("transaction", call.body["id"])
    if tx.body["status"] in {"processing", "queued"}:
        saved = call.get("authorization", call.body["authorization"])
        _conclude(call, tx, saved, None)


def by_authorization(
    call: RequestContext,
    tx: Document,
    authorization: Document,
    whose: Document | None = None,
    *,
    least: int | None = None,
) -> bool:
    """Charge what was saved, for a renewal, an item of a bulk charge, or because the merchant asks for it.

    A mandate's bank takes its time (the settings' ``offline_seconds``): the transaction is ``processing`` then.

    :param least: With less than its whole amount, from this on, it is paid too.
    :return: Whether it is paid.
    """
    if authorization.body["shown"]["channel"] == "direct_debit" and (seconds := call.settings.offline_seconds):
        later(call, tx, authorization, "processing", seconds)
        return False
    return _conclude(call, tx, authorization, whose, least)


def later(call: RequestContext, tx: Document, authorization: Document, status: str, seconds: float) -> None:
    """Charge what was saved, but not at once: it is ``queued`` or ``processing`` until then."""
    transaction.MACHINE.move(tx, status)
    tx.body["channel"] = authorization.body["shown"]["channel"]
    call.save(tx)
    call.schedule(seconds, "charge.debited", id=tx.id, authorization=authorization.id)


def _conclude(
    call: RequestContext, tx: Document, authorization: Document, whose: Document | None, least: int | None = None
) -> bool:
    bank, amount = authorizations.bank(authorization), tx.body["amount"]
    channel, there = authorization.body["shown"]["channel"], bank["available"]
    taken = amount if there is None or least is None else min(amount, there)
    refused = bank["declines"]
    if there is not None and (there < taken or (least is not None and taken < max(least, 1))):
        refused = refused or "Insufficient Funds"
    if refused is not None or not authorization.body["active"]:
        transaction.fail(call, tx, refused or "Authorization is inactive", channel=channel)
        return False
    if there is not None:
        authorization.body["bank"] = {**bank, "available": there - taken}
        call.save(authorization)
    transaction.succeed(
        call,
        tx,
        channel=channel,
        authorization=authorization,
        amount=taken,
        gateway_response="Approved",
        whose=whose,
    )
    return True


def answer(call: RequestContext, tx: Document, step: Step, *, submitted: bool = False) -> ApiResponse | ApiError:
    """What Paystack says of a step."""
    if step.status == "success":
        return ApiResponse(ATTEMPTED, views.submitted(call, tx) if submitted else views.attempted(call, tx))
    data = {"reference": tx.unique_key, "status": step.status, **step.shown}
    if step.wrong:
        # HTTP 400, and the data of a charge that failed (observed). The charge is dead, and that is kept.
        return ApiError(400, ATTEMPTED, data=data)
    return ApiResponse(ATTEMPTED, data)


def _submit(call: RequestContext, step: str, name: str) -> ApiResponse | ApiError:
    entered, tx = str(call.require(name)), find(call, call.require("reference"))
    now = payment_flow.enter(call, tx, step, entered)
    found = answer(call, tx, now, submitted=True)
    if name == "birthday" and now.status == "send_otp" and isinstance(found, ApiResponse) and call.settings.quirks:
        found.data = {"status": now.status, **now.shown}  # here the sample has no reference
    return found


def find(call: RequestContext, reference: object) -> Document:
    """The transaction with this reference.

    :raises Refusal: Where there is none.
    """
    tx = call.find("transaction", name=str(reference))
    if tx is None:
        raise payment_flow.invalid_reference()
    return tx


def _asked(call: RequestContext) -> tuple[str, Mapping[str, Any]]:
    # Which channel, and what was entered. A saved authorization comes first: Paystack takes either.
    if (code := call.body.get("authorization_code")) is not None:
        return "authorization_code", {"code": code}
    for channel in payment_flow.CHANNELS:
        entered = call.body.get(channel)
        if isinstance(entered, dict):
            known: dict[str, Any] = entered  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
            birthday = call.body.get("birthday")
            return channel, known if birthday is None else {**known, "birthday": birthday}
        if entered is not None:
            raise ApiError(400, f'"{channel}" must be of type object', "invalid_params")
    raise missing_field("Payment channel")  # an assumption


def _charge_saved(call: RequestContext, tx: Document, whose: Document, code: str) -> ApiResponse | ApiError:
    saved = call.find("authorization", code=code)
    if saved is None or not saved.body["active"] or saved.parent_id != whose.id:
        raise ApiError(400, "Authorization code is invalid", "invalid_params")  # an assumption
    if not saved.body["shown"]["reusable"] and saved.body["shown"]["channel"] == "card":
        # One that cannot be charged as it is takes the card's steps again; the PIN may come with it.
        step = payment_flow.resume(call, tx, "card", card.stored_input_of(saved.body["shown"]))
        if step.status == "send_pin" and call.body.get("pin"):
            step = payment_flow.enter(call, tx, "send_pin", str(call.body["pin"]))
        return answer(call, tx, step)
    if by_authorization(call, tx, saved, whose):
        return ApiResponse(ATTEMPTED, views.attempted(call, tx))
    if tx.body["status"] == "processing":
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": "pending"})
    return ApiResponse(
        ATTEMPTED, {"reference": tx.unique_key, "status": "failed", "message": tx.body["gateway_response"]}
    )


def _capitec(call: RequestContext, tx: Document) -> ApiResponse:
    whose = call.get("customer", tx.parent_id)
    names = ("id", "reference", "domain", "amount", "currency", "metadata", "createdAt", "customer")
    data = {
        "transaction": views.show(call, tx, names, whose),
        "status": "success",
        "timeToLive": int(capitec.LIMIT),
        "expiryDate": format_time(call.now + capitec.LIMIT),
    }
    return (WithoutStatus if call.settings.quirks else ApiResponse)(ATTEMPTED, data)
