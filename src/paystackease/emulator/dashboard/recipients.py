"""Dashboard pages of plans and of transfer recipients: the terms and accounts that payments refer to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.accounting.intervals import INTERVALS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import PageRegistry, paginate_rows, read_filters
from paystackease.emulator.dashboard.rows import created_in_range, find_document, transfer_row
from paystackease.emulator.resources.transfer_recipient import TYPES
from paystackease.emulator.storage.document import Document, Query

registry = PageRegistry()


@registry.page("/plans", "plans.html")
def plans_page(context: RequestContext) -> Mapping[str, Any]:
    where = created_in_range(context, Query(having=read_filters(context, "status", "interval")))
    return {**paginate_rows(context, "plan", _plan_row, where), "statuses": ["active"], "intervals": INTERVALS}


@registry.page("/plans/{id}", "plan.html")
def plan_page(context: RequestContext) -> Mapping[str, Any]:
    plan = find_document(context, "plan")
    names = ("description", "invoice_limit", "send_invoices", "send_sms")
    return {"plan": {**_plan_row(plan), **{name: plan.body[name] for name in names}}}


@registry.page("/recipients", "recipients.html")
def recipients_page(context: RequestContext) -> Mapping[str, Any]:
    having = read_filters(context, "type", "currency")
    if status := context.query.get("status"):
        having["active"] = status == "active"
    where = created_in_range(context, Query(having=having))
    return {
        **paginate_rows(context, "transfer_recipient", _recipient_row, where),
        "types": TYPES,
        "currencies": context.settings.currencies,
    }


@registry.page("/recipients/{id}", "recipient.html")
def recipient_page(context: RequestContext) -> Mapping[str, Any]:
    recipient = find_document(context, "transfer_recipient")
    names = ("email", "description", "metadata")
    transfers = context.find_all("transfer", parent_id=recipient.id, limit=25)
    return {
        "recipient": {**_recipient_row(recipient), **{name: recipient.body[name] for name in names}},
        "transfers": [transfer_row(context, transfer) for transfer in transfers],
    }


def _plan_row(plan: Document) -> dict[str, Any]:
    names = ("name", "amount", "currency", "interval", "status")
    return {"id": plan.id, "code": plan.code, "at": plan.created, **{name: plan.body[name] for name in names}}


def _recipient_row(recipient: Document) -> dict[str, Any]:
    details = recipient.body["details"]
    return {
        "id": recipient.id,
        "code": recipient.code,
        "at": recipient.created,
        "status": "active" if recipient.body["active"] else "inactive",
        "account": details["account_number"],
        "bank": details["bank_name"],
        **{name: recipient.body[name] for name in ("name", "type", "currency")},
    }
