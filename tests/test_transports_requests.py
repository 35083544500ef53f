"""What the transports send: the request line, headers, body, path and query."""

import pytest
from conftest import SECRET_KEY
from faulty_server import (
    BODY,
    FaultyServer,
    full_response,
    respond_with,
)
from faulty_server import no_leaks as no_leaks  # a fixture
from transport_cases import (
    EMAIL,
    _no_log_records,  # noqa: F401 # fixtures
    capture_request,
    read_customer,
)

from paystackease import Request, errors


def test_the_key_and_the_user_agent_are_sent_once(connect):
    line, default_headers, body = capture_request(connect, Request("POST", "/customer", body={"email": EMAIL}))
    assert line == "POST /customer HTTP/1.1"
    assert default_headers["authorization"] == f"Bearer {SECRET_KEY}"
    assert default_headers["content-type"] == default_headers["accept"] == "application/json"
    assert default_headers["user-agent"].startswith("paystackease/")
    assert default_headers["content-length"] == str(len(body))
    assert body == b'{"email":"ada@example.com"}'
    assert "transfer-encoding" not in default_headers
    assert "expect" not in default_headers


def test_a_get_has_no_body(connect):
    _, default_headers, body = capture_request(connect, Request("GET", "/customer"))
    assert body == b""
    assert default_headers.get("content-length", "0") == "0"
    assert "transfer-encoding" not in default_headers


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_request_without_a_body_has_a_length_of_zero(connect, method):
    _, default_headers, body = capture_request(connect, Request(method, "/x"))
    assert (default_headers["content-length"], body) == ("0", b"")


def test_a_body_is_sent_as_utf_8(connect):
    _, default_headers, body = capture_request(connect, Request("POST", "/x", body={"name": "Adé 🙂"}))
    assert body == '{"name":"Adé 🙂"}'.encode()
    assert default_headers["content-length"] == str(len(body))


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("x/../../balance?a=1#f", "x%2F..%2F..%2Fbalance%3Fa%3D1%23f"),
        ("../balance", "..%2Fbalance"),
        ("%2F", "%252F"),
        ("%2e%2e", "%252e%252e"),
        ("a b", "a%20b"),
        ("a+b@example.com", "a%2Bb%40example.com"),
        ("Adé", "Ad%C3%A9"),
        ("...", "..."),
        ("a;b=c", "a%3Bb%3Dc"),
        ("a\\b", "a%5Cb"),
        ("a\r\nx-evil: 1", "a%0D%0Ax-evil%3A%201"),
        ("{code}", "%7Bcode%7D"),
    ],
)
def test_a_value_in_a_path_stays_one_segment(connect, value, segment):
    line, *_ = capture_request(connect, Request("GET", "/customer/{code}/x", {"code": value}))
    assert line == f"GET /customer/{segment}/x HTTP/1.1"


@pytest.mark.parametrize("path", ["customer", "/a b", "/a\r\nx-evil: 1", "/a\n", "/a#b", "/Adé", "/\x00", ""])
def test_a_path_that_would_break_the_request_line_is_rejected(path):
    with pytest.raises(errors.InvalidArgumentError, match="path must start with a slash"):
        Request("GET", path)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_lead_to_another_path_is_rejected_before_anything_is_sent(connect, value):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        with pytest.raises(errors.InvalidArgumentError):
            client.send(Request("GET", "/customer/{code}", {"code": value}))
        client.close()
        assert server.connections == 0


def test_a_query_is_sent_completely(connect):
    line, *_ = capture_request(
        connect, Request("GET", "/customer", query={"a": "x&y=z#f", "b": "é +%2F", "c": None, "d": True})
    )
    assert line == "GET /customer?a=x%26y%3Dz%23f&b=%C3%A9+%2B%252F&d=true HTTP/1.1"


def test_a_base_url_may_have_a_path(connect):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url + "/paystack/")
        read_customer(client)
        client.close()
    assert server.requests[0].startswith(b"GET /paystack/customer/ada%40example.com HTTP/1.1\r\n")


def test_a_cookie_is_not_sent_back(connect):
    with FaultyServer(respond_with(full_response(BODY, "set-cookie: a=1; Path=/"))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(2):
            read_customer(client)
        client.close()
    assert len(server.requests) == 2
    assert b"cookie" not in server.received.lower()


def test_a_netrc_does_not_mix_with_the_key(connect, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\ndefault login ada password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    _, default_headers, _ = capture_request(connect, Request("GET", "/balance"))
    assert default_headers["authorization"] == f"Bearer {SECRET_KEY}"
