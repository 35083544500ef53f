"""The limiter of asyncio tasks: concurrency, order, cancellation."""

import asyncio
import gc
import weakref

from concurrency_counter import TIMEOUT, ConcurrencyCounter

from paystackease import RateLimit
from paystackease._core.async_rate_limit import AsyncLimiter


def test_tasks_never_exceed_the_limit():
    limiter, counter = AsyncLimiter(RateLimit(max_concurrency=3)), ConcurrencyCounter()

    async def use_slot(barrier, name):
        for _ in range(3):
            async with limiter:
                with counter.enter(name):
                    await asyncio.wait_for(barrier.wait(), TIMEOUT)

    async def main():
        barrier = asyncio.Barrier(3)
        await asyncio.gather(*(use_slot(barrier, name) for name in range(16)))

    asyncio.run(main())
    asyncio.run(main())  # in another event loop
    assert (counter.max_active, counter.entries) == (3, 96)


def test_tasks_enter_in_order_of_arrival():
    limiter, counter = AsyncLimiter(RateLimit(max_concurrency=1)), ConcurrencyCounter()

    async def use_slot(name):
        for round_number in range(3):
            async with limiter:
                with counter.enter((round_number, name)):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*map(use_slot, range(16)))

    asyncio.run(main())
    assert counter.order == [(round_number, name) for round_number in range(3) for name in range(16)]


def test_two_groups_of_tasks_are_interleaved():
    limiter, counter = AsyncLimiter(RateLimit(max_concurrency=2)), ConcurrencyCounter()

    async def use_slot(group):
        for _ in range(20):
            async with limiter:
                with counter.enter(group):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(use_slot(group) for _ in range(4) for group in ("one", "other")))

    asyncio.run(main())
    for number in range(0, 160, 8):
        assert sorted(counter.order[number : number + 8]) == ["one"] * 4 + ["other"] * 4


def test_cancelled_tasks_release_their_slots():
    now = [0.0]
    limiter, counter = (
        AsyncLimiter(RateLimit(per_second=0.001, max_concurrency=2), clock=lambda: now[0]),
        ConcurrencyCounter(),
    )

    async def use_slot(name):
        async with limiter:
            with counter.enter(name):
                await asyncio.sleep(0)

    async def main():
        # The first enters, the second waits for the rate (1,000 seconds), the third and the fourth wait for a slot.
        tasks = [asyncio.create_task(use_slot(name)) for name in range(4)]
        await tasks[0]
        for _ in range(3):
            await asyncio.sleep(0)
        for task in tasks[1:]:
            assert not task.done()
            task.cancel()
        assert [type(result) for result in await asyncio.gather(*tasks, return_exceptions=True)] == [
            type(None),
            *[asyncio.CancelledError] * 3,
        ]
        for name in range(4, 8):
            now[0] += 10_000  # their reserved times have passed
            await asyncio.wait_for(use_slot(name), TIMEOUT)
        now[0] += 10_000
        async with limiter:
            now[0] += 10_000
            async with limiter:
                pass

    asyncio.run(main())
    assert counter.order == [0, 4, 5, 6, 7]


def test_cancelled_waiting_tasks_do_not_block_the_others():
    limiter, counter = AsyncLimiter(RateLimit(max_concurrency=2)), ConcurrencyCounter()

    async def use_slot(name):
        async with limiter:
            with counter.enter(name):
                await asyncio.sleep(0)

    async def main():
        tasks = [asyncio.create_task(use_slot(name)) for name in range(40)]
        await asyncio.sleep(0)
        for number, task in enumerate(tasks):
            if number % 4:
                task.cancel()
            if number % 7 == 0:
                await asyncio.sleep(0)  # some have entered, some have a slot but have not resumed yet
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), TIMEOUT)
        assert not any(task.cancelled() for task in tasks[::4])
        async with limiter, limiter:
            pass

    asyncio.run(main())
    assert set(range(0, 40, 4)) <= set(counter.order)
    assert counter.max_active == 2


def test_a_limiter_keeps_no_reference_to_a_closed_loop():
    limiter, loops = AsyncLimiter(RateLimit(max_concurrency=1)), []

    async def run_tasks():
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await asyncio.gather(*(enter() for _ in range(3)))

    async def enter():
        async with limiter:
            await asyncio.sleep(0)

    for _ in range(5):
        asyncio.run(run_tasks())
    gc.collect()
    assert sum(loop() is not None for loop in loops) <= 1
