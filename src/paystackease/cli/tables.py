"""Tables for people: the columns that fit, those that people look for first.

Amounts are shown with their currency, and times without milliseconds. Of several dates, a table shows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from paystackease._core.lenient_json import encode
from paystackease._core.money import format_money

if TYPE_CHECKING:
    from rich.table import Table

PIPE_WIDTH = 80
"""The width of a table that is not printed to a terminal."""

MAX_COLUMN_WIDTH = 40
"""The maximum width of a column of a table, in characters. The last one of ``--fields`` may be wider."""

SAMPLE_SIZE = 200
"""The number of items from which the columns of a table are chosen; later items have the same columns."""

AMOUNT_FIELDS = frozenset(
    {
        "amount",
        "amount_paid",
        "balance",
        "deductions",
        "effective_amount",
        "fee_charged",
        "fees",
        "price",
        "refund_amount",
        "requested_amount",
        "total_amount",
        "total_fees",
        "total_processed",
    }
)
"""Fields that are amounts in subunits if the item has a currency."""

_CURRENCY_PATHS = ("currency", "plan.currency", "transaction.currency")
"""Where an item has its currency, if none is beside the amount."""

_DATE_COLUMNS = ("createdAt", "created_at", "paid_at", "paidAt", "transferred_at", "settlement_date")
"""The date that a table shows: the first of these that the items have."""

_FIRST_COLUMNS = (
    "reference",
    "event_name",
    "name",
    "first_name",
    "last_name",
    "email",
    "title",
    "status",
    "amount",
    "refund_amount",
    "effective_amount",
    "price",
    "customer.email",
    "recipient.name",
    "interval",
    "code",
    "request_code",
    "plan_code",
    "customer_code",
    "subscription_code",
    "transfer_code",
    "recipient_code",
    "subaccount_code",
    "split_code",
    "batch_code",
    *_DATE_COLUMNS,
    "channel",
    "type",
    "category",
    "plan.name",
    "details.bank_name",
    "details.account_number",
    "active",
    "id",
    "_id",
)
"""The columns that a table shows first, in this order."""

_HIDDEN_COLUMNS = frozenset({"domain", "integration"})
"""Columns that are the same for all items of an account."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)")


def value_at(item: object, path: str) -> object:
    """Return the value at a path such as ``customer.email``, or None."""
    for part in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = cast("Mapping[str, object]", item).get(part)
    return item


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


def write_table(items: Iterable[object], fields: Sequence[str], whole: Sequence[str] = ()) -> None:
    """Print items as a table.

    :param fields: The columns; if empty, those that people look for first, as far as they fit.
    :param whole: The columns that are shown first and never truncated, because another command needs their values.
    """
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
    has_times = False
    batch = sample
    while batch:
        widths = {name: _column_width(name, batch) for name in columns if name in whole}
        if widths:
            # A terminal wraps a line that is longer than it is wide, and copies it without the break.
            console.width = max(console.width, sum(widths.values()) + 2 * len(widths))
        table = _build_table(columns, headed=count == 0, last_is_wide=bool(fields), widths=widths)
        for item in batch:
            values: dict[str, object] = dict(flatten(item))
            cells = [values.get(name, value_at(item, name)) for name in columns]
            has_times = has_times or any(_is_time(cell) for cell in cells)
            table.add_row(*(Text(_format_field(name, cell, values)) for name, cell in zip(columns, cells, strict=True)))
        console.print(table)
        count += len(batch)
        batch = list(islice(iterator, SAMPLE_SIZE))
    times = "   times are in UTC" if has_times else ""
    more = "" if fields else "   --fields a,b selects columns, --output json shows everything"
    console.print(f"[dim]{count} item{'s' * (count != 1)}{times}{more}[/]", soft_wrap=bool(whole))


def _build_table(columns: Sequence[str], *, headed: bool, last_is_wide: bool, widths: Mapping[str, int]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headed)
    for name in columns:
        is_amount = name.rpartition(".")[2] in AMOUNT_FIELDS
        # A long value must not take space from the other columns.
        is_wide = name in widths or (last_is_wide and name == columns[-1])
        table.add_column(
            name,
            justify="right" if is_amount else "left",
            overflow="ellipsis",
            no_wrap=True,
            min_width=widths.get(name),
            max_width=None if is_wide else MAX_COLUMN_WIDTH,
        )
    return table


def _column_width(name: str, items: Sequence[object]) -> int:
    return max(len(name), *(len(format_value(value_at(item, name))) for item in items))


def _choose_columns(items: Sequence[object], width: int, whole: Sequence[str]) -> list[str]:
    columns: list[str] = []
    remaining = width
    widths = _column_widths(items)
    first = [name for name in whole if name in widths]
    order = first + [name for name in _order_columns(items, widths) if name not in first]
    for name in order:
        column_width = widths[name] if name in whole else min(widths[name], MAX_COLUMN_WIDTH)
        column_width += 2 if columns else 0  # the space between
        if column_width <= remaining or name in whole:
            columns.append(name)
            remaining -= column_width
    return columns or order[:1]


def _column_widths(items: Sequence[object]) -> dict[str, int]:
    widths: dict[str, int] = {}
    nested: set[str] = set()
    for item in items:
        values = dict(flatten(item))
        nested |= {name for name, value in values.items() if isinstance(value, dict | list) and value}
        for name, value in values.items():
            if not isinstance(value, dict | list):
                widths[name] = max(widths.get(name, len(name)), len(_format_field(name, value, values)))
    nested |= {name.rpartition(".")[0] for name in widths}
    return {name: width for name, width in widths.items() if name not in nested}


def _order_columns(items: Sequence[object], widths: Mapping[str, int]) -> list[str]:
    """Return the columns that a table may show, those that people look for first."""
    flat = [dict(flatten(item)) for item in items[:20]]
    used = {name for name in widths if any(values.get(name) is not None for values in flat)}
    dates = {name for name in used if any(_is_time(values.get(name)) for values in flat)}
    shown_date = next((name for name in _DATE_COLUMNS if name in dates), min(dates, default=None))
    used -= dates - {shown_date}
    used -= _HIDDEN_COLUMNS
    if any(name in used for name in ("amount", "refund_amount", "effective_amount", "price")):
        used.discard("currency")  # It is shown with the amount.
    order = [name for name in _FIRST_COLUMNS if name in used]
    if not any(name == "reference" or name.endswith("code") for name in order) and "id" in order:
        order = ["id", *(name for name in order if name != "id")]  # Other commands take it.
    return order + [name for name in widths if name in used and name not in order and "." not in name]


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


def _format_field(name: str, value: object, siblings: Mapping[str, object]) -> str:
    parent, _, last = name.rpartition(".")
    if last in AMOUNT_FIELDS and isinstance(value, int) and not isinstance(value, bool):
        beside = f"{parent}.currency" if parent else "currency"
        currency = next((found for path in (beside, *_CURRENCY_PATHS) if (found := siblings.get(path))), None)
        if currency:
            return format_money(value, currency)
    if isinstance(value, str) and (time := _TIME.fullmatch(value)):
        return f"{time[1]} {time[2]}"
    return format_value(value)


def print_object(response: Mapping[str, object], fields: Sequence[str]) -> None:
    """Print a response whose data is one object, one field on a line."""
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
        table.add_row(Text(name), Text(_format_field(name, values.get(name, value_at(data, name)), values)))
    console.print(table)


def _create_console(console_class: Any) -> Any:
    console = console_class(highlight=False)
    return console if console.is_terminal else console_class(highlight=False, width=PIPE_WIDTH)
