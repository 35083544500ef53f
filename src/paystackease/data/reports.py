"""A reconciliation as a file: HTML for people, CSV and JSON for machines, by the ending."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from paystackease.data.reconcile import WHATS, Finding, Report
from paystackease.errors import InvalidArgumentError

COLUMNS = ("what", "reference", "currency", "ordered", "paid", "refunded", "transactions")
"""Of a report as CSV: a row for each finding, amounts in subunits."""


def write(report: Report, path: Path, title: str) -> None:
    """Write a report.

    :raises paystackease.errors.InvalidArgumentError: Where the file's ending says nothing.
    """
    writer_for(path)(report, path, title)


def writer_for(path: Path) -> Callable[[Report, Path, str], None]:
    """What writes a report with this ending.

    :raises paystackease.errors.InvalidArgumentError: Where nothing does.
    """
    found = _WRITERS.get(path.suffix.lower())
    if found is None:
        raise InvalidArgumentError(f"a report is named *{', *'.join(_WRITERS)}: {path.name} says nothing of what it is")
    return found


def as_json(report: Report) -> dict[str, object]:
    """A report as JSON has it."""
    return {
        "agrees": report.agrees,
        "counts": report.counts(),
        "findings": [msgspec.to_builtins(finding) for finding in report.findings],
        "totals": {currency: asdict(total) for currency, total in sorted(report.totals.items())},
        "settlements": [asdict(settled) for settled in report.settlements],
    }


def _json(report: Report, path: Path, title: str) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode({"title": title, **as_json(report)})) + b"\n")


def _csv(report: Report, path: Path, title: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for finding in report.findings:
            *values, numbers = (getattr(finding, name) for name in COLUMNS)
            writer.writerow([*values, " ".join(map(str, numbers))])


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2.2rem; }
p.verdict { font-size: 1.1rem; padding: .6rem .9rem; background: var(--soft); border-radius: .4rem; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
"""


def _html(report: Report, path: Path, title: str) -> None:
    counts = report.counts()
    verdict = (
        "Everything agrees."
        if report.agrees
        else f"{len(report.findings):,} findings: " + ", ".join(f"{count:,} {what}" for what, count in counts.items())
    )
    parts = [f"<h1>{html.escape(title)}</h1>", f'<p class="verdict">{html.escape(verdict)}</p>', "<h2>Totals</h2>"]
    parts.append(_totals(report))
    for what in counts:
        found = [finding for finding in report.findings if finding.what == what]
        parts.append(f"<h2>{html.escape(what.capitalize())} ({len(found):,})</h2><p>{html.escape(WHATS[what])}</p>")
        parts.append(_findings(found))
    if report.settlements:
        parts += ["<h2>Settlements</h2>", _settlements(report)]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )
    path.write_text(page, encoding="utf-8")


def _totals(report: Report) -> str:
    head = ("Currency", "Orders", "Ordered", "Payments", "Paid", "Fees", "Refunded", "Settled", "Not settled")
    rows = [
        (
            currency,
            f"{total.orders:,}",
            _amount(total.ordered),
            f"{total.payments:,}",
            *map(_amount, (total.paid, total.fees, total.refunded, total.settled, total.not_settled)),
        )
        for currency, total in sorted(report.totals.items())
    ]
    return _table(head, rows, words=1)


def _findings(found: Sequence[Finding]) -> str:
    rows = [
        (
            finding.reference,
            finding.currency,
            " ".join(map(str, finding.transactions)),
            *map(_amount, (finding.ordered, finding.paid, finding.refunded)),
        )
        for finding in found
    ]
    return _table(("Reference", "Currency", "Transactions", "Ordered", "Paid", "Refunded"), rows, words=3)


def _settlements(report: Report) -> str:
    head = ("Settlement", "Status", "Date", "Currency", "Payments", "Paid", "Fees", "Paid out")
    rows = [
        (
            str(settled.settlement.id),
            settled.settlement.status,
            (settled.settlement.date or "")[:10],
            settled.settlement.currency,
            f"{settled.payments:,}",
            *map(_amount, (settled.paid, settled.fees, settled.settlement.paid_out)),
        )
        for settled in report.settlements
    ]
    return _table(head, rows, words=4)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        marked = [
            f"<{tag}{'' if index < words else ' class=number'}>{html.escape(cell)}</{tag}>"
            for index, cell in enumerate(cells)
        ]
        return f"<tr>{''.join(marked)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<div class="wide"><table><thead>{line(head, "th")}</thead><tbody>{body}</tbody></table></div>'


def _amount(amount: int | None) -> str:
    return "" if amount is None else f"{amount // 100:,}.{amount % 100:02}"


_WRITERS: Mapping[str, Callable[[Report, Path, str], None]] = {".html": _html, ".csv": _csv, ".json": _json}
