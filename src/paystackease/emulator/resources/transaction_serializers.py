"""How a transaction is shown. Paystack has a different set of keys for nearly every operation; each is a line here.

A transaction keeps what happened and nothing else: dates in both spellings, empty objects where there is no plan, and
the ways in which Paystack writes that there is no metadata, are made when it is shown.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import timeline
from paystackease.emulator.storage.document import Document

_COMMON = (
    *("id", "domain", "status", "reference", "amount", "message", "gateway_response", "paid_at", "created_at"),
    *("channel", "currency", "ip_address", "metadata", "log", "fees", "fees_split", "authorization", "customer"),
    *("plan", "split", "order_id", "paidAt", "requested_amount", "pos_transaction_data", "source", "subaccount"),
)
LISTED = (*_COMMON, "createdAt", "connect")
FETCHED = (*LISTED, "receipt_number", "fees_breakdown", "helpdesk_link")
VERIFIED = (*LISTED, "receipt_number", "fees_breakdown", "plan_object", "transaction_date")
TOLD = (*_COMMON, "fees_breakdown")
"""In a webhook."""
SUBMITTED = (*_COMMON, "createdAt", "fees_breakdown", "plan_object", "transaction_date")
"""By the steps of a charge."""
CHARGED = (
    *("id", "amount", "currency", "transaction_date", "status", "reference", "domain", "metadata", "gateway_response"),
    *("message", "channel", "ip_address", "log", "fees", "authorization", "customer", "plan"),
)
"""By what charges at once."""
MOBILE = (*(key for key in CHARGED if key not in {"log", "metadata", "plan"}), "created_at", "paid_at")

_NEVER = (
    *("fees_split", "order_id", "pos_transaction_data", "connect", "receipt_number", "fees_breakdown"),
    *("helpdesk_link", "ip_address"),
)
NOT_COMPLETED = "The transaction was not completed"
"""What stands there of one that nobody paid (general knowledge)."""


def show(context: RequestContext, tx: Document, keys: tuple[str, ...], whose: Document | None = None) -> dict[str, Any]:
    """These keys of a transaction.

    :param whose: Its customer, where the caller has it.
    """
    body = tx.body
    paid_at = None if body.get("paid_at") is None else format_time(body["paid_at"])
    created_at = format_time(tx.created)
    plan = _plan(context, body) if "plan" in body else {}
    everything: dict[str, Any] = {
        **dict.fromkeys(_NEVER),
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
        "metadata": metadata(context, body.get("metadata")),
        "log": timeline.serialize(tx) if body.get("log") else None,
        "fees": body.get("fees"),
        "authorization": body.get("authorization") or {},
        "customer": customer(context, whose or context.get("customer", tx.parent_id)),
        "plan": plan,
        "plan_object": plan,
        "split": _split(context, body),
        "subaccount": _subaccount(context, body),
        "fees_split": _fees_split(body),
    }
    return {key: everything[key] for key in keys}


def verified(context: RequestContext, tx: Document, whose: Document | None = None) -> dict[str, Any]:
    """As verify shows it: its ``plan`` is a code."""
    return {**show(context, tx, VERIFIED, whose), "plan": tx.body.get("plan")}


def fetched(context: RequestContext, tx: Document) -> dict[str, Any]:
    """As fetching by its number shows it, with less of where it came from."""
    shown = show(context, tx, FETCHED)
    return {**shown, "source": {name: shown["source"][name] for name in ("type", "source", "identifier")}}


def submitted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """As the last step of a charge shows it."""
    return {**show(context, tx, SUBMITTED), "log": None, "plan": tx.body.get("plan")}


def addressed(context: RequestContext, tx: Document) -> dict[str, Any]:
    """As the step that takes an address shows it: without what its older sample does not have."""
    shown = submitted(context, tx)
    for name in "source", "split", "pos_transaction_data", "fees_breakdown":
        del shown[name]
    del shown["customer"]["international_format_phone"]
    return shown


def charged(context: RequestContext, tx: Document, whose: Document | None = None) -> dict[str, Any]:
    """As charging a saved authorization shows it."""
    return {**show(context, tx, CHARGED, whose), "log": None, "plan": tx.body.get("plan")}


def attempted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """As a charge by a channel shows it that is paid: with fewer keys, and of a wallet fewer still."""
    if tx.body.get("channel") == "mobile_money":
        shown = show(context, tx, MOBILE)
        shown["customer"] = {name: shown["customer"][name] for name in ("customer_code", "email", "id", "risk_action")}
        wallet = shown["authorization"]
        # Numbers here, and text in the webhook.
        years = {name: int(wallet[name]) for name in ("exp_month", "exp_year")} if context.settings.quirks else {}
        bare = {name: value for name, value in wallet.items() if name not in {"card_type", "signature"}}
        return {**shown, "authorization": {**bare, **years}}
    shown = {**charged(context, tx)}
    del shown["id"], shown["customer"]["international_format_phone"]
    return shown


def webhook_payload(context: RequestContext, tx: Document, whose: Document | None = None) -> dict[str, Any]:
    """As a webhook tells it."""
    shown = show(context, tx, TOLD, whose)
    if shown["log"] is not None:
        shown["log"] = timeline.webhook_payload(tx)
    if shown["authorization"]:
        shown["authorization"] = {"receiver_bank_account_number": None, "receiver_bank": None, **shown["authorization"]}
    return shown


def listed(context: RequestContext, tx: Document, keys: tuple[str, ...] = LISTED) -> dict[str, Any]:
    """As a list shows it."""
    shown = show(context, tx, keys)
    del shown["customer"]["international_format_phone"]
    return shown


def quoted(context: RequestContext, tx: Document) -> dict[str, Any]:
    """As other things quote it, such as a dispute: almost nothing of who paid with what."""
    bare = {"authorization": {}, "customer": {"international_format_phone": None}, "plan": {}, "split": {}, "log": None}
    return {**show(context, tx, _QUOTED), **bare, "subaccount": {}}


_QUOTED = (*(key for key in _COMMON if key not in {"source", "pos_transaction_data"}), "createdAt")


def customer(context: RequestContext, found: Document) -> dict[str, Any]:
    """Who pays, as a transaction shows it."""
    body = found.body
    names = ("first_name", "last_name", "email", "phone", "metadata", "risk_action")
    phone = body["phone"]
    international = phone if isinstance(phone, str) and phone.startswith("+") else None
    return {
        "id": found.id,
        "customer_code": found.code,
        **{name: body[name] for name in names},
        "international_format_phone": international,
    }


def metadata(context: RequestContext, given: Any) -> Any:
    """What the merchant gave, or how Paystack writes that there is none."""
    if given is None:
        return "" if context.settings.quirks else None
    return given


def _plan(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    found = context.find("plan", code=body["plan"])
    if found is None:
        return {}
    names = ("name", "description", "amount", "interval", "send_invoices", "send_sms", "currency")
    return {"id": found.id, "plan_code": found.code, **{name: found.body.get(name) for name in names}}


def _split(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    split = body.get("split")
    if split is None:
        return {}
    formula = {name: split[name] for name in ("type", "subaccounts")}
    shown = {"id": split["id"], "name": split["name"], "split_code": split["split_code"]}
    shares = {"shares": body["shares"]} if body.get("shares") else {}
    return {**shown, "formula": {**formula, "integration": context.tenant.integration}, **shares}


def _subaccount(context: RequestContext, body: dict[str, Any]) -> dict[str, Any]:
    if "subaccount" not in body:
        return {}
    found = context.get("subaccount", body["subaccount"]["id"])
    names = ("business_name", "description", "primary_contact_name", "primary_contact_email", "primary_contact_phone")
    more = ("metadata", "percentage_charge", "settlement_bank", "account_number", "currency")
    return {
        "id": found.id,
        "subaccount_code": found.code,
        **{name: found.body.get(name) for name in (*names, *more)},
    }


def _fees_split(body: dict[str, Any]) -> dict[str, Any] | None:
    # What is known of it is the documentation's prose alone (an assumption).
    shares = body.get("shares")
    if not shares or "subaccount" not in body:
        return None
    (part,) = shares["subaccounts"]
    params = {"bearer": body["subaccount"]["bearer"], "transaction_charge": body["subaccount"]["transaction_charge"]}
    whole = {"paystack": shares["paystack"], "integration": shares["integration"], "subaccount": part["amount"]}
    return {**whole, "params": params}
