"""A reconciliation as a file: HTML for people, CSV and JSON for machines, by the ending."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from paystackease.data.private_files import create_private
from paystackease.data.reconcile import WHATS, Finding, Report, Total
from paystackease.data.spreadsheets import Formulas, escaped
from paystackease.errors import InvalidArgumentError

COLUMNS = ("what", "reference", "currency", "ordered", "paid", "refunded", "transactions")
"""Of a report as CSV: a row for each finding, amounts in subunits."""


def write(report: Report, path: Path, title: str, *, csv_formulas: Formulas = "escape") -> None:
    """Write a report, as a file that only its owner can read, unless it is there already.

    :param csv_formulas: In CSV, what becomes of text that a spreadsheet would take for a formula.
    :raises paystackease.errors.InvalidArgumentError: Where the file's ending says nothing.
    """
    writer = writer_for(path)
    create_private(path)
    if writer is _csv:
        _csv(report, path, title, csv_formulas)
    else:
        writer(report, path, title)


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


def _csv(report: Report, path: Path, title: str, csv_formulas: Formulas = "escape") -> None:
    plain = str if csv_formulas == "raw" else escaped
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for finding in report.findings:
            *values, numbers = (getattr(finding, name) for name in COLUMNS)
            cells = [plain(value) if isinstance(value, str) else value for value in values]
            writer.writerow([*cells, " ".join(map(str, numbers))])


_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #2a8a4a; --bad: #c2452d; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .3rem; } p { margin: .3rem 0; }
div.verdict { padding: .6rem .9rem; background: var(--soft); border-left: .25rem solid var(--bad); }
div.verdict.agrees { border-color: var(--good); }
div.verdict b { font-size: 1.1rem; } div.verdict ul { list-style: none; margin: .2rem 0 0; padding: 0; }
div.verdict li { display: inline-block; margin-right: 1.2rem; } a { color: inherit; }
div.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 20rem; }
th, td { text-align: left; padding: .35rem 1.6rem .35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.free { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
@media (max-width: 30rem) { th, td { padding-right: .9rem; } body { font-size: 14px; } }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""


def _html(report: Report, path: Path, title: str) -> None:
    counts = report.counts()
    parts = [f"<h1>{html.escape(title)}</h1>", _verdict(report), "<h2>Totals</h2>", _totals(report)]
    for what, count in counts.items():
        found = [finding for finding in report.findings if finding.what == what]
        head = f'<h2 id="{_anchor(what)}">{html.escape(what.capitalize())} ({count:,})</h2>'
        parts.append(f"{head}<p>{html.escape(WHATS[what])}</p>{_findings(found)}")
    if report.settlements:
        parts += ["<h2>Settlements</h2>", _settlements(report)]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )
    path.write_text(page, encoding="utf-8")


def _verdict(report: Report) -> str:
    if report.agrees:
        return '<div class="verdict agrees"><b>Everything agrees.</b></div>'
    there = len(report.findings)
    links = "".join(
        f'<li><a href="#{_anchor(what)}">{html.escape(what)}</a> {count:,}</li>'
        for what, count in report.counts().items()
    )
    return f'<div class="verdict"><b>{there:,} finding{"s" * (there != 1)}</b><ul>{links}</ul></div>'


def _anchor(what: str) -> str:
    return what.replace(" ", "-")


def _totals(report: Report) -> str:
    # A column for each currency, of which there are few: so it fits a telephone.
    totals = [total for _, total in sorted(report.totals.items())]
    rows: Sequence[tuple[str, Callable[[Total], str]]] = (
        ("Orders", lambda total: f"{total.orders:,}"),
        ("Ordered", lambda total: _amount(total.ordered)),
        ("Payments", lambda total: f"{total.payments:,}"),
        ("Paid", lambda total: _amount(total.paid)),
        ("Fees", lambda total: _amount(total.fees)),
        ("Refunded", lambda total: _amount(total.refunded)),
        ("Settled", lambda total: _amount(total.settled)),
        ("Not yet settled", lambda total: _amount(total.not_settled)),
    )
    return _table(("", *sorted(report.totals)), [(name, *map(told, totals)) for name, told in rows], words=1)


def _findings(found: Sequence[Finding]) -> str:
    head = ("Reference", "Currency", "Ordered", "Paid", "Refunded", "Transactions")
    rows = [
        (
            finding.reference,
            finding.currency,
            *map(_amount, (finding.ordered, finding.paid, finding.refunded)),
            " ".join(map(str, finding.transactions)),
        )
        for finding in found
    ]
    # What none of them has needs no column.
    there = [index for index in range(len(head)) if any(row[index] for row in rows)]
    picked = [[row[index] for index in there] for row in rows]
    return _table([head[index] for index in there], picked, words=2, free="Transactions")


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


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, words: int, free: str = "") -> str:
    # The first columns are words, and so is the one that is `free`, whose cells may break; the others are numbers.
    kinds = [
        "" if index < words else " class=free" if name == free else " class=number" for index, name in enumerate(head)
    ]

    def line(cells: Sequence[str], tag: str) -> str:
        marked = [f"<{tag}{kind}>{html.escape(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True)]
        return f"<tr>{''.join(marked)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f'<div class="wide"><table><thead>{line(head, "th")}</thead><tbody>{body}</tbody></table></div>'


def _amount(amount: int | None) -> str:
    return "" if amount is None else f"{amount // 100:,}.{amount % 100:02}"


_WRITERS: Mapping[str, Callable[[Report, Path, str], None]] = {".html": _html, ".csv": _csv, ".json": _json}
