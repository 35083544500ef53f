"""Sends requests over aiohttp, from any number of event loops.

Without a proxy, requests bypass aiohttp's session: see :mod:`paystackease._transports.bypass_session`. They go through
the session if there is a proxy, or if this release of aiohttp does not support the bypass.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import io
import logging
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import aiohttp
from yarl import URL

from paystackease import errors
from paystackease._core import fork_safety
from paystackease._core.config import ClientConfig
from paystackease._core.request import Request
from paystackease._core.transport import RawResponse
from paystackease._transports.common import (
    CONNECT_SHARE,
    MAX_IDLE_SECONDS,
    MAX_RESPONSE_BYTES,
    FailureKind,
    LowerCaseHeaders,
    connection_error,
    default_headers,
    find_proxy,
    split_login,
)
from paystackease._transports.sanitize import Secret, drop_frames, sanitized_cause, was_refused

MAX_SINGLE_WRITE = 2**20
"""The longest body that aiohttp gets in one piece. It warns that longer ones block the event loop."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _LoopSession:
    """The session of one event loop."""

    session: aiohttp.ClientSession
    connector: _Connector
    target: Any
    """Tells the bypass where to connect. None: requests go through the session."""


class AiohttpTransport:
    """Sends requests with the key, and to the base URL, of a configuration.

    A session belongs to an event loop, so each loop that uses the transport gets one, at its first request.

    :param bypass_session: Whether requests bypass the session, if there is no proxy and aiohttp supports it.
    """

    def __init__(self, config: ClientConfig, *, bypass_session: bool = True) -> None:
        self._config = config
        self._headers = default_headers(config)
        proxy = find_proxy(config)
        self._proxy: str | None = None
        self._proxy_headers = Secret[dict[str, str]]({})
        if proxy is not None:
            self._proxy, self._proxy_headers = split_login(proxy)
        self._wants_bypass = bypass_session and self._proxy is None
        self._timeout = _make_timeout(config.timeout)
        self._base = URL(config.base_url)
        self._prefix = urlsplit(config.base_url).path
        self._bypass_headers = Secret({"host": self._base.host_port_subcomponent or "", **self._headers.reveal()})
        self._header_lines = Secret(_format_headers(self._bypass_headers.reveal()))
        self._closed = False
        self._is_probed = False
        self._bypass: Any = None
        """The module ``bypass_session``, after its probe has succeeded."""
        self._reset_state()
        fork_safety.register(self)

    def _reset_state(self) -> None:
        self._process = os.getpid()
        self._context: ssl.SSLContext | None = None
        # Loops of several threads read this dict without the lock. It is therefore replaced and never mutated, by the
        # thread that holds the lock.
        self._lock = threading.Lock()
        self._sessions: dict[asyncio.AbstractEventLoop, _LoopSession] = {}
        self._opening: dict[asyncio.AbstractEventLoop, asyncio.Task[_LoopSession]] = {}

    def renew_after_fork(self) -> None:
        """Close this process's copies of the parent's connections. Replace sessions and locks with new ones."""
        for loop_session in self._sessions.values():
            loop_session.connector.close_sockets()
        _inherited.append(self._sessions)
        self._reset_state()

    async def send(self, request: Request[Any], /) -> RawResponse:
        """Send a request and return the response.

        :raises paystackease.errors.APIConnectionError: If there is no complete response.
        """
        if self._process != os.getpid():  # A fork that Python was not told of, such as uWSGI's.
            self.renew_after_fork()
        loop_session = self._sessions.get(asyncio.get_running_loop()) or await self._open()
        try:
            if loop_session.target is None:
                response = await self._send_by_session(loop_session.session, request)
            else:
                timeout = self._timeout if request.timeout is None else _make_timeout(request.timeout)
                response = await self._bypass.exchange(
                    loop_session.connector, loop_session.target, self._write, request, timeout
                )
        except Exception as error:  # The request may have been sent, so no type of error may pass unclassified.
            kind, cause = _failure_kind(error), sanitized_cause(error)
        except BaseException as error:  # The task was cancelled, or the program was interrupted.
            drop_frames(error)
            raise
        else:
            if len(response.content) <= MAX_RESPONSE_BYTES:
                return response
            raise connection_error("too long", request, self._config)
        # After the ``except`` clause, nothing refers to the library's error and its frames.
        raise connection_error(kind, request, self._config, by_proxy=self._proxy is not None) from cause

    def _write(self, transport: asyncio.WriteTransport, request: Request[Any]) -> None:
        # Write HTTP/1.1. No variable may hold what is written: tools show the variables of each frame.
        lines, content = self._header_lines, request.content
        if request.headers:
            lines = Secret(_format_headers({**self._bypass_headers.reveal(), **request.headers}))
        first = f"{request.method} {self._prefix}{request.target} HTTP/1.1\r\n"
        if content is None and request.method == "GET":
            transport.write(f"{first}{lines.reveal()}\r\n".encode("ascii"))
            return
        length = f"content-length: {len(content or b'')}\r\n\r\n"
        transport.write(f"{first}{lines.reveal()}{length}".encode("ascii") + (content or b""))

    async def _send_by_session(self, session: aiohttp.ClientSession, request: Request[Any]) -> RawResponse:
        content = request.content
        headers: Mapping[str, str] | None = None
        if request.headers:
            headers = {**self._headers.reveal(), **request.headers}
        elif self._proxy:  # aiohttp sends a session's headers to the proxy too, so each request has them instead.
            headers = self._headers.reveal()
        through_tunnel = self._base.scheme == "https"
        if not through_tunnel:  # The proxy reads the request itself.
            headers = {**(headers or {}), **self._proxy_headers.reveal()} if self._proxy else headers
        response = await session.request(
            request.method,
            URL(self._config.base_url + request.target, encoded=True),
            headers=headers,
            data=io.BytesIO(content) if content and len(content) > MAX_SINGLE_WRITE else content,
            allow_redirects=False,
            proxy=self._proxy,
            proxy_headers=self._proxy_headers.reveal() if through_tunnel and self._proxy else None,
            timeout=self._timeout if request.timeout is None else _make_timeout(request.timeout),
        )
        try:
            chunks: list[bytes] = []
            length = 0
            while length <= MAX_RESPONSE_BYTES and (chunk := await response.content.readany()):
                chunks.append(chunk)
                length += len(chunk)
        except BaseException:
            response.close()
            raise
        if length > MAX_RESPONSE_BYTES:
            response.close()
        return RawResponse(response.status, LowerCaseHeaders(response.headers), b"".join(chunks))

    async def _open(self) -> _LoopSession:
        # Many tasks may need the first session of a loop at the same time. They share one.
        if self._closed:
            raise errors.ClientClosedError
        loop = asyncio.get_running_loop()
        opening = self._opening
        task = opening.get(loop)
        if task is None:
            task = opening[loop] = loop.create_task(self._open_session(loop))
            task.add_done_callback(lambda _: opening.pop(loop, None))
        return await asyncio.shield(task)

    async def _open_session(self, loop: asyncio.AbstractEventLoop) -> _LoopSession:
        if not self._is_probed:
            self._bypass = await _load_bypass()
            self._is_probed = True
        loop_session = self._make_session()
        with self._lock:
            is_late = self._closed
            # ``is_closed`` is called once for each loop, because a loop of another thread may end at any moment.
            ended = {} if is_late else {one: session for one, session in self._sessions.items() if one.is_closed()}
            if not is_late:
                self._sessions = {one: session for one, session in self._sessions.items() if one not in ended}
                self._sessions[loop] = loop_session
        if is_late:
            await loop_session.session.close()
            raise errors.ClientClosedError
        for ended_loop, ended_session in ended.items():
            await _abandon_session(ended_session, ended_loop)
        return loop_session

    def _make_session(self) -> _LoopSession:
        # aiohttp retries a PUT or DELETE by itself if an idle connection was closed. Some of Paystack's move money. The
        # switch that prevents it is not documented, so without it no connection is kept. Nor is one kept if it cannot
        # be checked whether a response ended where it should.
        switch = "_retry_connection"
        has_switch = switch in getattr(aiohttp.ClientSession, "ATTRS", ())
        bypass = self._bypass
        bypasses = self._wants_bypass and bypass is not None
        keeps = bypass is not None and (bypasses or has_switch)
        connector = _Connector(
            limit=0,  # A wait for one of the 100 connections of aiohttp's default pool would count to the timeout.
            force_close=not keeps,
            keepalive_timeout=MAX_IDLE_SECONDS if keeps else None,
            ssl=self._ssl_context(),
        )
        if bypass is not None:
            bypass.use_strict_handler(connector)
        session = aiohttp.ClientSession(
            connector=connector,
            headers=None if self._proxy else self._headers.reveal(),
            cookie_jar=aiohttp.DummyCookieJar(),
        )  # No trust_env: it reads .netrc, rejects our key if that has a login, and uses a thread for each call.
        if has_switch:
            setattr(session, switch, False)
        return _LoopSession(
            session, connector, bypass.make_target(self._base, session) if bypass and bypasses else None
        )

    def _ssl_context(self) -> ssl.SSLContext | bool:
        # aiohttp makes its own context when it is imported, which may be before SSL_CERT_FILE is set.
        if self._config.ssl_context is not None:
            return self._config.ssl_context
        if self._context is None and self._config.base_url.startswith("https:"):
            self._context = ssl.create_default_context()
        return self._context or True

    async def close(self) -> None:
        """Close every connection."""
        if self._process != os.getpid():
            self.renew_after_fork()
        with self._lock:
            self._closed = True
            sessions, self._sessions = self._sessions, {}
        for loop, loop_session in sessions.items():
            if loop is asyncio.get_running_loop():
                await loop_session.session.close()
            else:
                await _close_in_loop(loop_session, loop)


_inherited: list[object] = []
"""Sessions of a parent process. They are kept, because garbage collection would close them in the parent's loops."""


async def _load_bypass() -> ModuleType | None:
    """Return the module ``bypass_session`` if its probe succeeds, else None."""
    try:
        from paystackease._transports import bypass_session

        class MemoryConnector(_Connector):
            server = bypass_session.MemoryServer()

            async def _create_connection(self, *_: Any, **__: Any) -> Any:
                self.server.connect(protocol := self._factory())
                return protocol

        await bypass_session.probe(MemoryConnector(keepalive_timeout=MAX_IDLE_SECONDS))
    except Exception as error:
        # This release of aiohttp is not supported yet. Its session does the same, but takes longer.
        _log.debug("aiohttp %s: calls go through its session (%s)", aiohttp.__version__, type(error).__name__)
        return None
    return bypass_session


def _make_timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=seconds * CONNECT_SHARE)


class _UnsentError(aiohttp.ClientConnectionError):
    """There is no connection: no address, no server, no trusted certificate or no tunnel. Nothing was sent."""


class _Connector(aiohttp.TCPConnector):
    """A pool of connections. An error in this class is raised before the request is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType] # aiohttp has a tuple[Unknown, ...]
        self._sockets: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        """The socket of each protocol. aiohttp drops its own references before the sockets are closed."""

    # A later aiohttp may pass other arguments to these two.
    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        while True:
            try:
                connection = await super().connect(*args, **kwargs)
            except (aiohttp.ClientError, OSError) as error:
                raise _UnsentError from error
            protocol = getattr(connection, "protocol", None)
            if _is_clean(protocol):
                return connection
            connection.close()  # aiohttp would take its unexpected input for the response.
            if not getattr(protocol, "is_used", False):
                raise _UnsentError

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        timeout = kwargs.get("timeout", args[-1] if args else None)
        # aiohttp applies ``sock_connect`` to each address of the host. Here it bounds all of them together.
        async with asyncio.timeout(getattr(timeout, "sock_connect", None)):
            protocol = await super()._create_connection(*args, **kwargs)
        if protocol.transport is not None and (sock := protocol.transport.get_extra_info("socket")) is not None:
            self._sockets[protocol] = sock
        return protocol

    def close_sockets(self) -> None:
        """Close the sockets without aiohttp, which would use an event loop that must not be used any more.

        Each descriptor is replaced with a closed connection, so that later operations have no effect. Otherwise a child
        process would end the TLS of its parent.
        """
        for sock in list(self._sockets.values()):
            if (descriptor := sock.fileno()) >= 0:
                mine, other = socket.socketpair()
                other.close()
                os.dup2(mine.fileno(), descriptor, inheritable=False)
                mine.close()


def _is_clean(protocol: Any) -> bool:
    if getattr(protocol, "should_close", False):
        return False
    check = getattr(protocol, "has_input", None)
    if check is None or not check():  # The operating system may have input that the loop has not read yet.
        return True
    # The input after a handshake may belong to TLS itself, such as session tickets.
    return not protocol.is_used and protocol.transport.get_extra_info("sslcontext") is not None


def _format_headers(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


async def _abandon_session(loop_session: _LoopSession, loop: asyncio.AbstractEventLoop) -> None:
    # The loop has ended, as it does at the end of ``asyncio.run``. Connections can only be closed like this then.
    loop_session.connector.close_sockets()
    if loop.is_closed():
        loop_session.session.detach()
        await loop_session.connector.close()


async def _close_in_loop(loop_session: _LoopSession, loop: asyncio.AbstractEventLoop) -> None:
    # That loop may end at any moment. A task that was started in it then stays unfinished until it runs again.
    closed: concurrent.futures.Future[None] = concurrent.futures.Future()

    def begin() -> None:
        loop.create_task(loop_session.session.close()).add_done_callback(lambda _: closed.set_result(None))

    with contextlib.suppress(RuntimeError):  # The loop is closed.
        loop.call_soon_threadsafe(begin)
    waiting = asyncio.wrap_future(closed)
    while loop.is_running():
        if (await asyncio.wait([waiting], timeout=0.1))[0]:
            return
    if not closed.done():
        await _abandon_session(loop_session, loop)


def _failure_kind(error: Exception) -> FailureKind:
    if isinstance(error, _UnsentError):
        return "connection refused" if was_refused(error) else "no connection"
    return "timeout" if isinstance(error, TimeoutError) else "lost"
