"""The blocking way out, over urllib3's connection pool. It may be used from many threads at once."""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import unquote, urlsplit
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
from paystackease._transports import (
    CONNECT_SHARE,
    MAX_IDLE_SECONDS,
    MAX_RESPONSE_BYTES,
    FailureKind,
    LowerCaseHeaders,
    classify_framing,
    connection_error,
    default_headers,
    find_proxy,
    has_body,
    is_interim,
    make_input_probe,
)
from paystackease._transports.response_head import MalformedHeadError, read_head
from paystackease._transports.sanitize import HiddenText, drop_frames, sanitized_cause

MAX_IDLE_CONNECTIONS = 64
NO_RETRIES = urllib3.Retry(False, redirect=False)


class Urllib3Transport:
    """Sends what it is given, with the key and to the address of its settings."""

    def __init__(self, config: ClientConfig) -> None:
        self._config = config
        self._headers = default_headers(config)
        self._timeout = _timeout(config.timeout)
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
            # There is one pool then, and looking it up for each call costs a tenth of the call.
            self._urlopen = self._pool.connection_from_url(config.base_url).urlopen
            self._prefix = urlsplit(config.base_url).path

    def renew_after_fork(self) -> None:
        """Begin with connections and locks of this process's own, and let go of the parent's."""
        _close_inherited()
        self._reset_state()

    def send(self, request: Request[Any], /) -> RawResponse:
        """Send a request and bring back the reply."""
        if self._closed:
            raise errors.ClientClosedError
        if self._process != os.getpid():  # a fork of which Python was not told, such as uWSGI's
            self.renew_after_fork()
        try:
            reply = self._exchange(request)
        except Exception as error:  # whatever it is, the request may have been sent
            kind, cause = _failure_kind(error), sanitized_cause(error)
        except BaseException as error:  # an interruption
            drop_frames(error)
            raise
        else:
            if len(reply.content) <= MAX_RESPONSE_BYTES:
                return reply
            raise connection_error("too long", request, self._config)
        # Outside of the ``except``, after which nothing refers to the library's error and its frames.
        raise connection_error(kind, request, self._config) from cause

    def _exchange(self, request: Request[Any]) -> RawResponse:
        for _ in range(MAX_IDLE_CONNECTIONS + 1):
            try:
                return self._try_exchange(request)
            except _StaleConnectionError:
                continue  # Nothing was written, and that connection is closed.
        raise NewConnectionError(cast("Any", None), "no connection stays quiet until it is used")

    def _try_exchange(self, request: Request[Any]) -> RawResponse:
        said = self._headers.reveal
        reply = self._urlopen(
            request.method,
            self._prefix + request.target,
            body=request.content,
            headers={**said(), **request.headers} if request.headers else said(),
            timeout=self._timeout if request.timeout is None else _timeout(request.timeout),
            retries=NO_RETRIES,
            redirect=False,
            preload_content=False,
        )
        try:
            length = reply.length_remaining
            if length is None or length > MAX_RESPONSE_BYTES or "content-encoding" in reply.headers:
                content = reply.read(MAX_RESPONSE_BYTES + 1)
            else:
                content = reply.read()
            return RawResponse(reply.status, LowerCaseHeaders(reply.headers), content)
        finally:
            reply.close()  # does nothing to a connection that was read to the end, and so is back in the pool

    def close(self) -> None:
        """Close every connection."""
        self._closed = True
        if self._process != os.getpid():
            self.renew_after_fork()
        # urllib3 leaves closing to the garbage collector, and an error that a caller keeps holds on to its pool.
        pools = [self._pool.pools.get(key) for key in self._pool.pools.keys()]  # it is no dict
        self._pool.clear()
        for pool in pools:
            if pool is not None:
                pool.close()


_pools: WeakSet[_SilentPool] = WeakSet()
_connections: WeakSet[_DeadlineConnection] = WeakSet()
"""Those of this process, and after a fork, until they are let go of, of its parent."""


def _close_inherited() -> None:
    """Close this process's copies of the parent's sockets: on the line nothing is said, and TLS is not shut down."""
    for connection in list(_connections):
        connection.close_inherited()
    for pool in list(_pools):
        if pool.process != os.getpid() and (queue := pool.pool) is not None:
            # A thread of the parent may have held its lock, and urllib3 empties it when this process ends.
            type(queue).__init__(queue, queue.maxsize)
            pool.process = os.getpid()


def _timeout(seconds: float) -> urllib3.Timeout:
    return urllib3.Timeout(total=seconds, connect=seconds * CONNECT_SHARE, read=seconds)


def _failure_kind(error: Exception) -> FailureKind:
    # A ProxyError is no proof that nothing was sent: a connection that was lost while waiting becomes one too.
    if isinstance(error, ProxyError):
        error = error.original_error
    elif isinstance(error, ProtocolError) and isinstance(error.args[-1], TimeoutError):
        return "timeout"  # while sending
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return "no connection"
    return "timeout" if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError) else "lost"


def _make_pool_manager(config: ClientConfig) -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": MAX_IDLE_CONNECTIONS}
    address = find_proxy(config)
    if address is None:
        manager = urllib3.PoolManager(**options)
    else:
        login = urlsplit(address.reveal())
        if login.username is not None:
            user = f"{unquote(login.username)}:{unquote(login.password or '')}"
            options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=user)
        manager = urllib3.ProxyManager(address.reveal(), **options)
    pools: dict[str, type[HTTPConnectionPool] | type[HTTPSConnectionPool]] = {"http": _Pool, "https": _TLSPool}
    manager.pool_classes_by_scheme = pools
    return manager


class _StaleConnectionError(HTTPError):
    """A kept connection has ended, or something came over it unasked. Nothing was written to it."""


class _DeadlineConnection(HTTPConnection):
    """A connection whose reply ends in time as a whole, and that is kept only if it is certain where the reply ends.

    A socket's timeout begins anew with every byte, so a server that sends one now and then could hold a caller for
    ever. Here each read may take what is left of the whole.
    """

    _used = 0.0
    _ends = 0.0
    _process = 0
    _is_fresh = True
    _has_input: Callable[[], object] | None = None
    ended_clearly = False
    """Whether the last reply ended where it had to, and nothing came behind it."""

    @property
    def is_connected(self) -> bool:
        # Whether something came over it is looked at as late as can be, in ``endheaders``.
        return self.ended_clearly and self.sock is not None and time.monotonic() - self._used < MAX_IDLE_SECONDS

    def connect(self) -> None:
        self._ends = time.monotonic() + (self.timeout or 0.0)  # of what a proxy says to a CONNECT
        self._process, self._is_fresh, self.ended_clearly = os.getpid(), True, False
        _connections.add(self)
        try:
            super().connect()
        except (OSError, http.client.HTTPException, CertificateError) as error:
            # What fails here was never sent: no trust, no way through a proxy. The same errors come later too.
            raise NewConnectionError(self, str(error)) from error
        self._has_input = make_input_probe(cast("Any", self.sock).fileno())

    def close_inherited(self) -> None:
        """Close the descriptor alone, if it was another process that connected."""
        if self._process != os.getpid() and (sock := cast("Any", self.sock)) is not None:
            sock = getattr(sock, "socket", sock)  # of TLS within TLS, the outer one
            os.close(sock.detach())
            self.sock = None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().request(method, url.reveal() if isinstance(url, HiddenText) else url, *args, **kwargs)

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        if self._has_unexpected_input():  # It would be taken for the answer to what is written now.
            raise NewConnectionError(self, "it spoke first") if self._is_fresh else _StaleConnectionError
        self._is_fresh = self.ended_clearly = False
        super().endheaders(*args, **kwargs)

    def _has_unexpected_input(self) -> bool:
        # Whether there is something to read, of which TLS may have some of its own, such as tickets after a handshake.
        sock = cast("Any", self.sock)
        is_tls = isinstance(sock, ssl.SSLSocket)
        if not ((self._has_input is not None and self._has_input()) or (is_tls and sock.pending())):
            return False
        if not is_tls:
            return True
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

    def getresponse(self) -> Any:  # urllib3 answers with its own class and not with http.client's
        self._used = time.monotonic()
        # By now urllib3 has set the timeout to what connecting and sending have left of the total.
        self._ends = self._used + (self.timeout or 0.0)
        return super().getresponse()

    def _respond(self, sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
        # Of a socket it asks for its file and nothing else.
        return _StrictResponse(cast("Any", _DeadlineSocket(sock, self._ends, self)), *args, **kwargs)

    response_class = cast("Any", _respond)  # where http.client looks for what to make of a socket


class _StrictResponse(http.client.HTTPResponse):
    """Skips every interim response, of which http.client knows 100 alone, and rejects a head that leaves doubts."""

    def begin(self) -> None:
        """Read the head."""
        while True:
            head = read_head(self.fp)
            lengths, codings = head.get_all("content-length"), head.get_all("transfer-encoding")
            framing = classify_framing(head.status, head.version, lengths, codings)
            if framing == "refused":
                raise MalformedHeadError("the head does not say where the response ends")
            if not is_interim(head.status):
                break
        self.code = self.status = head.status
        self.reason = head.reason
        self.version = 11 if head.version >= (1, 1) else 10
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in head.headers:
            self.msg[name] = value
        self.chunked, self.chunk_left = bool(codings), None
        self.length = _parse_length(lengths[0]) if lengths else None
        if not has_body(head.status):
            self.length = 0
        connection = head.get_all("connection")
        self.will_close = framing != "clear" or any("close" in value.lower() for value in connection)


def _parse_length(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise MalformedHeadError("the Content-Length is not a number of bytes")
    return int(value)


class _DeadlineSocket(io.RawIOBase):
    """What http.client reads a reply from."""

    def __init__(self, sock: socket.socket, ends: float, connection: _DeadlineConnection) -> None:
        self.connection = connection
        self._socket, self._ends = sock, ends
        self._file = sock.makefile("rb", buffering=0)  # which keeps the socket open for as long as this is
        self._receive = sock.recv_into
        self._is_over = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        return _StrictLineReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._is_over:
            return None
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        return self._receive(buffer)

    def finish(self) -> None:
        """Read nothing more from the socket."""
        self._is_over = True

    def close(self) -> None:
        self._file.close()
        super().close()


class _StrictLineReader(io.BufferedReader):
    """Where a line has no end the connection was lost. http.client takes it for the last one of the head."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError
        return line

    def close(self) -> None:
        if not self.closed:
            # http.client closes this at the reply's end. What has been read beyond that is of no reply.
            raw = cast("_DeadlineSocket", self.raw)
            raw.finish()
            raw.connection.ended_clearly = not self.peek(1)
        super().close()


class _DeadlineTLSConnection(_DeadlineConnection, HTTPSConnection):
    """The same over TLS."""


class _SilentPool(HTTPConnectionPool):
    """Knows its process, and logs no address: account numbers and e-mails stand in it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = os.getpid()
        _pools.add(self)

    def _make_request(self, conn: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super()._make_request(conn, method, HiddenText(url), *args, **kwargs)


class _Pool(_SilentPool):
    ConnectionCls = cast("Any", _DeadlineConnection)  # urllib3's protocol for it does not admit its own classes


class _TLSPool(_SilentPool, HTTPSConnectionPool):
    ConnectionCls = cast("Any", _DeadlineTLSConnection)

    def _new_conn(self) -> Any:
        # urllib3 would read all certificates again for each connection. They are read for the first one, and not when
        # a pool is made: that happens in a child that was just forked, which may have no use for them.
        if self.conn_kw.get("ssl_context") is None:
            context = create_urllib3_context()
            context.load_default_certs()
            self.conn_kw["ssl_context"] = context
        return super()._new_conn()
