"""Print responses: as a table on a terminal, as JSON in a pipe, or in the format of ``--output``.

``json`` is Paystack's whole response as received. ``jsonl`` and ``csv`` hold the items of its ``data``, one per line.
With ``--fields`` or ``--all``, every format holds items. A table is for people: it has the columns that fit, and shows
amounts with their currency.
"""

from __future__ import annotations

import contextlib
import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import msgspec

from paystackease._core.lenient_json import encode
from paystackease._core.money import format_money

if TYPE_CHECKING:
    from rich.table import Table

OutputFormat: TypeAlias = Literal["table", "json", "jsonl", "csv"]

PIPE_WIDTH = 80
"""The width of a table that is not printed to a terminal."""

MAX_COLUMN_WIDTH = 40
"""The maximum width of a column of a table, in characters; the last column may use all remaining space."""

SAMPLE_SIZE = 200
"""The number of items from which the columns of a table are chosen; later items have the same columns."""

AMOUNT_FIELDS = frozenset(
    {"amount", "fees", "requested_amount", "balance", "price", "total_amount", "total_fees", "fee_charged"}
)
"""Fields that are amounts in subunits if there is a currency beside them."""

_LEADING_COLUMNS = (
    "id",
    "reference",
    "customer_code",
    "plan_code",
    "subscription_code",
    "transfer_code",
    "recipient_code",
    "subaccount_code",
    "split_code",
    "request_code",
    "batch_code",
    "status",
    "amount",
    "name",
    "email",
    "customer.email",
    "recipient.name",
    "channel",
    "interval",
    "active",
    "paid_at",
    "createdAt",
    "created_at",
)
"""The columns that a table shows first, in this order."""


def print_response(response: Mapping[str, object], output_format: OutputFormat | None, fields: Sequence[str]) -> None:
    """Print a response of Paystack's."""
    data = response.get("data")
    output_format = output_format or default_format()
    if output_format == "json" and not fields:
        print_json(response)
    elif isinstance(data, list):
        print_items(cast("list[object]", data), output_format, fields)
    elif output_format == "table":
        _print_object(response, fields)
    elif isinstance(data, dict):
        item = cast("dict[str, object]", data)
        if output_format == "json":
            print_json(_select_fields(item, fields))
        else:
            print_items([item], output_format, fields)
    else:
        print_items([response], output_format, fields)


def print_items(
    items: Iterable[object],
    output_format: OutputFormat | None,
    fields: Sequence[str],
    *,
    whole: Sequence[str] = (),
) -> None:
    """Print items as they arrive.

    :param whole: The columns that a table shows first and never truncates, because another command needs their values.
    """
    match output_format or default_format():
        case "json":
            _write_array(_select_fields_of_each(items, fields))
        case "jsonl":
            for item in _select_fields_of_each(items, fields):
                sys.stdout.buffer.write(encode(item) + b"\n")
            sys.stdout.buffer.flush()
        case "csv":
            _write_csv(items, fields)
        case "table":
            _write_table(items, fields, whole)


def default_format() -> OutputFormat:
    """Return the format without ``--output``: a table on a terminal, JSON in a pipe."""
    return "table" if sys.stdout.isatty() else "json"


MAX_COLUMN_DEPTH = 32
"""Objects that are nested deeper are one value."""


def flatten(item: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Iterate over the values in an item with their paths: ``customer.email``. Lists and empty objects are values."""
    if isinstance(item, Mapping) and item and depth < MAX_COLUMN_DEPTH:
        for key, value in cast("Mapping[str, object]", item).items():
            yield from flatten(value, f"{path}.{key}" if path else str(key), depth + 1)
    else:
        yield path or "value", item


def format_value(value: object) -> str:
    """Return a value as text: lists and objects as JSON, an empty string for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return encode(cast("object", value)).decode()
    # A lone surrogate is written as U+FFFD, as in JavaScript.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _select_fields(item: Mapping[str, object], fields: Sequence[str]) -> dict[str, object]:
    return {name: _value_at(item, name) for name in fields} if fields else dict(item)


def _select_fields_of_each(items: Iterable[object], fields: Sequence[str]) -> Iterator[object]:
    for item in items:
        yield (
            _select_fields(cast("Mapping[str, object]", item), fields) if fields and isinstance(item, Mapping) else item
        )


def _value_at(item: object, path: str) -> object:
    for part in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = cast("Mapping[str, object]", item).get(part)
    return item


_ROLE = re.compile(r":[\w:]+:`~?([^`]+)`")


def strip_markup(text: str) -> str:
    """Return the text of a docstring without its reStructuredText markup, on one line."""
    text = _ROLE.sub(lambda role: role[1].rpartition(".")[2], text)
    return " ".join(re.sub(r"``([^`]*)``", r"\1", text).split())


def print_error(text: str, highlight: str = "") -> None:
    """Print to standard error.

    :param highlight: If the text begins with this, it is red on a terminal.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    styled = Text(text)
    if text.startswith(highlight):
        styled.stylize("bold red", 0, len(highlight))
    # Lines are wrapped between words only on a terminal.
    console.print(styled, soft_wrap=not console.is_terminal)


def print_json(value: object) -> None:
    """Print a value as JSON, indented."""
    text = encode(value)
    with contextlib.suppress(
        ValueError, RecursionError
    ):  # msgspec cannot format all that JavaScript accepts: then it stays on one line
        text = msgspec.json.format(text)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def _write_array(items: Iterable[object]) -> None:
    out, separator = sys.stdout.buffer, b"[\n"
    for item in items:
        out.write(separator + b"  " + encode(item))
        separator = b",\n"
    out.write(b"[]\n" if separator == b"[\n" else b"\n]\n")
    out.flush()


def _write_csv(items: Iterable[object], fields: Sequence[str]) -> None:
    # The columns are those of the first items. Other fields of later items are left out unless --fields names them.
    iterator = iter(items)
    sample = list(islice(iterator, SAMPLE_SIZE))
    columns = list(fields) or list(dict.fromkeys(name for item in sample for name, _ in flatten(item)))
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for item in chain(sample, iterator):
        values: dict[str, object] = dict(flatten(item))
        writer.writerow([format_value(values.get(name, _value_at(item, name))) for name in columns])


def _write_table(items: Iterable[object], fields: Sequence[str], whole: Sequence[str] = ()) -> None:
    from rich.console import Console
    from rich.text import Text

    console = _create_console(Console)
    iterator = iter(items)
    sample = list(islice(iterator, SAMPLE_SIZE))
    if not sample:
        console.print("[dim]No items.[/]")
        return
    columns = list(fields) or _choose_columns(sample, console.width, whole)
    count = 0
    batch = sample
    while batch:
        widths = {name: _column_width(name, batch) for name in columns if name in whole}
        if widths:
            # A terminal wraps a line that is longer than it is wide, and copies it without the break.
            console.width = max(console.width, sum(widths.values()) + 2 * len(widths))
        table = _build_table(columns, headed=count == 0, widths=widths)
        for item in batch:
            values: dict[str, object] = dict(flatten(item))
            table.add_row(
                *(Text(_format_field(name, values.get(name, _value_at(item, name)), values)) for name in columns)
            )
        console.print(table)
        count += len(batch)
        batch = list(islice(iterator, SAMPLE_SIZE))
    more = "" if fields else "   --fields a,b selects columns, --output json shows everything"
    console.print(f"[dim]{count} item{'s' * (count != 1)}{more}[/]", soft_wrap=True)


def _build_table(columns: Sequence[str], *, headed: bool, widths: Mapping[str, int]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headed)
    for name in columns:
        is_amount = name.rpartition(".")[2] in AMOUNT_FIELDS
        # A long value must not take space from the other columns.
        max_width = None if name == columns[-1] or name in widths else MAX_COLUMN_WIDTH
        table.add_column(
            name,
            justify="right" if is_amount else "left",
            overflow="ellipsis",
            no_wrap=True,
            min_width=widths.get(name),
            max_width=max_width,
        )
    return table


def _column_width(name: str, items: Sequence[object]) -> int:
    return max(len(name), *(len(format_value(_value_at(item, name))) for item in items))


def _choose_columns(items: Sequence[object], width: int, whole: Sequence[str]) -> list[str]:
    widths: dict[str, int] = {}
    for item in items:
        values = dict(flatten(item))
        for name, value in values.items():
            if not isinstance(value, dict | list):
                widths[name] = max(widths.get(name, len(name)), len(_format_field(name, value, values)))
    used = [name for name in widths if any(dict(flatten(item)).get(name) is not None for item in items[:20])]
    order = [name for name in (*whole, *_LEADING_COLUMNS) if name in used]
    order += [name for name in used if name not in order and "." not in name]
    columns: list[str] = []
    remaining = width
    for name in order:
        column_width = widths[name] if name in whole else min(widths[name], MAX_COLUMN_WIDTH)
        column_width += 2 if columns else 0  # the space between
        if column_width <= remaining or name in whole:
            columns.append(name)
            remaining -= column_width
    return columns or order[:1]


def _format_field(name: str, value: object, siblings: Mapping[str, object]) -> str:
    parent, _, last = name.rpartition(".")
    if last in AMOUNT_FIELDS and isinstance(value, int) and not isinstance(value, bool):
        currency = siblings.get(f"{parent}.currency" if parent else "currency")
        if currency:
            return format_money(value, currency)
    return format_value(value)


def _print_object(response: Mapping[str, object], fields: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = _create_console(Console)
    console.print(Text(str(response.get("message", "")), style="green"))
    data = response.get("data")
    if data is None:
        return
    values: dict[str, object] = dict(flatten(data))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name in fields or values:
        table.add_row(Text(name), Text(_format_field(name, values.get(name, _value_at(data, name)), values)))
    console.print(table)


def _create_console(console_class: Any) -> Any:
    console = console_class(highlight=False)
    return console if console.is_terminal else console_class(highlight=False, width=PIPE_WIDTH)
