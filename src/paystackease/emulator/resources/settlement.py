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
from paystackease.emulator.resources import transaction_serializers as views
from paystackease.emulator.state_machine import Machine
from paystackease.emulator.storage.store import Document

settlement = RouteGroup()

MACHINE = Machine("settlement", "pending > processing > success")
PROCESSING_SECONDS = 3_600.0
"""How long a bank takes (an assumption; in the samples it is between one hour and two days)."""


@settlement.route("GET", "/settlement")
def list_(call: RequestContext) -> ApiResponse:
    having: dict[str, object] = {}
    if (status := call.query.get("status")) is not None:
        having["status"] = status
    if (subaccount := call.query.get("subaccount")) is not None:
        # "none" is the main account; a code finds nothing, as with other filters (an assumption).
        number = int(subaccount) if subaccount.isdecimal() and len(subaccount) < 19 else 0
        having["subaccount"] = None if subaccount == "none" else number
    return paginate(call, "settlement", "Settlements retrieved", lambda found: _show(call, found), having=having)


@settlement.route("GET", "/settlement/{id}/transactions")
def transactions(call: RequestContext) -> ApiResponse:
    number = call.params["id"]
    found = call.find("settlement", id=int(number)) if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise ApiError(404, "Settlement not found", "not_found")  # an assumption
    having = {f"settlements.{found.id}": True}
    keys = tuple(key for key in views.LISTED if key != "connect")
    answer = paginate(
        call, "transaction", "Transactions retrieved", lambda tx: views.listed(call, tx, keys), having=having
    )
    total = found.body["total_processed"]
    return ApiResponse(answer.message, answer.data, meta={**(answer.meta or {}), "total_volume": total})


def collect(
    call: RequestContext, currency: str, amount: int, fees: int, parts: Sequence[Mapping[str, Any]]
) -> dict[str, bool]:
    """Have a payment settled: the parts of subaccounts to them, and the rest to the main account.

    :return: Of which settlements it is part: what the transaction keeps.
    """
    rest = amount - fees - sum(part["amount"] for part in parts)
    settled = {str(_add(call, currency, None, amount, fees, rest)): True}
    for part in parts:
        settled[str(_add(call, currency, part, part["amount"], 0, part["amount"]))] = True
    return settled


def deduct(call: RequestContext, currency: str, amount: int) -> None:
    """Have something taken off what is settled next: a refund, a lost dispute."""
    found = _open(call, currency, None)
    found.body["deductions"] = (found.body["deductions"] or 0) + amount
    found.body["effective_amount"] = _effective(found)
    call.save(found)


@settlement.route("POST", "/_emulator/settlements/{id}/settle")
def settle(call: RequestContext) -> ApiResponse:
    found = call.find_by_id_or_code("settlement", call.params["id"])
    if found is None:
        raise ApiError(404, "Settlement not found", "not_found")
    _begin(call, found)
    return ApiResponse("It is being settled", _show(call, found))


@settlement.job("settlement.begin")
def begin(call: RequestContext) -> None:
    _begin(call, call.get("settlement", call.body["id"]))


def _begin(call: RequestContext, found: Document) -> None:
    if MACHINE.may(found, "processing"):
        MACHINE.move(found, "processing")
        found.unique_key = None  # what is paid from now on is part of another
        call.save(found)
        call.schedule(PROCESSING_SECONDS, "settlement.finish", id=found.id)


@settlement.job("settlement.finish")
def finish(call: RequestContext) -> None:
    found = call.get("settlement", call.body["id"])
    if not MACHINE.may(found, "success"):
        return
    MACHINE.move(found, "success")
    body = found.body
    source = "unsettled" if body["subaccount"] is None else f"subaccount:{body['subaccount_code']}"
    # What deductions leave of it; where they were more than there was, the next ones have less to pay out.
    there = ledger.balance(call, source, body["currency"])
    body["effective_amount"] = max(0, min(_effective(found), there))
    target = "bank" if body["subaccount"] is None else "outside"
    about = ("settlement", found.id)
    ledger.move(call, body["currency"], body["effective_amount"], source, target, reason="Settlement", about=about)
    call.save(found)


def _add(call: RequestContext, currency: str, part: Mapping[str, Any] | None, amount: int, fees: int, rest: int) -> int:
    found = _open(call, currency, part)
    found.body["total_processed"] += amount
    found.body["total_fees"] += fees
    found.body["total_amount"] += rest
    found.body["effective_amount"] = _effective(found)
    call.save(found)
    return found.id


def _effective(found: Document) -> int:
    return max(0, int(found.body["total_amount"] - (found.body["deductions"] or 0)))


def _due(call: RequestContext, part: Mapping[str, Any] | None) -> float | None:
    # When what is paid now is paid out; None where somebody has to ask for it. On which day of the week or the month is
    # an assumption.
    midnight = (call.now // DAY + 1) * DAY
    schedule = "AUTO" if part is None else call.get("subaccount", part["id"]).body["settlement_schedule"]
    if schedule == "MANUAL":
        return None
    if schedule == "AUTO":
        return midnight
    day = dt.datetime.fromtimestamp(midnight, dt.UTC)
    while (schedule == "WEEKLY" and day.weekday()) or (schedule == "MONTHLY" and day.day > 1):
        day += dt.timedelta(days=1)
    return day.timestamp()


def _open(call: RequestContext, currency: str, part: Mapping[str, Any] | None) -> Document:
    due = _due(call, part)
    name = f"{'manual' if due is None else int(due)}:{currency}:{'' if part is None else part['id']}"
    found = call.find("settlement", name=name)
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
    found = call.new("settlement", body, name=name)
    if due is not None:
        call.schedule(due - call.now, "settlement.begin", id=found.id)
    return found


def _show(call: RequestContext, found: Document) -> dict[str, Any]:
    names = ("status", "currency", "total_amount", "effective_amount", "total_fees", "total_processed", "deductions")
    return {
        "id": found.id,
        "domain": "test",
        "integration": call.tenant.integration,
        **{name: found.body[name] for name in names},
        "settlement_date": None if found.body["due"] is None else format_time(found.body["due"]),
        "settled_by": None,
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }
