"""Dashboard pages of money that returns to customers: refunds and disputes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import PageRegistry, paginate_rows, read_filters
from paystackease.emulator.dashboard.rows import (
    created_in_range,
    events_about,
    find_document,
    postings_about,
    transaction_row,
)
from paystackease.emulator.resources import dispute as disputes
from paystackease.emulator.resources import refund as refunds
from paystackease.emulator.storage.document import Document, Query

registry = PageRegistry()


@registry.page("/refunds", "refunds.html")
def refunds_page(context: RequestContext) -> Mapping[str, Any]:
    where = created_in_range(context, Query(having=read_filters(context, "status", "currency")))
    return {
        **paginate_rows(context, "refund", lambda refund: _refund_row(context, refund), where),
        "statuses": sorted(refunds.MACHINE.statuses),
        "currencies": context.settings.currencies,
    }


@registry.page("/refunds/{id}", "refund.html")
def refund_page(context: RequestContext) -> Mapping[str, Any]:
    refund = find_document(context, "refund")
    names = ("refund_reference", "refunded_at", "expected_at", "customer_note", "merchant_note", "dispute")
    row = _refund_row(context, refund)
    return {
        "refund": {**row, **{name: refund.body[name] for name in names}},
        "postings": postings_about(context, "refund", refund.id),
        "events": events_about(context, row["tx"]["reference"], "refund."),
    }


@registry.page("/disputes", "disputes.html")
def disputes_page(context: RequestContext) -> Mapping[str, Any]:
    where = created_in_range(context, Query(having=read_filters(context, "status", "category")))
    return {
        **paginate_rows(context, "dispute", lambda dispute: _dispute_row(context, dispute), where),
        "statuses": sorted(disputes.MACHINE.statuses),
        "categories": disputes.CATEGORIES,
    }


@registry.page("/disputes/{id}", "dispute.html")
def dispute_page(context: RequestContext) -> Mapping[str, Any]:
    dispute = find_document(context, "dispute")
    row, body = _dispute_row(context, dispute), dispute.body
    return {
        "dispute": {**row, "resolution": body["resolution"], "resolved": body["resolved"]},
        "messages": body["messages"],
        "refunds": [
            _refund_row(context, refund)
            for refund in context.children_of("refund", row["tx"]["id"])
            if refund.body["dispute"] == dispute.id
        ],
        "events": events_about(context, row["tx"]["reference"], "charge.dispute."),
    }


def _refund_row(context: RequestContext, refund: Document) -> dict[str, Any]:
    names = ("status", "amount", "currency")
    tx = transaction_row(context, context.get("transaction", refund.parent_id))
    return {"id": refund.id, "at": refund.created, "tx": tx, **{name: refund.body[name] for name in names}}


def _dispute_row(context: RequestContext, dispute: Document) -> dict[str, Any]:
    tx = transaction_row(context, context.get("transaction", dispute.parent_id))
    names = ("status", "category", "due")
    more = {"id": dispute.id, "at": dispute.created, "tx": tx, "amount": dispute.body["refund_amount"]}
    return {**more, **{name: dispute.body[name] for name in names}}
