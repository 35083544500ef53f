"""Your orders against what Paystack has: what was paid, what was not, and where every amount went.

:func:`compare` is pure: orders and payments in, findings and totals out. :func:`payments` reads the payments from a
mirror (:mod:`paystackease.data.mirror`).

What counts as paid is a transaction that succeeded, also where it was given back since. Amounts are whole subunits
throughout, and never added over currencies.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal, TypeAlias, cast

import msgspec
import sqlalchemy as sa

from paystackease.data.mirror import Mirror
from paystackease.data.spreadsheets import restored
from paystackease.errors import InvalidArgumentError

What: TypeAlias = Literal[
    "order not paid",
    "paid without an order",
    "wrong amount",
    "wrong currency",
    "paid twice",
    "refunded",
    "order twice",
]

WHATS: Mapping[What, str] = {
    "order not paid": "There is an order, and no payment for it.",
    "paid without an order": "There is a payment, and no order for it.",
    "wrong amount": "What was paid is not what was ordered.",
    "wrong currency": "It was paid in another currency than ordered.",
    "paid twice": "There is more than one payment for an order.",
    "refunded": "It was paid, and some or all of it was given back.",
    "order twice": "There is more than one order with that reference.",
}
"""What may be found, and what it means."""

PAID = ("success", "reversed")


@dataclass(frozen=True, slots=True)
class Order:
    """Something that was to be paid."""

    reference: str
    amount: int
    """In subunits."""
    currency: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A transaction that succeeded."""

    id: int
    reference: str
    """That of the order: the transaction's own, or where its metadata names the order."""
    amount: int
    currency: str
    paid_at: str
    fees: int = 0
    refunded: int = 0
    settlement: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was paid out together."""

    id: int
    status: str
    currency: str
    date: str | None
    paid_out: int
    """What Paystack says it paid out, in subunits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree."""

    what: What
    reference: str
    currency: str
    ordered: int | None = None
    paid: int | None = None
    refunded: int | None = None
    transactions: tuple[int, ...] = ()


@dataclass(slots=True)
class Total:
    """What there is in one currency, in subunits."""

    orders: int = 0
    ordered: int = 0
    payments: int = 0
    paid: int = 0
    fees: int = 0
    refunded: int = 0
    settled: int = 0
    not_settled: int = 0


@dataclass(slots=True)
class Settled:
    """A settlement, and what of the payments it is made of."""

    settlement: Settlement
    payments: int = 0
    paid: int = 0
    fees: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found."""

    findings: list[Finding] = field(default_factory=list[Finding])
    totals: dict[str, Total] = field(default_factory=dict[str, Total])
    settlements: list[Settled] = field(default_factory=list[Settled])

    @property
    def agrees(self) -> bool:
        """Whether there is nothing that does not agree."""
        return not self.findings

    def counts(self) -> dict[What, int]:
        """How many findings there are of each kind that there is."""
        counted = Counter(finding.what for finding in self.findings)
        return {what: counted[what] for what in WHATS if counted[what]}


def compare(orders: Iterable[Order], payments: Iterable[Payment], settlements: Iterable[Settlement] = ()) -> Report:
    """Find what does not agree.

    :param settlements: Those that payments may be part of.
    """
    ordered: dict[str, list[Order]] = defaultdict(list)
    paid: dict[str, list[Payment]] = defaultdict(list)
    report = Report()
    known = {found.id: Settled(found) for found in settlements}
    for order in orders:
        ordered[order.reference].append(order)
        total = report.totals.setdefault(order.currency, Total())
        total.orders += 1
        total.ordered += order.amount
    for payment in payments:
        paid[payment.reference].append(payment)
        _count(report.totals.setdefault(payment.currency, Total()), payment, known)
    for reference, found in ordered.items():
        report.findings.extend(_judge(reference, found, paid.get(reference, [])))
    for reference, strangers in paid.items():
        if reference not in ordered:
            report.findings.extend(
                Finding(
                    "paid without an order",
                    reference,
                    payment.currency,
                    paid=payment.amount,
                    refunded=payment.refunded or None,
                    transactions=(payment.id,),
                )
                for payment in strangers
            )
    report.settlements.extend(settled for settled in known.values() if settled.payments)
    report.findings.sort(key=lambda finding: (list(WHATS).index(finding.what), finding.reference))
    return report


def _judge(reference: str, orders: Sequence[Order], payments: Sequence[Payment]) -> Iterator[Finding]:
    order = orders[0]
    if len(orders) > 1:
        yield Finding("order twice", reference, order.currency, ordered=sum(one.amount for one in orders))
    if not payments:
        yield Finding("order not paid", reference, order.currency, ordered=order.amount)
        return
    first = payments[0]
    together = sum(payment.amount for payment in payments if payment.currency == first.currency)
    back = sum(payment.refunded for payment in payments)
    about = Finding(
        "refunded",
        reference,
        first.currency,
        ordered=order.amount,
        paid=first.amount,
        transactions=tuple(payment.id for payment in payments),
    )
    if len(payments) > 1:
        yield replace(about, what="paid twice", paid=together)
    if first.currency != order.currency:
        yield replace(about, what="wrong currency")
    elif first.amount != order.amount:
        yield replace(about, what="wrong amount")
    if back:
        yield replace(about, paid=together, refunded=back)


def _count(total: Total, payment: Payment, known: Mapping[int, Settled]) -> None:
    total.payments += 1
    total.paid += payment.amount
    total.fees += payment.fees
    total.refunded += payment.refunded
    settled = known.get(payment.settlement) if payment.settlement is not None else None
    if settled is not None:
        settled.payments += 1
        settled.paid += payment.amount
        settled.fees += payment.fees
    if settled is not None and settled.settlement.status == "success":
        total.settled += payment.amount
    else:
        total.not_settled += payment.amount


def payments(
    mirror: Mirror, *, match: str = "reference", since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[Payment]:
    """The payments in a mirror.

    :param match: Where a transaction says which order it pays: ``reference``, or a path into its metadata, such as
        ``metadata.order_id``.
    :param since: Only those paid on this day or later.
    :param until: Only those paid on this day or earlier.
    """
    table, refunds = mirror.tables["transactions"], mirror.tables["refunds"]
    given_back = (
        sa.select(refunds.c.transaction, sa.func.sum(refunds.c.amount).label("amount"))
        .where(refunds.c.status != "failed")
        .group_by(refunds.c.transaction)
        .subquery()
    )
    part = mirror.metadata.tables["settlement_transactions"]
    sought = (
        sa.select(
            table.c.id,
            table.c.reference,
            table.c.amount,
            table.c.currency,
            table.c.paid_at,
            table.c.fees,
            table.c.metadata,
            given_back.c.amount,
            sa.select(sa.func.max(part.c.settlement_id)).where(part.c.transaction_id == table.c.id).scalar_subquery(),
        )
        .join(given_back, given_back.c.transaction == table.c.id, isouter=True)
        .where(table.c.status.in_(PAID))
        .order_by(table.c.id)
    )
    # A payment that has no date of payment is not left out: it has the date on which it was begun.
    paid = sa.func.coalesce(table.c.paid_at, table.c.paidAt, table.c.created_at, table.c.createdAt)
    if since is not None:
        sought = sought.where(paid >= since.isoformat())
    if until is not None:
        sought = sought.where(paid < (until + dt.timedelta(days=1)).isoformat())
    with mirror.engine.connect() as connection:
        rows = connection.execution_options(stream_results=True).execute(sought)
        for number, reference, amount, currency, paid_at, fees, metadata, back, settlement in rows:
            order = reference if match == "reference" else _named(metadata, match)
            yield Payment(
                number, order or reference, amount, currency, paid_at or "", fees or 0, int(back or 0), settlement
            )


def settlements(mirror: Mirror) -> list[Settlement]:
    """The settlements in a mirror."""
    table = mirror.tables["settlements"]
    sought = sa.select(
        table.c.id, table.c.status, table.c.currency, table.c.settlement_date, table.c.effective_amount
    ).order_by(table.c.id)
    with mirror.engine.connect() as connection:
        return [
            Settlement(number, status, currency, date, amount or 0)
            for number, status, currency, date, amount in connection.execute(sought)
        ]


def _named(metadata: str | None, match: str) -> str | None:
    try:
        found: object = msgspec.json.decode(metadata or "null")
        if isinstance(found, str):  # metadata that was sent as text that holds JSON
            found = msgspec.json.decode(found)
    except ValueError:
        return None
    for name in match.removeprefix("metadata.").split("."):
        found = cast("Mapping[str, object]", found).get(name) if isinstance(found, Mapping) else None
    return None if found is None else str(found)


def read_orders(path: Path, *, reference: str, amount: str, currency: str, major: bool) -> Iterator[Order]:
    """The orders in a CSV file. A reference that was escaped as an export does it is read as it was.

    :param reference: The column with the reference.
    :param amount: The column with the amount.
    :param currency: The column with the currency, or, where there is no such column, the currency of all.
    :param major: Whether amounts are in the currency's main unit (naira), with at most two decimals; else in subunits.
    :raises paystackease.errors.InvalidArgumentError: Where a column is not there, or an amount is none.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        there = rows.fieldnames or []
        for name in reference, amount:
            if name not in there:
                raise InvalidArgumentError(f"{path.name} has no column {name!r}: it has {', '.join(there) or 'none'}")
        for row in rows:
            where = f"{path.name}, line {rows.line_num}"
            yield Order(
                restored(str(row[reference]).strip()),
                _subunits(row[amount] or "", where, major=major),
                (restored(str(row[currency]).strip()) if currency in there else currency).upper(),
            )


def _subunits(text: str, where: str, *, major: bool) -> int:
    try:
        number = Decimal(text.replace(",", "").strip()) * (100 if major else 1)
    except InvalidOperation:
        raise InvalidArgumentError(f"{where}: the amount is not a number") from None
    if number != number.to_integral_value() or number < 0:
        raise InvalidArgumentError(f"{where}: the amount is not a whole number of subunits from 0 on")
    return int(number)
