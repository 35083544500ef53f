"""The asyncio way out, over aiohttp.

A session of aiohttp's asks at each call for cookies, redirects, proxies, logins, traces and middleware, which takes
longer than all that is done here. None of that is wanted but the proxies. So where there is none, a call goes straight
over a connection of the session's pool, as the session itself would send it: aiohttp connects, trusts, keeps
connections and reads answers. Its parts are not documented as its session is; of an aiohttp that is not known to have
them, and through a proxy, the session is asked.
"""

from __future__ import annotations

import asyncio
import io
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import aiohttp
from aiohttp import StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from aiohttp.tracing import Trace
from yarl import URL

from paystackease import errors
from paystackease._reply import Reply
from paystackease._request import Request
from paystackease._settings import Settings
from paystackease._transports import (
    CONNECT_SHARE,
    IDLE_SECONDS,
    MOST_BYTES,
    LowerCase,
    Trouble,
    failed,
    headers,
    proxy,
)

AT_ONCE = 2**20
"""The longest body that is handed to aiohttp in one piece; of longer ones it warns that they block the event loop."""

KNOWN = aiohttp.__version__.startswith("3.")
"""Whether this aiohttp's parts are known: they have been the same since 3.11."""

Came: TypeAlias = tuple[int, Mapping[str, str], bytes]
"""The status, the headers and the body of an answer."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The way out of one event loop."""

    session: aiohttp.ClientSession
    connector: aiohttp.BaseConnector
    there: aiohttp.ClientRequest | None
    """Says where connections lead and whom they trust. None: the session is asked."""


class AiohttpTransport:
    """Sends what it is given, with the key and to the address of its settings.

    A session belongs to an event loop, so one is made for each loop in which the transport is used, when it first is.

    :param straight: Whether calls go past the session where no proxy is in the way.
    """

    def __init__(self, settings: Settings, *, straight: bool = KNOWN) -> None:
        self._settings = settings
        self._headers = headers(settings)
        self._proxy = proxy(settings)
        self._straight = straight and self._proxy is None
        # aiohttp tells a proxy all headers of a session, so where there is one, each request has them instead.
        self._own_headers = self._headers if self._proxy else None
        self._timeout = _timeout(settings.timeout)
        self._base = URL(settings.base_url)
        self._prefix = urlsplit(settings.base_url).path
        self._straight_headers = {"host": self._base.host_port_subcomponent or "", **self._headers}
        self._lines = _lines(self._straight_headers)
        self._ways: dict[asyncio.AbstractEventLoop, _Way] = {}
        self._closed = False

    async def send(self, request: Request[Any], /) -> Reply:
        """Send a request and bring back the reply."""
        way = self._ways.get(asyncio.get_running_loop()) or await self._begin()
        try:
            if way.there is None:
                status, came, body = await self._ask(way.session, request)
            else:
                timeout = self._timeout if request.timeout is None else _timeout(request.timeout)
                status, came, body = await _exchange(way.connector, way.there, self._written(request), timeout)
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            raise failed(_trouble(error), request, self._settings) from _discreet(error)
        if len(body) > MOST_BYTES:
            raise failed("too long", request, self._settings)
        return Reply(status, LowerCase(came), body)

    def _written(self, request: Request[Any]) -> bytes:
        # HTTP/1.1, as it goes over the line.
        lines, content = self._lines, request.content
        if request.headers:
            lines = _lines({**self._straight_headers, **request.headers})
        first = f"{request.method} {self._prefix}{request.target} HTTP/1.1\r\n{lines}"
        if content is None and request.method == "GET":
            return f"{first}\r\n".encode("ascii")
        return f"{first}content-length: {len(content or b'')}\r\n\r\n".encode("ascii") + (content or b"")

    async def _ask(self, session: aiohttp.ClientSession, request: Request[Any]) -> Came:
        url, content = URL(self._settings.base_url + request.target, encoded=True), request.content
        data = io.BytesIO(content) if content and len(content) > AT_ONCE else content
        reply = await session.request(
            request.method,
            url,
            headers={**self._headers, **request.headers} if request.headers else self._own_headers,
            data=data,
            allow_redirects=False,
            proxy=self._proxy,
            timeout=self._timeout if request.timeout is None else _timeout(request.timeout),
        )
        try:
            body = await _whole(reply.content)
        except BaseException:
            reply.close()
            raise
        if len(body) > MOST_BYTES:
            reply.close()
        return reply.status, reply.headers, body

    async def _begin(self) -> _Way:
        if self._closed:
            raise errors.ClientClosedError
        way = self._ways[asyncio.get_running_loop()] = self._open()
        for loop in [loop for loop in self._ways if loop.is_closed()]:
            await _abandon(self._ways.pop(loop).session)
        return way

    def _open(self) -> _Way:
        # aiohttp sends a PUT or DELETE again, unasked, where a kept connection was closed under it; some of Paystack's
        # move money. This switch is not documented, so where it is gone no connection is kept.
        switch = "_retry_connection"
        keeps = switch in aiohttp.ClientSession.ATTRS
        connector = _Connector(
            limit=0,  # Those who wait for a place in aiohttp's pool of 100 do so on their own timeout.
            force_close=not (keeps or self._straight),
            keepalive_timeout=IDLE_SECONDS if keeps or self._straight else None,
            ssl=self._trust(),
        )
        session = aiohttp.ClientSession(
            connector=connector,
            headers=None if self._own_headers else self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )  # No trust_env: it reads a netrc, refuses the key where that has a login too, and asks threads at each call.
        if keeps:
            setattr(session, switch, False)
        loop = asyncio.get_running_loop()
        there = aiohttp.ClientRequest("GET", self._base, loop=loop, session=session) if self._straight else None
        return _Way(session, connector, there)

    def _trust(self) -> ssl.SSLContext | bool:
        # aiohttp makes a context when it is imported, after which SSL_CERT_FILE would be read too late.
        return ssl.create_default_context() if self._settings.base_url.startswith("https:") else True

    async def close(self) -> None:
        """Close every connection."""
        self._closed = True
        here = asyncio.get_running_loop()
        while self._ways:
            loop, way = self._ways.popitem()
            session = way.session
            if loop is here:
                await session.close()
            elif loop.is_closed():
                await _abandon(session)
            else:  # it runs in another thread
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(session.close(), loop))


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=seconds * CONNECT_SHARE)


class _UnsentError(aiohttp.ClientConnectionError):
    """There is no connection: no address, nobody there, no trust, no way through a proxy. Nothing was sent."""


class _Connector(aiohttp.TCPConnector):
    """Connections from a pool. What fails in here fails before the request is written."""

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # aiohttp says so
    ) -> Connection:
        try:
            connection = await super().connect(req, traces, timeout)
        except (aiohttp.ClientError, OSError) as error:
            raise _UnsentError from _discreet(error)
        if connection.protocol is not None and connection.protocol.should_close:
            connection.close()  # Something came unasked. aiohttp would take it for the answer.
            raise _UnsentError
        return connection

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # aiohttp says so
    ) -> ResponseHandler:
        async with asyncio.timeout(timeout.sock_connect):  # for which aiohttp waits for each address alone
            return await super()._create_connection(req, traces, timeout)


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


async def _exchange(
    connector: aiohttp.BaseConnector,
    there: aiohttp.ClientRequest,
    written: bytes,
    timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # as the connector is told
) -> Came:
    """Write a request and read its answer, over a connection to there."""
    async with asyncio.timeout(timeout.total):
        connection = await connector.connect(there, [], timeout)
        protocol = connection.protocol
        assert protocol is not None, "a connection that is not closed has one"
        try:
            protocol.set_response_params(read_until_eof=True)
            assert protocol.transport is not None, "it is connected"
            protocol.transport.write(written)
            message, content = await protocol.read()
            while 100 <= message.code < 200 and message.code != 101:  # 100 Continue, which says nothing yet
                message, content = await protocol.read()
            body = await _whole(content)
        except BaseException:
            # What is not written yet must not be: closing would wait for it.
            if protocol.transport is not None:
                protocol.transport.abort()
            connection.close()
            raise
    connection.release()  # which closes it where more came, or not all was read
    return message.code, message.headers, body


async def _whole(content: StreamReader) -> bytes:
    if content.is_eof():
        return content.read_nowait()  # A short answer has come as a whole with its head, and nobody waits for it.
    chunks: list[bytes] = []
    length = 0
    while length <= MOST_BYTES and (chunk := await content.readany()):
        chunks.append(chunk)
        length += len(chunk)
    return b"".join(chunks)


async def _abandon(session: aiohttp.ClientSession) -> None:
    # Its loop has ended, as each ``asyncio.run`` ends one, and with it every way of closing its connections but to
    # let go of them.
    connector = session.connector
    session.detach()
    if connector is not None:
        await connector.close()


def _discreet(error: Exception) -> Exception:
    # A traceback shows what caused an error. Many of aiohttp's texts hold the whole address, with what was put into its
    # path, or a part of what came.
    match error:
        case aiohttp.ClientHttpProxyError():
            return ConnectionError(f"the proxy answered {error.status}")
        case aiohttp.ClientOSError(errno=int(number)) if not isinstance(error, aiohttp.ClientConnectorError):
            return ConnectionError(number, os.strerror(number))
        case HttpProcessingError():
            return ConnectionError(type(error).__name__)
        case aiohttp.ClientError() if not isinstance(error, aiohttp.ClientConnectorError | _UnsentError):
            return ConnectionError(type(error).__name__)
        case _:  # the host and the system's reason
            return error


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, _UnsentError):
        return "no connection"
    return "timeout" if isinstance(error, TimeoutError) else "lost"
