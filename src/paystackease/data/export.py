"""Export a list of any length to a file: memory use is constant, and an interrupted export is resumable.

Each page is saved in a resume file beside the output, ``NAME.part``, in one transaction with the checkpoint from which
to continue. Running the same export again continues from there. When all pages are saved, the output is written and
then appears as a whole. During that time both files exist; the resume file is about twice as large as the items (2 kB
for each of 100,000 transactions).

The output has everything that Paystack had when the export began, regardless of this machine's clock: no date bound is
sent unless the caller passes one. Items that are added meanwhile are at the front of the list, and may or may not be in
the output. Items are identified by ``id``, so one that is received again is not stored twice. That happens if items
have moved to later pages, or if pages before the checkpoint are read again.

Only their owner can read the output and the resume file.
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
from paystackease.data.columns import columns_of, row_converter
from paystackease.data.pagination import first_query, read_pages
from paystackease.data.private_files import create_private_file, replace_with_private_file
from paystackease.data.spreadsheets import FormulaPolicy
from paystackease.data.writers import writer_for


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of an export."""

    received: int
    """Number of items that are saved, including those of earlier runs."""
    total: int | None
    """Number of items in the list, if Paystack says so."""


class Checkpoint(msgspec.Struct, frozen=True):
    """Where to continue an export."""

    query: dict[str, Any]
    """The query of the next page."""
    done: bool = False


def export(
    client: PayStackBaseClientAPI,
    endpoint: Endpoint[..., Any],
    arguments: Mapping[str, Any],
    out: Path,
    *,
    account_fingerprint: str = "",
    csv_formulas: FormulaPolicy = "escape",
    on_progress: Callable[[Progress], object] = lambda progress: None,
) -> int:
    """Write a list to a file, and return the number of rows.

    :param arguments: Arguments of the endpoint that narrow the list.
    :param out: The file. Its extension selects the format: ``.csv``, ``.jsonl``, ``.parquet``, ``.sqlite``.
    :param account_fingerprint: Identifies the account without being secret. An export of one account is never resumed
        with another.
    :param csv_formulas: In CSV, ``"escape"`` writes a single quote in front of text that a spreadsheet would treat
        as a formula; ``"raw"`` writes it unchanged. Other formats hold it unchanged.
    :param on_progress: Called after each page.
    :raises paystackease.errors.InvalidArgumentError: If the file exists, its extension is not supported, or the resume
        file belongs to another export.
    :raises paystackease.errors.PaystackError: If a page could not be fetched. Export again to resume.
    """
    write = writer_for(out, csv_formulas)
    if out.exists():
        raise errors.InvalidArgumentError(f"{out} already exists: give another name, or delete it")
    part = out.with_name(f"{out.name}.part")
    with closing(_ResumeFile(part, endpoint, arguments, account_fingerprint)) as resume_file:
        checkpoint = resume_file.load_checkpoint()
        if checkpoint is None or not resume_file.count_items():
            # The export begins now if nothing had been received.
            checkpoint = Checkpoint(first_query(endpoint, arguments))
            resume_file.save([], checkpoint)
        else:
            on_progress(Progress(resume_file.count_items(), None))
        if not checkpoint.done:
            for page in read_pages(
                client, endpoint, arguments, checkpoint.query, was_received=resume_file.contains_any
            ):
                resume_file.save(page.items, Checkpoint(page.query))
                on_progress(Progress(resume_file.count_items(), page.total))
            resume_file.save([], Checkpoint(checkpoint.query, done=True))
        columns = columns_of(endpoint)
        unfinished = out.with_name(f"{out.name}.new")
        replace_with_private_file(unfinished)
        rows = map(row_converter(columns), resume_file.iterate_items())
        write(unfinished, endpoint, columns, rows, resume_file.iterate_bodies())
        count = resume_file.count_items()
    unfinished.replace(out)
    part.unlink()
    return count


class _ResumeFile:
    """The items and the checkpoint of an unfinished export: a SQLite database beside the output."""

    def __init__(
        self, path: Path, endpoint: Endpoint[..., Any], arguments: Mapping[str, Any], account_fingerprint: str
    ) -> None:
        if path.is_symlink():
            raise errors.InvalidArgumentError(f"{path} is a symbolic link, which no export creates: delete it")
        create_private_file(path)
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._connection.execute("pragma journal_mode = delete")
            self._connection.executescript(
                """create table if not exists item (seq integer primary key, key text unique, body blob not null);
                create table if not exists export (what text not null, place blob)"""
            )
            export_key = msgspec.json.encode(
                [endpoint.method, endpoint.path, arguments, account_fingerprint], enc_hook=str
            ).decode()
            rows = self._connection.execute("select what from export").fetchall()
            if not rows:
                self._connection.execute("insert into export values (?, null)", (export_key,))
            elif rows[0][0] != export_key:
                raise errors.InvalidArgumentError(
                    f"{path} belongs to another export: run that one to its end, or delete the file"
                )
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise errors.InvalidArgumentError(f"{path} was not written by an export: delete it") from None
            raise

    def close(self) -> None:
        self._connection.close()

    def load_checkpoint(self) -> Checkpoint | None:
        ((checkpoint,),) = self._connection.execute("select place from export")
        return None if checkpoint is None else msgspec.json.decode(checkpoint, type=Checkpoint)

    def save(self, items: list[Any], checkpoint: Checkpoint) -> None:
        """Save items and the checkpoint in one transaction."""
        rows = [(_item_key(item, body), body) for item in items if (body := msgspec.json.encode(item))]
        self._connection.execute("begin immediate")
        with self._connection:
            self._connection.executemany("insert or ignore into item (key, body) values (?, ?)", rows)
            self._connection.execute("update export set place = ?", (msgspec.json.encode(checkpoint),))

    def contains_any(self, items: list[Any]) -> bool:
        """Return whether at least one of these items is saved."""
        keys = ((_item_key(item, msgspec.json.encode(item)),) for item in items)
        query = "select 1 from item where key = ?"
        return any(self._connection.execute(query, key).fetchone() for key in keys)

    def count_items(self) -> int:
        ((count,),) = self._connection.execute("select coalesce(max(seq), 0) from item")
        return int(count)

    def iterate_bodies(self) -> Iterator[bytes]:
        for (body,) in self._connection.execute("select body from item order by seq"):
            yield body

    def iterate_items(self) -> Iterator[dict[str, object]]:
        for body in self.iterate_bodies():
            yield cast("dict[str, object]", msgspec.json.decode(body))


def _item_key(item: object, body: bytes) -> str:
    # An item without an id is identified by its whole content: of two equal items, one is stored.
    item_id = cast("Mapping[str, object]", item).get("id") if isinstance(item, Mapping) else None
    return str(item_id) if isinstance(item_id, int | str) else hashlib.sha256(body).hexdigest()
