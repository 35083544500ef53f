"""Settlements: lists, and the jobs that pay them out.

Payments are added to them in :mod:`paystackease.emulator.transactions.settlement`.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.pagination import paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction_serializers as serializers
from paystackease.emulator.transactions.settlement import MACHINE, effective_amount

routes = RouteGroup()


PROCESSING_SECONDS = 3_600.0
"""How long the bank takes (an assumption; one hour to two days in the samples)."""


@routes.route("GET", "/settlement")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {}
    if (status := context.query.get("status")) is not None:
        having["status"] = status
    if (subaccount := context.query.get("subaccount")) is not None:
        # "none" is the main account; a code finds nothing, as with other filters (an assumption).
        having["subaccount"] = None if subaccount == "none" else parse_id(subaccount) or 0
    return paginate(
        context,
        "settlement",
        "Settlements retrieved",
        lambda settlement: _serialize(context, settlement),
        having=having,
    )


@routes.route("GET", "/settlement/{id}/transactions", aliases=["/settlement/{id}/transaction"])
def list_transactions(context: RequestContext) -> ApiResponse:
    settlement = context.find_by_id("settlement", context.params["id"])
    if settlement is None:
        raise ApiError(404, "Settlement not found", "not_found")  # an assumption
    having = {f"settlements.{settlement.id}": True}
    keys = tuple(key for key in serializers.LISTED if key != "connect")
    response = paginate(
        context,
        "transaction",
        "Transactions retrieved",
        lambda tx: serializers.serialize_listed(context, tx, keys),
        having=having,
    )
    total = settlement.body["total_processed"]
    return ApiResponse(response.message, response.data, meta={**(response.meta or {}), "total_volume": total})


@routes.route("POST", "/_emulator/settlements/{id}/settle")
def simulate_settlement(context: RequestContext) -> ApiResponse:
    settlement = context.find_by_id_or_code("settlement", context.params["id"])
    if settlement is None:
        raise ApiError(404, "Settlement not found", "not_found")
    _start(context, settlement)
    return ApiResponse("Settlement started", _serialize(context, settlement))


@routes.job("settlement.begin")
def start_due(context: RequestContext) -> None:
    _start(context, context.get("settlement", context.body["id"]))


def _start(context: RequestContext, settlement: Document) -> None:
    if MACHINE.can(settlement, "processing"):
        MACHINE.transition(settlement, "processing")
        settlement.unique_key = None  # later payments are part of another settlement
        context.save(settlement)
        context.schedule(PROCESSING_SECONDS, "settlement.finish", id=settlement.id)


@routes.job("settlement.finish")
def finish_settlement(context: RequestContext) -> None:
    settlement = context.get("settlement", context.body["id"])
    if not MACHINE.can(settlement, "success"):
        return
    MACHINE.transition(settlement, "success")
    body = settlement.body
    is_main = body["subaccount"] is None
    source = ledger.UNSETTLED if is_main else ledger.subaccount(body["subaccount_code"])
    # The amount after deductions. If they exceed the balance, later settlements are smaller.
    available = ledger.balance(context, source, body["currency"])
    body["effective_amount"] = max(0, min(effective_amount(settlement), available))
    target = ledger.BANK if is_main else ledger.OUTSIDE
    cause = ("settlement", settlement.id)
    ledger.move(context, body["currency"], body["effective_amount"], source, target, reason="Settlement", cause=cause)
    context.save(settlement)


def _serialize(context: RequestContext, settlement: Document) -> dict[str, Any]:
    names = ("status", "currency", "total_amount", "effective_amount", "total_fees", "total_processed", "deductions")
    return {
        "id": settlement.id,
        "domain": "test",
        "integration": context.tenant.integration,
        **{name: settlement.body[name] for name in names},
        "settlement_date": None if settlement.body["due"] is None else format_time(settlement.body["due"]),
        "settled_by": None,
        "createdAt": format_time(settlement.created),
        "updatedAt": format_time(settlement.updated),
    }
