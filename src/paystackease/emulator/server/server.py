"""An emulator behind a port: until it is stopped, or in another thread while a ``with`` block lasts."""

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
    """A server that reports when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    :param port: 0 for a free one.
    :raises OSError: If the port is taken, or the host is not this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With IPPROTO_TCP, since asyncio disables Nagle's algorithm only then.
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
    """Return the URL of a listening socket."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    emulator: Emulator, sock: socket.socket, ready: Callable[[], None], *, allowed_hosts: Iterable[str] = ()
) -> None:
    """Serve until the process is stopped.

    :param ready: Called when it can respond.
    :param allowed_hosts: The host names that are allowed besides ``localhost`` and addresses.
    """
    emulator.url = url_of(sock)
    with DeliveryWorker(emulator):
        _create_server(emulator, ready, allowed_hosts=allowed_hosts).run([sock])


@contextmanager
def run_in_background(
    emulator: Emulator, host: str = "127.0.0.1", port: int = 0, *, allowed_hosts: Iterable[str] = ()
) -> Generator[str]:
    """Serve in another thread while the ``with`` block lasts, and yield the URL.

    :param allowed_hosts: The host names that are allowed besides ``localhost`` and addresses.
    """
    with listen(host, port) as sock:
        emulator.url = url_of(sock)
        with serve_in_background(emulator, sock, allowed_hosts=allowed_hosts), DeliveryWorker(emulator):
            yield emulator.url


@contextmanager
def serve_in_background(
    emulator: Emulator,
    sock: socket.socket,
    tls: ssl.SSLContext | None = None,
    *,
    allowed_hosts: Iterable[str] = (),
) -> Generator[None]:
    """Serve on a socket in another thread while the ``with`` block lasts."""
    ready = threading.Event()
    server = _create_server(emulator, ready.set, tls, allowed_hosts)
    thread = threading.Thread(target=server.run, args=([sock],), name="paystack-emulator", daemon=True)
    thread.start()
    try:
        if not ready.wait(10):
            raise RuntimeError("the emulator did not start within 10 seconds")
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _create_server(
    emulator: Emulator,
    ready: Callable[[], None],
    tls: ssl.SSLContext | None = None,
    allowed_hosts: Iterable[str] = (),
) -> _Server:
    connections: broken_replies.Connections = {}
    config = uvicorn.Config(
        Application(emulator, connections, allowed_hosts=allowed_hosts),
        http=broken_replies.tracking_protocol(connections),
        lifespan="off",
        ws="none",
        access_log=False,
        proxy_headers=False,  # X-Forwarded-For and its like are not trusted
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_context_factory=None if tls is None else lambda config, default: tls,
    )
    return _Server(config, ready)
