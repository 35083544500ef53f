"""Attacks on the inbox: handlers that never run, commits that fail, and errors without a text."""

import functools
import threading
import time

import pytest
import sqlalchemy as sa
from inbox_fixtures import entry_states, url, wait_until_idle  # noqa: F401
from signed_events import charge_event

from paystackease.webhooks import Inbox


@pytest.fixture
def inbox(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=(0.01, 0.02), poll=0.02)
    yield inbox
    inbox.close()


def wrap_without_metadata(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    wrapper.__wrapped__ = None  # like a decorator without functools.wraps
    return wrapper


async def asynchronous(event, session):
    raise AssertionError("it is never awaited")


class AsyncCallable:
    async def __call__(self, event, session):
        raise AssertionError("it is never awaited")


def generator(event, session=None):
    yield event


async def asynchronous_generator(event):
    yield event


@pytest.mark.parametrize(
    ("handler", "transactional"),
    [
        (wrap_without_metadata(asynchronous), True),
        (AsyncCallable(), True),
        (generator, True),
        (generator, False),
        (asynchronous_generator, False),
        (wrap_without_metadata(generator), False),
    ],
    ids=["async, decorated", "async object", "generator in a transaction", "generator", "async generator", "decorated"],
)
def test_a_handler_that_returns_unconsumed_work_is_a_failed_attempt(inbox, handler, transactional):
    inbox.on("*", name="handle", transactional=transactional)(handler)
    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
    (entry,) = inbox.list()
    assert entry.state == "dead_letter"
    assert "which has not run" in inbox.show(entry.key).attempts[0].error


def test_a_failed_commit_is_a_failed_attempt_and_can_be_replayed(inbox):
    reports, fixed = [], []
    inbox._config["on_error"] = lambda event, handler, error: reports.append(handler)
    schema = "create table if not exists parent (id integer primary key)"
    child = (
        "create table if not exists child (parent integer references parent (id) deferrable initially deferred, "
        "unique (parent))"
    )

    @inbox.on("*", name="handle", transactional=True)
    def handle(event, session):
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sa.text("pragma defer_foreign_keys = on"))
        session.execute(sa.text(schema))
        session.execute(sa.text(child))
        if fixed:
            session.execute(sa.text("insert into parent values (1)"))
        session.execute(sa.text("insert into child values (1)"))
        if session.get_bind().dialect.name == "sqlite" and not fixed:
            raise sa.exc.IntegrityError("commit", {}, Exception("the error of a commit with enforced foreign keys"))

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
        (entry,) = inbox.list()
        assert entry.state == "dead_letter"
        assert [attempt.handler for attempt in inbox.show(entry.key).attempts] == ["handle"] * 3
        assert "IntegrityError" in inbox.show(entry.key).attempts[0].error
        assert reports == ["handle"] * 3
        fixed.append(True)
        inbox.replay(entry.key)
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    @property
    def __notes__(self):
        raise RuntimeError("no notes")


@pytest.mark.parametrize(
    "make_error",
    [UnprintableError, lambda: SyntaxError("no", ("file", 1, "7", "{{"))],
    ids=["no text", "a syntax error of odd types"],
)
def test_an_error_that_cannot_be_formatted_is_a_failed_attempt(inbox, make_error):
    runs = []

    @inbox.on("*")
    def handle(event):
        runs.append(event)
        raise make_error()

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
    assert len(runs) == 3
    assert set(entry_states(inbox).values()) == {"dead_letter"}


@pytest.mark.parametrize("message", ["database is locked", "database table is locked"])
def test_a_transaction_with_endless_conflicts_is_a_failed_attempt(inbox, message):
    runs = []

    @inbox.on("*", transactional=True)
    def handle(event, session):
        runs.append(event)
        raise sa.exc.OperationalError("select 1", {}, Exception(message))  # perhaps from another database

    inbox._config["retry_delays"] = ()
    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox, 60)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
    assert runs  # several times with SQLite: DBOS retries a transaction with a conflict


def test_a_hanging_on_error_holds_no_slot(inbox):
    handled_keys, released = [], threading.Event()
    inbox._config["max_concurrency"] = 2
    inbox._config["on_error"] = lambda event, handler, error: released.wait(60)

    @inbox.on("*")
    def handle(event):
        if event.data["reference"].startswith("bad"):
            raise ValueError
        handled_keys.append(event.key)

    with inbox:
        for number in range(4):
            inbox.receive(charge_event(f"bad-{number}"))
        inbox.receive(charge_event("good"))
        deadline = time.monotonic() + 8
        while not handled_keys and time.monotonic() < deadline:
            time.sleep(0.02)
        released.set()
        assert handled_keys


def test_each_handler_gets_its_own_copy_of_the_event(inbox):
    keys = []

    @inbox.on("*")
    def modify(event):
        keys.append(event.key)
        event.data["reference"] = "another"
        event.data["id"] = "altered"

    @inbox.on("*")
    def read(event):
        keys.append(event.key)

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
    assert len(keys) == 2
    assert len(set(keys)) == 1
