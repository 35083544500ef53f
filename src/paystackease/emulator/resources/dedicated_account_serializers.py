"""How a dedicated virtual account is shown: by each operation with other keys."""

from __future__ import annotations

from typing import Any

import msgspec

from paystackease.emulator.catalog.banks import BANKS, Bank
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import transaction_serializers
from paystackease.emulator.storage.store import Document

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


def show(call: RequestContext, found: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """These fields of an account."""
    body = found.body
    created, updated = format_time(found.created), format_time(found.updated)
    assigned = body["assigned"]
    assignment: dict[str, Any] = {
        "integration": call.tenant.integration,
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
        "customer": customer(call, found),
        "split_config": body["split"],
        "created_at": created,
        "updated_at": updated,
        "createdAt": created,
        "updatedAt": updated,
    }
    return {name: everything[name] for name in fields}


def made(call: RequestContext, found: Document) -> dict[str, Any]:
    """As making it shows it, and as sharing what comes in does: only then it has a split, and says when it ends."""
    if not found.body["split"]:
        return show(call, found, CREATED)
    shown = show(call, found, (*CREATED, "split_config"))
    metadata = call.get("customer", found.parent_id).body["metadata"]
    assignment = {**shown["assignment"], "expired_at": None}
    return {**shown, "assignment": assignment, "customer": {**shown["customer"], "metadata": metadata}}


def listed(call: RequestContext, found: Document) -> dict[str, Any]:
    """As one of many."""
    return {**show(call, found, LISTED), "customer": _international(call, found)}


def fetched(call: RequestContext, found: Document) -> dict[str, Any]:
    """As fetching it shows it: here its split is text that holds JSON."""
    shown = show(call, found, LISTED)
    split = msgspec.json.encode(shown["split_config"]).decode() if call.settings.quirks else shown["split_config"]
    metadata = call.get("customer", found.parent_id).body["metadata"]
    whose = {**_international(call, found), "metadata": metadata}
    return {**shown, "customer": whose, "split_config": split if found.body["split"] else None}


def webhook_payload(call: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells that it was assigned."""
    shown = show(call, found, DEACTIVATED)
    return {**shown, "assignment": {**shown["assignment"], "expired_at": None}}


def bank_of(found: Document) -> dict[str, object]:
    """The bank that an account is at."""
    bank = PROVIDERS[found.body["provider_slug"]]
    return {"name": bank.name, "id": bank.id, "slug": bank.slug}


def customer(call: RequestContext, found: Document) -> dict[str, Any]:
    """Whose it is."""
    whole = _international(call, found)
    return {name: value for name, value in whole.items() if name != "international_format_phone"}


def _international(call: RequestContext, found: Document) -> dict[str, Any]:
    whole = transaction_serializers.customer(call, call.get("customer", found.parent_id))
    return {name: value for name, value in whole.items() if name != "metadata"}


def of_customer(call: RequestContext, whose: Document) -> dict[str, Any] | None:
    """The account of a customer, as the customer shows it, or None: of several the newest (an assumption)."""
    found = [one for one in call.owned("dedicated_account", whose.id) if one.body["assigned"]]
    return show(call, found[-1], OF_CUSTOMER) if found else None
