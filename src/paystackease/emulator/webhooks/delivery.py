"""Webhooks on their way: to an address, or straight into an ASGI or WSGI application of this process.

:func:`send` waits in the caller's thread and :func:`asend` in its event loop; both say what became of it and raise
nothing. :class:`Courier` does what falls due for as long as a server runs, in a thread of its own.
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

from paystackease.emulator.webhooks.outbox import MAX_EXCERPT, TIMEOUT, Delivery, Outcome, Steps

if TYPE_CHECKING:
    from paystackease.emulator import Emulator

T = TypeVar("T")

AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
WsgiApp: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]
Target: TypeAlias = "str | AsgiApp | WsgiApp"


class MountedApp:
    """An application, and the path in it that takes webhooks."""

    def __init__(self, app: AsgiApp | WsgiApp, path: str) -> None:
        self.app: Any = app
        self.path = path
        self.is_asgi = _is_asgi(app)
        self.__name__ = f"{getattr(app, '__name__', type(app).__name__)}{path}"


def drive(steps: Steps[T], outside: bool) -> T:
    """Go through steps, and send in this thread what is to be sent."""
    try:
        sending = next(steps)
        while True:
            sending = steps.send(send(sending, outside))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return] # the generator's
    finally:
        steps.close()


async def adrive(steps: Steps[T], outside: bool) -> T:
    """Go through steps, and send in this event loop what is to be sent."""
    try:
        sending = next(steps)
        while True:
            sending = steps.send(await adeliver_webhook(sending, outside))
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return] # the generator's
    finally:
        steps.close()


def send(sending: Delivery, outside: bool = False) -> Outcome:
    """Deliver one, and wait for what is answered.

    :param outside: Whether it may leave this machine.
    """
    target = sending.target
    if isinstance(target, str):
        return _timed(lambda: _post(target, sending, outside))
    if not target.is_asgi:
        return _timed(lambda: _call_wsgi(target, sending))
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(adeliver_webhook(sending, outside))
    # Two loops do not run in one thread. Who is in one does better with `adeliver`.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(adeliver_webhook(sending, outside))).result()


async def adeliver_webhook(sending: Delivery, outside: bool = False) -> Outcome:
    """Deliver one from within an event loop; an ASGI application runs in that very loop."""
    target = sending.target
    if isinstance(target, str) or not target.is_asgi:
        return await asyncio.to_thread(send, sending, outside)
    began = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT):
            outcome = await _call_asgi(target, sending)
    except Exception as error:  # whatever an application raises is its server's 500
        outcome = _raised(error)
    return replace(outcome, seconds=time.perf_counter() - began)


def _timed(deliver: Callable[[], Outcome]) -> Outcome:
    began = time.perf_counter()
    try:
        outcome = deliver()
    except Exception as error:  # whatever an application raises is its server's 500
        outcome = _raised(error)
    return replace(outcome, seconds=time.perf_counter() - began)


def _raised(error: Exception) -> Outcome:
    if isinstance(error, TimeoutError):
        return Outcome(None, error=f"no answer within {TIMEOUT:g} seconds")
    return Outcome(500, error=f"{type(error).__name__} was raised")


def _post(url: str, sending: Delivery, outside: bool) -> Outcome:
    import urllib3

    if not outside and not _is_local(url):
        return Outcome(None, error="not sent: the address is not on this machine, and webhooks have personal data")
    try:
        with urllib3.PoolManager(num_pools=1) as pool:
            reply = pool.request(
                "POST",
                url,
                body=sending.body,
                headers=dict(sending.headers),
                timeout=urllib3.Timeout(total=TIMEOUT),
                retries=False,
                redirect=False,
                preload_content=False,
            )
            try:
                return Outcome(reply.status, reply.read(MAX_EXCERPT, decode_content=True).decode("utf-8", "replace"))
            finally:
                reply.close()
    except urllib3.exceptions.TimeoutError:
        return Outcome(None, error=f"no answer within {TIMEOUT:g} seconds")
    except (urllib3.exceptions.HTTPError, OSError) as error:
        return Outcome(None, error=f"no answer: {type(error).__name__}")


def _is_local(url: str) -> bool:
    """Whether an address is one of this machine's own, whatever it is called."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None)
    except (OSError, ValueError, UnicodeError):
        return True  # there is no such host: that is found out, and told, by who tries
    return all(ipaddress.ip_address(address[4][0]).is_loopback for address in found)


def _is_asgi(app: Any) -> bool:
    # As uvicorn tells them apart: an ASGI application is a coroutine function, or has one to be called by.
    return inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(app.__call__)


async def _call_asgi(target: MountedApp, sending: Delivery) -> Outcome:
    parts = urlsplit(target.path)
    headers = [(b"host", b"localhost"), (b"content-length", str(len(sending.body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in sending.headers.items()]
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
    asked, status, body = False, None, bytearray()
    ended = asyncio.Event()

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": sending.body, "more_body": False}
        await ended.wait()  # who asks on wants to know when the client leaves: after the answer
        return {"type": "http.disconnect"}

    async def answer(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b"")[: MAX_EXCERPT - len(body)])
            if not message.get("more_body", False):
                ended.set()

    await target.app(scope, receive, answer)
    text = body.decode("utf-8", "replace")
    return Outcome(status, text, error=None if status else "the application ended without an answer")


def _call_wsgi(target: MountedApp, sending: Delivery) -> Outcome:
    parts = urlsplit(target.path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_LENGTH": str(len(sending.body)),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sending.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in sending.headers.items():
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
        return Outcome(None, error="the application ended without an answer")
    return Outcome(int(started[-1].split()[0]), body[:MAX_EXCERPT].decode("utf-8", "replace"))


class DeliveryWorker:
    """Does what falls due while the ``with`` lasts: jobs, and webhooks, several tenants at a time.

    :param threads: How many merchants may keep it waiting at once before the others are.
    """

    def __init__(self, emulator: Emulator, threads: int = 4) -> None:
        self._emulator = emulator
        self._over = False
        self._threads = [
            threading.Thread(target=self._run, name=f"paystack-courier-{number}", daemon=True)
            for number in range(threads)
        ]

    def __enter__(self) -> DeliveryWorker:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._emulator.work.stir()
        for thread in self._threads:
            # One that waits for a merchant is not waited for: it is a daemon.
            thread.join(1.0)

    def _run(self) -> None:
        from paystackease.errors import ClientClosedError

        work = self._emulator.work
        while not self._over:
            try:
                change_count = work.change_count
                self._emulator.settle()
                if not self._over:
                    work.wait(change_count, self._emulator.idle())
            except ClientClosedError:
                return
            except Exception:
                # What the last one sent is told to an emulator that is gone.
                if not self._over:
                    raise
