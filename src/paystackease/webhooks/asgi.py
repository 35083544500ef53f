"""Webhooks in any ASGI server or framework: an application for one path.

Starlette: ``Route("/paystack", asgi.Webhook(secret_key, inbox))``. FastAPI: ``app.router.routes.append(...)`` with the
same route; or take the event as a dependency, for which see :mod:`paystackease.webhooks.starlette`. It needs neither.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from paystackease.webhooks import receiver as receive
from paystackease.webhooks.signature import MAX_BODY_BYTES

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Webhook(receive.WebhookReceiver):
    """Your webhook as an ASGI application, which answers at whatever path it is put. Its arguments are those of
    :class:`paystackease.webhooks.receiver.WebhookReceiver`.
    """

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        client = scope.get("client")
        peer = client[0] if client else None
        received = self.refusal(scope["method"], headers, peer)
        if received is None:
            body = await _read(receive)
            if body is None:
                return  # they hung up
            received = await self.aanswer(scope["method"], headers, body, peer)
        fields = [(name.encode(), value.encode()) for name, value in received.headers.items()]
        await send({"type": "http.response.start", "status": received.status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else received.body})


async def _read(receive: Receive) -> bytes | None:
    """The body, or as much of it as shows that it is too long; None where it did not come whole."""
    body = bytearray()
    while len(body) <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)
