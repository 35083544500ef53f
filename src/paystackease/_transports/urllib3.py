"""The blocking way out, over urllib3's connection pool. It may be used from many threads at once."""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProtocolError, ProxyError
from urllib3.util.response import assert_header_parsing
from urllib3.util.ssl_match_hostname import CertificateError

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

KEPT_CONNECTIONS = 64
NO_RETRIES = urllib3.Retry(False, redirect=False)


class Urllib3Transport:
    """Sends what it is given, with the key and to the address of its settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._headers = headers(settings)
        self._timeout = _timeout(settings.timeout)
        self._pool = _manager(settings)
        self._ask: Callable[..., urllib3.BaseHTTPResponse] = self._pool.urlopen
        self._prefix = settings.base_url
        if not isinstance(self._pool, urllib3.ProxyManager):
            # There is one pool then, and looking it up for each call costs a tenth of the call.
            self._ask = self._pool.connection_from_url(settings.base_url).urlopen
            self._prefix = urlsplit(settings.base_url).path
        self._closed = False

    def send(self, request: Request[Any], /) -> Reply:
        """Send a request and bring back the reply."""
        if self._closed:
            raise errors.ClientClosedError
        try:
            reply = self._ask(
                request.method,
                self._prefix + request.target,
                body=request.content,
                headers={**self._headers, **request.headers} if request.headers else self._headers,
                timeout=self._timeout if request.timeout is None else _timeout(request.timeout),
                retries=NO_RETRIES,
                redirect=False,
                preload_content=False,
            )
            try:
                if reply.length_remaining is None and "content-length" in reply.headers and not reply.chunked:
                    raise ProtocolError("a length that is none")  # read to its end, half an answer would pass for one
                body = reply.read(MOST_BYTES + 1)
            finally:
                reply.close()  # does nothing to a connection that was read to the end, and so is back in the pool
        except (HTTPError, OSError) as error:
            raise failed(_trouble(error), request, self._settings) from error
        if len(body) > MOST_BYTES:
            raise failed("too long", request, self._settings)
        return Reply(reply.status, LowerCase(reply.headers), body)

    def close(self) -> None:
        """Close every connection."""
        self._closed = True
        # urllib3 leaves closing to the garbage collector, and an error that a caller keeps holds on to its pool.
        pools = [self._pool.pools.get(key) for key in self._pool.pools.keys()]  # noqa: SIM118 # it is no dict
        self._pool.clear()
        for pool in pools:
            if pool is not None:
                pool.close()


def _timeout(seconds: float) -> urllib3.Timeout:
    return urllib3.Timeout(total=seconds, connect=seconds * CONNECT_SHARE, read=seconds)


def _trouble(error: Exception) -> Trouble:
    # A ProxyError is no proof that nothing was sent: a connection that was lost while waiting becomes one too.
    if isinstance(error, ProxyError):
        error = error.original_error
    elif isinstance(error, ProtocolError) and isinstance(error.args[-1], TimeoutError):
        return "timeout"  # while sending
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return "no connection"
    return "timeout" if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError) else "lost"


def _manager(settings: Settings) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": KEPT_CONNECTIONS}
    address = proxy(settings)
    if address is None:
        manager = urllib3.PoolManager(**options)
    else:
        login = urlsplit(address)
        if login.username is not None:
            user = f"{unquote(login.username)}:{unquote(login.password or '')}"
            options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=user)
        manager = urllib3.ProxyManager(address, **options)
    pools: dict[str, type[HTTPConnectionPool] | type[HTTPSConnectionPool]] = {"http": _Pool, "https": _TLSPool}
    manager.pool_classes_by_scheme = pools
    return manager


class _Deadline(HTTPConnection):
    """A connection whose reply ends in time as a whole.

    A socket's timeout begins anew with every byte, so a server that sends one now and then could hold a caller for
    ever. Here each read may take what is left of the whole.
    """

    _used = 0.0
    _ends = 0.0

    @property
    def is_connected(self) -> bool:
        return super().is_connected and time.monotonic() - self._used < IDLE_SECONDS

    def connect(self) -> None:
        self._ends = time.monotonic() + (self.timeout or 0.0)  # of what a proxy says to a CONNECT
        try:
            super().connect()
        except (OSError, http.client.HTTPException, CertificateError) as error:
            # What fails here was never sent: no trust, no way through a proxy. The same errors come later too.
            raise NewConnectionError(self, str(error)) from error

    def getresponse(self) -> Any:  # urllib3 answers with its own class and not with http.client's
        self._used = time.monotonic()
        # By now urllib3 has set the timeout to what connecting and sending have left of the total.
        self._ends = self._used + (self.timeout or 0.0)
        return super().getresponse()

    def _respond(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        # Of a socket it asks for its file and nothing else.
        return _StrictResponse(cast("Any", _TimedSocket(sock, self._ends)), *args, **kwargs)

    response_class = cast("Any", _respond)  # where http.client looks for what to make of a socket


class _StrictResponse(http.client.HTTPResponse):
    """Refuses a head that is none. urllib3 would warn of it, in a log line with the whole address, and then take it."""

    def begin(self) -> None:
        super().begin()
        assert_header_parsing(self.msg)


class _TimedSocket(io.RawIOBase):
    """What http.client reads a reply from."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._socket, self._ends = sock, ends
        self._file = sock.makefile("rb", buffering=0)  # which keeps the socket open for as long as this is
        self._receive = sock.recv_into

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _Lines(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._receive(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Lines(io.BufferedReader):
    """Where a line has no end the connection was lost. http.client takes it for the last one of the head."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError
        return line


class _DeadlineTLS(_Deadline, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = cast("Any", _Deadline)  # urllib3's protocol for it does not admit its own classes


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = cast("Any", _DeadlineTLS)
