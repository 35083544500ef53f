"""How a payment request is shown. Each operation has a set of keys of its own; each is a line here."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import transaction_serializers as transactions
from paystackease.emulator.storage.document import Document

_BASE = (
    *("id", "domain", "amount", "currency", "due_date", "has_invoice", "invoice_number", "description", "line_items"),
    *("tax", "request_code", "status", "paid", "metadata", "notifications", "offline_reference", "customer"),
)
CREATED = (*_BASE, "created_at")
LISTED = (*CREATED, "pdf_url", "paid_at")
FINALIZED = (*LISTED, "pending_amount")
VERIFIED = (*FINALIZED, "integration")
_FETCHED = (
    *(*_BASE, "transactions", "discount", "paid_at", "pdf_url", "archived", "source", "payment_method", "note"),
    *("amount_paid", "integration", "createdAt", "updatedAt", "pending_amount"),
)
_TOLD = (*LISTED, "discount", "split_code")
_HISTORY = (
    *("first_name", "last_name", "email", "phone", "metadata", "domain", "customer_code", "risk_action", "id"),
    *("integration", "createdAt", "updatedAt"),
)


def created(context: RequestContext, found: Document) -> dict[str, Any]:
    """As creating it shows it: its customer as a number."""
    return _show(context, found, CREATED, found.parent_id)


def webhook_payload(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a webhook tells of it: its customer as a number."""
    return _show(context, found, _TOLD, found.parent_id)


def full(context: RequestContext, found: Document, fields: tuple[str, ...] = LISTED) -> dict[str, Any]:
    """These fields of it, with its customer."""
    return _show(context, found, fields, transactions.customer(context, context.get("customer", found.parent_id)))


def verified(context: RequestContext, found: Document) -> dict[str, Any]:
    """As verify shows it: with who asks to be paid."""
    business = {
        # Of a key nothing is kept. The emulator has no logo either.
        "key": "pk_test_xxxxxxxx",
        "name": context.settings.business_name,
        "logo": "",
        "allowed_currencies": list(context.settings.currencies),
    }
    return {**full(context, found, VERIFIED), "integration": business}


def fetched(context: RequestContext, found: Document) -> dict[str, Any]:
    """As fetching it shows it: with its customer as a whole, and what was tried to pay it."""
    whose = context.get("customer", found.parent_id)
    history: dict[str, Any] = {"transactions": [], "subscriptions": []}
    customer = {
        **history,
        "authorizations": authorizations.saved(context, whose),
        **customers.serialize(context, whose, *_HISTORY),
    }
    return _show(context, found, _FETCHED, customer)


def offline_reference(context: RequestContext, found: Document) -> str:
    """What a terminal knows it by, and who pays at a bank."""
    return f"{context.tenant.integration}{found.id}"


def _show(context: RequestContext, found: Document, fields: tuple[str, ...], customer: object) -> dict[str, Any]:
    body = found.body
    paid, number = body["status"] == "success", body["transaction"]
    tried = [] if number is None else [transactions.quoted(context, context.get("transaction", number))]
    everything: dict[str, Any] = {
        "discount": None,
        "note": None,
        "pdf_url": None,
        "source": "user",
        **body,
        "id": found.id,
        "request_code": found.code,
        "domain": "test",
        "integration": context.tenant.integration,
        "offline_reference": offline_reference(context, found),
        "customer": customer,
        "paid": paid,
        "pending_amount": 0 if paid else body["amount"],
        "transactions": tried,
        "notifications": list(body["notifications"]),  # the next e-mail is not part of this answer
        "created_at": format_time(found.created),
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }
    return {name: everything[name] for name in fields}
