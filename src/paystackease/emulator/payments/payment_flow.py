"""Paying step by step: for ``/charge``, for the checkout page, and for the control API.

    start -> challenge, … -> success | failed        the customer enters a value here
          -> offline      -> success | failed        the customer does something elsewhere; a job is the timeout

A transaction stores its state under ``charge``: the channel, the stored input, and the number of the challenge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.catalog.test_instruments import SERVER_ERROR, TIMEOUT
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError, internal_error
from paystackease.emulator.payments import (
    Challenge,
    Channel,
    PaymentPlan,
    StoredInput,
    bank,
    capitec,
    card,
    eft,
    is_available,
    mobile_money,
    qr,
    transfer,
    ussd,
)
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import timeline, transaction

CHANNELS: Mapping[str, Channel] = {
    "card": card,
    "bank": bank,
    "mobile_money": mobile_money,
    "ussd": ussd,
    "bank_transfer": transfer,
    "eft": eft,
    "qr": qr,
    "capitec_pay": capitec,
}
"""By Paystack's names. The body of ``/charge`` has the input under the same name."""

FINAL_STATUSES = ("success", "failed", "timeout")


class Step(msgspec.Struct, frozen=True):
    """The current step of a payment: Paystack's status, and its details."""

    status: str
    details: Mapping[str, Any]
    was_rejected: bool = False
    """Whether the last input ended the payment."""


def start(
    context: RequestContext, tx: Document, channel: str, entered: Mapping[str, Any], *, interactive: bool = False
) -> Step:
    """Start an attempt to pay.

    :param entered: The customer's input, with the field names of ``/charge``.
    :param interactive: Whether a person uses a page, and simulates there what happens on the phone or at a bank.
    :raises ApiError: If the input is incomplete, or the channel is not available in this currency. Then there is no
        attempt.
    """
    module = CHANNELS.get(channel)
    if module is None or not is_available(channel, tx.body["currency"]):
        raise ApiError(400, "Channel is not available for this currency", "invalid_params")  # an assumption
    if not transaction.MACHINE.can(tx, "ongoing"):
        raise not_payable(tx)
    stored = module.parse_input(context, tx, entered)
    return start_with_stored_input(context, tx, channel, stored, interactive=interactive)


def start_with_stored_input(
    context: RequestContext, tx: Document, channel: str, stored: StoredInput, *, interactive: bool = False
) -> Step:
    """As :func:`start`, with the stored input of an earlier attempt."""
    transaction.MACHINE.transition(tx, "ongoing")
    attempt = tx.body.get("charge", {"attempt": 0})["attempt"] + 1
    tx.body["charge"] = {
        "channel": channel,
        "input": stored,
        "attempt": attempt,
        "challenge": 0,
        "interactive": interactive,
    }
    tx.body["channel"] = channel
    _log(context, tx, "action", f"Attempted to pay with {channel}")
    return _advance(context, tx)


def submit(context: RequestContext, tx: Document, step: str, entered: str) -> Step:
    """Submit the input for a challenge.

    :param step: The status of the challenge, such as ``send_otp``.
    :raises ApiError: If it is not the current step.
    """
    charge = tx.body.get("charge")
    if charge is not None and charge.get("ended"):
        return Step("failed", {"message": tx.body["gateway_response"]}, was_rejected=True)
    now = current_step(context, tx)
    if now is None or now.status != step:
        raise invalid_reference()
    challenge = _current_challenge(tx, plan_of(context, tx))
    assert challenge is not None, "the current step is one"
    if not challenge.accepts(entered):
        return now if not challenge.failure_reason else _fail(context, tx, challenge.failure_reason, was_rejected=True)
    tx.body["charge"]["challenge"] += 1
    return _advance(context, tx)


def complete(context: RequestContext, tx: Document) -> Step:
    """Complete the offline step, or accept at the bank's page.

    :raises ApiError: If the payment does not wait for such a step.
    """
    now = current_step(context, tx)
    if now is None or now.status.startswith("send_"):
        raise invalid_reference()
    return submit(context, tx, "open_url", "yes") if now.status == "open_url" else _succeed(context, tx)


def fail(context: RequestContext, tx: Document, reason: str = "Declined") -> Step:
    """Decline the payment, as the customer or the bank.

    :raises ApiError: If the payment does not wait for a step.
    """
    if current_step(context, tx) is None:
        raise invalid_reference()
    return _fail(context, tx, reason)


def current_step(context: RequestContext, tx: Document) -> Step | None:
    """Return the step that a payment waits for, or None."""
    if tx.body.get("charge") is None or tx.body["status"] not in {"ongoing", "pending"}:
        return None
    plan = plan_of(context, tx)
    if (challenge := _current_challenge(tx, plan)) is not None:
        return Step(challenge.status, challenge.details)
    return None if plan.offline is None else Step(plan.offline.status, plan.offline.details)


def plan_of(context: RequestContext, tx: Document) -> PaymentPlan:
    """Return the plan of the current attempt."""
    charge = tx.body["charge"]
    return CHANNELS[charge["channel"]].plan(context, tx, charge["input"])


def finish_offline(context: RequestContext, tx: Document, attempt: int, *, paid: bool) -> None:
    """End the offline step: paid, or timed out."""
    if tx.body.get("charge", {}).get("attempt") != attempt or current_step(context, tx) is None:
        return  # it was paid, or another attempt was started
    if paid:
        _succeed(context, tx)
    elif tx.body["channel"] == "bank_transfer":
        transaction.MACHINE.transition(tx, "abandoned")
        context.save(tx)
    else:
        _fail(context, tx, "Transaction timed out")  # the wording is an assumption


def invalid_reference() -> ApiError:
    """Return the error for an unknown charge, or for one that does not wait for that step."""
    return ApiError(400, "Transaction reference is invalid")


def not_payable(tx: Document) -> ApiError:
    """Return the error for a transaction that cannot be paid now. The wordings are assumptions."""
    paid = tx.body["status"] in {"success", "reversed"}
    reason = "has already been paid" if paid else "is already being paid"
    return ApiError(400, f"This transaction {reason}", "invalid_params")


def _current_challenge(tx: Document, plan: PaymentPlan) -> Challenge | None:
    number: int = tx.body["charge"]["challenge"]
    return plan.challenges[number] if number < len(plan.challenges) else None


def _advance(context: RequestContext, tx: Document) -> Step:
    plan = plan_of(context, tx)
    if (challenge := _current_challenge(tx, plan)) is not None:
        _log(context, tx, "auth", f"Authentication Required: {challenge.status.removeprefix('send_')}")
        context.save(tx)
        return Step(challenge.status, challenge.details)
    seconds = context.settings.offline_seconds
    # Without offline_seconds it succeeds immediately, except at a page, where a person sees the step.
    interactive = tx.body["charge"]["interactive"] and not seconds
    if (
        plan.offline is None
        or plan.decline_reason is not None
        or (plan.offline.immediate_in_test_mode and not seconds and not interactive)
    ):
        return _succeed(context, tx)
    transaction.MACHINE.transition(tx, "pending")
    in_time = seconds < plan.offline.timeout and not interactive
    due = seconds if in_time else plan.offline.timeout
    context.schedule(due, "charge.settle", id=tx.id, attempt=tx.body["charge"]["attempt"], paid=in_time)
    context.save(tx)
    return Step(plan.offline.status, plan.offline.details)


def _succeed(context: RequestContext, tx: Document) -> Step:
    plan, channel = plan_of(context, tx), tx.body["channel"]
    if plan.decline_reason is not None:
        return _fail(context, tx, plan.decline_reason)
    _log(context, tx, "success", f"Successfully paid with {channel}")
    if plan.refund_outcome != "processed":
        tx.body["refund_outcome"] = plan.refund_outcome
    customer = context.get("customer", tx.parent_id)
    saved = authorizations.save_authorization(context, customer, plan.authorization)
    transaction.succeed(
        context,
        tx,
        channel=channel,
        authorization=saved,
        message=plan.message,
        gateway_response=plan.gateway_response,
        customer=customer,
    )
    return Step("success", {})


def _fail(context: RequestContext, tx: Document, reason: str, *, was_rejected: bool = False) -> Step:
    tx.body["charge"]["ended"] = True
    _log(context, tx, "error", "Error: Failed")
    transaction.fail(context, tx, reason)
    if reason == SERVER_ERROR:
        raise internal_error()
    return Step("timeout" if reason == TIMEOUT else "failed", {"message": reason}, was_rejected=was_rejected)


def _log(context: RequestContext, tx: Document, kind: str, message: str) -> None:
    # A charge by the API has no log, since no page is open.
    if tx.body["source"]["entry_point"] != "charge":
        timeline.add_entry(context, tx, kind, message)
