"""Reconcile your orders with Paystack's payments: what was paid, refunded and settled, and what does not match.

:func:`compare_orders` is a pure function from orders and payments to findings and totals. :func:`read_payments` reads
the payments from a mirror (:mod:`paystackease.data.mirror`).

A transaction that succeeded counts as paid, even if it was refunded later. Amounts are whole numbers of subunits, and
amounts of different currencies are never added.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias, cast

import msgspec
import sqlalchemy as sa

from paystackease._core.money import parse_amount
from paystackease.data.mirror import Mirror
from paystackease.data.spreadsheets import unescape_formula
from paystackease.errors import InvalidArgumentError

FindingType: TypeAlias = Literal[
    "order not paid",
    "paid without an order",
    "wrong amount",
    "wrong currency",
    "paid twice",
    "refunded",
    "order twice",
]

FINDING_DESCRIPTIONS: Mapping[FindingType, str] = {
    "order not paid": "There is an order, but no payment for it.",
    "paid without an order": "There is a payment, but no order for it.",
    "wrong amount": "The amount paid differs from the amount ordered.",
    "wrong currency": "It was paid in a currency other than the order's.",
    "paid twice": "There is more than one payment for an order.",
    "refunded": "It was paid, and refunded in full or in part.",
    "order twice": "There is more than one order with this reference.",
}
"""Each type of finding, and what it means."""

PAID_STATUSES = ("success", "reversed")
"""The statuses of transactions that count as paid."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order that should be paid."""

    reference: str
    amount: int
    """In subunits."""
    currency: str


@dataclass(frozen=True, slots=True)
class Payment:
    """A transaction that succeeded."""

    id: int
    reference: str
    """The order's reference: that of the transaction, or the one that its metadata names."""
    amount: int
    currency: str
    paid_at: str
    fees: int = 0
    refunded: int = 0
    settlement: int | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A settlement: payments that were paid out together."""

    id: int
    status: str
    currency: str
    date: str | None
    paid_out: int
    """The amount that Paystack reports as paid out, in subunits."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between orders and payments."""

    type: FindingType
    reference: str
    currency: str
    ordered: int | None = None
    paid: int | None = None
    refunded: int | None = None
    transactions: tuple[int, ...] = ()


@dataclass(slots=True)
class Total:
    """The numbers and amounts in one currency, in subunits."""

    orders: int = 0
    ordered: int = 0
    payments: int = 0
    paid: int = 0
    fees: int = 0
    refunded: int = 0
    settled: int = 0
    not_settled: int = 0


@dataclass(slots=True)
class SettlementSummary:
    """A settlement, and the sums of the reconciled payments in it."""

    settlement: Settlement
    payments: int = 0
    paid: int = 0
    fees: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a reconciliation."""

    findings: list[Finding] = field(default_factory=list[Finding])
    totals: dict[str, Total] = field(default_factory=dict[str, Total])
    settlements: list[SettlementSummary] = field(default_factory=list[SettlementSummary])

    @property
    def is_clean(self) -> bool:
        """Whether there are no findings."""
        return not self.findings

    def count_findings(self) -> dict[FindingType, int]:
        """Return the number of findings of each type that occurs."""
        counts = Counter(finding.type for finding in self.findings)
        return {name: counts[name] for name in FINDING_DESCRIPTIONS if counts[name]}


def compare_orders(
    orders: Iterable[Order], payments: Iterable[Payment], settlements: Iterable[Settlement] = ()
) -> Report:
    """Compare orders with payments.

    :param settlements: The settlements that payments may belong to.
    """
    ordered: dict[str, list[Order]] = defaultdict(list)
    paid: dict[str, list[Payment]] = defaultdict(list)
    report = Report()
    summaries = {settlement.id: SettlementSummary(settlement) for settlement in settlements}
    for order in orders:
        ordered[order.reference].append(order)
        total = report.totals.setdefault(order.currency, Total())
        total.orders += 1
        total.ordered += order.amount
    for payment in payments:
        paid[payment.reference].append(payment)
        _add_payment(report.totals.setdefault(payment.currency, Total()), payment, summaries)
    for reference, same_reference in ordered.items():
        report.findings.extend(_compare_order(reference, same_reference, paid.get(reference, [])))
    for reference, unmatched in paid.items():
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
                for payment in unmatched
            )
    report.settlements.extend(summary for summary in summaries.values() if summary.payments)
    report.findings.sort(key=lambda finding: (list(FINDING_DESCRIPTIONS).index(finding.type), finding.reference))
    return report


def _compare_order(reference: str, orders: Sequence[Order], payments: Sequence[Payment]) -> Iterator[Finding]:
    order = orders[0]
    if len(orders) > 1:
        yield Finding("order twice", reference, order.currency, ordered=sum(order.amount for order in orders))
    if not payments:
        yield Finding("order not paid", reference, order.currency, ordered=order.amount)
        return
    first = payments[0]
    total_paid = sum(payment.amount for payment in payments if payment.currency == first.currency)
    total_refunded = sum(payment.refunded for payment in payments)
    base = Finding(
        "refunded",
        reference,
        first.currency,
        ordered=order.amount,
        paid=first.amount,
        transactions=tuple(payment.id for payment in payments),
    )
    if len(payments) > 1:
        yield replace(base, type="paid twice", paid=total_paid)
    if first.currency != order.currency:
        yield replace(base, type="wrong currency")
    elif first.amount != order.amount:
        yield replace(base, type="wrong amount")
    if total_refunded:
        yield replace(base, paid=total_paid, refunded=total_refunded)


def _add_payment(total: Total, payment: Payment, summaries: Mapping[int, SettlementSummary]) -> None:
    total.payments += 1
    total.paid += payment.amount
    total.fees += payment.fees
    total.refunded += payment.refunded
    summary = summaries.get(payment.settlement) if payment.settlement is not None else None
    if summary is not None:
        summary.payments += 1
        summary.paid += payment.amount
        summary.fees += payment.fees
    if summary is not None and summary.settlement.status == "success":
        total.settled += payment.amount
    else:
        total.not_settled += payment.amount


def read_payments(
    mirror: Mirror, *, match: str = "reference", since: dt.date | None = None, until: dt.date | None = None
) -> Iterator[Payment]:
    """Read the payments from a mirror.

    :param match: The field of a transaction that names its order: ``reference``, or a path into its metadata, such as
        ``metadata.order_id``.
    :param since: Only payments made on this day or later.
    :param until: Only payments made on this day or earlier.
    """
    table, refunds = mirror.tables["transactions"], mirror.tables["refunds"]
    refunded = (
        sa.select(refunds.c.transaction, sa.func.sum(refunds.c.amount).label("amount"))
        .where(refunds.c.status != "failed")
        .group_by(refunds.c.transaction)
        .subquery()
    )
    part = mirror.metadata.tables["settlement_transactions"]
    query = (
        sa.select(
            table.c.id,
            table.c.reference,
            table.c.amount,
            table.c.currency,
            table.c.paid_at,
            table.c.fees,
            table.c.metadata,
            refunded.c.amount,
            sa.select(sa.func.max(part.c.settlement_id)).where(part.c.transaction_id == table.c.id).scalar_subquery(),
        )
        .join(refunded, refunded.c.transaction == table.c.id, isouter=True)
        .where(table.c.status.in_(PAID_STATUSES))
        .order_by(table.c.id)
    )
    # A payment without a date of payment is not left out: its date of creation is used.
    date = sa.func.coalesce(table.c.paid_at, table.c.paidAt, table.c.created_at, table.c.createdAt)
    if since is not None:
        query = query.where(date >= since.isoformat())
    if until is not None:
        query = query.where(date < (until + dt.timedelta(days=1)).isoformat())
    with mirror.engine.connect() as connection:
        rows = connection.execution_options(stream_results=True).execute(query)
        for transaction_id, reference, amount, currency, paid_at, fees, metadata, refund_sum, settlement in rows:
            order = reference if match == "reference" else _order_reference(metadata, match)
            yield Payment(
                transaction_id,
                order or reference,
                amount,
                currency,
                paid_at or "",
                fees or 0,
                int(refund_sum or 0),
                settlement,
            )


def read_settlements(mirror: Mirror) -> list[Settlement]:
    """Read the settlements from a mirror."""
    table = mirror.tables["settlements"]
    query = sa.select(
        table.c.id, table.c.status, table.c.currency, table.c.settlement_date, table.c.effective_amount
    ).order_by(table.c.id)
    with mirror.engine.connect() as connection:
        return [
            Settlement(settlement_id, status, currency, date, amount or 0)
            for settlement_id, status, currency, date, amount in connection.execute(query)
        ]


def _order_reference(metadata: str | None, match: str) -> str | None:
    try:
        value: object = msgspec.json.decode(metadata or "null")
        if isinstance(value, str):  # metadata that was sent as text holding JSON
            value = msgspec.json.decode(value)
    except ValueError:
        return None
    for name in match.removeprefix("metadata.").split("."):
        value = cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else None
    return None if value is None else str(value)


def read_orders(path: Path, *, reference: str, amount: str, currency: str, major: bool) -> Iterator[Order]:
    """Read orders from a CSV file. Text that an export has escaped is restored.

    :param reference: The column with the reference.
    :param amount: The column with the amount.
    :param currency: The column with the currency. If there is no such column, the currency of all orders.
    :param major: Whether amounts are in the currency's main unit (naira), with at most two decimals; else in subunits.
    :raises paystackease.errors.InvalidArgumentError: If a column is missing, or an amount is not valid.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = rows.fieldnames or []
        for name in reference, amount:
            if name not in columns:
                raise InvalidArgumentError(f"{path.name} has no column {name!r}: it has {', '.join(columns) or 'none'}")
        for row in rows:
            location = f"{path.name}, line {rows.line_num}"
            yield Order(
                unescape_formula(str(row[reference]).strip()),
                _parse_order_amount(row[amount] or "", location, major=major),
                (unescape_formula(str(row[currency]).strip()) if currency in columns else currency).upper(),
            )


def _parse_order_amount(text: str, location: str, *, major: bool) -> int:
    try:
        return parse_amount(text, major=major)
    except ValueError as error:
        raise InvalidArgumentError(f"{location}: {error}") from None
