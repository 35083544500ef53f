"""A repeated event is not handled again, even after the inbox deleted it. Inboxes of the previous version open."""

import hashlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from inbox_fixtures import entry_states, open_engine, set_arrival, wait_until_idle
from inbox_fixtures import url as url
from signed_events import KEY, charge_event, sign

from paystackease import errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.backends import select_database
from paystackease.webhooks.inbox.database import DEDUPLICATION, SCHEMA
from paystackease.webhooks.inbox.store import EventStore
from paystackease.webhooks.receiver import WebhookReceiver


def execute(url, sql, **values):
    engine = open_engine(url)
    schema = "" if url.startswith("sqlite") else f"{SCHEMA}."
    with engine.begin() as connection:
        result = connection.execute(sa.text(sql.format(digests=f"{schema}{DEDUPLICATION}")), values)
        rows = result.all() if result.returns_rows else []
    engine.dispose()
    return rows


def set_age(url, key, when):
    """Set the arrival of an event and of its digest."""
    set_arrival(url, key, when)
    digest = hashlib.sha256(key.encode()).digest()[:16]
    execute(
        url,
        "update {digests} set seen_at = :at where digest = :digest",
        at=int(when.timestamp()),
        digest=digest,
    )


def days_ago(days):
    return datetime.now(UTC) - timedelta(days=days)


def test_a_repeated_event_runs_no_handler_after_its_deletion(url):
    handled_keys = []
    with Inbox(url, retry_delays=(), poll=0.02) as inbox:
        inbox.on("*", name="note")(lambda event: handled_keys.append(event.key))
        bodies = [charge_event(f"T{number}").raw_body for number in range(3)] + [b"[]"]
        receiver = WebhookReceiver(KEY, inbox)

        def send_all():
            return {receiver.respond("POST", {"x-paystack-signature": sign(body)}, body).status for body in bodies}

        assert send_all() == {200}
        wait_until_idle(inbox)
        for entry in inbox.list():
            set_age(url, entry.key, days_ago(200))
        assert inbox.purge() == 4
        assert inbox.list() == []
        assert send_all() == {200}
        wait_until_idle(inbox)
        assert (len(handled_keys), inbox.list()) == (3, [])


def test_a_repeated_event_is_new_after_the_deduplication_window(url):
    inbox = Inbox(url, retry_delays=(), poll=0.02, deduplication_window=timedelta(days=100))
    inbox.on("*", name="note")(lambda event: None)
    for reference in "old", "young":
        inbox.receive(charge_event(reference))
    with inbox:
        wait_until_idle(inbox)
    set_age(url, charge_event("old").key, days_ago(101))
    set_age(url, charge_event("young").key, days_ago(99))
    assert inbox.purge() == 2
    assert execute(url, "select count(*) from {digests}") == [(1,)]
    assert [inbox.receive(charge_event(reference)) for reference in ("old", "young")] == [True, False]
    inbox.close()


def test_a_digest_reveals_nothing_about_the_event(url):
    inbox = Inbox(url)
    inbox.receive(charge_event("T1"))
    ((digest, seen_at),) = execute(url, "select digest, seen_at from {digests}")
    assert (len(bytes(digest)), abs(datetime.now(UTC).timestamp() - seen_at) < 600) == (16, True)
    inbox.close()


@pytest.mark.parametrize("days", [0, 3, -1])
def test_the_window_must_be_longer_than_paystack_retries(days):
    with pytest.raises(errors.InvalidArgumentError, match="deduplication_window must be at least four days"):
        Inbox(deduplication_window=timedelta(days=days))


def test_a_failed_insert_leaves_no_digest(url):
    class FailingDatabase:
        def __init__(self, database):
            self.wrapped, self.url = database, database.url

        def __getattr__(self, name):
            return getattr(self.wrapped, name)

        def confirm_commit(self, connection):
            with connection.begin():
                pass

        def next_sequence(self, connection):
            connection.execute(sa.text("insert into nowhere values (1)"))

    store = EventStore(select_database(url, 10))
    store.client  # noqa: B018 # creates the database
    store.database = FailingDatabase(store.database)
    with pytest.raises(errors.InboxError):
        store.insert(charge_event())
    store.database = store.database.wrapped
    assert execute(url, "select count(*) from {digests}") == [(0,)]
    assert store.insert(charge_event())
    store.close()


def test_concurrent_inserts_of_the_same_events_do_not_block_each_other(url):
    stores = [EventStore(select_database(url, 10)) for _ in range(4)]
    stores[0].client  # noqa: B018 # creates the database
    events = [charge_event(f"T{number}") for number in range(30)]
    with ThreadPoolExecutor(40) as threads:
        futures = [
            threads.submit(store.insert, event)
            for index, store in enumerate(stores)
            for event in (events if index % 2 else reversed(events))
        ]
        assert sum(future.result() for future in futures) == 30
    assert len(stores[0].list_entries()) == 30
    for store in stores:
        store.close()


# Inboxes of the previous version


def downgrade_inbox(url):
    """Convert an inbox to the previous version: without digests, with a body that msgspec serialized."""
    execute(url, "drop table {digests}")
    table = "workflow_status" if url.startswith("sqlite") else f"{SCHEMA}.workflow_status"
    old = '{"args":[{"event":"charge.success","data":{"id":1,"reference":"T1","status":"success"}}],"kwargs":{}}'
    execute(url, f"update {table} set inputs = :old", old=old)


def test_an_inbox_of_the_previous_version_is_still_read(url):
    handled_keys = []
    inbox = Inbox(url, retry_delays=(), poll=0.02)
    inbox.receive(charge_event("T1"))
    inbox.close()
    downgrade_inbox(url)
    inbox.on("*", name="note")(lambda event: handled_keys.append((event.key, event.body["data"]["reference"])))
    assert not inbox.receive(charge_event("T1"))
    with inbox:
        wait_until_idle(inbox)
    key = charge_event("T1").key
    assert (handled_keys, entry_states(inbox)) == ([(key, "T1")], {key: "done"})
    assert inbox.show(key).event.data == charge_event("T1").data
    execute(url, "delete from {digests}")
    set_age(url, key, days_ago(40))
    assert inbox.purge() == 1
    assert not inbox.receive(charge_event("T1")), "purge stores the digest"
    inbox.close()


def test_queries_of_digests_use_an_index(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    inbox.receive(charge_event())
    inbox.close()
    with sqlite3.connect(tmp_path / "inbox.db") as connection:
        for sql in (
            f"select 1 from {DEDUPLICATION} where digest = ?",
            f"delete from {DEDUPLICATION} where seen_at < ?",
        ):
            (plan,) = connection.execute(f"explain query plan {sql}", (1,)).fetchall()
            assert plan[3].startswith("SEARCH")
    connection.close()


# Databases


def test_a_database_with_a_limited_encoding_stores_any_character(postgres_server):
    name = "latin"
    address = postgres_server.replace("postgresql:", "postgresql+psycopg:")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(
            f"create database {name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'"
        )
    engine.dispose()
    with Inbox(postgres_server.rpartition("/")[0] + f"/{name}", retry_delays=(), poll=0.02) as inbox:

        @inbox.on("*")
        def fail(event):
            raise ValueError("Ọ̀ṣun 😀")

        stored_event = charge_event("T1", title="Ọ̀ṣun 😀")
        body = json.dumps(stored_event.body, ensure_ascii=False).encode()
        receiver = WebhookReceiver(KEY, inbox)
        assert receiver.respond("POST", {"x-paystack-signature": sign(body)}, body).status == 200
        wait_until_idle(inbox)
        detail = inbox.show(stored_event.key)
        assert (detail.event.raw_body, detail.event.data["title"]) == (body, "Ọ̀ṣun 😀")
        assert "Ọ̀ṣun 😀" in detail.attempts[0].error
