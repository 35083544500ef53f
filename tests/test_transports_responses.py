"""Responses of faulty servers: which are successes, errors or unknown outcomes. All traffic is on loopback."""

import copy
import gzip
import pickle
import threading
import time
import traceback
import zlib

import pytest
from conftest import SECRET_KEY
from faulty_server import (
    BODY,
    FaultyServer,
    full_response,
    respond_with,
    response_head,
    unused_address,
)
from faulty_server import no_leaks as no_leaks  # a fixture
from scripted_transport import underlying_error
from transport_cases import (
    CHUNKED,
    EMAIL,
    GZIP,
    HEAD,
    HTML,
    LONG,
    NUMBERS,
    ONCE,
    SHORT,
    close_connection,
    read_customer,
    reset_connection,
    send_and_close,
    send_and_stall,
)
from transport_cases import _no_log_records as _no_log_records  # a fixture
from transport_cases import call as call  # a fixture

from paystackease import Request, errors
from paystackease._transports.common import MAX_RESPONSE_BYTES

pytestmark = pytest.mark.usefixtures("no_leaks")
SLACK = 10.0
"""The tolerated delay of a busy machine, in seconds."""


def error_from_server(connect, call, handle, timeout=LONG):
    """Return the error of a call to a faulty server, after checking that it has no secret and leaves no connection."""
    with FaultyServer(handle) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=timeout, retry=ONCE)
        started = time.monotonic()
        with pytest.raises(errors.PaystackError) as caught:
            call(client)
        assert time.monotonic() - started < min(timeout, SLACK) + SLACK
        client.close()
        assert server.clients_leave()
        assert len(server.requests) <= 1
        assert server.connections == 1
    # Including its causes, as a log shows them.
    error_text = "".join([repr(caught.value), *traceback.format_exception(caught.value)])
    for secret in (SECRET_KEY, EMAIL, EMAIL.replace("@", "%40"), *NUMBERS):
        assert secret not in error_text
    return underlying_error(caught.value)


def stall(connection):
    connection.wait_for_close()


def send_and_drip(prefix, data):
    def handle(connection):
        connection.read()
        connection.write(prefix)
        connection.drip(data)

    return handle


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(stall, id="no response"),
        pytest.param(send_and_stall(HEAD[:30]), id="half the head"),
        pytest.param(send_and_drip(b"", HEAD + BODY), id="the head byte by byte"),
        pytest.param(send_and_stall(HEAD + BODY[:10]), id="half the body"),
        pytest.param(send_and_drip(HEAD, BODY), id="the body byte by byte"),
    ],
)
def test_a_silent_server_is_a_timeout_with_an_unknown_outcome(connect, call, handle):
    error = error_from_server(connect, call, handle, timeout=SHORT)
    assert type(error) is errors.APITimeoutError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(send_and_drip(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n" * 99), id="a head without an end"),
        pytest.param(send_and_drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), id="only 100 Continue"),
        pytest.param(send_and_drip(CHUNKED, b"1\r\n \r\n" * 99), id="chunks without an end"),
        pytest.param(send_and_drip(response_head(200), BODY), id="a body of unknown length"),
    ],
)
def test_an_endless_response_is_a_timeout_too(connect, handle):
    error = error_from_server(connect, read_customer, handle, timeout=SHORT)
    assert type(error) is errors.APITimeoutError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(reset_connection, id="reset"),
        pytest.param(close_connection, id="closed"),
        pytest.param(send_and_close(HEAD[:30]), id="half the head"),
        pytest.param(send_and_close(HEAD), id="no body"),
        pytest.param(send_and_close(HEAD + BODY[:10]), id="half the body"),
        pytest.param(
            send_and_close(response_head(200, f"content-length: {len(BODY) + 1}") + BODY), id="all but white space"
        ),
        pytest.param(send_and_close(CHUNKED + b"%x\r\n%s\r\n" % (len(BODY), BODY)), id="no last chunk"),
        pytest.param(send_and_close(CHUNKED + b"%x\r\n%s" % (len(BODY) + 9, BODY)), id="half a chunk"),
        pytest.param(send_and_close(CHUNKED + b"zz\r\n%s\r\n0\r\n\r\n" % BODY), id="an invalid chunk size"),
        pytest.param(send_and_close(CHUNKED + BODY), id="no chunks"),
        pytest.param(send_and_close(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another protocol"),
        pytest.param(send_and_close(b"\x00\xff" * 500), id="noise"),
        pytest.param(send_and_close(b"HTTP/1.1 OK\r\n\r\n"), id="no status"),
        pytest.param(send_and_close(full_response(BODY, "a line without a colon")), id="no header"),
        pytest.param(send_and_close(full_response(BODY, " x: folded", "\x00: y")), id="a header without a name"),
        pytest.param(send_and_close(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 9999 + b"\r\n"), id="a head too long"),
        pytest.param(send_and_close(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 99999 + b"\r\n\r\n"), id="a line too long"),
        pytest.param(
            send_and_close(response_head(200, "content-length: x") + BODY), id="a length that is not a number"
        ),
        pytest.param(send_and_close(response_head(200, "content-length: -1") + BODY), id="a length below zero"),
        pytest.param(
            send_and_close(response_head(200, "content-length: 2", "content-length: 60") + BODY), id="two lengths"
        ),
        pytest.param(
            send_and_close(response_head(200, f"content-length: +{len(BODY)}") + BODY), id="a length with a sign"
        ),
        pytest.param(
            send_and_close(response_head(200, f"content-length: {len(BODY)}, {len(BODY)}") + BODY),
            id="a list of lengths",
        ),
        pytest.param(
            send_and_close(response_head(200, f"content-length: 0x{len(BODY):x}") + BODY), id="a hexadecimal length"
        ),
        pytest.param(
            send_and_close(response_head(200, f"content-length: {'9' * 5000}") + BODY), id="a length of 5,000 digits"
        ),
        pytest.param(send_and_close(full_response(BODY, "x: a\rb")), id="a carriage return in a header"),
        pytest.param(send_and_close(full_response(BODY, "x: a\0b")), id="a null byte in a header"),
        pytest.param(
            send_and_close(full_response(BODY, "content-encoding : gzip")), id="a space after a header's name"
        ),
    ],
)
def test_an_incomplete_response_has_an_unknown_outcome(connect, call, handle):
    error = error_from_server(connect, call, handle)
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived


def test_a_refused_connection_sent_nothing(connect, call):
    host, port = unused_address()
    client = connect(SECRET_KEY, base_url=f"http://{host}:{port}", retry=ONCE)
    with pytest.raises(errors.APIConnectionError) as caught:
        call(client)
    assert type(caught.value) is errors.APIConnectionError
    assert not caught.value.may_have_arrived


def test_an_unresolvable_host_was_sent_nothing(connect, call):
    with pytest.raises(errors.APIConnectionError) as caught:
        call(connect(SECRET_KEY, base_url="http://paystack.invalid", retry=ONCE))
    assert not caught.value.may_have_arrived


@pytest.mark.parametrize("ending", ["reset", "closed"])
def test_a_server_that_closes_immediately_is_a_connection_error(connect, call, ending):
    error = error_from_server(connect, call, lambda connection: connection.reset() if ending == "reset" else None)
    assert type(error) is errors.APIConnectionError  # whether the request arrived depends on timing


def test_a_server_that_never_reads_is_a_timeout(connect):
    stop = threading.Event()
    with FaultyServer(lambda _: stop.wait(5)) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=SHORT, retry=ONCE)
        started = time.monotonic()
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(Request("POST", "/x", body={"long": "x" * 20_000_000}))
        assert time.monotonic() - started < SHORT + SLACK
        assert type(caught.value.__cause__) is errors.APITimeoutError
        stop.set()
        client.close()


def test_a_server_that_sends_first_is_a_connection_error(connect, call):
    def send_greeting(connection):
        connection.write(b"220 mail.example.com ESMTP\r\n")
        connection.wait_for_close()

    error = error_from_server(connect, call, send_greeting)
    assert type(error) is errors.APIConnectionError


def test_a_server_that_closes_in_the_middle_of_a_body_is_a_connection_error(connect):
    def send_long_body(client):
        client.send(Request("POST", "/customer/{code}", {"code": EMAIL}, body={"long": "x" * 20_000_000}))

    error = error_from_server(connect, send_long_body, lambda connection: (connection.receive(), connection.reset()))
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(full_response(HTML), id="HTML"),
        pytest.param(full_response(b""), id="empty"),
        pytest.param(response_head(204) + b"", id="204"),
        pytest.param(full_response(b"   "), id="white space"),
        pytest.param(full_response(b"{'status': true}"), id="not JSON"),
        pytest.param(full_response(BODY[:-1]), id="truncated JSON"),
        pytest.param(full_response(BODY + b"}"), id="JSON with trailing data"),
        pytest.param(full_response(b"[1]"), id="an array"),
        pytest.param(full_response(b"null"), id="null"),
        pytest.param(full_response(b'"yes"'), id="a string"),
        pytest.param(full_response(b"\xff\xfe{}"), id="bytes that are not text"),
        pytest.param(full_response(b'{"a":' * 20_000), id="excessive depth"),
        pytest.param(full_response(b"\x00" * 1_000_000), id="a million null bytes"),
        pytest.param(full_response(BODY, "content-encoding: x-rot13")[:-5] + b"?????", id="an unknown encoding"),
    ],
)
def test_a_successful_status_without_a_json_object_is_not_a_success(connect, call, content):
    error = error_from_server(connect, call, send_and_close(content))
    assert type(error) is errors.MalformedResponseError
    assert error.status_code in {200, 204}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(full_response(b"not gzip at all", GZIP), id="not gzip"),
        pytest.param(full_response(BODY, GZIP), id="JSON labelled as gzip"),
        pytest.param(full_response(gzip.compress(BODY)[:-20], GZIP), id="truncated gzip"),
        pytest.param(full_response(b"\x1f\x8b", GZIP), id="the beginning of gzip"),
        pytest.param(full_response(zlib.compress(BODY)[:-9], "content-encoding: deflate"), id="truncated deflate"),
        pytest.param(full_response(gzip.compress(b"") * 100_000, GZIP), id="many members of gzip without data"),
        pytest.param(full_response(b"????????", "content-encoding: br"), id="brotli"),
        pytest.param(full_response(b"????????", "content-encoding: zstd"), id="zstd"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_not_a_success(connect, call, content):
    error = error_from_server(connect, call, send_and_close(content))
    assert type(error) in {errors.APIConnectionError, errors.MalformedResponseError}  # depends on the HTTP library
    assert getattr(error, "may_have_arrived", True)


@pytest.mark.parametrize("size", [b"-1", b"+2e", b"0x2e", b"2_e", b" 2e", b"", b"2e 2e"])
def test_a_chunk_whose_size_is_not_a_number_is_an_error(connect, call, size):
    body = size + b"\r\n" + BODY + b"\r\n0\r\n\r\n"
    error = error_from_server(connect, call, send_and_stall(CHUNKED + body))
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived


@pytest.mark.parametrize(
    "handle",
    [
        pytest.param(send_and_close(full_response(b'{"status":true,"data":"%s"}' % (b"x" * 10_000_000))), id="JSON"),
        pytest.param(send_and_close(full_response(b"x" * 10_000_000)), id="garbage"),
        pytest.param(send_and_close(response_head(200) + b"x" * 10_000_000), id="garbage of unknown length"),
        pytest.param(send_and_stall(full_response(gzip.compress(b"x" * 10_000_000), GZIP)), id="gzip"),
        pytest.param(send_and_stall(response_head(502, "content-length: 99999999") + b"x" * 10_000_000), id="an error"),
    ],
)
def test_a_response_above_the_size_limit_is_not_read(connect, call, handle):
    error = error_from_server(connect, call, handle)
    assert type(error) is errors.APIConnectionError
    assert error.may_have_arrived
    assert f"{MAX_RESPONSE_BYTES:,} bytes" in str(error)


def test_a_response_of_the_maximum_size_is_read(connect):
    body = b'{"status":true,"data":"%s"}' % (b"x" * (MAX_RESPONSE_BYTES - 25))
    assert len(body) == MAX_RESPONSE_BYTES
    with FaultyServer(respond_with(full_response(body))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        for _ in range(2):
            assert len(read_customer(client).data) == MAX_RESPONSE_BYTES - 25
        assert server.connections == 1
        client.close()


@pytest.mark.parametrize(
    ("status", "content"),
    [(502, HTML), (500, b""), (503, b"null"), (504, b"\x00"), (500, b"[]"), (500, BODY)],
)
def test_a_server_error_is_raised_for_any_content(connect, call, status, content):
    error = error_from_server(connect, call, send_and_close(full_response(content, status=status)))
    assert type(error) is errors.ServerError
    assert error.status_code == status
    assert error.content == content


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(connect, call, status):
    with FaultyServer(respond_with(full_response())) as other:
        error = error_from_server(
            connect, call, send_and_close(full_response(BODY, f"location: {other.url}/customer", status=status))
        )
        assert other.connections == 0
    assert type(error) is errors.APIStatusError
    assert error.status_code == status


@pytest.mark.parametrize("status", [101, 300, 304, 418, 451])
def test_any_other_status_is_an_error(connect, call, status):
    content = (
        response_head(status, "upgrade: x", "connection: upgrade")
        if status in {101, 304}
        else full_response(BODY, status=status)
    )
    error = error_from_server(connect, call, send_and_close(content))
    assert type(error) is errors.APIStatusError
    assert error.status_code == status


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(full_response(), id="plain"),
        pytest.param(full_response(gzip.compress(BODY), GZIP), id="gzip"),
        pytest.param(full_response(gzip.compress(BODY), "content-encoding: GZIP"), id="GZIP"),
        pytest.param(full_response(zlib.compress(BODY), "content-encoding: deflate"), id="deflate"),
        pytest.param(CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), id="one chunk"),
        pytest.param(CHUNKED + b"".join(b"1;x=y\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n", id="many chunks"),
        pytest.param(response_head(200) + BODY, id="until the connection closes"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n" + BODY, id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + full_response(), id="100 Continue"),
        pytest.param(full_response(BODY, "set-cookie: =;;==\x01", "x-odd: \xe9"), id="odd headers"),
        pytest.param(full_response(BODY).replace(b"application/json", b"text/html"), id="labelled as HTML"),
        pytest.param(full_response(b" " + BODY + b"\r\n"), id="white space around"),
    ],
)
def test_a_valid_response_is_read_in_every_encoding(connect, call, content):
    with FaultyServer(send_and_close(content)) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        assert call(client).data == {"id": 1}
        client.close()


def test_a_slow_response_within_the_timeout_is_read(connect):
    with FaultyServer(lambda connection: (connection.read(), connection.drip(full_response(), every=0.001))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        assert read_customer(client).data == {"id": 1}
        client.close()


def test_the_headers_of_a_response_are_in_lower_case_and_can_be_stored(connect):
    with FaultyServer(send_and_close(full_response(BODY, "X-Odd: A b", "x-EVEN: C"))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=LONG)
        headers = read_customer(client).http.headers
        client.close()
    assert (headers["x-odd"], headers["x-even"], "X-Odd" in headers) == ("A b", "C", False)
    assert set(headers) == {"content-length", "content-type", "x-odd", "x-even"}
    assert dict(headers) == headers == copy.deepcopy(headers) == pickle.loads(pickle.dumps(headers))
    assert repr(headers) == repr(dict(headers))
