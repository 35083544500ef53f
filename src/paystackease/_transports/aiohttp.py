"""The asyncio way out, over an aiohttp session."""

from __future__ import annotations

import asyncio
import io
import os
import ssl
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from paystackease import errors
from paystackease._engine import Reply
from paystackease._request import Request
from paystackease._settings import Settings
from paystackease._transports import CONNECT_SHARE, IDLE_SECONDS, MOST_BYTES, Trouble, failed, headers, proxy

AT_ONCE = 2**20
"""The longest body that is handed to aiohttp in one piece; of longer ones it warns that they block the event loop."""


class AiohttpTransport:
    """Sends what it is given, with the key and to the address of its settings.

    A session belongs to an event loop, so one is made for each loop in which the transport is used, when it first is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._headers = headers(settings)
        self._proxy = proxy(settings)
        # aiohttp tells a proxy all headers of a session, so where there is one, each request has them instead.
        self._own_headers = self._headers if self._proxy else None
        self._timeout = _timeout(settings.timeout)
        self._sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}
        self._closed = False

    async def send(self, request: Request[Any], /) -> Reply:
        """Send a request and bring back the reply."""
        session = self._sessions.get(asyncio.get_running_loop()) or await self._begin()
        url, content = URL(self._settings.base_url + request.target, encoded=True), request.content
        data = io.BytesIO(content) if content and len(content) > AT_ONCE else content
        try:
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
                # A short answer has come as a whole with its head, and then nobody waits for it.
                whole = reply.content.is_eof()
                body = reply.content.read_nowait() if whole else await _rest(reply)
            except BaseException:
                reply.close()
                raise
        except (aiohttp.ClientError, OSError) as error:
            raise failed(_trouble(error), request, self._settings) from _discreet(error)
        if len(body) > MOST_BYTES:
            reply.close()
            raise failed("too long", request, self._settings)
        return Reply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, body)

    async def _begin(self) -> aiohttp.ClientSession:
        if self._closed:
            raise errors.ClientClosedError
        session = self._sessions[asyncio.get_running_loop()] = self._open()
        for loop in [loop for loop in self._sessions if loop.is_closed()]:
            await _abandon(self._sessions.pop(loop))
        return session

    def _open(self) -> aiohttp.ClientSession:
        # aiohttp sends a PUT or DELETE again, unasked, where a kept connection was closed under it; some of Paystack's
        # move money. This switch is not documented, so where it is gone no connection is kept.
        switch = "_retry_connection"
        keeps = switch in aiohttp.ClientSession.ATTRS
        session = aiohttp.ClientSession(
            # No limit: those who wait for a place in aiohttp's pool of 100 do so on their own timeout.
            connector=_Connector(
                limit=0,
                force_close=not keeps,
                keepalive_timeout=IDLE_SECONDS if keeps else None,
                ssl=self._trust(),
            ),
            headers=None if self._own_headers else self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
        )  # No trust_env: it reads a netrc, refuses the key where that has a login too, and asks threads at each call.
        if keeps:
            setattr(session, switch, False)
        return session

    def _trust(self) -> ssl.SSLContext | bool:
        # aiohttp makes a context when it is imported, after which SSL_CERT_FILE would be read too late.
        return ssl.create_default_context() if self._settings.base_url.startswith("https:") else True

    async def close(self) -> None:
        """Close every connection."""
        self._closed = True
        here = asyncio.get_running_loop()
        while self._sessions:
            loop, session = self._sessions.popitem()
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


async def _rest(reply: aiohttp.ClientResponse) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while length <= MOST_BYTES and (chunk := await reply.content.readany()):
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
        case aiohttp.ClientError() if not isinstance(error, aiohttp.ClientConnectorError | _UnsentError):
            return ConnectionError(type(error).__name__)
        case _:  # the host and the system's reason
            return error


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, _UnsentError):
        return "no connection"
    return "timeout" if isinstance(error, TimeoutError) else "lost"
