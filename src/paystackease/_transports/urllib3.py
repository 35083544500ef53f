"""Sends requests over urllib3's connection pool; thread-safe."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit
from weakref import WeakSet

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProtocolError, ProxyError
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.ssl_match_hostname import CertificateError

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
    make_input_probe,
    split_login,
)
from paystackease._transports.sanitize import HiddenText, drop_frames, sanitized_cause, was_refused
from paystackease._transports.strict_response import DeadlineSocket, StrictResponse, decompress

MAX_IDLE_CONNECTIONS = 64
NO_RETRIES = urllib3.Retry(False, redirect=False)


class Urllib3Transport:
    """Sends requests with the key, and to the base URL, of a configuration."""

    def __init__(self, config: ClientConfig) -> None:
        self._config = config
        self._headers = default_headers(config)
        self._timeout = _make_timeout(config.timeout)
        self._closed = False
        self._reset_state()
        fork_safety.register(self)

    def _reset_state(self) -> None:
        config = self._config
        self._process = os.getpid()
        self._pool = _make_pool_manager(config)
        self._urlopen: Callable[..., urllib3.BaseHTTPResponse] = self._pool.urlopen
        self._prefix = config.base_url
        if not isinstance(self._pool, urllib3.ProxyManager):
            # Without a proxy there is one pool. To look it up at each call would take a tenth of the call's time.
            self._urlopen = self._pool.connection_from_url(config.base_url).urlopen
            self._prefix = urlsplit(config.base_url).path

    def renew_after_fork(self) -> None:
        """Close this process's copies of the parent's connections. Replace pool and locks with new ones."""
        _close_inherited()
        self._reset_state()

    def send(self, request: Request[Any], /) -> RawResponse:
        """Send a request and return the response.

        :raises paystackease.errors.APIConnectionError: If there is no complete response.
        """
        if self._closed:
            raise errors.ClientClosedError
        if self._process != os.getpid():  # A fork that Python was not told of, such as uWSGI's.
            self.renew_after_fork()
        try:
            response = self._exchange(request)
        except Exception as error:  # The request may have been sent, so no type of error may pass unclassified.
            kind, cause = _failure_kind(error), sanitized_cause(error)
        except BaseException as error:  # An interruption, such as Control-C.
            drop_frames(error)
            raise
        else:
            if len(response.content) <= MAX_RESPONSE_BYTES:
                return response
            raise connection_error("too long", request, self._config)
        # After the ``except`` clause, nothing refers to the library's error and its frames.
        by_proxy = isinstance(self._pool, urllib3.ProxyManager)
        raise connection_error(kind, request, self._config, by_proxy=by_proxy) from cause

    def _exchange(self, request: Request[Any]) -> RawResponse:
        for _ in range(MAX_IDLE_CONNECTIONS + 1):
            try:
                return self._try_exchange(request)
            except _StaleConnectionError:
                continue  # Nothing was written, and that connection is closed.
        raise NewConnectionError(cast("Any", None), "every connection has unexpected input")

    def _try_exchange(self, request: Request[Any]) -> RawResponse:
        reveal_headers = self._headers.reveal
        response = self._urlopen(
            request.method,
            self._prefix + request.target,
            body=request.content,
            headers={**reveal_headers(), **request.headers} if request.headers else reveal_headers(),
            timeout=self._timeout if request.timeout is None else _make_timeout(request.timeout),
            retries=NO_RETRIES,
            redirect=False,
            preload_content=False,
        )
        try:
            length = response.length_remaining
            coding = response.headers.get("content-encoding")
            if length is None or length > MAX_RESPONSE_BYTES or coding is not None:
                content = decompress(_read_raw(response), coding)
            else:
                content = response.read()  # This is faster, but reads without a limit.
            return RawResponse(response.status, LowerCaseHeaders(response.headers), content)
        finally:
            response.close()  # A connection that was read to the end is back in the pool, and stays open.

    def close(self) -> None:
        """Close every connection."""
        self._closed = True
        if self._process != os.getpid():
            self.renew_after_fork()
        # urllib3 leaves connections to the garbage collector. A pool that a kept error refers to would stay open.
        pools = [self._pool.pools.get(key) for key in self._pool.pools.keys()]  # noqa: SIM118 # urllib3 forbids iter()
        self._pool.clear()
        for pool in pools:
            if pool is not None:
                pool.close()


_pools: WeakSet[_SilentPool] = WeakSet()
_connections: WeakSet[_DeadlineConnection] = WeakSet()
"""Those of this process. After a fork they include the parent's until ``_close_inherited`` is called."""


def _close_inherited() -> None:
    """Close this process's copies of the parent's sockets. Send nothing over them, not even the end of TLS."""
    for connection in list(_connections):
        connection.close_inherited()
    for pool in list(_pools):
        if pool.process != os.getpid() and (queue := pool.pool) is not None:
            # A thread of the parent may have held the queue's lock, and urllib3 empties the queue when a process ends.
            type(queue).__init__(queue, queue.maxsize)
            pool.process = os.getpid()


def _read_raw(response: urllib3.BaseHTTPResponse) -> bytes:
    """Read a body up to the limit and one byte more, compressed as it is."""
    parts: list[bytes] = []
    remaining = MAX_RESPONSE_BYTES + 1
    while remaining and (part := response.read(remaining, decode_content=False)):
        parts.append(part)
        remaining -= len(part)
    return b"".join(parts)


def _make_timeout(seconds: float) -> urllib3.Timeout:
    return urllib3.Timeout(total=seconds, connect=seconds * CONNECT_SHARE, read=seconds)


def _failure_kind(error: Exception) -> FailureKind:
    # A ProxyError does not prove that nothing was sent. A connection that is lost later raises one too.
    if isinstance(error, ProxyError):
        error = error.original_error
    elif isinstance(error, ProtocolError) and isinstance(error.args[-1], TimeoutError):
        return "timeout"  # It happened while the request was sent.
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return "connection refused" if was_refused(error) else "no connection"
    return "timeout" if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError) else "lost"


def _make_pool_manager(config: ClientConfig) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": MAX_IDLE_CONNECTIONS}
    if config.ssl_context is not None:
        options["ssl_context"] = config.ssl_context
    proxy = find_proxy(config)
    if proxy is None:
        manager = urllib3.PoolManager(**options)
    else:
        url, headers = split_login(proxy)
        manager = urllib3.ProxyManager(
            url, proxy_headers=headers.reveal(), proxy_ssl_context=config.ssl_context, **options
        )
    pools: dict[str, type[HTTPConnectionPool] | type[HTTPSConnectionPool]] = {"http": _Pool, "https": _TLSPool}
    manager.pool_classes_by_scheme = pools
    return manager


class _StaleConnectionError(HTTPError):
    """An idle connection was closed by the server or has unexpected input. Nothing was written to it."""


class _DeadlineConnection(HTTPConnection):
    """A connection with one deadline for a whole response. It is reused only if the response ended for certain.

    The timeout of a socket starts again with each byte, so a server that sends slowly could block a caller for ever.
    Here the timeout of each read is the time that is left until the deadline.
    """

    _used = 0.0
    _ends = 0.0
    _process = 0
    _is_fresh = True
    _has_input: Callable[[], object] | None = None
    ended_clearly = False
    """Whether the last response ended where its head said, and no more input followed it."""

    @property
    def is_connected(self) -> bool:
        # Unexpected input is looked for as late as possible, in ``endheaders``.
        return self.ended_clearly and self.sock is not None and time.monotonic() - self._used < MAX_IDLE_SECONDS

    def connect(self) -> None:
        """Connect, through a tunnel if a proxy needs one.

        :raises NewConnectionError: If there is no connection, no tunnel or no trusted certificate. Nothing was sent.
        """
        self._ends = time.monotonic() + (self.timeout or 0.0)  # The deadline for a proxy's response to CONNECT.
        self._process, self._is_fresh, self.ended_clearly = os.getpid(), True, False
        _connections.add(self)
        try:
            super().connect()
        except (OSError, http.client.HTTPException, CertificateError) as error:
            # The same types of error are raised after a request was sent, so this one gets a type of its own.
            raise NewConnectionError(self, str(error)) from error
        self._has_input = make_input_probe(cast("Any", self.sock).fileno())

    def close_inherited(self) -> None:
        """Close the file descriptor, and no more, if another process made the connection."""
        if self._process != os.getpid() and (sock := cast("Any", self.sock)) is not None:
            sock = getattr(sock, "socket", sock)  # The outer socket, if this is TLS within TLS.
            os.close(sock.detach())
            self.sock = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        """Send a request. The URL may be a :class:`HiddenText`."""
        super().request(method, url.reveal() if isinstance(url, HiddenText) else url, *args, **kwargs)

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        """Write the request, unless there is input that would be taken for the response to it.

        :raises NewConnectionError: If the server sent something before the first request.
        """
        if self.sock is None:
            self.connect()
        if self._has_unexpected_input():
            if self._is_fresh:
                raise NewConnectionError(self, "the server sent data before the request")
            raise _StaleConnectionError
        self._is_fresh = self.ended_clearly = False
        super().endheaders(*args, **kwargs)

    def _has_unexpected_input(self) -> bool:
        sock = cast("Any", self.sock)
        is_tls = isinstance(sock, ssl.SSLSocket)
        if not ((self._has_input is not None and self._has_input()) or (is_tls and sock.pending())):
            return False
        if not is_tls:
            return True
        # The input may belong to TLS itself, such as the session tickets that follow a handshake.
        timeout = sock.gettimeout()
        sock.settimeout(0.0)
        try:
            sock.recv(1)
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True
        finally:
            sock.settimeout(timeout)
        return True

    def getresponse(self) -> Any:  # urllib3 returns its own class and not that of http.client.
        """Read the head of the response."""
        self._used = time.monotonic()
        # urllib3 has set the timeout to the rest of the total, after connecting and sending.
        self._ends = self._used + (self.timeout or 0.0)
        return super().getresponse()

    def _respond(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        # http.client uses nothing of this socket but ``makefile``.
        return StrictResponse(cast("Any", DeadlineSocket(sock, self._ends, self)), *args, **kwargs)

    response_class = cast("Any", _respond)  # http.client calls it to make a response.


class _DeadlineTLSConnection(_DeadlineConnection, HTTPSConnection):
    """The same over TLS."""


class _SilentPool(HTTPConnectionPool):
    """A pool that belongs to a process and logs no URLs, since they contain account numbers and e-mail addresses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = os.getpid()
        _pools.add(self)

    def _make_request(self, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super()._make_request(conn, method, HiddenText(url), *args, **kwargs)


class _Pool(_SilentPool):
    ConnectionCls = cast("Any", _DeadlineConnection)  # urllib3's own classes do not match its protocol for this.


class _TLSPool(_SilentPool, HTTPSConnectionPool):
    ConnectionCls = cast("Any", _DeadlineTLSConnection)

    def _new_conn(self) -> Any:
        # urllib3 would read all CA certificates again for each connection. Here they are read for the first one. They
        # are not read when the pool is made, because a child that was just forked makes one that it may never use.
        if self.conn_kw.get("ssl_context") is None:
            context = create_urllib3_context()
            context.load_default_certs()
            self.conn_kw["ssl_context"] = context
        return super()._new_conn()
