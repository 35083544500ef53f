"""Verification of webhook signatures."""

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


def test_a_signed_body_is_returned_as_an_event():
    event = webhooks.verify(BODY, sign(BODY), KEY)
    assert (event.name, event.data["name"]) == ("charge.success", "Adé")
    assert event.body == json.loads(BODY)
    assert "Adé" not in repr(event)


def test_several_keys_are_accepted_during_a_key_rotation():
    for key in "sk_test_old", "sk_test_new":
        assert webhooks.verify(BODY, sign(BODY, key), ["sk_test_new", "sk_test_old"]).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        webhooks.verify(BODY, sign(BODY), ["sk_test_new", "sk_test_old"])


SIGNATURE = sign(BODY)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        SIGNATURE.upper(),
        SIGNATURE[:-1],
        SIGNATURE + "0",
        SIGNATURE + " ",
        " " + SIGNATURE,
        "0" * 128,
        "é" * 128,
        "\ud800",
        "x" * 99999,
        sign(BODY, "sk_test_other"),
        sign(json.dumps(json.loads(BODY)).encode()),
        f"sha512={SIGNATURE}",
        SIGNATURE + "\n",
    ],
    ids=range(15),
)
def test_any_other_signature_is_rejected(signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(BODY, signature, KEY)


@given(st.binary(max_size=200), st.text(max_size=140))
def test_no_random_body_and_signature_are_accepted(body, signature):
    with pytest.raises(errors.SignatureError):
        webhooks.verify(body, signature, KEY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_body_with_one_changed_byte_is_rejected(index, difference):
    damaged = bytes([*BODY[:index], BODY[index] ^ difference, *BODY[index + 1 :]])
    with pytest.raises(errors.SignatureError):
        webhooks.verify(damaged, SIGNATURE, KEY)


@pytest.mark.parametrize("body", [BODY.decode(), json.loads(BODY), None, [1]])
def test_a_body_that_is_not_bytes_is_an_error_with_the_reason(body):
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.verify(body, SIGNATURE, KEY)


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


def test_an_unknown_event_with_additional_fields_is_accepted():
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
        webhooks.verify(BODY, SIGNATURE, key)


def forged_webhook(generator):
    """Return a body with a wrong signature, of a random kind of forgery or damage."""
    body = b'{"event": "charge.success", "data": {"reference": "%x", "amount": %d}}' % (
        generator.getrandbits(64),
        generator.randrange(1, 10**8),
    )
    signature = sign(body)
    index = generator.randrange(128)
    flipped = bytearray(body)
    flipped[generator.randrange(len(body))] ^= 1 << generator.randrange(8)
    forgeries = {
        "random": lambda: (body, f"{generator.getrandbits(512):0128x}"),
        "one digit changed": lambda: (
            body,
            signature[:index]
            + generator.choice([x for x in "0123456789abcdef" if x != signature[index]])
            + signature[index + 1 :],
        ),
        "reversed": lambda: (body, "".join(reversed(signature))),
        "truncated": lambda: (body, signature[:index]),
        "with a suffix": lambda: (body, signature + generator.choice("0123456789abcdef \n\0,")),
        "repeated": lambda: (body, f"{signature},{signature}"),
        "in upper case": lambda: (body, signature.upper()),
        "in base64": lambda: (body, base64.b64encode(bytes.fromhex(signature)).decode()),
        "with another hash": lambda: (body, hmac.new(KEY.encode(), body, "sha256").hexdigest()),
        "without a key": lambda: (body, hashlib.sha512(body).hexdigest()),
        "with key and message swapped": lambda: (body, hmac.new(body, KEY.encode(), "sha512").hexdigest()),
        "with another key": lambda: (body, sign(body, f"sk_test_{generator.getrandbits(60):015x}")),
        "with a rotated key": lambda: (body, sign(body, "sk_test_before")),
        "of another body": lambda: (body, sign(body.replace(b"success", b"dispute.create"))),
        "of a damaged body": lambda: (bytes(flipped), signature),
        "of a body with other white space": lambda: (body.replace(b", ", b","), signature),
        "of a re-encoded body": lambda: (
            json.dumps(json.loads(body), separators=(",", ":")).encode(),
            signature,
        ),
        "of a body with a suffix": lambda: (body + b"\n", signature),
        "none": lambda: (body, generator.choice([None, "", " "])),
    }
    return generator.choice(list(forgeries.values()))()


def check_no_forgery_is_accepted(count):
    generator = random.Random(6)
    accepted = 0
    for _ in range(count):
        body, signature = forged_webhook(generator)
        try:
            webhooks.verify(body, signature, [KEY, "sk_test_next"])
        except errors.SignatureError:
            continue
        accepted += 1
    assert accepted == 0


def test_none_of_2_000_forged_damaged_and_stale_signatures_is_accepted():
    check_no_forgery_is_accepted(2_000)


@pytest.mark.long
def test_none_of_100_000_forged_damaged_and_stale_signatures_is_accepted():
    check_no_forgery_is_accepted(100_000)


@pytest.mark.parametrize("bytes_type", [bytes, bytearray, memoryview])
def test_any_bytes_type_is_accepted(bytes_type):
    assert webhooks.verify(bytes_type(BODY), SIGNATURE, KEY).name == "charge.success"


def test_no_error_shows_the_key_the_signature_or_the_body():
    for body, signature in (BODY, "0" * 128), (b"[]", sign(b"[]")), (BODY, None), (b"x" * 2**21, SIGNATURE):
        with pytest.raises(errors.PaystackError) as caught:
            webhooks.verify(body, signature, KEY)
        texts = f"{caught.value} {caught.value!r}"
        assert not {secret for secret in (KEY, "000", "charge", "Ad") if secret in texts}


# With a client


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_client_verifies_with_its_own_key(client_class):
    client = client_class(KEY)
    assert client.verify_webhook(BODY, SIGNATURE).name == "charge.success"
    assert client.options(timeout=1).customers.verify_webhook(BODY, SIGNATURE).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        client.verify_webhook(BODY, sign(BODY, "sk_test_other"))
    assert client.verify_webhook(BODY, sign(BODY, "sk_test_other"), [KEY, "sk_test_other"]).name == "charge.success"
    with pytest.raises(errors.SignatureError):
        client.verify_webhook(BODY, SIGNATURE, "sk_test_other")


def test_a_client_does_not_expose_its_key():
    client = Paystack(KEY)
    assert KEY not in repr(client) + repr(client._state)
    assert not [name for name in dir(client) if "key" in name and not name.startswith("_")]


def test_a_client_over_an_emulator_verifies_what_the_emulator_signs():
    with Emulator(KEY) as emulator:
        for transport in emulator, emulator.for_key(KEY):
            assert Paystack(transport=transport).verify_webhook(BODY, SIGNATURE).name == "charge.success"


def test_a_client_over_a_transport_without_a_key_names_the_missing_argument():
    client = Paystack(transport=ScriptedTransport())
    with pytest.raises(errors.SecretKeyError, match="pass secret_key"):
        client.verify_webhook(BODY, SIGNATURE)
    assert client.verify_webhook(BODY, SIGNATURE, KEY).name == "charge.success"
