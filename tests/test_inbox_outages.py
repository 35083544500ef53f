"""A PostgreSQL that goes away and comes back: the worker waits, keeps its lease, and goes on with all that it does."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from inbox_fixtures import driver_url, entry_states, migrated_database, new_database, wait_until_idle
from polling import wait_until
from postgres_cluster import needs_postgres
from signed_events import charge_event
from tcp_proxy import TCPProxy

from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.backends import select_database

pytestmark = [
    needs_postgres,
    # What psycopg says of a connection that was cut and is collected: DBOS and SQLAlchemy drop such connections.
    pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning"),
]


@pytest.fixture
def direct_url(postgres_server):
    return new_database(postgres_server, migrated_database(postgres_server))


@pytest.fixture
def proxy(direct_url):
    proxy = TCPProxy(sa.make_url(direct_url).port)
    yield proxy
    proxy.close()


@pytest.fixture
def proxied_url(direct_url, proxy):
    """The same database, through the proxy."""
    return sa.make_url(direct_url).set(port=proxy.port).render_as_string(hide_password=False)


def is_dead(observer, name):
    with observer.try_claim(name) as is_claimed:
        return is_claimed


def test_a_lease_that_was_lost_is_taken_again(direct_url, proxied_url, proxy):
    mine, observer = select_database(proxied_url, 10.0), select_database(direct_url, 0.0)
    lease = mine.acquire_lease("me")
    for _ in range(3):
        assert lease.renew()
        assert not is_dead(observer, "me")
        proxy.disconnect()
        for _ in range(3):
            with pytest.raises(Exception, match=r".+"):
                lease.renew()
        wait_until(lambda: is_dead(observer, "me"))
        proxy.reconnect()
        assert not lease.renew(), "it says that it was lost"
        assert lease.renew()
        assert not is_dead(observer, "me")
    lease.release()
    wait_until(lambda: is_dead(observer, "me"))
    observer.close()


def test_a_lease_whose_session_the_server_ended_is_taken_again(direct_url):
    mine, observer = select_database(direct_url, 10.0), select_database(direct_url, 0.0)
    lease = mine.acquire_lease("me")
    engine = sa.create_engine(driver_url(direct_url), isolation_level="AUTOCOMMIT")
    for _ in range(3):
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
            )
        wait_until(lambda: not lease.renew())  # the server ends it a moment later
        assert lease.renew()
        assert not is_dead(observer, "me")
    engine.dispose()
    lease.release()
    observer.close()


def test_time_without_a_database_does_not_count_against_the_lease_of_another(direct_url, proxied_url, proxy):
    lease = select_database(direct_url, 1.0).acquire_lease("me")
    lease.release()
    observer = select_database(proxied_url, 30.0)
    assert not is_dead(observer, "me")
    observer._missing = {name: (0.0, last - 60.0) for name, (_, last) in observer._missing.items()}
    assert not is_dead(observer, "me"), "a minute in which nothing was seen is not counted"
    observer.close()


@contextmanager
def other_worker(url, code):
    """Another worker, in a process of its own."""
    worker = subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.communicate(timeout=40)


OTHER = """
import sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.05, grace=3.0)


@inbox.on("*", name="handle")
def handle(event):
    print(event.data["reference"], flush=True)


inbox.run()
"""


def test_a_worker_survives_a_database_that_is_away_for_four_seconds(direct_url, proxied_url, proxy, caplog):
    inbox, ran = Inbox(proxied_url, poll=0.05, grace=3.0, retry_delays=(0.1,) * 5), []
    go_on, began = threading.Event(), threading.Event()

    @inbox.on("*", name="handle")
    def handle(event):
        ran.append(event.data["reference"])
        if event.data["reference"] == "slow":
            began.set()
            go_on.wait(60)

    plain = Inbox(direct_url)
    plain.receive(charge_event("slow"))
    with inbox:
        assert began.wait(30)
        with other_worker(direct_url, OTHER) as other:
            plain.receive(charge_event("first"))
            wait_until(lambda: entry_states(plain)[charge_event("first").key] == "done")
            proxy.disconnect()
            time.sleep(1.5)  # for one of the two alone
            proxy.reconnect()
            time.sleep(4)
            assert entry_states(plain)[charge_event("slow").key] == "running"
            go_on.set()
            wait_until(lambda: entry_states(plain)[charge_event("slow").key] == "done")
        handled_there = other.stdout
        assert handled_there is not None
        assert ran.count("slow") == 1
        # It goes on with what is new, and with what others left.
        plain.receive(charge_event("after"))
        wait_until(lambda: entry_states(plain)[charge_event("after").key] == "done")
        assert "after" in ran
    assert [one.error for one in plain.show(charge_event("slow").key).attempts] == [None]
    plain.close()
    inbox.close()


def test_a_worker_goes_on_after_each_of_many_outages(direct_url, proxied_url, proxy):
    inbox, ran = Inbox(proxied_url, poll=0.02, retry_delays=(0.05,) * 3), []
    failed = set()

    @inbox.on("*", name="plain")
    def plain_handler(event):
        if event.key not in failed:
            failed.add(event.key)
            raise OSError
        ran.append(event.key)

    @inbox.on("*", name="in a transaction", transactional=True)
    def effect(event, session):
        session.execute(sa.text("insert into effect values (:key)"), {"key": event.key})

    plain = Inbox(direct_url)
    plain.list()
    engine = sa.create_engine(driver_url(direct_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text)")
    with inbox:
        for number in range(30):
            plain.receive(charge_event(f"T{number}"))
            if number % 5 == 2:
                proxy.disconnect()
                time.sleep(0.2)
                proxy.reconnect()
            time.sleep(0.05)
        wait_until_idle(plain, 100)
        assert set(entry_states(plain).values()) == {"done"}
    with engine.connect() as connection:
        effects = connection.exec_driver_sql("select event from effect").scalars().all()
    engine.dispose()
    assert sorted(effects) == sorted(entry_states(plain))
    plain.close()
    inbox.close()


def test_a_step_of_the_maintenance_that_fails_keeps_no_other_from_running(direct_url, caplog):
    inbox = Inbox(direct_url, poll=0.02, retry_delays=(0.05,) * 3)
    tried = []

    @inbox.on("*", name="handle")
    def handle(event):
        tried.append(event.key)
        if len(tried) < 3:
            raise OSError

    def purge():
        raise OSError("the disk is full")

    inbox.purge = purge
    with inbox:
        inbox.receive(charge_event())
        wait_until_idle(inbox)
        assert entry_states(inbox) == {charge_event().key: "done"}
    assert "OSError" in caplog.text
    inbox.close()


def test_a_worker_that_lost_its_events_to_another_finishes_nothing_of_them(direct_url, proxied_url, proxy):
    """Its plain handler ends in vain, its transaction is rolled back, its async handler is cancelled."""
    inbox = Inbox(proxied_url, poll=0.02, grace=0.2)
    began, go_on, ended = [], threading.Event(), []

    @inbox.on("charge.success", name="handle")
    def handle(event):
        began.append(event.data["reference"])
        if len(began) <= 2:
            go_on.wait(60)
        ended.append(event.data["reference"])

    plain = Inbox(direct_url)
    plain.receive(charge_event("T1"))
    plain.receive(charge_event("T2"))
    with inbox:
        wait_until(lambda: len(began) == 2)
        proxy.disconnect()
        name = plain._store.list_entries(status="PENDING")[0].executor_id
        wait_until(lambda: is_dead(plain._store.database, name))
        plain._store.reclaim("observer", 20)
        assert {entry.state for entry in plain.list()} == {"waiting"}
        go_on.set()
        proxy.reconnect()
        wait_until_idle(plain)
        assert sorted(began) == ["T1", "T1", "T2", "T2"]
        # The first of each was lost with its lease: one try is recorded for each, not two.
        assert [len(plain.show(key).attempts) for key in entry_states(plain)] == [1, 1]
    plain.close()
    inbox.close()


def test_a_claim_whose_response_was_lost_is_released(direct_url):
    inbox = Inbox(direct_url, poll=0.02)
    inbox.on("*", name="handle")(lambda event: None)
    inbox.receive(charge_event())
    claim = sa.text(
        "update paystackease_inbox.workflow_status set status = 'PENDING', executor_id = :name, owner_xid = 'lost'"
    )
    engine = sa.create_engine(driver_url(direct_url))
    with engine.begin() as connection:
        connection.execute(claim, {"name": "waiting"})  # so that no worker claims it
    with inbox:
        worker = inbox._worker
        with engine.begin() as connection:
            connection.execute(claim, {"name": worker._name})

        def is_done():
            worker._check_now.set()
            return entry_states(inbox) == {charge_event().key: "done"}

        wait_until(is_done)
    engine.dispose()
    inbox.close()
