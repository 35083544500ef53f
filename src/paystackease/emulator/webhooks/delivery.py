"""Delivery of webhooks: to an address, or to an ASGI or WSGI application in this process.

:func:`deliver` blocks the caller's thread, and :func:`adeliver` waits in its event loop. Both return the result and
never raise. :class:`DeliveryWorker` runs jobs and sends webhooks in threads of its own while a server runs.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import ipaddress
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from paystackease.emulator.webhooks.outbox import MAX_EXCERPT, TIMEOUT, Delivery, DeliveryFlow, DeliveryResult

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

T = TypeVar("T")

AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
WsgiApp: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]
Target: TypeAlias = "str | AsgiApp | WsgiApp"


class MountedApp:
    """An application, and the path at which it receives webhooks."""

    def __init__(self, app: AsgiApp | WsgiApp, path: str) -> None:
        self.app: Any = app
        self.path = path
        self.is_asgi = _is_asgi(app)
        self.__name__ = f"{getattr(app, '__name__', type(app).__name__)}{path}"


def run_flow(flow: DeliveryFlow[T], allow_remote: bool) -> T:
    """Run a flow, and deliver its webhooks in this thread."""
    try:
        delivery = next(flow)
        while True:
            delivery = flow.send(deliver(delivery, allow_remote))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return] # the generator's
    finally:
        flow.close()


async def arun_flow(flow: DeliveryFlow[T], allow_remote: bool) -> T:
    """Run a flow, and deliver its webhooks in this event loop."""
    try:
        delivery = next(flow)
        while True:
            delivery = flow.send(await adeliver(delivery, allow_remote))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return] # the generator's
    finally:
        flow.close()


def deliver(delivery: Delivery, allow_remote: bool = False) -> DeliveryResult:
    """Deliver a webhook, and wait for the response.

    :param allow_remote: Whether it may leave this machine.
    """
    target = delivery.target
    if isinstance(target, str):
        return _measure(lambda: _post(target, delivery, allow_remote))
    if not target.is_asgi:
        return _measure(lambda: _call_wsgi(target, delivery))
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(adeliver(delivery, allow_remote))
    # A thread runs only one event loop. Within one, Emulator.adeliver does not block it.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(adeliver(delivery, allow_remote))).result()


async def adeliver(delivery: Delivery, allow_remote: bool = False) -> DeliveryResult:
    """Deliver a webhook in the running event loop. An ASGI application is called in that loop."""
    target = delivery.target
    if isinstance(target, str) or not target.is_asgi:
        return await asyncio.to_thread(deliver, delivery, allow_remote)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT):
            result = await _call_asgi(target, delivery)
    except Exception as error:  # a server would respond with 500
        result = _result_of(error)
    return replace(result, seconds=time.perf_counter() - began)


def _measure(send: Callable[[], DeliveryResult]) -> DeliveryResult:
    began = time.perf_counter()
    try:
        result = send()
    except Exception as error:  # a server would respond with 500
        result = _result_of(error)
    return replace(result, seconds=time.perf_counter() - began)


def _result_of(error: Exception) -> DeliveryResult:
    if isinstance(error, TimeoutError):
        return DeliveryResult(None, error=f"no response within {TIMEOUT:g} seconds")
    return DeliveryResult(500, error=f"{type(error).__name__} was raised")


def _post(url: str, delivery: Delivery, allow_remote: bool) -> DeliveryResult:
    import urllib3

    if not allow_remote and not _is_local(url):
        return DeliveryResult(
            None, error="not sent: the address is not on this machine, and webhooks contain personal data"
        )
    try:
        with urllib3.PoolManager(num_pools=1) as pool:
            reply = pool.request(
                "POST",
                url,
                body=delivery.body,
                headers=dict(delivery.headers),
                timeout=urllib3.Timeout(total=TIMEOUT),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                return DeliveryResult(
                    reply.status, reply.read(MAX_EXCERPT, decode_content=True).decode("utf-8", "replace")
                )
            finally:
                reply.close()
    except urllib3.exceptions.TimeoutError:
        return DeliveryResult(None, error=f"no response within {TIMEOUT:g} seconds")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return DeliveryResult(None, error=f"no response: {type(error).__name__}")


def _is_local(url: str) -> bool:
    """Return whether all addresses of a URL's host are loopback addresses."""
    try:
        addresses = socket.getaddrinfo(urlsplit(url).hostname, None)
    except (OSError, ValueError, UnicodeError):
        return True  # there is no such host: the attempt fails with an error that says so
    return all(ipaddress.ip_address(address[4][0]).is_loopback for address in addresses)


def _is_asgi(app: Any) -> bool:
    # The same test as uvicorn's: an ASGI application is a coroutine function, or its ``__call__`` is one.
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(app.__call__)


async def _call_asgi(target: MountedApp, delivery: Delivery) -> DeliveryResult:
    parts = urlsplit(target.path)
    headers = [(b"host", b"localhost"), (b"content-length", str(len(delivery.body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in delivery.headers.items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
        "state": {},
    }
    requested, status, body = False, None, bytearray()
    ended = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal requested
        if not requested:
            requested = True
            return {"type": "http.request", "body": delivery.body, "more_body": False}
        await ended.wait()  # the next message is the disconnect, after the response
        return {"type": "http.disconnect"}

    async def respond(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b"")[: MAX_EXCERPT - len(body)])
            if not message.get("more_body", False):
                ended.set()

    await target.app(scope, receive, respond)
    text = body.decode("utf-8", "replace")
    return DeliveryResult(status, text, error=None if status else "the application ended without a response")


def _call_wsgi(target: MountedApp, delivery: Delivery) -> DeliveryResult:
    parts = urlsplit(target.path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(delivery.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(delivery.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in delivery.headers.items():
        environ["CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"] = value
    started: list[str] = []

    def start(status: str, headers: object, exc_info: object = None) -> Callable[[bytes], object]:
        started.append(status)
        return body.extend

    body = bytearray()
    chunks = target.app(environ, start)
    try:
        for chunk in chunks:
            body.extend(chunk)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    if not started:
        return DeliveryResult(None, error="the application ended without a response")
    return DeliveryResult(int(started[-1].split()[0]), body[:MAX_EXCERPT].decode("utf-8", "replace"))


class DeliveryWorker:
    """Runs jobs and sends webhooks when they are due, while the ``with`` block lasts.

    :param threads: How many webhooks are delivered at the same time.
    """

    def __init__(self, emulator: Emulator, threads: int = 4) -> None:
        self._emulator = emulator
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._run, name=f"paystack-delivery-{number}", daemon=True)
            for number in range(threads)
        ]

    def __enter__(self) -> DeliveryWorker:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._emulator.scheduler.notify()
        for thread in self._threads:
            # A thread that waits for a merchant's response is a daemon thread: it is not waited for.
            thread.join(1.0)

    def _run(self) -> None:
        from paystackease.errors import ClientClosedError

        scheduler = self._emulator.scheduler
        while not self._stopped:
            try:
                change_count = scheduler.change_count
                self._emulator.run_due()
                if not self._stopped:
                    scheduler.wait_for_change(change_count, self._emulator.idle_seconds())
            except ClientClosedError:
                return
            except Exception:
                # The emulator was closed during the last delivery.
                if not self._stopped:
                    raise
