"""A body that Paystack signed is never rejected: it is handled, or stored as a dead letter with the reason."""

import asyncio
import contextlib
import json
import pickle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inbox_fixtures import entry_states, wait_until_idle
from inbox_fixtures import url as url
from polling import wait_until
from signed_events import KEY, charge_event, sign

from paystackease import errors, webhooks
from paystackease.webhooks import HandlerRegistry, Inbox
from paystackease.webhooks.deduplication import key
from paystackease.webhooks.receiver import WebhookReceiver

TEMPLATE = '{"event": "charge.success", "data": {"id": 1, "reference": "T1", "status": "success", "metadata": %s}}'
DEPTH = 3_000
"""Deeper than Python's default recursion limit."""
LENIENT_BODIES = {
    "a lone surrogate": TEMPLATE % '"\\ud800"',
    "a lone surrogate in a key": TEMPLATE % '{"\\udfff x": 1}',
    "infinity": TEMPLATE % "1e999",
    "minus infinity": TEMPLATE % "[-1e999]",
    "an integer of 5,000 digits": TEMPLATE % ("9" * 5_000),
    "deep arrays": TEMPLATE % ("[" * DEPTH + "]" * DEPTH),
    "deep objects": TEMPLATE % ('{"a":' * DEPTH + "null" + "}" * DEPTH),
    "nul": TEMPLATE % '"a\\u0000b"',
    "a byte order mark": "\ufeff" + TEMPLATE % "1",
    "bytes that are not UTF-8": (TEMPLATE % '"%s"').encode() % b"\xff\xfe",
    "an unknown event with a lone surrogate": '{"event": "brand.new\\ud800", "data": {"id": "\\udc00"}}',
    "an unknown deep event": '{"event": "brand.new", "data": %s}' % ("[" * DEPTH + "]" * DEPTH),
    "a deep reference": TEMPLATE.replace('"T1"', "[" * DEPTH + "]" * DEPTH) % 1,
    "a name with nul": '{"event": "brand\\u0000.new", "data": {"reference": "\\u0000"}}',
}
MALFORMED_BODIES = {
    "an empty body": b"",
    "truncated JSON": b'{"event": "charge.success", "da',
    "NaN": (TEMPLATE % "NaN").encode(),
    "a trailing comma": (TEMPLATE % "[1,]").encode(),
    "a raw control character": (TEMPLATE % '"\x01"').encode(),
    "raw nul": (TEMPLATE % '"\x00"').encode(),
    "single quotes": b"{'event': 'x', 'data': 1}",
    "a list": b"[]",
    "no data": b'{"event": "charge.success"}',
    "a name that is not a string": b'{"event": 1, "data": {}}',
    "binary": bytes(range(256)),
    "HTML": b"<html>",
}


def to_bytes(body):
    return body if isinstance(body, bytes) else body.encode()


@pytest.fixture(params=LENIENT_BODIES, ids=LENIENT_BODIES)
def lenient_body(request):
    return to_bytes(LENIENT_BODIES[request.param])


@pytest.fixture
def file_inbox(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db", retry_delays=(), poll=0.02)
    yield inbox
    inbox.close()


def send(receiver, body):
    return receiver.respond("POST", {"x-paystack-signature": sign(body)}, body).status


def test_a_body_that_javascript_accepts_is_an_event(lenient_body):
    first, second = (webhooks.verify(lenient_body, sign(lenient_body), KEY) for _ in range(2))
    assert (first.raw_body, first.key, first.ordering_key) == (lenient_body, second.key, second.ordering_key)
    assert f"{first.key} {first.ordering_key} {first!r}".isascii()
    assert first.key.isprintable()


def test_an_event_that_only_javascript_accepts_is_handled_once_and_shown(url):
    handled_bodies = {}
    with Inbox(url, retry_delays=(), poll=0.02) as inbox:

        @inbox.on("*")
        def record(event):
            handled_bodies.setdefault(event.key, []).append(event.raw_body)

        receiver = WebhookReceiver(KEY, inbox)
        bodies = [
            to_bytes(body).replace(b'"T1"', b'"T%d"' % number) for number, body in enumerate(LENIENT_BODIES.values())
        ]
        for body in bodies * 2:
            assert send(receiver, body) == 200
        wait_until_idle(inbox)
        assert sorted(handled_bodies.values()) == sorted([body] for body in bodies)
        assert set(entry_states(inbox).values()) == {"done"}
        for event_key, (body,) in handled_bodies.items():
            assert inbox.show(event_key).event.raw_body == body
            inbox.replay(event_key, again=True)
        wait_until_idle(inbox)
        assert sorted(handled_bodies.values()) == sorted([body] * 2 for body in bodies)


def test_an_event_is_stored_with_its_exact_bytes(file_inbox):
    body = (
        b'{ "data":{"reference":"T1","amount":1.50e3 ,"id":1, "status":"success","name":"\xc3\xa9\\u00e9"},\n'
        b' "event":"charge.success"}'
    )
    assert send(WebhookReceiver(KEY, file_inbox), body) == 200
    assert file_inbox.show("charge.success:T1:1:success").event.raw_body == body


def test_the_error_of_a_handler_is_stored_with_any_text(url):
    with Inbox(url, retry_delays=(), poll=0.02) as inbox:

        @inbox.on("charge.success")
        def fail(event):
            raise ValueError(event.data["metadata"])

        inbox.receive(charge_event("T1", metadata="\ud800 \x00 é"))
        wait_until_idle(inbox)
        (attempt,) = inbox.show(charge_event("T1").key).attempts
        assert set(entry_states(inbox).values()) == {"dead_letter"}
        assert "ValueError" in attempt.error


@pytest.mark.parametrize("body", MALFORMED_BODIES.values(), ids=MALFORMED_BODIES)
def test_a_signed_body_that_cannot_be_parsed_is_a_dead_letter(file_inbox, body, caplog):
    receiver = WebhookReceiver(KEY, file_inbox)
    assert [send(receiver, body) for _ in range(3)] == [200] * 3
    assert asyncio.run(receiver.arespond("POST", {"x-paystack-signature": sign(body)}, body)).status == 200
    (entry,) = file_inbox.list("dead_letter")
    assert (entry.name, file_inbox.list("waiting")) == ("malformed", [])
    detail = file_inbox.show(entry.key)
    assert detail.event.raw_body == body
    assert "Paystack signed it, but it is not" in detail.reason
    assert "charge" not in caplog.text + repr(detail) + entry.key
    with pytest.raises(errors.InboxError, match="cannot be replayed"):
        file_inbox.replay(entry.key)


def test_a_malformed_dead_letter_is_not_handled_by_workers(url):
    inbox = Inbox(url, retry_delays=(), poll=0.02)
    handled_keys = []
    inbox.on("*", name="note")(lambda event: handled_keys.append(event.key))
    assert send(WebhookReceiver(KEY, inbox), b"[]") == 200
    with inbox:
        inbox.receive(charge_event("T1"))
        wait_until(lambda: handled_keys)
        wait_until_idle(inbox)
        assert handled_keys == [charge_event("T1").key]
        assert sorted(entry_states(inbox).values()) == ["dead_letter", "done"]
    assert [entry.name for entry in inbox.list("dead_letter")] == ["malformed"]
    inbox.close()


def test_without_an_inbox_a_malformed_body_is_passed_to_on_malformed_or_rejected():
    events, malformed = [], []
    assert send(WebhookReceiver(KEY, events.append), b"[]") == 400
    assert send(WebhookReceiver(KEY, HandlerRegistry()), b"[]") == 400
    assert send(WebhookReceiver(KEY, events.append, on_malformed=malformed.append), b"[]") == 200

    async def record(error):
        malformed.append(error)

    receiver = WebhookReceiver(KEY, events.append, on_malformed=record)
    assert asyncio.run(receiver.arespond("POST", {"x-paystack-signature": sign(b"[]")}, b"[]")).status == 200
    assert ([error.body for error in malformed], events) == ([b"[]", b"[]"], [])
    assert "[]" not in repr(malformed)
    assert pickle.loads(pickle.dumps(malformed[0])).body == b"[]"

    def fail(error):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        send(WebhookReceiver(KEY, events.append, on_malformed=fail), b"[]")


def test_an_unsigned_body_is_not_a_dead_letter(file_inbox):
    receiver = WebhookReceiver(KEY, file_inbox, on_malformed=pytest.fail)
    assert receiver.respond("POST", {"x-paystack-signature": "0" * 128}, b"[]").status == 401
    assert file_inbox.list() == []


# Keys


# Computed by the previous version, and stored in databases.
KEYS = [
    ("charge.success", {"reference": "T1", "id": 1, "status": "success"}, "charge.success:T1:1:success"),
    (
        "charge.success",
        {"reference": "Té", "id": 1.5e300, "status": "success"},
        "charge.success:6e4fe1927162d4809a0a51ab890aaf49:f133043e9b0800f0afe4ae6d6cfbdacc:success",
    ),
    (
        "charge.success",
        {"reference": "a b", "id": True, "status": {"b": 1, "a": [None]}},
        "charge.success:5e229e245c3e525283e65ec4998d643f:true:1bf05c0d625a0ef02a68ac100ecae45d",
    ),
    (
        "brand.new",
        {"b": [1, 2.5, None, True, 'é\u2028\x7f\x00"\\/😀'], "a": {"z": -0.0, "é": 10**30, "": 1e16}},
        "brand.new:3aea3159a9be9dd09b636ab1de378b55",
    ),
    ("brand new", None, "4496f4143c1b5f5162e44e7618a94e4d:74234e98afe7498fb5daf1f36ac2d78a"),
    ("bränd.new", {"reference": "R 1"}, "b06865b66dd5ad2356f0997268435847:2096f69f122a02735d58f063a0f3e05a"),
    ("transfer.success", {"transfer_code": "TRF_1"}, "transfer.success:4b9e71e53690997cc620230f0502bcb0"),
    (
        "subscription.expiring_cards",
        [{"brand": "visa", "n": 1e-7}],
        "subscription.expiring_cards:769f68c479245267f3094f3121d799fa",
    ),
]


@pytest.mark.parametrize(("name", "data", "stored_key"), KEYS, ids=range(len(KEYS)))
def test_keys_equal_those_stored_in_databases(name, data, stored_key):
    assert key(name, data) == stored_key


def test_infinity_and_null_have_different_keys():
    data = [[None], [float("inf")], [float("-inf")], ["\ud800"], ["\\ud800"], [10**400], []]
    assert len({key("brand.new", value) for value in data}) == len(data)


def test_a_digest_does_not_depend_on_the_depth_of_the_stack():
    deep_data = {"b": 1, "a": []}
    innermost = deep_data["a"]
    for _ in range(400):
        innermost.append({"z": "é", "a": 1.5e300})
        innermost.append([])
        innermost = innermost[-1]

    def key_below(frames):
        return key("brand.new", deep_data) if frames == 0 else key_below(frames - 1)

    assert len({key_below(frames) for frames in (0, 200, 400, 600, 800)}) == 1


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None, exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec=None, exclude_categories=()), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
EVENTS = st.fixed_dictionaries({"event": st.sampled_from(["charge.success", "transfer.failed", "x"]), "data": VALUES})
BODIES = (
    st.binary(max_size=60)
    | EVENTS.map(lambda value: json.dumps(value).replace("Infinity", "1e999").encode())
    | EVENTS.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
)


@pytest.fixture(scope="module")
def large_inbox(tmp_path_factory):
    inbox = Inbox(f"sqlite:///{tmp_path_factory.mktemp('inbox')}/inbox.db")
    yield inbox
    inbox.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BODIES)
def test_every_signed_body_is_accepted_and_stored_once(large_inbox, body):
    receiver = WebhookReceiver(KEY, large_inbox)
    count_before = len(large_inbox.list(limit=10_000))
    assert [send(receiver, body), send(receiver, body)] == [200, 200]
    assert len(large_inbox.list(limit=10_000)) - count_before <= 1
    stored_bodies = [
        large_inbox.show(entry.key).event.raw_body for entry in large_inbox.list("dead_letter", limit=10_000)
    ]
    with contextlib.suppress(errors.MalformedEventError):
        stored_bodies.append(large_inbox.show(webhooks.verify(body, sign(body), KEY).key).event.raw_body)
    assert stored_bodies.count(body) == 1 or large_inbox.show(webhooks.verify(body, sign(body), KEY).key)


def check_any_depth_is_accepted(inbox, size):
    head, tail = b'{"event":"charge.success","data":', b"}"
    depth = (size - len(head) - len(tail)) // 2
    assert send(WebhookReceiver(KEY, inbox), head + b"[" * depth + b"]" * depth + tail) == 200
    assert send(WebhookReceiver(KEY, inbox), b"[" * size) == 200
    assert len(inbox.list()) == 2


def test_a_body_is_accepted_at_any_depth(file_inbox):
    check_any_depth_is_accepted(file_inbox, 100_000)


@pytest.mark.long
def test_the_longest_body_is_accepted_at_any_depth(file_inbox):
    check_any_depth_is_accepted(file_inbox, 1024 * 1024)
