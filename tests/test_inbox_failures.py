"""A handler may raise any exception: each is a failed attempt, and none ends the worker."""

import asyncio
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from inbox_fixtures import entry_states, url, wait_until_idle  # noqa: F401
from signed_events import charge_event

from paystackease.webhooks import Inbox

SHORT_DELAYS = (0.01, 0.02)


class CustomError(BaseException):
    """An error that is not an Exception."""


RAISED = {
    "SystemExit": lambda: SystemExit(1),
    "KeyboardInterrupt": KeyboardInterrupt,
    "CancelledError": asyncio.CancelledError,
    "GeneratorExit": GeneratorExit,
    "CustomError": CustomError,
    "BaseExceptionGroup": lambda: BaseExceptionGroup("several", [SystemExit(2), ValueError("x")]),
    "StopIteration": StopIteration,
    "StopAsyncIteration": StopAsyncIteration,
    "lone surrogate": lambda: ValueError("\ud800 and \x00"),
}


@pytest.fixture
def inbox(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=SHORT_DELAYS, poll=0.02)
    yield inbox
    inbox.close()


@pytest.mark.parametrize("handler_type", ["plain", "async", "transaction", "awaitable"])
def test_any_exception_of_a_handler_is_a_failed_attempt_that_is_recorded_and_retried(inbox, handler_type):
    reports, raised = [], {name: [] for name in RAISED}
    inbox._config["on_error"] = lambda event, handler, error: reports.append((event.data["reference"], type(error)))

    def fail_once(event):
        name = event.data["reference"]
        if name in raised and not raised[name]:
            raised[name].append(RAISED[name]())
            raise raised[name][0]

    if handler_type == "plain":
        inbox.on("*", name="handle")(fail_once)
    elif handler_type == "transaction":
        inbox.on("*", name="handle", transactional=True)(lambda event, session: fail_once(event))
    else:

        async def handle(event):
            await asyncio.sleep(0)
            fail_once(event)

        inbox.on("*", name="handle")(handle if handler_type == "async" else lambda event: handle(event))
    with inbox:
        for name in RAISED:
            inbox.receive(charge_event(name))
        wait_until_idle(inbox)
        inbox.receive(charge_event("later"))
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}
    for name in RAISED:
        attempts = inbox.show(charge_event(name).key).attempts
        assert [attempt.error is None for attempt in attempts] == [False, True], name
        assert name in {"lone surrogate"} or name in attempts[0].error or "RuntimeError" in attempts[0].error
    assert {name for name, _ in reports} == set(RAISED)
    assert ("SystemExit", SystemExit) in reports
    assert ("CancelledError", asyncio.CancelledError) in reports


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, asyncio.CancelledError, CustomError])
def test_an_event_whose_handlers_always_raise_is_dead_lettered(inbox, error):
    @inbox.on("*", name="plain")
    def plain(event):
        raise error

    @inbox.on("*", name="async")
    async def asynchronous(event):
        raise error

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert entry_states(inbox) == {charge_event().key: "dead_letter"}
    assert len(inbox.show(charge_event().key).attempts) == 6


def test_a_task_that_outlives_its_handler_may_raise_any_exception(inbox):
    tasks = []

    @inbox.on("*")
    async def start_task(event):
        async def exit_later():
            await asyncio.sleep(0.01)
            raise SystemExit(3)

        tasks.append(asyncio.get_running_loop().create_task(exit_later()))
        asyncio.get_running_loop().call_soon(lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        await asyncio.sleep(0.1)

    with inbox:
        for number in range(3):
            inbox.receive(charge_event(f"T{number}"))
            wait_until_idle(inbox)
        assert [str(task.exception()) for task in tasks] == ["3"] * 3
    assert set(entry_states(inbox).values()) == {"done"}


def test_on_error_may_raise_any_exception(inbox):
    def on_error(event, handler, error):
        raise SystemExit(4)

    inbox._config["on_error"] = on_error

    @inbox.on("*", name="plain")
    def plain(event):
        raise ValueError

    @inbox.on("*", name="async")
    async def asynchronous(event):
        raise ValueError

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert len(inbox.show(charge_event().key).attempts) == 6


def test_a_transaction_that_raises_system_exit_is_rolled_back(inbox, url):  # noqa: F811
    inbox.list()
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (number int)")
    attempts = []

    @inbox.on("*", name="handle", transactional=True)
    def handle(event, session):
        attempts.append(event.key)
        session.execute(sa.text(f"insert into effect values ({len(attempts)})"))
        if len(attempts) == 1:
            raise SystemExit

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select number from effect").all() == [(2,)]
    engine.dispose()


STOP_LOOP_PROGRAM = """
import sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.02)


@inbox.on("*", name="handle")
def handle(event):
    inbox._worker._loop.call_soon_threadsafe(inbox._worker._loop.stop)


inbox.run()
"""


def test_a_worker_whose_event_loop_ends_reports_it_releases_its_lease_and_exits(tmp_path):
    address = f"sqlite:///{tmp_path}/inbox.db"
    inbox = Inbox(address, poll=0.02)
    inbox.receive(charge_event())
    worker = subprocess.run(
        [sys.executable, "-c", STOP_LOOP_PROGRAM, address], stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert worker.returncode not in {0, -9}
    assert "handles no more events" in worker.stderr
    inbox.on("*", name="handle")(lambda event: None)
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"done"}
    inbox.close()


def test_many_threads_may_raise_concurrently(inbox):
    @inbox.on("*", name="handle")
    def handle(event):
        time.sleep(0.01)
        raise SystemExit

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: inbox.receive(charge_event(f"T{number}")), range(40)))
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
