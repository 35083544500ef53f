"""How a subscription is shown. Each operation and each event has a set of keys of its own; each is a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import plan as plans
from paystackease.emulator.resources import transaction_serializers as transactions
from paystackease.emulator.storage.document import Document

CREATED = (
    *("id", "customer", "plan", "integration", "domain", "start", "status", "quantity", "amount", "authorization"),
    *("subscription_code", "email_token", "createdAt", "updatedAt"),
)
LISTED = (*CREATED, "easy_cron_id", "cron_expression", "next_payment_date", "open_invoice")

_TOLD = (
    *("domain", "status", "subscription_code", "amount", "cron_expression", "next_payment_date", "open_invoice"),
    "created_at",
)
TOLD_OF_CREATED = (*_TOLD, "createdAt")
TOLD_OF_END = (*_TOLD, "email_token")
TOLD_OF_STOP = (
    *(*TOLD_OF_END, "id", "integration", "invoices", "invoices_history", "invoice_limit", "split_code"),
    "most_recent_invoice",
)
WITH_INVOICE = ("status", "subscription_code", "amount", "cron_expression", "next_payment_date", "open_invoice")
"""In an event that tells of an invoice."""

RENEWS = ("active", "attention")
"""The statuses of one that is charged when its period is over."""

# The samples of some events are years older than those of others, and have less of a card and of a customer.
_OLD_CARD = (
    *("authorization_code", "bin", "last4", "exp_month", "exp_year", "card_type", "bank", "country_code", "brand"),
    "account_name",
)
OLD_CUSTOMER = ("id", "international_format_phone")
"""What those do not have of a customer."""


def show(context: RequestContext, found: Document, fields: Iterable[str]) -> dict[str, Any]:
    """These fields of a subscription, its customer and its plan as numbers."""
    body = found.body
    return {name: _FOUND[name](context, found) if name in _FOUND else body[name] for name in fields}


_FOUND: Mapping[str, Callable[[RequestContext, Document], Any]] = {
    "id": lambda context, found: found.id,
    "subscription_code": lambda context, found: found.code,
    "email_token": lambda context, found: found.unique_key,
    "customer": lambda context, found: found.parent_id,
    "integration": lambda context, found: context.tenant.integration,
    "domain": lambda context, found: "test",
    "next_payment_date": lambda context, found: (
        format_time(found.body["period_end"]) if found.body["status"] in RENEWS else None
    ),
    "easy_cron_id": lambda context, found: None,
    "split_code": lambda context, found: None,
    # Which invoices these are, no sample shows: in all of them there are none.
    "invoices": lambda context, found: [],
    "invoices_history": lambda context, found: [],
    "most_recent_invoice": lambda context, found: None,
    "createdAt": lambda context, found: format_time(found.created),
    "created_at": lambda context, found: format_time(found.created),
    "updatedAt": lambda context, found: format_time(found.updated),
}
"""What of a subscription is not in its body as it is shown."""


def created(context: RequestContext, found: Document) -> dict[str, Any]:
    """As creating it shows it."""
    return {**show(context, found, CREATED), "authorization": _card(context, found)}


def of_plan(context: RequestContext, found: Document) -> dict[str, Any]:
    """As its plan shows it."""
    return {**show(context, found, LISTED), "authorization": _card(context, found)}


def listed(context: RequestContext, found: Document) -> dict[str, Any]:
    """As a list shows it."""
    return _whole(context, found, ("risk_action",), ("migrate",))


def fetched(context: RequestContext, found: Document, invoices: list[Document]) -> dict[str, Any]:
    """As fetching it shows it, with its invoices."""
    quirks = context.settings.quirks
    return {"invoices": [_invoice(one, quirks) for one in reversed(invoices)], **_whole(context, found, (), ())}


def webhook_payload(
    context: RequestContext, found: Document, fields: Iterable[str], whose: Document, planned: Document, card: Document
) -> dict[str, Any]:
    """As an event tells of it."""
    new = fields is TOLD_OF_STOP
    return {
        **show(context, found, fields),
        "plan": plans.brief(planned, number=fields is not TOLD_OF_CREATED),
        "authorization": authorizations.serialize(card) if new else old_card(card),
        "customer": payer(context, whose) if new else payer(context, whose, *OLD_CUSTOMER),
    }


def expiry(card: Document) -> str:
    """The month in which a card expires: ``12/2030``."""
    shown = card.body["shown"]
    return f"{shown['exp_month']}/{shown['exp_year']}"


def expiring(context: RequestContext, found: Document, card: Document) -> dict[str, Any]:
    """A subscription whose card expires."""
    whose, planned, shown = (
        context.get("customer", found.parent_id),
        context.get("plan", found.body["plan"]),
        card.body["shown"],
    )
    plan = {name: plans.brief(planned)[name] for name in ("id", "plan_code", "interval", "name")}
    fields = ("id", "subscription_code", "amount", "next_payment_date")
    return {
        "expiry_date": expiry(card),
        "description": f"{shown['brand']} ending with {shown['last4']}",
        "brand": shown["brand"],
        "subscription": {**show(context, found, fields), "plan": plan},
        "customer": payer(context, whose, "phone", "metadata", "risk_action", "international_format_phone"),
    }


def old_card(card: Document) -> dict[str, Any]:
    """An authorization as the older events show it."""
    shown = authorizations.serialize(card)
    return {name: shown.get(name) for name in _OLD_CARD}


def payer(context: RequestContext, whose: Document, *without: str) -> dict[str, Any]:
    """A customer as events show one: most of them without some of it."""
    return {name: value for name, value in transactions.customer(context, whose).items() if name not in without}


def _whole(
    context: RequestContext, found: Document, of_customer: tuple[str, ...], of_plan: tuple[str, ...]
) -> dict[str, Any]:
    fields = ("id", "customer_code", "domain", "integration", "createdAt", "updatedAt", *of_customer)
    names = ("first_name", "last_name", "email", "phone", "metadata")
    return {
        **show(context, found, LISTED),
        "authorization": _card(context, found),
        "customer": customers.serialize(context, context.get("customer", found.parent_id), *names, *fields),
        "plan": plans.whole(context, context.get("plan", found.body["plan"]), *of_plan),
    }


def _invoice(found: Document, quirks: bool) -> dict[str, Any]:
    # In the samples there is none; the keys are those of the events (an assumption), and that `paid` is a number was
    # observed.
    paid = found.body["status"] == "success"
    names = ("amount", "period_start", "period_end", "status", "paid_at", "description")
    return {
        "id": found.id,
        "invoice_code": found.code,
        **{name: found.body[name] for name in names},
        "paid": int(paid) if quirks else paid,
        "createdAt": format_time(found.created),
    }


def _card(context: RequestContext, found: Document) -> dict[str, Any]:
    return authorizations.serialize(context.get("authorization", found.body["authorization"]))
