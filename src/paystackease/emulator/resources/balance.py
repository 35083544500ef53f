"""The balance that transfers are paid from, and what came into it and left it.

Nothing in test mode fills or empties it but transfers; ``POST /_emulator/balance`` does, as a top-up by bank transfer
would.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import BALANCE, OUTSIDE, Posting
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import created_between, paginate_by_number
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

balance = RouteGroup()

MOST = 10**15
"""More than there is of any of the currencies, and little enough to be counted with."""


@balance.route("GET", "/balance")
def check(context: RequestContext) -> ApiResponse:
    # The business's own currency is there even where nothing ever was in it (an assumption).
    held = {context.settings.currencies[0]: 0, **ledger.balances(context, BALANCE)}
    return ApiResponse("Balances retrieved", [_shown(currency, amount) for currency, amount in held.items()])


@balance.route("GET", "/balance/ledger")
def list_(context: RequestContext) -> ApiResponse:
    asked = created_between(context)
    since, until = asked.since, asked.until
    return paginate_by_number(
        context,
        "Balance ledger retrieved",
        ledger.count(context, BALANCE, since=since, until=until),
        lambda limit, skip: [
            _entry(context, found)
            for found in ledger.postings(context, BALANCE, since=since, until=until, limit=limit, skip=skip)
        ],
    )


@balance.route("POST", "/_emulator/balance")
def fill(context: RequestContext) -> ApiResponse:
    """Have the balance hold just as much as ``balance`` says, in ``currency`` or the business's own."""
    currency, amount = context.currency(), context.require_amount("balance", minimum=0)
    if amount > MOST:
        raise ApiError(400, f"balance is {MOST} at most", "invalid_params")
    set_to(context, currency, amount)
    return ApiResponse("The balance", _shown(currency, amount))


def set_to(context: RequestContext, currency: str, amount: int) -> None:
    """Top the balance up, or draw from it, until it holds this much.

    :param amount: In subunits of the currency, 0 or more.
    """
    held = ledger.balance(context, BALANCE, currency)
    if amount >= held:
        ledger.move(context, currency, amount - held, OUTSIDE, BALANCE, reason="Top-up")
    else:
        ledger.move(context, currency, held - amount, BALANCE, OUTSIDE, reason="Withdrawal")


def _shown(currency: str, amount: int) -> dict[str, object]:
    return {"currency": currency, "balance": amount}


def _entry(context: RequestContext, found: Posting) -> dict[str, Any]:
    # What came from no transfer and the like is a top-up, known by the move itself (an assumption).
    kind, number = found.cause or ("topup", found.move)
    moment = format_time(found.at)
    return {
        "integration": context.tenant.integration,
        "domain": "test",
        "balance": found.balance,
        "currency": found.currency,
        "difference": found.amount,
        "reason": found.reason,
        "model_responsible": kind.replace("_", " ").title().replace(" ", ""),
        "model_row": number,
        "id": found.move,
        "createdAt": moment,
        "updatedAt": moment,
    }
