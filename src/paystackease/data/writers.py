"""The files that an export can be, by their endings.

.csv        a header, and a row for each item; text that may be a formula is escaped (paystackease.data.spreadsheets)
.jsonl      the items just as Paystack sent them, one on a line
.parquet    typed columns, for pandas, DuckDB and the like (needs the extra ``data``)
.sqlite     a table named like the list (``.db`` too)
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from paystackease.data.columns import Column, Kind
from paystackease.data.spreadsheets import Formulas, escaped
from paystackease.errors import InvalidArgumentError

if TYPE_CHECKING:
    from paystackease._core.endpoint import Endpoint

T = TypeVar("T")

Write: TypeAlias = Callable[
    [Path, "Endpoint[..., Any]", Sequence[Column], Iterable[list[object]], Iterable[bytes]], None
]
"""Takes the file, the list's endpoint, its columns, the rows, and the items as they came."""

BATCH = 1000


def writer_for(out: Path, csv_formulas: Formulas = "escape") -> Write:
    """What writes a file with this ending.

    :param csv_formulas: In CSV, what becomes of text that a spreadsheet would take for a formula.
    :raises paystackease.errors.InvalidArgumentError: Where nothing does, or something that it needs is not installed.
    """
    found = WRITERS.get(out.suffix.lower())
    if found is None:
        raise InvalidArgumentError(f"a file is named *{', *'.join(WRITERS)}: {out.name} says nothing of what it is")
    if found is _write_parquet:
        try:
            _arrow()  # which is to be told before anything is fetched
        except ModuleNotFoundError:
            raise InvalidArgumentError(
                "Parquet needs pyarrow. Install it with: pip install 'paystackease[data]'"
            ) from None
    if found is _write_csv and csv_formulas == "raw":
        return partial(_write_csv, csv_formulas=csv_formulas)
    return found


def _write_csv(
    path: Path,
    endpoint: Endpoint[..., Any],
    columns: Sequence[Column],
    rows: Iterable[list[object]],
    raw: object,
    csv_formulas: Formulas = "escape",
) -> None:
    truth: Mapping[object, object] = {True: "true", False: "false"}
    flags = [index for index, column in enumerate(columns) if column.kind == "boolean"]
    # Numbers are never formulas, nor is JSON: at most it begins with the minus of a number.
    texts = [index for index, column in enumerate(columns) if column.kind == "text"] if csv_formulas != "raw" else []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.name if csv_formulas == "raw" else escaped(column.name) for column in columns])
        for row in rows:
            for index in flags:
                row[index] = truth.get(row[index])
            for index in texts:
                if isinstance(text := row[index], str):
                    row[index] = escaped(text)
            writer.writerow(row)


def _write_jsonl(path: Path, endpoint: Endpoint[..., Any], columns: object, rows: object, raw: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(body + b"\n" for body in raw)


def _write_parquet(
    path: Path, endpoint: Endpoint[..., Any], columns: Sequence[Column], rows: Iterable[list[object]], raw: object
) -> None:
    pa, pq = _arrow()
    kinds: Mapping[Kind, Any] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "boolean": pa.bool_(),
        "json": pa.string(),
    }
    types = [kinds[column.kind] for column in columns]
    schema = pa.schema(list(zip([column.name for column in columns], types, strict=True)))
    with pq.ParquetWriter(path, schema) as writer:
        for batch in batches(rows, BATCH):
            arrays = [pa.array(values, type=kind) for values, kind in zip(zip(*batch, strict=True), types, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _arrow() -> tuple[Any, Any]:
    # It has no types of its own, so none of it is known to a checker.
    return import_module("pyarrow"), import_module("pyarrow.parquet")


def _write_sqlite(
    path: Path, endpoint: Endpoint[..., Any], columns: Sequence[Column], rows: Iterable[list[object]], raw: object
) -> None:
    kinds: Mapping[Kind, str] = {
        "integer": "integer",
        "number": "real",
        "text": "text",
        "boolean": "boolean",
        "json": "json",
    }
    table = table_name(endpoint)
    head = ", ".join(f'"{column.name}" {kinds[column.kind]}' for column in columns)
    marks = ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("begin")
        connection.execute(f'create table "{table}" ({head})')
        for batch in batches(rows, BATCH):
            connection.executemany(f'insert into "{table}" values ({marks})', batch)
        connection.execute("commit")


def table_name(endpoint: Endpoint[..., Any]) -> str:
    """What a list is called: ``transactions`` for ``list_transactions``."""
    for prefix in ("list_", "fetch_"):
        if endpoint.name.startswith(prefix):
            return endpoint.name.removeprefix(prefix)
    return endpoint.name


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time."""
    line = iter(items)
    while batch := list(islice(line, size)):
        yield batch


WRITERS: Mapping[str, Write] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
    ".sqlite": _write_sqlite,
    ".db": _write_sqlite,
}
