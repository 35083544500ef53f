"""Responses that a fault breaks: late, cut off, in small pieces, or not sent at all.

ASGI cannot reset a connection. So :func:`tracking_protocol` records the connections of uvicorn by the address of the
client, which ASGI passes to the application.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from paystackease._core.transport import RawResponse
from paystackease.emulator.faults.rules import BrokenReply
from paystackease.emulator.http.errors import HEADERS

if TYPE_CHECKING:
    Base = asyncio.Protocol
else:
    Base = AutoHTTPProtocol

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Connections: TypeAlias = dict[Any, asyncio.Transport]
"""The open connections by the client's address."""

DRIP_CHUNKS = 20
"""The number of chunks in which a slow response is sent."""


def tracking_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol, which records its connections there."""

    class TrackingProtocol(Base):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            connection = cast("asyncio.Transport", transport)  # as uvloop's is too, which does not inherit from it
            self._peer = _peer_of(connection)
            connections[self._peer] = connection

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self._peer, None)
            super().connection_lost(exc)

    return TrackingProtocol


def _peer_of(transport: asyncio.Transport) -> Any:
    peer = transport.get_extra_info("peername")
    return tuple(peer[:2]) if isinstance(peer, tuple) else peer  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # an address


async def send_response(response: RawResponse, send: Send, *, body: bool = True) -> None:
    """Send a complete response.

    :param body: False for HEAD.
    """
    await _start(response, send)
    await send({"type": "http.response.body", "body": response.content if body else b""})


async def send_broken(reply: BrokenReply, connection: asyncio.Transport | None, receive: Receive, send: Send) -> None:
    """Send a response as its fault requires.

    :param connection: None with a server other than ours, which then responds with 500.
    """
    response = reply.response
    if reply.mode == "late":
        await asyncio.sleep(reply.seconds)
        await send_response(response, send)
    elif reply.mode == "drip":
        await _start(response, send)
        size = max(1, len(response.content) // DRIP_CHUNKS)
        for start in range(0, len(response.content), size):
            await asyncio.sleep(reply.seconds * size / max(1, len(response.content)))
            await send(
                {"type": "http.response.body", "body": response.content[start : start + size], "more_body": True}
            )
        await send({"type": "http.response.body", "body": b""})
    elif reply.mode == "stall":
        await _wait_for_disconnect(receive)
    else:
        if reply.mode == "half":
            await _start(response, send)
            half = response.content[: len(response.content) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        if connection is None:
            raise ConnectionError("an injected fault closes this connection")
        if reply.mode == "reset":
            sock = connection.get_extra_info("socket")
            # With a linger time of 0, the system resets the connection instead of closing it.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.abort()
        else:
            connection.close()
        await _wait_for_disconnect(receive)


async def _start(response: RawResponse, send: Send) -> None:
    length = (b"content-length", b"%d" % len(response.content))
    # Nearly all responses have the same headers.
    headers = _ENCODED_HEADERS if response.headers is HEADERS else _encode_headers(response.headers)
    await send({"type": "http.response.start", "status": response.status, "headers": [*headers, length]})


def _encode_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


_ENCODED_HEADERS = _encode_headers(HEADERS)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
