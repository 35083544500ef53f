"""Serializers of preauthorizations: each operation and each webhook has its own keys."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction_serializers

LISTED = (
    *("id", "domain", "status", "reference", "amount", "created_at", "transaction_id", "captured_at", "released_at"),
    *("currency", "fees", "customer"),
)
_WHOLE = (
    *("id", "domain", "status", "reference", "amount", "created_at", "released_at", "expiry_date", "currency"),
    *("metadata", "fees", "authorization", "customer", "merchant_id", "merchant_name", "expire_action", "split_code"),
    "split",
)
VERIFIED = (*_WHOLE, "captured_at")
_RESERVED = (*_WHOLE, "gateway_response")
_WEBHOOK = (
    *("amount", "authorization", "captured_amount", "captured_at", "currency", "customer", "domain", "fees", "message"),
    *("id", "merchant_id", "merchant_name", "metadata", "reference", "status", "transaction_id", "expiry_date"),
)
_SPLIT = ("split_code", "split")
_IN_CAPTURE = (
    *("currency", "transaction_date", "status", "reference", "domain", "metadata", "gateway_response", "message"),
    *("channel", "fees", "id", "split"),
)


def serialize(context: RequestContext, preauthorization: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of a preauthorization."""
    body = preauthorization.body
    tx = context.get("transaction", body["transaction"])
    authorization = None if body["authorization"] is None else context.get("authorization", body["authorization"])
    moments = {"expiry_date": "expires", "expired_at": "expired", "captured_at": "captured", "released_at": "released"}
    is_being_paid = body["status"] == "abandoned" and tx.body["status"] == "ongoing"
    split = transaction_serializers.serialize(context, tx, ("split",))["split"]
    everything: dict[str, Any] = {
        **body,
        "id": preauthorization.id,
        "domain": "test",
        "status": "ongoing" if is_being_paid else body["status"],
        "reference": preauthorization.unique_key,
        "message": None,
        "metadata": tx.body.get("metadata"),
        "authorization": {} if authorization is None else authorizations.serialize(authorization),
        "customer": transaction_serializers.serialize_customer(
            context, context.get("customer", preauthorization.parent_id)
        ),
        "merchant_id": context.tenant.integration,
        "merchant_name": context.settings.business_name,
        "transaction_id": tx.id if body["captured"] is not None else None,
        "split": split or None,
        "split_code": split.get("split_code"),
        "created_at": format_time(preauthorization.created),
        **{name: None if body[key] is None else format_time(body[key]) for name, key in moments.items()},
    }
    everything["gateway_response"] = {
        "authorizeResponse": "Approved",
        "rrn": context.stable_code("rrn", preauthorization.id, length=9),
    }
    return {name: everything[name] for name in fields}


def serialize_reserved(context: RequestContext, preauthorization: Document) -> dict[str, Any]:
    """Return a preauthorization for the response to reserving it: the fee is still 0."""
    return {**serialize(context, preauthorization, _RESERVED), "fees": 0}


def webhook_reserved(context: RequestContext, preauthorization: Document) -> dict[str, Any]:
    """Return the data of the webhook of a hold."""
    return {**serialize(context, preauthorization, (*_WEBHOOK, "expire_action", *_SPLIT)), "message": "Approved"}


def webhook_captured(context: RequestContext, preauthorization: Document, tx: Document) -> dict[str, Any]:
    """Return the data of the webhook of a capture: numbers are text, and the expiry is null."""
    paid = transaction_serializers.serialize(context, tx, _IN_CAPTURE)
    paid |= {"id": str(tx.id), "metadata": tx.body.get("metadata")}
    number = {"transaction_id": str(tx.id), "expiry_date": None, "transaction": paid}
    data = serialize(context, preauthorization, (*_WEBHOOK, "expire_action", *_SPLIT))
    return {**data, **number, "captured_amount": str(preauthorization.body["captured_amount"]), "message": "Approved"}


def webhook_failed_capture(context: RequestContext, preauthorization: Document) -> dict[str, Any]:
    """Return the data of the webhook of a failed capture, with the number of the unpaid transaction."""
    data = serialize(context, preauthorization, (*_WEBHOOK, "expired_at", "expire_action"))
    number = str(preauthorization.body["transaction"])
    return {**data, "captured_amount": str(preauthorization.body["captured_amount"]), "transaction_id": number}


def webhook_released(context: RequestContext, preauthorization: Document) -> dict[str, Any]:
    """Return the data of the webhook of a release."""
    return {
        **serialize(context, preauthorization, (*_WEBHOOK, "expired_at", "expire_action")),
        "message": "Release success",
    }


def webhook_failed_release(context: RequestContext, preauthorization: Document) -> dict[str, Any]:
    """Return the data of the webhook of a failed release."""
    return {**serialize(context, preauthorization, _WEBHOOK), "message": "Release failed"}
