"""Handlers that hang: what a time limit does to them, and how a worker ends all the same."""

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


def test_an_async_handler_is_cancelled_at_its_limit_and_tried_again(inbox, reports):
    ran = []

    @inbox.on("*", name="handle")
    async def handle(event):
        ran.append("began")
        if len(ran) > 2:
            return
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ran.append("cancelled")
            raise

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert ran == ["began", "cancelled", "began"]
    assert reports == [("T1", "handle", TimeoutError)]
    first, second = inbox.show(charge_event().key).attempts
    assert "0.3 s" in first.error
    assert "asyncio.sleep(60)" in first.error, "it says where it hung"
    assert second.error is None


@pytest.mark.parametrize("kind", ["plain", "stubborn", "transaction"])
def test_one_that_cannot_be_cancelled_is_reported_and_not_started_again_while_it_lives(inbox, reports, url, kind):  # noqa: F811
    inbox.list()
    engine = sa.create_engine(driver_url(url))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text)")
    go_on, began, together = threading.Event(), [], []

    def hang(event):
        began.append(event.data["reference"])
        together.append(event.key)
        if event.data["reference"] == "hangs" and began.count("hangs") == 1:
            go_on.wait(60)
        assert together.count(event.key) == 1
        together.remove(event.key)

    if kind == "plain":
        inbox.on("charge.success", name="handle")(hang)
    elif kind == "transaction":

        @inbox.on("charge.success", name="handle", transactional=True)
        def handle(event, session):
            hang(event)
            session.execute(sa.text("insert into effect values (:key)"), {"key": event.key})

    else:

        @inbox.on("charge.success", name="handle")
        async def handle_stubbornly(event):
            began.append(event.data["reference"])
            while event.data["reference"] == "hangs" and not go_on.is_set():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.05)

    with inbox:
        inbox.receive(charge_event("hangs"))
        inbox.receive(verified_event("refund.pending", transaction_reference="hangs", amount="5", status="pending"))
        wait_until(lambda: reports == [("hangs", "handle", TimeoutError)])
        time.sleep(1)
        assert began == ["hangs"]
        assert sorted(entry_states(inbox).values()) == ["running", "waiting"]
        (recorded,) = inbox.show(charge_event("hangs").key).attempts
        assert "0.3 s" in recorded.error
        for number in range(5):
            inbox.receive(charge_event(f"T{number}"))
        wait_until(lambda: len(inbox.list("done")) == 5)
        go_on.set()
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}
    assert began.count("hangs") == 2
    assert [one.error is None for one in inbox.show(charge_event("hangs").key).attempts] == [False, True]
    if kind == "transaction":
        with engine.connect() as connection:
            effects = connection.exec_driver_sql("select event from effect").scalars().all()
        assert sorted(effects) == sorted(key for key in entry_states(inbox) if key.startswith("charge"))
    engine.dispose()


def test_more_hung_handlers_than_run_at_once_do_not_stop_the_others(inbox):
    go_on, ran = threading.Event(), []

    @inbox.on("*", name="handle")
    def handle(event):
        ran.append(event.data["reference"])
        if event.data["reference"].startswith("hangs"):
            go_on.wait(60)

    with inbox:
        for number in range(10):
            inbox.receive(charge_event(f"hangs{number}"))
        wait_until(lambda: len(ran) == 10)
        inbox.receive(charge_event("good"))
        wait_until(lambda: "good" in ran)
        go_on.set()
        wait_until_idle(inbox)


def test_one_that_hangs_in_its_last_try_is_set_aside_when_it_ends(url):  # noqa: F811
    inbox, go_on = Inbox(url, retry_delays=(), poll=0.02, handler_timeout=0.1), threading.Event()
    inbox.on("*", name="handle")(lambda event: go_on.wait(60))
    with inbox:
        inbox.receive(charge_event())
        wait_until(lambda: inbox.show(charge_event().key).attempts)
        time.sleep(0.3)
        assert entry_states(inbox) == {charge_event().key: "running"}
        go_on.set()
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "dead_letter"}
        assert len(inbox.show(charge_event().key).attempts) == 1
        inbox.replay(charge_event().key)
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "done"}
    inbox.close()


def test_a_handler_may_have_a_limit_of_its_own_and_by_default_has_none(tmp_path):
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
    assert [(one.handler, one.error is None) for one in inbox.show(charge_event().key).attempts] == [
        ("short", False),
        ("unlimited", True),
    ]
    inbox.close()


@pytest.mark.parametrize(
    "wrong",
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
def test_invalid_limits_are_rejected(wrong):
    with pytest.raises(errors.InvalidArgumentError):
        Inbox(**wrong)
    if "handler_timeout" in wrong:
        with pytest.raises(errors.InvalidArgumentError):
            Inbox().on("*", timeout=wrong["handler_timeout"])


def test_what_is_in_hand_is_not_handed_back_however_often_that_is_looked_at(inbox):
    go_on, ran = threading.Event(), []

    @inbox.on("*", name="handle", timeout=60)
    def handle(event):
        ran.append(event.key)
        go_on.wait(60)

    keys = [inbox.receive(charge_event(f"T{number}")) and charge_event(f"T{number}").key for number in range(8)]
    with inbox:
        wait_until(lambda: len(ran) == 2)  # and the others are claimed, and wait for a slot
        for _ in range(20):
            inbox._worker._check_now.set()
            time.sleep(0.05)
        go_on.set()
        wait_until_idle(inbox)
    assert sorted(ran) == sorted(keys)


WORKER = """
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
LONG = ("async", signal.SIGINT), ("thread", signal.SIGINT), *((hang, signal.SIGTERM) for hang in HANGS[2:])


@pytest.mark.parametrize(
    ("hang", "number"),
    [
        ("plain", signal.SIGTERM),
        ("async", signal.SIGTERM),
        *(pytest.param(*one, marks=pytest.mark.long) for one in LONG),
    ],
)
def test_a_worker_whose_handler_hangs_ends_in_time_and_the_next_one_goes_on(tmp_path, hang, number):
    url = f"sqlite:///{tmp_path}/inbox.db"  # noqa: F811
    inbox = Inbox(url)
    inbox.receive(charge_event())
    calls = {"plain": 1, "async": 2, "blocks the loop": 2, "thread": 2, "transaction": 3}[hang]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, url, hang, "2"], stdout=subprocess.PIPE, text=True)
    for _ in range(calls):
        assert worker.stdout.readline() == "began\n"
    worker.send_signal(number)
    began = time.monotonic()
    worker.communicate(timeout=30)
    assert worker.returncode == 75
    assert time.monotonic() - began < 20
    inbox.on("*", name="handle")(lambda event: None)
    inbox.on("*", name="second")(lambda event: None)
    inbox.on("*", name="third", transactional=True)(lambda event, session: None)
    with inbox:
        wait_until_idle(inbox)
    assert [one.handler for one in inbox.show(charge_event().key).attempts] == ["handle", "second", "third"]
    inbox.close()


def test_a_handler_may_end_while_the_stopping_worker_cancels_it():
    class EndingRun:
        """A claimed event whose handler run is None when it is read a second time."""

        def __init__(self):
            handler_run = SimpleNamespace(cancel=lambda: True, done=Future())
            handler_run.done.set_result(None)
            self._looks = iter([handler_run])

        @property
        def handler_run(self):
            return next(self._looks, None)

    cancel_runs([EndingRun()], 1.0)


def test_a_worker_whose_handler_ends_in_time_ends_well(tmp_path):
    url = f"sqlite:///{tmp_path}/inbox.db"  # noqa: F811
    inbox = Inbox(url)
    inbox.receive(charge_event())
    worker = subprocess.Popen([sys.executable, "-c", WORKER, url, "short", "20"], stdout=subprocess.PIPE, text=True)
    assert worker.stdout.readline() == "began\n"
    os.kill(worker.pid, signal.SIGTERM)
    os.kill(worker.pid, signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    tries = inbox.show(charge_event().key).attempts
    assert [(one.handler, one.error) for one in tries] == [("handle", None)]
    assert [entry.claim_count for entry in inbox.list("waiting")] == [0], "it was handed back"
    inbox.close()
