"""Whose a webhook is."""

import base64
import hashlib
import hmac
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_transport import ScriptedTransport

from paystackease import AsyncPaystack, Emulator, Paystack, errors, webhooks

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
def test_any_other_signature_is_rejected(signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(BODY, signature, KEY)


@given(st.binary(max_size=200), st.text(max_size=140))
def test_nothing_that_is_made_up_is_accepted(body, signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(body, signature, KEY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_with_one_other_byte_is_rejected(place, change):
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
def test_a_signed_body_that_is_not_an_event_is_malformed(body):
    with pytest.raises(errors.MalformedEventError):
        webhooks.verify(body, sign(body), KEY)


def test_an_event_that_nobody_knows_and_one_with_more_beside_its_data_are_events():
    body = b'{"event": "brand.new", "status": true, "data": [1]}'
    event = webhooks.verify(body, sign(body), KEY)
    assert (event.name, event.data, event.body["status"]) == ("brand.new", [1], True)


def test_a_body_above_the_size_limit_is_rejected_before_it_is_hashed():
    body = b'{"event": "x", "data": "%s"}' % (b"x" * 1024 * 1024)
    with pytest.raises(errors.SignatureError, match="longer"):
        webhooks.verify(body, sign(body), KEY)


@pytest.mark.parametrize("key", ["", [], [""], None, b"sk", [b"sk"]])
def test_without_a_key_nothing_is_verified(key):
    with pytest.raises((errors.InvalidArgumentError, TypeError)):
        webhooks.verify(BODY, GOOD, key)


def forged_webhook(chance):
    """A body with a signature that is not its own, in one of the ways in which that happens."""
    body = b'{"event": "charge.success", "data": {"reference": "%x", "amount": %d}}' % (
        chance.getrandbits(64),
        chance.randrange(1, 10**8),
    )
    good = sign(body)
    place = chance.randrange(128)
    flipped = bytearray(body)
    flipped[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    ways = {
        "made up": lambda: (body, f"{chance.getrandbits(512):0128x}"),
        "one digit of it is another": lambda: (
            body,
            good[:place] + chance.choice([x for x in "0123456789abcdef" if x != good[place]]) + good[place + 1 :],
        ),
        "two digits are exchanged": lambda: (body, "".join(reversed(good))),
        "cut off": lambda: (body, good[:place]),
        "with more behind it": lambda: (body, good + chance.choice("0123456789abcdef \n\0,")),
        "twice": lambda: (body, f"{good},{good}"),
        "in capitals": lambda: (body, good.upper()),
        "in base64": lambda: (body, base64.b64encode(bytes.fromhex(good)).decode()),
        "with another hash": lambda: (body, hmac.new(KEY.encode(), body, "sha256").hexdigest()),
        "with no key": lambda: (body, hashlib.sha512(body).hexdigest()),
        "with the wrong way round": lambda: (body, hmac.new(body, KEY.encode(), "sha512").hexdigest()),
        "with another key": lambda: (body, sign(body, f"sk_test_{chance.getrandbits(60):015x}")),
        "with a key that was exchanged": lambda: (body, sign(body, "sk_test_before")),
        "of another body": lambda: (body, sign(body.replace(b"success", b"dispute.create"))),
        "of a damaged body": lambda: (bytes(flipped), good),
        "of a body with another blank": lambda: (body.replace(b", ", b","), good),
        "of a body that was written again": lambda: (
            json.dumps(json.loads(body), separators=(",", ":")).encode(),
            good,
        ),
        "of a body with more behind it": lambda: (body + b"\n", good),
        "none": lambda: (body, chance.choice([None, "", " "])),
    }
    return chance.choice(list(ways.values()))()


def prove_that_no_forgery_is_accepted(count):
    chance = random.Random(6)
    accepted = 0
    for _ in range(count):
        body, signature = forged_webhook(chance)
        try:
            webhooks.verify(body, signature, [KEY, "sk_test_next"])
        except errors.SignatureError:
            continue
        accepted += 1
    assert accepted == 0


def test_of_two_thousand_forged_damaged_and_stale_signatures_none_is_accepted():
    prove_that_no_forgery_is_accepted(2_000)


@pytest.mark.long
def test_of_a_hundred_thousand_forged_damaged_and_stale_signatures_none_is_accepted():
    prove_that_no_forgery_is_accepted(100_000)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_may_be_any_bytes(kind):
    assert webhooks.verify(kind(BODY), GOOD, KEY).name == "charge.success"


def test_no_error_shows_the_key_the_signature_or_the_body():
    for body, signature in (BODY, "0" * 128), (b"[]", sign(b"[]")), (BODY, None), (b"x" * 2**21, GOOD):
        with pytest.raises(errors.PaystackError) as caught:
            webhooks.verify(body, signature, KEY)
        told = f"{caught.value} {caught.value!r}"
        assert not {part for part in (KEY, "000", "charge", "Ad") if part in told}


# With a client


@pytest.mark.parametrize("kind", [Paystack, AsyncPaystack])
def test_a_client_verifies_with_its_own_key(kind):
    client = kind(KEY)
    assert client.verify_webhook(BODY, GOOD).name == "charge.success"
    assert client.options(timeout=1).customers.verify_webhook(BODY, GOOD).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        client.verify_webhook(BODY, sign(BODY, "sk_test_other"))
    assert client.verify_webhook(BODY, sign(BODY, "sk_test_other"), [KEY, "sk_test_other"]).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        client.verify_webhook(BODY, GOOD, "sk_test_other")


def test_a_client_keeps_its_key_to_itself():
    client = Paystack(KEY)
    assert KEY not in repr(client) + repr(client._state)
    assert not [name for name in dir(client) if "key" in name and not name.startswith("_")]


def test_a_client_over_an_emulator_verifies_what_the_emulator_signs():
    with Emulator(KEY) as emulator:
        for transport in emulator, emulator.for_key(KEY):
            assert Paystack(transport=transport).verify_webhook(BODY, GOOD).name == "charge.success"


def test_a_client_over_a_transport_without_a_key_says_that_it_needs_one():
    client = Paystack(transport=ScriptedTransport())
    with pytest.raises(errors.SecretKeyError, match="pass secret_key"):
        client.verify_webhook(BODY, GOOD)
    assert client.verify_webhook(BODY, GOOD, KEY).name == "charge.success"
