"""An emulator behind a port: for good (:func:`serve`), or for as long as a ``with`` lasts (:func:`running`)."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

import uvicorn

from paystackease.emulator import Emulator
from paystackease.emulator.server import broken_replies
from paystackease.emulator.server.asgi import Application
from paystackease.emulator.webhooks.delivery import DeliveryWorker


class _Server(uvicorn.Server):
    """Says when it can answer."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections.

    :param port: 0 for a free one.
    :raises OSError: Where the port is taken, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, for asyncio switches off the waiting for more to send (Nagle) only where it is.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(2048)
    except BaseException:
        sock.close()
        raise
    return sock


def url_of(sock: socket.socket) -> str:
    """The address of a listening socket."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    emulator: Emulator, sock: socket.socket, ready: Callable[[], None], *, allowed_hosts: Iterable[str] = ()
) -> None:
    """Answer until the process is told to stop, and say when it begins.

    :param allowed_hosts: The names under which it may be asked, besides ``localhost`` and addresses.
    """
    emulator.url = url_of(sock)
    with DeliveryWorker(emulator):
        _server(emulator, ready, allowed_hosts=allowed_hosts).run([sock])


@contextmanager
def running(
    emulator: Emulator, host: str = "127.0.0.1", port: int = 0, *, allowed_hosts: Iterable[str] = ()
) -> Generator[str]:
    """Answer in another thread while the ``with`` lasts, and give the address.

    :param allowed_hosts: The names under which it may be asked, besides ``localhost`` and addresses.
    """
    with listen(host, port) as sock:
        emulator.url = url_of(sock)
        with serving(emulator, sock, allowed_hosts=allowed_hosts), DeliveryWorker(emulator):
            yield emulator.url


@contextmanager
def serving(
    emulator: Emulator,
    sock: socket.socket,
    tls: ssl.SSLContext | None = None,
    *,
    allowed_hosts: Iterable[str] = (),
) -> Generator[None]:
    """Answer at a socket, in another thread, while the ``with`` lasts."""
    begun = threading.Event()
    server = _server(emulator, begun.set, tls, allowed_hosts)
    thread = threading.Thread(target=server.run, args=([sock],), name="paystack-emulator", daemon=True)
    thread.start()
    try:
        if not begun.wait(10):
            raise RuntimeError("the emulator did not begin to answer within 10 seconds")
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _server(
    emulator: Emulator,
    ready: Callable[[], None],
    tls: ssl.SSLContext | None = None,
    allowed_hosts: Iterable[str] = (),
) -> _Server:
    lines: broken_replies.Connections = {}
    config = uvicorn.Config(
        Application(emulator, lines, allowed_hosts=allowed_hosts),
        http=broken_replies.protocol(lines),
        lifespan="off",
        ws="none",
        access_log=False,
        proxy_headers=False,  # nobody is believed who says where a request came from
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if tls is None else lambda config, default: tls,
    )
    return _Server(config, ready)
