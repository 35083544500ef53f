"""The asyncio way out, over aiohttp.

Where no proxy is in the way, calls go past aiohttp's session: see :mod:`paystackease._transports.bypass_session`. Of an
aiohttp whose parts do not do what that needs, and through a proxy, the session is asked.
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
)
from paystackease._transports.sanitize import Secret, drop_frames, sanitized_cause

MAX_SINGLE_WRITE = 2**20
"""The longest body that is handed to aiohttp in one piece; of longer ones it warns that they block the event loop."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _LoopSession:
    """The way out of one event loop."""

    session: aiohttp.ClientSession
    connector: _Connector
    target: Any
    """Says to the module that goes past the session where connections lead. None: the session is asked."""


class AiohttpTransport:
    """Sends what it is given, with the key and to the address of its settings.

    A session belongs to an event loop, so one is made for each loop in which the transport is used, when it first is.

    :param bypass_session: Whether calls go past the session if no proxy is in the way, and aiohttp is as that needs it.
    """

    def __init__(self, config: ClientConfig, *, bypass_session: bool = True) -> None:
        self._config = config
        self._headers = default_headers(config)
        self._proxy = find_proxy(config)
        self._wants_bypass = bypass_session and self._proxy is None
        self._timeout = _timeout(config.timeout)
        self._base = URL(config.base_url)
        self._prefix = urlsplit(config.base_url).path
        self._bypass_headers = Secret({"host": self._base.host_port_subcomponent or "", **self._headers.reveal()})
        self._header_lines = Secret(_format_headers(self._bypass_headers.reveal()))
        self._closed = False
        self._is_probed = False
        self._bypass: Any = None
        """The module that goes past the session, once it has been seen that it can."""
        self._reset_state()
        fork_safety.register(self)

    def _reset_state(self) -> None:
        self._process = os.getpid()
        self._context: ssl.SSLContext | None = None
        # Loops of several threads come and go. A dict that can be read is never changed: it is replaced, by whoever has
        # the lock.
        self._lock = threading.Lock()
        self._sessions: dict[asyncio.AbstractEventLoop, _LoopSession] = {}
        self._opening: dict[asyncio.AbstractEventLoop, asyncio.Task[_LoopSession]] = {}

    def renew_after_fork(self) -> None:
        """Begin with sessions and locks of this process's own, and let go of the parent's."""
        for loop_session in self._sessions.values():
            loop_session.connector.close_sockets()
        _inherited.append(self._sessions)
        self._reset_state()

    async def send(self, request: Request[Any], /) -> RawResponse:
        """Send a request and bring back the reply."""
        if self._process != os.getpid():  # a fork of which Python was not told, such as uWSGI's
            self.renew_after_fork()
        loop_session = self._sessions.get(asyncio.get_running_loop()) or await self._open()
        try:
            if loop_session.target is None:
                reply = await self._send_by_session(loop_session.session, request)
            else:
                timeout = self._timeout if request.timeout is None else _timeout(request.timeout)
                reply = await self._bypass.exchange(
                    loop_session.connector, loop_session.target, self._write, request, timeout
                )
        except Exception as error:  # whatever it is, the request may have been sent
            kind, cause = _failure_kind(error), sanitized_cause(error)
        except BaseException as error:  # the task was cancelled, or the program is interrupted
            drop_frames(error)
            raise
        else:
            if len(reply.content) <= MAX_RESPONSE_BYTES:
                return reply
            raise connection_error("too long", request, self._config)
        # Outside of the ``except``, after which nothing refers to the library's error and its frames.
        raise connection_error(kind, request, self._config) from cause

    def _write(self, transport: asyncio.WriteTransport, request: Request[Any]) -> None:
        # HTTP/1.1. What is written is in no variable, since those of a frame are shown.
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
        said: Mapping[str, str] | None = None
        if request.headers:
            said = {**self._headers.reveal(), **request.headers}
        elif self._proxy:  # aiohttp tells a proxy all headers of a session, so each request has them instead.
            said = self._headers.reveal()
        reply = await session.request(
            request.method,
            URL(self._config.base_url + request.target, encoded=True),
            headers=said,
            data=io.BytesIO(content) if content and len(content) > MAX_SINGLE_WRITE else content,
            allow_redirects=False,
            proxy=None if self._proxy is None else self._proxy.reveal(),
            timeout=self._timeout if request.timeout is None else _timeout(request.timeout),
        )
        try:
            chunks: list[bytes] = []
            length = 0
            while length <= MAX_RESPONSE_BYTES and (chunk := await reply.content.readany()):
                chunks.append(chunk)
                length += len(chunk)
        except BaseException:
            reply.close()
            raise
        if length > MAX_RESPONSE_BYTES:
            reply.close()
        return RawResponse(reply.status, LowerCaseHeaders(reply.headers), b"".join(chunks))

    async def _open(self) -> _LoopSession:
        # Many tasks may begin at once, and share one session.
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
            # Asked once: a loop of another thread may end at any moment.
            ended = {} if is_late else {one: other for one, other in self._sessions.items() if one.is_closed()}
            if not is_late:
                self._sessions = {one: other for one, other in self._sessions.items() if one not in ended}
                self._sessions[loop] = loop_session
        if is_late:
            await loop_session.session.close()
            raise errors.ClientClosedError
        for one, other in ended.items():
            await _abandon_session(other, one)
        return loop_session

    def _make_session(self) -> _LoopSession:
        # aiohttp sends a PUT or DELETE again, unasked, where a kept connection was closed under it; some of Paystack's
        # move money. This switch is not documented, so where it is gone no connection is kept. Nor is one kept where it
        # cannot be seen whether an answer ended where it should.
        switch = "_retry_connection"
        has_switch = switch in getattr(aiohttp.ClientSession, "ATTRS", ())
        bypass = self._bypass
        bypasses = self._wants_bypass and bypass is not None
        keeps = bypass is not None and (bypasses or has_switch)
        connector = _Connector(
            limit=0,  # Those who wait for a place in aiohttp's pool of 100 do so on their own timeout.
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
        )  # No trust_env: it reads a netrc, refuses the key where that has a login too, and asks threads at each call.
        if has_switch:
            setattr(session, switch, False)
        return _LoopSession(
            session, connector, bypass.make_target(self._base, session) if bypass and bypasses else None
        )

    def _ssl_context(self) -> ssl.SSLContext | bool:
        # aiohttp makes a context when it is imported, after which SSL_CERT_FILE would be read too late.
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
"""Sessions of a parent process. To collect them would be to close them, and their loops are not this process's."""


async def _load_bypass() -> ModuleType | None:
    """Return the module that goes past the session, if aiohttp is as it needs it."""
    try:
        from paystackease._transports import bypass_session

        class MemoryConnector(_Connector):
            server = bypass_session.MemoryServer()

            async def _create_connection(self, *_: Any, **__: Any) -> Any:
                self.server.connect(protocol := self._factory())
                return protocol

        await bypass_session.probe(MemoryConnector(keepalive_timeout=MAX_IDLE_SECONDS))
    except Exception as error:
        # A release of aiohttp that is not known yet. Its session does the same, more slowly.
        _log.debug("aiohttp %s: calls go through its session (%s)", aiohttp.__version__, type(error).__name__)
        return None
    return bypass_session


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=seconds * CONNECT_SHARE)


class _UnsentError(aiohttp.ClientConnectionError):
    """There is no connection: no address, nobody there, no trust, no way through a proxy. Nothing was sent."""


class _Connector(aiohttp.TCPConnector):
    """Connections from a pool. What fails in here fails before the request is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType] # a tuple[Unknown, ...] of aiohttp's own
        self._sockets: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        """Those of each protocol. aiohttp lets go of them before they are closed."""

    # aiohttp says what these two take, and may say otherwise one day.
    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        while True:
            try:
                connection = await super().connect(*args, **kwargs)
            except (aiohttp.ClientError, OSError) as error:
                raise _UnsentError from error
            protocol = getattr(connection, "protocol", None)
            if _is_clean(protocol):
                return connection
            connection.close()  # Something came unasked. aiohttp would take it for the answer.
            if not getattr(protocol, "is_used", False):
                raise _UnsentError

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:
        timeout = kwargs.get("timeout", args[-1] if args else None)
        # for which aiohttp waits for each address alone
        async with asyncio.timeout(getattr(timeout, "sock_connect", None)):
            protocol = await super()._create_connection(*args, **kwargs)
        if protocol.transport is not None and (sock := protocol.transport.get_extra_info("socket")) is not None:
            self._sockets[protocol] = sock
        return protocol

    def close_sockets(self) -> None:
        """Close the sockets underneath aiohttp, which would ask a loop that is not to be asked any more.

        Whatever it does with them later is in vain. In a child that matters: it would shut down the parent's TLS.
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
    if check is None or not check():  # It asks the system: the loop has perhaps not looked yet.
        return True
    # What follows a handshake may be of TLS itself, such as its tickets.
    return not protocol.is_used and protocol.transport.get_extra_info("sslcontext") is not None


def _format_headers(default_headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in default_headers.items())


async def _abandon_session(loop_session: _LoopSession, loop: asyncio.AbstractEventLoop) -> None:
    # Its loop has ended, as each ``asyncio.run`` ends one, and with it every way of closing its connections but this.
    loop_session.connector.close_sockets()
    if loop.is_closed():
        loop_session.session.detach()
        await loop_session.connector.close()


async def _close_in_loop(loop_session: _LoopSession, loop: asyncio.AbstractEventLoop) -> None:
    # That loop may end at any moment, and what was begun in it stays undone until it runs again.
    closed: concurrent.futures.Future[None] = concurrent.futures.Future()

    def begin() -> None:
        loop.create_task(loop_session.session.close()).add_done_callback(lambda _: closed.set_result(None))

    with contextlib.suppress(RuntimeError):  # It is closed.
        loop.call_soon_threadsafe(begin)
    waiting = asyncio.wrap_future(closed)
    while loop.is_running():
        if (await asyncio.wait([waiting], timeout=0.1))[0]:
            return
    if not closed.done():
        await _abandon_session(loop_session, loop)


def _failure_kind(error: Exception) -> FailureKind:
    if isinstance(error, _UnsentError):
        return "no connection"
    return "timeout" if isinstance(error, TimeoutError) else "lost"
