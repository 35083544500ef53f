"""``paystackease reconcile``: compare your orders with Paystack's payments."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from paystackease._core.money import format_amount, format_money
from paystackease.cli import credentials
from paystackease.cli.output import print_error
from paystackease.data.spreadsheets import FormulaPolicy
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.data.reconcile import Finding, Report

DIFFERENCES_FOUND = 5
"""The exit code if there are findings."""

MAX_NAMED = 20
"""The number of orders of each type of finding that are printed."""


def reconcile(
    *,
    orders: Path,
    reference: str,
    amount: str,
    currency: str = "NGN",
    major: Annotated[bool, Parameter(negative=())] = False,
    mirror: str | None = None,
    match: str = "reference",
    since: Annotated[dt.date | None, Parameter(name=("--from", "--since"))] = None,
    until: Annotated[dt.date | None, Parameter(name=("--to", "--until"))] = None,
    report: Annotated[list[Path] | None, Parameter(negative=())] = None,
    csv_formulas: FormulaPolicy = "escape",
    profile: str | None = None,
) -> int:
    """Compare orders with payments: unpaid, unknown, wrong, duplicate, refunded and unsettled payments.

    The exit code is 0 if everything matches, and 5 if there are differences.

    :param orders: A CSV file with one order per line.
    :param reference: The column with the reference of the order.
    :param amount: The column with the amount, in subunits unless --major is given.
    :param currency: The column with the currency, or the currency of all orders if there is no such column.
    :param major: Amounts are in the currency's main unit, such as naira.
    :param mirror: A mirror to compare with (paystackease mirror sync). Default: fetch from Paystack.
    :param match: The field of a transaction that names its order: reference, or a path such as metadata.order_id.
    :param since: Only payments from this day on.
    :param until: Only payments up to this day.
    :param report: A file to write: *.html for people, *.csv or *.json for programs; may be given several times.
    :param csv_formulas: Text in a CSV report that a spreadsheet would treat as a formula: escape writes a ' in front,
        raw leaves it.
    :param profile: Without --mirror, the account to use: a profile of paystackease login.
    """
    from paystackease.data import reconcile_report
    from paystackease.data.mirror import Mirror
    from paystackease.data.reconcile import compare_orders, read_orders, read_payments, read_settlements

    for path in report or ():
        reconcile_report.writer_for(path)  # reports an unsupported extension before anything is fetched
    expected = list(read_orders(orders, reference=reference, amount=amount, currency=currency, major=major))
    with ExitStack() as stack:
        if mirror is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="paystackease-"))
            source = stack.enter_context(
                Mirror(f"sqlite:///{folder}/mirror.db", ["transactions", "refunds", "settlements"])
            )
            with Paystack(credentials.secret_key(profile)) as client:
                # A payment of the first day may have been initialized before it.
                initialized_since = None if since is None else since - dt.timedelta(days=7)
                source.sync(client, now=dt.datetime.now(dt.UTC), since=initialized_since)
        else:
            source = stack.enter_context(Mirror(mirror))
            if incomplete := {"transactions", "refunds", "settlements"}.intersection(source.incomplete_tables()):
                print_error(
                    f"The mirror's {' and '.join(sorted(incomplete))} are not complete, so an order that is paid may "
                    "be reported as not paid. Run paystackease mirror sync to its end first."
                )
        payments = read_payments(source, match=match, since=since, until=until)
        result = compare_orders(expected, payments, read_settlements(source))
    title = f"Orders of {orders.name} and payments, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"
    for path in report or ():
        reconcile_report.write_report(result, path, title, csv_formulas=csv_formulas)
    for line in _summary_lines(result):
        print(line)
    if result.is_clean:
        print("Everything matches.")
        return 0
    if not report:
        print("Add --report FILE.html for the details.", file=sys.stderr)
    return DIFFERENCES_FOUND


def _summary_lines(result: Report) -> Iterator[str]:
    from paystackease.data.reconcile import FINDING_DESCRIPTIONS

    for currency, total in sorted(result.totals.items()):
        yield currency
        yield f"  {'orders':15}  {total.orders:>9,}  {format_amount(total.ordered):>20}"
        yield f"  {'payments':15}  {total.payments:>9,}  {format_amount(total.paid):>20}"
        sums = {
            "fees": total.fees,
            "refunded": total.refunded,
            "settled": total.settled,
            "not yet settled": total.not_settled,
        }
        for name, amount in sums.items():
            yield f"  {name:15}  {'':9}  {format_amount(amount):>20}"
    if not result.is_clean:
        yield "Findings"
    for finding_type, count in result.count_findings().items():
        yield f"  {finding_type:21}  {count:>3,}  {FINDING_DESCRIPTIONS[finding_type]}"
        named = [finding for finding in result.findings if finding.type == finding_type]
        for finding in named[:MAX_NAMED]:
            yield f"    {_describe_finding(finding)}"
        if count > MAX_NAMED:
            yield f"    … and {count - MAX_NAMED:,} more: --report FILE.html has all of them"


def _describe_finding(finding: Finding) -> str:
    reference = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in finding.reference)
    amounts = {"ordered": finding.ordered, "paid": finding.paid, "refunded": finding.refunded}
    shown = [
        f"{name} {format_money(amount, finding.currency)}" for name, amount in amounts.items() if amount is not None
    ]
    return "  ".join([reference or "(no reference)", *shown])
