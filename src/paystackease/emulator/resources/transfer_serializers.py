"""How a transfer is shown. Each operation shows other keys, and webhooks others again."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import transfer_recipient as recipients
from paystackease.emulator.storage.document import Document

_BASE = (
    *("id", "transfer_code", "reference", "amount", "currency", "reason", "source", "source_details", "status"),
    *("failures", "titan_code", "transferred_at", "domain", "integration", "recipient"),
)
_DATES = ("createdAt", "updatedAt")
FINALIZED = (*_BASE, *_DATES)
CREATED = (*FINALIZED, "request", "transfersessionid", "transfertrials")
# As Paystack's OpenAPI file has it. The sample is of 2017 and lacks six of these, the reference among them.
LISTED = (*FINALIZED, "request", "session", "fee_charged", "fees_breakdown")
FETCHED = (*LISTED, "gateway_response")
_TOLD = {
    "success": (*FINALIZED, "session", "fee_charged", "gateway_response"),
    "failed": (*_BASE, "created_at", "updated_at", "session"),
    "reversed": (*_BASE, "created_at", "updated_at", "session"),
}
QUEUED = ("reference", "recipient", "amount", "transfer_code", "currency", "status")
"""One of many that were sent together."""


def brief(context: RequestContext, found: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of a transfer, its recipient as a number."""
    return _show(context, found, fields, found.parent_id)


def queued(context: RequestContext, found: Document, recipient: Document) -> dict[str, Any]:
    """A transfer as one of many that were sent together, its recipient as a code."""
    return _show(context, found, QUEUED, recipient.code)


def full(context: RequestContext, found: Document, fields: tuple[str, ...] = FETCHED) -> dict[str, Any]:
    """These fields of a transfer, its recipient as a whole."""
    recipient = context.get("transfer_recipient", found.parent_id)
    return _show(context, found, fields, recipients.show(recipient, context, recipients.IN_TRANSFER))


def webhook_payload(context: RequestContext, found: Document) -> dict[str, Any]:
    """A transfer as a webhook tells of it: success spells its dates one way, failure and reversal another."""
    fields = _TOLD.get(found.body["status"], _TOLD["success"])
    dates = None if "createdAt" in fields else ("created_at", "updated_at")
    recipient = recipients.show(
        context.get("transfer_recipient", found.parent_id), context, recipients.IN_EVENT, dates=dates
    )
    business: dict[str, Any] = {
        "id": context.tenant.integration,
        "is_live": True,  # the business is, also where the transfer is a test
        "business_name": context.settings.business_name,
    }
    if found.body["status"] == "success":
        business["logo_path"] = None
    return {**_show(context, found, fields, recipient), "integration": business}


def _show(context: RequestContext, found: Document, fields: tuple[str, ...], recipient: object) -> dict[str, Any]:
    created, updated = format_time(found.created), format_time(found.updated)
    transferred_at = found.body["transferred_at"]
    everything: dict[str, Any] = {
        "source": "balance",
        "source_details": None,
        "failures": None,
        "titan_code": None,
        "fees_breakdown": None,
        "transfersessionid": [],
        "transfertrials": [],
        **found.body,
        "id": found.id,
        "transfer_code": found.code,
        "reference": found.unique_key,
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
