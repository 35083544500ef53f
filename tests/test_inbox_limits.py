"""Handlers that hang: their time limits, and how a worker stops in spite of them."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from inbox_fixtures import driver_url, entry_states, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event, verified_event

from paystackease import errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.claimed_event import cancel_runs


@pytest.fixture
def reports():
    return []


@pytest.fixture
def inbox(url, reports):  # noqa: F811
    def on_error(event, handler, error):
        reports.append((event.data.get("reference"), handler, type(error)))

    inbox = Inbox(
        url,
        retry_delays=(0.05, 0.05),
        poll=0.02,
        max_concurrency=2,
        handler_timeout=0.3,
        stop_timeout=2.0,
        on_error=on_error,
    )
    yield inbox
    inbox.close()


def test_an_async_handler_is_cancelled_at_its_limit_and_retried(inbox, reports):
    steps = []

    @inbox.on("*", name="handle")
    async def handle(event):
        steps.append("began")
        if len(steps) > 2:
            return
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            steps.append("cancelled")
            raise

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert steps == ["began", "cancelled", "began"]
    assert reports == [("T1", "handle", TimeoutError)]
    first, second = inbox.show(charge_event().key).attempts
    assert "0.3 s" in first.error
    assert "asyncio.sleep(60)" in first.error, "the error has the hanging line"
    assert second.error is None


@pytest.mark.parametrize("handler_type", ["plain", "stubborn", "transaction"])
def test_a_handler_that_cannot_be_cancelled_is_retried_only_after_it_ends(inbox, reports, url, handler_type):  # noqa: F811
    inbox.list()
    engine = sa.create_engine(driver_url(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text)")
    released, started, active = threading.Event(), [], []

    def hang(event):
        started.append(event.data["reference"])
        active.append(event.key)
        if event.data["reference"] == "hangs" and started.count("hangs") == 1:
            released.wait(60)
        assert active.count(event.key) == 1
        active.remove(event.key)

    if handler_type == "plain":
        inbox.on("charge.success", name="handle")(hang)
    elif handler_type == "transaction":

        @inbox.on("charge.success", name="handle", transactional=True)
        def handle(event, session):
            hang(event)
            session.execute(sa.text("insert into effect values (:key)"), {"key": event.key})

    else:

        @inbox.on("charge.success", name="handle")
        async def handle_stubbornly(event):
            started.append(event.data["reference"])
            while event.data["reference"] == "hangs" and not released.is_set():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.05)

    with inbox:
        inbox.receive(charge_event("hangs"))
        inbox.receive(verified_event("refund.pending", transaction_reference="hangs", amount="5", status="pending"))
        wait_until(lambda: reports == [("hangs", "handle", TimeoutError)])
        time.sleep(1)
        assert started == ["hangs"]
        assert sorted(entry_states(inbox).values()) == ["running", "waiting"]
        (attempt,) = inbox.show(charge_event("hangs").key).attempts
        assert "0.3 s" in attempt.error
        for number in range(5):
            inbox.receive(charge_event(f"T{number}"))
        wait_until(lambda: len(inbox.list("done")) == 5)
        released.set()
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}
    assert started.count("hangs") == 2
    assert [attempt.error is None for attempt in inbox.show(charge_event("hangs").key).attempts] == [False, True]
    if handler_type == "transaction":
        with engine.connect() as connection:
            effects = connection.exec_driver_sql("select event from effect").scalars().all()
        assert sorted(effects) == sorted(key for key in entry_states(inbox) if key.startswith("charge"))
    engine.dispose()


def test_more_hanging_handlers_than_slots_do_not_block_other_events(inbox):
    released, started = threading.Event(), []

    @inbox.on("*", name="handle")
    def handle(event):
        started.append(event.data["reference"])
        if event.data["reference"].startswith("hangs"):
            released.wait(60)

    with inbox:
        for number in range(10):
            inbox.receive(charge_event(f"hangs{number}"))
        wait_until(lambda: len(started) == 10)
        inbox.receive(charge_event("good"))
        wait_until(lambda: "good" in started)
        released.set()
        wait_until_idle(inbox)


def test_a_handler_that_hangs_in_its_last_attempt_is_dead_lettered_when_it_ends(url):  # noqa: F811
    inbox, released = Inbox(url, retry_delays=(), poll=0.02, handler_timeout=0.1), threading.Event()
    inbox.on("*", name="handle")(lambda event: released.wait(60))
    with inbox:
        inbox.receive(charge_event())
        wait_until(lambda: inbox.show(charge_event().key).attempts)
        time.sleep(0.3)
        assert entry_states(inbox) == {charge_event().key: "running"}
        released.set()
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "dead_letter"}
        assert len(inbox.show(charge_event().key).attempts) == 1
        inbox.replay(charge_event().key)
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "done"}
    inbox.close()


def test_a_handler_may_have_its_own_limit_and_has_none_by_default(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db", poll=0.02, retry_delays=())

    @inbox.on("charge.success", name="short", timeout=0.1)
    async def short(event):
        await asyncio.sleep(30)

    @inbox.on("charge.success", name="unlimited")
    async def unlimited(event):
        await asyncio.sleep(1)

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert [(attempt.handler, attempt.error is None) for attempt in inbox.show(charge_event().key).attempts] == [
        ("short", False),
        ("unlimited", True),
    ]
    inbox.close()


@pytest.mark.parametrize(
    "options",
    [
        {"handler_timeout": 0},
        {"handler_timeout": -1.0},
        {"handler_timeout": float("nan")},
        {"stop_timeout": -1},
        {"stop_timeout": float("inf")},
        {"poll": float("nan")},
        {"retry_delays": [float("inf")]},
        {"grace": float("nan")},
    ],
    ids=str,
)
def test_invalid_limits_are_rejected(options):
    with pytest.raises(errors.InvalidArgumentError):
        Inbox(**options)
    if "handler_timeout" in options:
        with pytest.raises(errors.InvalidArgumentError):
            Inbox().on("*", timeout=options["handler_timeout"])


def test_maintenance_does_not_release_events_that_are_being_handled(inbox):
    released, started = threading.Event(), []

    @inbox.on("*", name="handle", timeout=60)
    def handle(event):
        started.append(event.key)
        released.wait(60)

    keys = [inbox.receive(charge_event(f"T{number}")) and charge_event(f"T{number}").key for number in range(8)]
    with inbox:
        wait_until(lambda: len(started) == 2)  # the others are claimed, and wait for a slot
        for _ in range(20):
            inbox._worker._check_now.set()
            time.sleep(0.05)
        released.set()
        wait_until_idle(inbox)
    assert sorted(started) == sorted(keys)


WORKER_PROGRAM = """
import asyncio, sys, time
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.05, grace=0.5, stop_timeout=float(sys.argv[3]))
hang = sys.argv[2]


@inbox.on("*", name="handle")
def handle(event):
    print("began", flush=True)
    if hang == "plain":
        while True:
            time.sleep(0.1)
    if hang == "short":
        time.sleep(1)


@inbox.on("*", name="second")
async def second(event):
    print("began", flush=True)
    if hang == "async":
        await asyncio.sleep(1000)
    if hang == "blocks the loop":
        time.sleep(1000)
    if hang == "thread":
        await asyncio.to_thread(time.sleep, 1000)


@inbox.on("*", name="third", transactional=True)
def third(event, session):
    print("began", flush=True)
    if hang == "transaction":
        time.sleep(1000)


inbox.run()
"""


HANGS = "plain", "async", "blocks the loop", "thread", "transaction"
LONG_CASES = ("async", signal.SIGINT), ("thread", signal.SIGINT), *((hang, signal.SIGTERM) for hang in HANGS[2:])


@pytest.mark.parametrize(
    ("hang", "number"),
    [
        ("plain", signal.SIGTERM),
        ("async", signal.SIGTERM),
        *(pytest.param(*case, marks=pytest.mark.long) for case in LONG_CASES),
    ],
)
def test_a_worker_with_a_hanging_handler_stops_in_time_and_the_next_one_resumes(tmp_path, hang, number):
    url = f"sqlite:///{tmp_path}/inbox.db"  # noqa: F811
    inbox = Inbox(url)
    inbox.receive(charge_event())
    started_handlers = {"plain": 1, "async": 2, "blocks the loop": 2, "thread": 2, "transaction": 3}[hang]
    worker = subprocess.Popen([sys.executable, "-c", WORKER_PROGRAM, url, hang, "2"], stdout=subprocess.PIPE, text=True)
    for _ in range(started_handlers):
        assert worker.stdout.readline() == "began\n"
    worker.send_signal(number)
    start = time.monotonic()
    worker.communicate(timeout=30)
    assert worker.returncode == 75
    assert time.monotonic() - start < 20
    inbox.on("*", name="handle")(lambda event: None)
    inbox.on("*", name="second")(lambda event: None)
    inbox.on("*", name="third", transactional=True)(lambda event, session: None)
    with inbox:
        wait_until_idle(inbox)
    assert [attempt.handler for attempt in inbox.show(charge_event().key).attempts] == ["handle", "second", "third"]
    inbox.close()


def test_a_handler_may_end_while_the_stopping_worker_cancels_it():
    class EndingRun:
        """A claimed event whose handler run is None when it is read a second time."""

        def __init__(self):
            handler_run = SimpleNamespace(cancel=lambda: True, done=Future())
            handler_run.done.set_result(None)
            self._results = iter([handler_run])

        @property
        def handler_run(self):
            return next(self._results, None)

    cancel_runs([EndingRun()], 1.0)


def test_a_worker_whose_handler_ends_in_time_exits_with_0(tmp_path):
    url = f"sqlite:///{tmp_path}/inbox.db"  # noqa: F811
    inbox = Inbox(url)
    inbox.receive(charge_event())
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER_PROGRAM, url, "short", "20"], stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == "began\n"
    os.kill(worker.pid, signal.SIGTERM)
    os.kill(worker.pid, signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    attempts = inbox.show(charge_event().key).attempts
    assert [(attempt.handler, attempt.error) for attempt in attempts] == [("handle", None)]
    assert [entry.claim_count for entry in inbox.list("waiting")] == [0], "the event was released"
    inbox.close()
