"""Charges: a payment by one channel, step by step, without Paystack's pages.

    send_pin > send_phone > send_otp > success | failed        the challenges, by channel
    send_birthday > send_otp
    open_url | pay_offline | pending_bank_transfer > success | failed

The steps are in :mod:`paystackease.emulator.payments`. Offline steps happen after the setting ``offline_seconds``, or
are simulated (:mod:`paystackease.emulator.resources.checkout`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, missing_field
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import capitec, card, payment_flow
from paystackease.emulator.payments.payment_flow import Step
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction
from paystackease.emulator.transactions import transaction_serializers as serializers

routes = RouteGroup()

ATTEMPTED = "Charge attempted"
CHECKED = "Reference check successful"


class StatuslessResponse(ApiResponse):
    """The envelope of Capitec Pay's sample, which has no ``status``."""

    @property
    def body(self) -> dict[str, object]:
        envelope = {"type": "success", "code": "ok", **super().body}
        return {name: value for name, value in envelope.items() if name != "status"}


@routes.route("POST", "/charge")
def create(context: RequestContext) -> ApiResponse | ApiError:
    email = context.body.get("email")
    if not email:
        raise ApiError(400, "Email address is required for association with card")
    amount, currency = context.require_amount(), context.currency()
    customer = customers.get_or_create(context, str(email))
    channel, entered = _read_channel(context)
    fields = {"source": transaction.CHARGE, **transaction.shared_fields(context)}
    tx = transaction.create_transaction(
        context, customer, amount, currency, reference=transaction.read_reference(context), **fields
    )
    if channel == "authorization_code":
        return _charge_saved_authorization(context, tx, customer, str(entered["code"]))
    step = payment_flow.start(context, tx, channel, entered)
    return _capitec_response(context, tx) if channel == "capitec_pay" else to_response(context, tx, step)


@routes.route("POST", "/charge/submit_pin")
def submit_pin(context: RequestContext) -> ApiResponse | ApiError:
    return _submit_step(context, "send_pin", "pin")


@routes.route("POST", "/charge/submit_otp")
def submit_otp(context: RequestContext) -> ApiResponse | ApiError:
    return _submit_step(context, "send_otp", "otp")


@routes.route("POST", "/charge/submit_phone")
def submit_phone(context: RequestContext) -> ApiResponse | ApiError:
    return _submit_step(context, "send_phone", "phone")


@routes.route("POST", "/charge/submit_birthday")
def submit_birthday(context: RequestContext) -> ApiResponse | ApiError:
    return _submit_step(context, "send_birthday", "birthday")


@routes.route("POST", "/charge/submit_address")
def submit_address(context: RequestContext) -> ApiResponse | ApiError:
    # No documented test card requires an address; the setting `asks_address` does.
    for name in ("address", "city", "state"):
        context.require(name)
    # Paystack's Node SDK and OpenAPI collection send ``zipcode``; its reference says ``zip_code``.
    if not context.body.get("zipcode"):
        context.require("zip_code")
    response = _submit_step(context, "send_address", "address")
    if isinstance(response, ApiResponse) and context.settings.quirks:
        tx = find_transaction(context, context.body["reference"])
        response.data = (
            serializers.serialize_with_address(context, tx) if tx.body["status"] == "success" else response.data
        )
    return response


@routes.route("GET", "/charge/{reference}")
def check(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    step = payment_flow.current_step(context, tx)
    if step is not None and step.status.startswith(("send_", "open_")):
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": step.status, **step.details})
    match tx.body["status"]:
        case "success" | "reversed":
            return ApiResponse(ATTEMPTED, serializers.serialize_attempted(context, tx))
        case "failed":
            message = tx.body["gateway_response"]
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "failed", "message": message})
        case "abandoned":
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "timeout"})
        case _:
            return ApiResponse(CHECKED, {"reference": tx.unique_key, "status": "pending"})


@routes.job("charge.settle")
def settle(context: RequestContext) -> None:
    payment_flow.finish_offline(
        context, context.get("transaction", context.body["id"]), context.body["attempt"], paid=context.body["paid"]
    )


@routes.job("charge.debited")
def finish_debit(context: RequestContext) -> None:
    tx = context.get("transaction", context.body["id"])
    if tx.body["status"] in {"processing", "queued"}:
        authorization = context.get("authorization", context.body["authorization"])
        _charge_now(context, tx, authorization, None)


def charge_authorization(
    context: RequestContext,
    tx: Document,
    authorization: Document,
    customer: Document | None = None,
    *,
    minimum: int | None = None,
) -> bool:
    """Charge a saved authorization: for a renewal, an item of a bulk charge, or at the merchant's request.

    A mandate's bank takes the setting ``offline_seconds``: meanwhile the transaction is ``processing``.

    :param minimum: The smallest amount of a partial debit; None if only the full amount is charged.
    :return: Whether it is paid.
    """
    if authorization.body["instrument"]["channel"] == "direct_debit" and (seconds := context.settings.offline_seconds):
        charge_later(context, tx, authorization, "processing", seconds)
        return False
    return _charge_now(context, tx, authorization, customer, minimum)


def charge_later(context: RequestContext, tx: Document, authorization: Document, status: str, seconds: float) -> None:
    """Charge a saved authorization after a delay. Until then, the transaction is ``queued`` or ``processing``."""
    transaction.MACHINE.transition(tx, status)
    tx.body["channel"] = authorization.body["instrument"]["channel"]
    context.save(tx)
    context.schedule(seconds, "charge.debited", id=tx.id, authorization=authorization.id)


def _charge_now(
    context: RequestContext,
    tx: Document,
    authorization: Document,
    customer: Document | None,
    minimum: int | None = None,
) -> bool:
    bank, amount = authorizations.bank_behavior(authorization), tx.body["amount"]
    channel, available = authorization.body["instrument"]["channel"], bank["available"]
    amount_taken = amount if available is None or minimum is None else min(amount, available)
    decline_reason = bank["declines"]
    if available is not None and (available < amount_taken or (minimum is not None and amount_taken < max(minimum, 1))):
        decline_reason = decline_reason or "Insufficient Funds"
    if decline_reason is not None or not authorization.body["active"]:
        transaction.fail(context, tx, decline_reason or "Authorization is inactive", channel=channel)
        return False
    if available is not None:
        authorization.body["bank"] = {**bank, "available": available - amount_taken}
        context.save(authorization)
    transaction.succeed(
        context,
        tx,
        channel=channel,
        authorization=authorization,
        amount=amount_taken,
        gateway_response="Approved",
        customer=customer,
    )
    return True


def to_response(
    context: RequestContext, tx: Document, step: Step, *, submitted: bool = False
) -> ApiResponse | ApiError:
    """Return Paystack's response to a step."""
    if step.status == "success":
        return ApiResponse(
            ATTEMPTED,
            serializers.serialize_submitted(context, tx) if submitted else serializers.serialize_attempted(context, tx),
        )
    data = {"reference": tx.unique_key, "status": step.status, **step.details}
    if step.was_rejected:
        # HTTP 400 with the data of a failed charge (observed). It is returned, not raised: the failure is committed.
        return ApiError(400, ATTEMPTED, data=data)
    return ApiResponse(ATTEMPTED, data)


def _submit_step(context: RequestContext, step: str, name: str) -> ApiResponse | ApiError:
    entered, tx = str(context.require(name)), find_transaction(context, context.require("reference"))
    next_step = payment_flow.submit(context, tx, step, entered)
    response = to_response(context, tx, next_step, submitted=True)
    if (
        name == "birthday"
        and next_step.status == "send_otp"
        and isinstance(response, ApiResponse)
        and context.settings.quirks
    ):
        response.data = {"status": next_step.status, **next_step.details}  # this sample has no reference
    return response


def find_transaction(context: RequestContext, reference: object) -> Document:
    """Return the transaction with this reference.

    :raises ApiError: If there is none.
    """
    tx = context.find("transaction", unique_key=str(reference))
    if tx is None:
        raise payment_flow.invalid_reference()
    return tx


def _read_channel(context: RequestContext) -> tuple[str, Mapping[str, Any]]:
    # The channel and its input. A saved authorization takes precedence.
    if (code := context.body.get("authorization_code")) is not None:
        return "authorization_code", {"code": code}
    for channel in payment_flow.CHANNELS:
        entered = context.body.get(channel)
        if isinstance(entered, dict):
            fields: dict[str, Any] = entered  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
            birthday = context.body.get("birthday")
            return channel, fields if birthday is None else {**fields, "birthday": birthday}
        if entered is not None:
            raise ApiError(400, f'"{channel}" must be of type object', "invalid_params")
    raise missing_field("Payment channel")  # an assumption


def _charge_saved_authorization(
    context: RequestContext, tx: Document, customer: Document, code: str
) -> ApiResponse | ApiError:
    authorization = context.find("authorization", code=code)
    if authorization is None or not authorization.body["active"] or authorization.parent_id != customer.id:
        raise ApiError(400, "Authorization code is invalid", "invalid_params")  # an assumption
    if not authorization.body["instrument"]["reusable"] and authorization.body["instrument"]["channel"] == "card":
        # A card that is not reusable needs its challenges again. The request may have the PIN.
        step = payment_flow.start_with_stored_input(
            context, tx, "card", card.stored_input_of(authorization.body["instrument"])
        )
        if step.status == "send_pin" and context.body.get("pin"):
            step = payment_flow.submit(context, tx, "send_pin", str(context.body["pin"]))
        return to_response(context, tx, step)
    if charge_authorization(context, tx, authorization, customer):
        return ApiResponse(ATTEMPTED, serializers.serialize_attempted(context, tx))
    if tx.body["status"] == "processing":
        return ApiResponse(ATTEMPTED, {"reference": tx.unique_key, "status": "pending"})
    return ApiResponse(
        ATTEMPTED, {"reference": tx.unique_key, "status": "failed", "message": tx.body["gateway_response"]}
    )


def _capitec_response(context: RequestContext, tx: Document) -> ApiResponse:
    customer = context.get("customer", tx.parent_id)
    names = ("id", "reference", "domain", "amount", "currency", "metadata", "createdAt", "customer")
    data = {
        "transaction": serializers.serialize(context, tx, names, customer),
        "status": "success",
        "timeToLive": int(capitec.LIMIT),
        "expiryDate": format_time(context.now + capitec.LIMIT),
    }
    return (StatuslessResponse if context.settings.quirks else ApiResponse)(ATTEMPTED, data)
