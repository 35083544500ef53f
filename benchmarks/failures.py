"""What becomes of calls that fail: ``python benchmarks/failures.py``. It needs pytest: the server is that of the tests.

Each of the ways to fail is met by a call that reads and one that writes, by both clients, without repeats. Each has to
end in an error of ours: one that is returned is a failure taken for success, and another's error is a leak.
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

Play: TypeAlias = Callable[[Any], None]
Became: TypeAlias = Literal["an error of ours", "taken for success", "another's error"]

NO = b'{"status": false, "message": "no"}'
TIMEOUT = 0.5
STATUSES = (400, 401, 403, 404, 408, 409, 422, 429, 500, 501, 502, 503, 504)


def _sends(data: bytes) -> Play:
    def play(connection: Any) -> None:
        connection.read()
        connection.write(data)

    return play


def _reset(connection: Any) -> None:
    connection.read()
    connection.reset()


def _silence(connection: Any) -> None:
    connection.wait_for_close()


def _drip(connection: Any) -> None:
    connection.read()
    connection.drip(full_response())


def _closed_as_reused() -> Play:
    def once(connection: Any) -> None:
        connection.read()
        connection.write(full_response())
        connection.read()

    return handle_in_order(once, _sends(b""))


KINDS: dict[str, Callable[[], Play] | None] = {
    **{f"HTTP {status}": lambda status=status: _sends(full_response(NO, status=status)) for status in STATUSES},
    "200 that says no": lambda: _sends(full_response(NO)),
    "a redirect": lambda: _sends(full_response(BODY, "location: /elsewhere", status=302)),
    "204": lambda: _sends(response_head(204)),
    "HTML": lambda: _sends(full_response(b"<html>Bad gateway</html>")),
    "nothing": lambda: _sends(full_response(b"")),
    "[]": lambda: _sends(full_response(b"[]")),
    "null": lambda: _sends(full_response(b"null")),
    "JSON cut short": lambda: _sends(full_response(BODY[:-1])),
    "gzip that is none": lambda: _sends(full_response(BODY, "content-encoding: gzip")),
    "gzip cut short": lambda: _sends(full_response(gzip.compress(BODY)[:-20], "content-encoding: gzip")),
    "half a head": lambda: _sends(full_response()[:30]),
    "half a body": lambda: _sends(full_response()[:-10]),
    "another protocol": lambda: _sends(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "closed": lambda: _sends(b""),
    "reset": lambda: _reset,
    "refused": None,
    "a kept connection closed as it is reused": _closed_as_reused,
    "silence": lambda: _silence,
    "byte by byte": lambda: _drip,
}
assert len(KINDS) == 32


def _judged(call: Callable[[], object]) -> Became:
    try:
        call()
    except PaystackError:
        return "an error of ours"
    except Exception:
        return "another's error"
    return "taken for success"


def _ask(client: Any, writes: bool) -> Any:
    return client.refund.create_refund("T1") if writes else client.transactions.verify_transaction("T1")


def _blocking(url: str, writes: bool, warm: bool) -> Became:
    with Paystack("sk_test_failures", base_url=url, timeout=TIMEOUT, retry=Retry(max_attempts=1)) as client:
        if warm:
            client.transactions.verify_transaction("T0")
        return _judged(lambda: _ask(client, writes))


def _asyncio(url: str, writes: bool, warm: bool) -> Became:
    async def use() -> None:
        async with AsyncPaystack(
            "sk_test_failures", base_url=url, timeout=TIMEOUT, retry=Retry(max_attempts=1)
        ) as client:
            if warm:
                await client.transactions.verify_transaction("T0")
            await _ask(client, writes)

    return _judged(lambda: asyncio.run(use()))


def measure() -> dict[str, Counter[Became]]:
    """What became of them, by flavour and call."""
    found: dict[str, Counter[Became]] = {}
    for flavour, ask in (("blocking", _blocking), ("asyncio", _asyncio)):
        for writes in (False, True):
            counted = found[f"{flavour}, {'a refund' if writes else 'a read'}"] = Counter[Became]()
            for kind, make in KINDS.items():
                if make is None:
                    host, port = unused_address()
                    became = ask(f"http://{host}:{port}", writes, False)
                else:
                    with FaultyServer(make()) as server:
                        became = ask(server.url, writes, kind.startswith("a kept"))
                counted[became] += 1
                if became != "an error of ours":
                    print(f"  {flavour}, {kind}: {became}")
    return found


if __name__ == "__main__":
    for who, counted in measure().items():
        print(f"{who}: {dict(counted)}")
