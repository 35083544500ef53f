"""Serializers of disputes: each operation has its own keys, and webhooks spell the dates differently."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.resources.refund_serializers import MERCHANT
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction_serializers

_BASE = (
    *("id", "refund_amount", "currency", "status", "resolution", "domain", "transaction", "transaction_reference"),
    *("category", "bin", "last4", "dueAt", "resolvedAt", "evidence", "attachments", "note"),
)
FETCHED = (*_BASE, "customer", "history", "messages", "createdAt", "updatedAt")
_WEBHOOK = (*FETCHED[:-2], "created_at", "updated_at")
UPDATED = (*_BASE, "merchant_transaction_reference", "source", "customer", "organization", "createdAt", "updatedAt")
_RESOLVED = (*_BASE, "merchant_transaction_reference", "created_by", "createdAt", "updatedAt")
_OF_TRANSACTION = (*_RESOLVED, "integration")
_ALWAYS_NULL = ("transaction_reference", "merchant_transaction_reference", "note", "organization", "created_by")


def serialize(context: RequestContext, dispute: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of a dispute."""
    body = dispute.body
    tx = context.get("transaction", dispute.parent_id)
    customer = context.get("customer", tx.parent_id)
    paid_with = tx.body["authorization"]
    moments = {"dueAt": body["due"], "resolvedAt": body["resolved"]}
    everything: dict[str, Any] = {
        **dict.fromkeys(_ALWAYS_NULL),
        **body,
        "id": dispute.id,
        "integration": context.tenant.integration,
        "domain": "test",
        "source": "bank",
        "currency": tx.body["currency"],
        "transaction": transaction_serializers.serialize_quoted(context, tx),
        "customer": transaction_serializers.serialize_customer(context, customer),
        "bin": paid_with.get("bin"),
        "last4": paid_with.get("last4"),
        # Without attachments it is text that holds JSON.
        "attachments": body["attachments"] or ("[]" if context.settings.quirks else None),
        "history": [_serialize_history(context, entry, customer) for entry in body["history"]],
        "messages": [_serialize_message(context, message, customer) for message in body["messages"]],
        **{name: None if moment is None else format_time(moment) for name, moment in moments.items()},
        **serialize_dates(dispute),
        "created_at": format_time(dispute.created),
        "updated_at": format_time(dispute.updated),
    }
    return {name: everything[name] for name in fields}


def serialize_listed(context: RequestContext, dispute: Document) -> dict[str, Any]:
    """Return a dispute for a list: its transaction has other keys."""
    data = serialize(context, dispute, FETCHED)
    quoted = {name: value for name, value in data["transaction"].items() if name != "requested_amount"}
    return {**data, "transaction": {**quoted, "pos_transaction_data": None}}


def webhook_payload(context: RequestContext, dispute: Document) -> dict[str, Any]:
    """Return a dispute for a webhook."""
    data = serialize(context, dispute, _WEBHOOK)
    quoted = {name: value for name, value in data["transaction"].items() if name != "createdAt"}
    metadata: object = data["customer"]["metadata"] or {}
    return {
        **data,
        "transaction": {**quoted, "pos_transaction_data": None},
        "customer": {**data["customer"], "metadata": metadata},
        "attachments": dispute.body["attachments"],
    }


def serialize_resolved(context: RequestContext, dispute: Document) -> dict[str, Any]:
    """Return a dispute for the response to resolving it: with the merchant's message."""
    tx = context.get("transaction", dispute.parent_id)
    stored = dispute.body["messages"][-1]
    message = {
        **_serialize_message(context, stored, context.get("customer", tx.parent_id)),
        **_serialize_ids(dispute, stored),
    }
    return {**serialize(context, dispute, _RESOLVED), "message": message}


def serialize_for_transaction(context: RequestContext, dispute: Document) -> dict[str, Any]:
    """Return a dispute for the response to fetching it by transaction: its history and messages have ids."""
    customer = context.get("customer", context.get("transaction", dispute.parent_id).parent_id)
    history = [
        {**_serialize_history(context, entry, customer), **_serialize_ids(dispute, entry)}
        for entry in dispute.body["history"]
    ]
    messages = [
        {**_serialize_message(context, entry, customer), **_serialize_ids(dispute, entry), "is_deleted": 0}
        for entry in dispute.body["messages"]
    ]
    return {**serialize(context, dispute, _OF_TRANSACTION), "history": history, "messages": messages}


def add_history(context: RequestContext, dispute: Document, by: str, *, status: str, message: str) -> None:
    """Add an entry to the history and messages. The caller saves the dispute.

    :param by: ``"customer"`` or ``"merchant"``.
    """
    number = context.services.store.next_id(context.tenant.id, "dispute.note", 1)
    dispute.body["history"].append({"id": number, "status": status, "by": by, "at": context.now})
    dispute.body["messages"].append({"id": number, "sender": by, "body": message, "at": context.now})


def serialize_dates(dispute: Document) -> dict[str, str]:
    """Return the times of creation and last change."""
    return {"createdAt": format_time(dispute.created), "updatedAt": format_time(dispute.updated)}


def _serialize_history(context: RequestContext, entry: dict[str, Any], customer: Document) -> dict[str, Any]:
    return {
        "status": entry["status"],
        "by": _author_email(entry["by"], customer),
        "createdAt": format_time(entry["at"]),
    }


def _serialize_message(context: RequestContext, message: dict[str, Any], customer: Document) -> dict[str, Any]:
    return {
        "sender": _author_email(message["sender"], customer),
        "body": message["body"],
        "createdAt": format_time(message["at"]),
    }


def _serialize_ids(dispute: Document, entry: dict[str, Any]) -> dict[str, Any]:
    return {"id": entry["id"], "dispute": dispute.id, "updatedAt": format_time(entry["at"])}


def _author_email(by: str, customer: Document) -> str:
    return str(customer.body["email"]) if by == "customer" else MERCHANT
