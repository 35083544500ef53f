"""Descriptions of handler errors without personal data, and the state of an event that waits for a retry."""

# ruff: noqa: F811 - the fixtures are imported

import logging
from datetime import UTC, datetime, timedelta

import pytest
from inbox_fixtures import inbox, running_worker, url, wait_until_idle  # noqa: F401
from polling import wait_until
from signed_events import charge_event

from paystackease import errors
from paystackease.webhooks import Inbox
from paystackease.webhooks.inbox.error_text import MAX_CHARS, describe_error


class UnprintableError(Exception):
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("error", "description"),
    [
        (ValueError("out of stock"), "ValueError: out of stock"),
        (ValueError(), "ValueError"),
        (KeyError("reference"), "KeyError: 'reference'"),
        (ValueError("\n  first\nsecond for ada@example.com"), "ValueError: first"),
        (ValueError("no mail to Ada.Obi+x@mail.example.com, retry"), "ValueError: no mail to [e-mail], retry"),
        (ValueError("user='ada@example.com'"), "ValueError: user='[e-mail]'"),
        (ValueError("call +234 803 123 4567 now"), "ValueError: call [number] now"),
        (ValueError("call 0803-123-4567 now"), "ValueError: call [number] now"),
        (ValueError("account 0123456789, card 4084084084084081"), "ValueError: account [number], card [number]"),
        (ValueError("line 42 of 1200"), "ValueError: line 42 of 1200"),
        (ValueError("HTTP 503"), "ValueError: HTTP 503"),
        (ValueError("key sk_test_abc123 is wrong"), "ValueError: key [key] is wrong"),
        (ValueError("Bearer abc.def"), "ValueError: [key]"),
        (ValueError("code AUTH_a1b2c3d4e5f6g7h8i9j0"), "ValueError: code [key]"),
        (ValueError("postgresql://shop:secret@db/x"), "ValueError: postgresql://[login]@db/x"),
        (ValueError("a\x1b[31mb"), "ValueError: a [31mb"),
        (UnprintableError(), "UnprintableError, whose text cannot be formatted: RuntimeError"),
    ],
)
def test_an_error_is_described_without_personal_data_and_keys(error, description):
    assert describe_error(error) == description


def test_a_long_message_is_cut_off():
    text = describe_error(ValueError("long " * 1000))
    assert len(text) == len("ValueError: ") + MAX_CHARS
    assert "@" not in describe_error(ValueError("x" * 1995 + " ada@example.com"))


def test_the_log_has_the_error_and_no_personal_data(inbox, caplog):
    @inbox.on("charge.success", name="ship")
    def ship(event):
        raise ValueError("no stock for ada@example.com, 08031234567\nmore about ada@example.com")

    inbox.receive(charge_event("T1"))
    with caplog.at_level(logging.WARNING), running_worker(inbox):
        pass
    assert "ship failed with ValueError: no stock for [e-mail], [number]" in caplog.text
    assert "ada@" not in caplog.text
    assert "0803" not in caplog.text


def test_an_event_that_waits_for_a_retry_is_retrying(url):
    inbox = Inbox(url, retry_delays=[3600], poll=0.02)

    @inbox.on("*", name="ship")
    def ship(event):
        if event.data["reference"] == "bad":
            raise OSError

    inbox.receive(charge_event("bad"))
    inbox.receive(charge_event("good"))
    with inbox:
        wait_until(lambda: [len(inbox.list(state)) for state in ("done", "retrying")] == [1, 1])
    (entry,) = inbox.list("retrying")
    assert (entry.key, entry.state) == (charge_event("bad").key, "retrying")
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)
    assert in_an_hour - timedelta(minutes=5) < entry.retry_at <= in_an_hour
    assert [len(inbox.list(state)) for state in ("waiting", "running", "dead_letter")] == [0, 0, 0]
    assert [entry.retry_at for entry in inbox.list("done")] == [None]
    assert inbox.show(entry.key).entry == entry
    with pytest.raises(errors.InboxError, match="is retrying, and only a dead letter can be replayed"):
        inbox.replay(entry.key)
    inbox.close()
