"""The fields of records that several dashboard pages show, and the filters that their lists share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import not_found
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.storage import queries
from paystackease.emulator.storage.document import Document, Query

_MAX_EVENTS = 500
"""How many of the newest events are searched for those about one record."""


def created_in_range(context: RequestContext, where: Query) -> Query:
    """Return a query limited to the dates of the filter, ``from`` and ``to``, which are whole days in UTC.

    :raises ApiError: If one of them is not a date.
    """
    days: dict[str, float | None] = {}
    for name in ("from", "to"):
        text = context.query.get(name, "").strip()
        days[name] = parse_time(text[:10]) if text else None
        if text and days[name] is None:
            raise ApiError(400, f"“{name}” is a date such as 2026-10-01")
    until = days["to"]
    return replace(where, since=days["from"], until=None if until is None else until + DAY - 0.001)


def find_document(context: RequestContext, kind: str) -> Document:
    """Return the document whose number is in the path.

    :raises ApiError: If there is none.
    """
    document = context.find_by_id(kind, context.params["id"])
    if document is None:
        raise not_found(kind.replace("_", " "))
    return document


def only_document(document: Document, where: Query) -> Query:
    """Return a query that selects one document, if it matches the other query."""
    return replace(where, max_id=document.id, above_id=document.id - 1)


def transaction_row(context: RequestContext, tx: Document) -> Mapping[str, Any]:
    """Return the fields of a transaction."""
    body = tx.body
    names = ("status", "amount", "currency")
    email = context.get("customer", tx.parent_id).body["email"]
    more = {"id": tx.id, "reference": tx.unique_key, "at": tx.created, "email": email, "owner": tx.parent_id}
    return {**more, "channel": body.get("channel"), **{name: body[name] for name in names}}


def customer_row(context: RequestContext, customer: Document) -> Mapping[str, Any]:
    """Return the fields of a customer."""
    names = [customer.body[name] for name in ("first_name", "last_name") if customer.body[name]]
    return {
        "id": customer.id,
        "code": customer.code,
        "email": customer.body["email"],
        "name": " ".join(map(str, names)),
        "phone": customer.body["phone"],
        "at": customer.created,
        "risk_action": customer.body["risk_action"],
        "identified": customer.body["identified"],
    }


def subscription_row(context: RequestContext, subscription: Document) -> Mapping[str, Any]:
    """Return the fields of a subscription."""
    body = subscription.body
    return {
        "id": subscription.id,
        "code": subscription.code,
        "at": subscription.created,
        "email": context.get("customer", subscription.parent_id).body["email"],
        "plan": context.get("plan", body["plan"]).body["name"],
        "next": body["period_end"] if body["status"] in subscriptions.LIVE else None,
        "renews": body["status"] in RENEWS,
        **{name: body[name] for name in ("status", "amount", "currency", "interval")},
    }


def transfer_row(context: RequestContext, transfer: Document) -> Mapping[str, Any]:
    """Return the fields of a transfer."""
    recipient = context.get("transfer_recipient", transfer.parent_id)
    names = ("status", "amount", "currency", "reason", "fee_charged")
    more = {"id": transfer.id, "code": transfer.code, "reference": transfer.unique_key, "at": transfer.created}
    return {
        **more,
        "owner": recipient.id,
        "to": recipient.body["name"],
        **{name: transfer.body[name] for name in names},
    }


def instrument_fields(instrument: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an instrument that a page may show: never more than its last digits."""
    names = ("brand", "bank", "last4", "exp_month", "exp_year", "channel", "reusable")
    return {name: instrument.get(name) for name in names}


def events_about(context: RequestContext, code_or_reference: str, prefix: str = "") -> list[Any]:
    """Return the events whose data has this code or reference, oldest first.

    :param prefix: How the events' names begin.
    """
    quoted = f'"{code_or_reference}"'.encode()
    return [
        event
        for event in reversed(context.services.outbox.find_events(context.tenant.id, limit=_MAX_EVENTS))
        if event.name.startswith(prefix) and quoted in event.body
    ]


def postings_about(context: RequestContext, kind: str, number: int) -> list[Mapping[str, Any]]:
    """Return the ledger postings of a document, oldest first."""
    postings = queries.postings_about(context.services.store, context.tenant.id, kind, number)
    return [{"account": account, "amount": amount, "reason": reason} for _, account, amount, reason in postings]
