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
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import DAY, paginate
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

settlement = RouteGroup()

MACHINE = StateMachine("settlement", "pending > processing > success")
PROCESSING_SECONDS = 3_600.0
"""How long a bank takes (an assumption; in the samples it is between one hour and two days)."""


@settlement.route("GET", "/settlement")
def list_(context: RequestContext) -> ApiResponse:
    having: dict[str, object] = {}
    if (status := context.query.get("status")) is not None:
        having["status"] = status
    if (subaccount := context.query.get("subaccount")) is not None:
        # "none" is the main account; a code finds nothing, as with other filters (an assumption).
        number = int(subaccount) if subaccount.isdecimal() and len(subaccount) < 19 else 0
        having["subaccount"] = None if subaccount == "none" else number
    return paginate(context, "settlement", "Settlements retrieved", lambda found: _show(context, found), having=having)


@settlement.route("GET", "/settlement/{id}/transactions")
def transactions(context: RequestContext) -> ApiResponse:
    number = context.params["id"]
    found = context.find("settlement", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise ApiError(404, "Settlement not found", "not_found")  # an assumption
    having = {f"settlements.{found.id}": True}
    keys = tuple(key for key in views.LISTED if key != "connect")
    answer = paginate(
        context, "transaction", "Transactions retrieved", lambda tx: views.listed(context, tx, keys), having=having
    )
    total = found.body["total_processed"]
    return ApiResponse(answer.message, answer.data, meta={**(answer.meta or {}), "total_volume": total})


def collect(
    context: RequestContext, currency: str, amount: int, fees: int, parts: Sequence[Mapping[str, Any]]
) -> dict[str, bool]:
    """Have a payment settled: the parts of subaccounts to them, and the rest to the main account.

    :return: Of which settlements it is part: what the transaction keeps.
    """
    rest = amount - fees - sum(part["amount"] for part in parts)
    settled = {str(_add(context, currency, None, amount, fees, rest)): True}
    for part in parts:
        settled[str(_add(context, currency, part, part["amount"], 0, part["amount"]))] = True
    return settled


def deduct(context: RequestContext, currency: str, amount: int) -> None:
    """Have something taken off what is settled next: a refund, a lost dispute."""
    found = _open(context, currency, None)
    found.body["deductions"] = (found.body["deductions"] or 0) + amount
    found.body["effective_amount"] = _effective(found)
    context.save(found)


@settlement.route("POST", "/_emulator/settlements/{id}/settle")
def settle(context: RequestContext) -> ApiResponse:
    found = context.find_by_id_or_code("settlement", context.params["id"])
    if found is None:
        raise ApiError(404, "Settlement not found", "not_found")
    _begin(context, found)
    return ApiResponse("It is being settled", _show(context, found))


@settlement.job("settlement.begin")
def begin(context: RequestContext) -> None:
    _begin(context, context.get("settlement", context.body["id"]))


def _begin(context: RequestContext, found: Document) -> None:
    if MACHINE.can(found, "processing"):
        MACHINE.transition(found, "processing")
        found.unique_key = None  # what is paid from now on is part of another
        context.save(found)
        context.schedule(PROCESSING_SECONDS, "settlement.finish", id=found.id)


@settlement.job("settlement.finish")
def finish(context: RequestContext) -> None:
    found = context.get("settlement", context.body["id"])
    if not MACHINE.can(found, "success"):
        return
    MACHINE.transition(found, "success")
    body = found.body
    source = ledger.UNSETTLED if body["subaccount"] is None else ledger.subaccount(body["subaccount_code"])
    # What deductions leave of it; where they were more than there was, the next ones have less to pay out.
    there = ledger.balance(context, source, body["currency"])
    body["effective_amount"] = max(0, min(_effective(found), there))
    target = "bank" if body["subaccount"] is None else "outside"
    about = ("settlement", found.id)
    ledger.move(context, body["currency"], body["effective_amount"], source, target, reason="Settlement", cause=about)
    context.save(found)


def _add(
    context: RequestContext, currency: str, part: Mapping[str, Any] | None, amount: int, fees: int, rest: int
) -> int:
    found = _open(context, currency, part)
    found.body["total_processed"] += amount
    found.body["total_fees"] += fees
    found.body["total_amount"] += rest
    found.body["effective_amount"] = _effective(found)
    context.save(found)
    return found.id


def _effective(found: Document) -> int:
    return max(0, int(found.body["total_amount"] - (found.body["deductions"] or 0)))


def _due(context: RequestContext, part: Mapping[str, Any] | None) -> float | None:
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


def _open(context: RequestContext, currency: str, part: Mapping[str, Any] | None) -> Document:
    due = _due(context, part)
    name = f"{'manual' if due is None else int(due)}:{currency}:{'' if part is None else part['id']}"
    found = context.find("settlement", name=name)
    if found is not None:
        return found
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
    found = context.create("settlement", body, unique_key=name)
    if due is not None:
        context.schedule(due - context.now, "settlement.begin", id=found.id)
    return found


def _show(context: RequestContext, found: Document) -> dict[str, Any]:
    names = ("status", "currency", "total_amount", "effective_amount", "total_fees", "total_processed", "deductions")
    return {
        "id": found.id,
        "domain": "test",
        "integration": context.tenant.integration,
        **{name: found.body[name] for name in names},
        "settlement_date": None if found.body["due"] is None else format_time(found.body["due"]),
        "settled_by": None,
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }
