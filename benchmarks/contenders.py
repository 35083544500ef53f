"""Contenders, and one measurement of one: ``python benchmarks/contenders.py NAME MODE [JSON]`` prints the result.

Each measurement runs in its own process and imports only what its contender needs. So a contender can have its own
environment: paystackease 2 and 3 have the same name. ``MODE`` is a key of ``MODES``, at the end of this module.
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
REFERENCE = "re4lyvq3s0"
"""Part of every correct response: the reference of the server's one transaction."""
PATH = f"/transaction/verify/{REFERENCE}"
HEADERS = {"authorization": f"Bearer {KEY}", "accept": "application/json"}

AsyncCall: TypeAlias = Callable[[], Awaitable[object]]
Call: TypeAlias = Callable[[], object]
WebhookParser: TypeAlias = Callable[[bytes, str], object]
"""Verify the signature of a body, and return the parsed body."""
clock = time.perf_counter


class ContenderUnavailable(Exception):  # noqa: N818 # not an error: the reason why there is no measurement
    """A contender cannot be measured here; the message gives the reason."""


def _get_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        raise ContenderUnavailable(f"{package} is not installed in {sys.executable}") from None


# asyncio


@asynccontextmanager
async def _raw_aiohttp(url: str, limit: int) -> AsyncIterator[AsyncCall]:
    import aiohttp
    import msgspec

    async with aiohttp.ClientSession(headers=HEADERS, connector=aiohttp.TCPConnector(limit=limit)) as session:

        async def call() -> object:
            async with session.get(url + PATH) as response:
                return msgspec.json.decode(await response.read())

        yield call


@asynccontextmanager
async def _async_paystackease(url: str) -> AsyncIterator[AsyncCall]:
    from paystackease import AsyncPaystack

    async with AsyncPaystack(KEY, base_url=url) as client:
        yield lambda: client.transactions.verify_transaction(REFERENCE)


@asynccontextmanager
async def _async_paystackease_2(url: str) -> AsyncIterator[AsyncCall]:
    os.environ["PAYSTACK_SECRET_KEY"] = KEY  # it accepts a key in no other way
    from paystackease.apis.async_apis.atransactions import AsyncTransactionClientAPI
    from paystackease.core._api_base import BaseAPI

    BaseAPI._PAYSTACK_API_URL = url + "/"
    async with AsyncTransactionClientAPI() as client:
        yield lambda: client.verify_transaction(REFERENCE)


@asynccontextmanager
async def _async_pypaystack2(url: str) -> AsyncIterator[AsyncCall]:
    from pypaystack2 import AsyncPaystackClient
    from pypaystack2.base_clients import AbstractAPIClient

    AbstractAPIClient._BASE_URL = url
    client = AsyncPaystackClient(KEY)
    yield lambda: client.transactions.verify(REFERENCE)


# Blocking


@contextmanager
def _http_client(url: str) -> Iterator[Call]:
    import http.client

    import msgspec

    address = urlsplit(url)
    connection_class = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    pool: list[http.client.HTTPConnection] = []  # a minimal connection pool

    def call() -> object:
        connection = pool.pop() if pool else connection_class(address.netloc)
        connection.request("GET", PATH, headers=HEADERS)
        body = connection.getresponse().read()
        pool.append(connection)
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
        yield lambda: client.transactions.verify_transaction(REFERENCE)


@contextmanager
def _paystackease_2(url: str) -> Iterator[Call]:
    os.environ["PAYSTACK_SECRET_KEY"] = KEY
    from paystackease.apis.sync_apis.transactions import TransactionClientAPI
    from paystackease.core._api_base import BaseAPI

    BaseAPI._PAYSTACK_API_URL = url + "/"
    client = TransactionClientAPI()
    yield lambda: client.verify_transaction(REFERENCE)


@contextmanager
def _pypaystack2(url: str) -> Iterator[Call]:
    from pypaystack2 import PaystackClient
    from pypaystack2.base_clients import AbstractAPIClient

    AbstractAPIClient._BASE_URL = url
    client = PaystackClient(KEY)
    yield lambda: client.transactions.verify(REFERENCE)


@contextmanager
def _paystackapi(url: str) -> Iterator[Call]:
    import paystackapi

    paystackapi.API_URL = url + "/"
    from paystackapi.paystack import Paystack

    client = Paystack(secret_key=KEY)
    yield lambda: client.transaction.verify(REFERENCE)


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
    "aiohttp, sequential pages": "aiohttp",
    "aiohttp, 8 concurrent pages": "aiohttp",
}
"""The package that a contender needs, if its name differs."""
UNPOOLED = {"pypaystack2", "paystackapi"}
"""These keep no connection open, so a warm-up has no effect and would take seconds."""


# Lists


@asynccontextmanager
async def _raw_pages(url: str, max_concurrency: int) -> AsyncIterator[Callable[[int], AsyncIterator[object]]]:
    import aiohttp
    import msgspec

    async with aiohttp.ClientSession(headers=HEADERS) as session:

        async def fetch_page(number: int) -> list[object]:
            async with session.get(f"{url}/transaction?perPage=100&page={number}") as response:
                iterate_items: list[object] = msgspec.json.decode(await response.read())["data"]
                return iterate_items

        async def iterate_items(pages: int) -> AsyncIterator[object]:
            tasks: deque[asyncio.Task[list[object]]] = deque()
            for number in range(1, pages + 1):
                tasks.append(asyncio.create_task(fetch_page(number)))
                if len(tasks) == max_concurrency:
                    for item in await tasks.popleft():
                        yield item
            while tasks:
                for item in await tasks.popleft():
                    yield item

        yield iterate_items


@asynccontextmanager
async def _iterate(url: str) -> AsyncIterator[Callable[[int], AsyncIterator[object]]]:
    from paystackease import AsyncPaystack

    async with AsyncPaystack(KEY, base_url=url) as client:

        async def iterate_items(pages: int) -> AsyncIterator[object]:
            count = 0
            async for item in client.iterate(await client.transactions.list_transactions(per_page=100, page=1)):
                yield item
                count += 1
                if count == pages * 100:
                    return

        yield iterate_items


LISTS: dict[str, Callable[[str], AbstractAsyncContextManager[Callable[[int], AsyncIterator[object]]]]] = {
    "aiohttp, sequential pages": lambda url: _raw_pages(url, 1),
    "aiohttp, 8 concurrent pages": lambda url: _raw_pages(url, 8),
    "paystackease": _iterate,
}


# Webhooks


def _bare_hmac() -> WebhookParser:
    import hmac

    import msgspec

    def parse_webhook(body: bytes, signature: str) -> object:
        if not hmac.compare_digest(hmac.digest(KEY.encode(), body, "sha512").hex(), signature):
            raise ValueError
        return msgspec.json.decode(body)

    return parse_webhook


def _our_webhook() -> WebhookParser:
    from paystackease.webhooks import verify

    return lambda body, signature: verify(body, signature, KEY)


def _paystackease_2_webhook() -> WebhookParser:
    from paystackease.core._webhook import PayStackWebhook

    return lambda body, signature: PayStackWebhook.get_event_data(KEY, body, signature)


def _pypaystack2_webhook() -> WebhookParser:
    from pypaystack2 import PaystackClient

    client = PaystackClient(KEY)

    def parse_webhook(body: bytes, signature: str) -> object:
        if not client.is_verified_webhook_payload(body, signature):
            raise ValueError
        return json.loads(body)  # pypaystack2 does not parse it

    return parse_webhook


WEBHOOKS: dict[str, Callable[[], WebhookParser]] = {
    "hmac.digest + msgspec": _bare_hmac,
    "paystackease": _our_webhook,
    "paystackease-2": _paystackease_2_webhook,
    "pypaystack2": _pypaystack2_webhook,
}


# Measuring


def resident_memory(field: str = "VmRSS") -> float:
    """Return this process's memory in MB: current, or peak for ``VmHWM``; NaN if the system does not report it."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def _reset_peak_memory() -> None:
    with suppress(OSError):  # if it fails, the peak includes earlier memory
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _check_response(response: object) -> None:
    if REFERENCE not in repr(response):
        raise ContenderUnavailable(f"its result is not the server's response: {response!r:.100}")


def _summarize(latencies: list[float], errors: list[str], seconds: float, cpu: float) -> dict[str, Any]:
    latencies.sort()
    count = len(latencies)
    if not count:
        raise ContenderUnavailable(f"all {len(errors)} of its calls failed, the first one with {errors[0]}")
    return {
        "calls": count,
        "failed": len(errors),
        "rate": count / seconds,
        "cpu": cpu / count * 1000,  # seconds for 1,000 calls
        "p50": latencies[count // 2] * 1000,
        "p99": latencies[min(count - 1, count * 99 // 100)] * 1000,
    }


async def _run_concurrently(call: AsyncCall, concurrency: int, calls: int, seconds: float) -> dict[str, Any]:
    latencies: list[float] = []
    errors: list[str] = []
    remaining = iter(range(calls))
    deadline = clock() + seconds

    async def make_calls() -> None:
        for _ in remaining:
            if (started := clock()) > deadline:
                return
            try:
                await call()
            except Exception as error:
                errors.append(type(error).__name__)
            else:
                latencies.append(clock() - started)

    started, cpu_started = clock(), time.process_time()
    await asyncio.gather(*(make_calls() for _ in range(concurrency)))
    return _summarize(latencies, errors, clock() - started, time.process_time() - cpu_started)


async def _measure_asyncio(name: str, url: str, concurrency: int, calls: int, seconds: float) -> dict[str, Any]:
    async with ASYNCIO[name](url) as call:
        _check_response(await call())
        if name not in UNPOOLED:
            await _run_concurrently(call, concurrency, concurrency * 2 + 200, seconds)
        gc.collect()
        return await _run_concurrently(call, concurrency, calls, seconds)


def find_version(name: str) -> dict[str, Any]:
    """Return the installed version of a contender."""
    version = _get_version(NEEDS.get(name, name))
    if name.startswith("paystackease") and (version[0] == "2") != (name == "paystackease-2"):
        raise ContenderUnavailable(f"{sys.executable} has paystackease {version}")
    return {"version": version}


def measure_asyncio_calls(name: str, **options: Any) -> dict[str, Any]:
    """Measure ``calls`` calls, ``concurrency`` at a time, on one event loop."""
    return asyncio.run(_measure_asyncio(name, **options))


def measure_blocking_calls(name: str, url: str, concurrency: int, calls: int, seconds: float) -> dict[str, Any]:
    """Measure ``calls`` calls from ``concurrency`` threads on one client."""
    with BLOCKING[name](url) as call:
        _check_response(call())
        if name not in UNPOOLED:
            _run_in_threads(call, concurrency, concurrency * 10 + 200, seconds)
        gc.collect()
        return _run_in_threads(call, concurrency, calls, seconds)


def _run_in_threads(call: Call, concurrency: int, calls: int, seconds: float) -> dict[str, Any]:
    latencies: list[float] = []
    errors: list[str] = []
    remaining = iter(range(calls))  # threads can share the iterator of a range
    deadline = clock() + seconds

    def make_calls() -> None:
        for _ in remaining:
            if (started := clock()) > deadline:
                return
            try:
                call()
            except Exception as error:
                errors.append(type(error).__name__)
            else:
                latencies.append(clock() - started)

    threads = [threading.Thread(target=make_calls) for _ in range(concurrency - 1)]
    started, cpu_started = clock(), time.process_time()
    for thread in threads:
        thread.start()
    make_calls()
    for thread in threads:
        thread.join()
    return _summarize(latencies, errors, clock() - started, time.process_time() - cpu_started)


def measure_list(name: str, url: str, pages: int, seconds: float) -> dict[str, Any]:
    """Measure the time and memory that iterating over a list takes."""
    return asyncio.run(_measure_list(name, url, pages, seconds))


async def _measure_list(name: str, url: str, pages: int, seconds: float) -> dict[str, Any]:
    async with LISTS[name](url) as iterate_items:
        async for _ in iterate_items(2):
            pass
        gc.collect()
        early_count = max(1, pages // 10) * 100
        _reset_peak_memory()
        memory_before = resident_memory()
        started, cpu_started, count = clock(), time.process_time(), 0
        early_peak = 0.0
        async with asyncio.timeout(seconds):
            async for _ in iterate_items(pages):
                count += 1
                if count == early_count:
                    early_peak = resident_memory("VmHWM")
        elapsed = clock() - started
        if count != pages * 100:
            raise ContenderUnavailable(f"it returned {count} items of {pages * 100}")
        peak = resident_memory("VmHWM")
        return {
            "items": count,
            "seconds": elapsed,
            "rate": count / elapsed,
            "cpu": (time.process_time() - cpu_started) / count * 1000,
            "growth": peak - memory_before,
            "late_growth": peak - early_peak,
        }


def measure_webhooks(name: str, size: int, calls: int) -> dict[str, Any]:
    """Measure the CPU time of verifying and parsing a webhook of about ``size`` bytes."""
    import hmac

    log = [{"type": "action", "message": "Attempted to pay with card", "time": second} for second in range(size // 68)]
    data = {"reference": REFERENCE, "amount": 5000, "currency": "NGN", "status": "success", "log": {"history": log}}
    body = json.dumps({"event": "charge.success", "data": data}, separators=(",", ":")).encode()
    signature = hmac.digest(KEY.encode(), body, "sha512").hex()
    parse_webhook = WEBHOOKS[name]()
    durations: list[float] = []
    for _ in range(calls // 100):
        started = time.process_time()
        for _ in range(100):
            parse_webhook(body, signature)
        durations.append((time.process_time() - started) * 1e4)
    # The minimum, as in timeit: other processes on the core and its caches only add time.
    return {"bytes": len(body), "microseconds": min(durations)}


MODES: dict[str, Callable[..., dict[str, Any]]] = {
    "webhook": measure_webhooks,
    "probe": find_version,
    "asyncio": measure_asyncio_calls,
    "blocking": measure_blocking_calls,
    "list": measure_list,
}


def main(name: str, mode: str, options: str = "{}") -> None:
    """Measure once, and print the result, or the reason why there is none."""
    arguments: dict[str, Any] = json.loads(options)
    core = arguments.pop("core", None)
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    try:
        result = MODES[mode](name, **arguments)
    except ContenderUnavailable as reason:
        result = {"unavailable": str(reason)}
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
