"""Whose a webhook is."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import errors, webhooks

KEY = "sk_test_0123456789"
BODY = '{"event": "charge.success", "data": {"reference": "T1", "name": "Adé"}}'.encode()


def sign(body, key=KEY):
    return hmac.new(key.encode(), body, hashlib.sha512).hexdigest()


def test_what_paystack_signed_is_its_event():
    event = webhooks.verify(BODY, sign(BODY), KEY)
    assert (event.name, event.data["name"]) == ("charge.success", "Adé")
    assert event.body == json.loads(BODY)
    assert "Adé" not in repr(event)


def test_several_keys_are_taken_while_one_is_exchanged():
    for key in "sk_test_old", "sk_test_new":
        assert webhooks.verify(BODY, sign(BODY, key), ["sk_test_new", "sk_test_old"]).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        webhooks.verify(BODY, sign(BODY), ["sk_test_new", "sk_test_old"])


GOOD = sign(BODY)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        GOOD.upper(),
        GOOD[:-1],
        GOOD + "0",
        GOOD + " ",
        " " + GOOD,
        "0" * 128,
        "é" * 128,
        "\ud800",
        "x" * 99999,
        sign(BODY, "sk_test_other"),
        sign(json.dumps(json.loads(BODY)).encode()),
        f"sha512={GOOD}",
        GOOD + "\n",
    ],
    ids=range(15),
)
def test_any_other_signature_is_refused(signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(BODY, signature, KEY)


@given(st.binary(max_size=200), st.text(max_size=140))
def test_nothing_that_is_made_up_is_accepted(body, signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(body, signature, KEY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_with_one_other_byte_is_refused(place, change):
    damaged = bytes([*BODY[:place], BODY[place] ^ change, *BODY[place + 1 :]])
    with pytest.raises(errors.SignatureError):
        webhooks.verify(damaged, GOOD, KEY)


@pytest.mark.parametrize("body", [BODY.decode(), json.loads(BODY), None, [1]])
def test_what_is_not_bytes_any_more_is_told_why_it_must_be(body):
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.verify(body, GOOD, KEY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b'{"event": 1, "data": {}}',
        b'{"event": "x"}',
        b'{"data": {}}',
        b"\xff",
        b"[" * 9999,
    ],
    ids=range(10),
)
def test_what_paystack_signed_and_is_no_event_is_malformed(body):
    with pytest.raises(errors.MalformedEventError):
        webhooks.verify(body, sign(body), KEY)


def test_an_event_that_nobody_knows_and_one_with_more_beside_its_data_are_events():
    body = b'{"event": "brand.new", "status": true, "data": [1]}'
    event = webhooks.verify(body, sign(body), KEY)
    assert (event.name, event.data, event.body["status"]) == ("brand.new", [1], True)


def test_a_body_that_is_too_long_is_refused_before_it_is_hashed():
    body = b'{"event": "x", "data": "%s"}' % (b"x" * 1024 * 1024)
    with pytest.raises(errors.SignatureError, match="longer"):
        webhooks.verify(body, sign(body), KEY)


@pytest.mark.parametrize("key", ["", [], [""], None, b"sk", [b"sk"]])
def test_without_a_key_nothing_is_verified(key):
    with pytest.raises((errors.InvalidArgumentError, TypeError)):
        webhooks.verify(BODY, GOOD, key)
