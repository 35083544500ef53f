"""Clients with a rate limit keep to it in every kind of call."""

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
    """A transport that counts what is under way, before it hands on to another that knows no threads."""

    def __init__(self, transport, together=None):
        self.transport, self.room = transport, ConcurrencyCounter(together)
        self.began = []
        self._lock = threading.Lock()

    def send(self, request):
        with self.room.visited():
            self.began.append(time.monotonic())
            with self._lock:
                return self.transport.send(request)

    def close(self): ...


class AsyncCountingTransport(CountingTransport):
    async def send(self, request):
        with self.room.visited():
            self.began.append(time.monotonic())
            for _ in range(3):
                await asyncio.sleep(0)
            return self.transport.send(request)


class SuccessTransport:
    def send(self, request):
        return success_response({"id": request.query.get("number")})


def crowd_of_threads(call, transport, number, limit):
    with Paystack(transport=CountingTransport(transport), limit=limit, retry=Retry(initial_delay=0.0)) as client:
        run_in_threads(lambda name: call(client, name), range(number))
        return client._state.transport


def crowd_of_tasks(call, transport, number, limit):
    async def main():
        async with AsyncPaystack(
            transport=AsyncCountingTransport(transport), limit=limit, retry=Retry(initial_delay=0.0)
        ) as client:
            await asyncio.gather(*(call(client, name) for name in range(number)))
            return client._state.transport

    return asyncio.run(main())


crowds = pytest.mark.parametrize("crowd", [crowd_of_threads, crowd_of_tasks], ids=["blocking", "asyncio"])


@crowds
def test_thirty_concurrent_calls_respect_the_limit(crowd):
    counted = crowd(
        lambda client, name: client.send(Request("GET", "/x")), SuccessTransport(), 30, RateLimit(max_concurrency=3)
    )
    assert counted.room.visits == 30
    assert counted.room.max_inside <= 3


def test_the_whole_limit_is_used():
    transport = CountingTransport(SuccessTransport(), together=3)
    with Paystack(transport=transport, limit=RateLimit(max_concurrency=3)) as client:
        run_in_threads(lambda _: client.send(Request("GET", "/x")), range(30))
    assert (transport.room.max_inside, transport.room.visits) == (3, 30)


@crowds
def test_thirty_concurrent_calls_respect_the_rate(crowd):
    before = time.monotonic()
    counted = crowd(
        lambda client, name: client.send(Request("GET", "/x")), SuccessTransport(), 30, RateLimit(per_second=1000)
    )
    # A machine with other things to do is late, and nobody is early.
    assert all(began >= before + number / 1000 - 0.001 for number, began in enumerate(sorted(counted.began)))


def transfer(client, name):
    with suppress(errors.OutcomeUnknownError):  # where the ten bad minutes were all of one call
        client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


async def transfer_as_task(client, name):
    with suppress(errors.OutcomeUnknownError):
        await client.transfers.initiate_transfer("balance", 5000, "RCP_1", f"call {name}")


TRANSFER = {crowd_of_threads: transfer, crowd_of_tasks: transfer_as_task}


@crowds
def test_verifying_an_ambiguous_call_respects_the_limit(crowd):
    bank = FakePaystack(fault_sequence(*["timeout, done"] * 10))
    counted = crowd(TRANSFER[crowd], bank, 10, RateLimit(max_concurrency=2))
    assert counted.room.max_inside <= 2
    assert counted.room.visits == bank.sent["GET"] + bank.sent["POST"]
    assert bank.sent["GET"]
    assert list(bank.processed.values()) == [1] * 10


@crowds
def test_sections_and_other_options_are_under_the_same_limit(crowd):
    def call(client, name):
        client = client.options(timeout=5.0) if name % 2 else client
        return client.customers.fetch_customer("x") if name % 3 else client.send(Request("GET", "/x"))

    assert crowd(call, SuccessTransport(), 30, RateLimit(max_concurrency=2)).room.max_inside <= 2


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
    # One that is to come again in a while does not keep others from being sent.
    limit, waiting, other = RateLimit(max_concurrency=1), threading.Event(), threading.Event()

    class Once:
        def __init__(self):
            self.requests = []

        def send(self, request):
            self.requests.append(request.path)
            if self.requests.count("/again") == 1 and request.path == "/again":
                raise errors.APIConnectionError("lost", request=request, may_have_arrived=False)
            return success_response()

        def close(self): ...

    def jitter():  # it is asked for how long to wait
        waiting.set()
        assert other.wait(TIMEOUT)
        return 0.0

    transport = Once()
    client = Paystack(transport=transport, limit=limit, retry=Retry(jitter=jitter))
    thread = threading.Thread(target=client.send, args=(Request("GET", "/again"),))
    thread.start()
    assert waiting.wait(TIMEOUT)
    client.send(Request("GET", "/other"))
    other.set()
    thread.join(TIMEOUT)
    assert transport.requests == ["/again", "/other", "/again"]
