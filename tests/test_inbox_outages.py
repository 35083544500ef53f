"""A PostgreSQL with outages: the worker waits, keeps or reacquires its lease, and resumes all its tasks."""

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
    # psycopg warns if a broken connection is garbage-collected: DBOS and SQLAlchemy drop such connections.
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
    """The URL of the same database through the proxy."""
    return sa.make_url(direct_url).set(port=proxy.port).render_as_string(hide_password=False)


def is_dead(observer, name):
    with observer.try_claim(name) as is_claimed:
        return is_claimed


def test_a_lost_lease_is_reacquired(direct_url, proxied_url, proxy):
    database, observer = select_database(proxied_url, 10.0), select_database(direct_url, 0.0)
    lease = database.acquire_lease("me")
    for _ in range(3):
        assert lease.renew()
        assert not is_dead(observer, "me")
        proxy.disconnect()
        for _ in range(3):
            with pytest.raises(Exception, match=r".+"):
                lease.renew()
        wait_until(lambda: is_dead(observer, "me"))
        proxy.reconnect()
        assert not lease.renew(), "the first renewal reports that the lease was lost"
        assert lease.renew()
        assert not is_dead(observer, "me")
    lease.release()
    wait_until(lambda: is_dead(observer, "me"))
    observer.close()


def test_a_lease_is_reacquired_after_the_server_ended_its_session(direct_url):
    database, observer = select_database(direct_url, 10.0), select_database(direct_url, 0.0)
    lease = database.acquire_lease("me")
    engine = sa.create_engine(driver_url(direct_url), isolation_level="AUTOCOMMIT")
    for _ in range(3):
        with engine.connect() as connection:
            connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
            )
        wait_until(lambda: not lease.renew())  # the server ends the session a moment later
        assert lease.renew()
        assert not is_dead(observer, "me")
    engine.dispose()
    lease.release()
    observer.close()


def test_time_without_a_database_does_not_expire_the_lease_of_another_worker(direct_url, proxied_url, proxy):
    lease = select_database(direct_url, 1.0).acquire_lease("me")
    lease.release()
    observer = select_database(proxied_url, 30.0)
    assert not is_dead(observer, "me")
    observer._missing = {name: (0.0, last - 60.0) for name, (_, last) in observer._missing.items()}
    assert not is_dead(observer, "me"), "a minute without observations is not counted"
    observer.close()


@contextmanager
def run_other_worker(url, code):
    """Run another worker in a separate process."""
    worker = subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True)
    try:
        yield worker
    finally:
        worker.terminate()
        worker.communicate(timeout=40)


OTHER_WORKER_PROGRAM = """
import sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.05, grace=3.0)


@inbox.on("*", name="handle")
def handle(event):
    print(event.data["reference"], flush=True)


inbox.run()
"""


def test_a_worker_survives_a_short_outage_of_its_database(direct_url, proxied_url, proxy, caplog):
    inbox, handled = Inbox(proxied_url, poll=0.05, grace=3.0, retry_delays=(0.1,) * 5), []
    released, started = threading.Event(), threading.Event()

    @inbox.on("*", name="handle")
    def handle(event):
        handled.append(event.data["reference"])
        if event.data["reference"] == "slow":
            started.set()
            released.wait(60)

    direct_inbox = Inbox(direct_url)
    direct_inbox.receive(charge_event("slow"))
    with inbox:
        assert started.wait(30)
        with run_other_worker(direct_url, OTHER_WORKER_PROGRAM) as other_process:
            direct_inbox.receive(charge_event("first"))
            wait_until(lambda: entry_states(direct_inbox)[charge_event("first").key] == "done")
            proxy.disconnect()
            time.sleep(1.5)  # only for one of the two workers
            proxy.reconnect()
            time.sleep(4)
            assert entry_states(direct_inbox)[charge_event("slow").key] == "running"
            released.set()
            wait_until(lambda: entry_states(direct_inbox)[charge_event("slow").key] == "done")
        other_output = other_process.stdout
        assert other_output is not None
        assert handled.count("slow") == 1
        # The worker handles new events, and events that others released.
        direct_inbox.receive(charge_event("after"))
        wait_until(lambda: entry_states(direct_inbox)[charge_event("after").key] == "done")
        assert "after" in handled
    assert [attempt.error for attempt in direct_inbox.show(charge_event("slow").key).attempts] == [None]
    direct_inbox.close()
    inbox.close()


def test_a_worker_resumes_after_each_of_many_outages(direct_url, proxied_url, proxy):
    inbox, handled_keys = Inbox(proxied_url, poll=0.02, retry_delays=(0.05,) * 3), []
    failed_keys = set()

    @inbox.on("*", name="plain")
    def plain_handler(event):
        if event.key not in failed_keys:
            failed_keys.add(event.key)
            raise OSError
        handled_keys.append(event.key)

    @inbox.on("*", name="in a transaction", transactional=True)
    def effect(event, session):
        session.execute(sa.text("insert into effect values (:key)"), {"key": event.key})

    direct_inbox = Inbox(direct_url)
    direct_inbox.list()
    engine = sa.create_engine(driver_url(direct_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table effect (event text)")
    with inbox:
        for number in range(30):
            direct_inbox.receive(charge_event(f"T{number}"))
            if number % 5 == 2:
                proxy.disconnect()
                time.sleep(0.2)
                proxy.reconnect()
            time.sleep(0.05)
        wait_until_idle(direct_inbox, 100)
        assert set(entry_states(direct_inbox).values()) == {"done"}
    with engine.connect() as connection:
        effects = connection.exec_driver_sql("select event from effect").scalars().all()
    engine.dispose()
    assert sorted(effects) == sorted(entry_states(direct_inbox))
    direct_inbox.close()
    inbox.close()


def test_a_failed_maintenance_step_does_not_stop_the_others(direct_url, caplog):
    inbox = Inbox(direct_url, poll=0.02, retry_delays=(0.05,) * 3)
    attempts = []

    @inbox.on("*", name="handle")
    def handle(event):
        attempts.append(event.key)
        if len(attempts) < 3:
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


def test_a_worker_records_nothing_for_events_that_another_reclaimed(direct_url, proxied_url, proxy):
    """The results of its handlers are not recorded."""
    inbox = Inbox(proxied_url, poll=0.02, grace=0.2)
    started, released, finished = [], threading.Event(), []

    @inbox.on("charge.success", name="handle")
    def handle(event):
        started.append(event.data["reference"])
        if len(started) <= 2:
            released.wait(60)
        finished.append(event.data["reference"])

    direct_inbox = Inbox(direct_url)
    direct_inbox.receive(charge_event("T1"))
    direct_inbox.receive(charge_event("T2"))
    with inbox:
        wait_until(lambda: len(started) == 2)
        proxy.disconnect()
        name = direct_inbox._store.list_entries(status="PENDING")[0].executor_id
        wait_until(lambda: is_dead(direct_inbox._store.database, name))
        direct_inbox._store.reclaim("observer", 20)
        assert {entry.state for entry in direct_inbox.list()} == {"waiting"}
        released.set()
        proxy.reconnect()
        wait_until_idle(direct_inbox)
        assert sorted(started) == ["T1", "T1", "T2", "T2"]
        # The first attempt of each was lost with the lease: one attempt is recorded, not two.
        assert [len(direct_inbox.show(key).attempts) for key in entry_states(direct_inbox)] == [1, 1]
    direct_inbox.close()
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
