"""Checkout: the customer's actions at the page of ``authorization_url``, and on the phone or at a bank.

    opened > paying (the steps of a channel) > paid | failed > paying again
           > cancelled | expired

The HTML page in :mod:`paystackease.emulator.checkout` uses these functions. Without it,
``POST /_emulator/checkout/{reference}/…`` simulates the customer: ``pay`` by a channel, ``enter`` a value, ``cancel``.
``POST /_emulator/charges/{reference}/complete`` and ``/fail`` simulate what happens on the phone or at the bank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import WALLETS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.payments import is_available, payment_flow
from paystackease.emulator.payments.payment_flow import Step
from paystackease.emulator.resources import checkout_filters, integration
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import timeline, transaction

routes = RouteGroup()

ENTRY_STEPS = ("pin", "otp", "phone", "birthday", "address")
NOT_FOUND = "Transaction not found"


@routes.route("GET", "/transaction/verify_access_code/{access_code}")
def verify_access_code(context: RequestContext) -> ApiResponse:
    # Paystack no longer documents it. PHP clients request it, and so does its Inline script, which reads these fields.
    # The message and the error are assumptions.
    tx = context.find("transaction", code=context.params["access_code"])
    if tx is None:
        raise ApiError(404, "Invalid access code", "not_found")
    plan = None if tx.body.get("plan") is None else context.find("plan", code=tx.body["plan"])
    data: dict[str, Any] = {
        "id": tx.id,
        "email": context.get("customer", tx.parent_id).unique_key,
        "amount": tx.body["amount"],
        "currency": tx.body["currency"],
        "reference": tx.unique_key,
        "access_code": tx.code,
        "transaction_status": tx.body["status"],
        "log": None,
        "merchant_id": context.tenant.integration,
        "merchant_name": context.settings.business_name,
        "channels": list(available_channels(tx)),
        "plan_details": None if plan is None else {"interval": plan.body["interval"]},
    }
    return ApiResponse("Access code validated", data)


@routes.route("POST", "/_emulator/checkout/{reference}/pay")
def simulate_payment(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    channel = str(context.require("channel"))
    entered: dict[str, Any] = context.body.get(channel) or {}
    if not isinstance(entered, dict):  # pyright: ignore[reportUnnecessaryIsInstance] # a client may send any type
        raise ApiError(400, f'"{channel}" must be of type object', "invalid_params")
    step = pay_by_channel(context, tx, channel, entered)
    # The body may have the inputs for the challenges too, for a caller who knows the test card.
    for name in (*ENTRY_STEPS, *ENTRY_STEPS):
        if step.status == f"send_{name}" and context.body.get(name) is not None:
            step = payment_flow.submit(context, tx, step.status, str(context.body[name]))
    return _step_response(tx, step)


@routes.route("POST", "/_emulator/checkout/{reference}/enter")
def simulate_entry(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    for name in ENTRY_STEPS:
        if context.body.get(name) is not None:
            return _step_response(tx, payment_flow.submit(context, tx, f"send_{name}", str(context.body[name])))
    raise ApiError(400, f"The body has no input: it has to have one of {', '.join(ENTRY_STEPS)}", "invalid_params")


@routes.route("POST", "/_emulator/checkout/{reference}/cancel")
def simulate_cancellation(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    return ApiResponse(
        "The customer cancelled", {"reference": tx.unique_key, "redirect_url": cancel_payment(context, tx)}
    )


@routes.route("POST", "/_emulator/charges/{reference}/complete")
def simulate_completion(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    amount = context.require_amount() if context.body.get("amount") is not None else tx.body["amount"]
    if tx.body.get("channel") == "bank_transfer" and amount != tx.body["amount"]:
        reject_transfer(context, tx, amount)
        return ApiResponse("The transfer was rejected", {"reference": tx.unique_key, "status": "pending_bank_transfer"})
    return _step_response(tx, payment_flow.complete(context, tx))


@routes.route("POST", "/_emulator/charges/{reference}/fail")
def simulate_failure(context: RequestContext) -> ApiResponse:
    tx = find_transaction(context, context.params["reference"])
    return _step_response(tx, payment_flow.fail(context, tx, str(context.body.get("message") or "Declined")))


def find_transaction(context: RequestContext, code_or_reference: str) -> Document:
    """Return the transaction with this access code or reference.

    :raises ApiError: If there is none.
    """
    tx = context.find("transaction", code=code_or_reference) or context.find(
        "transaction", unique_key=code_or_reference
    )
    if tx is None:
        raise ApiError(404, NOT_FOUND, "transaction_not_found")
    return tx


def current_step(context: RequestContext, tx: Document) -> Step | None:
    """Return the step that the page waits for, or None if the customer has to choose a channel.

    :raises ApiError: If it cannot be paid, or the session has expired.
    """
    if is_expired(context, tx) or not (tx.body["status"] in {"ongoing", "pending"} or _can_pay(tx)):
        raise _closed_error(context, tx)
    return payment_flow.current_step(context, tx)


def pay_by_channel(
    context: RequestContext, tx: Document, channel: str, entered: Mapping[str, Any], *, interactive: bool = False
) -> Step:
    """Start an attempt to pay by a channel.

    :param entered: The customer's input, with the field names of ``/charge``. It is not stored.
    :param interactive: Whether it is paid at a page, where a person simulates the offline steps.
    :raises ApiError: If it cannot be paid, the session has expired, or the channel is not available.
    """
    if is_expired(context, tx) or not _can_pay(tx):
        raise _closed_error(context, tx)
    if channel not in available_channels(tx):
        raise ApiError(400, "This channel is not available for this payment", "invalid_params")
    if (reason := checkout_filters.rejection_reason(tx, channel, entered)) is not None:
        raise ApiError(400, reason, "invalid_params")
    timeline.add_entry(context, tx, "action", f"Set payment method to: {channel}")
    if channel == "card":
        timeline.add_entry(context, tx, "input", "Filled these fields: card number, card expiry, card cvv")
    step = payment_flow.start(context, tx, channel, entered, interactive=interactive)
    if tx.body["status"] == "ongoing" and (seconds := integration.session_timeout_seconds(context)):
        context.schedule(tx.created + seconds - context.now, "checkout.expire", id=tx.id)
    return step


def change_channel(context: RequestContext, tx: Document) -> None:
    """Abandon the current attempt, so that the customer can choose another channel.

    :raises ApiError: If it is paid, or the bank is processing it.
    """
    if tx.body["status"] in {"ongoing", "pending"}:
        # The number of the attempt stays, so that its jobs do not affect the next attempt.
        transaction.MACHINE.transition(tx, "abandoned")
        context.save(tx)
    elif not _can_pay(tx):
        raise _closed_error(context, tx)


def cancel_payment(context: RequestContext, tx: Document) -> str | None:
    """Cancel the payment: the customer leaves without paying.

    :return: The URL to redirect to: ``cancel_action`` of the metadata, else ``callback_url``, else None.
    """
    if transaction.MACHINE.can(tx, "abandoned"):
        transaction.MACHINE.transition(tx, "abandoned")
        timeline.add_entry(context, tx, "action", "Cancelled the payment")  # the wording is an assumption
        context.save(tx)
    metadata = tx.body.get("metadata")
    cancel_url = metadata.get("cancel_action") if isinstance(metadata, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # JSON
    url = cancel_url or tx.body.get("callback_url")  # pyright: ignore[reportUnknownVariableType] # JSON
    return url if isinstance(url, str) else None


def reject_transfer(context: RequestContext, tx: Document, amount: int) -> None:
    """Return a bank transfer of the wrong amount, and notify the merchant.

    :raises ApiError: If the payment does not wait for a transfer.
    """
    step = payment_flow.current_step(context, tx)
    if step is None or step.status != "pending_bank_transfer":
        raise payment_flow.invalid_reference()
    fields = ("first_name", "last_name", "email", "phone", "metadata", "domain", "customer_code", "risk_action", "id")
    customer = customers.serialize(
        context, context.get("customer", tx.parent_id), *fields, "integration", "createdAt", "updatedAt"
    )
    transfer = {
        "amount": str(amount),
        "message": "incorrect amount sent",
        "message_type": "INCORRECT_AMOUNT",
        "transaction_id": str(tx.id),
    }
    context.emit("bank.transfer.rejected", {"bank_transfer": transfer, "customer": customer})


def available_channels(tx: Document) -> list[str]:
    """Return the channels that the customer may choose from: those of the request that the currency has."""
    allowed = tx.body.get("channels") or payment_flow.CHANNELS
    names = [name for name in payment_flow.CHANNELS if name in allowed and is_available(name, tx.body["currency"])]
    # In a currency without wallets `/charge` rejects the provider, and the page does not offer the channel.
    has_wallets = any(wallet.currency == tx.body["currency"] for wallet in WALLETS)
    return [name for name in names if has_wallets or name != "mobile_money"]


def is_expired(context: RequestContext, tx: Document) -> bool:
    """Return whether the payment session has expired."""
    seconds = integration.session_timeout_seconds(context)
    return bool(seconds) and context.now >= tx.created + seconds and tx.body["status"] != "success"


@routes.job("checkout.expire")
def abandon_expired(context: RequestContext) -> None:
    """Abandon an unfinished payment when the session expires."""
    tx = context.get("transaction", context.body["id"])
    # A payment that the bank is processing is not abandoned (an assumption).
    if tx.body["status"] == "ongoing" and is_expired(context, tx):
        transaction.MACHINE.transition(tx, "abandoned")
        context.save(tx)


def _can_pay(tx: Document) -> bool:
    return transaction.MACHINE.can(tx, "ongoing")


def _closed_error(context: RequestContext, tx: Document) -> ApiError:
    if is_expired(context, tx):
        return ApiError(400, "This payment session has expired", "invalid_params")  # the wording is an assumption
    return payment_flow.not_payable(tx)


def _step_response(tx: Document, step: Step) -> ApiResponse:
    return ApiResponse("Charge attempted", {"reference": tx.unique_key, **step.details, "status": step.status})
