"""The server of the benchmarks, minimal so that the clients are measured and not the server.

``python benchmarks/server.py [--delay MS] [--tls FILE]`` prints its port as a line of JSON, and stops when its standard
input is closed. It answers every GET and POST with one transaction of about 1.5 KB. The exceptions are
``/transaction?page=N&perPage=100``, a page of a list of 10,000, and ``/_stats``, the counters of connections and
requests.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import ssl
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

ITEMS = 10_000
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def transaction(number: int, log_entries: int) -> dict[str, Any]:
    """Return a transaction in Paystack's format: about 1 KB, and 60 bytes for each entry in its log."""
    return {
        "id": 4_099_260_516 + number,
        "domain": "test",
        "status": "success",
        "reference": f"re4lyvq3s{number}",
        "receipt_number": None,
        "amount": 40333,
        "message": None,
        "gateway_response": "Successful",
        "paid_at": "2024-08-22T09:15:02.000Z",
        "created_at": "2024-08-22T09:14:24.000Z",
        "channel": "card",
        "currency": "NGN",
        "ip_address": "197.210.54.33",
        "metadata": {"cart_id": 398, "custom_fields": [{"display_name": "Cart", "variable_name": "cart", "value": 3}]},
        "log": {
            "start_time": 1724318098,
            "time_spent": 4,
            "attempts": 1,
            "errors": 0,
            "success": True,
            "mobile": False,
            "input": [],
            "history": [
                {"type": "action", "message": "Attempted to pay with card", "time": second}
                for second in range(log_entries)
            ],
        },
        "fees": 10283,
        "fees_split": None,
        "authorization": {
            "authorization_code": "AUTH_uh8bcl3zbn",
            "bin": "408408",
            "last4": "4081",
            "exp_month": "12",
            "exp_year": "2030",
            "channel": "card",
            "card_type": "visa ",
            "bank": "TEST BANK",
            "country_code": "NG",
            "brand": "visa",
            "reusable": True,
            "signature": "SIG_yEXu7dLBeqG0kU7g95Ke",
            "account_name": None,
        },
        "customer": {
            "id": 181873746,
            "first_name": "Ada",
            "last_name": "Lovelace",
            "email": "ada@example.com",
            "customer_code": "CUS_1rkzaqsv4rrhqo6",
            "phone": None,
            "metadata": None,
            "risk_action": "default",
        },
        "plan": None,
        "split": {},
        "order_id": None,
        "requested_amount": 40333,
        "pos_transaction_data": None,
        "source": None,
        "connect": None,
        "transaction_date": "2024-08-22T09:14:24.000Z",
    }


def _build_response(body: dict[str, Any]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
    return f"{head}Connection: keep-alive\r\n\r\n".encode() + content


def _content_length(data: bytes, end: int) -> int:
    match = _LENGTH.search(data, 0, end)
    return int(match[1]) if match else 0


@cache
def _list_response(query: str) -> bytes:
    parameters = parse_qs(query)
    page, per_page = (int(parameters.get(name, [default])[0]) for name, default in (("page", "1"), ("perPage", "50")))
    first = (page - 1) * per_page
    items = [transaction(number, 0) for number in range(first, min(first + per_page, ITEMS))]
    pages = -(-ITEMS // per_page)
    meta = {"total": ITEMS, "skipped": first, "perPage": per_page, "page": page, "pageCount": pages}
    return _build_response({"status": True, "message": "Transactions retrieved", "data": items, "meta": meta})


TRANSACTION_RESPONSE = _build_response(
    {"status": True, "message": "Verification successful", "data": transaction(0, 4)}
)


class ServerState:
    """The settings and counters that all connections share."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.opened = self.open = self.requests = 0

    def respond(self, target: bytes) -> bytes:
        """Return the response for a request target, and count the request."""
        self.requests += 1
        if target.startswith(b"/transaction?"):
            return _list_response(target.decode().partition("?")[2])
        return TRANSACTION_RESPONSE


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, in order, without chunked bodies."""

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._received = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Update the counters."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._state.opened += 1
        self._state.open += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Update the counters."""
        self._state.open -= 1

    def data_received(self, data: bytes) -> None:
        """Answer every complete request."""
        received = self._received + data
        while (end := received.find(b"\r\n\r\n") + 4) > 3:
            length = 0 if received.startswith(b"GET") else _content_length(received, end)
            if len(received) < end + length:
                break
            target = received[: received.index(b"\r\n")].split(b" ", 2)[1]
            received = received[end + length :]
            if target == b"/_stats":
                state = self._state
                self._write(_build_response({"opened": state.opened, "open": state.open, "requests": state.requests}))
            elif self._state.delay:
                self._loop.call_later(self._state.delay, self._write, self._state.respond(target))
            else:
                self._write(self._state.respond(target))
        self._received = received

    def _write(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)


async def serve(delay: float, tls: Path | None) -> None:
    """Serve on a free port of the loopback until standard input ends."""
    state = ServerState(delay)
    for page in range(1, ITEMS // 100 + 1):
        _list_response(f"perPage=100&page={page}")  # the order of paystackease; others are built on demand
    context = None
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(state), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    stopped = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(stopped.set)), daemon=True).start()
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="wait this long before each answer")
    parser.add_argument("--tls", type=Path, metavar="FILE", help="a private key and certificates (PEM): use TLS")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.delay / 1000, arguments.tls))
