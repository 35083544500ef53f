"""The asyncio transport over aiohttp's session, which it uses with unsupported versions of aiohttp."""

import asyncio

import pytest
from conftest import NO_DELAY, SECRET_KEY, BlockingAdapter
from faulty_server import (
    BODY,
    FaultyServer,
    full_response,
    respond_with,
)
from faulty_server import no_leaks as no_leaks  # a fixture
from transport_cases import (
    EMAIL,
    HEAD,
    LONG,
    _no_log_records,  # noqa: F401 # fixtures
    capture_request,
    close_before_second,
    close_connection,
    read_customer,
    reset_connection,
    send_and_close,
    write_customer,
)

from paystackease import AsyncPaystack, Request, errors
from paystackease._core.config import resolve_config
from paystackease._transports.aiohttp import AiohttpTransport


@pytest.fixture
def make_session_client():
    """Return a function that creates clients over the session, each in a blocking adapter."""
    with asyncio.Runner() as runner:

        def make_client(url):
            transport = AiohttpTransport(resolve_config(SECRET_KEY, url, LONG), bypass_session=False)
            transports.append(transport)
            return BlockingAdapter(AsyncPaystack(transport=transport, retry=NO_DELAY), runner)

        transports = []
        yield make_client
        for transport in transports:
            runner.run(transport.close())


def test_the_session_sends_the_same_request(make_session_client, connect):
    created = Request("POST", "/customer/{code}", {"code": EMAIL}, {"a": "é"}, {"name": "Adé"}, headers={"x-a": "b"})
    for request in (created, Request("GET", "/customer"), Request("PUT", "/x")):
        with FaultyServer(respond_with(full_response())) as server:
            assert make_session_client(server.url).send(request).data == {"id": 1}
            (raw,) = server.requests
            head, _, body = raw.partition(b"\r\n\r\n")
            request_line, *lines = head.decode().lower().split("\r\n")
        bypass_line, bypass_headers, bypass_body = capture_request(connect, request)
        headers = dict(line.split(": ", 1) for line in lines)
        assert (request_line, body) == (bypass_line.lower(), bypass_body)
        assert headers.keys() >= bypass_headers.keys() - {"content-length"}


@pytest.mark.parametrize(
    "handle",
    [
        close_connection,
        reset_connection,
        send_and_close(HEAD[:30]),
        send_and_close(HEAD + BODY[:10]),
        send_and_close(b"\x00\xff" * 500),
    ],
)
def test_an_incomplete_response_fails_with_the_session_too(make_session_client, handle):
    with FaultyServer(handle) as server, pytest.raises(errors.OutcomeUnknownError) as caught:
        write_customer(make_session_client(server.url))
    assert caught.value.__cause__.may_have_arrived
    assert len(server.requests) == 1


def test_the_session_does_not_retry_if_its_connection_is_closed(make_session_client):
    with FaultyServer(close_before_second) as server:
        client = make_session_client(server.url)
        read_customer(client)
        with pytest.raises(errors.OutcomeUnknownError):
            client.send(Request("DELETE", "/x"))
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", "DELETE"]
