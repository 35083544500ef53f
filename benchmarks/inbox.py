"""Measure how many webhooks an inbox stores: ``python benchmarks/inbox.py [SECONDS [RATE]]``.

The server (uvicorn, ``asgi.Webhook`` with an inbox in a SQLite file on this disk) has its own core. No inbox worker
runs. Signed events arrive over 16 persistent connections from another core: first at the maximum rate, then at a steady
rate. At the steady rate, the latency of a response is measured from the time when its event was due. At the end, the
inbox must contain every event that got HTTP 200.
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
MIN_RATE, MAX_P99 = 300, 0.100
"""Goals: events per second, and the 99th percentile of the latency in seconds."""


def serve(url: str, port: int) -> None:
    """Run the server."""
    import uvicorn

    from paystackease.webhooks import Inbox, asgi

    uvicorn.run(asgi.Webhook(KEY, Inbox(url)), port=port, lifespan="off", log_level="warning")


def build_request(number: int) -> bytes:
    """Return the HTTP request of an event as Paystack sends it."""
    customer = {"id": number, "first_name": "Ada", "last_name": "Obi", "email": "ada@example.com"}
    data = {"id": number, "reference": f"T{number}", "status": "success", "amount": 250_000, "customer": customer}
    body = json.dumps({"event": "charge.success", "data": {**data, "log": ["x" * 64] * 16}}).encode()
    signature = hmac.new(KEY.encode(), body, hashlib.sha512).hexdigest()
    head = f"POST / HTTP/1.1\r\nhost: x\r\nx-paystack-signature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Sender:
    """Sends events over persistent connections, and records their latencies."""

    def __init__(self, port: int) -> None:
        self.port, self.number, self.latencies = port, 0, list[float]()

    async def send_event(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, due: float) -> None:
        """Send one event, and wait for the response."""
        self.number += 1
        writer.write(build_request(self.number))
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode())
        await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
        self.latencies.append(time.perf_counter() - due)

    async def run(self, seconds: float, rate: float | None) -> float:
        """Send events for ``seconds``; return the number of responses per second."""
        started = time.perf_counter()
        self.latencies.clear()
        event_numbers = iter(range(10**9))

        async def send_events() -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            while (now := time.perf_counter()) - started < seconds:
                due = now if rate is None else started + next(event_numbers) / rate
                await asyncio.sleep(max(0.0, due - now))
                await self.send_event(reader, writer, due)
            writer.close()
            await writer.wait_closed()

        await asyncio.gather(*(send_events() for _ in range(CONNECTIONS)))
        return len(self.latencies) / (time.perf_counter() - started)

    def percentile(self, share: float) -> float:
        """Return the latency in seconds within which ``share`` of the events were answered."""
        return sorted(self.latencies)[int(share * len(self.latencies))]


def main(seconds: float, rate: float) -> bool:
    """Measure, and return whether the goals were met."""
    from paystackease.webhooks import Inbox

    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        url, port = f"sqlite:///{folder}/inbox.db", 4019
        server = subprocess.Popen([sys.executable, __file__, "serve", url, str(port)])
        os.sched_setaffinity(server.pid, cores[:1])
        os.sched_setaffinity(0, cores[1:] or cores)
        try:
            sender = Sender(port)
            _wait_until_ready(port)
            asyncio.run(sender.run(2.0, rate))  # to warm up
            max_rate = asyncio.run(sender.run(seconds, None))
            print(f"maximum rate: {max_rate:.0f} a second, 99 % within {sender.percentile(0.99) * 1000:.0f} ms")
            steady_rate = asyncio.run(sender.run(seconds, rate))
            p99 = sender.percentile(0.99)
            print(f"at {rate:.0f} a second: {steady_rate:.0f} a second, 99 % within {p99 * 1000:.0f} ms", end="")
            print(f", half within {sender.percentile(0.5) * 1000:.1f} ms")
        finally:
            server.terminate()
            server.wait(60)
        inbox = Inbox(url)
        stored = len(inbox.list(limit=10**9))
        inbox.close()
    print(f"answered {sender.number}, stored {stored}; load of the machine: {os.getloadavg()[0]:.1f}")
    return stored == sender.number and steady_rate >= 0.99 * rate and max_rate >= MIN_RATE and p99 < MAX_P99


def _wait_until_ready(port: int) -> None:
    import socket

    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        arguments = [float(argument) for argument in sys.argv[1:]]
        sys.exit(0 if main(*arguments, *[10.0, float(MIN_RATE)][len(arguments) :]) else 1)
