"""Calls over a connection of aiohttp's pool, past its session.

A session of aiohttp's asks at each call for cookies, redirects, proxies, logins, traces and middleware, which takes
longer than all that is done here. None of that is wanted but the proxies. So a call is written to a connection as the
session itself would write it: aiohttp connects, trusts, keeps connections and reads answers.

These parts of aiohttp are not documented, so a release may change them. :func:`probe` makes calls with them to a server
in memory; unless every one ends as it must, nothing of this module is used.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from multidict import istr
from yarl import URL

from paystackease._core.request import Request
from paystackease._core.transport import RawResponse
from paystackease._transports.common import (
    MAX_RESPONSE_BYTES,
    LowerCaseHeaders,
    classify_framing,
    is_interim,
    make_input_probe,
)

RequestWriter: TypeAlias = Callable[[asyncio.WriteTransport, Request[Any]], None]
"""Writes a request to a connection."""

_LENGTH, _CODING = istr("content-length"), istr("transfer-encoding")


class StrictHandler(ResponseHandler):
    """Reads answers, skips interim ones, and keeps no connection after one that leaves doubts about its end."""

    has_input: Callable[[], object] | None = None
    """Says whether the system has something to read that the event loop has not read yet."""
    is_used = False
    """Whether an answer came over it before."""
    _is_refused = False
    _last: Any = None
    """The body of the last answer; None while one is expected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if (sock := transport.get_extra_info("socket")) is not None:
            self.has_input = make_input_probe(sock.fileno())

    def set_response_params(self, **params: Any) -> None:
        self._last = None
        ResponseHandler.set_response_params(self, **params)  # quicker than super(), as in all that each call comes by

    def data_received(self, data: bytes) -> None:
        if self._last is not None and data and self._last.is_eof():
            self.force_close()  # It came unasked. Half an answer is not seen otherwise: the parser waits for the rest.
        ResponseHandler.data_received(self, data)

    def feed_data(self, data: tuple[RawResponseMessage, aiohttp.StreamReader], size: int = 0) -> None:
        message, body = data
        if self._is_refused:
            return
        self.is_used = True
        code, headers = message.code, message.headers
        framing = classify_framing(code, message.version, headers.getall(_LENGTH, ()), headers.getall(_CODING, ()))
        if framing != "certain":
            self.force_close()
        if framing == "invalid":
            self._is_refused = True
            self.set_exception(aiohttp.ClientPayloadError("nobody knows where the answer ends"))
        elif code >= 200 or not is_interim(code):
            self._last = body
            ResponseHandler.feed_data(self, data, size)


def use_strict_handler(connector: aiohttp.BaseConnector) -> None:
    """Have the connections of a connector read by :class:`StrictHandler`."""
    cast("Any", connector)._factory = functools.partial(StrictHandler, loop=asyncio.get_running_loop())


def make_target(base: URL, session: aiohttp.ClientSession) -> aiohttp.ClientRequest:
    """Make what tells a connector where connections lead, and whom they trust."""
    return aiohttp.ClientRequest("GET", base, loop=asyncio.get_running_loop(), session=session)


async def exchange(
    connector: aiohttp.BaseConnector,
    target: aiohttp.ClientRequest,
    write: RequestWriter,
    request: Request[Any],
    timeout: aiohttp.ClientTimeout,  # as the connector is told
) -> RawResponse:
    """Write a request and read its answer, over a connection to the target."""
    async with asyncio.timeout(timeout.total):
        connection = await connector.connect(target, [], timeout)
        protocol = connection.protocol
        assert protocol is not None, "a connection that is not closed has one"
        transport = protocol.transport
        assert transport is not None, "it is connected"
        try:
            protocol.set_response_params(read_until_eof=True)
            write(transport, request)
            message, content = await protocol.read()
            body = await _read_body(content)
            if transport.get_write_buffer_size():
                transport.abort()  # It answered before it had the whole request.
        except BaseException:
            # What is not written yet must not be: closing would wait for it.
            transport.abort()
            connection.close()
            raise
    connection.release()  # which closes it where more came, or not all was read
    return RawResponse(message.code, LowerCaseHeaders(message.headers), body)


async def _read_body(content: aiohttp.StreamReader) -> bytes:
    if content.is_eof():
        return content.read_nowait()  # A short answer has come as a whole with its head, and nobody waits for it.
    chunks: list[bytes] = []
    length = 0
    while length <= MAX_RESPONSE_BYTES and (chunk := await content.readany()):
        chunks.append(chunk)
        length += len(chunk)
    return b"".join(chunks)


PROBE_URL = URL("http://127.0.0.1:1")
_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
_INTERIM = b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
_CHUNKS = (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\n", b"1\r\n}\r\n0\r\n\r\n")
_END = b""
"""The server leaves."""


async def probe(connector: aiohttp.BaseConnector) -> None:
    """See whether aiohttp's parts do here what they are relied on for.

    :param connector: One that connects to a :class:`MemoryServer`.
    :raises Exception: If they do not.
    """
    server = cast("Any", connector).server
    use_strict_handler(connector)
    seconds = aiohttp.ClientTimeout(total=1.0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        target = make_target(PROBE_URL, session)

        def write(transport: asyncio.WriteTransport, request: Request[Any]) -> None:
            transport.write(f"GET {request.target} HTTP/1.1\r\n\r\n".encode())

        async def exchange_pieces(*pieces: bytes) -> RawResponse:
            server.pieces = list(pieces)
            came = await exchange(connector, target, write, Request("GET", "/"), seconds)
            for _ in range(3):
                await asyncio.sleep(0)
            return came

        _assert_reply(await exchange_pieces(_OK), 200, b"{}", server, connections=1)
        _assert_reply(await exchange_pieces(_INTERIM + _CHUNKS[0], _CHUNKS[1]), 200, b"{}", server, connections=1)
        _assert_reply(
            await exchange_pieces(_OK + _OK), 200, b"{}", server, connections=1
        )  # after which it must not be kept
        _assert_reply(
            await exchange_pieces(b"HTTP/1.1 204 No Content\r\n\r\n"), 204, b"", server, connections=2
        )  # nor here
        _assert_reply(await exchange_pieces(_OK, b"H"), 200, b"{}", server, connections=3)  # nor here, once more comes
        for part in _OK[:30], _OK[:-1], _INTERIM[:-2] + b"content-length: 1\r\n\r\n.":
            try:
                await exchange_pieces(part, _END)
            except (aiohttp.ClientError, aiohttp.http.HttpProcessingError):
                continue
            raise AssertionError("half an answer was taken")
        _assert_reply(await exchange_pieces(_OK), 200, b"{}", server, connections=7)
    if server.open:
        raise AssertionError("a connection stayed open")


def _assert_reply(reply: RawResponse, status: int, body: bytes, server: MemoryServer, connections: int) -> None:
    found = reply.status, reply.content, server.connections
    if found != (status, body, connections) or "link" in reply.headers:
        raise AssertionError(f"{found}")


class MemoryServer:
    """The other end of connections that leave no trace."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        """What it says to the next request, piece by piece."""
        self.connections = 0
        self.open = 0

    def connect(self, protocol: asyncio.Protocol) -> None:
        self.connections += 1
        self.open += 1
        protocol.connection_made(_MemoryTransport(self, protocol))


class _MemoryTransport(asyncio.Transport):
    def __init__(self, server: MemoryServer, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._server, self._protocol, self._is_closing = server, protocol, False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        del data
        asyncio.get_running_loop().call_soon(self._say, self._server.pieces)

    def _say(self, pieces: list[bytes]) -> None:
        if self._is_closing or not pieces:
            return
        if pieces[0] == _END:
            self.close()
        else:
            self._protocol.data_received(pieces[0])
        asyncio.get_running_loop().call_soon(self._say, pieces[1:])

    def is_closing(self) -> bool:
        return self._is_closing

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            self._server.open -= 1
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...
