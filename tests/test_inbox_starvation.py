"""An event that waits for its next try holds nothing, and nothing but its own subject waits for it."""

import time

import pytest
from inbox_fixtures import settled, states, url  # noqa: F401
from polling import until
from signed_events import charge, event

from paystackease.webhooks import Inbox

MANY = 150


def refund(reference):
    return event("refund.pending", transaction_reference=reference, amount="5", status="pending")


@pytest.fixture
def failing(url):  # noqa: F811
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


def tried(inbox):
    return sum(name == "charge.success" for name, _ in inbox.handled)


def test_hundreds_that_wait_for_an_hour_do_not_keep_a_healthy_one(failing):
    for number in range(MANY):
        failing.receive(charge(f"bad{number}"))
    with failing:
        until(lambda: tried(failing) == MANY, 90)
        until(lambda: not failing.list("waiting"))
        began = time.monotonic()
        failing.receive(charge("good"))
        until(lambda: ("charge.success", "good") in failing.handled)
        assert time.monotonic() - began < 5
        until(lambda: len(failing.list("done")) == 1)
        assert len(failing.list("running", limit=MANY + 1)) == MANY


def test_what_comes_behind_one_that_waits_waits_too_and_others_do_not(failing):
    failing.receive(charge("bad"))
    with failing:
        until(lambda: tried(failing) == 1)
        failing.receive(refund("bad"))
        failing.receive(refund("good"))
        until(lambda: ("refund.pending", "good") in failing.handled)
        time.sleep(0.5)
        assert ("refund.pending", "bad") not in failing.handled
        assert states(failing)[charge("bad").key] == "running"
        assert states(failing)[refund("bad").key] == "waiting"


def test_a_wait_goes_on_over_a_restart_and_is_not_begun_anew(url):  # noqa: F811
    inbox, began = Inbox(url, retry_delays=(5.0,), poll=0.02), []

    @inbox.on("*", name="handle")
    def handle(event):
        began.append((event.name, time.time()))
        if len(began) == 1:
            raise OSError

    inbox.receive(charge("bad"))
    inbox.receive(refund("bad"))
    for _ in range(2):
        with inbox:
            until(lambda: began)
    with inbox:
        settled(inbox)
    assert [name for name, _ in began] == ["charge.success", "charge.success", "refund.pending"]
    assert began[1][1] - began[0][1] >= 5.0
    assert [entry.starts for entry in inbox.list()] == [1, 1]
    inbox.close()


def test_all_that_wait_are_tried_again_when_they_are_due_and_set_aside_at_last(url):  # noqa: F811
    inbox = Inbox(url, retry_delays=(0.05, 0.3), poll=0.02, max_concurrency=4)
    count = []

    @inbox.on("*", name="handle")
    def handle(event):
        count.append(event.key)
        raise OSError

    keys = [inbox.receive(charge(f"bad{number}")) and charge(f"bad{number}").key for number in range(30)]
    for number in range(30):
        inbox.receive(refund(f"bad{number}"))
    with inbox:
        settled(inbox)
    assert set(states(inbox).values()) == {"dead_letter"}
    for key in keys:
        assert count.count(key) == 3
        assert inbox.show(key).entry.starts == 1
    inbox.close()
