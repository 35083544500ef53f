"""Clients with a rate limit respect it in every kind of call."""

import asyncio
import threading
import time
from contextlib import suppress

import pytest
from concurrency_counter import TIMEOUT, ConcurrencyCounter, run_in_threads
from fake_paystack import FakePaystack, fault_sequence
from scripted_transport import success_response
from shifting_list import AsyncShiftingList, BlockingShiftingList, read_async, read_blocking

from paystackease import AsyncPaystack, Paystack, RateLimit, Request, Retry, errors

# A client with a limit


class CountingTransport:
    """Counts requests in flight, and passes each to a transport that is not thread-safe."""

    def __init__(self, transport, together=None):
        self.transport, self.counter = transport, ConcurrencyCounter(together)
        self.start_times = []
        self._lock = threading.Lock()

    def send(self, request):
        with self.counter.enter():
            self.start_times.append(time.monotonic())
            with self._lock:
                return self.transport.send(request)

    def close(self): ...


class AsyncCountingTransport(CountingTransport):
    async def send(self, request):
        with self.counter.enter():
            self.start_times.append(time.monotonic())
            for _ in range(3):
                await asyncio.sleep(0)
            return self.transport.send(request)


class SuccessTransport:
    def send(self, request):
        return success_response({"id": request.query.get("number")})


def call_from_threads(call, transport, number, limit):
    with Paystack(transport=CountingTransport(transport), limit=limit, retry=Retry(initial_delay=0.0)) as client:
        run_in_threads(lambda name: call(client, name), range(number))
        return client._state.transport


def call_from_tasks(call, transport, number, limit):
    async def main():
        async with AsyncPaystack(
            transport=AsyncCountingTransport(transport), limit=limit, retry=Retry(initial_delay=0.0)
        ) as client:
            await asyncio.gather(*(call(client, name) for name in range(number)))
            return client._state.transport

    return asyncio.run(main())


each_concurrency = pytest.mark.parametrize(
    "call_concurrently", [call_from_threads, call_from_tasks], ids=["blocking", "asyncio"]
)


@each_concurrency
def test_thirty_concurrent_calls_respect_the_limit(call_concurrently):
    transport = call_concurrently(
        lambda client, name: client.send(Request("GET", "/x")), SuccessTransport(), 30, RateLimit(max_concurrency=3)
    )
    assert transport.counter.entries == 30
    assert transport.counter.max_active <= 3


def test_the_whole_limit_is_used():
    transport = CountingTransport(SuccessTransport(), together=3)
    with Paystack(transport=transport, limit=RateLimit(max_concurrency=3)) as client:
        run_in_threads(lambda _: client.send(Request("GET", "/x")), range(30))
    assert (transport.counter.max_active, transport.counter.entries) == (3, 30)


@each_concurrency
def test_thirty_concurrent_calls_respect_the_rate(call_concurrently):
    start = time.monotonic()
    transport = call_concurrently(
        lambda client, name: client.send(Request("GET", "/x")), SuccessTransport(), 30, RateLimit(per_second=1000)
    )
    # A busy machine may delay calls, but no call may be early.
    assert all(started >= start + number / 1000 - 0.001 for number, started in enumerate(sorted(transport.start_times)))


def transfer(client, name):
    with suppress(errors.OutcomeUnknownError):  # one call may meet all ten faults
        client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


async def transfer_as_task(client, name):
    with suppress(errors.OutcomeUnknownError):
        await client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


TRANSFER = {call_from_threads: transfer, call_from_tasks: transfer_as_task}


@each_concurrency
def test_verifying_an_ambiguous_call_respects_the_limit(call_concurrently):
    fake_paystack = FakePaystack(fault_sequence(*["timeout, done"] * 10))
    transport = call_concurrently(TRANSFER[call_concurrently], fake_paystack, 10, RateLimit(max_concurrency=2))
    assert transport.counter.max_active <= 2
    assert transport.counter.entries == fake_paystack.request_counts["GET"] + fake_paystack.request_counts["POST"]
    assert fake_paystack.request_counts["GET"]
    assert list(fake_paystack.processed.values()) == [1] * 10


@each_concurrency
def test_sections_and_other_options_are_under_the_same_limit(call_concurrently):
    def call(client, name):
        client = client.options(timeout=5.0) if name % 2 else client
        return client.customers.fetch_customer("x") if name % 3 else client.send(Request("GET", "/x"))

    assert call_concurrently(call, SuccessTransport(), 30, RateLimit(max_concurrency=2)).counter.max_active <= 2


@pytest.mark.parametrize(
    ("double", "read"),
    [(BlockingShiftingList, read_blocking), (AsyncShiftingList, read_async)],
    ids=["blocking", "asyncio"],
)
def test_prefetching_respects_the_limit(double, read):
    transport = double(length=500)
    items, error = read(transport, limit=RateLimit(max_concurrency=2))
    assert error is None
    assert len(items) == 500
    assert transport.max_in_flight <= 2


def test_a_call_that_waits_for_a_retry_uses_no_slot():
    # A call that waits for its retry does not block others.
    limit, waiting, other_sent = RateLimit(max_concurrency=1), threading.Event(), threading.Event()

    class FirstAttemptFails:
        def __init__(self):
            self.requests = []

        def send(self, request):
            self.requests.append(request.path)
            if self.requests.count("/again") == 1 and request.path == "/again":
                raise errors.APIConnectionError("lost", request=request, may_have_arrived=False)
            return success_response()

        def close(self): ...

    def jitter():  # called when the delay is computed
        waiting.set()
        assert other_sent.wait(TIMEOUT)
        return 0.0

    transport = FirstAttemptFails()
    client = Paystack(transport=transport, limit=limit, retry=Retry(jitter=jitter))
    thread = threading.Thread(target=client.send, args=(Request("GET", "/again"),))
    thread.start()
    assert waiting.wait(TIMEOUT)
    client.send(Request("GET", "/other"))
    other_sent.set()
    thread.join(TIMEOUT)
    assert transport.requests == ["/again", "/other", "/again"]
