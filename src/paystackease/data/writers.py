"""Write an exported list to a file, in the format that its extension names.

.csv        a header, and a row for each item; text that may be a formula is escaped (paystackease.data.spreadsheets)
.jsonl      the items exactly as Paystack sent them, one per line
.parquet    typed columns, for pandas, DuckDB and others (needs the extra ``data``)
.sqlite     a table named after the list (``.db`` too)
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

from paystackease.data.columns import Column, ColumnType
from paystackease.data.spreadsheets import FormulaPolicy, escape_formula
from paystackease.errors import InvalidArgumentError

if TYPE_CHECKING:
    from paystackease._core.endpoint import Endpoint

T = TypeVar("T")

Writer: TypeAlias = Callable[
    [Path, "Endpoint[..., Any]", Sequence[Column], Iterable[list[object]], Iterable[bytes]], None
]
"""A function of the file, the list's endpoint, its columns, the rows, and the items as JSON."""

BATCH_SIZE = 1000
"""Rows that are written at a time."""
BATCHES_PER_ROW_GROUP = 20
"""Batches in a row group of a Parquet file. Until the file ends, a writer keeps about 200 kB for each row group."""


def writer_for(out: Path, csv_formulas: FormulaPolicy = "escape") -> Writer:
    """Return the writer for a file's extension.

    :param csv_formulas: How CSV holds text that a spreadsheet would treat as a formula.
    :raises paystackease.errors.InvalidArgumentError: If the extension is not supported, or a library is missing.
    """
    writer = WRITERS.get(out.suffix.lower())
    if writer is None:
        raise InvalidArgumentError(f"{out.name}: unsupported file extension: use {', '.join(WRITERS)}")
    if writer is _write_parquet:
        try:
            _import_pyarrow()  # before anything is fetched
        except ModuleNotFoundError:
            raise InvalidArgumentError(
                "Parquet needs pyarrow. Install it with: pip install 'paystackease[data]'"
            ) from None
    if writer is _write_csv and csv_formulas == "raw":
        return partial(_write_csv, csv_formulas=csv_formulas)
    return writer


def _write_csv(
    path: Path,
    endpoint: Endpoint[..., Any],
    columns: Sequence[Column],
    rows: Iterable[list[object]],
    bodies: object,
    csv_formulas: FormulaPolicy = "escape",
) -> None:
    booleans: Mapping[object, object] = {True: "true", False: "false"}
    boolean_indexes = [index for index, column in enumerate(columns) if column.type == "boolean"]
    # Numbers are never formulas, nor is JSON: at most it begins with the minus of a number.
    escape = csv_formulas != "raw"
    text_indexes = [index for index, column in enumerate(columns) if column.type == "text"] if escape else []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([escape_formula(column.name) if escape else column.name for column in columns])
        for row in rows:
            for index in boolean_indexes:
                row[index] = booleans.get(row[index])
            for index in text_indexes:
                if isinstance(text := row[index], str):
                    row[index] = escape_formula(text)
            writer.writerow(row)


def _write_jsonl(
    path: Path, endpoint: Endpoint[..., Any], columns: object, rows: object, bodies: Iterable[bytes]
) -> None:
    with path.open("wb") as file:
        file.writelines(body + b"\n" for body in bodies)


def _write_parquet(
    path: Path, endpoint: Endpoint[..., Any], columns: Sequence[Column], rows: Iterable[list[object]], bodies: object
) -> None:
    pa, pq = _import_pyarrow()
    arrow_types: Mapping[ColumnType, Any] = {
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
        "boolean": pa.bool_(),
        "json": pa.string(),
    }
    types = [arrow_types[column.type] for column in columns]
    schema = pa.schema(list(zip([column.name for column in columns], types, strict=True)))
    with pq.ParquetWriter(path, schema) as writer:

        def make_table(batch: list[list[object]]) -> Any:
            columns_of_values = zip(zip(*batch, strict=True), types, strict=True)
            return pa.Table.from_arrays(
                [pa.array(values, type=kind) for values, kind in columns_of_values], schema=schema
            )

        # Arrow's tables are several times smaller than the rows, so a row group is made from small batches of rows.
        for tables in iterate_batches(map(make_table, iterate_batches(rows, BATCH_SIZE)), BATCHES_PER_ROW_GROUP):
            writer.write_table(pa.concat_tables(tables))


def _import_pyarrow() -> tuple[Any, Any]:
    # pyarrow ships no type information, so it is imported as Any.
    return import_module("pyarrow"), import_module("pyarrow.parquet")


def _write_sqlite(
    path: Path, endpoint: Endpoint[..., Any], columns: Sequence[Column], rows: Iterable[list[object]], bodies: object
) -> None:
    sqlite_types: Mapping[ColumnType, str] = {
        "integer": "integer",
        "number": "real",
        "text": "text",
        "boolean": "boolean",
        "json": "json",
    }
    table = table_name(endpoint)
    definitions = ", ".join(f'"{column.name}" {sqlite_types[column.type]}' for column in columns)
    placeholders = ", ".join("?" * len(columns))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("begin")
        connection.execute(f'create table "{table}" ({definitions})')
        for batch in iterate_batches(rows, BATCH_SIZE):
            connection.executemany(f'insert into "{table}" values ({placeholders})', batch)
        connection.execute("commit")


def table_name(endpoint: Endpoint[..., Any]) -> str:
    """Return the name of a list: ``transactions`` for ``list_transactions``."""
    for prefix in ("list_", "fetch_"):
        if endpoint.name.startswith(prefix):
            return endpoint.name.removeprefix(prefix)
    return endpoint.name


def iterate_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Iterate over items in lists of at most this size."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


WRITERS: Mapping[str, Writer] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
    ".sqlite": _write_sqlite,
    ".db": _write_sqlite,
}
