"""How a preauthorization is shown: by each operation with other keys, and by each of its webhooks too."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import transaction_serializers
from paystackease.emulator.storage.document import Document

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
_TOLD = (
    *("amount", "authorization", "captured_amount", "captured_at", "currency", "customer", "domain", "fees", "message"),
    *("id", "merchant_id", "merchant_name", "metadata", "reference", "status", "transaction_id", "expiry_date"),
)
_SPLIT = ("split_code", "split")
_IN_CAPTURE = (
    *("currency", "transaction_date", "status", "reference", "domain", "metadata", "gateway_response", "message"),
    *("channel", "fees", "id", "split"),
)


def show(context: RequestContext, found: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of a preauthorization."""
    body = found.body
    tx = context.get("transaction", body["transaction"])
    saved = None if body["authorization"] is None else context.get("authorization", body["authorization"])
    moments = {"expiry_date": "expires", "expired_at": "expired", "captured_at": "captured", "released_at": "released"}
    paying = body["status"] == "abandoned" and tx.body["status"] == "ongoing"
    split = transaction_serializers.show(context, tx, ("split",))["split"]
    everything: dict[str, Any] = {
        **body,
        "id": found.id,
        "domain": "test",
        "status": "ongoing" if paying else body["status"],
        "reference": found.unique_key,
        "message": None,
        "metadata": tx.body.get("metadata"),
        "authorization": {} if saved is None else authorizations.serialize(saved),
        "customer": transaction_serializers.customer(context, context.get("customer", found.parent_id)),
        "merchant_id": context.tenant.integration,
        "merchant_name": context.settings.business_name,
        "transaction_id": tx.id if body["captured"] is not None else None,
        "split": split or None,
        "split_code": split.get("split_code"),
        "created_at": format_time(found.created),
        **{name: None if body[key] is None else format_time(body[key]) for name, key in moments.items()},
    }
    everything["gateway_response"] = {
        "authorizeResponse": "Approved",
        "rrn": context.stable_code("rrn", found.id, length=9),
    }
    return {name: everything[name] for name in fields}


def reserved(context: RequestContext, found: Document) -> dict[str, Any]:
    """As reserving it shows it: no fee is reckoned yet."""
    return {**show(context, found, _RESERVED), "fees": 0}


def told_reserved(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it is held."""
    return {**show(context, found, (*_TOLD, "expire_action", *_SPLIT)), "message": "Approved"}


def told_captured(context: RequestContext, found: Document, tx: Document) -> dict[str, Any]:
    """As a webhook tells that it was taken: numbers are text here, and it expires no more."""
    paid = transaction_serializers.show(context, tx, _IN_CAPTURE)
    paid |= {"id": str(tx.id), "metadata": tx.body.get("metadata")}
    number = {"transaction_id": str(tx.id), "expiry_date": None, "transaction": paid}
    shown = show(context, found, (*_TOLD, "expire_action", *_SPLIT))
    return {**shown, **number, "captured_amount": str(found.body["captured_amount"]), "message": "Approved"}


def told_failed_capture(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it could not be taken: with the number of the transaction that was to do so."""
    shown = show(context, found, (*_TOLD, "expired_at", "expire_action"))
    number = str(found.body["transaction"])
    return {**shown, "captured_amount": str(found.body["captured_amount"]), "transaction_id": number}


def told_released(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it was let go."""
    return {**show(context, found, (*_TOLD, "expired_at", "expire_action")), "message": "Release success"}


def told_failed_release(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it could not be let go."""
    return {**show(context, found, _TOLD), "message": "Release failed"}
