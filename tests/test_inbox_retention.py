"""How long an inbox keeps events, and what it deletes."""

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


def test_events_are_kept_for_a_time_and_those_that_wait_for_ever(url, caplog):
    inbox = Inbox(
        url, retry_delays=(), poll=0.02, retention=timedelta(days=5), dead_letter_retention=timedelta(days=10)
    )
    fails = []

    @inbox.on("charge.success")
    def handle(event):
        if event.data["reference"] in fails:
            raise RuntimeError

    fails += ["aside", "old aside"]
    for reference in "done", "old", "aside", "old aside":
        inbox.receive(charge_event(reference))
    with inbox:
        wait_until_idle(inbox)
    inbox.receive(charge_event("waits"))
    days = {"done": 4.5, "old": 5.5, "aside": 9.5, "old aside": 10.5, "waits": 99}
    for reference, age in days.items():
        set_arrival(url, charge_event(reference).key, datetime.now(UTC) - timedelta(days=age))
    with caplog.at_level(logging.WARNING):
        assert inbox.purge() == 2
    assert set(entry_states(inbox)) == {charge_event(reference).key for reference in ("done", "aside", "waits")}
    assert f"{charge_event('old aside').key} was deleted" in caplog.text
    assert charge_event("old").key not in caplog.text
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4), state="dead_letter") == 1
    assert inbox.purge(datetime.now(UTC) - timedelta(days=4)) == 1
    assert entry_states(inbox) == {charge_event("waits").key: "waiting"}
    inbox.close()


def test_a_worker_deletes_by_itself_and_nothing_of_it_is_left_in_the_file(tmp_path):
    url = f"sqlite:///{tmp_path}/inbox.db"
    inbox = Inbox(url, retry_delays=(), poll=0.02)

    @inbox.on("*")
    def fails(event):
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


def test_what_paystack_may_still_send_again_is_not_deleted(inbox):
    for before in datetime.now(UTC) - timedelta(days=3), datetime.now(UTC), datetime(2020, 1, 1):
        with pytest.raises(errors.InvalidArgumentError, match="four days ago"):
            inbox.purge(before)
    for state in "waiting", "running", "retrying", "lost":
        with pytest.raises(errors.InvalidArgumentError, match="only events that are done"):
            inbox.purge(OLD, state=state)
