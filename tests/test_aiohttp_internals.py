"""Undocumented parts of aiohttp may change in its next release. Calls then go through its public session."""

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
    # A failed probe leaves an in-memory connection open.
    pytest.mark.filterwarnings("ignore:Unclosed connection:ResourceWarning"),
]

PAY = Request("POST", "/x", body={"a": 1})
HANDLER, CONNECTION = aiohttp.client_proto.ResponseHandler, aiohttp.connector.Connection


def raise_type_error(*_, **__):
    raise TypeError("unexpected keyword argument")


def replace_attribute(cls, name, replacement):
    """Return a function that replaces an attribute of aiohttp; ``replacement`` gets the original."""

    def change(patch):
        patch.setattr(cls, name, replacement(getattr(cls, name)))

    return change


def allow_only_aiohttp(original):
    """Return a function that only aiohttp's own modules can call; for others, the attribute is missing."""
    import sys

    def call(*args, **kwargs):
        caller = sys._getframe(1).f_globals["__name__"]
        if caller.startswith("aiohttp"):
            return original(*args, **kwargs)
        raise AttributeError("it has another name")

    return call


def allow_property_only_aiohttp(original):
    return property(allow_only_aiohttp(original.fget))


# Each removes something that only requests which bypass the session use, or changes its signature.
MISSING_PARTS = {
    "set_response_params": replace_attribute(HANDLER, "set_response_params", allow_only_aiohttp),
    "read": replace_attribute(aiohttp.streams.DataQueue, "read", allow_only_aiohttp),
    "protocol": replace_attribute(CONNECTION, "protocol", allow_property_only_aiohttp),
    "release": replace_attribute(CONNECTION, "release", allow_only_aiohttp),
    "close": replace_attribute(CONNECTION, "close", allow_only_aiohttp),
    "should_close": replace_attribute(HANDLER, "should_close", allow_property_only_aiohttp),
    "is_eof": replace_attribute(aiohttp.StreamReader, "is_eof", allow_only_aiohttp),
    "read_nowait": replace_attribute(aiohttp.StreamReader, "read_nowait", allow_only_aiohttp),
    "force_close": replace_attribute(HANDLER, "force_close", allow_only_aiohttp),
    "feed_data": replace_attribute(aiohttp.streams.DataQueue, "feed_data", allow_only_aiohttp),
    "connect": replace_attribute(aiohttp.TCPConnector, "connect", lambda original: _require_keywords(original)),
    "ClientRequest": lambda patch: patch.delattr(aiohttp, "ClientRequest"),
    "ClientRequest's arguments": lambda patch: patch.setattr(aiohttp, "ClientRequest", raise_type_error),
    "HttpProcessingError": lambda patch: patch.delattr(aiohttp.http, "HttpProcessingError"),
    "ATTRS": lambda patch: patch.setattr(aiohttp.ClientSession, "ATTRS", frozenset()),
}


def _require_keywords(original):
    async def connect(self, req, *, traces, timeout):  # noqa: ASYNC109 # aiohttp's own
        return await original(self, req, traces, timeout)

    return connect


@pytest.mark.parametrize("change", MISSING_PARTS.values(), ids=MISSING_PARTS)
def test_calls_work_without_an_undocumented_part_of_aiohttp(change, monkeypatch):
    chunks = response_head(200, "transfer-encoding: chunked") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)

    async def send_requests(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            return [(await client.send(PAY)).data for _ in range(3)]

    with FaultyServer(respond_with(full_response(), chunks)) as server:
        with monkeypatch.context() as patch:
            change(patch)
            assert asyncio.run(send_requests(server.url)) == [{"id": 1}] * 3
        assert len(server.requests) == 3


def test_a_log_line_says_that_calls_go_through_the_session(monkeypatch, caplog):
    async def send_request(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            await client.send(PAY)

    caplog.set_level(logging.DEBUG, "paystackease")
    with FaultyServer(respond_with(full_response())) as server:
        asyncio.run(send_request(server.url))
        assert not [record for record in caplog.records if record.name.startswith("paystackease._transports")]
        with monkeypatch.context() as patch:
            MISSING_PARTS["ClientRequest"](patch)
            asyncio.run(send_request(server.url))
    (record,) = [record for record in caplog.records if record.name.startswith("paystackease._transports")]
    assert "through its session" in record.getMessage()
