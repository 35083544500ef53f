"""A list as a file, however long it is: flat in memory, and gone on with after an interruption.

What comes is kept page by page beside the file, in ``NAME.part``, in one transaction with the place to go on from.
Whoever runs the same export again goes on from there. When all is there the file is written, and appears whole. While
it is written both are there: the part is about twice as large as the items (2 kB for each of 100,000 transactions).

All is there that Paystack had when the export began, whatever the time is on this machine: no bound by date is sent
unless the caller gives one. What is added meanwhile stands in front of the list, and may be there or not. Each item
is known by its ``id``: one that comes again, since the list has moved or pages before the place are read again, is not
kept again.

The file and its part can be read by their owner alone.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import msgspec

from paystackease import errors
from paystackease._core.endpoint import Endpoint
from paystackease.base import PayStackBaseClientAPI
from paystackease.data.columns import columns_of, rows_of
from paystackease.data.pagination import beginning, read
from paystackease.data.private_files import create_private, replace_private
from paystackease.data.spreadsheets import Formulas
from paystackease.data.writers import writer_for


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is."""

    kept: int
    """How many items are kept, those of earlier runs included."""
    total: int | None
    """How many there are, where Paystack says so."""


class Place(msgspec.Struct, frozen=True):
    """Where an export stands."""

    query: dict[str, Any]
    """With which query the next page is asked for."""
    done: bool = False


def export(
    client: PayStackBaseClientAPI,
    endpoint: Endpoint[..., Any],
    arguments: Mapping[str, Any],
    out: Path,
    *,
    whose: str = "",
    csv_formulas: Formulas = "escape",
    tell: Callable[[Progress], object] = lambda progress: None,
) -> int:
    """Write a list into a file, and return how many rows that is.

    :param arguments: What narrows the list, as the endpoint takes it.
    :param out: The file; its ending says what it is to be: ``.csv``, ``.jsonl``, ``.parquet``, ``.sqlite``.
    :param whose: A mark of the account, no secret: what is kept of one account's list is not gone on with for another.
    :param csv_formulas: In CSV, ``"escape"`` writes a single quote in front of text that a spreadsheet would take for
        a formula; ``"raw"`` writes it as it is. Other files have it as it is.
    :param tell: Is told how far it is, after each page.
    :raises paystackease.errors.InvalidArgumentError: Where the file is there already, its ending says nothing, or what
        is kept beside it is of another export.
    :raises paystackease.errors.PaystackError: Where a page could not be had. What came is kept: export again.
    """
    write = writer_for(out, csv_formulas)
    if out.exists():
        raise errors.InvalidArgumentError(f"{out} is there already: give another name, or delete it")
    part = out.with_name(f"{out.name}.part")
    with closing(_Part(part, endpoint, arguments, whose)) as kept:
        place = kept.place()
        if place is None or not kept.count():
            # Where nothing had come yet, it begins now.
            place = Place(beginning(endpoint, arguments))
            kept.keep([], place)
        else:
            tell(Progress(kept.count(), None))
        if not place.done:
            for page in read(client, endpoint, arguments, place.query, came_before=kept.has_some):
                kept.keep(page.items, Place(page.query))
                tell(Progress(kept.count(), page.total))
            kept.keep([], Place(place.query, done=True))
        columns = columns_of(endpoint)
        beside = out.with_name(f"{out.name}.new")
        replace_private(beside)
        write(beside, endpoint, columns, map(rows_of(columns), kept.items()), kept.raw())
        rows = kept.count()
    beside.replace(out)
    part.unlink()
    return rows


class _Part:
    """What is there of an export that is not done: a database beside the file."""

    def __init__(self, path: Path, endpoint: Endpoint[..., Any], arguments: Mapping[str, Any], whose: str) -> None:
        if path.is_symlink():
            raise errors.InvalidArgumentError(f"{path} is a link, which no export left: delete it")
        create_private(path)
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._connection.execute("pragma journal_mode = delete")
            self._connection.executescript(
                """create table if not exists item (seq integer primary key, key text unique, body blob not null);
                create table if not exists export (what text not null, place blob)"""
            )
            what = msgspec.json.encode([endpoint.method, endpoint.path, arguments, whose], enc_hook=str).decode()
            rows = self._connection.execute("select what from export").fetchall()
            if not rows:
                self._connection.execute("insert into export values (?, null)", (what,))
            elif rows[0][0] != what:
                raise errors.InvalidArgumentError(
                    f"{path} holds what came of another export: end that one, or delete it"
                )
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise errors.InvalidArgumentError(f"{path} is not what an export left: delete it") from None
            raise

    def close(self) -> None:
        self._connection.close()

    def place(self) -> Place | None:
        ((place,),) = self._connection.execute("select place from export")
        return None if place is None else msgspec.json.decode(place, type=Place)

    def keep(self, items: list[Any], place: Place) -> None:
        """Keep items, and the place to go on from, or neither."""
        rows = [(_key(item, body), body) for item in items if (body := msgspec.json.encode(item))]
        self._connection.execute("begin immediate")
        with self._connection:
            self._connection.executemany("insert or ignore into item (key, body) values (?, ?)", rows)
            self._connection.execute("update export set place = ?", (msgspec.json.encode(place),))

    def has_some(self, items: list[Any]) -> bool:
        """Whether one of these is kept."""
        keys = ((_key(item, msgspec.json.encode(item)),) for item in items)
        sought = "select 1 from item where key = ?"
        return any(self._connection.execute(sought, key).fetchone() for key in keys)

    def count(self) -> int:
        ((count,),) = self._connection.execute("select coalesce(max(seq), 0) from item")
        return int(count)

    def raw(self) -> Iterator[bytes]:
        for (body,) in self._connection.execute("select body from item order by seq"):
            yield body

    def items(self) -> Iterator[dict[str, object]]:
        for body in self.raw():
            yield cast("dict[str, object]", msgspec.json.decode(body))


def _key(item: object, body: bytes) -> str:
    # An item without an id is known by all that it is: of two that are the same, one is kept.
    known = cast("Mapping[str, object]", item).get("id") if isinstance(item, Mapping) else None
    return str(known) if isinstance(known, int | str) else hashlib.sha256(body).hexdigest()
