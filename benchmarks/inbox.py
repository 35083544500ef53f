"""How many webhooks an inbox stores and answers: ``python benchmarks/inbox.py [SECONDS [RATE]]``.

A server (uvicorn, ``asgi.Webhook`` with an inbox in a SQLite file on this disk) has one core to itself; workers are
processes of their own, and none runs meanwhile. Signed events come over 16 kept connections from another core: as fast
as they are answered, and then at a steady rate, at which it is measured how long an answer takes from the moment at
which the event was due. Every event that was answered with 200 is then counted in the inbox.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONNECTIONS = 16
KEY = "sk_test_benchmarks"
LEAST, MAX_P99 = 300, 0.100
"""What is to hold: as many events a second, and 99 of 100 answered within that many seconds."""


def serve(url: str, port: int) -> None:
    """The server's whole program."""
    import uvicorn

    from paystackease.webhooks import Inbox, asgi

    uvicorn.run(asgi.Webhook(KEY, Inbox(url)), port=port, lifespan="off", log_level="warning")


def webhook(number: int) -> bytes:
    """An event as Paystack sends it, with its head."""
    customer = {"id": number, "first_name": "Ada", "last_name": "Obi", "email": "ada@example.com"}
    data = {"id": number, "reference": f"T{number}", "status": "success", "amount": 250_000, "customer": customer}
    body = json.dumps({"event": "charge.success", "data": {**data, "log": ["x" * 64] * 16}}).encode()
    signature = hmac.new(KEY.encode(), body, hashlib.sha512).hexdigest()
    head = f"POST / HTTP/1.1\r\nhost: x\r\nx-paystack-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Sender:
    """Sends events over kept connections, and keeps how long each took."""

    def __init__(self, port: int) -> None:
        self.port, self.number, self.took = port, 0, list[float]()

    async def answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, due: float) -> None:
        """Send one event, and wait for the answer."""
        self.number += 1
        writer.write(webhook(self.number))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
        self.took.append(time.perf_counter() - due)

    async def run(self, seconds: float, rate: float | None) -> float:
        """Send for so long; gives how many a second were answered."""
        began = time.perf_counter()
        self.took.clear()
        turns = iter(range(10**9))

        async def line() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            while (now := time.perf_counter()) - began < seconds:
                due = now if rate is None else began + next(turns) / rate
                await asyncio.sleep(max(0.0, due - now))
                await self.answered(reader, writer, due)
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(line() for _ in range(CONNECTIONS)))
        return len(self.took) / (time.perf_counter() - began)

    def within(self, share: float) -> float:
        """Within how many seconds that share was answered."""
        return sorted(self.took)[int(share * len(self.took))]


def main(seconds: float, rate: float) -> bool:
    """Measure, and say whether what is to hold holds."""
    from paystackease.webhooks import Inbox

    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        url, port = f"sqlite:///{folder}/inbox.db", 4019
        server = subprocess.Popen([sys.executable, __file__, "serve", url, str(port)])
        os.sched_setaffinity(server.pid, cores[:1])
        os.sched_setaffinity(0, cores[1:] or cores)
        try:
            sender = Sender(port)
            _until_ready(port)
            asyncio.run(sender.run(2.0, rate))  # to warm up
            fastest = asyncio.run(sender.run(seconds, None))
            print(f"as fast as answered: {fastest:.0f} a second, 99 % within {sender.within(0.99) * 1000:.0f} ms")
            steady = asyncio.run(sender.run(seconds, rate))
            p99 = sender.within(0.99)
            print(f"at {rate:.0f} a second:     {steady:.0f} a second, 99 % within {p99 * 1000:.0f} ms", end="")
            print(f", half within {sender.within(0.5) * 1000:.1f} ms")
        finally:
            server.terminate()
            server.wait(60)
        inbox = Inbox(url)
        kept = len(inbox.list(limit=10**9))
        inbox.close()
    print(f"answered {sender.number}, kept {kept}; load of the machine: {os.getloadavg()[0]:.1f}")
    return kept == sender.number and steady >= 0.99 * rate and fastest >= LEAST and p99 < MAX_P99


def _until_ready(port: int) -> None:
    import socket

    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not begin")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        given = [float(argument) for argument in sys.argv[1:]]
        sys.exit(0 if main(*given, *[10.0, float(LEAST)][len(given) :]) else 1)
