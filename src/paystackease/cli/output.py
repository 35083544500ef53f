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
from typing import Literal, TypeAlias, cast

import msgspec

from paystackease._core.lenient_json import encode
from paystackease.cli.tables import SAMPLE_SIZE, flatten, format_value, print_object, value_at, write_table

OutputFormat: TypeAlias = Literal["table", "json", "jsonl", "csv"]


def print_response(response: Mapping[str, object], output_format: OutputFormat | None, fields: Sequence[str]) -> None:
    """Print a response of Paystack's."""
    data = response.get("data")
    output_format = output_format or default_format()
    if output_format == "json" and not fields:
        print_json(response)
    elif isinstance(data, list):
        print_items(cast("list[object]", data), output_format, fields)
    elif output_format == "table":
        print_object(response, fields)
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
            write_table(items, fields, whole)


def default_format() -> OutputFormat:
    """Return the format without ``--output``: a table on a terminal, JSON in a pipe."""
    return "table" if sys.stdout.isatty() else "json"


def _select_fields(item: Mapping[str, object], fields: Sequence[str]) -> dict[str, object]:
    return {name: value_at(item, name) for name in fields} if fields else dict(item)


def _select_fields_of_each(items: Iterable[object], fields: Sequence[str]) -> Iterator[object]:
    for item in items:
        yield (
            _select_fields(cast("Mapping[str, object]", item), fields) if fields and isinstance(item, Mapping) else item
        )


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
        writer.writerow([format_value(values.get(name, value_at(item, name))) for name in columns])
