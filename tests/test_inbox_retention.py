"""The retention of events in an inbox, and their deletion."""

# ruff: noqa: F811 - the fixtures are imported

import logging
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from inbox_fixtures import entry_states, inbox, open_engine, set_arrival, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event

from paystackease import errors
from paystackease.webhooks import Inbox

OLD = datetime.now(UTC) - timedelta(days=5)


def test_handled_events_are_deleted_after_their_retention_and_waiting_events_never(url, caplog):
    inbox = Inbox(
        url, retry_delays=(), poll=0.02, retention=timedelta(days=5), dead_letter_retention=timedelta(days=10)
    )
    failing = []

    @inbox.on("charge.success")
    def handle(event):
        if event.data["reference"] in failing:
            raise RuntimeError

    failing += ["dead", "old dead"]
    for reference in "done", "old", "dead", "old dead":
        inbox.receive(charge_event(reference))
    with inbox:
        wait_until_idle(inbox)
    inbox.receive(charge_event("waiting event"))
    days = {"done": 4.5, "old": 5.5, "dead": 9.5, "old dead": 10.5, "waiting event": 99}
    for reference, age in days.items():
        set_arrival(url, charge_event(reference).key, datetime.now(UTC) - timedelta(days=age))
    with caplog.at_level(logging.WARNING):
        assert inbox.purge() == 2
    assert set(entry_states(inbox)) == {charge_event(reference).key for reference in ("done", "dead", "waiting event")}
    assert f"{charge_event('old dead').key} was deleted" in caplog.text
    assert charge_event("old").key not in caplog.text
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4), state="dead_letter") == 1
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4)) == 1
    assert entry_states(inbox) == {charge_event("waiting event").key: "waiting"}
    inbox.close()


def test_a_worker_purges_events_and_erases_their_data_from_the_file(tmp_path):
    url = f"sqlite:///{tmp_path}/inbox.db"
    inbox = Inbox(url, retry_delays=(), poll=0.02)

    @inbox.on("*")
    def fail(event):
        raise RuntimeError("about ada@example.com")

    inbox.receive(charge_event("T1", customer={"email": "ada@example.com"}))
    with inbox:
        wait_until_idle(inbox)
        set_arrival(url, charge_event("T1").key, datetime.now(UTC) - timedelta(days=91))
    with inbox:
        wait_until(lambda: not inbox.list())
    with sqlite3.connect(tmp_path / "inbox.db") as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    connection.close()
    assert not [file for file in tmp_path.iterdir() if b"ada@example.com" in file.read_bytes()]


def test_events_that_paystack_may_still_repeat_cannot_be_purged(inbox):
    for before in datetime.now(UTC) - timedelta(days=3), datetime.now(UTC), datetime(2020, 1, 1):
        with pytest.raises(errors.InvalidArgumentError, match="four days ago"):
            inbox.purge(before)
    for state in "waiting", "running", "retrying", "lost":
        with pytest.raises(errors.InvalidArgumentError, match="only events that are done"):
            inbox.purge(OLD, state=state)
