"""Who is measured, and one measurement: ``python benchmarks/contenders.py NAME MODE [JSON]`` prints what it found.

Each measurement is a process of its own, which needs nothing but what its contender does, so that a contender may live
in an environment of its own: paystackease 2 and 3 have the same name. ``MODE`` is a function at the end of this module.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from importlib import metadata
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

KEY = "sk_test_benchmarks"
SAYS = "re4lyvq3s0"
"""What stands in every true answer: the reference of the one transaction that the server has."""
PATH = f"/transaction/verify/{SAYS}"
HEADERS = {"authorization": f"Bearer {KEY}", "accept": "application/json"}

AsyncCall: TypeAlias = Callable[[], Awaitable[object]]
Call: TypeAlias = Callable[[], object]
TakeWebhook: TypeAlias = Callable[[bytes, str], object]
"""Verifies a body by its signature, and parses it."""
clock = time.perf_counter


class Unfit(Exception):  # noqa: N818 # it is no error: it is why there is no measurement
    """Why a contender cannot be measured here, in a sentence."""


def _version_of(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise Unfit(f"{package} is not installed in {sys.executable}") from None


# asyncio


@asynccontextmanager
async def _raw_aiohttp(url: str, limit: int) -> AsyncIterator[AsyncCall]:
    import aiohttp
    import msgspec

    async with aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=limit)) as session:

        async def call() -> object:
            async with session.get(url + PATH) as reply:
                return msgspec.json.decode(await reply.read())

        yield call


@asynccontextmanager
async def _async_paystackease(url: str) -> AsyncIterator[AsyncCall]:
    from paystackease import AsyncPaystack

    async with AsyncPaystack(KEY, base_url=url) as client:
        yield lambda: client.transactions.verify_transaction(SAYS)


@asynccontextmanager
async def _async_paystackease_2(url: str) -> AsyncIterator[AsyncCall]:
    os.environ["PAYSTACK_SECRET_KEY"] = KEY  # the only way to give it one
    from paystackease.apis.async_apis.atransactions import AsyncTransactionClientAPI
    from paystackease.core._api_base import BaseAPI

    BaseAPI._PAYSTACK_API_URL = url + "/"
    async with AsyncTransactionClientAPI() as client:
        yield lambda: client.verify_transaction(SAYS)


@asynccontextmanager
async def _async_pypaystack2(url: str) -> AsyncIterator[AsyncCall]:
    from pypaystack2 import AsyncPaystackClient
    from pypaystack2.base_clients import AbstractAPIClient

    AbstractAPIClient._BASE_URL = url
    client = AsyncPaystackClient(KEY)
    yield lambda: client.transactions.verify(SAYS)


# Blocking


@contextmanager
def _http_client(url: str) -> Iterator[Call]:
    import http.client

    import msgspec

    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    idle: list[http.client.HTTPConnection] = []  # as little of a pool as can be

    def call() -> object:
        connection = idle.pop() if idle else kind(address.netloc)
        connection.request("GET", PATH, headers=HEADERS)
        body = connection.getresponse().read()
        idle.append(connection)
        return msgspec.json.decode(body)

    yield call


@contextmanager
def _raw_urllib3(url: str) -> Iterator[Call]:
    import msgspec
    import urllib3

    with urllib3.PoolManager(headers=HEADERS, maxsize=64, retries=False) as pool:
        yield lambda: msgspec.json.decode(pool.request("GET", url + PATH).data)


@contextmanager
def _requests(url: str) -> Iterator[Call]:
    import requests

    with requests.Session() as session:
        session.headers.update(HEADERS)
        yield lambda: session.get(url + PATH, timeout=30).json()


@contextmanager
def _paystackease(url: str) -> Iterator[Call]:
    from paystackease import Paystack

    with Paystack(KEY, base_url=url) as client:
        yield lambda: client.transactions.verify_transaction(SAYS)


@contextmanager
def _paystackease_2(url: str) -> Iterator[Call]:
    os.environ["PAYSTACK_SECRET_KEY"] = KEY
    from paystackease.apis.sync_apis.transactions import TransactionClientAPI
    from paystackease.core._api_base import BaseAPI

    BaseAPI._PAYSTACK_API_URL = url + "/"
    client = TransactionClientAPI()
    yield lambda: client.verify_transaction(SAYS)


@contextmanager
def _pypaystack2(url: str) -> Iterator[Call]:
    from pypaystack2 import PaystackClient
    from pypaystack2.base_clients import AbstractAPIClient

    AbstractAPIClient._BASE_URL = url
    client = PaystackClient(KEY)
    yield lambda: client.transactions.verify(SAYS)


@contextmanager
def _paystackapi(url: str) -> Iterator[Call]:
    import paystackapi

    paystackapi.API_URL = url + "/"
    from paystackapi.paystack import Paystack

    client = Paystack(secret_key=KEY)
    yield lambda: client.transaction.verify(SAYS)


ASYNCIO: dict[str, Callable[[str], AbstractAsyncContextManager[AsyncCall]]] = {
    "aiohttp + msgspec": lambda url: _raw_aiohttp(url, 100),
    "aiohttp limit=0 + msgspec": lambda url: _raw_aiohttp(url, 0),
    "paystackease": _async_paystackease,
    "paystackease-2": _async_paystackease_2,
    "pypaystack2": _async_pypaystack2,
}
BLOCKING: dict[str, Callable[[str], AbstractContextManager[Call]]] = {
    "http.client + msgspec": _http_client,
    "urllib3 + msgspec": _raw_urllib3,
    "paystackease": _paystackease,
    "requests": _requests,
    "paystackease-2": _paystackease_2,
    "pypaystack2": _pypaystack2,
    "paystackapi": _paystackapi,
}
NEEDS = {
    "aiohttp + msgspec": "aiohttp",
    "aiohttp limit=0 + msgspec": "aiohttp",
    "http.client + msgspec": "msgspec",
    "hmac.digest + msgspec": "msgspec",
    "urllib3 + msgspec": "urllib3",
    "paystackease-2": "paystackease",
    "aiohttp, page after page": "aiohttp",
    "aiohttp, 8 pages at once": "aiohttp",
}
"""The package that a contender is made of, where it has another name."""
UNPOOLED = {"pypaystack2", "paystackapi"}
"""They keep no connection, so there is nothing to warm up, and of them it would take seconds."""


# Lists


@asynccontextmanager
async def _raw_pages(url: str, at_once: int) -> AsyncIterator[Callable[[int], AsyncIterator[object]]]:
    import aiohttp
    import msgspec

    async with aiohttp.ClientSession(headers=HEADERS) as session:

        async def page(number: int) -> list[object]:
            async with session.get(f"{url}/transaction?perPage=100&page={number}") as reply:
                items: list[object] = msgspec.json.decode(await reply.read())["data"]
                return items

        async def items(pages: int) -> AsyncIterator[object]:
            ahead: deque[asyncio.Task[list[object]]] = deque()
            for number in range(1, pages + 1):
                ahead.append(asyncio.create_task(page(number)))
                if len(ahead) == at_once:
                    for item in await ahead.popleft():
                        yield item
            while ahead:
                for item in await ahead.popleft():
                    yield item

        yield items


@asynccontextmanager
async def _iterate(url: str) -> AsyncIterator[Callable[[int], AsyncIterator[object]]]:
    from paystackease import AsyncPaystack

    async with AsyncPaystack(KEY, base_url=url) as client:

        async def items(pages: int) -> AsyncIterator[object]:
            count = 0
            async for item in client.iterate(await client.transactions.list_transactions(per_page=100, page=1)):
                yield item
                count += 1
                if count == pages * 100:
                    return

        yield items


LISTS: dict[str, Callable[[str], AbstractAsyncContextManager[Callable[[int], AsyncIterator[object]]]]] = {
    "aiohttp, page after page": lambda url: _raw_pages(url, 1),
    "aiohttp, 8 pages at once": lambda url: _raw_pages(url, 8),
    "paystackease": _iterate,
}


# Webhooks


def _bare_hmac() -> TakeWebhook:
    import hmac

    import msgspec

    def take(body: bytes, signature: str) -> object:
        if not hmac.compare_digest(hmac.digest(KEY.encode(), body, "sha512").hex(), signature):
            raise ValueError
        return msgspec.json.decode(body)

    return take


def _our_webhook() -> TakeWebhook:
    from paystackease.webhooks import signature as verify

    return lambda body, signature: verify(body, signature, KEY)


def _paystackease_2_webhook() -> TakeWebhook:
    from paystackease.core._webhook import PayStackWebhook

    return lambda body, signature: PayStackWebhook.get_event_data(KEY, body, signature)


def _pypaystack2_webhook() -> TakeWebhook:
    from pypaystack2 import PaystackClient

    client = PaystackClient(KEY)

    def take(body: bytes, signature: str) -> object:
        if not client.is_verified_webhook_payload(body, signature):
            raise ValueError
        return json.loads(body)  # which it leaves to its user

    return take


WEBHOOKS: dict[str, Callable[[], TakeWebhook]] = {
    "hmac.digest + msgspec": _bare_hmac,
    "paystackease": _our_webhook,
    "paystackease-2": _paystackease_2_webhook,
    "pypaystack2": _pypaystack2_webhook,
}


# Measuring


def resident(what: str = "VmRSS") -> float:
    """The memory of this process in MB: what it holds now, or ``VmHWM``, the most that it held. NaN where not told."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def _forget_the_most() -> None:
    with suppress(OSError):  # then the most includes what came before
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _check(answer: object) -> None:
    if SAYS not in repr(answer):
        raise Unfit(f"its answer is not what was sent: {answer!r:.100}")


def _summary(took: list[float], failed: list[str], seconds: float, cpu: float) -> dict[str, Any]:
    took.sort()
    done = len(took)
    if not done:
        raise Unfit(f"all {len(failed)} of its calls failed, the first with {failed[0]}")
    return {
        "calls": done,
        "failed": len(failed),
        "rate": done / seconds,
        "cpu": cpu / done * 1000,  # seconds for 1,000 calls
        "p50": took[done // 2] * 1000,
        "p99": took[min(done - 1, done * 99 // 100)] * 1000,
    }


async def _drive(call: AsyncCall, at_once: int, calls: int, seconds: float) -> dict[str, Any]:
    took: list[float] = []
    failed: list[str] = []
    tickets = iter(range(calls))
    ends = clock() + seconds

    async def caller() -> None:
        for _ in tickets:
            if (began := clock()) > ends:
                return
            try:
                await call()
            except Exception as error:
                failed.append(type(error).__name__)
            else:
                took.append(clock() - began)

    began, cpu = clock(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    return _summary(took, failed, clock() - began, time.process_time() - cpu)


async def _asyncio(name: str, url: str, at_once: int, calls: int, seconds: float) -> dict[str, Any]:
    async with ASYNCIO[name](url) as call:
        _check(await call())
        if name not in UNPOOLED:
            await _drive(call, at_once, at_once * 2 + 200, seconds)
        gc.collect()
        return await _drive(call, at_once, calls, seconds)


def probe(name: str) -> dict[str, Any]:
    """Which version of a contender there is."""
    version = _version_of(NEEDS.get(name, name))
    if name.startswith("paystackease") and (version[0] == "2") != (name == "paystackease-2"):
        raise Unfit(f"the paystackease of {sys.executable} is {version}")
    return {"version": version}


def asyncio_calls(name: str, **options: Any) -> dict[str, Any]:
    """So many calls in all, so many at once, on one event loop."""
    return asyncio.run(_asyncio(name, **options))


def blocking_calls(name: str, url: str, at_once: int, calls: int, seconds: float) -> dict[str, Any]:
    """So many calls in all, from so many threads, on one client."""
    with BLOCKING[name](url) as call:
        _check(call())
        if name not in UNPOOLED:
            _drive_threads(call, at_once, at_once * 10 + 200, seconds)
        gc.collect()
        return _drive_threads(call, at_once, calls, seconds)


def _drive_threads(call: Call, at_once: int, calls: int, seconds: float) -> dict[str, Any]:
    took: list[float] = []
    failed: list[str] = []
    tickets = iter(range(calls))  # a range's iterator may be shared by threads
    ends = clock() + seconds

    def caller() -> None:
        for _ in tickets:
            if (began := clock()) > ends:
                return
            try:
                call()
            except Exception as error:
                failed.append(type(error).__name__)
            else:
                took.append(clock() - began)

    threads = [threading.Thread(target=caller) for _ in range(at_once - 1)]
    began, cpu = clock(), time.process_time()
    for thread in threads:
        thread.start()
    caller()
    for thread in threads:
        thread.join()
    return _summary(took, failed, clock() - began, time.process_time() - cpu)


def list_items(name: str, url: str, pages: int, seconds: float) -> dict[str, Any]:
    """A list from its first page on: how long it takes, and how much memory."""
    return asyncio.run(_list(name, url, pages, seconds))


async def _list(name: str, url: str, pages: int, seconds: float) -> dict[str, Any]:
    async with LISTS[name](url) as items:
        async for _ in items(2):
            pass
        gc.collect()
        early = max(1, pages // 10) * 100
        _forget_the_most()
        before = resident()
        began, cpu, count = clock(), time.process_time(), 0
        most_early = 0.0
        async with asyncio.timeout(seconds):
            async for _ in items(pages):
                count += 1
                if count == early:
                    most_early = resident("VmHWM")
        took = clock() - began
        if count != pages * 100:
            raise Unfit(f"it listed {count} items of {pages * 100}")
        most = resident("VmHWM")
        return {
            "items": count,
            "seconds": took,
            "rate": count / took,
            "cpu": (time.process_time() - cpu) / count * 1000,
            "growth": most - before,
            "late_growth": most - most_early,
        }


def webhooks(name: str, size: int, calls: int) -> dict[str, Any]:
    """Verify and parse a webhook of about this many bytes, again and again."""
    import hmac

    log = [{"type": "action", "message": "Attempted to pay with card", "time": second} for second in range(size // 68)]
    data = {"reference": SAYS, "amount": 5000, "currency": "NGN", "status": "success", "log": {"history": log}}
    body = json.dumps({"event": "charge.success", "data": data}, separators=(",", ":")).encode()
    signature = hmac.digest(KEY.encode(), body, "sha512").hex()
    take = WEBHOOKS[name]()
    took: list[float] = []
    for _ in range(calls // 100):
        began = time.process_time()
        for _ in range(100):
            take(body, signature)
        took.append((time.process_time() - began) * 1e4)
    # The least, as timeit has it: what is more is what others did to the core and its caches.
    return {"bytes": len(body), "microseconds": min(took)}


MODES: dict[str, Callable[..., dict[str, Any]]] = {
    "webhook": webhooks,
    "probe": probe,
    "asyncio": asyncio_calls,
    "blocking": blocking_calls,
    "list": list_items,
}


def main(name: str, mode: str, options: str = "{}") -> None:
    """Measure once, and print what was found, or why nothing was."""
    told: dict[str, Any] = json.loads(options)
    core = told.pop("core", None)
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    try:
        found = MODES[mode](name, **told)
    except Unfit as why:
        found = {"unfit": str(why)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
