"""The balance that transfers are paid from, and what came into it and left it.

Nothing in test mode fills or empties it but transfers; ``POST /_emulator/balance`` does, as a top-up by bank transfer
would.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import BALANCE, OUTSIDE, Posting
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import paginate_by_number, within

balance = RouteGroup()

MOST = 10**15
"""More than there is of any of the currencies, and little enough to be counted with."""


@balance.route("GET", "/balance")
def check(call: RequestContext) -> ApiResponse:
    # The business's own currency is there even where nothing ever was in it (an assumption).
    held = {call.settings.currencies[0]: 0, **ledger.balances(call, BALANCE)}
    return ApiResponse("Balances retrieved", [_shown(currency, amount) for currency, amount in held.items()])


@balance.route("GET", "/balance/ledger")
def list_(call: RequestContext) -> ApiResponse:
    asked = within(call)
    since, until = asked.since, asked.until
    return paginate_by_number(
        call,
        "Balance ledger retrieved",
        ledger.count(call, BALANCE, since=since, until=until),
        lambda limit, skip: [
            _entry(call, found)
            for found in ledger.postings(call, BALANCE, since=since, until=until, limit=limit, skip=skip)
        ],
    )


@balance.route("POST", "/_emulator/balance")
def fill(call: RequestContext) -> ApiResponse:
    """Have the balance hold just as much as ``balance`` says, in ``currency`` or the business's own."""
    currency, amount = call.currency(), call.require_amount("balance", minimum=0)
    if amount > MOST:
        raise ApiError(400, f"balance is {MOST} at most", "invalid_params")
    set_to(call, currency, amount)
    return ApiResponse("The balance", _shown(currency, amount))


def set_to(call: RequestContext, currency: str, amount: int) -> None:
    """Top the balance up, or draw from it, until it holds this much.

    :param amount: In subunits of the currency, 0 or more.
    """
    held = ledger.balance(call, BALANCE, currency)
    if amount >= held:
        ledger.move(call, currency, amount - held, OUTSIDE, BALANCE, reason="Top-up")
    else:
        ledger.move(call, currency, held - amount, BALANCE, OUTSIDE, reason="Withdrawal")


def _shown(currency: str, amount: int) -> dict[str, object]:
    return {"currency": currency, "balance": amount}


def _entry(call: RequestContext, found: Posting) -> dict[str, Any]:
    # What came from no transfer and the like is a top-up, known by the move itself (an assumption).
    kind, number = found.about or ("topup", found.move)
    moment = format_time(found.at)
    return {
        "integration": call.tenant.integration,
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
