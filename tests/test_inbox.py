"""The durable inbox: what is promised of it, on SQLite and on PostgreSQL. What survives kills: test_inbox_kills."""

# ruff: noqa: F811 - the fixtures are imported

import asyncio
import logging
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from inboxes import url  # noqa: F401
from webhook_events import charge, event

from paystackease import errors
from paystackease.webhooks import Handlers, Inbox
from paystackease.webhooks._database import SCHEMA, database
from paystackease.webhooks._store import Store
from paystackease.webhooks._tries import Try, after, due

SOON = (0.01, 0.02)
OLD = datetime.now(UTC) - timedelta(days=5)


@pytest.fixture
def inbox(url):
    inbox = Inbox(url, waits=SOON, poll=0.02)
    yield inbox
    inbox.close()


def until(true):
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def states(inbox):
    return {entry.key: entry.state for entry in inbox.list()}


def quiet(inbox):
    until(lambda: not {"waiting", "running"} & set(states(inbox).values()))


def connect(url):
    return sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


# What comes in


def test_an_event_is_written_once_however_often_it_comes(inbox):
    first, later = charge("T1"), event("charge.dispute.create", id=1, status="x", transaction={"reference": "T1"})
    assert [inbox.take(one) for one in (first, first, later, first, charge("T1"))] == [True, False, True, False, False]
    assert asyncio.run(inbox.atake(charge("T2")))
    assert [(entry.name, entry.subject, entry.state) for entry in inbox.list()] == [
        ("charge.success", "transaction:T2", "waiting"),
        ("charge.dispute.create", "transaction:T1", "waiting"),
        ("charge.success", "transaction:T1", "waiting"),
    ]
    assert inbox.list("done") == []
    assert [entry.name for entry in inbox.list(name="charge.dispute.create")] == ["charge.dispute.create"]
    assert len(inbox.list(limit=1, offset=1)) == 1


def test_many_that_come_at_once_are_each_written_and_told_apart_from_those_that_come_again(inbox):
    inbox.take(charge("first"))
    sent = [charge(f"T{number % 40}") for number in range(120)]
    with ThreadPoolExecutor(30) as threads:
        new = list(threads.map(inbox.take, sent))
    assert sum(new) == 40
    assert len(inbox.list()) == 41


def test_whoever_waits_behind_more_than_are_written_at_once_is_written_too(tmp_path):
    store = Store(database(f"sqlite:///{tmp_path}/inbox.db", 10), batch=3)
    with ThreadPoolExecutor(20) as threads:
        with store._turn:
            coming = [threads.submit(store.put, charge(f"T{number}")) for number in range(20)]
            until(lambda: len(store._line) == 20)
        assert all(one.result() for one in coming)
    assert len(store.entries()) == 20
    store.close()


def test_an_event_that_could_not_be_written_is_not_said_to_be(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/nowhere/inbox.db")
    with pytest.raises(errors.InboxError, match=r"charge\.success could not be written") as caught:
        inbox.take(charge())
    assert "T1" not in str(caught.value)
    (tmp_path / "nowhere").mkdir()
    assert inbox.take(charge())
    inbox.close()


def test_an_interrupted_write_is_no_written_event(tmp_path):
    class Interrupted:
        def __init__(self, whole):
            self.whole, self.url = whole, whole.url

        def __getattr__(self, name):
            return getattr(self.whole, name)

        def arrival(self, connection):
            raise KeyboardInterrupt

    store = Store(Interrupted(database(f"sqlite:///{tmp_path}/inbox.db", 10)))
    with pytest.raises(KeyboardInterrupt):
        store.put(charge())
    store.database = store.database.whole
    assert store.put(charge())
    store.close()


def test_the_file_can_be_read_by_its_owner_only(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    inbox.take(charge())
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}
    inbox.close()


@pytest.mark.parametrize(
    "url", ["", "inbox.db", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "redis://x"], ids=range(6)
)
def test_where_an_inbox_cannot_be_it_says_so(url):
    with pytest.raises(errors.InvalidArgumentError, match="sqlite:///FILE or postgresql://"):
        Inbox(url)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at_once": 0},
        {"starts": 0},
        {"poll": 0},
        {"grace": -1},
        {"waits": [1, 0]},
        {"keep": timedelta(days=3)},
        {"keep_set_aside": timedelta(hours=1)},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(errors.InvalidArgumentError):
        Inbox(**wrong)


# What is done with it


def test_each_handler_of_an_event_runs_once_plain_or_async(inbox):
    ran = []

    @inbox.on("charge.*")
    def plain(event):
        ran.append(("plain", event.data["reference"]))

    @inbox.on("charge.success")
    async def waits(event):
        await asyncio.sleep(0)
        ran.append(("async", event.data["reference"]))

    with inbox:
        for one in (
            charge("T1"),
            charge("T2"),
            charge("T1"),
            event("transfer.success", transfer_code="TRF_1"),
        ):
            inbox.take(one)
        quiet(inbox)
        inbox.take(charge("T1"))
        quiet(inbox)
        assert sorted(ran) == [("async", "T1"), ("async", "T2"), ("plain", "T1"), ("plain", "T2")]
        assert set(states(inbox).values()) == {"done"}
    assert [tried.handler.rpartition(".")[2] for tried in inbox.show(charge("T1").key).tries] == ["plain", "waits"]


def test_what_came_while_no_worker_ran_is_handled_by_the_next(inbox):
    ran = []
    inbox.on("*", name="note")(lambda event: ran.append(event.key))
    inbox.take(charge("T1"))
    with inbox:
        quiet(inbox)
    inbox.take(charge("T2"))
    assert ran == [charge("T1").key]
    with inbox:
        quiet(inbox)
    assert ran == [charge("T1").key, charge("T2").key]


def test_events_of_one_subject_are_handled_one_at_a_time_in_the_order_in_which_they_came(inbox):
    ran, at_once, together = [], [], threading.Barrier(2)

    @inbox.on("*")
    def note(event):
        at_once.append(event.subject)
        assert at_once.count(event.subject) == 1
        if event.name == "charge.success":
            together.wait(20)  # two subjects are in hand at the same moment
        ran.append(event)
        at_once.remove(event.subject)

    lives = [
        [charge(reference), *(_refund(reference, status) for status in ("pending", "processing", "processed"))]
        for reference in ("T1", "T2")
    ]
    for moment in zip(*lives, strict=True):
        for one in moment:
            inbox.take(one)
    with inbox:
        quiet(inbox)
    for life in lives:
        assert [one.key for one in ran if one.subject == life[0].subject] == [one.key for one in life]


def _refund(reference, status):
    return event(f"refund.{status}", transaction_reference=reference, amount="500", status=status)


def test_a_handler_that_fails_is_tried_again_alone_and_those_behind_it_wait(inbox):
    ran = []

    @inbox.on("charge.success", name="first")
    def first(event):
        ran.append("first")

    @inbox.on("charge.success", name="fails twice")
    def fails(event):
        ran.append("fails")
        if ran.count("fails") < 3:
            raise OSError("the shop is closed")

    @inbox.on("charge.success", name="last")
    async def last(event):
        ran.append("last")

    inbox.on("refund.*", name="refund")(lambda event: ran.append("refund"))
    inbox.take(charge("T1"))
    inbox.take(_refund("T1", "pending"))
    with inbox:
        quiet(inbox)
    assert ran == ["first", "fails", "last", "fails", "fails", "refund"]
    shown = inbox.show(charge("T1").key)
    assert shown.entry.state == "done"
    assert [(one.handler, one.error is None) for one in shown.tries] == [
        ("first", True),
        ("fails twice", False),
        ("last", True),
        ("fails twice", False),
        ("fails twice", True),
    ]
    assert "the shop is closed" in shown.tries[1].error
    assert all(one.ended.tzinfo is not None for one in shown.tries)


def test_what_fails_to_the_end_is_set_aside_and_replayed_by_a_person(inbox, caplog):
    told, ran, mended = [], [], []
    inbox._rules["on_error"] = lambda event, handler, error: told.append((event.key, handler, type(error)))

    @inbox.on("charge.success", name="fine")
    def fine(event):
        ran.append("fine")

    @inbox.on("charge.success", name="fails")
    def fails(event):
        ran.append("fails")
        if not mended:
            raise ValueError(f"what about {event.data['customer']['email']}")

    inbox.on("refund.*", name="refund")(lambda event: ran.append("refund"))
    one = charge("T1", customer={"email": "ada@example.com"})
    inbox.take(one)
    inbox.take(_refund("T1", "pending"))
    with caplog.at_level(logging.WARNING), inbox:
        quiet(inbox)
        assert ran == ["fine", "fails", "fails", "fails", "refund"]
        assert states(inbox) == {one.key: "set aside", _refund("T1", "pending").key: "done"}
        assert told == [(one.key, "fails", ValueError)] * 3
        assert f"{one.key} was set aside" in caplog.text
        assert "ada@" not in caplog.text

        shown = inbox.show(one.key)
        assert shown.event.body == one.body
        assert "ada@example.com" in shown.tries[-1].error
        assert "ada" not in repr(shown) + repr(shown.event)

        inbox.replay(one.key)  # in vain
        quiet(inbox)
        assert ran[5:] == ["fails", "fails", "fails"]
        assert inbox.list("set aside")[0].key == one.key

        mended.append(True)
        inbox.replay(one.key)
        quiet(inbox)
        assert ran[8:] == ["fails"]
        assert states(inbox)[one.key] == "done"

        with pytest.raises(errors.InboxError, match="again=True"):
            inbox.replay(one.key)
        inbox.replay(one.key, again=True)
        quiet(inbox)
        assert ran[9:] == ["fine", "fails"]


def test_only_what_is_set_aside_or_done_can_be_replayed(inbox):
    inbox.take(charge("T1"))
    with pytest.raises(errors.InboxError, match="is waiting"):
        inbox.replay(charge("T1").key, again=True)
    for ask in inbox.show, inbox.replay:
        with pytest.raises(errors.InboxError, match="there is no event"):
            ask("charge.success:other")
    with pytest.raises(errors.InvalidArgumentError, match="state must be one of"):
        inbox.list("lost")


# In a transaction


@pytest.fixture
def effects(url, inbox):
    inbox.list()  # which makes the database
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text, note text)")

    def found():
        with engine.connect() as connection:
            return connection.exec_driver_sql("select event, note from effect order by note").all()

    found.engine = engine
    yield found
    engine.dispose()


ADD = sa.text("insert into effect values (:event, :note)")


def test_what_a_handler_writes_in_its_transaction_is_there_once_or_not_at_all(inbox, effects):
    tried = []

    @inbox.transaction("charge.success")
    def fulfil(event, session):
        session.execute(ADD, {"event": event.key, "note": f"try {len(tried)}"})
        session.flush()
        tried.append(event.key)
        if len(tried) < 3:
            raise RuntimeError("what was written is taken back")

    with inbox:
        inbox.take(charge())
        quiet(inbox)
        assert effects() == [(charge().key, "try 2")]
        # What DBOS keeps beside your tables to know that, it deletes again, and an event can be run anew.
        inbox.replay(charge().key, again=True)
        quiet(inbox)
        assert effects() == [(charge().key, "try 2"), (charge().key, "try 3")]
    with effects.engine.connect() as connection:
        schema = "" if connection.dialect.name == "sqlite" else f"{SCHEMA}."
        assert connection.exec_driver_sql(f"select count(*) from {schema}datasource_outputs").scalar_one() == 0


def test_a_handler_in_a_transaction_that_fails_to_the_end_can_be_replayed(inbox, effects):
    mended = []

    @inbox.transaction("charge.success")
    def fulfil(event, session):
        session.execute(ADD, {"event": event.key, "note": "done"})
        if not mended:
            raise RuntimeError("not yet")

    with inbox:
        inbox.take(charge())
        quiet(inbox)
        assert (effects(), states(inbox)) == ([], {charge().key: "set aside"})
        assert "not yet" in inbox.show(charge().key).tries[0].error
        mended.append(True)
        inbox.replay(charge().key)
        quiet(inbox)
        assert effects() == [(charge().key, "done")]


def test_a_transaction_is_the_inboxs_own_and_never_async(inbox):
    with pytest.raises(errors.InvalidArgumentError, match="cannot be async"):

        @inbox.transaction("*")
        async def waits(event, session): ...

    @inbox.transaction("*", name="once")
    def once(event, session): ...

    with pytest.raises(errors.HandlerError) as caught:
        inbox.handlers.take(charge())
    assert "give the webhook the inbox" in str(caught.value.__cause__)


def test_a_transaction_that_was_put_in_too_late_is_set_aside_and_says_why(inbox):
    with inbox:

        @inbox.transaction("charge.success")
        def late(event, session): ...

        inbox.take(charge())
        quiet(inbox)
        assert states(inbox) == {charge().key: "set aside"}
        assert "put it in before start()" in inbox.show(charge().key).tries[0].error


# What is kept


def _came(url, key, when):
    engine = connect(url)
    table = "workflow_status" if url.startswith("sqlite") else f"{SCHEMA}.workflow_status"
    with engine.begin() as connection:
        sql = sa.text(f"update {table} set created_at = :at where workflow_uuid = :key")
        assert connection.execute(sql, {"at": int(when.timestamp() * 1000), "key": key}).rowcount == 1
    engine.dispose()


def test_events_are_kept_for_a_time_and_those_that_wait_for_ever(url, caplog):
    inbox = Inbox(url, waits=(), poll=0.02, keep=timedelta(days=5), keep_set_aside=timedelta(days=10))
    fails = []

    @inbox.on("charge.success")
    def handle(event):
        if event.data["reference"] in fails:
            raise RuntimeError

    fails += ["aside", "old aside"]
    for reference in "done", "old", "aside", "old aside":
        inbox.take(charge(reference))
    with inbox:
        quiet(inbox)
    inbox.take(charge("waits"))
    days = {"done": 4.5, "old": 5.5, "aside": 9.5, "old aside": 10.5, "waits": 99}
    for reference, age in days.items():
        _came(url, charge(reference).key, datetime.now(UTC) - timedelta(days=age))
    with caplog.at_level(logging.WARNING):
        assert inbox.purge() == 2
    assert set(states(inbox)) == {charge(reference).key for reference in ("done", "aside", "waits")}
    assert f"{charge('old aside').key} was deleted" in caplog.text
    assert charge("old").key not in caplog.text
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4), state="set aside") == 1
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4)) == 1
    assert states(inbox) == {charge("waits").key: "waiting"}
    inbox.close()


def test_a_worker_deletes_by_itself_and_nothing_of_it_is_left_in_the_file(tmp_path):
    url = f"sqlite:///{tmp_path}/inbox.db"
    inbox = Inbox(url, waits=(), poll=0.02)

    @inbox.on("*")
    def fails(event):
        raise RuntimeError("about ada@example.com")

    inbox.take(charge("T1", customer={"email": "ada@example.com"}))
    with inbox:
        quiet(inbox)
        _came(url, charge("T1").key, datetime.now(UTC) - timedelta(days=91))
    with inbox:
        until(lambda: not inbox.list())
    with sqlite3.connect(tmp_path / "inbox.db") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    assert not [file for file in tmp_path.iterdir() if b"ada@example.com" in file.read_bytes()]


def test_what_paystack_may_still_send_again_is_not_deleted(inbox):
    for before in datetime.now(UTC) - timedelta(days=3), datetime.now(UTC), datetime(2020, 1, 1):
        with pytest.raises(errors.InvalidArgumentError, match="four days ago"):
            inbox.purge(before)
    for state in "waiting", "running", "lost":
        with pytest.raises(errors.InvalidArgumentError, match="only events that are done"):
            inbox.purge(OLD, state=state)


# Workers


def test_a_process_has_one_worker(tmp_path):
    first, second = (Inbox(f"sqlite:///{tmp_path}/{name}.db") for name in ("one", "two"))
    with first:
        with pytest.raises(errors.InboxError, match="running already"):
            first.start()
        with pytest.raises(errors.InboxError, match="let the inbox run in a process of its own"):
            second.start()
        assert second.take(charge()), "it can be written to all the same"
    second.start()
    second.close()


def test_stopping_waits_for_handlers_and_leaves_what_is_not_begun(inbox):
    began, go_on, ended = threading.Event(), threading.Event(), []

    @inbox.on("*")
    def slow(event):
        began.set()
        go_on.wait(20)
        ended.append(event.key)

    inbox.take(charge("T1"))
    inbox.start()
    assert began.wait(20)
    stopping = threading.Thread(target=inbox.stop)
    stopping.start()
    go_on.set()
    stopping.join()
    assert ended == [charge("T1").key]
    inbox.take(charge("T2"))
    with inbox:
        quiet(inbox)
    assert ended == [charge("T1").key, charge("T2").key]


def test_an_inbox_may_be_used_with_asyncio_and_its_handlers_have_a_loop_of_their_own(inbox):
    loops = []

    @inbox.on("*")
    async def note(event):
        loops.append(asyncio.get_running_loop())

    async def serve():
        async with inbox:
            assert await inbox.atake(charge())
            await asyncio.to_thread(quiet, inbox)
            return asyncio.get_running_loop()

    assert loops != [asyncio.run(serve())]
    assert len(loops) == 1


def test_handlers_may_be_a_table_that_was_there_before(url):
    handlers, ran = Handlers(), []
    handlers.on("charge.success", name="note")(lambda event: ran.append(event.key))
    with Inbox(url, handlers, poll=0.02) as inbox:
        inbox.take(charge())
        quiet(inbox)
    assert ran == [charge().key]


# Which handler is next


def play(outcomes, waits):
    """What becomes of an event whose handlers fail as often as is said, with what was decided after each try."""
    tries, left = [], dict(outcomes)
    while (name := due(list(outcomes), tries)) is not None:
        failed = left[name] > 0
        left[name] -= 1
        tries.append(after(list(outcomes), tries, name, "error" if failed else None, waits))
        if tries[-1].then in {"done", "aside"}:
            break
    return [(one.handler, one.then) for one in tries]


def test_rounds_of_tries():
    assert play({"a": 0}, [1.0]) == [("a", "done")]
    assert play({"a": 0, "b": 1, "c": 0}, [1.0]) == [("a", "more"), ("b", "more"), ("c", 1.0), ("b", "done")]
    assert play({"a": 9, "b": 1}, [1.0, 5.0]) == [
        ("a", "more"),
        ("b", 1.0),
        ("a", "more"),
        ("b", 5.0),
        ("a", "aside"),
    ]
    assert play({"a": 1}, []) == [("a", "aside")]


def test_after_a_person_had_it_tried_anew_the_waits_begin_anew():
    tries = [Try("a", "error", 1.0), Try("a", "error", "aside")]
    assert due(["a"], tries) == "a"
    tries.append(after(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].then == 1.0
    tries.append(after(["a"], tries, "a", "error", [1.0]))
    assert tries[-1].then == "aside"


def test_between_two_tries_the_program_may_change():
    failed = [Try("old", "error", 1.0), Try("kept", None, "more")]
    assert due(["new", "kept"], [Try("kept", None, "more"), Try("old", "error", 1.0)]) == "new"
    assert due([], failed) is None
