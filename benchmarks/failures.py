"""Count how failed calls end: ``python benchmarks/failures.py``. It needs pytest, for the server of the tests.

Both clients meet each failure with a call that reads and one that writes, without retries. Each call must raise an
error of paystackease. A call that returns treats a failure as success; an error of another library is a leak.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from faulty_server import BODY, FaultyServer, full_response, handle_in_order, response_head, unused_address

from paystackease import AsyncPaystack, Paystack, Retry
from paystackease.errors import PaystackError

ConnectionHandler: TypeAlias = Callable[[Any], None]
CallEnd: TypeAlias = Literal["our error", "false success", "foreign error"]

REJECTION = b'{"status": false, "message": "Declined"}'
TIMEOUT = 0.5
STATUSES = (400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504)


def _send_bytes(data: bytes) -> ConnectionHandler:
    def handle(connection: Any) -> None:
        connection.read()
        connection.write(data)

    return handle


def _reset_connection(connection: Any) -> None:
    connection.read()
    connection.reset()


def _never_respond(connection: Any) -> None:
    connection.wait_for_close()


def _send_byte_by_byte(connection: Any) -> None:
    connection.read()
    connection.drip(full_response())


def _close_when_reused() -> ConnectionHandler:
    def respond_then_read(connection: Any) -> None:
        connection.read()
        connection.write(full_response())
        connection.read()

    return handle_in_order(respond_then_read, _send_bytes(b""))


KINDS: dict[str, Callable[[], ConnectionHandler] | None] = {
    **{
        f"HTTP {status}": lambda status=status: _send_bytes(full_response(REJECTION, status=status))
        for status in STATUSES
    },
    "200 with status false": lambda: _send_bytes(full_response(REJECTION)),
    "a redirect": lambda: _send_bytes(full_response(BODY, "location: /elsewhere", status=302)),
    "204": lambda: _send_bytes(response_head(204)),
    "HTML": lambda: _send_bytes(full_response(b"<html>Bad gateway</html>")),
    "an empty body": lambda: _send_bytes(full_response(b"")),
    "[]": lambda: _send_bytes(full_response(b"[]")),
    "null": lambda: _send_bytes(full_response(b"null")),
    "truncated JSON": lambda: _send_bytes(full_response(BODY[:-1])),
    "invalid gzip": lambda: _send_bytes(full_response(BODY, "content-encoding: gzip")),
    "truncated gzip": lambda: _send_bytes(full_response(gzip.compress(BODY)[:-20], "content-encoding: gzip")),
    "half a head": lambda: _send_bytes(full_response()[:30]),
    "half a body": lambda: _send_bytes(full_response()[:-10]),
    "another protocol": lambda: _send_bytes(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "closed": lambda: _send_bytes(b""),
    "reset": lambda: _reset_connection,
    "refused": None,
    "a pooled connection closed on reuse": _close_when_reused,
    "silence": lambda: _never_respond,
    "byte by byte": lambda: _send_byte_by_byte,
}
assert len(KINDS) == 32


def _classify_end(call: Callable[[], object]) -> CallEnd:
    try:
        call()
    except PaystackError:
        return "our error"
    except Exception:
        return "foreign error"
    return "false success"


def _make_call(client: Any, writes: bool) -> Any:
    return client.refund.create_refund("T1") if writes else client.transactions.verify_transaction("T1")


def _run_blocking(url: str, writes: bool, warm: bool) -> CallEnd:
    with Paystack("sk_test_failures", base_url=url, timeout=TIMEOUT, retry=Retry(max_attempts=1)) as client:
        if warm:
            client.transactions.verify_transaction("T0")
        return _classify_end(lambda: _make_call(client, writes))


def _run_asyncio(url: str, writes: bool, warm: bool) -> CallEnd:
    async def make_calls() -> None:
        async with AsyncPaystack(
            "sk_test_failures", base_url=url, timeout=TIMEOUT, retry=Retry(max_attempts=1)
        ) as client:
            if warm:
                await client.transactions.verify_transaction("T0")
            await _make_call(client, writes)

    return _classify_end(lambda: asyncio.run(make_calls()))


def measure() -> dict[str, Counter[CallEnd]]:
    """Return how the calls ended, by client and operation."""
    results: dict[str, Counter[CallEnd]] = {}
    for client, run_call in (("blocking", _run_blocking), ("asyncio", _run_asyncio)):
        for writes in (False, True):
            counts = results[f"{client}, {'a refund' if writes else 'a read'}"] = Counter[CallEnd]()
            for failure, make_handler in KINDS.items():
                if make_handler is None:
                    host, port = unused_address()
                    end = run_call(f"http://{host}:{port}", writes, False)
                else:
                    with FaultyServer(make_handler()) as server:
                        end = run_call(server.url, writes, failure.startswith("a pooled"))
                counts[end] += 1
                if end != "our error":
                    print(f"  {client}, {failure}: {end}")
    return results


if __name__ == "__main__":
    for label, counts in measure().items():
        print(f"{label}: {dict(counts)}")
