"""The asyncio transport over aiohttp's session, which it uses with versions of aiohttp that it does not know."""

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

# aiohttp's session, which is asked where an aiohttp comes of which no more is known than what it documents


@pytest.fixture
def by_session():
    """Makes clients that ask the session, behind a blocking face."""
    with asyncio.Runner() as runner:

        def make(url):
            transport = AiohttpTransport(resolve_config(SECRET_KEY, url, LONG), bypass_session=False)
            transports.append(transport)
            return BlockingAdapter(AsyncPaystack(transport=transport, retry=NO_DELAY), runner)

        transports = []
        yield make
        for transport in transports:
            runner.run(transport.close())


def test_the_session_sends_the_same_request(by_session, connect):
    created = Request("POST", "/customer/{code}", {"code": EMAIL}, {"a": "é"}, {"name": "Adé"}, headers={"x-a": "b"})
    for request in (created, Request("GET", "/customer"), Request("PUT", "/x")):
        with FaultyServer(respond_with(full_response())) as server:
            assert by_session(server.url).send(request).data == {"id": 1}
            (raw,) = server.requests
            first, _, body = raw.partition(b"\r\n\r\n")
            line, *lines = first.decode().lower().split("\r\n")
        straight_line, straight_headers, straight_body = capture_request(connect, request)
        told = dict(found.split(": ", 1) for found in lines)
        assert (line, body) == (straight_line.lower(), straight_body)
        assert told.keys() >= straight_headers.keys() - {"content-length"}


@pytest.mark.parametrize(
    "play",
    [
        close_connection,
        reset_connection,
        send_and_close(HEAD[:30]),
        send_and_close(HEAD + BODY[:10]),
        send_and_close(b"\x00\xff" * 500),
    ],
)
def test_an_incomplete_response_fails_with_the_session_too(by_session, play):
    with FaultyServer(play) as server, pytest.raises(errors.OutcomeUnknownError) as caught:
        write_customer(by_session(server.url))
    assert caught.value.__cause__.may_have_arrived
    assert len(server.requests) == 1


def test_the_session_does_not_retry_if_its_connection_is_closed(by_session):
    with FaultyServer(close_before_second) as server:
        client = by_session(server.url)
        read_customer(client)
        with pytest.raises(errors.OutcomeUnknownError):
            client.send(Request("DELETE", "/x"))
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", "DELETE"]
