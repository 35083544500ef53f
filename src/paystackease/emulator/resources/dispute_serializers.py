"""How a dispute is shown: by each operation with other keys, and in webhooks with dates of another spelling."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import transaction_serializers
from paystackease.emulator.resources.refund_serializers import MERCHANT
from paystackease.emulator.storage.document import Document

_BASE = (
    *("id", "refund_amount", "currency", "status", "resolution", "domain", "transaction", "transaction_reference"),
    *("category", "bin", "last4", "dueAt", "resolvedAt", "evidence", "attachments", "note"),
)
FETCHED = (*_BASE, "customer", "history", "messages", "createdAt", "updatedAt")
_TOLD = (*FETCHED[:-2], "created_at", "updated_at")
UPDATED = (*_BASE, "merchant_transaction_reference", "source", "customer", "organization", "createdAt", "updatedAt")
_RESOLVED = (*_BASE, "merchant_transaction_reference", "created_by", "createdAt", "updatedAt")
_OF_TRANSACTION = (*_RESOLVED, "integration")
_ALWAYS_NULL = ("transaction_reference", "merchant_transaction_reference", "note", "organization", "created_by")


def show(context: RequestContext, found: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of a dispute."""
    body = found.body
    tx = context.get("transaction", found.parent_id)
    whose = context.get("customer", tx.parent_id)
    paid_with = tx.body["authorization"]
    moments = {"dueAt": body["due"], "resolvedAt": body["resolved"]}
    everything: dict[str, Any] = {
        **dict.fromkeys(_ALWAYS_NULL),
        **body,
        "id": found.id,
        "integration": context.tenant.integration,
        "domain": "test",
        "source": "bank",
        "currency": tx.body["currency"],
        "transaction": transaction_serializers.quoted(context, tx),
        "customer": transaction_serializers.customer(context, whose),
        "bin": paid_with.get("bin"),
        "last4": paid_with.get("last4"),
        # Text that holds JSON, where there is nothing.
        "attachments": body["attachments"] or ("[]" if context.settings.quirks else None),
        "history": [_past(context, one, whose) for one in body["history"]],
        "messages": [_said(context, one, whose) for one in body["messages"]],
        **{name: None if moment is None else format_time(moment) for name, moment in moments.items()},
        **dates(found),
        "created_at": format_time(found.created),
        "updated_at": format_time(found.updated),
    }
    return {name: everything[name] for name in fields}


def listed(context: RequestContext, found: Document) -> dict[str, Any]:
    """As one of many: its transaction has other keys here."""
    shown = show(context, found, FETCHED)
    quoted = {name: value for name, value in shown["transaction"].items() if name != "requested_amount"}
    return {**shown, "transaction": {**quoted, "pos_transaction_data": None}}


def webhook_payload(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells it."""
    shown = show(context, found, _TOLD)
    quoted = {name: value for name, value in shown["transaction"].items() if name != "createdAt"}
    metadata: object = shown["customer"]["metadata"] or {}
    return {
        **shown,
        "transaction": {**quoted, "pos_transaction_data": None},
        "customer": {**shown["customer"], "metadata": metadata},
        "attachments": found.body["attachments"],
    }


def resolved(context: RequestContext, found: Document) -> dict[str, Any]:
    """As resolving it shows it: with what the merchant said."""
    tx = context.get("transaction", found.parent_id)
    said = found.body["messages"][-1]
    message = {**_said(context, said, context.get("customer", tx.parent_id)), **_numbered(found, said)}
    return {**show(context, found, _RESOLVED), "message": message}


def of_transaction(context: RequestContext, found: Document) -> dict[str, Any]:
    """As asking for it by its transaction shows it: what became of it has numbers here."""
    whose = context.get("customer", context.get("transaction", found.parent_id).parent_id)
    history = [{**_past(context, one, whose), **_numbered(found, one)} for one in found.body["history"]]
    said = [{**_said(context, one, whose), **_numbered(found, one), "is_deleted": 0} for one in found.body["messages"]]
    return {**show(context, found, _OF_TRANSACTION), "history": history, "messages": said}


def note(context: RequestContext, found: Document, by: str, *, status: str, message: str) -> None:
    """Somebody did and said something; it is the caller who keeps the dispute.

    :param by: ``"customer"`` or ``"merchant"``.
    """
    number = context.services.store.next_id(context.tenant.id, "dispute.note", 1)
    found.body["history"].append({"id": number, "status": status, "by": by, "at": context.now})
    found.body["messages"].append({"id": number, "sender": by, "body": message, "at": context.now})


def dates(found: Document) -> dict[str, str]:
    """When it was made and last changed."""
    return {"createdAt": format_time(found.created), "updatedAt": format_time(found.updated)}


def _past(context: RequestContext, one: dict[str, Any], whose: Document) -> dict[str, Any]:
    return {"status": one["status"], "by": _email(one["by"], whose), "createdAt": format_time(one["at"])}


def _said(context: RequestContext, one: dict[str, Any], whose: Document) -> dict[str, Any]:
    return {"sender": _email(one["sender"], whose), "body": one["body"], "createdAt": format_time(one["at"])}


def _numbered(found: Document, one: dict[str, Any]) -> dict[str, Any]:
    return {"id": one["id"], "dispute": found.id, "updatedAt": format_time(one["at"])}


def _email(by: str, whose: Document) -> str:
    return str(whose.body["email"]) if by == "customer" else MERCHANT
