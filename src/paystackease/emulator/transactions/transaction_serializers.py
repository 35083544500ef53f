"""Serializers of transactions. Paystack has a different set of keys for nearly every operation.

A transaction stores only what happened. Serializers add dates in both spellings, empty objects for a missing plan, and
Paystack's different values for missing metadata.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import timeline

_COMMON = (
    *("id", "domain", "status", "reference", "amount", "message", "gateway_response", "paid_at", "created_at"),
    *("channel", "currency", "ip_address", "metadata", "log", "fees", "fees_split", "authorization", "customer"),
    *("plan", "split", "order_id", "paidAt", "requested_amount", "pos_transaction_data", "source", "subaccount"),
)
LISTED = (*_COMMON, "createdAt", "connect")
FETCHED = (*LISTED, "receipt_number", "fees_breakdown", "helpdesk_link")
VERIFIED = (*LISTED, "receipt_number", "fees_breakdown", "plan_object", "transaction_date")
WEBHOOK = (*_COMMON, "fees_breakdown")
SUBMITTED = (*_COMMON, "createdAt", "fees_breakdown", "plan_object", "transaction_date")
"""In the responses to the steps of a charge."""
CHARGED = (
    *("id", "amount", "currency", "transaction_date", "status", "reference", "domain", "metadata", "gateway_response"),
    *("message", "channel", "ip_address", "log", "fees", "authorization", "customer", "plan"),
)
"""In the responses to operations that charge immediately."""
MOBILE = (*(key for key in CHARGED if key not in {"log", "metadata", "plan"}), "created_at", "paid_at")

_ALWAYS_NULL = (
    *("fees_split", "order_id", "pos_transaction_data", "connect", "receipt_number", "fees_breakdown"),
    *("helpdesk_link", "ip_address"),
)
NOT_COMPLETED = "The transaction was not completed"
"""The gateway response of an unpaid transaction (general knowledge)."""


def serialize(
    context: RequestContext, tx: Document, keys: tuple[str, ...], customer: Document | None = None
) -> dict[str, Any]:
    """Return these keys of a transaction.

    :param customer: Its customer, if the caller has it already.
    """
    body = tx.body
    paid_at = None if body.get("paid_at") is None else format_time(body["paid_at"])
    created_at = format_time(tx.created)
    plan = _serialize_plan(context, body) if "plan" in body else {}
    everything: dict[str, Any] = {
        **dict.fromkeys(_ALWAYS_NULL),
        **body,
        "id": tx.id,
        "domain": "test",
        "reference": tx.unique_key,
        "message": body.get("message"),
        "gateway_response": body.get("gateway_response") or NOT_COMPLETED,
        "paid_at": paid_at,
        "paidAt": paid_at,
        "created_at": created_at,
        "createdAt": created_at,
        "transaction_date": created_at,
        "channel": body.get("channel") or "card",
        "metadata": serialize_metadata(context, body.get("metadata")),
        "log": timeline.serialize(tx) if body.get("log") else None,
        "fees": body.get("fees"),
        "authorization": body.get("authorization") or {},
        "customer": serialize_customer(context, customer or context.get("customer", tx.parent_id)),
        "plan": plan,
        "plan_object": plan,
        "split": _serialize_split(context, body),
        "subaccount": _serialize_subaccount(context, body),
        "fees_split": _serialize_fees_split(body),
    }
    return {key: everything[key] for key in keys}


def serialize_verified(context: RequestContext, tx: Document, customer: Document | None = None) -> dict[str, Any]:
    """Return a transaction for the response to verifying it: its ``plan`` is a code."""
    return {**serialize(context, tx, VERIFIED, customer), "plan": tx.body.get("plan")}


def serialize_fetched(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return a transaction for the response to fetching it: its ``source`` has fewer fields."""
    data = serialize(context, tx, FETCHED)
    return {**data, "source": {name: data["source"][name] for name in ("type", "source", "identifier")}}


def serialize_submitted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return a transaction for the response to the last step of a charge."""
    return {**serialize(context, tx, SUBMITTED), "log": None, "plan": tx.body.get("plan")}


def serialize_with_address(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return a transaction for the response to submitting an address: without fields that the older sample lacks."""
    data = serialize_submitted(context, tx)
    for name in "source", "split", "pos_transaction_data", "fees_breakdown":
        del data[name]
    del data["customer"]["international_format_phone"]
    return data


def serialize_charged(context: RequestContext, tx: Document, customer: Document | None = None) -> dict[str, Any]:
    """Return a transaction for the response to charging a saved authorization."""
    return {**serialize(context, tx, CHARGED, customer), "log": None, "plan": tx.body.get("plan")}


def serialize_attempted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return a paid charge. It has fewer keys than other responses, and even fewer for mobile money."""
    if tx.body.get("channel") == "mobile_money":
        data = serialize(context, tx, MOBILE)
        data["customer"] = {name: data["customer"][name] for name in ("customer_code", "email", "id", "risk_action")}
        paid_with = data["authorization"]
        # They are numbers here, and text in the webhook.
        years = {name: int(paid_with[name]) for name in ("exp_month", "exp_year")} if context.settings.quirks else {}
        instrument = {name: value for name, value in paid_with.items() if name not in {"card_type", "signature"}}
        return {**data, "authorization": {**instrument, **years}}
    data = {**serialize_charged(context, tx)}
    del data["id"], data["customer"]["international_format_phone"]
    return data


def webhook_payload(context: RequestContext, tx: Document, customer: Document | None = None) -> dict[str, Any]:
    """Return a transaction for a webhook."""
    data = serialize(context, tx, WEBHOOK, customer)
    if data["log"] is not None:
        data["log"] = timeline.webhook_payload(tx)
    if data["authorization"]:
        data["authorization"] = {"receiver_bank_account_number": None, "receiver_bank": None, **data["authorization"]}
    return data


def serialize_listed(context: RequestContext, tx: Document, keys: tuple[str, ...] = LISTED) -> dict[str, Any]:
    """Return a transaction for a list."""
    data = serialize(context, tx, keys)
    del data["customer"]["international_format_phone"]
    return data


def serialize_quoted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """Return a transaction as disputes and other objects quote it, almost without customer and instrument."""
    nulls = {
        "authorization": {},
        "customer": {"international_format_phone": None},
        "plan": {},
        "split": {},
        "log": None,
    }
    return {**serialize(context, tx, _QUOTED), **nulls, "subaccount": {}}


_QUOTED = (*(key for key in _COMMON if key not in {"source", "pos_transaction_data"}), "createdAt")


def serialize_customer(context: RequestContext, customer: Document) -> dict[str, Any]:
    """Return a customer as transactions have it."""
    body = customer.body
    names = ("first_name", "last_name", "email", "phone", "metadata", "risk_action")
    phone = body["phone"]
    international = phone if isinstance(phone, str) and phone.startswith("+") else None
    return {
        "id": customer.id,
        "customer_code": customer.code,
        **{name: body[name] for name in names},
        "international_format_phone": international,
    }


def serialize_metadata(context: RequestContext, metadata: Any) -> Any:
    """Return the merchant's metadata, or Paystack's value for missing metadata."""
    if metadata is None:
        return "" if context.settings.quirks else None
    return metadata


def _serialize_plan(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    plan = context.find("plan", code=body["plan"])
    if plan is None:
        return {}
    names = ("name", "description", "amount", "interval", "send_invoices", "send_sms", "currency")
    return {"id": plan.id, "plan_code": plan.code, **{name: plan.body.get(name) for name in names}}


def _serialize_split(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    split = body.get("split")
    if split is None:
        return {}
    formula = {name: split[name] for name in ("type", "subaccounts")}
    data = {"id": split["id"], "name": split["name"], "split_code": split["split_code"]}
    shares = {"shares": body["shares"]} if body.get("shares") else {}
    return {**data, "formula": {**formula, "integration": context.tenant.integration}, **shares}


def _serialize_subaccount(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    if "subaccount" not in body:
        return {}
    subaccount = context.get("subaccount", body["subaccount"]["id"])
    names = ("business_name", "description", "primary_contact_name", "primary_contact_email", "primary_contact_phone")
    more = ("metadata", "percentage_charge", "settlement_bank", "account_number", "currency")
    return {
        "id": subaccount.id,
        "subaccount_code": subaccount.code,
        **{name: subaccount.body.get(name) for name in (*names, *more)},
    }


def _serialize_fees_split(body: dict[str, Any]) -> dict[str, Any] | None:
    # Only the prose of the documentation describes it (an assumption).
    shares = body.get("shares")
    if not shares or "subaccount" not in body:
        return None
    (part,) = shares["subaccounts"]
    params = {"bearer": body["subaccount"]["bearer"], "transaction_charge": body["subaccount"]["transaction_charge"]}
    totals = {"paystack": shares["paystack"], "integration": shares["integration"], "subaccount": part["amount"]}
    return {**totals, "params": params}
