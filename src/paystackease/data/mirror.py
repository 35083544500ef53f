"""Mirror an account in SQLite or PostgreSQL: one table for each list, updated incrementally.

    customers, transactions, transfers, recipients, refunds, disputes, settlements (with settlement_transactions, which
    says the transactions of each), plans, subscriptions, payment_requests, splits, subaccounts

A table has the columns of its list (:mod:`paystackease.data.columns`, with ``__`` instead of dots) and the primary key
``id``. ``body`` holds the item as JSON, and ``seen_at`` the time at which it was requested. Columns that queries
commonly filter by have indexes.

The first run fetches everything. Later runs fetch what is new, with an overlap for what has changed since, and then,
one by one, older items whose status was not final. Lists that cannot be filtered by date are read completely. A change
to an item that is final and older than the overlap, such as a refund of an old payment, is not fetched. A run with
``full`` fetches it, and so does :func:`paystackease.data.mirror_handler.mirror_handler` when its event arrives.

A run begins at the date of the newest row, less the overlap. That date is Paystack's: this machine's clock is not used.
No end date is sent, so the newest rows are included.

Each page is written in one transaction with the checkpoint, so an interrupted run is resumable. Of two states of an
item the newer one is stored: by the item's own date of change, else by ``seen_at``. ``seen_at`` is this machine's time,
but never earlier than a ``seen_at`` that the database has issued before, so setting a clock back loses nothing. Readers
are not blocked.

A mirror belongs to one account and mode, test or live (:mod:`paystackease.data.mirror_account`).

The tables hold personal data: anyone who can read the database can read it. A SQLite file that is created here can be
read only by its owner.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from paystackease import errors
from paystackease._core.database_url import parse_database_url
from paystackease._core.request import format_timestamp
from paystackease.apis.settlements import Settlements
from paystackease.data.mirror_account import build_account_table, check_account
from paystackease.data.mirror_tables import CREATED_COLUMNS, TABLES, UPDATED_COLUMNS, build_table, column_name
from paystackease.data.pagination import first_query, read_pages
from paystackease.data.private_files import create_private_file
from paystackease.paystack import Paystack

OVERLAP = dt.timedelta(days=30)
"""How far back a later run looks for what has changed."""

MIN_OVERLAP = dt.timedelta(hours=1)
"""A row may become visible after one with a later date, so a run never begins exactly where the last one ended."""

_CLOCK = "seen_at"
"""The row of ``mirror_run`` with the latest ``seen_at`` that was issued; the other rows are named after tables."""


class Checkpoint(msgspec.Struct, frozen=True):
    """Where to resume a run."""

    query: dict[str, Any]
    """The query of the next page."""
    last_ids: list[int] = msgspec.field(default_factory=list[int], name="came")
    """The ids of the items on the last page that was received. Databases have it under its first name."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run."""

    table: str
    received: int
    """Number of items of the table that this run has received."""
    total: int | None
    """Number of items that it will receive, if Paystack says so."""


class Mirror:
    """A mirror in a database.

    :param url: ``sqlite:///paystack.db`` or ``postgresql://…``.
    :param tables: The names of the tables; all if None.
    :raises paystackease.errors.InvalidArgumentError: If the URL is neither, or there is no such table.
    """

    def __init__(self, url: str, tables: Iterable[str] | None = None) -> None:
        self.engine = _create_engine(url)
        """SQLAlchemy's engine, to read from."""
        names = list(TABLES) if tables is None else list(tables)
        if unknown := [name for name in names if name not in TABLES]:
            raise errors.InvalidArgumentError(f"there is no table {unknown[0]!r}: use {', '.join(TABLES)}")
        self.metadata = sa.MetaData()
        """SQLAlchemy's definitions of the tables."""
        self.tables = {name: build_table(self.metadata, name, TABLES[name]) for name in names}
        self._settlement_transactions = sa.Table(
            "settlement_transactions",
            self.metadata,
            sa.Column("settlement_id", sa.BigInteger, primary_key=True),
            sa.Column("transaction_id", sa.BigInteger, primary_key=True),
        )
        self._runs = sa.Table(
            "mirror_run",
            self.metadata,
            sa.Column("name", sa.Text, primary_key=True),
            sa.Column("began_at", sa.Text),
            sa.Column("place", sa.Text),
            sa.Column("covered_until", sa.Text),
        )
        self._account = build_account_table(self.metadata)
        self.metadata.create_all(self.engine)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sync(
        self,
        client: Paystack,
        *,
        now: dt.datetime,
        overlap: dt.timedelta = OVERLAP,
        full: bool = False,
        since: dt.date | None = None,
        on_progress: Callable[[Progress], object] = lambda progress: None,
    ) -> dict[str, int]:
        """Update the tables.

        :param now: The time on this machine. It only becomes ``seen_at``; it does not select what is fetched.
        :param overlap: How far before the newest row to look for changes; at least an hour.
        :param full: Fetch everything again.
        :param since: In a first run, skip items that are older, if the list can be filtered by date.
        :param on_progress: Called after each page.
        :raises paystackease.errors.InvalidArgumentError: If the database mirrors another account, or the other mode
            (test or live) of this one.
        :raises paystackease.errors.PaystackError: If a page could not be fetched. The next run resumes there.
        :return: The number of items that were received, by table.
        """
        # Not all lists name their account, but the first of them may be one that does not. Customers do.
        customers = client.customers.list_customers(per_page=1).data
        with self.engine.begin() as connection:
            self._check_account(connection, customers)
        return {
            name: self._sync_table(client, name, now, overlap, full=full, since=since, on_progress=on_progress)
            for name in self.tables
        }

    def incomplete_tables(self) -> list[str]:
        """Return the tables that may lack rows: no run has finished, or one is in progress or was interrupted."""
        query = sa.select(self._runs.c.name).where(self._runs.c.place.is_(None))
        with self.engine.connect() as connection:
            finished = set(connection.execute(query).scalars())
        return [name for name in self.tables if name not in finished]

    def upsert(self, name: str, items: Iterable[Mapping[str, Any]], seen_at: dt.datetime) -> None:
        """Insert items into a table, or update those that are there with an older state.

        :param seen_at: The time at which the items were requested.
        """
        with self.engine.begin() as connection:
            self._upsert(connection, name, items, seen_at)

    def next_timestamp(self, now: dt.datetime) -> dt.datetime:
        """Return a value for ``seen_at``: now, or just after the latest one that the database has issued.

        So an item that is requested later counts as newer, though clocks are set back or differ between machines.
        """
        query = sa.select(self._runs.c.began_at).where(self._runs.c.name == _CLOCK)
        insert = self._insert(self._runs)
        while True:
            with self.engine.begin() as connection:
                last: str | None = connection.execute(query).scalar_one_or_none()
                after = "" if last is None else format_timestamp(_parse_time(last) + dt.timedelta(milliseconds=1))
                values = {"name": _CLOCK, "began_at": max(format_timestamp(now), after)}
                update = insert.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"began_at": insert.excluded.began_at},
                    where=self._runs.c.began_at < insert.excluded.began_at,
                )
                # If two processes draw the same value, one of them updates no row and draws again.
                if connection.execute(update.returning(self._runs.c.began_at), values).one_or_none() is not None:
                    return _parse_time(values["began_at"])

    def _sync_table(
        self,
        client: Paystack,
        name: str,
        now: dt.datetime,
        overlap: dt.timedelta,
        *,
        full: bool,
        since: dt.date | None,
        on_progress: Callable[[Progress], object],
    ) -> int:
        list_endpoint = TABLES[name].list_endpoint
        saved, covered_until = self._load_checkpoint(name)
        seen_at = self.next_timestamp(now)
        if saved is not None:
            checkpoint = msgspec.json.decode(saved, type=Checkpoint)
        else:
            arguments: dict[str, Any] = {}
            has_date_filter = "from_date" in list_endpoint.parameters
            if has_date_filter and covered_until is not None and not full:
                arguments["from_date"] = _parse_time(covered_until) - max(overlap, MIN_OVERLAP)
            elif has_date_filter and since is not None:
                arguments["from_date"] = since
                covered_until = covered_until or format_timestamp(dt.datetime.combine(since, dt.time.min))
            checkpoint = Checkpoint(first_query(list_endpoint, arguments))
        received = 0
        last_ids = frozenset(checkpoint.last_ids)
        for page in read_pages(
            client,
            list_endpoint,
            {},
            checkpoint.query,
            was_received=lambda items: any(item["id"] in last_ids for item in items),
        ):
            received += len(page.items)
            covered_until = _newest_date(covered_until, page.items, page.responded_at)
            next_checkpoint = Checkpoint(page.query, [item["id"] for item in page.items] or checkpoint.last_ids)
            with self.engine.begin() as connection:
                self._upsert(connection, name, page.items, seen_at)
                encoded = msgspec.json.encode(next_checkpoint).decode()
                self._save_checkpoint(connection, name, seen_at, encoded, covered_until)
            if name == "settlements":
                self._sync_settlement_transactions(client, page.items)
            on_progress(Progress(name, received, page.total))
        seen_at = self.next_timestamp(now)
        from_date = checkpoint.query.get("from")
        for item in self._refresh_unfinished(client, name, str(from_date) if from_date else None):
            self.upsert(name, [item], seen_at)
            received += 1
        with self.engine.begin() as connection:
            self._save_checkpoint(connection, name, seen_at, None, covered_until)
        return received

    def _refresh_unfinished(self, client: Paystack, name: str, before: str | None) -> Iterator[dict[str, Any]]:
        """Fetch the items that are older than what this run has read, and whose status was not final."""
        spec, table = TABLES[name], self.tables[name]
        created = next((table.c[column] for column in CREATED_COLUMNS if column in table.c), None)
        if before is None or spec.fetch_endpoint is None or created is None:
            return
        query = sa.select(table.c.id).where(table.c.status.not_in(spec.final_statuses), created < before)
        with self.engine.connect() as connection:
            item_ids = connection.execute(query).scalars().all()
        for item_id in item_ids:
            try:
                yield client.send(spec.fetch_endpoint.build(item_id)).data
            except errors.NotFoundError:
                continue  # it was deleted at Paystack; the row stays as it is

    def _sync_settlement_transactions(self, client: Paystack, settlements: Sequence[Mapping[str, Any]]) -> None:
        for settlement in settlements:
            settlement_id = settlement["id"]
            for page in read_pages(
                client,
                Settlements.list_settlement_transactions,
                {"settlement_id": settlement_id},
                {"perPage": 100},
            ):
                rows = [{"settlement_id": settlement_id, "transaction_id": item["id"]} for item in page.items]
                if rows:
                    with self.engine.begin() as connection:
                        connection.execute(self._insert(self._settlement_transactions).on_conflict_do_nothing(), rows)

    def _upsert(
        self, connection: sa.Connection, name: str, items: Iterable[Mapping[str, Any]], seen_at: dt.datetime
    ) -> None:
        items = list(items)
        self._check_account(connection, items)
        spec, table = TABLES[name], self.tables[name]
        names = [column_name(column) for column in spec.columns]
        rows = [
            {
                **dict(zip(names, spec.to_row(item), strict=True)),
                "body": msgspec.json.encode(item).decode(),
                "seen_at": format_timestamp(seen_at),
            }
            for item in items
        ]
        if not rows:
            return
        insert = self._insert(table)
        is_newer = insert.excluded.seen_at >= table.c.seen_at
        updated = next((table.c[name] for name in UPDATED_COLUMNS if name in table.c), None)
        if updated is not None:
            # An item's own date of change decides before seen_at does.
            new_updated = insert.excluded[updated.name]
            undecided = sa.or_(new_updated.is_(None), updated.is_(None), new_updated == updated)
            is_newer = sa.or_(new_updated > updated, sa.and_(undecided, is_newer))
        updates = {column.name: insert.excluded[column.name] for column in table.c if column.name != "id"}
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=updates, where=is_newer), rows)

    def _check_account(self, connection: sa.Connection, items: Iterable[Mapping[str, Any]]) -> None:
        insert = self._insert(self._account).on_conflict_do_nothing()
        check_account(connection, self._account, insert, items)

    def _insert(self, table: sa.Table) -> Any:
        # Both databases have the same syntax for upserts; SQLAlchemy has a function for each.
        return (postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert)(table)

    def _load_checkpoint(self, name: str) -> tuple[str | None, str | None]:
        """Return the encoded checkpoint of an interrupted run, and the date of the newest row."""
        query = sa.select(self._runs.c.place, self._runs.c.covered_until).where(self._runs.c.name == name)
        with self.engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return (None, None) if row is None else cast("tuple[str | None, str | None]", tuple(row))

    def _save_checkpoint(
        self,
        connection: sa.Connection,
        name: str,
        seen_at: dt.datetime,
        checkpoint: str | None,
        covered_until: str | None,
    ) -> None:
        values = {"began_at": format_timestamp(seen_at), "place": checkpoint, "covered_until": covered_until}
        insert = self._insert(self._runs).values(name=name, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))


def _newest_date(
    covered_until: str | None, items: Sequence[Mapping[str, Any]], limit: dt.datetime | None
) -> str | None:
    """Return the date of the newest of these items, or ``covered_until`` if that is later.

    :param limit: The time by Paystack's clock. No item counts as newer, regardless of its date.
    """
    dates = [str(item[name]) for item in items for name in CREATED_COLUMNS if item.get(name)]
    times: list[dt.datetime] = []
    for date in dates:
        with contextlib.suppress(ValueError):
            times.append(_parse_time(date))
    if not times:
        return covered_until
    newest = max(times) if limit is None else min(max(times), limit)
    return format_timestamp(newest if covered_until is None else max(newest, _parse_time(covered_until)))


def _parse_time(text: str) -> dt.datetime:
    time = dt.datetime.fromisoformat(text)
    return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time


def _create_engine(url: str) -> sa.Engine:
    parsed = parse_database_url(url, "a mirror")
    if parsed.get_backend_name() == "postgresql":
        return sa.create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
        with contextlib.suppress(OSError):  # opening the database reports what is wrong with the path
            create_private_file(Path(parsed.database))
    engine = sa.create_engine(parsed)
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: object) -> None:
    # In WAL mode readers do not wait for a writer.
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma busy_timeout = 30000")
