"""Serializers of refunds: each operation has its own keys, and webhooks use other names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document

MERCHANT = "merchant@example.com"
"""The initiator: on Paystack the e-mail address of the dashboard user. The emulator has no users."""

TO_A_CARD, TO_AN_ACCOUNT = "mpgs_zen", "instant-transfer"
"""Two of Paystack's processors. Which refunds each one processes is an assumption."""

WORKING_DAYS = 7
"""The working days until the customer should have the money (observed, and in a sample)."""

_ALL = (
    *("id", "integration", "transaction", "dispute", "settlement", "domain", "currency", "amount", "status"),
    *("refunded_at", "refunded_by", "expected_at", "channel", "customer_note", "merchant_note", "deducted_amount"),
    "fully_deducted",
)
FETCHED = (*_ALL, "createdAt", "updatedAt")
LISTED = (*_ALL, "created_at", "updated_at")
RETRIED = (*_ALL, "bank_reference", "reason", "customer", "initiated_by", "reversed_at", "session_id")
CREATED = tuple(name for name in FETCHED if name not in {"dispute", "settlement", "refunded_at"})


def serialize(context: RequestContext, refund: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of a refund. Its transaction is a number."""
    body = refund.body
    is_deducted = body["status"] in {"processing", "processed", "needs-attention"}
    created, updated = format_time(refund.created), format_time(refund.updated)
    everything: dict[str, Any] = {
        **body,
        **dict.fromkeys(("settlement", "channel", "bank_reference", "customer", "reversed_at", "session_id")),
        "id": refund.id,
        "integration": context.tenant.integration,
        "transaction": refund.parent_id,
        "domain": "test",
        "refunded_by": MERCHANT,
        "initiated_by": MERCHANT,
        "refunded_at": None if body["refunded_at"] is None else format_time(body["refunded_at"]),
        "deducted_amount": body["amount"] if is_deducted else 0,
        "fully_deducted": is_deducted,
        "reason": body["status"].upper(),
        "createdAt": created,
        "updatedAt": updated,
        "created_at": created,
        "updated_at": updated,
    }
    return {name: everything[name] for name in fields}


def serialize_listed(context: RequestContext, refund: Document) -> dict[str, Any]:
    """Return a refund for a list: ``fully_deducted`` is 1 or, if nothing was deducted, null."""
    data = serialize(context, refund, LISTED)
    if context.settings.quirks:
        is_deducted = data["fully_deducted"]
        data |= {"fully_deducted": 1, "deducted_amount": data["amount"]} if is_deducted else _NOT_DEDUCTED
    return data


_NOT_DEDUCTED = {"fully_deducted": None, "deducted_amount": None}


def serialize_created(context: RequestContext, refund: Document, tx: Document) -> dict[str, Any]:
    """Return a refund for the response to creating it: with some fields of its transaction."""
    paid_at = format_time(tx.body["paid_at"])
    transaction = {
        "id": tx.id,
        "domain": "test",
        "reference": tx.unique_key,
        **{name: tx.body[name] for name in ("amount", "channel", "currency")},
        "paid_at": paid_at,
        "paidAt": paid_at,
        # Customer and authorization are almost empty.
        "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
        "customer": {"international_format_phone": None},
        "plan": {},
        "subaccount": {"currency": None},
        "split": {},
        **dict.fromkeys(("order_id", "pos_transaction_data", "source", "fees_breakdown")),
    }
    return {**serialize(context, refund, CREATED), "transaction": transaction}


def webhook_payload(context: RequestContext, refund: Document) -> dict[str, Any]:
    """Return a refund for a webhook. Its amount is text, or a number if the refund failed or needs attention."""
    body, status = refund.body, refund.body["status"]
    tx = context.get("transaction", refund.parent_id)
    customer = context.get("customer", tx.parent_id)
    as_text = context.settings.quirks and status in {"pending", "processing", "processed"}
    data: dict[str, Any] = {
        "status": status,
        "transaction_reference": tx.unique_key,
        "refund_reference": body["refund_reference"],
        "amount": str(body["amount"]) if as_text else body["amount"],
        "currency": body["currency"],
        "customer": {name: customer.body[name] for name in ("first_name", "last_name", "email")},
        "integration": context.tenant.integration,
        "domain": "test",
    }
    if status == "needs-attention":
        number = str(refund.id) if context.settings.quirks else refund.id
        return {**data, "id": number, **{name: body[name] for name in ("customer_note", "merchant_note")}}
    return {**data, "processor": body["processor"]}


def processor(tx: Document) -> str:
    """Return the processor of a refund."""
    return TO_A_CARD if tx.body["channel"] == "card" else TO_AN_ACCOUNT


def processor_reference(context: RequestContext, refund: Document) -> str:
    """Return the processor's reference: twelve digits for a card, else the code of a transfer."""
    if refund.body["processor"] == TO_A_CARD and refund.body["status"] == "processed":
        return context.stable_code("refund.reference", refund.id, length=12, alphabet="0123456789")
    return f"TRF_{context.stable_code('refund.reference', refund.id)}"


def add_working_days(moment: float) -> str:
    """Return the time seven working days later."""
    day, remaining = dt.datetime.fromtimestamp(moment, dt.UTC), WORKING_DAYS
    while remaining:
        day += dt.timedelta(days=1)
        remaining -= day.weekday() < 5
    return format_time(day.timestamp())
