"""The balance that transfers are paid from, and its ledger.

In test mode only transfers change it. ``POST /_emulator/balance`` sets it, as a top-up by bank transfer would.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting import ledger
from paystackease.emulator.accounting.ledger import BALANCE, OUTSIDE, Posting
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import created_between, paginate_by_number
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()

MAX_AMOUNT = 10**15
"""A limit for ``balance``, above which sums would lose precision in JavaScript."""


@routes.route("GET", "/balance")
def list_balances(context: RequestContext) -> ApiResponse:
    # The business's own currency is listed even if it never had a balance (an assumption).
    balances = {context.settings.currencies[0]: 0, **ledger.balances(context, BALANCE)}
    return ApiResponse("Balances retrieved", [_serialize(currency, amount) for currency, amount in balances.items()])


@routes.route("GET", "/balance/ledger")
def list_ledger(context: RequestContext) -> ApiResponse:
    period = created_between(context)
    since, until = period.since, period.until
    return paginate_by_number(
        context,
        "Balance ledger retrieved",
        ledger.count(context, BALANCE, since=since, until=until),
        lambda limit, skip: [
            _serialize_posting(context, posting)
            for posting in ledger.postings(context, BALANCE, since=since, until=until, limit=limit, skip=skip)
        ],
    )


@routes.route("POST", "/_emulator/balance")
def simulate_balance(context: RequestContext) -> ApiResponse:
    """Set the balance to ``balance``, in ``currency`` or the business's own."""
    currency, amount = context.currency(), context.require_amount("balance", minimum=0)
    if amount > MAX_AMOUNT:
        raise ApiError(400, f"balance is {MAX_AMOUNT} at most", "invalid_params")
    set_balance(context, currency, amount)
    return ApiResponse("The balance", _serialize(currency, amount))


def set_balance(context: RequestContext, currency: str, amount: int) -> None:
    """Top up the balance, or withdraw from it, to this amount.

    :param amount: In subunits of the currency, 0 or more.
    """
    held = ledger.balance(context, BALANCE, currency)
    if amount >= held:
        ledger.move(context, currency, amount - held, OUTSIDE, BALANCE, reason="Top-up")
    else:
        ledger.move(context, currency, held - amount, BALANCE, OUTSIDE, reason="Withdrawal")


def _serialize(currency: str, amount: int) -> dict[str, object]:
    return {"currency": currency, "balance": amount}


def _serialize_posting(context: RequestContext, posting: Posting) -> dict[str, Any]:
    # A posting without a cause is a top-up, identified by the move (an assumption).
    kind, number = posting.cause or ("topup", posting.move)
    moment = format_time(posting.at)
    return {
        "integration": context.tenant.integration,
        "domain": "test",
        "balance": posting.balance,
        "currency": posting.currency,
        "difference": posting.amount,
        "reason": posting.reason,
        "model_responsible": kind.replace("_", " ").title().replace(" ", ""),
        "model_row": number,
        "id": posting.move,
        "createdAt": moment,
        "updatedAt": moment,
    }
