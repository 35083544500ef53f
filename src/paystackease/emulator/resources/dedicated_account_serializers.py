"""How a dedicated virtual account is shown: by each operation with other keys."""

from __future__ import annotations

from typing import Any

import msgspec

from paystackease.emulator.catalog.banks import BANKS, Bank
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import transaction_serializers
from paystackease.emulator.storage.document import Document

# Of Titan neither number is known to us: that from 900 on is the emulator's own.
PROVIDERS = {
    bank.slug: bank for bank in (BANKS["001"], BANKS["035"], BANKS["044"], Bank("100039", 990, "Titan Paystack"))
}
"""The banks that give such accounts, by their slugs. ``test-bank``, that of test mode, comes first."""

_BASE = ("bank", "id", "account_name", "account_number", "currency", "active", "assigned")
_DATES = ("created_at", "updated_at")
CREATED = (*_BASE, *_DATES, "metadata", "assignment", "customer")
LISTED = (*_BASE, *_DATES, "customer", "split_config")
DEACTIVATED = (*_BASE, *_DATES, "metadata", "assignment")
UNSPLIT = (*_BASE[1:], "split_config", "createdAt", "updatedAt")
OF_CUSTOMER = (*_BASE, *_DATES)


def show(context: RequestContext, found: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of an account."""
    body = found.body
    created, updated = format_time(found.created), format_time(found.updated)
    assigned = body["assigned"]
    assignment: dict[str, Any] = {
        "integration": context.tenant.integration,
        "assignee_id": found.parent_id,
        "assignee_type": "Customer" if assigned else "Integration",
        "account_type": "PAY-WITH-TRANSFER-RECURRING",
        "assigned_at": format_time(body["assigned_at"]),
    }
    if assigned:
        assignment["expired"] = False
    everything: dict[str, Any] = {
        **body,
        "id": found.id,
        "account_number": found.unique_key,
        "bank": bank_of(found),
        "assignment": assignment,
        "customer": customer(context, found),
        "split_config": body["split"],
        "created_at": created,
        "updated_at": updated,
        "createdAt": created,
        "updatedAt": updated,
    }
    return {name: everything[name] for name in fields}


def made(context: RequestContext, found: Document) -> dict[str, Any]:
    """As making it shows it, and as sharing what comes in does: only then it has a split, and says when it ends."""
    if not found.body["split"]:
        return show(context, found, CREATED)
    shown = show(context, found, (*CREATED, "split_config"))
    metadata = context.get("customer", found.parent_id).body["metadata"]
    assignment = {**shown["assignment"], "expired_at": None}
    return {**shown, "assignment": assignment, "customer": {**shown["customer"], "metadata": metadata}}


def listed(context: RequestContext, found: Document) -> dict[str, Any]:
    """As one of many."""
    return {**show(context, found, LISTED), "customer": _international(context, found)}


def fetched(context: RequestContext, found: Document) -> dict[str, Any]:
    """As fetching it shows it: here its split is text that holds JSON."""
    shown = show(context, found, LISTED)
    split = msgspec.json.encode(shown["split_config"]).decode() if context.settings.quirks else shown["split_config"]
    metadata = context.get("customer", found.parent_id).body["metadata"]
    whose = {**_international(context, found), "metadata": metadata}
    return {**shown, "customer": whose, "split_config": split if found.body["split"] else None}


def webhook_payload(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it was assigned."""
    shown = show(context, found, DEACTIVATED)
    return {**shown, "assignment": {**shown["assignment"], "expired_at": None}}


def bank_of(found: Document) -> dict[str, object]:
    """The bank that an account is at."""
    bank = PROVIDERS[found.body["provider_slug"]]
    return {"name": bank.name, "id": bank.id, "slug": bank.slug}


def customer(context: RequestContext, found: Document) -> dict[str, Any]:
    """Whose it is."""
    whole = _international(context, found)
    return {name: value for name, value in whole.items() if name != "international_format_phone"}


def _international(context: RequestContext, found: Document) -> dict[str, Any]:
    whole = transaction_serializers.customer(context, context.get("customer", found.parent_id))
    return {name: value for name, value in whole.items() if name != "metadata"}


def of_customer(context: RequestContext, whose: Document) -> dict[str, Any] | None:
    """The account of a customer, as the customer shows it, or None: of several the newest (an assumption)."""
    found = [one for one in context.children_of("dedicated_account", whose.id) if one.body["assigned"]]
    return show(context, found[-1], OF_CUSTOMER) if found else None
