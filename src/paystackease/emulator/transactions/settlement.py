"""Settlements: payments are paid out to the merchant's bank account the day after.

    pending > processing > success

Paystack settles nothing in test mode. The emulator does, so that handling of settlements can be tested. Each day,
currency and account (the main one, and each subaccount) has one settlement. Payments are added to it, and a job pays it
out when the next day begins (T+1, every day a working day: an assumption). A subaccount may have another schedule:
weekly, monthly or manual, which ``POST /_emulator/settlements/{id}/settle`` simulates. Refunds are deducted from the
next settlement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.pagination import DAY
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

MACHINE = StateMachine("settlement", "pending > processing > success")


def add_payment(
    context: RequestContext, currency: str, amount: int, fees: int, parts: Sequence[Mapping[str, Any]]
) -> dict[str, bool]:
    """Add a payment to the open settlements: the subaccounts' shares to theirs, the rest to the main account's.

    :return: The settlements that the payment is part of, as the transaction stores them.
    """
    net = amount - fees - sum(part["amount"] for part in parts)
    settlements = {str(_add_amounts(context, currency, None, amount, fees, net)): True}
    for part in parts:
        settlements[str(_add_amounts(context, currency, part, part["amount"], 0, part["amount"]))] = True
    return settlements


def add_deduction(context: RequestContext, currency: str, amount: int) -> None:
    """Deduct a refund or a lost dispute from the next settlement."""
    settlement = _get_or_create(context, currency, None)
    settlement.body["deductions"] = (settlement.body["deductions"] or 0) + amount
    settlement.body["effective_amount"] = effective_amount(settlement)
    context.save(settlement)


def _add_amounts(
    context: RequestContext, currency: str, part: Mapping[str, Any] | None, amount: int, fees: int, net: int
) -> int:
    settlement = _get_or_create(context, currency, part)
    settlement.body["total_processed"] += amount
    settlement.body["total_fees"] += fees
    settlement.body["total_amount"] += net
    settlement.body["effective_amount"] = effective_amount(settlement)
    context.save(settlement)
    return settlement.id


def effective_amount(settlement: Document) -> int:
    """Return the amount that is paid out, after deductions: at least 0."""
    return max(0, int(settlement.body["total_amount"] - (settlement.body["deductions"] or 0)))


def _due_time(context: RequestContext, part: Mapping[str, Any] | None) -> float | None:
    # When a payment of now is paid out; None if the merchant has to request it. The day of the week or month is an
    # assumption.
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
    key = f"{'manual' if due is None else int(due)}:{currency}:{'' if part is None else part['id']}"
    settlement = context.find("settlement", unique_key=key)
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
    settlement = context.create("settlement", body, unique_key=key)
    if due is not None:
        context.schedule(due - context.now, "settlement.begin", id=settlement.id)
    return settlement
