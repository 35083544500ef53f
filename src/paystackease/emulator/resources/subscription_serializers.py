"""Serializers of subscriptions: each operation and each webhook has its own keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import plan_serializers as plans
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction_serializers as transactions

CREATED = (
    *("id", "customer", "plan", "integration", "domain", "start", "status", "quantity", "amount", "authorization"),
    *("subscription_code", "email_token", "createdAt", "updatedAt"),
)
LISTED = (*CREATED, "easy_cron_id", "cron_expression", "next_payment_date", "open_invoice")

_WEBHOOK = (
    *("domain", "status", "subscription_code", "amount", "cron_expression", "next_payment_date", "open_invoice"),
    "created_at",
)
WEBHOOK_CREATED = (*_WEBHOOK, "createdAt")
WEBHOOK_ENDED = (*_WEBHOOK, "email_token")
WEBHOOK_NOT_RENEWING = (
    *(*WEBHOOK_ENDED, "id", "integration", "invoices", "invoices_history", "invoice_limit", "split_code"),
    "most_recent_invoice",
)
WITH_INVOICE = ("status", "subscription_code", "amount", "cron_expression", "next_payment_date", "open_invoice")
"""The fields of a subscription in an event about an invoice."""

RENEWS = ("active", "attention")
"""The statuses of a subscription that is charged at the end of its period."""

# The samples of some events are years older than others, and have fewer fields of a card and of a customer.
_OLD_CARD = (
    *("authorization_code", "bin", "last4", "exp_month", "exp_year", "card_type", "bank", "country_code", "brand"),
    "account_name",
)
OLD_CUSTOMER = ("id", "international_format_phone")
"""The fields of a customer that the older events do not have."""


def serialize(context: RequestContext, subscription: Document, fields: Iterable[str]) -> dict[str, Any]:
    """Return these fields of a subscription. Its customer and its plan are numbers."""
    body = subscription.body
    return {name: _COMPUTED[name](context, subscription) if name in _COMPUTED else body[name] for name in fields}


_COMPUTED: Mapping[str, Callable[[RequestContext, Document], Any]] = {
    "id": lambda context, subscription: subscription.id,
    "subscription_code": lambda context, subscription: subscription.code,
    "email_token": lambda context, subscription: subscription.unique_key,
    "customer": lambda context, subscription: subscription.parent_id,
    "integration": lambda context, subscription: context.tenant.integration,
    "domain": lambda context, subscription: "test",
    "next_payment_date": lambda context, subscription: (
        format_time(subscription.body["period_end"]) if subscription.body["status"] in RENEWS else None
    ),
    "easy_cron_id": lambda context, subscription: None,
    "split_code": lambda context, subscription: None,
    # The format of these is unknown: they are empty in all samples.
    "invoices": lambda context, subscription: [],
    "invoices_history": lambda context, subscription: [],
    "most_recent_invoice": lambda context, subscription: None,
    "createdAt": lambda context, subscription: format_time(subscription.created),
    "created_at": lambda context, subscription: format_time(subscription.created),
    "updatedAt": lambda context, subscription: format_time(subscription.updated),
}
"""The fields that are not in the body, or have another format there."""


def serialize_created(context: RequestContext, subscription: Document) -> dict[str, Any]:
    """Return a subscription for the response to creating it."""
    return {**serialize(context, subscription, CREATED), "authorization": _serialize_card(context, subscription)}


def serialize_for_plan(context: RequestContext, subscription: Document) -> dict[str, Any]:
    """Return a subscription as plans have it."""
    return {**serialize(context, subscription, LISTED), "authorization": _serialize_card(context, subscription)}


def serialize_listed(context: RequestContext, subscription: Document) -> dict[str, Any]:
    """Return a subscription for a list."""
    return _serialize_whole(context, subscription, ("risk_action",), ("migrate",))


def serialize_fetched(context: RequestContext, subscription: Document, invoices: list[Document]) -> dict[str, Any]:
    """Return a subscription for the response to fetching it: with its invoices."""
    quirks = context.settings.quirks
    return {
        "invoices": [_serialize_invoice(invoice, quirks) for invoice in reversed(invoices)],
        **_serialize_whole(context, subscription, (), ()),
    }


def webhook_payload(
    context: RequestContext,
    subscription: Document,
    fields: Iterable[str],
    customer: Document,
    plan: Document,
    card: Document,
) -> dict[str, Any]:
    """Return a subscription for a webhook."""
    is_new_format = fields is WEBHOOK_NOT_RENEWING
    return {
        **serialize(context, subscription, fields),
        "plan": plans.serialize_brief(plan, with_id=fields is not WEBHOOK_CREATED),
        "authorization": authorizations.serialize(card) if is_new_format else serialize_old_card(card),
        "customer": serialize_customer(context, customer)
        if is_new_format
        else serialize_customer(context, customer, *OLD_CUSTOMER),
    }


def expiry_month(card: Document) -> str:
    """Return the month in which a card expires: ``12/2030``."""
    instrument = card.body["instrument"]
    return f"{instrument['exp_month']}/{instrument['exp_year']}"


def serialize_expiring(context: RequestContext, subscription: Document, card: Document) -> dict[str, Any]:
    """Return a subscription whose card expires, for the webhook of expiring cards."""
    customer, plan, instrument = (
        context.get("customer", subscription.parent_id),
        context.get("plan", subscription.body["plan"]),
        card.body["instrument"],
    )
    plan_fields = {name: plans.serialize_brief(plan)[name] for name in ("id", "plan_code", "interval", "name")}
    fields = ("id", "subscription_code", "amount", "next_payment_date")
    return {
        "expiry_date": expiry_month(card),
        "description": f"{instrument['brand']} ending with {instrument['last4']}",
        "brand": instrument["brand"],
        "subscription": {**serialize(context, subscription, fields), "plan": plan_fields},
        "customer": serialize_customer(
            context, customer, "phone", "metadata", "risk_action", "international_format_phone"
        ),
    }


def serialize_old_card(card: Document) -> dict[str, Any]:
    """Return an authorization as the older events have it."""
    data = authorizations.serialize(card)
    return {name: data.get(name) for name in _OLD_CARD}


def serialize_customer(context: RequestContext, customer: Document, *without: str) -> dict[str, Any]:
    """Return a customer as events have one, without some of the fields."""
    return {
        name: value for name, value in transactions.serialize_customer(context, customer).items() if name not in without
    }


def _serialize_whole(
    context: RequestContext, subscription: Document, of_customer: tuple[str, ...], of_plan: tuple[str, ...]
) -> dict[str, Any]:
    fields = ("id", "customer_code", "domain", "integration", "createdAt", "updatedAt", *of_customer)
    names = ("first_name", "last_name", "email", "phone", "metadata")
    return {
        **serialize(context, subscription, LISTED),
        "authorization": _serialize_card(context, subscription),
        "customer": customers.serialize(context, context.get("customer", subscription.parent_id), *names, *fields),
        "plan": plans.serialize_whole(context, context.get("plan", subscription.body["plan"]), *of_plan),
    }


def _serialize_invoice(invoice: Document, quirks: bool) -> dict[str, Any]:
    # The samples have no invoice: the keys are those of the events (an assumption). `paid` is a number (observed).
    paid = invoice.body["status"] == "success"
    names = ("amount", "period_start", "period_end", "status", "paid_at", "description")
    return {
        "id": invoice.id,
        "invoice_code": invoice.code,
        **{name: invoice.body[name] for name in names},
        "paid": int(paid) if quirks else paid,
        "createdAt": format_time(invoice.created),
    }


def _serialize_card(context: RequestContext, subscription: Document) -> dict[str, Any]:
    return authorizations.serialize(context.get("authorization", subscription.body["authorization"]))
