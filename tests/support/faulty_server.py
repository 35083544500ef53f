"""A server that breaks HTTP as a test needs it, and records the bytes it received.

``FaultyServer(handle)`` passes each connection to ``handle`` in its own thread, as a :class:`Connection`.
The connection is closed when ``handle`` returns.
"""

import contextlib
import fcntl
import gc
import json
import os
import socket
import struct
import sys
import termios
import threading
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

TIMEOUT = 20.0
"""Seconds after which the server closes the connection of an idle client."""

BODY = json.dumps({"status": True, "message": "ok", "data": {"id": 1}}).encode()


def response_head(status=200, *fields):
    """Return the head of a response.

    :param fields: Header lines such as ``"content-length: 2"``.
    """
    return "\r\n".join((f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *fields, "", "")).encode()


def full_response(body=BODY, *fields, status=200):
    """Return a complete response with the right length."""
    return response_head(status, f"content-length: {len(body)}", "content-type: application/json", *fields) + body


class Connection:
    """The server's end of a connection."""

    def __init__(self, server, sock):
        self._server, self._socket, self._buffer = server, sock, b""

    def read(self):
        """Return the next request, head and body, or None if the client has closed. ``server.requests`` has it too."""
        while b"\r\n\r\n" not in self._buffer:
            if not self.receive():
                return None
        start, _, rest = self._buffer.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in start.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        while len(rest) < length:
            if not (more := self.receive()):
                return None
            rest += more
        self._buffer = rest[length:]
        request = start + b"\r\n\r\n" + rest[:length]
        self._server.requests.append(request)
        return request

    def receive(self):
        """Return some bytes, or none if the client has closed."""
        try:
            received = self._socket.recv(65536)
        except OSError:
            return b""
        self._buffer += received
        self._server.received.extend(received)
        return received

    def write(self, data):
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def write_past_tls(self, data):
        os.write(self._socket.fileno(), data)

    def wait_until_received(self):
        """Wait until the client's system has everything that was written, so that the client can see it."""
        if not sys.platform.startswith("linux"):
            time.sleep(0.1)
            return
        unacknowledged = array("i", [1])
        with contextlib.suppress(OSError):  # The client may have closed.
            while unacknowledged[0]:
                time.sleep(0.001)
                fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, unacknowledged)

    def drip(self, data, every=0.02):
        """Send one byte at a time until the client closes."""
        for byte in data:
            time.sleep(every)
            try:
                self._socket.send(bytes([byte]))
            except OSError:
                return

    def wait_for_close(self):
        """Read until the client closes."""
        while self.receive():
            pass

    def reset(self):
        """Reset the connection, so that the client gets an error."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def relay(self, address):
        """Copy bytes in both directions between the client and an address."""
        with socket.create_connection(address, timeout=TIMEOUT) as upstream, ThreadPoolExecutor(1) as pool:
            pool.submit(_copy_bytes, upstream, self._socket)
            _copy_bytes(self._socket, upstream)


def _copy_bytes(source, sink):
    with contextlib.suppress(OSError):
        while received := source.recv(65536):
            sink.sendall(received)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


class FaultyServer:
    """Listens on loopback while the ``with`` lasts.

    :param handle: A function that is called with each :class:`Connection`.
    :param tls: An ``ssl.SSLContext`` to speak TLS with.
    """

    def __init__(self, handle, tls=None):
        self.handle, self.tls = handle, tls
        self.requests, self.received = [], bytearray()
        self.connections = 0
        """The number of accepted connections."""
        self._open, self._lock, self._stopping, self._failures = {}, threading.Lock(), False, []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = self._listener.getsockname()
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.address[1]}"

    def __enter__(self):
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()
        return self

    def __exit__(self, *_):
        self._stopping = True
        with contextlib.suppress(OSError):
            socket.create_connection(self.address, timeout=1).close()  # to wake up the acceptor
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            open_sockets = dict(self._open)
        for sock in open_sockets.values():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in open_sockets:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _accept(self):
        while True:
            sock, _ = self._listener.accept()
            if self._stopping:
                sock.close()
                return
            sock.settimeout(TIMEOUT)
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock,))
            with self._lock:
                self._open[thread] = sock
            thread.start()

    def _serve(self, sock):
        try:
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open[threading.current_thread()] = sock
            self.handle(Connection(self, sock))
        except OSError:
            pass  # the client left, or does not trust the certificate
        except Exception as error:
            self._failures.append(error)
        finally:
            sock.close()
            with self._lock:
                del self._open[threading.current_thread()]

    @property
    def open_connections(self):
        """The number of open connections."""
        return len(self._open)

    def clients_leave(self, within=10.0):
        """Return whether every client closes its connection in time."""
        return becomes_true(lambda: not self._open, within)


def becomes_true(condition, within=10.0):
    """Return whether a condition becomes true in time."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def respond_with(*responses, close_after_first=False):
    """Return a handler that sends these responses in turn, and repeats the last one."""

    def handle(connection):
        number = 0
        while connection.read() is not None:
            connection.write(responses[min(number, len(responses) - 1)])
            number += 1
            if close_after_first:
                return

    return handle


def handle_in_order(*handlers):
    """Return a handler that uses the next of these for each connection, and repeats the last one."""
    lock, remaining = threading.Lock(), list(handlers)

    def handle(connection):
        with lock:
            next_handler = remaining.pop(0) if len(remaining) > 1 else remaining[0]
        next_handler(connection)

    return handle


def unused_address():
    """Return an address with no listener."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()


def count_sockets():
    """Return the number of open sockets of this process, including servers'. 0 if there is no /proc."""
    links = []
    for descriptor in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):  # the one that lists the directory
            links.append(str(descriptor.readlink()))
    return sum(link.startswith("socket:") for link in links)


@pytest.fixture
def no_leaks():
    """Check that the test leaves no socket, no thread, no unhandled exception and no unclosed resource."""
    gc.freeze()  # so that the collection after the test is quick
    sockets_before, threads_before = count_sockets(), threading.active_count()
    yield
    assert becomes_true(lambda: count_sockets() == sockets_before), "sockets stay open"
    assert becomes_true(lambda: threading.active_count() == threads_before), "threads stay"
    gc.collect()
    gc.unfreeze()
