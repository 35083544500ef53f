"""Write the report of a reconciliation to a file: HTML for people, CSV or JSON for programs, by the extension."""

from __future__ import annotations

import csv
import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import msgspec

from paystackease._core.money import format_amount
from paystackease.data.private_files import create_private_file
from paystackease.data.reconcile import FINDING_DESCRIPTIONS, Finding, Report, Total
from paystackease.data.spreadsheets import FormulaPolicy, escape_formula
from paystackease.errors import InvalidArgumentError

CSV_COLUMNS = ("what", "reference", "currency", "ordered", "paid", "refunded", "transactions")
"""A CSV report has a row for each finding. ``what`` is the type of the finding; amounts are in subunits."""


def write_report(report: Report, path: Path, title: str, *, csv_formulas: FormulaPolicy = "escape") -> None:
    """Write a report. A new file can be read only by its owner; an existing one keeps its mode.

    :param csv_formulas: How CSV holds text that a spreadsheet would treat as a formula.
    :raises paystackease.errors.InvalidArgumentError: If the extension is not supported.
    """
    writer = writer_for(path)
    create_private_file(path)
    if writer is _write_csv:
        _write_csv(report, path, title, csv_formulas)
    else:
        writer(report, path, title)


def writer_for(path: Path) -> Callable[[Report, Path, str], None]:
    """Return the writer for a file's extension.

    :raises paystackease.errors.InvalidArgumentError: If the extension is not supported.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InvalidArgumentError(f"{path.name}: unsupported file extension: use {', '.join(_WRITERS)}")
    return writer


def report_to_dict(report: Report) -> dict[str, object]:
    """Return a report as JSON holds it."""
    return {
        "agrees": report.is_clean,
        "counts": report.count_findings(),
        "findings": [_finding_to_dict(finding) for finding in report.findings],
        "totals": {currency: asdict(total) for currency, total in sorted(report.totals.items())},
        "settlements": [asdict(summary) for summary in report.settlements],
    }


def _finding_to_dict(finding: Finding) -> dict[str, object]:
    fields = asdict(finding)
    return {"what": fields.pop("type"), **fields}


def _write_json(report: Report, path: Path, title: str) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode({"title": title, **report_to_dict(report)})) + b"\n")


def _write_csv(report: Report, path: Path, title: str, csv_formulas: FormulaPolicy = "escape") -> None:
    escape = str if csv_formulas == "raw" else escape_formula
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(CSV_COLUMNS)
        for finding in report.findings:
            *values, transactions = _finding_to_dict(finding).values()
            cells = [escape(value) if isinstance(value, str) else value for value in values]
            writer.writerow([*cells, " ".join(map(str, cast("Sequence[int]", transactions)))])


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


def _write_html(report: Report, path: Path, title: str) -> None:
    parts = [f"<h1>{html.escape(title)}</h1>", _verdict_html(report), "<h2>Totals</h2>", _totals_html(report)]
    for finding_type, count in report.count_findings().items():
        findings = [finding for finding in report.findings if finding.type == finding_type]
        heading = f'<h2 id="{_anchor(finding_type)}">{html.escape(finding_type.capitalize())} ({count:,})</h2>'
        description = html.escape(FINDING_DESCRIPTIONS[finding_type])
        parts.append(f"{heading}<p>{description}</p>{_findings_html(findings)}")
    if report.settlements:
        parts += ["<h2>Settlements</h2>", _settlements_html(report)]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )
    path.write_text(page, encoding="utf-8")


def _verdict_html(report: Report) -> str:
    if report.is_clean:
        return '<div class="verdict agrees"><b>Everything matches.</b></div>'
    count = len(report.findings)
    links = "".join(
        f'<li><a href="#{_anchor(finding_type)}">{html.escape(finding_type)}</a> {of_type:,}</li>'
        for finding_type, of_type in report.count_findings().items()
    )
    return f'<div class="verdict"><b>{count:,} finding{"s" * (count != 1)}</b><ul>{links}</ul></div>'


def _anchor(finding_type: str) -> str:
    return finding_type.replace(" ", "-")


def _totals_html(report: Report) -> str:
    # A column for each currency, of which there are few, so that the table fits a phone.
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
    return _table_html(
        ("", *sorted(report.totals)),
        [(name, *map(format_total, totals)) for name, format_total in rows],
        text_columns=1,
    )


def _findings_html(findings: Sequence[Finding]) -> str:
    header = ("Reference", "Currency", "Ordered", "Paid", "Refunded", "Transactions")
    rows = [
        (
            finding.reference,
            finding.currency,
            *map(_amount, (finding.ordered, finding.paid, finding.refunded)),
            " ".join(map(str, finding.transactions)),
        )
        for finding in findings
    ]
    # A column that is empty in every row is left out.
    used = [index for index in range(len(header)) if any(row[index] for row in rows)]
    used_cells = [[row[index] for index in used] for row in rows]
    return _table_html([header[index] for index in used], used_cells, text_columns=2, wrap_column="Transactions")


def _settlements_html(report: Report) -> str:
    header = ("Settlement", "Status", "Date", "Currency", "Payments", "Paid", "Fees", "Paid out")
    rows = [
        (
            str(summary.settlement.id),
            summary.settlement.status,
            (summary.settlement.date or "")[:10],
            summary.settlement.currency,
            f"{summary.payments:,}",
            *map(_amount, (summary.paid, summary.fees, summary.settlement.paid_out)),
        )
        for summary in report.settlements
    ]
    return _table_html(header, rows, text_columns=4)


def _table_html(
    header: Sequence[str], rows: Iterable[Sequence[str]], *, text_columns: int, wrap_column: str = ""
) -> str:
    # The first columns hold text, and so does `wrap_column`, whose cells may wrap; the others hold numbers.
    classes = [
        "" if index < text_columns else " class=free" if name == wrap_column else " class=number"
        for index, name in enumerate(header)
    ]

    def row_html(cells: Sequence[str], tag: str) -> str:
        marked = [f"<{tag}{name}>{html.escape(cell)}</{tag}>" for name, cell in zip(classes, cells, strict=True)]
        return f"<tr>{''.join(marked)}</tr>"

    body = "".join(row_html(row, "td") for row in rows)
    return f'<div class="wide"><table><thead>{row_html(header, "th")}</thead><tbody>{body}</tbody></table></div>'


def _amount(amount: int | None) -> str:
    return "" if amount is None else format_amount(amount)


_WRITERS: Mapping[str, Callable[[Report, Path, str], None]] = {
    ".html": _write_html,
    ".csv": _write_csv,
    ".json": _write_json,
}
