"""An event that waits for its next try holds nothing, and nothing but its own subject waits for it."""

import time

import pytest
from inbox_fixtures import entry_states, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event, verified_event

from paystackease.webhooks import Inbox

MANY = 150


def refund(reference):
    return verified_event("refund.pending", transaction_reference=reference, amount="5", status="pending")


@pytest.fixture
def failing_inbox(url):  # noqa: F811
    """An inbox in which payments of "bad" references fail, and what it handled."""
    inbox = Inbox(url, retry_delays=(3600.0, 3600.0), poll=0.02, max_concurrency=2)
    inbox.handled = []

    @inbox.on("*", name="handle")
    def handle(event):
        inbox.handled.append((event.name, event.ordering_key.partition(":")[2]))
        if event.name == "charge.success" and event.data["reference"].startswith("bad"):
            raise OSError("the shop is closed")

    yield inbox
    inbox.close()


def count_tried(inbox):
    return sum(name == "charge.success" for name, _ in inbox.handled)


def test_hundreds_that_wait_for_an_hour_do_not_keep_a_healthy_one(failing_inbox):
    for number in range(MANY):
        failing_inbox.receive(charge_event(f"bad{number}"))
    with failing_inbox:
        wait_until(lambda: count_tried(failing_inbox) == MANY, 90)
        wait_until(lambda: not failing_inbox.list("waiting"))
        began = time.monotonic()
        failing_inbox.receive(charge_event("good"))
        wait_until(lambda: ("charge.success", "good") in failing_inbox.handled)
        assert time.monotonic() - began < 5
        wait_until(lambda: len(failing_inbox.list("done")) == 1)
        assert len(failing_inbox.list("retrying", limit=MANY + 1)) == MANY
        assert failing_inbox.list("running") == []


def test_events_behind_a_waiting_one_with_the_same_key_wait_and_others_do_not(failing_inbox):
    failing_inbox.receive(charge_event("bad"))
    with failing_inbox:
        wait_until(lambda: count_tried(failing_inbox) == 1)
        failing_inbox.receive(refund("bad"))
        failing_inbox.receive(refund("good"))
        wait_until(lambda: ("refund.pending", "good") in failing_inbox.handled)
        time.sleep(0.5)
        assert ("refund.pending", "bad") not in failing_inbox.handled
        assert entry_states(failing_inbox)[charge_event("bad").key] == "retrying"
        assert entry_states(failing_inbox)[refund("bad").key] == "waiting"


def test_a_retry_delay_continues_after_a_restart(url):  # noqa: F811
    inbox, began = Inbox(url, retry_delays=(5.0,), poll=0.02), []

    @inbox.on("*", name="handle")
    def handle(event):
        began.append((event.name, time.time()))
        if len(began) == 1:
            raise OSError

    inbox.receive(charge_event("bad"))
    inbox.receive(refund("bad"))
    for _ in range(2):
        with inbox:
            wait_until(lambda: began)
    with inbox:
        wait_until_idle(inbox)
    assert [name for name, _ in began] == ["charge.success", "charge.success", "refund.pending"]
    assert began[1][1] - began[0][1] >= 5.0
    assert [entry.claim_count for entry in inbox.list()] == [1, 1]
    inbox.close()


def test_all_that_wait_are_tried_again_when_they_are_due_and_set_aside_at_last(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=(0.05, 0.3), poll=0.02, max_concurrency=4)
    count = []

    @inbox.on("*", name="handle")
    def handle(event):
        count.append(event.key)
        raise OSError

    keys = [inbox.receive(charge_event(f"bad{number}")) and charge_event(f"bad{number}").key for number in range(30)]
    for number in range(30):
        inbox.receive(refund(f"bad{number}"))
    with inbox:
        wait_until_idle(inbox)
    assert set(entry_states(inbox).values()) == {"dead_letter"}
    for key in keys:
        assert count.count(key) == 3
        assert inbox.show(key).entry.claim_count == 1
    inbox.close()
