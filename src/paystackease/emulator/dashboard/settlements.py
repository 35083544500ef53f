"""Dashboard pages of what a payment becomes: settlements, and the splits that divide it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.dashboard.routing import PageRegistry, paginate_rows, read_filters
from paystackease.emulator.dashboard.rows import created_in_range, find_document, postings_about
from paystackease.emulator.storage.document import Document, Query
from paystackease.emulator.transactions.settlement import MACHINE

registry = PageRegistry()


@registry.page("/settlements", "settlements.html")
def settlements_page(context: RequestContext) -> Mapping[str, Any]:
    having = read_filters(context, "status", "currency")
    if subaccount := context.query.get("subaccount", "").strip():
        having["subaccount_code"] = subaccount
    where = created_in_range(context, Query(having=having))
    return {
        **paginate_rows(context, "settlement", _settlement_row, where),
        "statuses": sorted(MACHINE.statuses),
        "currencies": context.settings.currencies,
        "subaccount": subaccount,
    }


@registry.page("/settlements/{id}", "settlement.html")
def settlement_page(context: RequestContext) -> Mapping[str, Any]:
    settlement = find_document(context, "settlement")
    return {
        "settlement": _settlement_row(settlement),
        "postings": postings_about(context, "settlement", settlement.id),
    }


@registry.page("/splits", "splits.html")
def splits_page(context: RequestContext) -> Mapping[str, Any]:
    active = context.query.get("status")
    having: dict[str, object] = {"active": active == "active"} if active else {}
    return paginate_rows(context, "split", _split_row, created_in_range(context, Query(having=having)))


@registry.page("/splits/{id}", "split.html")
def split_page(context: RequestContext) -> Mapping[str, Any]:
    split = find_document(context, "split")
    parts: list[dict[str, Any]] = split.body["subaccounts"]
    bearer = split.body["bearer_subaccount"]
    return {
        "split": _split_row(split),
        "bearer": None if bearer is None else context.get("subaccount", bearer).code,
        "parts": [_part_row(context, part) for part in parts],
    }


def _settlement_row(settlement: Document) -> dict[str, Any]:
    names = ("status", "currency", "due", "subaccount_code")
    amounts = ("total_processed", "total_fees", "total_amount", "deductions", "effective_amount")
    return {"id": settlement.id, "at": settlement.created, **{name: settlement.body[name] for name in names + amounts}}


def _split_row(split: Document) -> dict[str, Any]:
    names = ("name", "type", "currency", "bearer_type")
    return {
        "id": split.id,
        "code": split.code,
        "at": split.created,
        "status": "active" if split.body["active"] else "inactive",
        "members": len(split.body["subaccounts"]),
        **{name: split.body[name] for name in names},
    }


def _part_row(context: RequestContext, part: Mapping[str, Any]) -> dict[str, Any]:
    subaccount = context.get("subaccount", part["subaccount"])
    return {"code": subaccount.code, "name": subaccount.body["business_name"], "share": part["share"]}
