"""The emulator as an ASGI application: it passes HTTP requests to ``Emulator.dispatch``, and sends the replies.

Before anything else, :mod:`paystackease.emulator.server.host_check` rejects requests to another host.
The pages are served by :mod:`paystackease.emulator.pages`, which is imported with the first request for a page.
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

MAX_BODY_BYTES = 8 * 1024 * 1024
"""The longest body that is accepted."""


class Application:
    """An emulator for an ASGI server.

    :param connections: The server's connections, as
        :func:`~paystackease.emulator.server.broken_replies.tracking_protocol` records them.
    :param allowed_hosts: The host names that are allowed besides ``localhost``, addresses, and the name in
        ``emulator.url``.
    :raises ValueError: If one of them is not a single host name.
    """

    def __init__(
        self,
        emulator: Emulator,
        connections: broken_replies.Connections | None = None,
        *,
        allowed_hosts: Iterable[str] = (),
    ) -> None:
        self._emulator = emulator
        self._hosts = HostCheck(allowed_hosts)
        self._connections = {} if connections is None else connections
        self._pages: App | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})  # Paystack has no websockets
            return
        if scope["type"] != "http":
            return  # lifespan events need nothing
        rejection = self._hosts.reject(scope, self._emulator.url)
        if rejection is not None:
            await broken_replies.send_response(rejection, send, body=scope["method"] != "HEAD")
            return
        if scope["path"].startswith("/_emulator") and is_page(scope):
            await self._serve_page(scope, receive, send)
            return
        content = await _read(receive)
        reply: RawResponse | BrokenReply
        if content is None:
            reply = RawResponse(413, {"content-type": "text/plain"}, b"The body is too long.")
        else:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            # The path as it was sent: in `path`, a quoted slash cannot be told from a literal one.
            target = scope["raw_path"].decode("latin-1")
            if scope["query_string"]:
                target += f"?{scope['query_string'].decode('latin-1')}"
            result = self._emulator.dispatch(scope["method"], target, headers, content)
            if result.flow is None:
                reply = self._emulator.reply_of(result)
            else:
                # It may take long, and it calls the merchant's server, which may call the emulator.
                reply = await asyncio.to_thread(self._emulator.reply_of, result)
        if isinstance(reply, BrokenReply):
            client = scope.get("client")
            connection = self._connections.get(tuple(client)) if client else None
            await broken_replies.send_broken(reply, connection, receive, send)
        else:
            await broken_replies.send_response(reply, send, body=scope["method"] != "HEAD")

    async def _serve_page(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if self._pages is None:
            from paystackease.emulator.server.pages_app import create_app

            self._pages = create_app(self._emulator)
        await self._pages(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        if length > MAX_BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(chunks)
