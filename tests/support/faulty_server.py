"""A server that does as it is told, however wrong, and keeps what it was sent.

``Server(play)`` gives each connection to ``play`` in a thread of its own, as a :class:`Line` to read from and write to.
The line is closed when ``play`` returns.
"""

import contextlib
import gc
import json
import os
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest

PATIENCE = 20.0
"""Seconds after which a server stops waiting for a client that does nothing."""

BODY = json.dumps({"status": True, "message": "ok", "data": {"id": 1}}).encode()


def head(status=200, *fields):
    """The head of an answer. ``fields`` are such as ``"content-length: 2"``."""
    return "\r\n".join((f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *fields, "", "")).encode()


def answer(body=BODY, *fields, status=200):
    """A whole answer, whose length is right."""
    return head(status, f"content-length: {len(body)}", "content-type: application/json", *fields) + body


class Line:
    """The server's end of a connection."""

    def __init__(self, server, sock):
        self._server, self._socket, self._came = server, sock, b""

    def read(self):
        """The next request, head and body; None where the client has left. ``server.requests`` has it too."""
        while b"\r\n\r\n" not in self._came:
            if not self.more():
                return None
        start, _, rest = self._came.partition(b"\r\n\r\n")
        lengths = [line.split(b":")[1] for line in start.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        while len(rest) < length:
            if not (more := self.more()):
                return None
            rest += more
        self._came = rest[length:]
        request = start + b"\r\n\r\n" + rest[:length]
        self._server.requests.append(request)
        return request

    def more(self):
        """Some bytes, and none where the client has left."""
        try:
            came = self._socket.recv(65536)
        except OSError:
            return b""
        self._came += came
        self._server.received.extend(came)
        return came

    def write(self, data):
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def write_past_tls(self, data):
        os.write(self._socket.fileno(), data)

    def drip(self, data, every=0.02):
        """Send a byte now and then until the client has had enough."""
        for byte in data:
            time.sleep(every)
            try:
                self._socket.send(bytes([byte]))
            except OSError:
                return

    def wait(self):
        """Do nothing until the client leaves."""
        while self.more():
            pass

    def reset(self):
        """Leave without a word: the client's end fails."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def relay(self, address):
        """Be a tunnel from here to there."""
        with socket.create_connection(address, timeout=PATIENCE) as there, ThreadPoolExecutor(1) as pool:
            pool.submit(_pour, there, self._socket)
            _pour(self._socket, there)


def _pour(one, other):
    with contextlib.suppress(OSError):
        while came := one.recv(65536):
            other.sendall(came)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


class Server:
    """Listens on loopback while the ``with`` lasts.

    :param play: What to do with each :class:`Line`.
    :param tls: An ``ssl.SSLContext`` to speak TLS with.
    """

    def __init__(self, play, tls=None):
        self.play, self.tls = play, tls
        self.requests, self.received = [], bytearray()
        self.connections = 0
        """How many were accepted."""
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
            socket.create_connection(self.address, timeout=1).close()  # so that it wakes up
        self._acceptor.join()
        self._listener.close()
        with self._lock:
            lines = dict(self._open)
        for sock in lines.values():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in lines:
            thread.join()
        if self._failures:
            raise self._failures[0]

    def _accept(self):
        while True:
            sock, _ = self._listener.accept()
            if self._stopping:
                sock.close()
                return
            sock.settimeout(PATIENCE)
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
            self.play(Line(self, sock))
        except OSError:
            pass  # the client left, or does not trust the certificate
        except Exception as error:
            self._failures.append(error)
        finally:
            sock.close()
            with self._lock:
                del self._open[threading.current_thread()]

    @property
    def open(self):
        """How many connections are open."""
        return len(self._open)

    def deserted(self, within=10.0):
        """Whether every client leaves soon."""
        return soon(lambda: not self._open, within)


def soon(true, within=10.0):
    """Whether something becomes true before long."""
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def answering(*answers, line_ends=False):
    """A play: to each request on a connection the next of these answers, the last again and again."""

    def play(line):
        number = 0
        while line.read() is not None:
            line.write(answers[min(number, len(answers) - 1)])
            number += 1
            if line_ends:
                return

    return play


def scripted(*plays):
    """A play: for each connection the next of these, and the last for all further ones."""
    lock, left = threading.Lock(), list(plays)

    def play(line):
        with lock:
            mine = left.pop(0) if len(left) > 1 else left[0]
        mine(line)

    return play


def nobody():
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()


def sockets():
    """How many sockets this process has open, its servers' included. 0 where there is no /proc."""
    links = []
    for descriptor in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):  # the one that lists the directory
            links.append(str(descriptor.readlink()))
    return sum(link.startswith("socket:") for link in links)


@pytest.fixture
def nothing_stays():
    """The test leaves no socket, no thread, and no exception or unclosed thing that nobody saw."""
    gc.freeze()  # so that collecting what the test made is quick
    open_, threads = sockets(), threading.active_count()
    yield
    assert soon(lambda: sockets() == open_), "sockets stay open"
    assert soon(lambda: threading.active_count() == threads), "threads stay"
    gc.collect()
    gc.unfreeze()
