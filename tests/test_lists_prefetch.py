"""Prefetching pages of a list: how many requests are in flight, what ends them, and what they cost."""

import asyncio
import gc
import threading
from itertools import islice

import pytest
from list_checks import (
    FIRST,
    _no_leaked_threads,  # noqa: F401 # fixtures
    flavours,
    item_ids,
    make_page,
)
from scripted_transport import ScriptedTransport, success_response
from shifting_list import (
    MANDATE_CURSOR,
    NEXT_CURSOR,
    NUMBERED,
    ONCE,
    AsyncShiftingList,
    BlockingShiftingList,
    check_tasks_end,
    unavailable_response,
    wait_in_loop,
)

from paystackease import AsyncPaystack, Paystack, errors
from paystackease._core.pagination import REMEMBERED_PAGES, Paginator


def take_requested_pages(paginator):
    """Return the numbers of the pages to fetch now."""
    numbers = []
    while (request := paginator.next_request()) is not None:
        numbers.append(request.query["page"])
    return numbers


def test_prefetching_begins_with_two_pages_and_grows():
    paginator = Paginator(make_page(1, 99), prefetch=8)
    requested, in_flight = [take_requested_pages(paginator)], []
    for number in range(2, 8):
        in_flight.append(requested[-1][-1] - number + 1)
        paginator.receive(make_page(number, 99, [number]))
        requested.append(take_requested_pages(paginator))
    assert requested == [[2, 3], [4, 5, 6], [7, 8, 9, 10, 11], [12], [13], [14], [15]]
    assert in_flight == [2, 4, 8, 8, 8, 8]


def test_after_a_shift_pages_in_flight_are_requested_again_in_order():
    paginator = Paginator(make_page(1, 99, [1, 2]), prefetch=8)
    assert take_requested_pages(paginator) == [2, 3]
    assert not paginator.receive(make_page(2, 99, [3, 4]))
    assert take_requested_pages(paginator) == [4, 5, 6]
    assert paginator.receive(make_page(3, 99, [4, 5]))
    assert paginator.items == [{"id": 5}]
    assert take_requested_pages(paginator) == [4]
    assert not paginator.receive(make_page(4, 99, [6, 7]))
    assert take_requested_pages(paginator) == [5, 6]


@flavours
@pytest.mark.parametrize("prefetch", [1, 2, 5, 8])
def test_the_prefetch_limit_is_used_and_never_exceeded(shifting_list, read, prefetch):
    def all_are_requested(transport, number):
        # A page is served when all requests that may run concurrently have been made.
        max_in_flight = {2: 2, 3: 4, 4: 8}.get(number, 99)
        last = min(number - 1 + min(max_in_flight, prefetch), 40)
        return number == 1 or max(transport.requested_pages) >= last

    transport = shifting_list(NUMBERED, 400, 10, may_respond=all_are_requested)
    assert len(read(transport, prefetch=prefetch)[0]) == 400
    assert transport.max_in_flight == prefetch


@flavours
@pytest.mark.parametrize("pagination", [NEXT_CURSOR, MANDATE_CURSOR])
def test_one_cursor_page_is_prefetched(shifting_list, read, pagination):
    transport = shifting_list(pagination, 100, 10)
    read(transport, max_items=5)
    assert len(transport.requested_pages) <= 2
    transport = shifting_list(pagination, 100, 10)
    assert len(read(transport)[0]) == 100
    assert transport.max_in_flight == 1
    assert len(transport.requested_pages) == 10


@flavours
def test_a_prefetch_below_one_is_rejected(shifting_list, read):
    for prefetch in 0, -1:
        transport = shifting_list(NUMBERED, 100, 10)
        with pytest.raises(errors.InvalidArgumentError, match="prefetch"):
            read(transport, prefetch=prefetch)
        assert transport.requested_pages == [1]


# Stopping


@flavours
def test_no_page_is_fetched_after_the_iteration_stops(shifting_list, read):
    transport = shifting_list(NUMBERED, 10_000, 10)
    items, _ = read(transport, max_items=15)
    assert item_ids(items) == list(range(15))
    assert set(transport.requested_pages) <= set(range(1, 7))
    assert transport.in_flight == 0


def test_a_break_ends_the_threads():
    transport = BlockingShiftingList(NUMBERED, 10_000, 10)
    client = Paystack(transport=transport)
    for item in client.iterate(client.send(FIRST)):
        if item["id"] == 12:
            break
    assert transport.in_flight == 0
    assert len(transport.requested_pages) <= 6


def test_an_interruption_ends_the_threads():
    transport = BlockingShiftingList(NUMBERED, 10_000, 10)
    client = Paystack(transport=transport)
    items = client.iterate(client.send(FIRST))
    next(items)
    with pytest.raises(KeyboardInterrupt):
        items.throw(KeyboardInterrupt)
    assert transport.in_flight == 0


def test_a_break_ends_the_tasks():
    transport = AsyncShiftingList(NUMBERED, 10_000, 10)
    transport.failures = {
        4: unavailable_response(),
        5: errors.APITimeoutError("late", request=FIRST, may_have_arrived=True),
    }

    async def read():
        client = AsyncPaystack(transport=transport, retry=ONCE)
        async for item in client.iterate(await client.send(FIRST)):
            if item["id"] == 12:
                for _ in range(5):
                    await asyncio.sleep(0)  # pages 4 and 5 fail during this time
                break
        gc.collect()
        await wait_in_loop(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(check_tasks_end(read()))
    assert transport.in_flight == 0
    assert set(transport.requested_pages) <= set(range(1, 7))
    assert not transport.failures


def test_a_cancelled_task_leaves_no_requests_in_flight():
    transport = AsyncShiftingList(NUMBERED, 10_000, 10, may_respond=lambda _, number: number < 5)

    async def read():
        client, items = AsyncPaystack(transport=transport), []

        async def read_items():
            items.extend([item async for item in client.iterate(await client.send(FIRST))])

        task = asyncio.create_task(read_items())
        await wait_in_loop(lambda: transport.in_flight == 8)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(check_tasks_end(read()))
    assert transport.in_flight == 0


def test_closing_the_iterator_leaves_no_requests_in_flight():
    transport = AsyncShiftingList(NUMBERED, 10_000, 10, may_respond=lambda _, number: number < 3)

    async def read():
        client = AsyncPaystack(transport=transport)
        items = client.iterate(await client.send(FIRST))
        while (await anext(items))["id"] < 12:
            pass
        await wait_in_loop(lambda: transport.in_flight == 4)
        await items.aclose()
        assert transport.in_flight == 0

    asyncio.run(check_tasks_end(read()))


# Costs


@pytest.mark.parametrize("is_cursor", [False, True])
def test_memory_does_not_grow_with_the_list(is_cursor):
    last = 5000
    paginator = Paginator(make_page(1, 0 if is_cursor else last, [0, 1], {}, next="1"), prefetch=8)
    for number in range(2, last + 1):
        while paginator.next_request() is not None:
            pass
        items = [2 * number, 2 * number + 1]
        paginator.receive(
            make_page(number, 0, items, {}, next=str(number)) if is_cursor else make_page(number, last, items)
        )
        assert paginator.items == [{"id": item} for item in items]
    assert sum(map(len, paginator._seen)) <= 2 * REMEMBERED_PAGES
    assert len(paginator._cursors) <= REMEMBERED_PAGES


def test_a_thread_or_task_is_started_only_for_a_second_page(connect):
    threads_before = threading.active_count()
    client = connect(transport=ScriptedTransport(success_response([{"id": 1}], meta={"page": 1, "pageCount": 1})))
    items = client.iterate(client.send(FIRST))
    assert next(items) == {"id": 1}
    assert threading.active_count() == threads_before
    assert not list(islice(items, 1))
