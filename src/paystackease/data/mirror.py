"""What an account has, as tables in a database of yours: SQLite or PostgreSQL.

    customers, transactions, transfers, recipients, refunds, disputes, settlements (and which transactions each is made
    of: settlement_transactions), plans, subscriptions, payment_requests, splits, subaccounts

Each table has the columns of its list (:mod:`paystackease.data.columns`, with ``__`` for the dots), ``id`` as its key,
indexes on what is looked for, the item itself as JSON in ``body``, and in ``seen_at`` when it was asked for.

The first run takes everything. Later ones take what came since, with an overlap for what has changed meanwhile, and
what had not come to its end, one by one; lists that cannot be narrowed by date are read whole. What changes after it
has come to an end and is older than the overlap (a refund of an old payment) is taken by a run with ``full``, or at
once by :func:`following`.

How far a run has come is told by the dates that Paystack gave the rows, not by this machine's clock: a later run begins
with the newest row that there is, less the overlap. No end is sent, so the newest rows are in.

A page is written in one transaction with the place to go on from, so a run that is interrupted goes on there. Of two
states of a thing the newer stays: by its own date of change, else by when it was asked for. ``seen_at`` is this
machine's time, and never earlier than any that the database gave out before, so a clock that is put back loses nothing.
Readers are not kept waiting. What is there is personal data: whoever can read the database reads it. A SQLite file that
is made here can be read by its owner alone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from paystackease import errors
from paystackease._core.endpoint import Endpoint
from paystackease._core.request import format_timestamp
from paystackease.apis.customers import Customers
from paystackease.apis.disputes import Disputes
from paystackease.apis.payment_requests import PaymentRequests
from paystackease.apis.plans import Plans
from paystackease.apis.refund import Refunds
from paystackease.apis.settlements import Settlements
from paystackease.apis.subaccounts import Subaccounts
from paystackease.apis.subscriptions import Subscriptions
from paystackease.apis.transaction_splits import TransactionSplits
from paystackease.apis.transactions import Transactions
from paystackease.apis.transfer_recipients import TransferRecipients
from paystackease.apis.transfers import Transfers
from paystackease.data.columns import Column, columns_of, rows_of
from paystackease.data.pagination import beginning, read
from paystackease.data.private_files import create_private
from paystackease.paystack import Paystack
from paystackease.webhooks.events import AnyEvent

OVERLAP = dt.timedelta(days=30)
"""How far back a later run looks for what has changed."""

LEAST_OVERLAP = dt.timedelta(hours=1)
"""A row may become visible after one that has a later date, so a run never begins just where the last one ended."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a table is made of."""

    listed: Endpoint[..., Any]
    fetched: Endpoint[..., Any] | None = None
    """What fetches one by its number, where it may change."""
    ends: frozenset[str] = frozenset()
    """The statuses in which it stays."""
    columns: Sequence[Column] = field(init=False)
    row: Callable[[Mapping[str, Any]], list[object]] = field(init=False)
    """Makes an item a row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", columns_of(self.listed))
        object.__setattr__(self, "row", rows_of(self.columns))


KINDS: Mapping[str, Kind] = {
    "customers": Kind(Customers.list_customers),
    "transactions": Kind(
        Transactions.list_transactions,
        Transactions.fetch_transaction,
        frozenset({"success", "failed", "abandoned", "reversed"}),
    ),
    "transfers": Kind(
        Transfers.list_transfers,
        Transfers.fetch_transfer,
        frozenset({"success", "failed", "reversed", "abandoned", "rejected", "blocked"}),
    ),
    "recipients": Kind(TransferRecipients.list_transfer_recipients),
    "refunds": Kind(Refunds.list_refunds, Refunds.fetch_refund, frozenset({"processed", "failed"})),
    "disputes": Kind(Disputes.list_disputes, Disputes.fetch_dispute, frozenset({"resolved"})),
    "settlements": Kind(Settlements.list_settlements),
    "plans": Kind(Plans.list_plans),
    "subscriptions": Kind(
        Subscriptions.list_subscriptions,
        Subscriptions.fetch_subscription,
        frozenset({"completed", "cancelled"}),
    ),
    "payment_requests": Kind(
        PaymentRequests.list_payment_requests, PaymentRequests.fetch_payment_request, frozenset({"success"})
    ),
    "splits": Kind(TransactionSplits.list_split),
    "subaccounts": Kind(Subaccounts.list_subaccounts),
}

_SOUGHT = frozenset(
    {
        "reference",
        "status",
        "email",
        "created_at",
        "createdAt",
        "paid_at",
        "transaction",
        "customer__id",
        "customer__email",
    }
)
_CHANGED = ("updatedAt", "updated_at")
_CREATED = ("createdAt", "created_at")
_CLOCK = "seen_at"
"""Of the rows about runs, the one with the latest moment that was given out."""


class Place(msgspec.Struct, frozen=True):
    """Where a run stands."""

    query: dict[str, Any]
    """With which query the next page is asked for."""
    came: list[int] = []
    """The items of the page that came last, by their ids."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    table: str
    done: int
    """How many items of the table have come in this run."""
    total: int | None
    """How many it is to be, where Paystack says so."""


class Mirror:
    """A mirror in a database.

    :param url: ``sqlite:///paystack.db`` or ``postgresql://…``.
    :param only: The tables it has; left out, all.
    :raises paystackease.errors.InvalidArgumentError: Where the URL is neither, or there is no such table.
    """

    def __init__(self, url: str, only: Iterable[str] | None = None) -> None:
        self.engine = _engine(url)
        """Where to read from: SQLAlchemy's."""
        names = list(KINDS) if only is None else list(only)
        if unknown := [name for name in names if name not in KINDS]:
            raise errors.InvalidArgumentError(f"there is no table {unknown[0]!r}: there are {', '.join(KINDS)}")
        self.metadata = sa.MetaData()
        """The tables, as SQLAlchemy has them."""
        self.tables = {name: _table(self.metadata, name, KINDS[name]) for name in names}
        self._parts = sa.Table(
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
        tell: Callable[[Progress], object] = lambda progress: None,
    ) -> dict[str, int]:
        """Bring the tables up to date.

        :param now: The time on this machine. It only says when rows were seen, not which are asked for.
        :param overlap: How far before the newest row that is there to look for what has changed; an hour at the least.
        :param full: Read everything again.
        :param since: At a first run, take nothing that is older, where the list can be narrowed so.
        :param tell: Is told how far it is, after each page.
        :raises paystackease.errors.PaystackError: Where Paystack could not be asked. The next run goes on from there.
        :return: How many items came, by table.
        """
        came: dict[str, int] = {}
        for name in self.tables:
            came[name] = self._sync(client, name, now, overlap, full=full, since=since, tell=tell)
        return came

    def unfinished(self) -> list[str]:
        """The tables that lack rows: no run has read them to the end, or one is under way or was interrupted."""
        sought = sa.select(self._runs.c.name).where(self._runs.c.place.is_(None))
        with self.engine.connect() as connection:
            finished = set(connection.execute(sought).scalars())
        return [name for name in self.tables if name not in finished]

    def put(self, name: str, items: Iterable[Mapping[str, Any]], seen_at: dt.datetime) -> None:
        """Take items into a table; of what is there already, the newer stays.

        :param seen_at: When they were asked for.
        """
        with self.engine.begin() as connection:
            self._put(connection, name, items, seen_at)

    def _sync(
        self,
        client: Paystack,
        name: str,
        now: dt.datetime,
        overlap: dt.timedelta,
        *,
        full: bool,
        since: dt.date | None,
        tell: Callable[[Progress], object],
    ) -> int:
        kind = KINDS[name]
        kept, covered = self._run(name)
        seen_at = self.tick(now)
        if kept is not None:
            place = msgspec.json.decode(kept, type=Place)
        else:
            arguments: dict[str, Any] = {}
            dated = "from_date" in kind.listed.parameters
            if dated and covered is not None and not full:
                arguments["from_date"] = _moment(covered) - max(overlap, LEAST_OVERLAP)
            elif dated and since is not None:
                arguments["from_date"] = since
                covered = covered or format_timestamp(dt.datetime.combine(since, dt.time.min))
            place = Place(beginning(kind.listed, arguments))
        done = 0
        known = frozenset(place.came)
        for page in read(
            client, kind.listed, {}, place.query, came_before=lambda items: any(item["id"] in known for item in items)
        ):
            done += len(page.items)
            covered = _latest(covered, page.items, page.answered_at)
            went_on = Place(page.query, [item["id"] for item in page.items] or place.came)
            with self.engine.begin() as connection:
                self._put(connection, name, page.items, seen_at)
                self._note(connection, name, seen_at, msgspec.json.encode(went_on).decode(), covered)
            if name == "settlements":
                self._take_parts(client, page.items)
            tell(Progress(name, done, page.total))
        seen_at = self.tick(now)
        for one in self._unended(client, name, str(place.query["from"]) if place.query.get("from") else None):
            self.put(name, [one], seen_at)
            done += 1
        with self.engine.begin() as connection:
            self._note(connection, name, seen_at, None, covered)
        return done

    def tick(self, now: dt.datetime) -> dt.datetime:
        """A moment for ``seen_at``: now, or just after the latest that the database gave out, if that is later.

        So what is asked for later is the newer, though clocks are put back or differ between machines.
        """
        sought = sa.select(self._runs.c.began_at).where(self._runs.c.name == _CLOCK)
        insert = self._insert(self._runs)
        while True:
            with self.engine.begin() as connection:
                last: str | None = connection.execute(sought).scalar_one_or_none()
                after = "" if last is None else format_timestamp(_moment(last) + dt.timedelta(milliseconds=1))
                values = {"name": _CLOCK, "began_at": max(format_timestamp(now), after)}
                update = insert.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"began_at": insert.excluded.began_at},
                    where=self._runs.c.began_at < insert.excluded.began_at,
                )
                # Of two that tick at once, one is told that it has to try again.
                if connection.execute(update.returning(self._runs.c.began_at), values).one_or_none() is not None:
                    return _moment(values["began_at"])

    def _unended(self, client: Paystack, name: str, before: str | None) -> Iterator[dict[str, Any]]:
        # What is older than what was just read, and had not come to its end.
        kind, table = KINDS[name], self.tables[name]
        created = table.c.get("createdAt", table.c.get("created_at"))
        if before is None or kind.fetched is None or created is None:
            return
        sought = sa.select(table.c.id).where(table.c.status.not_in(kind.ends), created < before)
        with self.engine.connect() as connection:
            numbers = connection.execute(sought).scalars().all()
        for number in numbers:
            try:
                yield client.send(kind.fetched.build(number)).data
            except errors.NotFoundError:
                continue  # it was deleted; what is known of it stays

    def _take_parts(self, client: Paystack, settlements: Sequence[Mapping[str, Any]]) -> None:
        for settled in settlements:
            number = settled["id"]
            for page in read(
                client,
                Settlements.list_settlement_transactions,
                {"settlement_id": number},
                {"perPage": 100},
            ):
                rows = [{"settlement_id": number, "transaction_id": item["id"]} for item in page.items]
                if rows:
                    with self.engine.begin() as connection:
                        connection.execute(self._insert(self._parts).on_conflict_do_nothing(), rows)

    def _put(
        self, connection: sa.Connection, name: str, items: Iterable[Mapping[str, Any]], seen_at: dt.datetime
    ) -> None:
        kind, table = KINDS[name], self.tables[name]
        names = [_name(column) for column in kind.columns]
        rows = [
            {
                **dict(zip(names, kind.row(item), strict=True)),
                "body": msgspec.json.encode(item).decode(),
                "seen_at": format_timestamp(seen_at),
            }
            for item in items
        ]
        if not rows:
            return
        insert = self._insert(table)
        newer = insert.excluded.seen_at >= table.c.seen_at
        changed = next((table.c[name] for name in _CHANGED if name in table.c), None)
        if changed is not None:
            # What has a date of change of its own is known by that first.
            theirs = insert.excluded[changed.name]
            newer = sa.or_(
                theirs > changed, sa.and_(sa.or_(theirs.is_(None), changed.is_(None), theirs == changed), newer)
            )
        updates = {column.name: insert.excluded[column.name] for column in table.c if column.name != "id"}
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=updates, where=newer), rows)

    def _insert(self, table: sa.Table) -> Any:
        # Both databases say it in the same words; SQLAlchemy has them twice.
        return (postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert)(table)

    def _run(self, name: str) -> tuple[str | None, str | None]:
        sought = sa.select(self._runs.c.place, self._runs.c.covered_until).where(self._runs.c.name == name)
        with self.engine.connect() as connection:
            row = connection.execute(sought).one_or_none()
        return (None, None) if row is None else cast("tuple[str | None, str | None]", tuple(row))

    def _note(
        self, connection: sa.Connection, name: str, seen_at: dt.datetime, place: str | None, covered: str | None
    ) -> None:
        values = {"began_at": format_timestamp(seen_at), "place": place, "covered_until": covered}
        insert = self._insert(self._runs).values(name=name, **values)
        connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))


_FOLLOWED: Mapping[str, Sequence[tuple[str, Endpoint[..., Any], str]]] = {
    # the beginning of an event's name: the table, what fetches its item, and by what in the event's data
    "charge.success": [("transactions", Transactions.fetch_transaction, "id")],
    "charge.dispute.": [
        ("disputes", Disputes.fetch_dispute, "id"),
        ("transactions", Transactions.fetch_transaction, "transaction.id"),
    ],
    "refund.": [("refunds", Refunds.fetch_refund, "id")],
    "transfer.": [("transfers", Transfers.fetch_transfer, "transfer_code")],
    "subscription.": [("subscriptions", Subscriptions.fetch_subscription, "subscription_code")],
    "invoice.": [("subscriptions", Subscriptions.fetch_subscription, "subscription.subscription_code")],
    "paymentrequest.": [("payment_requests", PaymentRequests.fetch_payment_request, "request_code")],
    "customeridentification.": [("customers", Customers.fetch_customer, "customer_code")],
}


def following(mirror: Mirror, client: Paystack) -> Callable[[AnyEvent], None]:
    """A handler that keeps a mirror up: of what an event is about, it fetches the present state.

    ``inbox.on("*", name="mirror")(following(mirror, client))``. It may be run twice, and events may come in any order.
    """

    def follow(told: AnyEvent) -> None:
        name: str = told.name
        steps = next((found for begins, found in _FOLLOWED.items() if name.startswith(begins)), ())
        for table, fetched, by in steps:
            known = _found(told.data, by)
            if table in mirror.tables and known is not None:
                seen_at = mirror.tick(dt.datetime.now(dt.UTC))
                mirror.put(table, [client.send(fetched.build(known)).data], seen_at)
        if name.startswith("refund."):
            _follow_refund(mirror, client, told.data)

    return follow


def _follow_refund(mirror: Mirror, client: Paystack, data: object) -> None:
    # Most of these have no id. The payment's reference finds the payment, and that its refunds.
    reference = _found(data, "transaction_reference")
    if reference is None:
        return
    seen_at = mirror.tick(dt.datetime.now(dt.UTC))
    number = client.transactions.verify_transaction(str(reference)).data["id"]
    if "transactions" in mirror.tables:
        mirror.put("transactions", [client.transactions.fetch_transaction(number).data], seen_at)
    if "refunds" in mirror.tables:
        refunds = client.iterate(client.refund.list_refunds(transaction=number))
        mirror.put("refunds", cast("Iterator[Mapping[str, Any]]", refunds), seen_at)


def _found(data: object, path: str) -> Any:
    for name in path.split("."):
        data = cast("Mapping[str, object]", data).get(name) if isinstance(data, Mapping) else None
    return data


def _latest(covered: str | None, items: Sequence[Mapping[str, Any]], limit: dt.datetime | None) -> str | None:
    """The date of the newest of these items, or what is covered already, if that is later.

    :param limit: The time by Paystack's clock. No item is newer, whatever its date says.
    """
    dates = [str(item[name]) for item in items for name in _CREATED if item.get(name)]
    moments: list[dt.datetime] = []
    for date in dates:
        with contextlib.suppress(ValueError):
            moments.append(_moment(date))
    if not moments:
        return covered
    newest = max(moments) if limit is None else min(max(moments), limit)
    return format_timestamp(newest if covered is None else max(newest, _moment(covered)))


def _moment(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


def _name(column: Column) -> str:
    return "__".join(column.path) or column.name


def _table(metadata: sa.MetaData, name: str, kind: Kind) -> sa.Table:
    types: Mapping[str, Any] = {
        "integer": sa.BigInteger,
        "number": sa.Float,
        "text": sa.Text,
        "boolean": sa.Boolean,
        "json": sa.Text,
    }
    columns = [
        sa.Column(
            _name(column),
            types[column.kind],
            primary_key=column.path == ("id",),
            autoincrement=False,
            index=_name(column) in _SOUGHT or _name(column).endswith("_code"),
        )
        for column in kind.columns
    ]
    return sa.Table(
        name,
        metadata,
        *columns,
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
    )


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError as error:
        raise errors.InvalidArgumentError("a mirror's URL is sqlite:///FILE or postgresql://…") from error
    match parsed.get_backend_name():
        case "sqlite":
            if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
                with contextlib.suppress(OSError):  # what is wrong with the path is told when it is opened
                    create_private(Path(parsed.database))
            engine = sa.create_engine(parsed)
            event.listen(engine, "connect", _prepare)
            return engine
        case "postgresql":
            return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        case _:
            raise errors.InvalidArgumentError("a mirror's URL is sqlite:///FILE or postgresql://…")


def _prepare(connection: Any, _: object) -> None:
    # Who reads does not wait for who writes.
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma busy_timeout = 30000")
