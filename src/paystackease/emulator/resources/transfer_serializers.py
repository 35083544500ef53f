"""Serializers of transfers: each operation and each webhook has its own keys."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.resources import transfer_recipient as recipients
from paystackease.emulator.storage.document import Document

_BASE = (
    *("id", "transfer_code", "reference", "amount", "currency", "reason", "source", "source_details", "status"),
    *("failures", "titan_code", "transferred_at", "domain", "integration", "recipient"),
)
_DATES = ("createdAt", "updatedAt")
FINALIZED = (*_BASE, *_DATES)
CREATED = (*FINALIZED, "request", "transfersessionid", "transfertrials")
# The fields of Paystack's OpenAPI file. The sample is of 2017 and lacks six of these, such as the reference.
LISTED = (*FINALIZED, "request", "session", "fee_charged", "fees_breakdown")
FETCHED = (*LISTED, "gateway_response")
_WEBHOOK = {
    "success": (*FINALIZED, "session", "fee_charged", "gateway_response"),
    "failed": (*_BASE, "created_at", "updated_at", "session"),
    "reversed": (*_BASE, "created_at", "updated_at", "session"),
}
QUEUED = ("reference", "recipient", "amount", "transfer_code", "currency", "status")
"""A transfer of a bulk transfer."""


def serialize_brief(context: RequestContext, transfer: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of a transfer. Its recipient is a number."""
    return _serialize(context, transfer, fields, transfer.parent_id)


def serialize_queued(context: RequestContext, transfer: Document, recipient: Document) -> dict[str, Any]:
    """Return a transfer for the response to a bulk transfer. Its recipient is a code."""
    return _serialize(context, transfer, QUEUED, recipient.code)


def serialize_full(context: RequestContext, transfer: Document, fields: tuple[str, ...] = FETCHED) -> dict[str, Any]:
    """Return these fields of a transfer, with its whole recipient."""
    recipient = context.get("transfer_recipient", transfer.parent_id)
    return _serialize(context, transfer, fields, recipients.serialize(recipient, context, recipients.IN_TRANSFER))


def webhook_payload(context: RequestContext, transfer: Document) -> dict[str, Any]:
    """Return a transfer for a webhook. The names of its dates differ between success and the other events."""
    fields = _WEBHOOK.get(transfer.body["status"], _WEBHOOK["success"])
    dates = None if "createdAt" in fields else ("created_at", "updated_at")
    recipient = recipients.serialize(
        context.get("transfer_recipient", transfer.parent_id), context, recipients.IN_EVENT, dates=dates
    )
    business: dict[str, Any] = {
        "id": context.tenant.integration,
        "is_live": True,  # the business is live even if the transfer is a test
        "business_name": context.settings.business_name,
    }
    if transfer.body["status"] == "success":
        business["logo_path"] = None
    return {**_serialize(context, transfer, fields, recipient), "integration": business}


def _serialize(
    context: RequestContext, transfer: Document, fields: tuple[str, ...], recipient: object
) -> dict[str, Any]:
    created, updated = format_time(transfer.created), format_time(transfer.updated)
    transferred_at = transfer.body["transferred_at"]
    everything: dict[str, Any] = {
        "source": "balance",
        "source_details": None,
        "failures": None,
        "titan_code": None,
        "fees_breakdown": None,
        "transfersessionid": [],
        "transfertrials": [],
        **transfer.body,
        "id": transfer.id,
        "transfer_code": transfer.code,
        "reference": transfer.unique_key,
        "transferred_at": None if transferred_at is None else format_time(transferred_at),
        "domain": "test",
        "integration": context.tenant.integration,
        "recipient": recipient,
        "createdAt": created,
        "updatedAt": updated,
        "created_at": created,
        "updated_at": updated,
    }
    return {name: everything[name] for name in fields}
