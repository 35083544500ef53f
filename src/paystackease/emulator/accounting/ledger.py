"""The ledger: double-entry bookkeeping of every subunit.

Money is moved from one account to another by two postings that sum to zero, so it is neither created nor lost. An
account has a name and a balance in each currency; the names are constants of this module. The account ``balance`` does
not fall below zero: an operation checks it first, and rejects the request with Paystack's message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from paystackease.emulator.storage.document import FIRST_ID

if TYPE_CHECKING:
    from paystackease.emulator.context import RequestContext

OUTSIDE = "outside"
"""The banks of customers and payees."""
UNSETTLED = "unsettled"
"""Payments that are not settled yet."""
BANK = "bank"
"""The merchant's own bank account."""
BALANCE = "balance"
"""The balance from which transfers are paid."""
TRANSIT = "transit"
"""Transfers in flight."""
REFUNDS = "refunds"
"""Refunds in flight."""
PAYSTACK = "paystack"
"""Fees."""


def subaccount(code: str) -> str:
    """Return the name of a subaccount's account: ``subaccount:ACCT_x``."""
    return f"subaccount:{code}"


class OverdrawnError(ValueError):
    """A move exceeds the balance. That is a bug of the emulator: its caller has to check."""


class Posting(msgspec.Struct, frozen=True):
    """The effect of one move on one account."""

    move: int
    """The number of the move. The posting to the other account has the same."""
    at: float
    currency: str
    amount: int
    """In subunits; negative if money left the account."""
    balance: int
    """The balance of the account afterwards."""
    reason: str
    cause: tuple[str, int] | None
    """Kind and number of the document that caused it."""


def move(
    context: RequestContext,
    currency: str,
    amount: int,
    source: str,
    target: str,
    *,
    reason: str,
    cause: tuple[str, int] | None = None,
) -> None:
    """Move money.

    :param amount: In subunits, 0 or more. Nothing is posted for 0.
    :param cause: Kind and number of the document that causes it, such as ``("transfer", 4294967297)``.
    :raises OverdrawnError: If it exceeds the balance.
    """
    if amount < 0 or source == target:
        raise ValueError("the amount is 0 or more, and the accounts are different")
    if amount:
        # The opening balance is posted before the first move. The number tells whether this is the first.
        number = _next_move_number(context)
        if number == FIRST_ID and _post_opening_balance(context, number):
            number = _next_move_number(context)
        _post_move(context, number, currency, amount, source, target, reason, cause)


def balance(context: RequestContext, account: str, currency: str) -> int:
    """Return the balance of an account, in subunits of the currency."""
    ensure_opened(context)
    return _balance(context, account, currency)


def balances(context: RequestContext, account: str) -> Mapping[str, int]:
    """Return the balance of an account in each currency that it ever held."""
    ensure_opened(context)
    sql = "select distinct currency from posting where tenant = ? and account = ? order by currency"
    rows = context.services.store.execute(sql, context.tenant.id, account)
    return {currency: balance(context, account, currency) for (currency,) in rows}


def ensure_opened(context: RequestContext) -> None:
    """Post the opening balance of the settings if there are no postings yet."""
    if not context.services.store.execute("select 1 from posting where tenant = ? limit 1", context.tenant.id):
        _post_opening_balance(context, None)


def count(context: RequestContext, account: str, *, since: float | None = None, until: float | None = None) -> int:
    """Count the postings of an account within a period."""
    ensure_opened(context)
    condition, values = _period_condition(context, account, since, until)
    ((number_of_postings,),) = context.services.store.execute(
        f"select count(*) from posting where {condition}", *values
    )
    return int(number_of_postings)


def postings(
    context: RequestContext,
    account: str,
    *,
    since: float | None = None,
    until: float | None = None,
    limit: int = -1,
    skip: int = 0,
) -> list[Posting]:
    """Return the postings of an account within a period, newest first."""
    ensure_opened(context)
    condition, values = _period_condition(context, account, since, until)
    sql = f"""select move, at, currency, amount, balance, reason, kind, about from posting
        where {condition} order by move desc limit ? offset ?"""
    return [
        Posting(number, at, currency, amount, held, reason, None if kind is None else (kind, about))
        for number, at, currency, amount, held, reason, kind, about in context.services.store.execute(
            sql, *values, limit, skip
        )
    ]


class _Balances(dict[tuple[str, str, str], int]):
    """The balances in the store's cache, by tenant, account and currency."""


def _next_move_number(context: RequestContext) -> int:
    return context.services.store.next_id(context.tenant.id, "posting", FIRST_ID)


def _post_opening_balance(context: RequestContext, number: int | None) -> bool:
    """Post the opening balance of the settings.

    :param number: The number of the first move, if the caller has one already.
    :return: Whether there is an opening balance, so that the number is used.
    """
    posted = False
    for currency, amount in context.settings.balance.items():
        if amount > 0:
            first = number if number is not None and not posted else _next_move_number(context)
            _post_move(context, first, currency, amount, OUTSIDE, BALANCE, "Opening balance", None)
            posted = True
    return posted


def _post_move(
    context: RequestContext,
    number: int,
    currency: str,
    amount: int,
    source: str,
    target: str,
    reason: str,
    cause: tuple[str, int] | None,
) -> None:
    store, tenant = context.services.store, context.tenant.id
    rows: list[tuple[object, ...]] = []
    for account, change in (source, -amount), (target, amount):
        new_balance = _balance(context, account, currency) + change
        if account == BALANCE and new_balance < 0:
            raise OverdrawnError(f"the balance lacks {-new_balance} subunits of {currency}")
        rows.append(
            (tenant, number, context.now, account, currency, change, new_balance, reason, *(cause or (None, None)))
        )
        store.cached(_Balances)[tenant, account, currency] = new_balance
    store.append_rows("posting", *rows)


def _balance(context: RequestContext, account: str, currency: str) -> int:
    store, tenant = context.services.store, context.tenant.id
    with store.lock:
        balances = store.cached(_Balances)
        if (tenant, account, currency) not in balances:
            sql = """select balance from posting where tenant = ? and account = ? and currency = ?
                order by move desc limit 1"""
            rows = store.execute(sql, tenant, account, currency)
            balances[tenant, account, currency] = int(rows[0][0]) if rows else 0
        return balances[tenant, account, currency]


def _period_condition(
    context: RequestContext, account: str, since: float | None, until: float | None
) -> tuple[str, list[object]]:
    conditions = {"at >= ?": since, "at <= ?": until}
    bounds = {condition: value for condition, value in conditions.items() if value is not None}
    return " and ".join(("tenant = ?", "account = ?", *bounds)), [context.tenant.id, account, *bounds.values()]
