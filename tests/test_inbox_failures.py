"""A handler may raise anything: each raise is a failed try, and nothing that it raises ends the worker."""

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

SOON = (0.01, 0.02)


class OwnError(BaseException):
    """An error that is not an Exception."""


RAISED = {
    "SystemExit": lambda: SystemExit(1),
    "KeyboardInterrupt": KeyboardInterrupt,
    "CancelledError": asyncio.CancelledError,
    "GeneratorExit": GeneratorExit,
    "OwnError": OwnError,
    "BaseExceptionGroup": lambda: BaseExceptionGroup("several", [SystemExit(2), ValueError("x")]),
    "StopIteration": StopIteration,
    "StopAsyncIteration": StopAsyncIteration,
    "lone surrogate": lambda: ValueError("\ud800 and \x00"),
}


@pytest.fixture
def inbox(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=SOON, poll=0.02)
    yield inbox
    inbox.close()


@pytest.mark.parametrize("kind", ["plain", "async", "transaction", "awaitable"])
def test_any_exception_of_a_handler_is_a_failed_attempt_that_is_recorded_and_retried(inbox, kind):
    told, raised = [], {name: [] for name in RAISED}
    inbox._config["on_error"] = lambda event, handler, error: told.append((event.data["reference"], type(error)))

    def fail_once(event):
        name = event.data["reference"]
        if name in raised and not raised[name]:
            raised[name].append(RAISED[name]())
            raise raised[name][0]

    if kind == "plain":
        inbox.on("*", name="handle")(fail_once)
    elif kind == "transaction":
        inbox.on("*", name="handle", transactional=True)(lambda event, session: fail_once(event))
    else:

        async def handle(event):
            await asyncio.sleep(0)
            fail_once(event)

        inbox.on("*", name="handle")(handle if kind == "async" else lambda event: handle(event))
    with inbox:
        for name in RAISED:
            inbox.receive(charge_event(name))
        wait_until_idle(inbox)
        inbox.receive(charge_event("afterwards"))
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}
    for name in RAISED:
        tries = inbox.show(charge_event(name).key).attempts
        assert [one.error is None for one in tries] == [False, True], name
        assert name in {"lone surrogate"} or name in tries[0].error or "RuntimeError" in tries[0].error
    assert {name for name, _ in told} == set(RAISED)
    assert ("SystemExit", SystemExit) in told
    assert ("CancelledError", asyncio.CancelledError) in told


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, asyncio.CancelledError, OwnError])
def test_what_raises_such_to_the_end_is_set_aside(inbox, error):
    @inbox.on("*", name="plain")
    def plain(event):
        raise error

    @inbox.on("*", name="async")
    async def waits(event):
        raise error

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert entry_states(inbox) == {charge_event().key: "dead_letter"}
    assert len(inbox.show(charge_event().key).attempts) == 6


def test_a_task_that_a_handler_leaves_behind_may_raise_anything(inbox):
    left = []

    @inbox.on("*")
    async def leaves_a_task(event):
        async def exit_later():
            await asyncio.sleep(0.01)
            raise SystemExit(3)

        left.append(asyncio.get_running_loop().create_task(exit_later()))
        asyncio.get_running_loop().call_soon(lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        await asyncio.sleep(0.1)

    with inbox:
        for number in range(3):
            inbox.receive(charge_event(f"T{number}"))
            wait_until_idle(inbox)
        assert [str(task.exception()) for task in left] == ["3"] * 3
    assert set(entry_states(inbox).values()) == {"done"}


def test_on_error_may_raise_anything(inbox):
    def on_error(event, handler, error):
        raise SystemExit(4)

    inbox._config["on_error"] = on_error

    @inbox.on("*", name="plain")
    def plain(event):
        raise ValueError

    @inbox.on("*", name="async")
    async def waits(event):
        raise ValueError

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    assert len(inbox.show(charge_event().key).attempts) == 6


def test_a_transaction_that_ends_with_an_exit_is_rolled_back(inbox, url):  # noqa: F811
    inbox.list()
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (number int)")
    tried = []

    @inbox.on("*", name="handle", transactional=True)
    def handle(event, session):
        tried.append(event.key)
        session.execute(sa.text(f"insert into effect values ({len(tried)})"))
        if len(tried) == 1:
            raise SystemExit

    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select number from effect").all() == [(2,)]
    engine.dispose()


LOSES_ITS_LOOP = """
import sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.02)


@inbox.on("*", name="handle")
def handle(event):
    inbox._worker._loop.call_soon_threadsafe(inbox._worker._loop.stop)


inbox.run()
"""


def test_a_worker_whose_event_loop_ends_says_so_gives_up_its_lease_and_exits(tmp_path):
    address = f"sqlite:///{tmp_path}/inbox.db"
    inbox = Inbox(address, poll=0.02)
    inbox.receive(charge_event())
    worker = subprocess.run(
        [sys.executable, "-c", LOSES_ITS_LOOP, address], stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert worker.returncode not in {0, -9}
    assert "handles no more events" in worker.stderr
    inbox.on("*", name="handle")(lambda event: None)
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"done"}
    inbox.close()


def test_many_threads_may_raise_at_once(inbox):
    @inbox.on("*", name="handle")
    def handle(event):
        time.sleep(0.01)
        raise SystemExit

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: inbox.receive(charge_event(f"T{number}")), range(40)))
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
