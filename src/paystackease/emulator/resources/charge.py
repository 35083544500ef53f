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
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import capitec, card, payment_flow
from paystackease.emulator.payments.payment_flow import Step
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import transaction
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.storage.document import Document

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
def create(context: RequestContext) -> ApiResponse | ApiError:
    email = context.body.get("email")
    if not email:
        raise ApiError(400, "Email address is required for association with card")
    amount, currency = context.require_amount(), context.currency()
    whose = customers.payer(context, str(email))
    channel, entered = _asked(context)
    begun = {"source": transaction.CHARGE, **transaction.asked(context)}
    tx = transaction.begin(context, whose, amount, currency, reference=transaction.reference(context), **begun)
    if channel == "authorization_code":
        return _charge_saved(context, tx, whose, str(entered["code"]))
    step = payment_flow.start(context, tx, channel, entered)
    return _capitec(context, tx) if channel == "capitec_pay" else answer(context, tx, step)


@charge.route("POST", "/charge/submit_pin")
def submit_pin(context: RequestContext) -> ApiResponse | ApiError:
    return _submit(context, "send_pin", "pin")


@charge.route("POST", "/charge/submit_otp")
def submit_otp(context: RequestContext) -> ApiResponse | ApiError:
    return _submit(context, "send_otp", "otp")


@charge.route("POST", "/charge/submit_phone")
def submit_phone(context: RequestContext) -> ApiResponse | ApiError:
    return _submit(context, "send_phone", "phone")


@charge.route("POST", "/charge/submit_birthday")
def submit_birthday(context: RequestContext) -> ApiResponse | ApiError:
    return _submit(context, "send_birthday", "birthday")


@charge.route("POST", "/charge/submit_address")
def submit_address(context: RequestContext) -> ApiResponse | ApiError:
    # No documented test card asks for an address; the settings' `asks_address` does.
    for name in ("address", "city", "state", "zip_code"):
        context.require(name)
    found = _submit(context, "send_address", "address")
    if isinstance(found, ApiResponse) and context.settings.quirks:
        tx = find(context, context.body["reference"])
        found.data = views.addressed(context, tx) if tx.body["status"] == "success" else found.data
    return found


@charge.route("GET", "/charge/{reference}")
def check(context: RequestContext) -> ApiResponse:
    tx = find(context, context.params["reference"])
    step = payment_flow.current_step(context, tx)
    if step is not None and step.status.startswith(("send_", "open_")):
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": step.status, **step.details})
    match tx.body["status"]:
        case "success" | "reversed":
            return ApiResponse(ATTEMPTED, views.attempted(context, tx))
        case "failed":
            message = tx.body["gateway_response"]
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "failed", "message": message})
        case "abandoned":
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "timeout"})
        case _:
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "pending"})


@charge.job("charge.settle")
def settled(context: RequestContext) -> None:
    payment_flow.finish_offline(
        context, context.get("transaction", context.body["id"]), context.body["attempt"], paid=context.body["paid"]
    )


@charge.job("charge.debited")
def debited(context: RequestContext) -> None:
    tx = context.get("transaction", context.body["id"])
    if tx.body["status"] in {"processing", "queued"}:
        saved = context.get("authorization", context.body["authorization"])
        _conclude(context, tx, saved, None)


def by_authorization(
    context: RequestContext,
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
    if authorization.body["shown"]["channel"] == "direct_debit" and (seconds := context.settings.offline_seconds):
        later(context, tx, authorization, "processing", seconds)
        return False
    return _conclude(context, tx, authorization, whose, least)


def later(context: RequestContext, tx: Document, authorization: Document, status: str, seconds: float) -> None:
    """Charge what was saved, but not at once: it is ``queued`` or ``processing`` until then."""
    transaction.MACHINE.transition(tx, status)
    tx.body["channel"] = authorization.body["shown"]["channel"]
    context.save(tx)
    context.schedule(seconds, "charge.debited", id=tx.id, authorization=authorization.id)


def _conclude(
    context: RequestContext, tx: Document, authorization: Document, whose: Document | None, least: int | None = None
) -> bool:
    bank, amount = authorizations.bank(authorization), tx.body["amount"]
    channel, there = authorization.body["shown"]["channel"], bank["available"]
    taken = amount if there is None or least is None else min(amount, there)
    refused = bank["declines"]
    if there is not None and (there < taken or (least is not None and taken < max(least, 1))):
        refused = refused or "Insufficient Funds"
    if refused is not None or not authorization.body["active"]:
        transaction.fail(context, tx, refused or "Authorization is inactive", channel=channel)
        return False
    if there is not None:
        authorization.body["bank"] = {**bank, "available": there - taken}
        context.save(authorization)
    transaction.succeed(
        context,
        tx,
        channel=channel,
        authorization=authorization,
        amount=taken,
        gateway_response="Approved",
        whose=whose,
    )
    return True


def answer(context: RequestContext, tx: Document, step: Step, *, submitted: bool = False) -> ApiResponse | ApiError:
    """What Paystack says of a step."""
    if step.status == "success":
        return ApiResponse(ATTEMPTED, views.submitted(context, tx) if submitted else views.attempted(context, tx))
    data = {"reference": tx.unique_key, "status": step.status, **step.details}
    if step.was_rejected:
        # HTTP 400, and the data of a charge that failed (observed). The charge is dead, and that is kept.
        return ApiError(400, ATTEMPTED, data=data)
    return ApiResponse(ATTEMPTED, data)


def _submit(context: RequestContext, step: str, name: str) -> ApiResponse | ApiError:
    entered, tx = str(context.require(name)), find(context, context.require("reference"))
    now = payment_flow.submit(context, tx, step, entered)
    found = answer(context, tx, now, submitted=True)
    if name == "birthday" and now.status == "send_otp" and isinstance(found, ApiResponse) and context.settings.quirks:
        found.data = {"status": now.status, **now.details}  # here the sample has no reference
    return found


def find(context: RequestContext, reference: object) -> Document:
    """The transaction with this reference.

    :raises Refusal: Where there is none.
    """
    tx = context.find("transaction", name=str(reference))
    if tx is None:
        raise payment_flow.invalid_reference()
    return tx


def _asked(context: RequestContext) -> tuple[str, Mapping[str, Any]]:
    # Which channel, and what was entered. A saved authorization comes first: Paystack takes either.
    if (code := context.body.get("authorization_code")) is not None:
        return "authorization_code", {"code": code}
    for channel in payment_flow.CHANNELS:
        entered = context.body.get(channel)
        if isinstance(entered, dict):
            known: dict[str, Any] = entered  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
            birthday = context.body.get("birthday")
            return channel, known if birthday is None else {**known, "birthday": birthday}
        if entered is not None:
            raise ApiError(400, f'"{channel}" must be of type object', "invalid_params")
    raise missing_field("Payment channel")  # an assumption


def _charge_saved(context: RequestContext, tx: Document, whose: Document, code: str) -> ApiResponse | ApiError:
    saved = context.find("authorization", code=code)
    if saved is None or not saved.body["active"] or saved.parent_id != whose.id:
        raise ApiError(400, "Authorization code is invalid", "invalid_params")  # an assumption
    if not saved.body["shown"]["reusable"] and saved.body["shown"]["channel"] == "card":
        # One that cannot be charged as it is takes the card's steps again; the PIN may come with it.
        step = payment_flow.start_with_stored_input(context, tx, "card", card.stored_input_of(saved.body["shown"]))
        if step.status == "send_pin" and context.body.get("pin"):
            step = payment_flow.submit(context, tx, "send_pin", str(context.body["pin"]))
        return answer(context, tx, step)
    if by_authorization(context, tx, saved, whose):
        return ApiResponse(ATTEMPTED, views.attempted(context, tx))
    if tx.body["status"] == "processing":
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": "pending"})
    return ApiResponse(
        ATTEMPTED, {"reference": tx.unique_key, "status": "failed", "message": tx.body["gateway_response"]}
    )


def _capitec(context: RequestContext, tx: Document) -> ApiResponse:
    whose = context.get("customer", tx.parent_id)
    names = ("id", "reference", "domain", "amount", "currency", "metadata", "createdAt", "customer")
    data = {
        "transaction": views.show(context, tx, names, whose),
        "status": "success",
        "timeToLive": int(capitec.LIMIT),
        "expiryDate": format_time(context.now + capitec.LIMIT),
    }
    return (WithoutStatus if context.settings.quirks else ApiResponse)(ATTEMPTED, data)
