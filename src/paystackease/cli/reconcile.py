"""``paystackease reconcile``: your orders against what Paystack has."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from paystackease.cli import credentials
from paystackease.cli.output import complain
from paystackease.data.spreadsheets import Formulas
from paystackease.paystack import Paystack

if TYPE_CHECKING:
    from paystackease.data.reconcile import Report

DIFFERS = 5
"""The exit code where something does not agree."""


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
    csv_formulas: Formulas = "escape",
    profile: str | None = None,
) -> int:
    """Compare orders with payments: what is not paid, not ordered, wrong, paid twice, refunded, settled or not yet.

    The exit code is 0 where everything agrees, and 5 where something does not.

    :param orders: A CSV file with an order on each line.
    :param reference: Its column with the reference of the order.
    :param amount: Its column with the amount, in subunits unless --major is given.
    :param currency: Its column with the currency; where it has none, the currency of all.
    :param major: Amounts are in the currency's main unit, such as naira.
    :param mirror: A mirror to compare with (paystackease mirror sync). Left out, Paystack is asked.
    :param match: Where a transaction names its order: reference, or a path such as metadata.order_id.
    :param since: Look at payments from this day on.
    :param until: Look at payments up to this day.
    :param report: A file to write: *.html for people, *.csv or *.json for machines; may be given several times.
    :param csv_formulas: In a CSV report, text that a spreadsheet would take for a formula: escape puts a ' in front,
        raw leaves it.
    :param profile: Whose account, where Paystack is asked: a profile of paystackease login.
    """
    from paystackease.data import reconcile_report
    from paystackease.data.mirror import Mirror
    from paystackease.data.reconcile import compare, payments, read_orders, settlements

    for path in report or ():
        reconcile_report.writer_for(path)  # which is to be told before anything is fetched
    wanted = list(read_orders(orders, reference=reference, amount=amount, currency=currency, major=major))
    with ExitStack() as stack:
        if mirror is None:
            folder = stack.enter_context(TemporaryDirectory(prefix="paystackease-"))
            here = stack.enter_context(
                Mirror(f"sqlite:///{folder}/mirror.db", ["transactions", "refunds", "settlements"])
            )
            with Paystack(credentials.secret_key(profile)) as client:
                # What was paid on the first day may have been begun before it.
                begun = None if since is None else since - dt.timedelta(days=7)
                here.sync(client, now=dt.datetime.now(dt.UTC), since=begun)
        else:
            here = stack.enter_context(Mirror(mirror))
            if lacking := {"transactions", "refunds", "settlements"}.intersection(here.unfinished()):
                complain(
                    f"The mirror's {' and '.join(sorted(lacking))} are not complete, so an order may be paid though "
                    "it is reported as not paid. Run paystackease mirror sync to its end first."
                )
        found = compare(wanted, payments(here, match=match, since=since, until=until), settlements(here))
    title = f"Orders of {orders.name} and payments, {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"
    for path in report or ():
        reconcile_report.write(found, path, title, csv_formulas=csv_formulas)
    for line in _told(found):
        print(line)
    if found.agrees:
        print("Everything agrees.")
        return 0
    if not report:
        print("Add --report FILE.html to see which.", file=sys.stderr)
    return DIFFERS


def _told(found: Report) -> Iterator[str]:
    from paystackease.data.reconcile import WHATS

    for currency, total in sorted(found.totals.items()):
        yield currency
        yield f"  {'orders':15}  {total.orders:>9,}  {_amount(total.ordered):>20}"
        yield f"  {'payments':15}  {total.payments:>9,}  {_amount(total.paid):>20}"
        sums = {
            "fees": total.fees,
            "refunded": total.refunded,
            "settled": total.settled,
            "not yet settled": total.not_settled,
        }
        for name, amount in sums.items():
            yield f"  {name:15}  {'':9}  {_amount(amount):>20}"
    if not found.agrees:
        yield "Findings"
    for what, count in found.counts().items():
        yield f"  {what:21}  {count:>3,}  {WHATS[what]}"


def _amount(amount: int) -> str:
    return f"{amount // 100:,}.{amount % 100:02}"
