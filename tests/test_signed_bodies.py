"""A body that Paystack signed is never refused: it is handled, or it lies in the dead letters with the reason."""

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

HALF = '{"event": "charge.success", "data": {"id": 1, "reference": "T1", "status": "success", "metadata": %s}}'
DEPTH = 3_000
"""Deeper than any stack of Python is by default."""
ODD = {
    "a lone surrogate": HALF % '"\\ud800"',
    "a lone surrogate in a key": HALF % '{"\\udfff x": 1}',
    "infinity": HALF % "1e999",
    "minus infinity": HALF % "[-1e999]",
    "an integer of 5,000 digits": HALF % ("9" * 5_000),
    "deep arrays": HALF % ("[" * DEPTH + "]" * DEPTH),
    "deep objects": HALF % ('{"a":' * DEPTH + "null" + "}" * DEPTH),
    "nul": HALF % '"a\\u0000b"',
    "a byte order mark": "\ufeff" + HALF % "1",
    "bytes that are not UTF-8": (HALF % '"%s"').encode() % b"\xff\xfe",
    "an unknown event with a lone surrogate": '{"event": "brand.new\\ud800", "data": {"id": "\\udc00"}}',
    "an unknown deep event": '{"event": "brand.new", "data": %s}' % ("[" * DEPTH + "]" * DEPTH),
    "a deep reference": HALF.replace('"T1"', "[" * DEPTH + "]" * DEPTH) % 1,
    "a name with nul": '{"event": "brand\\u0000.new", "data": {"reference": "\\u0000"}}',
}
NO_EVENT = {
    "nothing": b"",
    "half an object": b'{"event": "charge.success", "da',
    "NaN": (HALF % "NaN").encode(),
    "a trailing comma": (HALF % "[1,]").encode(),
    "a raw control character": (HALF % '"\x01"').encode(),
    "raw nul": (HALF % '"\x00"').encode(),
    "single quotes": b"{'event': 'x', 'data': 1}",
    "a list": b"[]",
    "no data": b'{"event": "charge.success"}',
    "a name that is no text": b'{"event": 1, "data": {}}',
    "binary": bytes(range(256)),
    "HTML": b"<html>",
}


def as_bytes(body):
    return body if isinstance(body, bytes) else body.encode()


@pytest.fixture(params=ODD, ids=ODD)
def odd_body(request):
    return as_bytes(ODD[request.param])


@pytest.fixture
def file(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db", retry_delays=(), poll=0.02)
    yield inbox
    inbox.close()


def send(hook, body):
    return hook.respond("POST", {"x-paystack-signature": sign(body)}, body).status


def test_what_javascript_takes_is_an_event(odd_body):
    one, again = (webhooks.verify(odd_body, sign(odd_body), KEY) for _ in range(2))
    assert (one.raw_body, one.key, one.ordering_key) == (odd_body, again.key, again.ordering_key)
    assert f"{one.key} {one.ordering_key} {one!r}".isascii()
    assert one.key.isprintable()


def test_an_event_that_only_javascript_takes_is_handled_once_and_can_be_looked_at(url):
    ran = {}
    with Inbox(url, retry_delays=(), poll=0.02) as inbox:

        @inbox.on("*")
        def note(event):
            ran.setdefault(event.key, []).append(event.raw_body)

        hook = WebhookReceiver(KEY, inbox)
        sent = [as_bytes(body).replace(b'"T1"', b'"T%d"' % at) for at, body in enumerate(ODD.values())]
        for body in sent * 2:
            assert send(hook, body) == 200
        wait_until_idle(inbox)
        assert sorted(ran.values()) == sorted([body] for body in sent)
        assert set(entry_states(inbox).values()) == {"done"}
        for key_, (body,) in ran.items():
            assert inbox.show(key_).event.raw_body == body
            inbox.replay(key_, again=True)
        wait_until_idle(inbox)
        assert sorted(ran.values()) == sorted([body] * 2 for body in sent)


def test_an_event_is_kept_as_its_very_bytes(file):
    body = (
        b'{ "data":{"reference":"T1","amount":1.50e3 ,"id":1, "status":"success","name":"\xc3\xa9\\u00e9"},\n'
        b' "event":"charge.success"}'
    )
    assert send(WebhookReceiver(KEY, file), body) == 200
    assert file.show("charge.success:T1:1:success").event.raw_body == body


def test_the_error_of_a_handler_is_stored_with_any_text(url):
    with Inbox(url, retry_delays=(), poll=0.02) as inbox:

        @inbox.on("charge.success")
        def fails(event):
            raise ValueError(event.data["metadata"])

        inbox.receive(charge_event("T1", metadata="\ud800 \x00 é"))
        wait_until_idle(inbox)
        (tried,) = inbox.show(charge_event("T1").key).attempts
        assert set(entry_states(inbox).values()) == {"dead_letter"}
        assert "ValueError" in tried.error


@pytest.mark.parametrize("body", NO_EVENT.values(), ids=NO_EVENT)
def test_a_signed_body_that_cannot_be_parsed_is_a_dead_letter(file, body, caplog):
    hook = WebhookReceiver(KEY, file)
    assert [send(hook, body) for _ in range(3)] == [200] * 3
    assert asyncio.run(hook.arespond("POST", {"x-paystack-signature": sign(body)}, body)).status == 200
    (entry,) = file.list("dead_letter")
    assert (entry.name, file.list("waiting")) == ("malformed", [])
    shown = file.show(entry.key)
    assert shown.event.raw_body == body
    assert "Paystack signed it, but it is not" in shown.reason
    assert "charge" not in caplog.text + repr(shown) + entry.key
    with pytest.raises(errors.InboxError, match="cannot be replayed"):
        file.replay(entry.key)


def test_a_dead_letter_is_left_alone_by_workers_and_deleted_in_its_time(url):
    inbox = Inbox(url, retry_delays=(), poll=0.02)
    ran = []
    inbox.on("*", name="note")(lambda event: ran.append(event.key))
    assert send(WebhookReceiver(KEY, inbox), b"[]") == 200
    with inbox:
        inbox.receive(charge_event("T1"))
        wait_until(lambda: ran)
        wait_until_idle(inbox)
        assert ran == [charge_event("T1").key]
        assert sorted(entry_states(inbox).values()) == ["dead_letter", "done"]
    assert [entry.name for entry in inbox.list("dead_letter")] == ["malformed"]
    inbox.close()


def test_without_an_inbox_what_nobody_can_read_goes_to_a_function_of_yours_and_is_else_refused():
    got, kept = [], []
    assert send(WebhookReceiver(KEY, got.append), b"[]") == 400
    assert send(WebhookReceiver(KEY, HandlerRegistry()), b"[]") == 400
    assert send(WebhookReceiver(KEY, got.append, on_malformed=kept.append), b"[]") == 200

    async def keep(error):
        kept.append(error)

    hook = WebhookReceiver(KEY, got.append, on_malformed=keep)
    assert asyncio.run(hook.arespond("POST", {"x-paystack-signature": sign(b"[]")}, b"[]")).status == 200
    assert ([error.body for error in kept], got) == ([b"[]", b"[]"], [])
    assert "[]" not in repr(kept)
    assert pickle.loads(pickle.dumps(kept[0])).body == b"[]"

    def fails(error):
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        send(WebhookReceiver(KEY, got.append, on_malformed=fails), b"[]")


def test_an_unsigned_body_is_not_a_dead_letter(file):
    hook = WebhookReceiver(KEY, file, on_malformed=pytest.fail)
    assert hook.respond("POST", {"x-paystack-signature": "0" * 128}, b"[]").status == 401
    assert file.list() == []


# Keys


# Written down by the version before, and in databases since.
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


@pytest.mark.parametrize(("name", "data", "known"), KEYS, ids=range(len(KEYS)))
def test_keys_are_those_that_are_in_databases(name, data, known):
    assert key(name, data) == known


def test_infinity_is_another_value_than_null():
    data = [[None], [float("inf")], [float("-inf")], ["\ud800"], ["\\ud800"], [10**400], []]
    assert len({key("brand.new", one) for one in data}) == len(data)


def test_a_digest_is_the_same_however_much_of_the_stack_is_left():
    deep = {"b": 1, "a": []}
    inner = deep["a"]
    for _ in range(400):
        inner.append({"z": "é", "a": 1.5e300})
        inner.append([])
        inner = inner[-1]

    def below(frames):
        return key("brand.new", deep) if frames == 0 else below(frames - 1)

    assert len({below(frames) for frames in (0, 200, 400, 600, 800)}) == 1


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
def test_every_signed_body_is_taken_and_written_once(large_inbox, body):
    hook = WebhookReceiver(KEY, large_inbox)
    before = len(large_inbox.list(limit=10_000))
    assert [send(hook, body), send(hook, body)] == [200, 200]
    assert len(large_inbox.list(limit=10_000)) - before <= 1
    kept = [large_inbox.show(one.key).event.raw_body for one in large_inbox.list("dead_letter", limit=10_000)]
    with contextlib.suppress(errors.MalformedEventError):
        kept.append(large_inbox.show(webhooks.verify(body, sign(body), KEY).key).event.raw_body)
    assert kept.count(body) == 1 or large_inbox.show(webhooks.verify(body, sign(body), KEY).key)


def prove_that_any_depth_is_taken(inbox, size):
    head, tail = b'{"event":"charge.success","data":', b"}"
    half = (size - len(head) - len(tail)) // 2
    assert send(WebhookReceiver(KEY, inbox), head + b"[" * half + b"]" * half + tail) == 200
    assert send(WebhookReceiver(KEY, inbox), b"[" * size) == 200
    assert len(inbox.list()) == 2


def test_a_body_is_taken_at_any_depth(file):
    prove_that_any_depth_is_taken(file, 100_000)


@pytest.mark.long
def test_the_longest_body_is_taken_at_any_depth(file):
    prove_that_any_depth_is_taken(file, 1024 * 1024)
