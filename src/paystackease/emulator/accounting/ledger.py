"""Where every subunit is: double-entry bookkeeping.

Money is never made and never lost here, it is moved: from one account to another, by two postings that sum to zero. An
account is a name: ``outside`` (the banks of customers and payees), ``unsettled`` (paid in, and not settled),
``bank`` (the merchant's own bank account), ``balance`` (what transfers are paid from), ``transit`` (transfers that are
under way), ``refunds`` (refunds that are), ``paystack`` (fees), ``subaccount:ACCT_x``. Each has a balance in each
currency. That of ``balance`` does not fall below zero: who takes from it looks first, and refuses in Paystack's words.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from paystackease.emulator.http.context import FIRST_ID, RequestContext

OUTSIDE = "outside"
UNSETTLED = "unsettled"
BANK = "bank"
BALANCE = "balance"
TRANSIT = "transit"
PAYSTACK = "paystack"


class OverdrawnError(ValueError):
    """More was to be taken from the balance than there is: a fault of the emulator's own."""


class Posting(msgspec.Struct, frozen=True):
    """What one move did to one account."""

    move: int
    """The number of the move: the posting to the other account has the same."""
    at: float
    currency: str
    amount: int
    """In subunits; below zero where money left the account."""
    balance: int
    """What the account held afterwards."""
    reason: str
    about: tuple[str, int] | None
    """The kind and the number of what moved the money."""


def move(
    call: RequestContext,
    currency: str,
    amount: int,
    source: str,
    target: str,
    *,
    reason: str,
    about: tuple[str, int] | None = None,
) -> None:
    """Move money.

    :param amount: In subunits, 0 or more. Of 0 nothing is written.
    :param about: The kind and the number of what moves it, such as ``("transfer", 4294967297)``.
    :raises OverdrawnError: Where the balance does not hold as much.
    """
    if amount < 0 or source == target:
        raise ValueError("money is moved forwards, from one account to another")
    if amount:
        # The first move of all comes after the opening; of any other the number says that it was not the first.
        number = _next(call)
        if number == FIRST_ID and _open(call, number):
            number = _next(call)
        _move(call, number, currency, amount, source, target, reason, about)


def balance(call: RequestContext, account: str, currency: str) -> int:
    """What an account holds, in subunits of the currency."""
    opening(call)
    return _held(call, account, currency)


def balances(call: RequestContext, account: str) -> Mapping[str, int]:
    """What an account holds in each currency that it ever held."""
    opening(call)
    sql = "select distinct currency from posting where tenant = ? and account = ? order by currency"
    found = call.services.store.execute(sql, call.tenant.id, account)
    return {currency: balance(call, account, currency) for (currency,) in found}


def opening(call: RequestContext) -> None:
    """See to it that the balance holds what the settings say there is before anything has moved."""
    if not call.services.store.execute("select 1 from posting where tenant = ? limit 1", call.tenant.id):
        _open(call, None)


def count(call: RequestContext, account: str, *, since: float | None = None, until: float | None = None) -> int:
    """How often money came into an account or left it, within a time."""
    opening(call)
    condition, values = _within(call, account, since, until)
    ((found,),) = call.services.store.execute(f"select count(*) from posting where {condition}", *values)
    return int(found)


def postings(
    call: RequestContext,
    account: str,
    *,
    since: float | None = None,
    until: float | None = None,
    limit: int = -1,
    skip: int = 0,
) -> list[Posting]:
    """What came into an account and what left it, the newest first."""
    opening(call)
    condition, values = _within(call, account, since, until)
    sql = f"""select move, at, currency, amount, balance, reason, kind, about from posting
        where {condition} order by move desc limit ? offset ?"""
    return [
        Posting(number, at, currency, amount, held, reason, None if kind is None else (kind, about))
        for number, at, currency, amount, held, reason, kind, about in call.services.store.execute(
            sql, *values, limit, skip
        )
    ]


def _next(call: RequestContext) -> int:
    return call.services.store.next_id(call.tenant.id, "posting", FIRST_ID)


def _open(call: RequestContext, number: int | None) -> bool:
    """Have the balance hold what the settings say.

    :param number: That of the first move, where it is taken already.
    :return: Whether there is anything, so that the number is used.
    """
    opened = False
    for currency, amount in call.settings.balance.items():
        if amount > 0:
            first = number if number is not None and not opened else _next(call)
            _move(call, first, currency, amount, OUTSIDE, BALANCE, "Opening balance", None)
            opened = True
    return opened


def _move(
    call: RequestContext,
    number: int,
    currency: str,
    amount: int,
    source: str,
    target: str,
    reason: str,
    about: tuple[str, int] | None,
) -> None:
    store, tenant, cause = call.services.store, call.tenant.id, about or (None, None)
    rows: list[tuple[object, ...]] = []
    for account, change in (source, -amount), (target, amount):
        left = _held(call, account, currency) + change
        if account == BALANCE and left < 0:
            raise OverdrawnError(f"the balance lacks {-left} subunits of {currency}")
        rows.append((tenant, number, call.now, account, currency, change, left, reason, *cause))
        store.memory.balances[tenant, account, currency] = left
    store.append("posting", *rows)


def _held(call: RequestContext, account: str, currency: str) -> int:
    store, tenant = call.services.store, call.tenant.id
    with store.lock:
        balances = store.memory.balances
        if (tenant, account, currency) not in balances:
            sql = """select balance from posting where tenant = ? and account = ? and currency = ?
                order by move desc limit 1"""
            rows = store.execute(sql, tenant, account, currency)
            balances[tenant, account, currency] = int(rows[0][0]) if rows else 0
        return balances[tenant, account, currency]


def _within(call: RequestContext, account: str, since: float | None, until: float | None) -> tuple[str, list[object]]:
    given = {"at >= ?": since, "at <= ?": until}
    bounds = {condition: value for condition, value in given.items() if value is not None}
    return " and ".join(("tenant = ?", "account = ?", *bounds)), [call.tenant.id, account, *bounds.values()]
