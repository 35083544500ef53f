"""Serializers of payment requests: each operation has its own keys."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction_serializers as transactions

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
_WEBHOOK = (*LISTED, "discount", "split_code")
_CUSTOMER = (
    *("first_name", "last_name", "email", "phone", "metadata", "domain", "customer_code", "risk_action", "id"),
    *("integration", "createdAt", "updatedAt"),
)


def serialize_created(context: RequestContext, request: Document) -> dict[str, Any]:
    """Return a payment request for the response to creating it: its customer is a number."""
    return _serialize(context, request, CREATED, request.parent_id)


def webhook_payload(context: RequestContext, request: Document) -> dict[str, Any]:
    """Return a payment request for a webhook: its customer is a number."""
    return _serialize(context, request, _WEBHOOK, request.parent_id)


def serialize_full(context: RequestContext, request: Document, fields: tuple[str, ...] = LISTED) -> dict[str, Any]:
    """Return these fields of a payment request, with its customer."""
    return _serialize(
        context, request, fields, transactions.serialize_customer(context, context.get("customer", request.parent_id))
    )


def serialize_verified(context: RequestContext, request: Document) -> dict[str, Any]:
    """Return a payment request for the response to verifying it: with the business."""
    business = {
        # Keys are not stored, and the emulator has no logo.
        "key": "pk_test_xxxxxxxx",
        "name": context.settings.business_name,
        "logo": "",
        "allowed_currencies": list(context.settings.currencies),
    }
    return {**serialize_full(context, request, VERIFIED), "integration": business}


def serialize_fetched(context: RequestContext, request: Document) -> dict[str, Any]:
    """Return a payment request for the response to fetching it: with the whole customer, and its transactions."""
    customer = context.get("customer", request.parent_id)
    history: dict[str, Any] = {"transactions": [], "subscriptions": []}
    customer_fields = {
        **history,
        "authorizations": authorizations.serialize_reusable(context, customer),
        **customers.serialize(context, customer, *_CUSTOMER),
    }
    return _serialize(context, request, _FETCHED, customer_fields)


def offline_reference(context: RequestContext, request: Document) -> str:
    """Return the reference that terminals and bank payments use."""
    return f"{context.tenant.integration}{request.id}"


def _serialize(context: RequestContext, request: Document, fields: tuple[str, ...], customer: object) -> dict[str, Any]:
    body = request.body
    paid, number = body["status"] == "success", body["transaction"]
    attempts = [] if number is None else [transactions.serialize_quoted(context, context.get("transaction", number))]
    everything: dict[str, Any] = {
        "discount": None,
        "note": None,
        "pdf_url": None,
        "source": "user",
        **body,
        "id": request.id,
        "request_code": request.code,
        "domain": "test",
        "integration": context.tenant.integration,
        "offline_reference": offline_reference(context, request),
        "customer": customer,
        "paid": paid,
        "pending_amount": 0 if paid else body["amount"],
        "transactions": attempts,
        "notifications": list(body["notifications"]),  # later e-mails are not part of this response
        "created_at": format_time(request.created),
        "createdAt": format_time(request.created),
        "updatedAt": format_time(request.updated),
    }
    return {name: everything[name] for name in fields}
