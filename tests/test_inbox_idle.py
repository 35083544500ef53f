"""``Inbox.run_until_idle``: it handles events like a worker, and returns."""

# ruff: noqa: F811 - the fixtures are imported

import asyncio
import threading
import time

import pytest
import sqlalchemy as sa
from inbox_fixtures import FAST_RETRIES, create_tables, new_database, open_engine, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event, verified_event

from paystackease import errors
from paystackease.webhooks import Inbox

T1, T2 = charge_event("T1"), charge_event("T2")


@pytest.fixture
def inbox(paystack_inbox):
    """An inbox in SQLite. A test uses `url` if the database matters."""
    return paystack_inbox(Inbox(retry_delays=FAST_RETRIES, poll=0.02))


def refund_event(reference, status):
    return verified_event("refund." + status, transaction_reference=reference, amount="5", status=status)


def keys_of(entries):
    return [entry.key for entry in entries]


def run_worker(inbox):
    with inbox:
        wait_until_idle(inbox)


def run_idle(inbox):
    while inbox.run_until_idle(raise_errors=False, retry_now=True).retrying:
        pass


RUNS = [run_worker, run_idle]
"""Two ways to handle everything: a worker, and runs until idle."""


def handle_day(inbox, run, url):
    """Handle a day's events, some of which fail, and return all observable results."""
    handled, remaining_failures = [], {"bad": 1, "worse": 99}

    @inbox.on("charge.success", name="fail")
    def fail(event):
        remaining = remaining_failures.get(event.data["reference"], 0)
        if remaining:
            remaining_failures[event.data["reference"]] = remaining - 1
            raise OSError("not yet")

    @inbox.on("*", name="note")
    async def note(event):
        await asyncio.sleep(0)
        handled.append(event)

    @inbox.on("*", name="write", transactional=True)
    def write(event, session):
        session.execute(sa.text("insert into effect (event) values (:event)"), {"event": event.key})
        if event.data.get("status") == "processed" and not remaining_failures.get("rolled back"):
            remaining_failures["rolled back"] = True
            raise OSError("rolled back")

    with (engine := open_engine(url)).begin() as connection:
        connection.exec_driver_sql("create table effect (event varchar(200))")
    references = "T1", "bad", "worse"
    for status in ("success", "pending", "processed"):
        for reference in references:
            inbox.receive(charge_event(reference) if status == "success" else refund_event(reference, status))
    run(inbox)
    with engine.begin() as connection:
        effects = sorted(connection.execute(sa.text("select event from effect")).scalars())
    engine.dispose()
    events = inbox.list()
    return {
        "order": {reference: [e.key for e in handled if reference in e.ordering_key] for reference in references},
        "states": {entry.key: entry.state for entry in events},
        "claims": {entry.key: entry.claim_count for entry in events},
        "effects": effects,
        "attempts": {
            entry.key: [(attempt.handler, attempt.error is None) for attempt in inbox.show(entry.key).attempts]
            for entry in events
            if "processed" not in entry.key  # the order of other payments decides which is rolled back
        },
        "rolled back": sum(attempt.error is not None for entry in events for attempt in inbox.show(entry.key).attempts),
    }


def test_run_until_idle_has_the_same_results_as_a_worker(url, tmp_path):
    results = []
    for run in RUNS:
        # Each run has its own database.
        database = create_empty_inbox(url, tmp_path) if results else url
        inbox = Inbox(database, retry_delays=(0.01, 0.02), poll=0.02)
        results.append(handle_day(inbox, run, database))
        inbox.close()
    worker_result, idle_result = results
    assert idle_result == worker_result
    assert len(worker_result["effects"]) == 9
    assert worker_result["order"]["bad"] == [
        charge_event("bad").key,
        *(refund_event("bad", s).key for s in ("pending", "processed")),
    ]
    assert worker_result["states"][charge_event("worse").key] == "dead_letter"
    assert worker_result["attempts"][charge_event("bad").key] == [
        ("fail", False),
        ("note", True),
        ("write", True),
        ("fail", True),
    ]


def create_empty_inbox(url, tmp_path):
    """Create another empty inbox, and return its URL."""
    new_url = f"sqlite:///{tmp_path}/other.db" if url.startswith("sqlite") else new_database(url)
    create_tables(new_url)
    return new_url


def test_run_until_idle_reports_handled_waiting_and_retrying_events(url):
    inbox, is_failing = Inbox(url, retry_delays=(3600,), poll=0.02), [True]

    @inbox.on("*", name="ship")
    def ship(event):
        if is_failing[0] and event.name == "charge.success" and event.data["reference"] == "bad":
            raise OSError

    for event in (charge_event("bad"), refund_event("bad", "pending"), T1):
        inbox.receive(event)
    report = inbox.run_until_idle(raise_errors=False)
    assert (keys_of(report.handled), keys_of(report.retrying)) == ([T1.key], [charge_event("bad").key])
    assert (keys_of(report.waiting), report.dead_letters) == ([refund_event("bad", "pending").key], ())
    # Nothing is due.
    report = inbox.run_until_idle()
    assert (report.handled, keys_of(report.retrying)) == ((), [charge_event("bad").key])
    # The last retry fails: it is a dead letter, and the event behind it is handled.
    report = inbox.run_until_idle(raise_errors=False, retry_now=True)
    assert (keys_of(report.dead_letters), keys_of(report.handled)) == (
        [charge_event("bad").key],
        [refund_event("bad", "pending").key],
    )
    assert (report.retrying, report.waiting) == ((), ())
    assert len(inbox.show(charge_event("bad").key).attempts) == 2
    is_failing[0] = False
    inbox.replay(charge_event("bad").key)
    assert keys_of(inbox.run_until_idle().handled) == [charge_event("bad").key]
    inbox.close()


def test_one_run_attempts_an_event_once_even_if_its_delay_is_over(inbox):
    attempts = []

    @inbox.on("*", name="ship")
    def ship(event):
        attempts.append(event.key)
        raise OSError

    inbox.receive(T1)
    for number in (1, 2):
        assert keys_of(inbox.run_until_idle(raise_errors=False).retrying) == [T1.key]
        assert len(attempts) == number
        time.sleep(0.05)  # longer than each delay of the inbox
    assert keys_of(inbox.run_until_idle(raise_errors=False).dead_letters) == [T1.key]
    assert inbox.run_until_idle().dead_letters == ()


def test_the_errors_of_handlers_are_raised_after_all_other_events(inbox):
    first = ValueError("no stock for ada@example.com")

    @inbox.on("charge.success", name="ship")
    def ship(event):
        if event.data["reference"] == "T1":
            raise first

    @inbox.on("charge.success", name="mail")
    async def mail(event):
        if event.data["reference"] == "T1":
            raise KeyError("name")

    inbox.receive(T1)
    inbox.receive(T2)
    with pytest.raises(errors.HandlerError) as caught:
        inbox.run_until_idle()
    assert caught.value.__cause__ is first
    assert caught.value.failures["ship"] is first
    assert isinstance(caught.value.failures["mail"], KeyError)
    assert f"{T1.key}: ship failed with ValueError: no stock for [e-mail]; " in str(caught.value)
    assert {entry.key: entry.state for entry in inbox.list()} == {T1.key: "retrying", T2.key: "done"}


def test_a_failure_of_a_test_library_is_raised_unchanged(inbox):
    failure, reports = pytest.fail.Exception("wrong amount"), []
    inbox._config["on_error"] = lambda event, handler, error: reports.append((event.key, handler, error))

    @inbox.on("*", name="check")
    def check(event):
        raise failure

    inbox.receive(T1)
    with pytest.raises(pytest.fail.Exception) as caught:
        inbox.run_until_idle()
    assert caught.value is failure
    assert reports == [(T1.key, "check", failure)]


def test_handlers_run_in_the_callers_thread_unless_they_have_a_limit(inbox):
    threads = {}

    def record(name):
        return lambda event, session=None: threads.update({name: threading.current_thread()})

    inbox.on("*", name="plain")(record("plain"))
    inbox.on("*", name="limited", timeout=5)(record("limited"))
    inbox.on("*", name="transactional", transactional=True)(record("transactional"))
    inbox.receive(T1)
    inbox.run_until_idle()
    caller = threading.current_thread()
    assert [threads[name] is caller for name in ("plain", "transactional", "limited")] == [True, True, False]


def test_a_handler_that_exceeds_its_limit_is_a_failed_attempt(inbox):
    @inbox.on("*", name="hang", timeout=0.05)
    def hang(event):
        time.sleep(0.5)

    inbox.receive(T1)
    with pytest.raises(errors.HandlerError, match="hang failed with TimeoutError: hang ran for longer"):
        inbox.run_until_idle()
    assert keys_of(inbox.list("retrying")) == [T1.key]


def test_a_run_that_does_not_become_idle_raises_and_leaves_the_events(inbox):
    @inbox.on("*", name="wait")
    async def wait(event):
        await asyncio.sleep(20)

    inbox.receive(T1)
    with pytest.raises(TimeoutError, match=rf"not idle within 1\.5 s.*running: {T1.key}"):
        inbox.run_until_idle(timeout=1.5)
    wait_until(lambda: keys_of(inbox.list("waiting")) == [T1.key])
    assert inbox.show(T1.key).attempts == ()
    with pytest.raises(errors.InvalidArgumentError, match="timeout must be more than 0"):
        inbox.run_until_idle(timeout=0)


def test_an_interrupted_run_records_nothing(inbox):
    calls = []

    @inbox.on("*", name="stop")
    def stop(event):
        calls.append(event.key)
        if len(calls) == 1:
            raise KeyboardInterrupt

    inbox.receive(T1)
    inbox.receive(T2)
    with pytest.raises(KeyboardInterrupt):
        inbox.run_until_idle()
    assert {entry.state for entry in inbox.list()} == {"waiting"}
    assert len(inbox.run_until_idle().handled) == 2


def test_arun_until_idle_handles_events(inbox):
    handled_keys = []
    inbox.on("*", name="note")(lambda event: handled_keys.append(event.key))

    async def receive_and_run():
        await inbox.areceive(T1)
        return await inbox.arun_until_idle()

    assert keys_of(asyncio.run(receive_and_run()).handled) == handled_keys == [T1.key]


def test_run_until_idle_of_a_running_inbox_is_an_error(inbox):
    with inbox:
        with pytest.raises(errors.InboxError, match="this inbox is running"):
            inbox.run_until_idle()
        with pytest.raises(errors.InboxError, match="this inbox is running"), inbox.using_database("sqlite:///x.db"):
            pass
    inbox.receive(T1)
    assert keys_of(inbox.run_until_idle().handled) == [T1.key]
    with inbox:  # its worker polls at the configured interval
        (queue,) = [queue for queue in inbox._store.client.list_queues() if queue.name == "paystackease-events"]
        assert queue.polling_interval_sec == 0.02


def test_another_database_is_used_within_the_block(inbox, tmp_path):
    counts = []

    @inbox.on("*", name="write", transactional=True)
    def write(event, session):
        counts.append(session.execute(sa.text("select count(*) from workflow_status")).scalar())

    with inbox.using_database(f"sqlite:///{tmp_path}/another.db") as block_inbox:
        assert block_inbox is inbox
        inbox.receive(T1)
        assert keys_of(inbox.run_until_idle().handled) == [T1.key]
    assert counts == [1]
    assert inbox.list() == []
    with pytest.raises(errors.InvalidArgumentError), inbox.using_database("mysql://x"):
        pass
    assert inbox.receive(T1)
