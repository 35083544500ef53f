"""An event that waits for its next attempt holds no slot, and blocks only events of its own subject."""

import time

import pytest
from inbox_fixtures import entry_states, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event, verified_event

from paystackease.webhooks import Inbox

MANY = 150


def refund_event(reference):
    return verified_event("refund.pending", transaction_reference=reference, amount="5", status="pending")


@pytest.fixture
def failing_inbox(url):  # noqa: F811
    """An inbox in which payments with "bad" references fail. It records the handled events."""
    inbox = Inbox(url, retry_delays=(3600.0, 3600.0), poll=0.02, max_concurrency=2)
    inbox.handled = []

    @inbox.on("*", name="handle")
    def handle(event):
        inbox.handled.append((event.name, event.ordering_key.partition(":")[2]))
        if event.name == "charge.success" and event.data["reference"].startswith("bad"):
            raise OSError("the shop is closed")

    yield inbox
    inbox.close()


def count_attempts(inbox):
    return sum(name == "charge.success" for name, _ in inbox.handled)


def test_many_retrying_events_do_not_delay_a_new_one(failing_inbox):
    for number in range(MANY):
        failing_inbox.receive(charge_event(f"bad{number}"))
    with failing_inbox:
        wait_until(lambda: count_attempts(failing_inbox) == MANY, 90)
        wait_until(lambda: not failing_inbox.list("waiting"))
        start = time.monotonic()
        failing_inbox.receive(charge_event("good"))
        wait_until(lambda: ("charge.success", "good") in failing_inbox.handled)
        assert time.monotonic() - start < 5
        wait_until(lambda: len(failing_inbox.list("done")) == 1)
        assert len(failing_inbox.list("retrying", limit=MANY + 1)) == MANY
        assert failing_inbox.list("running") == []


def test_events_behind_a_waiting_one_with_the_same_key_wait_and_others_do_not(failing_inbox):
    failing_inbox.receive(charge_event("bad"))
    with failing_inbox:
        wait_until(lambda: count_attempts(failing_inbox) == 1)
        failing_inbox.receive(refund_event("bad"))
        failing_inbox.receive(refund_event("good"))
        wait_until(lambda: ("refund.pending", "good") in failing_inbox.handled)
        time.sleep(0.5)
        assert ("refund.pending", "bad") not in failing_inbox.handled
        assert entry_states(failing_inbox)[charge_event("bad").key] == "retrying"
        assert entry_states(failing_inbox)[refund_event("bad").key] == "waiting"


def test_a_retry_delay_continues_after_a_restart(url):  # noqa: F811
    inbox, attempts = Inbox(url, retry_delays=(5.0,), poll=0.02), []

    @inbox.on("*", name="handle")
    def handle(event):
        attempts.append((event.name, time.time()))
        if len(attempts) == 1:
            raise OSError

    inbox.receive(charge_event("bad"))
    inbox.receive(refund_event("bad"))
    for _ in range(2):
        with inbox:
            wait_until(lambda: attempts)
    with inbox:
        wait_until_idle(inbox)
    assert [name for name, _ in attempts] == ["charge.success", "charge.success", "refund.pending"]
    assert attempts[1][1] - attempts[0][1] >= 5.0
    assert [entry.claim_count for entry in inbox.list()] == [1, 1]
    inbox.close()


def test_retrying_events_are_attempted_when_due_and_finally_dead_lettered(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=(0.05, 0.3), poll=0.02, max_concurrency=4)
    attempts = []

    @inbox.on("*", name="handle")
    def handle(event):
        attempts.append(event.key)
        raise OSError

    keys = [inbox.receive(charge_event(f"bad{number}")) and charge_event(f"bad{number}").key for number in range(30)]
    for number in range(30):
        inbox.receive(refund_event(f"bad{number}"))
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
    for key in keys:
        assert attempts.count(key) == 3
        assert inbox.show(key).entry.claim_count == 1
    inbox.close()
