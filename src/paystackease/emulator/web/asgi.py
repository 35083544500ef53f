"""The emulator as an ASGI application: what came over HTTP goes to ``Emulator.answer``, and what it says goes back.

What people look at is made by :mod:`paystackease.emulator.ui`, which is loaded when the first page is asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from paystackease._engine import Reply
from paystackease.emulator import Emulator
from paystackease.emulator.ui import is_page

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 8 * 1024 * 1024
"""The longest body that is taken in."""


class Application:
    """An emulator for an ASGI server."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._pages: App | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # there are no web sockets at Paystack, and nothing to do when the server starts or stops
        if scope["path"].startswith("/_emulator") and is_page(scope["method"], scope["path"]):
            await self._show(scope, receive, send)
            return
        content = await _read(receive)
        if content is None:
            reply = Reply(413, {"content-type": "text/plain"}, b"The body is too long.")
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            # The path as it was sent: in `path`, a quoted slash is one like any other.
            target = scope["raw_path"].decode("latin-1")
            if scope["query_string"]:
                target += f"?{scope['query_string'].decode('latin-1')}"
            reply = self._emulator.answer(scope["method"], target, headers, content)
        headers = {**reply.headers, "content-length": str(len(reply.content))}
        written = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": written})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.content})

    async def _show(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if self._pages is None:
            from paystackease.emulator.ui.site import pages

            self._pages = pages(self._emulator)
        await self._pages(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        if length > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)
