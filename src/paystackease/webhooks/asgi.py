"""Webhooks in any ASGI server or framework: an application for one path.

Starlette: ``Route("/paystack", asgi.Webhook(secret_key, inbox))``. FastAPI: ``app.router.routes.append(...)`` with the
same route, or take the event as a dependency (:mod:`paystackease.webhooks.starlette`). This module needs neither.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from paystackease.webhooks import receiver
from paystackease.webhooks.signature import MAX_BODY_BYTES

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Webhook(receiver.WebhookReceiver):
    """An ASGI application that receives webhooks at any path. The arguments are those of
    :class:`paystackease.webhooks.receiver.WebhookReceiver`.
    """

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Respond to a request."""
        if scope["type"] != "http":
            return
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1"), value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        client = scope.get("client")
        peer = client[0] if client else None
        received = self.check_before_body(scope["method"], headers, peer)
        if received is None:
            body = await _read_body(receive)
            if body is None:
                return  # the client disconnected
            received = await self.arespond(scope["method"], headers, body, peer)
        fields = [(name.encode(), value.encode()) for name, value in received.headers.items()]
        await send({"type": "http.response.start", "status": received.status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else received.body})


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body, cut off when it is too long; None if the client disconnected before its end."""
    body = bytearray()
    while len(body) <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return bytes(body)
