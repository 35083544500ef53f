"""Paying step by step: for ``/charge``, for the checkout page, and for whoever plays the customer in a test.

    begin -> ask, ask … -> success | failed          what the customer enters here
          -> offline    -> success | failed          what the customer does elsewhere, which a job waits for

What a transaction keeps of it is under ``charge``: the channel, what may be kept of what was entered, and the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.catalog.test_instruments import SERVER_ERROR, TIMEOUT
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError, internal_error
from paystackease.emulator.payments import (
    Ask,
    Channel,
    Kept,
    Way,
    bank,
    capitec,
    card,
    eft,
    may,
    mobile_money,
    qr,
    transfer,
    ussd,
)
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import timeline, transaction
from paystackease.emulator.storage.store import Document

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
"""By Paystack's names. What ``/charge`` calls the same is in its body under that name."""

DONE = ("success", "failed", "timeout")


class Step(msgspec.Struct, frozen=True):
    """Where a payment stands: what Paystack calls it, and what there is to know besides."""

    status: str
    shown: Mapping[str, Any]
    wrong: bool = False
    """Whether what was just entered ended it."""


def begin(
    call: RequestContext, tx: Document, channel: str, entered: Mapping[str, Any], *, watched: bool = False
) -> Step:
    """Try to pay, or try again.

    :param entered: What the customer entered, by the names that ``/charge`` has.
    :param watched: Whether somebody sits at a page, who says there what is done on the phone or at a bank.
    :raises Refusal: Where that says too little, or the channel is not for this currency. Nothing is tried then.
    """
    module = CHANNELS.get(channel)
    if module is None or not may(channel, tx.body["currency"]):
        raise ApiError(400, "Channel is not available for this currency", "invalid_params")  # an assumption
    if not transaction.MACHINE.may(tx, "ongoing"):
        raise already(tx)
    kept = module.read(call, tx, entered)
    return resume(call, tx, channel, kept, watched=watched)


def resume(call: RequestContext, tx: Document, channel: str, kept: Kept, *, watched: bool = False) -> Step:
    """As :func:`begin`, with what was kept of what was entered once."""
    transaction.MACHINE.move(tx, "ongoing")
    attempt = tx.body.get("charge", {"attempt": 0})["attempt"] + 1
    tx.body["charge"] = {"channel": channel, "kept": kept, "attempt": attempt, "asked": 0, "watched": watched}
    tx.body["channel"] = channel
    _note(call, tx, "action", f"Attempted to pay with {channel}")
    return _on(call, tx)


def enter(call: RequestContext, tx: Document, step: str, entered: str) -> Step:
    """Give what was asked for.

    :param step: The status that asked for it, such as ``send_otp``.
    :raises Refusal: Where it is not what is asked for now.
    """
    charge = tx.body.get("charge")
    if charge is not None and charge.get("ended"):
        return Step("failed", {"message": tx.body["gateway_response"]}, wrong=True)
    now = at(call, tx)
    if now is None or now.status != step:
        raise invalid_reference()
    ask = _asked(tx, plan_of(call, tx))
    assert ask is not None, "that is what the step says"
    if not ask.right(entered):
        return now if not ask.wrong else _end(call, tx, ask.wrong, wrong=True)
    tx.body["charge"]["asked"] += 1
    return _on(call, tx)


def complete(call: RequestContext, tx: Document) -> Step:
    """The customer did what was to be done elsewhere, or said yes at the bank: it is paid.

    :raises Refusal: Where nothing of the kind is being waited for.
    """
    now = at(call, tx)
    if now is None or now.status.startswith("send_"):
        raise invalid_reference()
    return enter(call, tx, "open_url", "yes") if now.status == "open_url" else _conclude(call, tx)


def fail(call: RequestContext, tx: Document, reason: str = "Declined") -> Step:
    """The customer said no, or the bank did.

    :raises Refusal: Where nothing is being waited for.
    """
    if at(call, tx) is None:
        raise invalid_reference()
    return _end(call, tx, reason)


def at(call: RequestContext, tx: Document) -> Step | None:
    """The step that a payment waits at, or None where it waits for nothing."""
    if tx.body.get("charge") is None or tx.body["status"] not in {"ongoing", "pending"}:
        return None
    way = plan_of(call, tx)
    if (ask := _asked(tx, way)) is not None:
        return Step(ask.status, ask.shown)
    return None if way.offline is None else Step(way.offline.status, way.offline.shown)


def plan_of(call: RequestContext, tx: Document) -> Way:
    """How the payment goes that is being tried."""
    charge = tx.body["charge"]
    return CHANNELS[charge["channel"]].way(call, tx, charge["kept"])


def settle(call: RequestContext, tx: Document, attempt: int, *, paid: bool) -> None:
    """The time is up: the customer did it, or did not."""
    if tx.body.get("charge", {}).get("attempt") != attempt or at(call, tx) is None:
        return  # it was paid, or tried anew, before
    if paid:
        _conclude(call, tx)
    elif tx.body["channel"] == "bank_transfer":
        transaction.MACHINE.move(tx, "abandoned")
        call.save(tx)
    else:
        _end(call, tx, "Transaction timed out")  # the wording is an assumption


def invalid_reference() -> ApiError:
    """There is no such charge, or it does not wait for that."""
    return ApiError(400, "Transaction reference is invalid")


def already(tx: Document) -> ApiError:
    """It cannot be paid any more. The wordings are assumptions."""
    paid = tx.body["status"] in {"success", "reversed"}
    what = "has already been paid" if paid else "is already being paid"
    return ApiError(400, f"This transaction {what}", "invalid_params")


def _asked(tx: Document, way: Way) -> Ask | None:
    number: int = tx.body["charge"]["asked"]
    return way.asks[number] if number < len(way.asks) else None


def _on(call: RequestContext, tx: Document) -> Step:
    way = plan_of(call, tx)
    if (ask := _asked(tx, way)) is not None:
        _note(call, tx, "auth", f"Authentication Required: {ask.status.removeprefix('send_')}")
        call.save(tx)
        return Step(ask.status, ask.shown)
    seconds = call.settings.offline_seconds
    # Who takes no time does it at once, but for somebody who sits at a page and is to see what there is to do.
    watched = tx.body["charge"]["watched"] and not seconds
    if way.offline is None or way.refused is not None or (way.offline.at_once and not seconds and not watched):
        return _conclude(call, tx)
    transaction.MACHINE.move(tx, "pending")
    in_time = seconds < way.offline.limit and not watched
    due = seconds if in_time else way.offline.limit
    call.schedule(due, "charge.settle", id=tx.id, attempt=tx.body["charge"]["attempt"], paid=in_time)
    call.save(tx)
    return Step(way.offline.status, way.offline.shown)


def _conclude(call: RequestContext, tx: Document) -> Step:
    way, channel = plan_of(call, tx), tx.body["channel"]
    if way.refused is not None:
        return _end(call, tx, way.refused)
    _note(call, tx, "success", f"Successfully paid with {channel}")
    if way.refund != "processed":
        tx.body["refund_outcome"] = way.refund
    whose = call.get("customer", tx.parent_id)
    saved = authorizations.save(call, whose, way.shown)
    transaction.succeed(
        call,
        tx,
        channel=channel,
        authorization=saved,
        message=way.message,
        gateway_response=way.gateway_response,
        whose=whose,
    )
    return Step("success", {})


def _end(call: RequestContext, tx: Document, reason: str, *, wrong: bool = False) -> Step:
    tx.body["charge"]["ended"] = True
    _note(call, tx, "error", "Error: Failed")
    transaction.fail(call, tx, reason)
    if reason == SERVER_ERROR:
        raise internal_error()
    return Step("timeout" if reason == TIMEOUT else "failed", {"message": reason}, wrong=wrong)


def _note(call: RequestContext, tx: Document, kind: str, message: str) -> None:
    # What comes through the API has no log: nobody looked on.
    if tx.body["source"]["entry_point"] != "charge":
        timeline.note(call, tx, kind, message)
