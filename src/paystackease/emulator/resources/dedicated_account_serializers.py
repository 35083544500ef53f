"""Serializers of dedicated virtual accounts: each operation has its own keys."""

from __future__ import annotations

from typing import Any

import msgspec

from paystackease.emulator.catalog.banks import BANKS, Bank
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction_serializers

# The code and number of Titan are unknown: these are the emulator's own.
PROVIDERS = {
    bank.slug: bank for bank in (BANKS["001"], BANKS["035"], BANKS["044"], Bank("100039", 990, "Titan Paystack"))
}
"""The banks with such accounts, by slug. ``test-bank``, the bank of test mode, is the first."""

_BASE = ("bank", "id", "account_name", "account_number", "currency", "active", "assigned")
_DATES = ("created_at", "updated_at")
CREATED = (*_BASE, *_DATES, "metadata", "assignment", "customer")
LISTED = (*_BASE, *_DATES, "customer", "split_config")
DEACTIVATED = (*_BASE, *_DATES, "metadata", "assignment")
UNSPLIT = (*_BASE[1:], "split_config", "createdAt", "updatedAt")
OF_CUSTOMER = (*_BASE, *_DATES)


def serialize(context: RequestContext, account: Document, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return these fields of an account."""
    body = account.body
    created, updated = format_time(account.created), format_time(account.updated)
    assigned = body["assigned"]
    assignment: dict[str, Any] = {
        "integration": context.tenant.integration,
        "assignee_id": account.parent_id,
        "assignee_type": "Customer" if assigned else "Integration",
        "account_type": "PAY-WITH-TRANSFER-RECURRING",
        "assigned_at": format_time(body["assigned_at"]),
    }
    if assigned:
        assignment["expired"] = False
    everything: dict[str, Any] = {
        **body,
        "id": account.id,
        "account_number": account.unique_key,
        "bank": serialize_bank(account),
        "assignment": assignment,
        "customer": serialize_customer(context, account),
        "split_config": body["split"],
        "created_at": created,
        "updated_at": updated,
        "createdAt": created,
        "updatedAt": updated,
    }
    return {name: everything[name] for name in fields}


def serialize_created(context: RequestContext, account: Document) -> dict[str, Any]:
    """Return an account for the response to creating or splitting it.

    Only an account with a split has ``split_config`` and an expiry.
    """
    if not account.body["split"]:
        return serialize(context, account, CREATED)
    data = serialize(context, account, (*CREATED, "split_config"))
    metadata = context.get("customer", account.parent_id).body["metadata"]
    assignment = {**data["assignment"], "expired_at": None}
    return {**data, "assignment": assignment, "customer": {**data["customer"], "metadata": metadata}}


def serialize_listed(context: RequestContext, account: Document) -> dict[str, Any]:
    """Return an account for a list."""
    return {**serialize(context, account, LISTED), "customer": _international_customer(context, account)}


def serialize_fetched(context: RequestContext, account: Document) -> dict[str, Any]:
    """Return an account for the response to fetching it: its split is text that holds JSON."""
    data = serialize(context, account, LISTED)
    split = msgspec.json.encode(data["split_config"]).decode() if context.settings.quirks else data["split_config"]
    metadata = context.get("customer", account.parent_id).body["metadata"]
    customer = {**_international_customer(context, account), "metadata": metadata}
    return {**data, "customer": customer, "split_config": split if account.body["split"] else None}


def webhook_payload(context: RequestContext, account: Document) -> dict[str, Any]:
    """Return an account for the webhook of its assignment."""
    data = serialize(context, account, DEACTIVATED)
    return {**data, "assignment": {**data["assignment"], "expired_at": None}}


def serialize_bank(account: Document) -> dict[str, object]:
    """Return the bank of an account."""
    bank = PROVIDERS[account.body["provider_slug"]]
    return {"name": bank.name, "id": bank.id, "slug": bank.slug}


def serialize_customer(context: RequestContext, account: Document) -> dict[str, Any]:
    """Return the customer of an account."""
    customer = _international_customer(context, account)
    return {name: value for name, value in customer.items() if name != "international_format_phone"}


def _international_customer(context: RequestContext, account: Document) -> dict[str, Any]:
    customer = transaction_serializers.serialize_customer(context, context.get("customer", account.parent_id))
    return {name: value for name, value in customer.items() if name != "metadata"}


def serialize_for_customer(context: RequestContext, customer: Document) -> dict[str, Any] | None:
    """Return the account of a customer as customers have it, or None; the newest of several (an assumption)."""
    accounts = [
        account for account in context.children_of("dedicated_account", customer.id) if account.body["assigned"]
    ]
    return serialize(context, accounts[-1], OF_CUSTOMER) if accounts else None
