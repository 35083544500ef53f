"""Calls, server behaviors and checks that the tests of the transports share."""

import pytest
from constants import SECRET_KEY
from faulty_server import (
    BODY,
    FaultyServer,
    full_response,
    respond_with,
    response_head,
)
from faulty_server import no_leaks as no_leaks  # a fixture

from paystackease import Retry

EMAIL = "ada@example.com"
NUMBERS = ("0123456789", "22222222221")
"""Of an account and a person. They are not literals in a call, because tracebacks show source lines."""
ONCE = Retry(max_attempts=1)
SHORT = 0.5
"""A timeout for a server that stays silent."""
LONG = 30.0
"""A timeout that no test waits for."""


def read_customer(client):
    return client.customers.fetch_customer(EMAIL)


def write_customer(client):
    return client.customers.validate_customer(EMAIL, "Ada", "Obi", "bank_account", "NG", "011", *NUMBERS)


@pytest.fixture(params=[read_customer, write_customer])
def call(request):
    """A call: a GET, and a POST that is never repeated."""
    return request.param


@pytest.fixture(autouse=True)
def _no_log_records(caplog):
    yield
    assert not caplog.records  # no library warns either


# Each handler reads the request first, so that the result does not depend on timing.
def reset_connection(connection):
    connection.read()
    connection.reset()


def close_connection(connection):
    connection.read()


def send_and_close(data):
    """Return a handler that sends data and closes the connection."""

    def handle(connection):
        connection.read()
        connection.write(data)

    return handle


def send_and_stall(data):
    def handle(connection):
        connection.read()
        connection.write(data)
        connection.wait_for_close()

    return handle


HEAD = response_head(200, f"content-length: {len(BODY)}", "content-type: application/json")
CHUNKED = response_head(200, "transfer-encoding: chunked")
GZIP = "content-encoding: gzip"
HTML = b"<html><body>Bad gateway</body></html>"


def capture_request(connect, request):
    """Return a request as the server received it: the request line, the headers and the body."""
    with FaultyServer(respond_with(full_response())) as server:
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


def close_before_second(connection):
    connection.read()
    connection.write(full_response())
    connection.read()
