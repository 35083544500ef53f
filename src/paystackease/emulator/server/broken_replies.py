"""Answers that do not arrive as answers do: late, cut off, bit by bit, or not at all.

ASGI has no word for a connection that is lost. So :func:`protocol` keeps the connections of uvicorn, by the address of
who is at the other end, which is how an application knows them too.
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
"""The open connections, by the address at the other end."""

DRIP_CHUNKS = 20
"""In how many parts an answer trickles."""


def protocol(lines: Connections) -> type[asyncio.Protocol]:
    """Uvicorn's way to speak HTTP, which keeps there what connections it has."""

    class Kept(Base):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            line = cast("asyncio.Transport", transport)  # as uvloop's is too, which does not inherit from it
            self._peer = _peer(line)
            lines[self._peer] = line

        def connection_lost(self, exc: Exception | None) -> None:
            lines.pop(self._peer, None)
            super().connection_lost(exc)

    return Kept


def _peer(transport: asyncio.Transport) -> Any:
    peer = transport.get_extra_info("peername")
    return tuple(peer[:2]) if isinstance(peer, tuple) else peer  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # an address


async def answer(reply: RawResponse, send: Send, *, body: bool = True) -> None:
    """Answer as it is meant to be.

    :param body: False for a HEAD.
    """
    await _start(reply, send)
    await send({"type": "http.response.body", "body": reply.content if body else b""})


async def broken(found: BrokenReply, line: asyncio.Transport | None, receive: Receive, send: Send) -> None:
    """Answer as a fault has it.

    :param line: The connection; None where the server is another than ours, which then says 500 in its stead.
    """
    reply = found.reply
    if found.how == "late":
        await asyncio.sleep(found.seconds)
        await answer(reply, send)
    elif found.how == "drip":
        await _start(reply, send)
        size = max(1, len(reply.content) // DRIP_CHUNKS)
        for start in range(0, len(reply.content), size):
            await asyncio.sleep(found.seconds * size / max(1, len(reply.content)))
            await send({"type": "http.response.body", "body": reply.content[start : start + size], "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    elif found.how == "stall":
        await _left(receive)
    else:
        if found.how == "half":
            await _start(reply, send)
            half = reply.content[: len(reply.content) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        if line is None:
            raise ConnectionError("a fault has it that this connection is lost")
        if found.how == "reset":
            sock = line.get_extra_info("socket")
            # With nothing to wait for, the system says that the connection is gone instead of ending it.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.abort()
        else:
            line.close()
        await _left(receive)


async def _start(reply: RawResponse, send: Send) -> None:
    length = (b"content-length", b"%d" % len(reply.content))
    # Nearly all answers have the same.
    written = _USUAL if reply.headers is HEADERS else _encoded(reply.headers)
    await send({"type": "http.response.start", "status": reply.status, "headers": [*written, length]})


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


_USUAL = _encoded(HEADERS)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
