"""What aiohttp does not document may be gone in its next release: calls work all the same, through its session."""

import asyncio
import logging

import aiohttp
import aiohttp.client_proto
import aiohttp.connector
import aiohttp.streams
import pytest
from conftest import SECRET_KEY
from faulty_server import BODY, FaultyServer, full_response, respond_with, response_head
from faulty_server import no_leaks as no_leaks  # a fixture

from paystackease import AsyncPaystack, Request

pytestmark = [
    pytest.mark.usefixtures("no_leaks"),
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),  # to memory, of a probe that failed
]

PAY = Request("POST", "/x", body={"a": 1})
HANDLER, CONNECTION = aiohttp.client_proto.ResponseHandler, aiohttp.connector.Connection


def raise_type_error(*_, **__):
    raise TypeError("unexpected keyword argument")


def session_uses(cls, name, replacement):
    """The session goes on with what it has, and who else calls it fails."""

    def change(patch):
        patch.setattr(cls, name, replacement(getattr(cls, name)))

    return change


def for_aiohttp_alone(original):
    """Aiohttp's own modules may call it; others find that it takes no such arguments."""
    import sys

    def call(*args, **kwargs):
        caller = sys._getframe(1).f_globals["__name__"]
        if caller.startswith("aiohttp"):
            return original(*args, **kwargs)
        raise AttributeError("it has another name")

    return call


def property_for_aiohttp_alone(original):
    return property(for_aiohttp_alone(original.fget))


# Each takes away what only the way past the session uses, or changes how it is called.
GONE = {
    "set_response_params": session_uses(HANDLER, "set_response_params", for_aiohttp_alone),
    "read": session_uses(aiohttp.streams.DataQueue, "read", for_aiohttp_alone),
    "protocol": session_uses(CONNECTION, "protocol", property_for_aiohttp_alone),
    "release": session_uses(CONNECTION, "release", for_aiohttp_alone),
    "close": session_uses(CONNECTION, "close", for_aiohttp_alone),
    "should_close": session_uses(HANDLER, "should_close", property_for_aiohttp_alone),
    "is_eof": session_uses(aiohttp.StreamReader, "is_eof", for_aiohttp_alone),
    "read_nowait": session_uses(aiohttp.StreamReader, "read_nowait", for_aiohttp_alone),
    "force_close": session_uses(HANDLER, "force_close", for_aiohttp_alone),
    "feed_data": session_uses(aiohttp.streams.DataQueue, "feed_data", for_aiohttp_alone),
    "connect": session_uses(aiohttp.TCPConnector, "connect", lambda original: _keyword_only(original)),
    "ClientRequest": lambda patch: patch.delattr(aiohttp, "ClientRequest"),
    "ClientRequest's arguments": lambda patch: patch.setattr(aiohttp, "ClientRequest", raise_type_error),
    "HttpProcessingError": lambda patch: patch.delattr(aiohttp.http, "HttpProcessingError"),
    "ATTRS": lambda patch: patch.setattr(aiohttp.ClientSession, "ATTRS", frozenset()),
}


def _keyword_only(original):
    async def connect(self, req, *, traces, timeout):  # noqa: ASYNC109 # aiohttp's own
        return await original(self, req, traces, timeout)

    return connect


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_calls_work_without_a_part_of_aiohttp_that_is_not_documented(change, monkeypatch):
    chunks = response_head(200, "transfer-encoding: chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)

    async def use(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            return [(await client.send(PAY)).data for _ in range(3)]

    with FaultyServer(respond_with(full_response(), chunks)) as server:
        with monkeypatch.context() as patch:
            change(patch)
            assert asyncio.run(use(server.url)) == [{"id": 1}] * 3
        assert len(server.requests) == 3


def test_a_log_line_says_that_calls_go_through_the_session(monkeypatch, caplog):
    async def use(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            await client.send(PAY)

    caplog.set_level(logging.DEBUG, "paystackease")
    with FaultyServer(respond_with(full_response())) as server:
        asyncio.run(use(server.url))
        assert not [record for record in caplog.records if record.name.startswith("paystackease._transports")]
        with monkeypatch.context() as patch:
            GONE["ClientRequest"](patch)
            asyncio.run(use(server.url))
    (record,) = [record for record in caplog.records if record.name.startswith("paystackease._transports")]
    assert "through its session" in record.getMessage()
