"""What becomes of a call whatever the server does, what is sent, and over which connections: on real sockets."""

import asyncio
import copy
import gzip
import json
import pickle
import signal
import threading
import time
import traceback
import zlib

import pytest
from conftest import AT_ONCE, SECRET_KEY, Awaited
from faulty_server import BODY, Server, answer, answering, head, nobody, scripted, soon
from faulty_server import nothing_stays as nothing_stays  # a fixture
from scripted_transport import plainly

from paystackease import AsyncPaystack, Paystack, Request, Retry, errors
from paystackease._core.config import resolve_config
from paystackease._core.request import RetrySafety
from paystackease._transports.aiohttp import AiohttpTransport
from paystackease._transports.common import MAX_RESPONSE_BYTES

pytestmark = pytest.mark.usefixtures("nothing_stays")

EMAIL = "ada@example.com"
NUMBERS = ("0123456789", "22222222221")
"""Of an account and a person. Not written out in a call: tracebacks show the lines of the source."""
ONCE = Retry(max_attempts=1)
SHORT = 0.5
"""A timeout for a server that stays silent."""
LONG = 30.0
"""A timeout that no test waits for."""
SLACK = 10.0
"""How late a machine may be that has other things to do."""
MONEY = Request(
    "PUT", "/customer/{id}/directdebit-activation-charge", {"id": 1}, body={}, retry_safety=RetrySafety.NEVER
)


def read(client):
    return client.customers.fetch_customer(EMAIL)


def write(client):
    return client.customers.validate_customer(EMAIL, "Ada", "Obi", "bank_account", "NG", "011", *NUMBERS)


@pytest.fixture(params=[read, write])
def call(request):
    """A call: a GET, and a POST that is never repeated."""
    return request.param


@pytest.fixture(autouse=True)
def _nothing_is_logged(caplog):
    yield
    assert not caplog.records  # nor does any library warn


def misbehaves(connect, call, play, timeout=LONG):
    """What becomes of a call to a server that plays this, having seen that it says no secret and leaves nothing."""
    with Server(play) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=timeout, retry=ONCE)
        began = time.monotonic()
        with pytest.raises(errors.PaystackError) as caught:
            call(client)
        assert time.monotonic() - began < min(timeout, SLACK) + SLACK
        client.close()
        assert server.deserted()
        assert len(server.requests) <= 1
        assert server.connections == 1
    # With what caused it, as a log shows it.
    shown = "".join([repr(caught.value), *traceback.format_exception(caught.value)])
    for secret in (SECRET_KEY, EMAIL, EMAIL.replace("@", "%40"), *NUMBERS):
        assert secret not in shown
    return plainly(caught.value)


# Each of these reads the request first, so that what follows does not depend on who is faster.
def resets(line):
    line.read()
    line.reset()


def closes(line):
    line.read()


def stalls(line):
    line.wait()


def sends(data):
    """And closes."""

    def play(line):
        line.read()
        line.write(data)

    return play


def sends_and_stalls(data):
    def play(line):
        line.read()
        line.write(data)
        line.wait()

    return play


def drips(first, data):
    def play(line):
        line.read()
        line.write(first)
        line.drip(data)

    return play


HEAD = head(200, f"content-length: {len(BODY)}", "content-type: application/json")
CHUNKED = head(200, "transfer-encoding: chunked")
GZIP = "content-encoding: gzip"
HTML = b"<html><body>Bad gateway</body></html>"


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(stalls, id="never answers"),
        pytest.param(sends_and_stalls(HEAD[:30]), id="half the head"),
        pytest.param(drips(b"", HEAD + BODY), id="the head byte by byte"),
        pytest.param(sends_and_stalls(HEAD + BODY[:10]), id="half the body"),
        pytest.param(drips(HEAD, BODY), id="the body byte by byte"),
    ],
)
def test_silence_is_a_timeout_after_which_nobody_knows(connect, call, play):
    error = misbehaves(connect, call, play, timeout=SHORT)
    assert type(error) is errors.APITimeoutError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(drips(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 99), id="a head without an end"),
        pytest.param(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), id="nothing but 100 Continue"),
        pytest.param(drips(CHUNKED, b"1\r\n \r\n" * 99), id="chunks without an end"),
        pytest.param(drips(head(200), BODY), id="a body of no known length"),
    ],
)
def test_what_never_ends_is_a_timeout_too(connect, play):
    error = misbehaves(connect, read, play, timeout=SHORT)
    assert type(error) is errors.APITimeoutError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(resets, id="reset"),
        pytest.param(closes, id="closed"),
        pytest.param(sends(HEAD[:30]), id="half the head"),
        pytest.param(sends(HEAD), id="no body"),
        pytest.param(sends(HEAD + BODY[:10]), id="half the body"),
        pytest.param(sends(head(200, f"content-length: {len(BODY) + 1}") + BODY), id="all but white space"),
        pytest.param(sends(CHUNKED + b"%x\r\n%s\r\n" % (len(BODY), BODY)), id="no last chunk"),
        pytest.param(sends(CHUNKED + b"%x\r\n%s" % (len(BODY) + 9, BODY)), id="half a chunk"),
        pytest.param(sends(CHUNKED + b"zz\r\n%s\r\n0\r\n\r\n" % BODY), id="a chunk of no length"),
        pytest.param(sends(CHUNKED + BODY), id="no chunks"),
        pytest.param(sends(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another protocol"),
        pytest.param(sends(b"\x00\xff" * 500), id="noise"),
        pytest.param(sends(b"HTTP/1.1 OK\r\n\r\n"), id="no status"),
        pytest.param(sends(answer(BODY, "a line that is no header")), id="no header"),
        pytest.param(sends(answer(BODY, " x: folded", "\x00: y")), id="a header without a name"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 9999 + b"\r\n"), id="a head too long"),
        pytest.param(sends(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 99999 + b"\r\n\r\n"), id="a line too long"),
        pytest.param(sends(head(200, "content-length: x") + BODY), id="a length that is no number"),
        pytest.param(sends(head(200, "content-length: -1") + BODY), id="a length below zero"),
        pytest.param(sends(head(200, "content-length: 2", "content-length: 60") + BODY), id="two lengths"),
        pytest.param(sends(head(200, f"content-length: +{len(BODY)}") + BODY), id="a length with a sign"),
        pytest.param(sends(head(200, f"content-length: {len(BODY)}, {len(BODY)}") + BODY), id="a list of lengths"),
        pytest.param(sends(head(200, f"content-length: 0x{len(BODY):x}") + BODY), id="a hexadecimal length"),
        pytest.param(sends(head(200, f"content-length: {'9' * 5000}") + BODY), id="a length of 5,000 digits"),
        pytest.param(sends(answer(BODY, "x: a\rb")), id="a carriage return in a header"),
        pytest.param(sends(answer(BODY, "x: a\0b")), id="a null byte in a header"),
        pytest.param(sends(answer(BODY, "content-encoding : gzip")), id="a space after a header's name"),
    ],
)
def test_half_an_answer_is_no_answer_and_nobody_knows(connect, call, play):
    error = misbehaves(connect, call, play)
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived


def test_a_connection_that_is_refused_sent_nothing(connect, call):
    host, port = nobody()
    client = connect(SECRET_KEY, base_url=f"http://{host}:{port}", retry=ONCE)
    with pytest.raises(errors.APIConnectionError) as caught:
        call(client)
    assert type(caught.value) is errors.APIConnectionError
    assert not caught.value.may_have_arrived


def test_a_host_without_an_address_was_sent_nothing(connect, call):
    with pytest.raises(errors.APIConnectionError) as caught:
        call(connect(SECRET_KEY, base_url="http://paystack.invalid", retry=ONCE))
    assert not caught.value.may_have_arrived


@pytest.mark.parametrize("leave", ["reset", "closed"])
def test_a_server_that_leaves_at_once_answers_nothing(connect, call, leave):
    error = misbehaves(connect, call, lambda line: line.reset() if leave == "reset" else None)
    assert type(error) is errors.APIConnectionError  # reached or not is up to who is faster


def test_a_server_that_reads_nothing_is_silent(connect):
    stop = threading.Event()
    with Server(lambda _: stop.wait(5)) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=SHORT, retry=ONCE)
        began = time.monotonic()
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(Request("POST", "/x", body={"long": "x" * 20_000_000}))
        assert time.monotonic() - began < SHORT + SLACK
        assert type(caught.value.__cause__) is errors.APITimeoutError
        stop.set()
        client.close()


def test_a_server_that_speaks_first_is_not_understood(connect, call):
    def greets(line):
        line.write(b"220 mail.example.com ESMTP\r\n")
        line.wait()

    error = misbehaves(connect, call, greets)
    assert type(error) is errors.APIConnectionError


def test_a_server_that_leaves_in_the_middle_of_a_body_answers_nothing(connect):
    def long(client):
        client.send(Request("POST", "/customer/{code}", {"code": EMAIL}, body={"long": "x" * 20_000_000}))

    error = misbehaves(connect, long, lambda line: (line.more(), line.reset()))
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(answer(HTML), id="HTML"),
        pytest.param(answer(b""), id="nothing"),
        pytest.param(head(204) + b"", id="204"),
        pytest.param(answer(b"   "), id="white space"),
        pytest.param(answer(b"{'status': true}"), id="no JSON"),
        pytest.param(answer(BODY[:-1]), id="JSON cut short"),
        pytest.param(answer(BODY + b"}"), id="JSON and more"),
        pytest.param(answer(b"[1]"), id="an array"),
        pytest.param(answer(b"null"), id="null"),
        pytest.param(answer(b'"yes"'), id="a text"),
        pytest.param(answer(b"\xff\xfe{}"), id="bytes that are no text"),
        pytest.param(answer(b'{"a":' * 20_000), id="depth without end"),
        pytest.param(answer(b"\x00" * 1_000_000), id="a million noughts"),
        pytest.param(answer(BODY, "content-encoding: x-rot13")[:-5] + b"?????", id="an encoding of no name"),
    ],
)
def test_a_yes_that_is_no_json_object_is_malformed_and_no_success(connect, call, content):
    error = misbehaves(connect, call, sends(content))
    assert type(error) is errors.MalformedResponseError
    assert error.status_code in {200, 204}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(answer(b"not gzip at all", GZIP), id="not gzip"),
        pytest.param(answer(BODY, GZIP), id="JSON that is said to be gzip"),
        pytest.param(answer(gzip.compress(BODY)[:-20], GZIP), id="gzip cut short"),
        pytest.param(answer(b"\x1f\x8b", GZIP), id="the beginning of gzip"),
        pytest.param(answer(zlib.compress(BODY)[:-9], "content-encoding: deflate"), id="deflate cut short"),
        pytest.param(answer(b"????????", "content-encoding: br"), id="brotli"),
        pytest.param(answer(b"????????", "content-encoding: zstd"), id="zstd"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_no_success(connect, call, content):
    error = misbehaves(connect, call, sends(content))
    assert type(error) in {errors.APIConnectionError, errors.MalformedResponseError}  # which one is the library's way
    assert getattr(error, "reached", True)


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(sends(answer(b'{"status":true,"data":"%s"}' % (b"x" * 10_000_000))), id="JSON"),
        pytest.param(sends(answer(b"x" * 10_000_000)), id="garbage"),
        pytest.param(sends(head(200) + b"x" * 10_000_000), id="garbage of no known length"),
        pytest.param(sends_and_stalls(answer(gzip.compress(b"x" * 10_000_000), GZIP)), id="packed"),
        pytest.param(sends_and_stalls(head(502, "content-length: 99999999") + b"x" * 10_000_000), id="an error"),
    ],
)
def test_an_answer_that_is_too_long_is_not_read(connect, call, play):
    error = misbehaves(connect, call, play)
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived
    assert f"{MAX_RESPONSE_BYTES:,} bytes" in str(error)


def test_an_answer_may_be_as_long_as_it_may_be(connect):
    body = b'{"status":true,"data":"%s"}' % (b"x" * (MAX_RESPONSE_BYTES - 25))
    assert len(body) == MAX_RESPONSE_BYTES
    with Server(answering(answer(body))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        for _ in range(2):
            assert len(read(client).data) == MAX_RESPONSE_BYTES - 25
        assert server.connections == 1
        client.close()


@pytest.mark.parametrize(
    ("status", "content"),
    [(502, HTML), (500, b""), (503, b"null"), (504, b"\x00"), (500, b"[]"), (500, BODY)],
)
def test_a_server_that_broke_is_told_whatever_it_sends(connect, call, status, content):
    error = misbehaves(connect, call, sends(answer(content, status=status)))
    assert type(error) is errors.ServerError
    assert error.status_code == status
    assert error.content == content


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(connect, call, status):
    with Server(answering(answer())) as other:
        error = misbehaves(connect, call, sends(answer(BODY, f"location: {other.url}/customer", status=status)))
        assert other.connections == 0
    assert type(error) is errors.APIStatusError
    assert error.status_code == status


@pytest.mark.parametrize("status", [101, 300, 304, 418, 451])
def test_any_other_status_is_a_no(connect, call, status):
    content = head(status, "upgrade: x", "connection: upgrade") if status in {101, 304} else answer(BODY, status=status)
    error = misbehaves(connect, call, sends(content))
    assert type(error) is errors.APIStatusError
    assert error.status_code == status


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(answer(), id="plain"),
        pytest.param(answer(gzip.compress(BODY), GZIP), id="gzip"),
        pytest.param(answer(gzip.compress(BODY), "content-encoding: GZIP"), id="GZIP"),
        pytest.param(answer(zlib.compress(BODY), "content-encoding: deflate"), id="deflate"),
        pytest.param(CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), id="one chunk"),
        pytest.param(CHUNKED + b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n", id="many chunks"),
        pytest.param(head(200) + BODY, id="up to the end"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(), id="100 Continue"),
        pytest.param(answer(BODY, "set-cookie: =;;==\x01", "x-odd: \xe9"), id="odd headers"),
        pytest.param(answer(BODY).replace(b"application/json", b"text/html"), id="called HTML"),
        pytest.param(answer(b" " + BODY + b"\r\n"), id="white space around"),
    ],
)
def test_a_good_answer_is_read_however_it_is_packed(connect, call, content):
    with Server(sends(content)) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        assert call(client).data == {"id": 1}
        client.close()


def test_a_slow_answer_that_is_in_time_is_an_answer(connect):
    with Server(lambda line: (line.read(), line.drip(answer(), every=0.001))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        assert read(client).data == {"id": 1}
        client.close()


def test_the_headers_of_an_answer_are_in_lower_case_and_can_be_kept(connect):
    with Server(sends(answer(BODY, "X-Odd: A b", "x-EVEN: C"))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        default_headers = read(client).http.headers
        client.close()
    assert (default_headers["x-odd"], default_headers["x-even"], "X-Odd" in default_headers) == ("A b", "C", False)
    assert set(default_headers) == {"content-length", "content-type", "x-odd", "x-even"}
    assert (
        dict(default_headers)
        == default_headers
        == copy.deepcopy(default_headers)
        == pickle.loads(pickle.dumps(default_headers))
    )
    assert repr(default_headers) == repr(dict(default_headers))


# What is sent


def sent(connect, request):
    """A request as it comes out: its head, a dict of its headers and its body."""
    with Server(answering(answer())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(request)
        client.close()
        (raw,) = server.requests
    first, _, body = raw.partition(b"\r\n\r\n")
    line, *lines = first.decode().split("\r\n")
    names = [name.lower() for name in lines]
    default_headers = {
        name.partition(":")[0]: value.partition(":")[2].strip() for name, value in zip(names, lines, strict=True)
    }
    assert len(default_headers) == len(lines), "each header once"
    assert default_headers["host"] == server.url.partition("://")[2]
    return line, default_headers, body


def test_the_key_and_who_asks_are_told_once(connect):
    line, default_headers, body = sent(connect, Request("POST", "/customer", body={"email": EMAIL}))
    assert line == "POST /customer HTTP/1.1"
    assert default_headers["authorization"] == f"Bearer {SECRET_KEY}"
    assert default_headers["content-type"] == default_headers["accept"] == "application/json"
    assert default_headers["user-agent"].startswith("paystackease/")
    assert default_headers["content-length"] == str(len(body))
    assert body == b'{"email":"ada@example.com"}'
    assert "transfer-encoding" not in default_headers
    assert "expect" not in default_headers


def test_a_get_has_no_body(connect):
    _, default_headers, body = sent(connect, Request("GET", "/customer"))
    assert body == b""
    assert default_headers.get("content-length", "0") == "0"
    assert "transfer-encoding" not in default_headers


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_where_there_is_no_body_its_length_is_told(connect, method):
    _, default_headers, body = sent(connect, Request(method, "/x"))
    assert (default_headers["content-length"], body) == ("0", b"")


def test_a_body_is_sent_as_utf_8(connect):
    _, default_headers, body = sent(connect, Request("POST", "/x", body={"name": "Adé 🙂"}))
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
    line, *_ = sent(connect, Request("GET", "/customer/{code}/x", {"code": value}))
    assert line == f"GET /customer/{segment}/x HTTP/1.1"


@pytest.mark.parametrize("path", ["customer", "/a b", "/a\r\nx-evil: 1", "/a\n", "/a#b", "/Adé", "/\x00", ""])
def test_a_path_that_would_break_the_first_line_is_refused(path):
    with pytest.raises(errors.InvalidArgumentError, match="a path starts with a slash"):
        Request("GET", path)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_lead_to_another_path_is_refused_before_anything_is_sent(connect, value):
    with Server(answering(answer())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        with pytest.raises(errors.InvalidArgumentError):
            client.send(Request("GET", "/customer/{code}", {"code": value}))
        client.close()
        assert server.connections == 0


def test_a_query_is_sent_whole(connect):
    line, *_ = sent(connect, Request("GET", "/customer", query={"a": "x&y=z#f", "b": "é +%2F", "c": None, "d": True}))
    assert line == "GET /customer?a=x%26y%3Dz%23f&b=%C3%A9+%2B%252F&d=true HTTP/1.1"


def test_a_base_url_may_have_a_path(connect):
    with Server(answering(answer())) as server:
        client = connect(SECRET_KEY, base_url=server.url + "/paystack/")
        read(client)
        client.close()
    assert server.requests[0].startswith(b"GET /paystack/customer/ada%40example.com HTTP/1.1\r\n")


def test_a_cookie_is_not_sent_back(connect):
    with Server(answering(answer(BODY, "set-cookie: a=1; Path=/"))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(2):
            read(client)
        client.close()
    assert len(server.requests) == 2
    assert b"cookie" not in server.received.lower()


def test_a_netrc_does_not_mix_with_the_key(connect, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\ndefault login ada password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    _, default_headers, _ = sent(connect, Request("GET", "/balance"))
    assert default_headers["authorization"] == f"Bearer {SECRET_KEY}"


# Connections


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(answer(), id="of known length"),
        pytest.param(answer(gzip.compress(BODY), GZIP), id="packed"),
        pytest.param(CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), id="in chunks"),
        pytest.param(answer(b"{}", status=404), id="that say no"),
        pytest.param(answer(HTML), id="that are malformed"),
    ],
)
def test_calls_in_a_row_use_one_connection(connect, content):
    with Server(answering(content)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        for turn in range(20):
            try:
                (read, write)[turn % 2](client)
            except (errors.NotFoundError, errors.MalformedResponseError, errors.OutcomeUnknownError):
                continue
        client.close()
        assert (len(server.requests), server.connections) == (20, 1)
        assert server.deserted()


def test_thirty_at_once_open_thirty_connections_at_the_most():
    async def use(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            for _ in range(2):
                answers = await asyncio.gather(*(client.customers.fetch_customer(EMAIL) for _ in range(30)))
                assert all(answer.data == {"id": 1} for answer in answers)

    with Server(answering(answer())) as server:
        asyncio.run(use(server.url))
        assert len(server.requests) == 60
        assert server.connections <= 30
        assert server.deserted()


def test_eight_threads_open_eight_connections_at_the_most():
    with Server(answering(answer())) as server:
        with Paystack(SECRET_KEY, base_url=server.url) as client:
            threads = [threading.Thread(target=lambda: [read(client) for _ in range(5)]) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(server.requests) == 40
        assert server.connections <= 8
        assert server.deserted()


def test_a_connection_that_was_closed_while_idle_costs_nothing(connect, flavour):
    with Server(answering(answer(), line_ends=True)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        for turn in range(3):
            assert write(client).http.attempts == 1
            assert server.connections == turn + 1
            assert server.deserted()
            idle(client, flavour)
        client.close()


def idle(client, flavour):
    """Let a moment pass, in which an event loop sees what came."""
    if flavour == "asyncio":
        client._runner.run(asyncio.sleep(0.02))


def closes_under_the_second(line):
    line.read()
    line.write(answer())
    line.read()


@pytest.mark.parametrize(
    "request_", [MONEY, Request("POST", "/refund", body={}), Request("DELETE", "/x"), Request("PUT", "/x")]
)
def test_a_connection_that_is_closed_under_a_call_that_moves_money_is_the_end_of_it(connect, request_):
    with Server(closes_under_the_second) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read(client)
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(request_)
        assert caught.value.__cause__.may_have_arrived
        client.close()
        assert server.deserted()
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", request_.method]
        assert server.connections == 1


def test_a_connection_that_is_closed_under_a_guarded_call_costs_it_nothing(connect):
    def verifies(line):
        reference = line.read().split(b" ")[1].rpartition(b"/")[2].decode()
        data = {
            "reference": reference,
            "amount": 5000,
            "currency": "NGN",
            "status": "success",
            "transfer_code": "TRF_1",
        }
        data["recipient"] = {"id": 7, "recipient_code": "RCP_1"}
        line.write(answer(json.dumps({"status": True, "message": "found", "data": data}).encode()))

    with Server(scripted(closes_under_the_second, verifies)) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read(client)
        assert client.transfers.initiate_transfer("balance", 5000, "RCP_1").http.recovered
        client.close()
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", "POST", "GET"]


def test_a_connection_that_is_closed_under_a_read_is_made_again(connect):
    with Server(scripted(closes_under_the_second, answering(answer()))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        assert read(client).http.attempts == 1
        assert read(client).http.attempts == 2
        client.close()
        assert (len(server.requests), server.connections) == (3, 2)


def test_a_connection_that_was_idle_for_too_long_is_not_used(connect, flavour, monkeypatch):
    # The real time is 15 seconds, and both libraries read clocks that tests cannot turn.
    monkeypatch.setattr(
        f"paystackease._transports.{'urllib3' if flavour == 'blocking' else 'aiohttp'}.MAX_IDLE_SECONDS", 1.0
    )
    with Server(answering(answer())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read(client)
        read(client)
        assert server.connections == 1
        time.sleep(1.1)
        read(client)
        assert (len(server.requests), server.connections) == (3, 2)
        client.close()


def test_a_connection_is_not_kept_where_the_server_says_so(connect):
    def play(line):
        line.read()
        line.write(answer(BODY, "connection: close"))
        line.wait()

    with Server(play) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(3):
            read(client)
        assert server.deserted()
        assert server.connections == 3
        client.close()


STRAY = answer(b'{"status":true,"data":"of somebody else"}')


@pytest.mark.parametrize("more", [STRAY, STRAY[:20], b"\r\n\r\n", b"x"], ids=["answer", "half", "lines", "byte"])
@pytest.mark.parametrize("late", [False, True], ids=["at once", "later"])
def test_what_comes_unasked_is_never_taken_for_an_answer(connect, flavour, more, late):
    wrote = threading.Event()

    def play(line):
        line.read()
        line.write(answer() if late else answer() + more)
        if late:
            time.sleep(0.02)
            line.write(more)
        wrote.set()
        if line.read() is not None:
            line.write(answer())

    with Server(scripted(play, answering(answer()))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read(client)
        assert wrote.wait(LONG)
        idle(client, flavour)
        assert read(client).data == {"id": 1}
        client.close()


# aiohttp's session, which is asked where an aiohttp comes of which no more is known than what it documents


@pytest.fixture
def by_session():
    """Makes clients that ask the session, behind a blocking face."""
    with asyncio.Runner() as runner:

        def make(url):
            transport = AiohttpTransport(resolve_config(SECRET_KEY, url, LONG), bypass_session=False)
            transports.append(transport)
            return Awaited(AsyncPaystack(transport=transport, retry=AT_ONCE), runner)

        transports = []
        yield make
        for transport in transports:
            runner.run(transport.close())


def test_the_session_is_told_the_same(by_session, connect):
    created = Request("POST", "/customer/{code}", {"code": EMAIL}, {"a": "é"}, {"name": "Adé"}, headers={"x-a": "b"})
    for request in (created, Request("GET", "/customer"), Request("PUT", "/x")):
        with Server(answering(answer())) as server:
            assert by_session(server.url).send(request).data == {"id": 1}
            (raw,) = server.requests
            first, _, body = raw.partition(b"\r\n\r\n")
            line, *lines = first.decode().lower().split("\r\n")
        straight_line, straight_headers, straight_body = sent(connect, request)
        told = dict(found.split(": ", 1) for found in lines)
        assert (line, body) == (straight_line.lower(), straight_body)
        assert told.keys() >= straight_headers.keys() - {"content-length"}


@pytest.mark.parametrize("play", [closes, resets, sends(HEAD[:30]), sends(HEAD + BODY[:10]), sends(b"\x00\xff" * 500)])
def test_of_half_an_answer_the_session_makes_none_either(by_session, play):
    with Server(play) as server, pytest.raises(errors.OutcomeUnknownError) as caught:
        write(by_session(server.url))
    assert caught.value.__cause__.may_have_arrived
    assert len(server.requests) == 1


def test_the_session_sends_nothing_again_where_a_connection_is_closed_under_it(by_session):
    with Server(closes_under_the_second) as server:
        client = by_session(server.url)
        read(client)
        with pytest.raises(errors.OutcomeUnknownError):
            client.send(Request("DELETE", "/x"))
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", "DELETE"]


# Leaving early


def interrupts(first):
    def play(line):
        line.read()
        line.write(first)
        time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        line.wait()

    return play


@pytest.mark.parametrize("first", [b"", HEAD, HEAD + BODY[:10]], ids=["silence", "head", "half the body"])
def test_control_c_leaves_no_connection_and_nothing_is_sent_again(connect, call, first):
    with Server(interrupts(first)) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        with pytest.raises(KeyboardInterrupt):
            call(client)
        assert server.deserted()  # and not only once the client is closed
        client.close()
        assert (len(server.requests), server.connections) == (1, 1)


@pytest.mark.parametrize("how", ["cancelled", "out of time"])
@pytest.mark.parametrize("first", [b"", HEAD, HEAD + BODY[:10]], ids=["silence", "head", "half the body"])
def test_a_call_that_is_cancelled_leaves_no_connection_and_nothing_is_sent_again(call, first, how):
    async def use(server):
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        limit = asyncio.timeout(None)

        async def limited():
            async with limit:
                await call(client)

        task = asyncio.create_task(limited())
        assert await asyncio.to_thread(soon, lambda: server.requests)
        await asyncio.sleep(0.01)
        if how == "cancelled":
            task.cancel()
        else:
            limit.reschedule(0.0)
        with pytest.raises(asyncio.CancelledError if how == "cancelled" else TimeoutError):
            await task
        assert await asyncio.to_thread(server.deserted)
        await client.close()

    with Server(sends_and_stalls(first)) as server:
        asyncio.run(use(server))
        assert (len(server.requests), server.connections) == (1, 1)


def test_a_call_after_one_that_was_given_up_gets_its_own_answer(connect):
    given_up = threading.Event()

    def late(line):
        line.read()
        line.write(HEAD)
        given_up.wait(5)
        line.write(BODY)
        line.wait()

    own = answer(b'{"status":true,"data":"mine"}')
    with Server(scripted(late, answering(own))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=SHORT, retry=ONCE)
        with pytest.raises(errors.APITimeoutError):
            read(client)
        given_up.set()
        assert read(client).data == "mine"
        client.close()
