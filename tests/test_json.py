"""JSON as JavaScript parses it: in responses, errors and stored webhooks."""

import asyncio
import json
import math
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_transport import ScriptedTransport

from paystackease import errors
from paystackease._core.lenient_json import decode, encode
from paystackease._core.transport import RawResponse
from paystackease.cli.app import run

DEEP = 10_000
ACCEPTED = {
    b'"\\ud800"': "\ud800",
    b'"\\ud83d\\ude00 \\udfff"': "😀 \udfff",
    b'{"\\udc00": [1, {"a": "\\u0000"}]}': {"\udc00": [1, {"a": "\0"}]},
    b"1e999": math.inf,
    b"[-1E+400, 0, -0.5]": [-math.inf, 0, -0.5],
    b"9" * 5_000: math.inf,
    b"-" + b"9" * 5_000: -math.inf,
    b"123456789012345678901234567890": 123456789012345678901234567890,
    b'\xef\xbb\xbf{"a": 1}': {"a": 1},
    b'"\xff"': "\ufffd",
    b'"\xed\xa0\x80"': "\ufffd\ufffd\ufffd",
    b' \t\r\n{"a": 1, "a": 1e999} \n': {"a": math.inf},
    b'["\\ud800", [], {}, true, false, null, "\\/\\b\\f\\n\\r\\t\\\\\\""]': [
        "\ud800",
        [],
        {},
        True,
        False,
        None,
        '/\b\f\n\r\t\\"',
    ],
    b'["\\ud800", "\x7f\xe2\x80\xa8"]': ["\ud800", "\x7f\u2028"],
}
REJECTED = [
    *(b"", b" ", b"NaN", b"Infinity", b"-Infinity", b"undefined", b"nul", b"True", b"'a'", b"{a: 1}", b'{"a" 1}'),
    *(b"[1,]", b'{"a": 1,}', b"[,1]", b"[1 2]", b'{"a": 1 "b": 2}', b"[1", b'{"a"', b'{"a":', b'{"a": 1', b"]", b"[}"),
    *(b"01", b"1.", b".5", b"+1", b"1e", b"1e+", b"-", b"0x1", b"1_0", "१".encode(), b"--1", b"1 2", b"[]]", b"[] []"),
    *(b'"\n"', b'"\x00"', b'"\x1f"', b'"\\x41"', b'"\\u12"', b'"\\u 123"', b'"a', b'"\\', b"// 1\n1", b"1 // 1"),
    *(
        "\u00a01".encode(),
        "\u20281".encode(),
        b"\x0c1",
        b"1\x00",
        b'["\\ud800"',
        b'{"\\ud800": 1e999,}',
        b'{1: "\\ud800"}',
    ),
    *(b"\xef\xbb\xbf", b"\xff", b"\xff\xfe1\x00", b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"}" * DEEP),
]


@pytest.mark.parametrize("text", ACCEPTED, ids=range(len(ACCEPTED)))
def test_text_that_javascript_accepts_survives_a_round_trip(text):
    value = decode(text)
    assert (value, type(value)) == (ACCEPTED[text], type(ACCEPTED[text]))
    assert decode(encode(value)) == value
    assert decode(encode(value, is_sorted=True)) == value


@pytest.mark.parametrize("text", REJECTED, ids=range(len(REJECTED)))
def test_text_that_javascript_rejects_is_rejected(text):
    with pytest.raises(ValueError):  # noqa: PT011 # the subclass differs
        decode(text)


@pytest.mark.parametrize("text", [b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP], ids=["[", "{"])
def test_any_depth_is_accepted(text):
    assert encode(decode(text)) == encode(decode(text), is_sorted=True) == text


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=()))
)
VALUES = st.recursive(
    SCALARS,
    lambda values: (
        st.lists(values, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=())), values, max_size=4)
    ),
)


@given(VALUES)
def test_an_encoded_value_is_decoded_unchanged(value):
    assert decode(encode(value)) == value
    encoded = encode(value)
    assert decode(encoded) == decode(b"\xef\xbb\xbf" + encoded) == value, "by both decoders"


# Responses


LENIENT_BODY = b'{"status": true, "message": "\\ud800", "data": {"id": 1, "deep": %s, "\\udfff": 1e999}}' % (
    b"[" * DEEP + b"]" * DEEP
)


def test_a_response_that_javascript_parses_is_accepted(connect):
    script = ScriptedTransport(RawResponse(200, {}, LENIENT_BODY), RawResponse(200, {}, b"\xef\xbb\xbf" + LENIENT_BODY))
    client = connect(transport=script)
    for _ in range(2):
        response = client.customers.fetch_customer("CUS_1")
        assert (response.data["id"], response.data["\udfff"], response.message) == (1, math.inf, "\ud800")


def test_an_error_response_that_javascript_parses_is_raised_with_its_body(connect):
    body = b'{"status": false, "message": "no \\ud800", "data": {"rate": 1e999}}'
    with pytest.raises(errors.InvalidRequestError) as caught:
        connect(transport=ScriptedTransport(RawResponse(400, {}, body))).customers.fetch_customer("CUS_1")
    error = caught.value
    assert (error.response["data"], error.response.message) == ({"rate": math.inf}, "no \ud800")
    assert repr(error)
    assert pickle.loads(pickle.dumps(error)).response == error.response


# On the command line


@pytest.mark.parametrize("output_format", ["json", "jsonl", "csv", "table"])
def test_any_stored_body_is_shown(tmp_path, capfdbinary, output_format):
    from signed_events import KEY, sign

    from paystackease.webhooks import Inbox
    from paystackease.webhooks.receiver import WebhookReceiver

    url = f"sqlite:///{tmp_path}/inbox.db"
    deep_json = b'{"a":' * 2_000 + b"1" + b"}" * 2_000
    event = (
        b'{"event": "charge.success", "data": {"reference": "\\ud800", "x": %s, "y": [1e999, "\\u0000"]}}' % deep_json
    )
    inbox, bodies = Inbox(url), [event, b"\xff\x00", b"[]"]
    for body in bodies:
        headers = {"x-paystack-signature": sign(body)}
        assert asyncio.run(WebhookReceiver(KEY, inbox).arespond("POST", headers, body)).status == 200
    for entry in inbox.list():
        assert run(["inbox", "show", entry.key, "--inbox", url, "--output", output_format]) == 0
        output = capfdbinary.readouterr().out
        assert entry.key.encode() in output or output_format == "table"
        if entry.name == "malformed" and output_format == "json":
            assert "not" in json.loads(output)[0]["reason"]
    assert run(["inbox", "list", "--state", "dead-letter", "--inbox", url, "--output", output_format]) == 0
    inbox.close()
