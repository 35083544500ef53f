"""The guarantees of an inbox, on SQLite and on PostgreSQL. See test_inbox_kills for workers that are killed."""

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

# Receiving events


def test_an_event_is_stored_once_for_any_number_of_deliveries(inbox):
    first, later = (
        charge_event("T1"),
        verified_event("charge.dispute.create", id=1, status="x", transaction={"reference": "T1"}),
    )
    assert [inbox.receive(event) for event in (first, first, later, first, charge_event("T1"))] == [
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


def test_concurrent_events_are_all_stored_once(inbox):
    inbox.receive(charge_event("first"))
    events = [charge_event(f"T{number % 40}") for number in range(120)]
    with ThreadPoolExecutor(30) as threads:
        results = list(threads.map(inbox.receive, events))
    assert sum(results) == 40
    assert len(inbox.list()) == 41


def test_events_beyond_one_batch_of_writes_are_stored_too(tmp_path):
    store = EventStore(select_database(f"sqlite:///{tmp_path}/inbox.db", 10), batch=3)
    with ThreadPoolExecutor(20) as threads:
        with store._write_lock:
            futures = [threads.submit(store.insert, charge_event(f"T{number}")) for number in range(20)]
            wait_until(lambda: len(store._pending) == 20)
        assert all(future.result() for future in futures)
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
    class InterruptedDatabase:
        def __init__(self, database):
            self.wrapped, self.url = database, database.url

        def __getattr__(self, name):
            return getattr(self.wrapped, name)

        def next_sequence(self, connection):
            raise KeyboardInterrupt

    store = EventStore(InterruptedDatabase(select_database(f"sqlite:///{tmp_path}/inbox.db", 10)))
    with pytest.raises(KeyboardInterrupt):
        store.insert(charge_event())
    store.database = store.database.wrapped
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
    "options",
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
def test_invalid_arguments_are_rejected(options):
    with pytest.raises(errors.InvalidArgumentError):
        Inbox(**options)


# Handling events


def test_each_handler_of_an_event_runs_once_plain_or_async(inbox):
    calls = []

    @inbox.on("charge.*")
    def plain(event):
        calls.append(("plain", event.data["reference"]))

    @inbox.on("charge.success")
    async def asynchronous(event):
        await asyncio.sleep(0)
        calls.append(("async", event.data["reference"]))

    with inbox:
        for event in (
            charge_event("T1"),
            charge_event("T2"),
            charge_event("T1"),
            verified_event("transfer.success", transfer_code="TRF_1"),
        ):
            inbox.receive(event)
        wait_until_idle(inbox)
        inbox.receive(charge_event("T1"))
        wait_until_idle(inbox)
        assert sorted(calls) == [("async", "T1"), ("async", "T2"), ("plain", "T1"), ("plain", "T2")]
        assert set(entry_states(inbox).values()) == {"done"}
    assert [attempt.handler.rpartition(".")[2] for attempt in inbox.show(charge_event("T1").key).attempts] == [
        "plain",
        "asynchronous",
    ]


def test_events_received_without_a_worker_are_handled_by_the_next_one(inbox):
    handled_keys = []
    inbox.on("*", name="note")(lambda event: handled_keys.append(event.key))
    inbox.receive(charge_event("T1"))
    with inbox:
        wait_until_idle(inbox)
    inbox.receive(charge_event("T2"))
    assert handled_keys == [charge_event("T1").key]
    with inbox:
        wait_until_idle(inbox)
    assert handled_keys == [charge_event("T1").key, charge_event("T2").key]


def test_events_of_one_subject_are_handled_one_at_a_time_in_order(inbox):
    handled, active_subjects, barrier = [], [], threading.Barrier(2)

    @inbox.on("*")
    def handle(event):
        active_subjects.append(event.ordering_key)
        assert active_subjects.count(event.ordering_key) == 1
        if event.name == "charge.success":
            barrier.wait(20)  # two subjects are handled concurrently
        handled.append(event)
        active_subjects.remove(event.ordering_key)

    subjects = [
        [
            charge_event(reference),
            *(_refund_event(reference, status) for status in ("pending", "processing", "processed")),
        ]
        for reference in ("T1", "T2")
    ]
    for events in zip(*subjects, strict=True):
        for event in events:
            inbox.receive(event)
    with inbox:
        wait_until_idle(inbox)
    for expected in subjects:
        assert [event.key for event in handled if event.ordering_key == expected[0].ordering_key] == [
            event.key for event in expected
        ]


def _refund_event(reference, status):
    return verified_event(f"refund.{status}", transaction_reference=reference, amount="500", status=status)


def test_only_the_failed_handler_is_retried_and_later_events_of_its_subject_wait(inbox):
    calls = []

    @inbox.on("charge.success", name="first")
    def first(event):
        calls.append("first")

    @inbox.on("charge.success", name="fails twice")
    def fail_twice(event):
        calls.append("fails")
        if calls.count("fails") < 3:
            raise OSError("the shop is closed")

    @inbox.on("charge.success", name="last")
    async def last(event):
        calls.append("last")

    inbox.on("refund.*", name="refund")(lambda event: calls.append("refund"))
    inbox.receive(charge_event("T1"))
    inbox.receive(_refund_event("T1", "pending"))
    with inbox:
        wait_until_idle(inbox)
    assert calls == ["first", "fails", "last", "fails", "fails", "refund"]
    detail = inbox.show(charge_event("T1").key)
    assert detail.entry.state == "done"
    assert [(attempt.handler, attempt.error is None) for attempt in detail.attempts] == [
        ("first", True),
        ("fails twice", False),
        ("last", True),
        ("fails twice", False),
        ("fails twice", True),
    ]
    assert "the shop is closed" in detail.attempts[1].error
    assert all(attempt.ended.tzinfo is not None for attempt in detail.attempts)


def test_an_event_that_always_fails_is_dead_lettered_and_can_be_replayed(inbox, caplog):
    reports, calls, fixed = [], [], []
    inbox._config["on_error"] = lambda event, handler, error: reports.append((event.key, handler, type(error)))

    @inbox.on("charge.success", name="fine")
    def succeed(event):
        calls.append("fine")

    @inbox.on("charge.success", name="fails")
    def fail(event):
        calls.append("fails")
        if not fixed:
            raise ValueError(f"no stock for {event.data['customer']['email']}")

    inbox.on("refund.*", name="refund")(lambda event: calls.append("refund"))
    failing_event = charge_event("T1", customer={"email": "ada@example.com"})
    inbox.receive(failing_event)
    inbox.receive(_refund_event("T1", "pending"))
    with caplog.at_level(logging.WARNING), inbox:
        wait_until_idle(inbox)
        assert calls == ["fine", "fails", "fails", "fails", "refund"]
        assert entry_states(inbox) == {failing_event.key: "dead_letter", _refund_event("T1", "pending").key: "done"}
        assert reports == [(failing_event.key, "fails", ValueError)] * 3
        assert f"{failing_event.key} was dead-lettered" in caplog.text
        assert "ada@" not in caplog.text

        detail = inbox.show(failing_event.key)
        assert detail.event.body == failing_event.body
        assert "ada@example.com" in detail.attempts[-1].error
        assert "ada" not in repr(detail) + repr(detail.event)

        inbox.replay(failing_event.key)  # it fails again
        wait_until_idle(inbox)
        assert calls[5:] == ["fails", "fails", "fails"]
        assert inbox.list("dead_letter")[0].key == failing_event.key

        fixed.append(True)
        inbox.replay(failing_event.key)
        wait_until_idle(inbox)
        assert calls[8:] == ["fails"]
        assert entry_states(inbox)[failing_event.key] == "done"

        with pytest.raises(errors.InboxError, match="again=True"):
            inbox.replay(failing_event.key)
        inbox.replay(failing_event.key, again=True)
        wait_until_idle(inbox)
        assert calls[9:] == ["fine", "fails"]


def test_only_a_dead_letter_or_a_done_event_can_be_replayed(inbox):
    inbox.receive(charge_event("T1"))
    with pytest.raises(errors.InboxError, match="is waiting"):
        inbox.replay(charge_event("T1").key, again=True)
    for method in inbox.show, inbox.replay:
        with pytest.raises(errors.InboxError, match="there is no event"):
            method("charge.success:other")
    with pytest.raises(errors.InvalidArgumentError, match="state must be one of"):
        inbox.list("lost")


# In a transaction


@pytest.fixture
def effects(url, inbox):
    inbox.list()  # creates the database
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text, note text)")

    def read_effects():
        with engine.connect() as connection:
            return connection.exec_driver_sql("select event, note from effect order by note").all()

    read_effects.engine = engine
    yield read_effects
    engine.dispose()


INSERT_EFFECT = sa.text("insert into effect values (:event, :note)")


def test_the_writes_of_a_transactional_handler_are_committed_exactly_once(inbox, effects):
    attempts = []

    @inbox.on("charge.success", transactional=True)
    def fulfil(event, session):
        session.execute(INSERT_EFFECT, {"event": event.key, "note": f"try {len(attempts)}"})
        session.flush()
        attempts.append(event.key)
        if len(attempts) < 3:
            raise RuntimeError("the transaction is rolled back")

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "try 2")]
        # DBOS deletes its record of the transaction, so that the event can be handled again.
        inbox.replay(charge_event().key, again=True)
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "try 2"), (charge_event().key, "try 3")]
    with effects.engine.connect() as connection:
        schema = "" if connection.dialect.name == "sqlite" else f"{SCHEMA}."
        assert connection.exec_driver_sql(f"select count(*) from {schema}datasource_outputs").scalar_one() == 0


def test_a_dead_letter_of_a_transactional_handler_can_be_replayed(inbox, effects):
    fixed = []

    @inbox.on("charge.success", transactional=True)
    def fulfil(event, session):
        session.execute(INSERT_EFFECT, {"event": event.key, "note": "done"})
        if not fixed:
            raise RuntimeError("not yet")

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert (effects(), entry_states(inbox)) == ([], {charge_event().key: "dead_letter"})
        assert "not yet" in inbox.show(charge_event().key).attempts[0].error
        fixed.append(True)
        inbox.replay(charge_event().key)
        wait_until_idle(inbox)
        assert effects() == [(charge_event().key, "done")]


def test_a_transactional_handler_needs_an_inbox_and_cannot_be_async(inbox):
    with pytest.raises(errors.InvalidArgumentError, match="cannot be async"):

        @inbox.on("*", transactional=True)
        async def asynchronous(event, session): ...

    @inbox.on("*", name="once", transactional=True)
    def registered(event, session): ...

    with pytest.raises(errors.HandlerError) as caught:
        inbox.handlers.receive(charge_event())
    assert "pass the inbox to the webhook" in str(caught.value.__cause__)


def test_a_transactional_handler_registered_after_start_is_dead_lettered_with_the_reason(inbox):
    with inbox:

        @inbox.on("charge.success", transactional=True)
        def late(event, session): ...

        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "dead_letter"}
        assert "register it before start()" in inbox.show(charge_event().key).attempts[0].error
