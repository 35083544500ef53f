"""The limiter of asyncio tasks: concurrency, order, cancellation."""

import asyncio
import gc
import weakref

from concurrency_counter import TIMEOUT, ConcurrencyCounter

from paystackease import RateLimit
from paystackease._core.async_rate_limit import AsyncLimiter

# The gate of tasks


def test_tasks_never_exceed_the_limit():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=3)), ConcurrencyCounter()

    async def work(together, name):
        for _ in range(3):
            async with gate:
                with room.visited(name):
                    await asyncio.wait_for(together.wait(), TIMEOUT)

    async def main():
        together = asyncio.Barrier(3)
        await asyncio.gather(*(work(together, name) for name in range(16)))

    asyncio.run(main())
    asyncio.run(main())  # in another event loop
    assert (room.max_inside, room.visits) == (3, 96)


def test_tasks_enter_in_order_of_arrival():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=1)), ConcurrencyCounter()

    async def work(name):
        for turn in range(3):
            async with gate:
                with room.visited((turn, name)):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*map(work, range(16)))

    asyncio.run(main())
    assert room.order == [(turn, name) for turn in range(3) for name in range(16)]


def test_two_groups_of_tasks_are_interleaved():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=2)), ConcurrencyCounter()

    async def work(group):
        for _ in range(20):
            async with gate:
                with room.visited(group):
                    await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(work(group) for _ in range(4) for group in ("one", "other")))

    asyncio.run(main())
    for number in range(0, 160, 8):
        assert sorted(room.order[number : number + 8]) == ["one"] * 4 + ["other"] * 4


def test_cancelled_tasks_release_their_slots():
    now = [0.0]
    gate, room = (
        AsyncLimiter(RateLimit(per_second=0.001, max_concurrency=2), clock=lambda: now[0]),
        ConcurrencyCounter(),
    )

    async def work(name):
        async with gate:
            with room.visited(name):
                await asyncio.sleep(0)

    async def main():
        # The first is let in, the second sleeps for a quarter of an hour, the third waits for a place, the fourth too.
        tasks = [asyncio.create_task(work(name)) for name in range(4)]
        await tasks[0]
        for _ in range(3):
            await asyncio.sleep(0)
        for task in tasks[1:]:
            assert not task.done()
            task.cancel()
        assert [type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == [
            type(None),
            *[asyncio.CancelledError] * 3,
        ]
        for name in range(4, 8):
            now[0] += 10_000  # the places in time that they had are over
            await asyncio.wait_for(work(name), TIMEOUT)
        now[0] += 10_000
        async with gate:
            now[0] += 10_000
            async with gate:
                pass

    asyncio.run(main())
    assert room.order == [0, 4, 5, 6, 7]


def test_cancelled_waiting_tasks_do_not_block_the_others():
    gate, room = AsyncLimiter(RateLimit(max_concurrency=2)), ConcurrencyCounter()

    async def work(name):
        async with gate:
            with room.visited(name):
                await asyncio.sleep(0)

    async def main():
        tasks = [asyncio.create_task(work(name)) for name in range(40)]
        await asyncio.sleep(0)
        for number, task in enumerate(tasks):
            if number % 4:
                task.cancel()
            if number % 7 == 0:
                await asyncio.sleep(0)  # some were let in by then, some have their turn and do not know it
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), TIMEOUT)
        assert not any(task.cancelled() for task in tasks[::4])
        async with gate, gate:
            pass

    asyncio.run(main())
    assert set(range(0, 40, 4)) <= set(room.order)
    assert room.max_inside == 2


def test_a_limiter_keeps_no_reference_to_a_closed_loop():
    gate, loops = AsyncLimiter(RateLimit(max_concurrency=1)), []

    async def crowd():
        loops.append(weakref.ref(asyncio.get_running_loop()))
        await asyncio.gather(*(enter() for _ in range(3)))

    async def enter():
        async with gate:
            await asyncio.sleep(0)

    for _ in range(5):
        asyncio.run(crowd())
    gc.collect()
    assert sum(loop() is not None for loop in loops) <= 1
