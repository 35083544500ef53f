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

from paystackease import _forks, errors
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
from paystackease._transports.sanitize import Secret, cause_of, drop_frames

AT_ONCE = 2**20
"""The longest body that is handed to aiohttp in one piece; of longer ones it warns that they block the event loop."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Way:
    """The way out of one event loop."""

    session: aiohttp.ClientSession
    connector: _Connector
    target: Any
    """Says to the module that goes past the session where connections lead. None: the session is asked."""


class AiohttpTransport:
    """Sends what it is given, with the key and to the address of its settings.

    A session belongs to an event loop, so one is made for each loop in which the transport is used, when it first is.

    :param straight: Whether calls go past the session if no proxy is in the way, and aiohttp is as that needs it.
    """

    def __init__(self, settings: Settings, *, straight: bool = True) -> None:
        self._settings = settings
        self._headers = headers(settings)
        self._proxy = proxy(settings)
        self._straight = straight and self._proxy is None
        self._timeout = _timeout(settings.timeout)
        self._base = URL(settings.base_url)
        self._prefix = urlsplit(settings.base_url).path
        self._straight_headers = Secret({"host": self._base.host_port_subcomponent or "", **self._headers.reveal()})
        self._lines = Secret(_lines(self._straight_headers.reveal()))
        self._closed = False
        self._is_probed = False
        self._bypass: Any = None
        """The module that goes past the session, once it has been seen that it can."""
        self._begin()
        _forks.register(self)

    def _begin(self) -> None:
        self._process = os.getpid()
        self._context: ssl.SSLContext | None = None
        # Loops of several threads come and go. A dict that can be read is never changed: it is replaced, by whoever has
        # the lock.
        self._lock = threading.Lock()
        self._ways: dict[asyncio.AbstractEventLoop, _Way] = {}
        self._opening: dict[asyncio.AbstractEventLoop, asyncio.Task[_Way]] = {}

    def renew_after_fork(self) -> None:
        """Begin with sessions and locks of this process's own, and let go of the parent's."""
        for way in self._ways.values():
            way.connector.cut()
        _inherited.append(self._ways)
        self._begin()

    async def send(self, request: Request[Any], /) -> Reply:
        """Send a request and bring back the reply."""
        if self._process != os.getpid():  # a fork of which Python was not told, such as uWSGI's
            self.renew_after_fork()
        way = self._ways.get(asyncio.get_running_loop()) or await self._open()
        try:
            if way.target is None:
                reply = await self._ask(way.session, request)
            else:
                timeout = self._timeout if request.timeout is None else _timeout(request.timeout)
                reply = await self._bypass.exchange(way.connector, way.target, self._write, request, timeout)
        except Exception as error:  # whatever it is, the request may have been sent
            trouble, cause = _trouble(error), cause_of(error)
        except BaseException as error:  # the task was cancelled, or the program is interrupted
            drop_frames(error)
            raise
        else:
            if len(reply.content) <= MOST_BYTES:
                return reply
            raise failed("too long", request, self._settings)
        # Outside of the ``except``, after which nothing refers to the library's error and its frames.
        raise failed(trouble, request, self._settings) from cause

    def _write(self, transport: asyncio.WriteTransport, request: Request[Any]) -> None:
        # HTTP/1.1. What is written is in no variable, since those of a frame are shown.
        lines, content = self._lines, request.content
        if request.headers:
            lines = Secret(_lines({**self._straight_headers.reveal(), **request.headers}))
        first = f"{request.method} {self._prefix}{request.target} HTTP/1.1\r\n"
        if content is None and request.method == "GET":
            transport.write(f"{first}{lines.reveal()}\r\n".encode("ascii"))
            return
        length = f"content-length: {len(content or b'')}\r\n\r\n"
        transport.write(f"{first}{lines.reveal()}{length}".encode("ascii") + (content or b""))

    async def _ask(self, session: aiohttp.ClientSession, request: Request[Any]) -> Reply:
        content = request.content
        said: Mapping[str, str] | None = None
        if request.headers:
            said = {**self._headers.reveal(), **request.headers}
        elif self._proxy:  # aiohttp tells a proxy all headers of a session, so each request has them instead.
            said = self._headers.reveal()
        reply = await session.request(
            request.method,
            URL(self._settings.base_url + request.target, encoded=True),
            headers=said,
            data=io.BytesIO(content) if content and len(content) > AT_ONCE else content,
            allow_redirects=False,
            proxy=None if self._proxy is None else self._proxy.reveal(),
            timeout=self._timeout if request.timeout is None else _timeout(request.timeout),
        )
        try:
            chunks: list[bytes] = []
            length = 0
            while length <= MOST_BYTES and (chunk := await reply.content.readany()):
                chunks.append(chunk)
                length += len(chunk)
        except BaseException:
            reply.close()
            raise
        if length > MOST_BYTES:
            reply.close()
        return Reply(reply.status, LowerCase(reply.headers), b"".join(chunks))

    async def _open(self) -> _Way:
        # Many tasks may begin at once, and share one session.
        if self._closed:
            raise errors.ClientClosedError
        loop = asyncio.get_running_loop()
        opening = self._opening
        task = opening.get(loop)
        if task is None:
            task = opening[loop] = loop.create_task(self._open_way(loop))
            task.add_done_callback(lambda _: opening.pop(loop, None))
        return await asyncio.shield(task)

    async def _open_way(self, loop: asyncio.AbstractEventLoop) -> _Way:
        if not self._is_probed:
            self._bypass = await _find_bypass()
            self._is_probed = True
        way = self._make_way()
        with self._lock:
            is_late = self._closed
            # Asked once: a loop of another thread may end at any moment.
            ended = {} if is_late else {one: other for one, other in self._ways.items() if one.is_closed()}
            if not is_late:
                self._ways = {one: other for one, other in self._ways.items() if one not in ended}
                self._ways[loop] = way
        if is_late:
            await way.session.close()
            raise errors.ClientClosedError
        for one, other in ended.items():
            await _abandon(other, one)
        return way

    def _make_way(self) -> _Way:
        # aiohttp sends a PUT or DELETE again, unasked, where a kept connection was closed under it; some of Paystack's
        # move money. This switch is not documented, so where it is gone no connection is kept. Nor is one kept where it
        # cannot be seen whether an answer ended where it should.
        switch = "_retry_connection"
        has_switch = switch in getattr(aiohttp.ClientSession, "ATTRS", ())
        bypass = self._bypass
        straight = self._straight and bypass is not None
        keeps = bypass is not None and (straight or has_switch)
        connector = _Connector(
            limit=0,  # Those who wait for a place in aiohttp's pool of 100 do so on their own timeout.
            force_close=not keeps,
            keepalive_timeout=IDLE_SECONDS if keeps else None,
            ssl=self._trust(),
        )
        if bypass is not None:
            bypass.read_strictly(connector)
        session = aiohttp.ClientSession(
            connector=connector,
            headers=None if self._proxy else self._headers.reveal(),
            cookie_jar=aiohttp.DummyCookieJar(),
        )  # No trust_env: it reads a netrc, refuses the key where that has a login too, and asks threads at each call.
        if has_switch:
            setattr(session, switch, False)
        return _Way(session, connector, bypass.target_of(self._base, session) if bypass and straight else None)

    def _trust(self) -> ssl.SSLContext | bool:
        # aiohttp makes a context when it is imported, after which SSL_CERT_FILE would be read too late.
        if self._context is None and self._settings.base_url.startswith("https:"):
            self._context = ssl.create_default_context()
        return self._context or True

    async def close(self) -> None:
        """Close every connection."""
        if self._process != os.getpid():
            self.renew_after_fork()
        with self._lock:
            self._closed = True
            ways, self._ways = self._ways, {}
        for loop, way in ways.items():
            if loop is asyncio.get_running_loop():
                await way.session.close()
            else:
                await _close_elsewhere(way, loop)


_inherited: list[object] = []
"""Sessions of a parent process. To collect them would be to close them, and their loops are not this process's."""


async def _find_bypass() -> ModuleType | None:
    """Return the module that goes past the session, if aiohttp is as it needs it."""
    try:
        from paystackease._transports import bypass_session

        class MemoryConnector(_Connector):
            server = bypass_session.MemoryServer()

            async def _create_connection(self, *_: Any, **__: Any) -> Any:
                self.server.connect(protocol := self._factory())
                return protocol

        await bypass_session.probe(MemoryConnector(keepalive_timeout=IDLE_SECONDS))
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
            if _is_quiet(protocol):
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

    def cut(self) -> None:
        """Close the sockets underneath aiohttp, which would ask a loop that is not to be asked any more.

        Whatever it does with them later is in vain. In a child that matters: it would shut down the parent's TLS.
        """
        for sock in list(self._sockets.values()):
            if (descriptor := sock.fileno()) >= 0:
                mine, other = socket.socketpair()
                other.close()
                os.dup2(mine.fileno(), descriptor, inheritable=False)
                mine.close()


def _is_quiet(protocol: Any) -> bool:
    if getattr(protocol, "should_close", False):
        return False
    check = getattr(protocol, "has_input", None)
    if check is None or not check():  # It asks the system: the loop has perhaps not looked yet.
        return True
    # What follows a handshake may be of TLS itself, such as its tickets.
    return not protocol.is_used and protocol.transport.get_extra_info("sslcontext") is not None


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


async def _abandon(way: _Way, loop: asyncio.AbstractEventLoop) -> None:
    # Its loop has ended, as each ``asyncio.run`` ends one, and with it every way of closing its connections but this.
    way.connector.cut()
    if loop.is_closed():
        way.session.detach()
        await way.connector.close()


async def _close_elsewhere(way: _Way, loop: asyncio.AbstractEventLoop) -> None:
    # That loop may end at any moment, and what was begun in it stays undone until it runs again.
    closed: concurrent.futures.Future[None] = concurrent.futures.Future()

    def begin() -> None:
        loop.create_task(way.session.close()).add_done_callback(lambda _: closed.set_result(None))

    with contextlib.suppress(RuntimeError):  # It is closed.
        loop.call_soon_threadsafe(begin)
    waiting = asyncio.wrap_future(closed)
    while loop.is_running():
        if (await asyncio.wait([waiting], timeout=0.1))[0]:
            return
    if not closed.done():
        await _abandon(way, loop)


def _trouble(error: Exception) -> Trouble:
    if isinstance(error, _UnsentError):
        return "no connection"
    return "timeout" if isinstance(error, TimeoutError) else "lost"
