"""Settlements: what was paid goes to the merchant's bank account the day after.

    pending > processing > success

Paystack settles nothing in test mode; the emulator does, so that what a merchant does with settlements can be tested.
Each day, currency and account (the main one, and each subaccount) has one: what is paid goes into it, and it is paid
out by a job when the next day begins (T+1, every day a working day: an assumption). A subaccount may have another
schedule: weekly, monthly, or by hand, which ``POST /_emulator/settlements/{id}/settle`` plays. Refunds are taken off
the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY, paginate
from paystackease.emulator.resources import transaction_serializers as serializers
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

routes = RouteGroup()

MACHINE = Machine("settlement", "pending > processing > success")
PROCESSING_SECONDS = 3_600.0
"""How long a bank takes (an assumption; in the samples it is between one hour and two days)."""


@routes.route("GET", "/settlement")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {}
    if (status := context.query.get("status")) is not None:
        having["status"] = status
    if (subaccount := context.query.get("subaccount")) is not None:
        # "none" is the main account; a code finds nothing, as with other filters (an assumption).
        number = int(subaccount) if subaccount.isdecimal() and len(subaccount) < 19 else 0
        having["subaccount"] = None if subaccount == "none" else number
    return paginate(
        context,
        "settlement",
        "Settlements retrieved",
        lambda settlement: _serialize(context, settlement),
        having=having,
    )


@routes.route("GET", "/settlement/{id}/transactions")
def list_transactions(context: RequestContext) -> ApiResponse:
    number = context.params["id"]
    settlement = context.find("settlement", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if settlement is None:
        raise ApiError(404, "Settlement not found", "not_found")  # an assumption
    having = {f"settlements.{settlement.id}": True}
    keys = tuple(key for key in serializers.LISTED if key != "connect")
    answer = paginate(
        context,
        "transaction",
        "Transactions retrieved",
        lambda tx: serializers.serialize_listed(context, tx, keys),
        having=having,
    )
    total = settlement.body["total_processed"]
    return ApiResponse(answer.message, answer.data, meta={**(answer.meta or {}), "total_volume": total})


def add_payment(
    context: RequestContext, currency: str, amount: int, fees: int, parts: Sequence[Mapping[str, Any]]
) -> dict[str, bool]:
    """Have a payment settled: the parts of subaccounts to them, and the rest to the main account.

    :return: Of which settlements it is part: what the transaction keeps.
    """
    rest = amount - fees - sum(part["amount"] for part in parts)
    settled = {str(_add_amounts(context, currency, None, amount, fees, rest)): True}
    for part in parts:
        settled[str(_add_amounts(context, currency, part, part["amount"], 0, part["amount"]))] = True
    return settled


def add_deduction(context: RequestContext, currency: str, amount: int) -> None:
    """Have something taken off what is settled next: a refund, a lost dispute."""
    settlement = _get_or_create(context, currency, None)
    settlement.body["deductions"] = (settlement.body["deductions"] or 0) + amount
    settlement.body["effective_amount"] = _effective_amount(settlement)
    context.save(settlement)


@routes.route("POST", "/_emulator/settlements/{id}/settle")
def simulate_settlement(context: RequestContext) -> ApiResponse:
    settlement = context.find_by_id_or_code("settlement", context.params["id"])
    if settlement is None:
        raise ApiError(404, "Settlement not found", "not_found")
    _start(context, settlement)
    return ApiResponse("It is being settled", _serialize(context, settlement))


@routes.job("settlement.begin")
def start_due(context: RequestContext) -> None:
    _start(context, context.get("settlement", context.body["id"]))


def _start(context: RequestContext, settlement: Document) -> None:
    if MACHINE.may(settlement, "processing"):
        MACHINE.move(settlement, "processing")
        settlement.unique_key = None  # what is paid from now on is part of another
        context.save(settlement)
        context.schedule(PROCESSING_SECONDS, "settlement.finish", id=settlement.id)


@routes.job("settlement.finish")
def finish_settlement(context: RequestContext) -> None:
    settlement = context.get("settlement", context.body["id"])
    if not MACHINE.may(settlement, "success"):
        return
    MACHINE.move(settlement, "success")
    body = settlement.body
    source = "unsettled" if body["subaccount"] is None else f"subaccount:{body['subaccount_code']}"
    # What deductions leave of it; where they were more than there was, the next ones have less to pay out.
    there = ledger.balance(context, source, body["currency"])
    body["effective_amount"] = max(0, min(_effective_amount(settlement), there))
    target = "bank" if body["subaccount"] is None else "outside"
    about = ("settlement", settlement.id)
    ledger.move(context, body["currency"], body["effective_amount"], source, target, reason="Settlement", about=about)
    context.save(settlement)


def _add_amounts(
    context: RequestContext, currency: str, part: Mapping[str, Any] | None, amount: int, fees: int, rest: int
) -> int:
    settlement = _get_or_create(context, currency, part)
    settlement.body["total_processed"] += amount
    settlement.body["total_fees"] += fees
    settlement.body["total_amount"] += rest
    settlement.body["effective_amount"] = _effective_amount(settlement)
    context.save(settlement)
    return settlement.id


def _effective_amount(settlement: Document) -> int:
    return max(0, int(settlement.body["total_amount"] - (settlement.body["deductions"] or 0)))


def _due_time(context: RequestContext, part: Mapping[str, Any] | None) -> float | None:
    # When what is paid now is paid out; None where somebody has to ask for it. On which day of the week or the month is
    # an assumption.
    midnight = (context.now // DAY + 1) * DAY
    schedule = "AUTO" if part is None else context.get("subaccount", part["id"]).body["settlement_schedule"]
    if schedule == "MANUAL":
        return None
    if schedule == "AUTO":
        return midnight
    day = dt.datetime.fromtimestamp(midnight, dt.UTC)
    while (schedule == "WEEKLY" and day.weekday()) or (schedule == "MONTHLY" and day.day > 1):
        day += dt.timedelta(days=1)
    return day.timestamp()


def _get_or_create(context: RequestContext, currency: str, part: Mapping[str, Any] | None) -> Document:
    due = _due_time(context, part)
    name = f"{'manual' if due is None else int(due)}:{currency}:{'' if part is None else part['id']}"
    settlement = context.find("settlement", name=name)
    if settlement is not None:
        return settlement
    body = {
        "status": "pending",
        "currency": currency,
        "subaccount": None if part is None else part["id"],
        "subaccount_code": None if part is None else part["subaccount_code"],
        "due": due,
        "total_processed": 0,
        "total_fees": 0,
        "total_amount": 0,
        "effective_amount": 0,
        "deductions": None,
    }
    settlement = context.new("settlement", body, name=name)
    if due is not None:
        context.schedule(due - context.now, "settlement.begin", id=settlement.id)
    return settlement


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
