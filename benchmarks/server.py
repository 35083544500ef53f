"""What the benchmarks call: as little of a server as can be, so that what is measured is the clients.

``python benchmarks/server.py [--delay MS] [--tls FILE]`` prints its port as a line of JSON and ends when its standard
input does. It answers every GET and POST with one transaction of about 1.5 KB, ``/transaction?page=N&perPage=100`` with
a page of a list of 10,000, and ``/_stats`` with how many connections and requests there have been.
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
    """A transaction as Paystack shows one: about 1 KB, and 60 bytes for each entry in its log."""
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


def _answer(body: dict[str, Any]) -> bytes:
    content = json.dumps(body, separators=(",", ":")).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {len(content)}\r\n"
    return f"{head}Connection: keep-alive\r\n\r\n".encode() + content


def _length(came: bytes, end: int) -> int:
    found = _LENGTH.search(came, 0, end)
    return int(found[1]) if found else 0


@cache
def _page(query: str) -> bytes:
    asked = parse_qs(query)
    page, per_page = (int(asked.get(name, [default])[0]) for name, default in (("page", "1"), ("perPage", "50")))
    first = (page - 1) * per_page
    items = [transaction(number, 0) for number in range(first, min(first + per_page, ITEMS))]
    pages = -(-ITEMS // per_page)
    meta = {"total": ITEMS, "skipped": first, "perPage": per_page, "page": page, "pageCount": pages}
    return _answer({"status": True, "message": "Transactions retrieved", "data": items, "meta": meta})


ONE = _answer({"status": True, "message": "Verification successful", "data": transaction(0, 4)})


class Site:
    """What all connections have in common."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.opened = self.open = self.requests = 0

    def answer(self, target: bytes) -> bytes:
        """What is answered to a request for this."""
        self.requests += 1
        if target.startswith(b"/transaction?"):
            return _page(target.decode().partition("?")[2])
        return ONE


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, in order, without chunked bodies."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._came = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._site.opened += 1
        self._site.open += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Count."""
        self._site.open -= 1

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        came = self._came + data
        while (end := came.find(b"\r\n\r\n") + 4) > 3:
            length = 0 if came.startswith(b"GET") else _length(came, end)
            if len(came) < end + length:
                break
            target = came[: came.index(b"\r\n")].split(b" ", 2)[1]
            came = came[end + length :]
            if target == b"/_stats":
                site = self._site
                self._write(_answer({"opened": site.opened, "open": site.open, "requests": site.requests}))
            elif self._site.delay:
                self._loop.call_later(self._site.delay, self._write, self._site.answer(target))
            else:
                self._write(self._site.answer(target))
        self._came = came

    def _write(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)


async def serve(delay: float, tls: Path | None) -> None:
    """Serve on a free port of the loopback until standard input ends."""
    site = Site(delay)
    for page in range(1, ITEMS // 100 + 1):
        _page(f"perPage=100&page={page}")  # as paystackease asks; another order of the two is made when asked for
    context = None
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(site), "127.0.0.1", 0, ssl=context, backlog=1024)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    ended = asyncio.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set)), daemon=True).start()
    await ended.wait()
    server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay", type=float, default=0, metavar="MS", help="wait this long before each answer")
    parser.add_argument("--tls", type=Path, metavar="FILE", help="a private key and certificates (PEM): speak TLS")
    told = parser.parse_args()
    asyncio.run(serve(told.delay / 1000, told.tls))
