"""What an inbox promises, on SQLite and on PostgreSQL. Workers that are killed: test_inbox_kills."""

# ruff: noqa: F811 - the fixtures are imported

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from inbox_fixtures import entry_states, inbox, open_engine, set_arrival, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event, verified_event

from paystackease import errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.backends import select_database
from paystackease.webhooks.inbox.database import SCHEMA
from paystackease.webhooks.inbox.store import EventStore

# What comes in


def test_an_event_is_stored_once_for_any_number_of_deliveries(inbox):
    first, later = (
        charge_event("T1"),
        verified_event("charge.dispute.create", id=1, status="x", transaction={"reference": "T1"}),
    )
    assert [inbox.receive(one) for one in (first, first, later, first, charge_event("T1"))] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert asyncio.run(inbox.areceive(charge_event("T2")))
    assert [(entry.name, entry.ordering_key, entry.state) for entry in inbox.list()] == [
        ("charge.success", "transaction:T2", "waiting"),
        ("charge.dispute.create", "transaction:T1", "waiting"),
        ("charge.success", "transaction:T1", "waiting"),
    ]
    assert inbox.list("done") == []
    assert [entry.name for entry in inbox.list(name="charge.dispute.create")] == ["charge.dispute.create"]
    assert len(inbox.list(limit=1, offset=1)) == 1


def test_concurrent_events_are_all_stored_and_distinguished_from_repeated_ones(inbox):
    inbox.receive(charge_event("first"))
    sent = [charge_event(f"T{number % 40}") for number in range(120)]
    with ThreadPoolExecutor(30) as threads:
        new = list(threads.map(inbox.receive, sent))
    assert sum(new) == 40
    assert len(inbox.list()) == 41


def test_events_beyond_one_batch_of_writes_are_stored_too(tmp_path):
    store = EventStore(select_database(f"sqlite:///{tmp_path}/inbox.db", 10), batch=3)
    with ThreadPoolExecutor(20) as threads:
        with store._write_lock:
            coming = [threads.submit(store.insert, charge_event(f"T{number}")) for number in range(20)]
            wait_until(lambda: len(store._pending) == 20)
        assert all(one.result() for one in coming)
    assert len(store.list_entries()) == 20
    store.close()


def test_an_event_that_could_not_be_stored_is_not_acknowledged(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/nowhere/inbox.db")
    with pytest.raises(errors.InboxError, match=r"charge\.success could not be stored") as caught:
        inbox.receive(charge_event())
    assert "T1" not in str(caught.value)
    (tmp_path / "nowhere").mkdir()
    assert inbox.receive(charge_event())
    inbox.close()


def test_an_interrupted_write_is_not_acknowledged(tmp_path):
    class Interrupted:
        def __init__(self, whole):
            self.whole, self.url = whole, whole.url

        def __getattr__(self, name):
            return getattr(self.whole, name)

        def next_sequence(self, connection):
            raise KeyboardInterrupt

    store = EventStore(Interrupted(select_database(f"sqlite:///{tmp_path}/inbox.db", 10)))
    with pytest.raises(KeyboardInterrupt):
        store.insert(charge_event())
    store.database = store.database.whole
    assert store.insert(charge_event())
    store.close()


def test_the_file_can_be_read_by_its_owner_only(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    inbox.receive(charge_event())
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}
    inbox.close()


@pytest.mark.parametrize(
    "url", ["", "inbox.db", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "redis://x"], ids=range(6)
)
def test_an_inbox_with_an_unusable_database_raises_a_clear_error(url):
    with pytest.raises(errors.InvalidArgumentError, match="sqlite:///FILE or postgresql://"):
        Inbox(url)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_concurrency": 0},
        {"max_crashes": 0},
        {"poll": 0},
        {"grace": -1},
        {"retry_delays": [1, 0]},
        {"retention": timedelta(days=3)},
        {"dead_letter_retention": timedelta(hours=1)},
    ],
    ids=str,
)
def test_invalid_arguments_are_rejected(wrong):
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
            charge_event("T1"),
            charge_event("T2"),
            charge_event("T1"),
            verified_event("transfer.success", transfer_code="TRF_1"),
        ):
            inbox.receive(one)
        wait_until_idle(inbox)
        inbox.receive(charge_event("T1"))
        wait_until_idle(inbox)
        assert sorted(ran) == [("async", "T1"), ("async", "T2"), ("plain", "T1"), ("plain", "T2")]
        assert set(entry_states(inbox).values()) == {"done"}
    assert [tried.handler.rpartition(".")[2] for tried in inbox.show(charge_event("T1").key).attempts] == [
        "plain",
        "waits",
    ]


def test_events_received_without_a_worker_are_handled_by_the_next_one(inbox):
    ran = []
    inbox.on("*", name="note")(lambda event: ran.append(event.key))
    inbox.receive(charge_event("T1"))
    with inbox:
        wait_until_idle(inbox)
    inbox.receive(charge_event("T2"))
    assert ran == [charge_event("T1").key]
    with inbox:
        wait_until_idle(inbox)
    assert ran == [charge_event("T1").key, charge_event("T2").key]


def test_events_of_one_subject_are_handled_one_at_a_time_in_the_order_in_which_they_came(inbox):
    ran, at_once, together = [], [], threading.Barrier(2)

    @inbox.on("*")
    def note(event):
        at_once.append(event.ordering_key)
        assert at_once.count(event.ordering_key) == 1
        if event.name == "charge.success":
            together.wait(20)  # two subjects are in hand at the same moment
        ran.append(event)
        at_once.remove(event.ordering_key)

    lives = [
        [charge_event(reference), *(_refund(reference, status) for status in ("pending", "processing", "processed"))]
        for reference in ("T1", "T2")
    ]
    for moment in zip(*lives, strict=True):
        for one in moment:
            inbox.receive(one)
    with inbox:
        wait_until_idle(inbox)
    for life in lives:
        assert [one.key for one in ran if one.ordering_key == life[0].ordering_key] == [one.key for one in life]


def _refund(reference, status):
    return verified_event(f"refund.{status}", transaction_reference=reference, amount="500", status=status)


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
    inbox.receive(charge_event("T1"))
    inbox.receive(_refund("T1", "pending"))
    with inbox:
        wait_until_idle(inbox)
    assert ran == ["first", "fails", "last", "fails", "fails", "refund"]
    shown = inbox.show(charge_event("T1").key)
    assert shown.entry.state == "done"
    assert [(one.handler, one.error is None) for one in shown.attempts] == [
        ("first", True),
        ("fails twice", False),
        ("last", True),
        ("fails twice", False),
        ("fails twice", True),
    ]
    assert "the shop is closed" in shown.attempts[1].error
    assert all(one.ended.tzinfo is not None for one in shown.attempts)


def test_what_fails_to_the_end_is_set_aside_and_replayed_by_a_person(inbox, caplog):
    told, ran, mended = [], [], []
    inbox._config["on_error"] = lambda event, handler, error: told.append((event.key, handler, type(error)))

    @inbox.on("charge.success", name="fine")
    def fine(event):
        ran.append("fine")

    @inbox.on("charge.success", name="fails")
    def fails(event):
        ran.append("fails")
        if not mended:
            raise ValueError(f"what about {event.data['customer']['email']}")

    inbox.on("refund.*", name="refund")(lambda event: ran.append("refund"))
    one = charge_event("T1", customer={"email": "ada@example.com"})
    inbox.receive(one)
    inbox.receive(_refund("T1", "pending"))
    with caplog.at_level(logging.WARNING), inbox:
        wait_until_idle(inbox)
        assert ran == ["fine", "fails", "fails", "fails", "refund"]
        assert entry_states(inbox) == {one.key: "dead_letter", _refund("T1", "pending").key: "done"}
        assert told == [(one.key, "fails", ValueError)] * 3
        assert f"{one.key} was dead-lettered" in caplog.text
        assert "ada@" not in caplog.text

        shown = inbox.show(one.key)
        assert shown.event.body == one.body
        assert "ada@example.com" in shown.attempts[-1].error
        assert "ada" not in repr(shown) + repr(shown.event)

        inbox.replay(one.key)  # in vain
        wait_until_idle(inbox)
        assert ran[5:] == ["fails", "fails", "fails"]
        assert inbox.list("dead_letter")[0].key == one.key

        mended.append(True)
        inbox.replay(one.key)
        wait_until_idle(inbox)
        assert ran[8:] == ["fails"]
        assert entry_states(inbox)[one.key] == "done"

        with pytest.raises(errors.InboxError, match="again=True"):
            inbox.replay(one.key)
        inbox.replay(one.key, again=True)
        wait_until_idle(inbox)
        assert ran[9:] == ["fine", "fails"]


def test_only_what_is_set_aside_or_done_can_be_replayed(inbox):
    inbox.receive(charge_event("T1"))
    with pytest.raises(errors.InboxError, match="is waiting"):
        inbox.replay(charge_event("T1").key, again=True)
    for ask in inbox.show, inbox.replay:
        with pytest.raises(errors.InboxError, match="there is no event"):
            ask("charge.success:other")
    with pytest.raises(errors.InvalidArgumentError, match="state must be one of"):
        inbox.list("lost")


# In a transaction


@pytest.fixture
def effects(url, inbox):
    inbox.list()  # which makes the database
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text, note text)")

    def read_effects():
        with engine.connect() as connection:
            return connection.exec_driver_sql("select event, note from effect order by note").all()

    read_effects.engine = engine
    yield read_effects
    engine.dispose()


ADD = sa.text("insert into effect values (:event, :note)")


def test_what_a_handler_writes_in_its_transaction_is_there_once_or_not_at_all(inbox, effects):
    tried = []

    @inbox.on("charge.success", transactional=True)
    def fulfil(event, session):
        session.execute(ADD, {"event": event.key, "note": f"try {len(tried)}"})
        session.flush()
        tried.append(event.key)
        if len(tried) < 3:
            raise RuntimeError("what was written is taken back")

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "try 2")]
        # What DBOS keeps beside your tables to know that, it deletes again, and an event can be run anew.
        inbox.replay(charge_event().key, again=True)
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "try 2"), (charge_event().key, "try 3")]
    with effects.engine.connect() as connection:
        schema = "" if connection.dialect.name == "sqlite" else f"{SCHEMA}."
        assert connection.exec_driver_sql(f"select count(*) from {schema}datasource_outputs").scalar_one() == 0


def test_a_handler_in_a_transaction_that_fails_to_the_end_can_be_replayed(inbox, effects):
    mended = []

    @inbox.on("charge.success", transactional=True)
    def fulfil(event, session):
        session.execute(ADD, {"event": event.key, "note": "done"})
        if not mended:
            raise RuntimeError("not yet")

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert (effects(), entry_states(inbox)) == ([], {charge_event().key: "dead_letter"})
        assert "not yet" in inbox.show(charge_event().key).attempts[0].error
        mended.append(True)
        inbox.replay(charge_event().key)
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "done")]


def test_a_transaction_is_the_inboxs_own_and_never_async(inbox):
    with pytest.raises(errors.InvalidArgumentError, match="cannot be async"):

        @inbox.on("*", transactional=True)
        async def waits(event, session): ...

    @inbox.on("*", name="once", transactional=True)
    def once(event, session): ...

    with pytest.raises(errors.HandlerError) as caught:
        inbox.handlers.receive(charge_event())
    assert "pass the inbox to the webhook" in str(caught.value.__cause__)


def test_a_transaction_that_was_put_in_too_late_is_set_aside_and_says_why(inbox):
    with inbox:

        @inbox.on("charge.success", transactional=True)
        def late(event, session): ...

        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "dead_letter"}
        assert "register it before start()" in inbox.show(charge_event().key).attempts[0].error
