"""What came, for people and for programs: a table on a terminal, JSON in a pipe, or what ``--output`` says.

``json`` is Paystack's whole answer as it came. ``jsonl`` and ``csv`` are the items of its ``data``, one on a line. What
``--fields`` picks, and what ``--all`` gathers from many pages, are items too. A table is for people: it has what fits,
and writes amounts with their currency.
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

if TYPE_CHECKING:
    from rich.table import Table

Kind: TypeAlias = Literal["table", "json", "jsonl", "csv"]

WIDTH = 80
"""Of a table that does not go to a terminal."""

WIDEST = 40
"""As many characters of a column of a table are shown, of its last one as many as there is room for."""

SHOWN = 200
"""So many items of a table are measured for its columns; what comes after them has the same ones."""

AMOUNTS = frozenset(
    {"amount", "fees", "requested_amount", "balance", "price", "total_amount", "total_fees", "fee_charged"}
)
"""What counts subunits, where a currency stands beside it."""

_FIRST = (
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
"""Which columns a table has first."""


def show(answer: Mapping[str, object], kind: Kind | None, fields: Sequence[str]) -> None:
    """Print an answer of Paystack's."""
    data = answer.get("data")
    kind = kind or usual()
    if kind == "json" and not fields:
        _write_json(answer)
    elif isinstance(data, list):
        show_items(cast("list[object]", data), kind, fields)
    elif kind == "table":
        _show_one(answer, fields)
    elif isinstance(data, dict):
        one = cast("dict[str, object]", data)
        if kind == "json":
            _write_json(_picked(one, fields))
        else:
            show_items([one], kind, fields)
    else:
        show_items([answer], kind, fields)


def show_items(items: Iterable[object], kind: Kind | None, fields: Sequence[str]) -> None:
    """Print items, as they come."""
    match kind or usual():
        case "json":
            _write_array(_picked_each(items, fields))
        case "jsonl":
            for item in _picked_each(items, fields):
                sys.stdout.buffer.write(encode(item) + b"\n")
            sys.stdout.buffer.flush()
        case "csv":
            _write_csv(items, fields)
        case "table":
            _write_table(items, fields)


def usual() -> Kind:
    """What is printed where nobody says: for people on a terminal, for programs in a pipe."""
    return "table" if sys.stdout.isatty() else "json"


MAX_COLUMN_DEPTH = 32
"""Objects in so many others are one value."""


def flat(item: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """The values in an item, each with the path to it: ``customer.email``. Lists and empty objects are values."""
    if isinstance(item, Mapping) and item and depth < MAX_COLUMN_DEPTH:
        for key, value in cast("Mapping[str, object]", item).items():
            yield from flat(value, f"{path}.{key}" if path else str(key), depth + 1)
    else:
        yield path or "value", item


def cell(value: object) -> str:
    """A value as text: lists and objects as JSON, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return encode(cast("object", value)).decode()
    # Half a character is written as U+FFFD, as JavaScript writes it.
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def money(amount: int, currency: object) -> str:
    """An amount of subunits, with its currency: ``NGN 5,000.00``. All of Paystack's currencies have a hundred."""
    sign = "-" if amount < 0 else ""
    return f"{currency} {sign}{abs(amount) // 100:,}.{abs(amount) % 100:02}"


def _picked(item: Mapping[str, object], fields: Sequence[str]) -> dict[str, object]:
    return {name: _at(item, name) for name in fields} if fields else dict(item)


def _picked_each(items: Iterable[object], fields: Sequence[str]) -> Iterator[object]:
    for item in items:
        yield _picked(cast("Mapping[str, object]", item), fields) if fields and isinstance(item, Mapping) else item


def _at(item: object, path: str) -> object:
    for part in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = cast("Mapping[str, object]", item).get(part)
    return item


_ROLE = re.compile(r":[\w:]+:`~?([^`]+)`")


def plain(text: str) -> str:
    """What a docstring says, without its markup."""
    text = _ROLE.sub(lambda found: found[1].rpartition(".")[2], text)
    return " ".join(re.sub(r"``([^`]*)``", r"\1", text).split())


def complain(text: str, marked: str = "") -> None:
    """Say on standard error what went wrong, with these first words of it in red on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    found = Text(text)
    if text.startswith(marked):
        found.stylize("bold red", 0, len(marked))
    # A terminal's lines end between words; a program's are as long as what is said.
    console.print(found, soft_wrap=not console.is_terminal)


def _write_json(value: object) -> None:
    text = encode(value)
    with contextlib.suppress(ValueError, RecursionError):  # what only JavaScript takes stays on one line
        text = msgspec.json.format(text)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def _write_array(items: Iterable[object]) -> None:
    out, mark = sys.stdout.buffer, b"[\n"
    for item in items:
        out.write(mark + b"  " + encode(item))
        mark = b",\n"
    out.write(b"[]\n" if mark == b"[\n" else b"\n]\n")
    out.flush()


def _write_csv(items: Iterable[object], fields: Sequence[str]) -> None:
    # The columns are those of the first page; a later item's others have no place, and whoever wants one names it.
    line = iter(items)
    head = list(islice(line, SHOWN))
    columns = list(fields) or list(dict.fromkeys(name for item in head for name, _ in flat(item)))
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for item in chain(head, line):
        values: dict[str, object] = dict(flat(item))
        writer.writerow([cell(values.get(name, _at(item, name))) for name in columns])


def _write_table(items: Iterable[object], fields: Sequence[str]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = _console(Console)
    line = iter(items)
    head = list(islice(line, SHOWN))
    if not head:
        console.print("[dim]Nothing.[/]")
        return
    columns = list(fields) or _columns(head, console.width)
    count = 0
    batch = head
    while batch:
        table = _table(columns, headed=count == 0)
        for item in batch:
            values: dict[str, object] = dict(flat(item))
            table.add_row(*(Text(_told(name, values.get(name, _at(item, name)), values)) for name in columns))
        console.print(table)
        count += len(batch)
        batch = list(islice(line, SHOWN))
    more = "" if fields else "   --fields a,b picks columns, --output json shows everything"
    console.print(f"[dim]{count} item{'s' * (count != 1)}{more}[/]", soft_wrap=True)


def _table(columns: Sequence[str], *, headed: bool) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", show_header=headed)
    for name in columns:
        right = name.rpartition(".")[2] in AMOUNTS
        # A long value takes no room from the others.
        widest = None if name == columns[-1] else WIDEST
        table.add_column(
            name, justify="right" if right else "left", overflow="ellipsis", no_wrap=True, max_width=widest
        )
    return table


def _columns(items: Sequence[object], width: int) -> list[str]:
    widths: dict[str, int] = {}
    for item in items:
        values = dict(flat(item))
        for name, value in values.items():
            if not isinstance(value, dict | list):
                widths[name] = max(widths.get(name, len(name)), len(_told(name, value, values)))
    told = [name for name in widths if any(dict(flat(item)).get(name) is not None for item in items[:20])]
    order = [name for name in _FIRST if name in told]
    order += [name for name in told if name not in order and "." not in name]
    columns: list[str] = []
    left = width
    for name in order:
        wide = min(widths[name], WIDEST) + (2 if columns else 0)  # the space between
        if wide <= left:
            columns.append(name)
            left -= wide
    return columns or order[:1]


def _told(name: str, value: object, beside: Mapping[str, object]) -> str:
    parent, _, own = name.rpartition(".")
    if own in AMOUNTS and isinstance(value, int) and not isinstance(value, bool):
        currency = beside.get(f"{parent}.currency" if parent else "currency")
        if currency:
            return money(value, currency)
    return cell(value)


def _show_one(answer: Mapping[str, object], fields: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = _console(Console)
    console.print(Text(str(answer.get("message", "")), style="green"))
    data = answer.get("data")
    if data is None:
        return
    values: dict[str, object] = dict(flat(data))
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name in fields or values:
        table.add_row(Text(name), Text(_told(name, values.get(name, _at(data, name)), values)))
    console.print(table)


def _console(kind: Any) -> Any:
    console = kind(highlight=False)
    return console if console.is_terminal else kind(highlight=False, width=WIDTH)
