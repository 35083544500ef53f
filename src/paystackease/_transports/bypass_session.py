"""Sends requests over connections of aiohttp's pool, without its session.

At each request a session of aiohttp handles cookies, redirects, proxies, logins, traces and middleware. That takes
longer than everything that this module does. Of these, this library needs proxies only. Without a proxy, a request is
therefore written to the connection directly, as the session would write it. aiohttp still connects, checks
certificates, keeps connections and reads responses.

These parts of aiohttp are not documented, so a release may change them. :func:`probe` uses them to call a server in
memory. If one of its calls does not end as expected, this module is not used.
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
    """Reads responses and skips interim ones. Closes the connection unless it is certain where a response ends."""

    has_input: Callable[[], object] | None = None
    """Tells whether the operating system has input that the event loop has not read yet."""
    is_used = False
    """Whether a response was received over this connection before."""
    _is_invalid = False
    _last: Any = None
    """The body of the last response. None while a response is expected."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if (sock := transport.get_extra_info("socket")) is not None:
            self.has_input = make_input_probe(sock.fileno())

    def set_response_params(self, **params: Any) -> None:
        self._last = None
        ResponseHandler.set_response_params(self, **params)  # Faster than super(), like every call here.

    def data_received(self, data: bytes) -> None:
        if self._last is not None and data and self._last.is_eof():
            self.force_close()  # It is unexpected. The parser does not report a part of a response.
        ResponseHandler.data_received(self, data)

    def feed_data(self, data: tuple[RawResponseMessage, aiohttp.StreamReader], size: int = 0) -> None:
        message, body = data
        if self._is_invalid:
            return
        self.is_used = True
        code, headers = message.code, message.headers
        framing = classify_framing(code, message.version, headers.getall(_LENGTH, ()), headers.getall(_CODING, ()))
        if framing != "certain":
            self.force_close()
        if framing == "invalid":
            self._is_invalid = True
            self.set_exception(aiohttp.ClientPayloadError("the head does not say where the response ends"))
        elif code >= 200 or not is_interim(code):
            self._last = body
            ResponseHandler.feed_data(self, data, size)


def use_strict_handler(connector: aiohttp.BaseConnector) -> None:
    """Make a connector read its connections with :class:`StrictHandler`."""
    cast("Any", connector)._factory = functools.partial(StrictHandler, loop=asyncio.get_running_loop())


def make_target(base: URL, session: aiohttp.ClientSession) -> aiohttp.ClientRequest:
    """Return an object that tells a connector where to connect, and which certificates to trust."""
    return aiohttp.ClientRequest("GET", base, loop=asyncio.get_running_loop(), session=session)


async def exchange(
    connector: aiohttp.BaseConnector,
    target: aiohttp.ClientRequest,
    write: RequestWriter,
    request: Request[Any],
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # The connector needs it too.
) -> RawResponse:
    """Write a request over a connection to the target, and return the response."""
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
                transport.abort()  # The server responded before it had the whole request.
        except BaseException:
            # Do not write the rest of the request. To close the connection would wait for that.
            transport.abort()
            connection.close()
            raise
    connection.release()  # It is closed if there is more input, or if not all was read.
    return RawResponse(message.code, LowerCaseHeaders(message.headers), body)


async def _read_body(content: aiohttp.StreamReader) -> bytes:
    if content.is_eof():
        return content.read_nowait()  # A short body is received together with the head.
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
"""The server closes the connection."""


async def probe(connector: aiohttp.BaseConnector) -> None:
    """Check that the parts of aiohttp behave as this module needs.

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
            response = await exchange(connector, target, write, Request("GET", "/"), seconds)
            for _ in range(3):
                await asyncio.sleep(0)
            return response

        async def expect(status: int, body: bytes, connections: int, *pieces: bytes) -> None:
            response = await exchange_pieces(*pieces)
            found = response.status, response.content, server.connections
            if found != (status, body, connections) or "link" in response.headers:
                raise AssertionError(f"{found}")

        await expect(200, b"{}", 1, _OK)
        await expect(200, b"{}", 1, _INTERIM + _CHUNKS[0], _CHUNKS[1])
        # After each of the next three, the connection must be closed.
        await expect(200, b"{}", 1, _OK + _OK)
        await expect(204, b"", 2, b"HTTP/1.1 204 No Content\r\n\r\n")
        await expect(200, b"{}", 3, _OK, b"H")
        for part in _OK[:30], _OK[:-1], _INTERIM[:-2] + b"content-length: 1\r\n\r\n.":
            try:
                await exchange_pieces(part, _END)
            except (aiohttp.ClientError, aiohttp.http.HttpProcessingError):
                continue
            raise AssertionError("an incomplete response was accepted")
        await expect(200, b"{}", 7, _OK)
    if server.open:
        raise AssertionError("a connection stayed open")


class MemoryServer:
    """The peer of connections that use no socket."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        """What it writes after the next request, piece by piece."""
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
        asyncio.get_running_loop().call_soon(self._write_next, self._server.pieces)

    def _write_next(self, pieces: list[bytes]) -> None:
        if self._is_closing or not pieces:
            return
        if pieces[0] == _END:
            self.close()
        else:
            self._protocol.data_received(pieces[0])
        asyncio.get_running_loop().call_soon(self._write_next, pieces[1:])

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
