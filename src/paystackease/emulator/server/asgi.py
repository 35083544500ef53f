"""The emulator as an ASGI application: what came over HTTP goes to ``Emulator.handle``, and what it says goes back.

Before anything else, :mod:`paystackease.emulator.server.host_check` refuses what was sent to a name of somebody else's.
What people look at is made by :mod:`paystackease.emulator.pages`, which is loaded when the first page is asked for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from paystackease._core.transport import RawResponse
from paystackease.emulator import Emulator
from paystackease.emulator.faults.rules import BrokenReply
from paystackease.emulator.pages import is_page
from paystackease.emulator.server import broken_replies
from paystackease.emulator.server.broken_replies import Receive, Send
from paystackease.emulator.server.host_check import HostCheck

App: TypeAlias = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

MOST_BYTES = 8 * 1024 * 1024
"""The longest body that is taken in."""


class Application:
    """An emulator for an ASGI server.

    :param lines: The server's connections, as :func:`~paystackease.emulator.server.broken_replies.protocol` keeps them.
    :param allowed_hosts: The names under which it may be asked, besides ``localhost``, addresses, and the name in
        ``emulator.url``.
    :raises ValueError: If one of them is not one name.
    """

    def __init__(
        self, emulator: Emulator, lines: broken_replies.Connections | None = None, *, allowed_hosts: Iterable[str] = ()
    ) -> None:
        self._emulator = emulator
        self._hosts = HostCheck(allowed_hosts)
        self._lines = {} if lines is None else lines
        self._pages: App | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})  # there are none at Paystack
            return
        if scope["type"] != "http":
            return  # there is nothing to do when the server starts or stops
        refusal = self._hosts.refuse(scope, self._emulator.url)
        if refusal is not None:
            await broken_replies.answer(refusal, send, body=scope["method"] != "HEAD")
            return
        if scope["path"].startswith("/_emulator") and is_page(scope):
            await self._show(scope, receive, send)
            return
        content = await _read(receive)
        found: RawResponse | BrokenReply
        if content is None:
            found = RawResponse(413, {"content-type": "text/plain"}, b"The body is too long.")
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            # The path as it was sent: in `path`, a quoted slash is one like any other.
            target = scope["raw_path"].decode("latin-1")
            if scope["query_string"]:
                target += f"?{scope['query_string'].decode('latin-1')}"
            handled = self._emulator.handle(scope["method"], target, headers, content)
            if isinstance(handled, RawResponse | BrokenReply):
                found = handled
            else:
                # Time passes, or somebody is told something and may ask us in turn: others are answered meanwhile.
                found = await asyncio.to_thread(self._emulator.drive, handled)
        if isinstance(found, BrokenReply):
            client = scope.get("client")
            line = self._lines.get(tuple(client)) if client else None
            await broken_replies.broken(found, line, receive, send)
        else:
            await broken_replies.answer(found, send, body=scope["method"] != "HEAD")

    async def _show(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if self._pages is None:
            from paystackease.emulator.pages.app import pages

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
