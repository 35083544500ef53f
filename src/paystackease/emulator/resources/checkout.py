"""Checkout: the customer, at the page that ``authorization_url`` is the address of, and away from it.

    opened > paying (the steps of a channel) > paid | failed > paying again
           > cancelled | expired

The page itself (HTML) is made elsewhere of what is here. Without it, ``POST /_emulator/checkout/{reference}/…`` plays
the customer: ``pay`` with a channel and what is entered, ``enter`` what is asked for, ``cancel``; and
``POST /_emulator/charges/{reference}/complete`` or ``/fail`` what the customer does on the phone or at the bank.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import WALLETS
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.payments import may, payment_flow
from paystackease.emulator.payments.payment_flow import Step
from paystackease.emulator.resources import checkout_filters, integration, timeline, transaction
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.store import Document

checkout = RouteGroup()

STEPS = ("pin", "otp", "phone", "birthday", "address")
NOT_FOUND = "There is no such transaction to be paid"


@checkout.route("POST", "/_emulator/checkout/{reference}/pay")
def paid(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    channel = str(call.require("channel"))
    given: dict[str, Any] = call.body.get(channel) or {}
    if not isinstance(given, dict):  # pyright: ignore[reportUnnecessaryIsInstance] # it is whatever was sent
        raise ApiError(400, f'"{channel}" must be of type object', "invalid_params")
    step = pay(call, tx, channel, given)
    # What is asked for may be given at once, as somebody who knows the test card does.
    for name in (*STEPS, *STEPS):
        if step.status == f"send_{name}" and call.body.get(name) is not None:
            step = payment_flow.enter(call, tx, step.status, str(call.body[name]))
    return _told(tx, step)


@checkout.route("POST", "/_emulator/checkout/{reference}/enter")
def entered(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    for name in STEPS:
        if call.body.get(name) is not None:
            return _told(tx, payment_flow.enter(call, tx, f"send_{name}", str(call.body[name])))
    raise ApiError(400, f"Give what is asked for: one of {', '.join(STEPS)}", "invalid_params")


@checkout.route("POST", "/_emulator/checkout/{reference}/cancel")
def cancelled(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    return ApiResponse("The customer cancelled", {"reference": tx.unique_key, "redirect_url": cancel(call, tx)})


@checkout.route("POST", "/_emulator/charges/{reference}/complete")
def completed(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    amount = call.require_amount() if call.body.get("amount") is not None else tx.body["amount"]
    if tx.body.get("channel") == "bank_transfer" and amount != tx.body["amount"]:
        reject(call, tx, amount)
        return ApiResponse("The transfer was rejected", {"reference": tx.unique_key, "status": "pending_bank_transfer"})
    return _told(tx, payment_flow.complete(call, tx))


@checkout.route("POST", "/_emulator/charges/{reference}/fail")
def failed(call: RequestContext) -> ApiResponse:
    tx = find(call, call.params["reference"])
    return _told(tx, payment_flow.fail(call, tx, str(call.body.get("message") or "Declined")))


def find(call: RequestContext, named: str) -> Document:
    """The transaction with this access code or reference.

    :raises Refusal: Where there is none.
    """
    tx = call.find("transaction", code=named) or call.find("transaction", name=named)
    if tx is None:
        raise ApiError(404, NOT_FOUND, "transaction_not_found")
    return tx


def opened(call: RequestContext, tx: Document) -> Step | None:
    """The customer looks at the page: the step that is waited for, or None where a way to pay is to be chosen.

    :raises Refusal: Where there is nothing to pay, or it is too late.
    """
    if expired(call, tx) or not (tx.body["status"] in {"ongoing", "pending"} or _may_pay(tx)):
        raise _too_late(call, tx)
    return payment_flow.at(call, tx)


def pay(call: RequestContext, tx: Document, channel: str, entered: Mapping[str, Any], *, watched: bool = False) -> Step:
    """Pay, or try to.

    :param entered: What the customer entered, by the names that ``/charge`` has; it is not kept.
    :param watched: Whether it is paid at a page, where the customer says what is done elsewhere.
    :raises Refusal: Where there is nothing to pay, it is too late, or that is not a way to pay it.
    """
    if expired(call, tx) or not _may_pay(tx):
        raise _too_late(call, tx)
    if channel not in channels(tx):
        raise ApiError(400, "That is not a way to pay this", "invalid_params")
    if (reason := checkout_filters.refused(tx, channel, entered)) is not None:
        raise ApiError(400, reason, "invalid_params")
    timeline.note(call, tx, "action", f"Set payment method to: {channel}")
    if channel == "card":
        timeline.note(call, tx, "input", "Filled these fields: card number, card expiry, card cvv")
    step = payment_flow.begin(call, tx, channel, entered, watched=watched)
    if tx.body["status"] == "ongoing" and (seconds := integration.session_timeout(call)):
        call.schedule(tx.created + seconds - call.now, "checkout.expire", id=tx.id)
    return step


def change(call: RequestContext, tx: Document) -> None:
    """The customer gives up what is being tried, to choose another way to pay.

    :raises Refusal: Where it is paid, or the bank is about to say whether it is.
    """
    if tx.body["status"] in {"ongoing", "pending"}:
        # What was tried stays, and the number of the attempt with it: what falls due for it is not for the next.
        transaction.MACHINE.move(tx, "abandoned")
        call.save(tx)
    elif not _may_pay(tx):
        raise _too_late(call, tx)


def cancel(call: RequestContext, tx: Document) -> str | None:
    """The customer goes back without paying.

    :return: Where to: the ``cancel_action`` of the metadata, else the ``callback_url``, else nowhere.
    """
    if transaction.MACHINE.may(tx, "abandoned"):
        transaction.MACHINE.move(tx, "abandoned")
        timeline.note(call, tx, "action", "Cancelled the payment")  # the wording is an assumption
        call.save(tx)
    metadata = tx.body.get("metadata")
    asked = metadata.get("cancel_action") if isinstance(metadata, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # JSON
    back = asked or tx.body.get("callback_url")  # pyright: ignore[reportUnknownVariableType] # JSON
    return back if isinstance(back, str) else None


def reject(call: RequestContext, tx: Document, amount: int) -> None:
    """Another amount came in by transfer than was asked for: it goes back, and the merchant is told.

    :raises Refusal: Where no transfer is waited for.
    """
    step = payment_flow.at(call, tx)
    if step is None or step.status != "pending_bank_transfer":
        raise payment_flow.invalid_reference()
    fields = ("first_name", "last_name", "email", "phone", "metadata", "domain", "customer_code", "risk_action", "id")
    whose = customers.serialize(
        call, call.get("customer", tx.parent_id), *fields, "integration", "createdAt", "updatedAt"
    )
    told = {
        "amount": str(amount),
        "message": "incorrect amount sent",
        "message_type": "INCORRECT_AMOUNT",
        "transaction_id": str(tx.id),
    }
    call.emit("bank.transfer.rejected", {"bank_transfer": told, "customer": whose})


def channels(tx: Document) -> list[str]:
    """The ways to pay that the customer may choose from: those that the merchant named and the currency has."""
    wanted = tx.body.get("channels") or payment_flow.CHANNELS
    found = [name for name in payment_flow.CHANNELS if name in wanted and may(name, tx.body["currency"])]
    # In a currency without wallets `/charge` says that the provider is wrong, and here nothing is offered.
    wallets = any(wallet.currency == tx.body["currency"] for wallet in WALLETS)
    return [name for name in found if wallets or name != "mobile_money"]


def expired(call: RequestContext, tx: Document) -> bool:
    """Whether the page was open for longer than the business allows."""
    seconds = integration.session_timeout(call)
    return bool(seconds) and call.now >= tx.created + seconds and tx.body["status"] != "success"


@checkout.job("checkout.expire")
def expire(call: RequestContext) -> None:
    """The time is up: what the customer was in the middle of is abandoned."""
    tx = call.get("transaction", call.body["id"])
    # What the bank is about to say is waited for (an assumption).
    if tx.body["status"] == "ongoing" and expired(call, tx):
        transaction.MACHINE.move(tx, "abandoned")
        call.save(tx)


def _may_pay(tx: Document) -> bool:
    return transaction.MACHINE.may(tx, "ongoing")


def _too_late(call: RequestContext, tx: Document) -> ApiError:
    if expired(call, tx):
        return ApiError(400, "This payment session has expired", "invalid_params")  # the wording is an assumption
    return payment_flow.already(tx)


def _told(tx: Document, step: Step) -> ApiResponse:
    return ApiResponse("Charge attempted", {"reference": tx.unique_key, **step.shown, "status": step.status})
