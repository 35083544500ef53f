"""What strangers did to the inbox, kept: handlers that never run, commits that are refused, errors without a text."""

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


def behind_a_decorator(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args)

    wrapper.__wrapped__ = None  # as those do that do not use functools.wraps
    return wrapper


async def asynchronous(event, session):
    raise AssertionError("it is never awaited")


class Asynchronous:
    async def __call__(self, event, session):
        raise AssertionError("it is never awaited")


def generator(event, session=None):
    yield event


async def asynchronous_generator(event):
    yield event


@pytest.mark.parametrize(
    ("handler", "transactional"),
    [
        (behind_a_decorator(asynchronous), True),
        (Asynchronous(), True),
        (generator, True),
        (generator, False),
        (asynchronous_generator, False),
        (behind_a_decorator(generator), False),
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


def test_what_is_refused_when_it_is_committed_is_a_failed_try_and_can_be_replayed(inbox):
    told, mended = [], []
    inbox._config["on_error"] = lambda event, handler, error: told.append(handler)
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
        if mended:
            session.execute(sa.text("insert into parent values (1)"))
        session.execute(sa.text("insert into child values (1)"))
        if session.get_bind().dialect.name == "sqlite" and not mended:
            raise sa.exc.IntegrityError("commit", {}, Exception("as the commit says where keys are enforced"))

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
        (entry,) = inbox.list()
        assert entry.state == "dead_letter"
        assert [tried.handler for tried in inbox.show(entry.key).attempts] == ["handle"] * 3
        assert "IntegrityError" in inbox.show(entry.key).attempts[0].error
        assert told == ["handle"] * 3
        mended.append(True)
        inbox.replay(entry.key)
        wait_until_idle(inbox)
        assert set(entry_states(inbox).values()) == {"done"}


class WithoutTextError(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    @property
    def __notes__(self):
        raise RuntimeError("no notes")


@pytest.mark.parametrize(
    "make",
    [WithoutTextError, lambda: SyntaxError("no", ("file", 1, "7", "{{"))],
    ids=["no text", "a syntax error of odd types"],
)
def test_an_error_that_cannot_be_written_down_is_a_failed_try_all_the_same(inbox, make):
    runs = []

    @inbox.on("*")
    def handle(event):
        runs.append(event)
        raise make()

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
    assert len(runs) == 3
    assert set(entry_states(inbox).values()) == {"dead_letter"}


@pytest.mark.parametrize("message", ["database is locked", "database table is locked"])
def test_a_transaction_that_seems_to_collide_for_ever_is_a_failed_try_at_last(inbox, message):
    runs = []

    @inbox.on("*", transactional=True)
    def handle(event, session):
        runs.append(event)
        raise sa.exc.OperationalError("select 1", {}, Exception(message))  # of another database, perhaps

    inbox._config["retry_delays"] = ()
    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox, 60)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
    assert runs  # with SQLite several times: DBOS makes a transaction anew that collides


def test_on_error_that_hangs_holds_no_slot(inbox):
    done, released = [], threading.Event()
    inbox._config["max_concurrency"] = 2
    inbox._config["on_error"] = lambda event, handler, error: released.wait(60)

    @inbox.on("*")
    def handle(event):
        if event.data["reference"].startswith("bad"):
            raise ValueError
        done.append(event.key)

    with inbox:
        for number in range(4):
            inbox.receive(charge_event(f"bad-{number}"))
        inbox.receive(charge_event("good"))
        end = time.monotonic() + 8
        while not done and time.monotonic() < end:
            time.sleep(0.02)
        released.set()
        assert done


def test_each_handler_gets_its_own_copy_of_the_event(inbox):
    keys = []

    @inbox.on("*")
    def alters(event):
        keys.append(event.key)
        event.data["reference"] = "another"
        event.data["id"] = "altered"

    @inbox.on("*")
    def looks(event):
        keys.append(event.key)

    with inbox:
        inbox.receive(charge_event("rent"))
        wait_until_idle(inbox)
    assert len(keys) == 2
    assert len(set(keys)) == 1
