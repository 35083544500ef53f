"""Reading a list from one page to its end, while pages are fetched ahead and the list changes."""

import asyncio
import gc
import threading
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_transport import Script, yes
from shifting_list import (
    COUNTED,
    EVERY,
    FLAVOURS,
    MANDATES,
    NEXT,
    NUMBERED,
    ONCE,
    Tasks,
    Threads,
    broken,
    left_clean,
    turned,
)

from paystackease import AsyncPaystack, Paystack, Request, Response, errors
from paystackease._core.pagination import REMEMBERED_PAGES, Paginator
from paystackease.response import ResponseInfo

FIRST = Request("GET", "/list")

flavours = pytest.mark.parametrize(("double", "read"), FLAVOURS, ids=["blocking", "asyncio"])
paginations = pytest.mark.parametrize("pagination", EVERY, ids=["numbered", "counted", "next", "mandates"])
briefly = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True)
def _no_thread_stays():
    yield
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("paystack-pages")]


def ids(items):
    return [item["id"] for item in items]


def old(items):
    """Those that were in the list from the beginning, as a list numbers them."""
    return [number for number in ids(items) if 0 <= number < 100_000]


# What comes


@flavours
@paginations
@briefly
@given(
    length=st.integers(0, 150),
    size=st.integers(1, 60),
    start=st.integers(1, 5),
    prefetch=st.integers(1, 12),
    delays=st.lists(st.integers(0, 9), max_size=20),
)
def test_every_item_comes_once_and_in_order(double, read, pagination, length, size, start, prefetch, delays):
    if pagination not in (NUMBERED, COUNTED):
        start = min(start, length // size + 1)  # there is no cursor beyond the end
    transport = double(pagination, length, size, delays=delays)
    items, error = read(transport, start, prefetch=prefetch)
    assert error is None
    assert ids(items) == list(range((start - 1) * size, length))
    assert len(transport.asked) == len(set(transport.asked)) or pagination in (NEXT, MANDATES)
    assert transport.most <= (prefetch if pagination in (NUMBERED, COUNTED) else 1)


# Every other answer at the most, or more would come than was read: then what has shifted looks like another list.
when = st.lists(st.integers(1, 20), max_size=8, unique=True).map(lambda numbers: [2 * number for number in numbers])


@flavours
@paginations
@settings(max_examples=50, deadline=None)
@given(
    data=st.data(),
    length=st.integers(0, 120),
    size=st.integers(2, 20),
    start=st.integers(1, 3),
    prefetch=st.integers(1, 10),
    delays=st.lists(st.integers(0, 12), max_size=30),
)
def test_of_a_list_that_is_added_to_in_front_nothing_is_missing_or_comes_twice(
    double, read, pagination, data, length, size, start, prefetch, delays
):
    if pagination not in (NUMBERED, COUNTED):
        start = min(start, length // size + 1)
    changes = dict.fromkeys(data.draw(when), double.put_in_front)
    transport = double(pagination, length, size, changes=changes, delays=delays)
    items, error = read(transport, start, prefetch=prefetch)
    assert error is None
    assert len(ids(items)) == len(set(ids(items)))
    assert old(items) == list(range((start - 1) * size, length))
    assert transport.most <= prefetch


@flavours
def test_nothing_is_missing_where_the_page_behind_was_answered_first(double, read):
    # Page 3 is as it was before an item was put in front, and page 2 as after: between them one has slipped through.
    def order(transport, number):
        return number != 2 or 3 in transport.answered

    transport = double(NUMBERED, 100, 10, until=order, changes={3: double.put_in_front})
    items, _ = read(transport)
    assert transport.answered[:3] == [1, 3, 2]
    assert ids(items) == list(range(100))
    assert transport.asked.count(3) == 2


@flavours
@settings(max_examples=40, deadline=None)
@given(
    changes=st.dictionaries(st.integers(1, 20), st.integers(-50, 50), max_size=8),
    length=st.integers(0, 120),
    size=st.integers(1, 20),
    prefetch=st.integers(1, 10),
    delays=st.lists(st.integers(0, 12), max_size=30),
)
def test_of_a_list_that_is_taken_from_and_grows_nothing_comes_twice(
    double, read, changes, length, size, prefetch, delays
):
    def change(place):
        return lambda transport: transport.grow() if place < 0 else transport.take_out(place)

    changes = {number: change(place) for number, place in changes.items()}
    transport = double(NUMBERED, length, size, changes=changes, delays=delays)
    items, error = read(transport, prefetch=prefetch)
    assert error is None
    assert len(ids(items)) == len(set(ids(items)))
    assert old(items) == sorted(old(items))


@flavours
@paginations
def test_what_a_list_grows_by_while_it_is_read_comes_too(double, read, pagination):
    transport = double(pagination, 30, 10, changes={3: lambda transport: transport.grow(15)})
    items, _ = read(transport, prefetch=1)
    assert len(set(ids(items))) == len(items) == 45


@flavours
@paginations
def test_where_nothing_is_there_nothing_comes(double, read, pagination):
    transport = double(pagination, 0)
    assert read(transport) == ([], None)
    assert len(transport.asked) == 1


# How many at once


def page(number, last, items=(), query=None, **meta):
    request = Request("GET", "/list", query={"page": number} if query is None else query)
    meta = {"page": number, "pageCount": last} if last else meta
    body = {"status": True, "data": [{"id": item} for item in items], "meta": meta}
    return Response(body, ResponseInfo(request, 200, {}, 1))


def asked_for(pages):
    """The pages to fetch now."""
    found = []
    while (request := pages.next_request()) is not None:
        found.append(request.query["page"])
    return found


def test_two_are_fetched_at_first_and_more_as_reading_goes_on():
    pages = Paginator(page(1, 99), prefetch=8)
    asked, under_way = [asked_for(pages)], []
    for number in range(2, 8):
        under_way.append(asked[-1][-1] - number + 1)
        pages.receive(page(number, 99, [number]))
        asked.append(asked_for(pages))
    assert asked == [[2, 3], [4, 5, 6], [7, 8, 9, 10, 11], [12], [13], [14], [15]]
    assert under_way == [2, 4, 8, 8, 8, 8]


def test_after_a_shift_what_is_under_way_is_asked_for_again_one_after_another():
    pages = Paginator(page(1, 99, [1, 2]), prefetch=8)
    assert asked_for(pages) == [2, 3]
    assert not pages.receive(page(2, 99, [3, 4]))
    assert asked_for(pages) == [4, 5, 6]
    assert pages.receive(page(3, 99, [4, 5]))
    assert pages.items == [{"id": 5}]
    assert asked_for(pages) == [4]
    assert not pages.receive(page(4, 99, [6, 7]))
    assert asked_for(pages) == [5, 6]


@flavours
@pytest.mark.parametrize("prefetch", [1, 2, 5, 8])
def test_as_many_as_ahead_says_are_under_way_and_never_more(double, read, prefetch):
    def all_ahead(transport, number):
        # It is answered when all those are under way that may be besides it.
        most = {2: 2, 3: 4, 4: 8}.get(number, 99)
        last = min(number - 1 + min(most, prefetch), 40)
        return number == 1 or max(transport.asked) >= last

    transport = double(NUMBERED, 400, 10, until=all_ahead)
    assert len(read(transport, prefetch=prefetch)[0]) == 400
    assert transport.most == prefetch


@flavours
@pytest.mark.parametrize("pagination", [NEXT, MANDATES])
def test_of_cursor_pages_one_is_fetched_ahead(double, read, pagination):
    transport = double(pagination, 100, 10)
    read(transport, take=5)
    assert len(transport.asked) <= 2
    transport = double(pagination, 100, 10)
    assert len(read(transport)[0]) == 100
    assert transport.most == 1
    assert len(transport.asked) == 10


@flavours
def test_no_page_can_be_fewer_than_one(double, read):
    for prefetch in 0, -1:
        transport = double(NUMBERED, 100, 10)
        with pytest.raises(errors.InvalidArgumentError, match="prefetch"):
            read(transport, prefetch=prefetch)
        assert transport.asked == [1]


# Who stops


@flavours
def test_whoever_stops_reading_fetches_no_more(double, read):
    transport = double(NUMBERED, 10_000, 10)
    items, _ = read(transport, take=15)
    assert ids(items) == list(range(15))
    assert set(transport.asked) <= set(range(1, 7))
    assert transport.under_way == 0


def test_a_break_ends_the_threads():
    transport = Threads(NUMBERED, 10_000, 10)
    client = Paystack(transport=transport)
    for item in client.iterate(client.send(FIRST)):
        if item["id"] == 12:
            break
    assert transport.under_way == 0
    assert len(transport.asked) <= 6


def test_an_interruption_ends_the_threads():
    transport = Threads(NUMBERED, 10_000, 10)
    client = Paystack(transport=transport)
    items = client.iterate(client.send(FIRST))
    next(items)
    with pytest.raises(KeyboardInterrupt):
        items.throw(KeyboardInterrupt)
    assert transport.under_way == 0


def test_a_break_ends_the_tasks():
    transport = Tasks(NUMBERED, 10_000, 10)
    transport.fail = {4: broken(), 5: errors.APITimeoutError("late", request=FIRST, may_have_arrived=True)}

    async def read():
        client = AsyncPaystack(transport=transport, retry=ONCE)
        async for item in client.iterate(await client.send(FIRST)):
            if item["id"] == 12:
                for _ in range(5):
                    await asyncio.sleep(0)  # pages 4 and 5 fail meanwhile
                break
        gc.collect()
        await turned(lambda: len(asyncio.all_tasks()) == 1)

    asyncio.run(left_clean(read()))
    assert transport.under_way == 0
    assert set(transport.asked) <= set(range(1, 7))
    assert not transport.fail


def test_a_task_that_is_cancelled_while_it_reads_leaves_nothing():
    transport = Tasks(NUMBERED, 10_000, 10, until=lambda _, number: number < 5)

    async def read():
        client, found = AsyncPaystack(transport=transport), []

        async def each():
            found.extend([item async for item in client.iterate(await client.send(FIRST))])

        task = asyncio.create_task(each())
        await turned(lambda: transport.under_way == 8)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(left_clean(read()))
    assert transport.under_way == 0


def test_closing_in_the_middle_leaves_nothing():
    transport = Tasks(NUMBERED, 10_000, 10, until=lambda _, number: number < 3)

    async def read():
        client = AsyncPaystack(transport=transport)
        items = client.iterate(await client.send(FIRST))
        while (await anext(items))["id"] < 12:
            pass
        await turned(lambda: transport.under_way == 4)
        await items.aclose()
        assert transport.under_way == 0

    asyncio.run(left_clean(read()))


# What goes wrong


@flavours
def test_a_page_that_cannot_be_had_is_named_and_can_be_gone_on_from(double, read):
    transport = double(NUMBERED, 1000, 10)
    transport.fail = {57: broken()}
    items, error = read(transport)
    assert ids(items) == list(range(560))
    assert isinstance(error.__cause__, errors.ServerError)
    assert "page 57 could not be fetched" in str(error)
    assert error.status_code == 503
    assert error.request.query["page"] == 57
    rest, error = read(transport, request=error.request)
    assert error is None
    assert ids(items + rest) == list(range(1000))


@flavours
@pytest.mark.parametrize("pagination", [NEXT, MANDATES])
def test_a_cursor_page_that_cannot_be_had_can_be_gone_on_from(double, read, pagination):
    # No cursor page has a number, and so the double takes each for page 1.
    late = errors.APITimeoutError("late", request=FIRST, may_have_arrived=True)
    transport = double(pagination, 100, 10, changes={4: lambda transport: transport.fail.update({1: late})})
    items, error = read(transport)
    assert error.__cause__ is late
    assert ids(items) == list(range(30))
    assert "the next page could not be fetched" in str(error)
    rest, _ = read(transport, request=error.request)
    assert ids(items + rest) == list(range(100))


@flavours
def test_an_error_of_a_page_that_was_fetched_ahead_waits_for_its_turn(double, read):
    transport = double(NUMBERED, 100, 10, until=lambda transport, number: number != 2 or 3 in transport.answered)
    transport.fail = {3: broken()}
    items, error = read(transport)
    assert transport.answered[:3] == [1, 3, 2]
    assert ids(items) == list(range(20))
    assert error.request.query["page"] == 3


@flavours
def test_an_error_of_a_page_that_is_asked_for_again_is_forgotten(double, read):
    def order(transport, number):
        return number != 2 or 3 in transport.answered

    transport = double(NUMBERED, 100, 10, until=order, changes={3: double.put_in_front})
    transport.fail = {3: broken()}
    items, error = read(transport)
    assert error is None
    assert ids(items) == list(range(100))


def test_what_is_no_error_of_ours_goes_up_as_it_is():
    for double, read in FLAVOURS:
        transport = double(NUMBERED, 100, 10)
        transport.fail = {3: ZeroDivisionError("a transport of the caller's")}
        with pytest.raises(ZeroDivisionError):
            read(transport)
        assert transport.under_way == 0


def test_a_client_that_is_closed_meanwhile_says_so(connect, flavour):
    client = connect(transport={"blocking": Threads, "asyncio": Tasks}[flavour](NEXT, 1000, 1))
    items = client.iterate(client.send(Request("GET", "/list", query=NEXT.first(1, 1))))
    assert next(items) == {"id": 0}
    assert next(items) == {"id": 1}
    client.close()
    with pytest.raises(errors.PaginationError) as caught:
        list(items)
    assert isinstance(caught.value.__cause__, errors.ClientClosedError)


# Odd servers


class Stubborn:
    """Gives the same for ever.

    :param metas: What it says of its pages, again and again.
    """

    def __init__(self, *metas, data=None):
        self.metas, self.data, self.asked = metas, data, 0

    def send(self, request):
        self.asked += 1
        assert self.asked < 1000
        return yes(self.data, meta=self.metas[self.asked % len(self.metas)])

    def close(self): ...


@pytest.mark.parametrize(
    "metas",
    [
        [{"next": "same", "perPage": 2}],
        [{"next": 512, "per_page": 2}],
        [{"next": "a"}, {"next": "b"}],
        [{"next": 1, "per_page": 2}, {"next": 2, "per_page": 2}, {"next": 3, "per_page": 2}],
        [{"page": 1, "pageCount": 10}],
        [{"page": 1, "pageCount": 10**9}],
        [{"pageCount": 10**9}],
        [{"next": False}],
        [{"next": {"page": 2}}],
        [{"page": None, "pageCount": "many"}],
    ],
    ids=repr,
)
def test_a_server_that_gives_the_same_for_ever_is_left_at_last(connect, metas):
    for data in [{"id": 1}, {"id": 2}], [], None:
        transport = Stubborn(*metas, data=data)
        client = connect(transport=transport)
        assert list(client.iterate(client.send(FIRST))) == (data or [])
        assert transport.asked < 100


@pytest.mark.parametrize("metas", [[{"next": "same"}], [{"next": "a"}, {"next": "b"}]], ids=repr)
def test_so_it_is_where_its_items_have_no_id(connect, metas):
    transport = Stubborn(*metas, data=["x"])
    client = connect(transport=transport)
    assert set(client.iterate(client.send(FIRST))) == {"x"}
    assert transport.asked <= 4


def test_what_has_no_id_and_what_is_not_there_is_given_as_it_came(connect):
    pages = [["a", "a", None, 5], [{"name": "x"}, {"name": "x"}], None, [["a"], {"id": None}, {"id": None}], ["a"]]
    metas = [{"page": number, "pageCount": 5} for number in range(1, 6)]
    client = connect(transport=Script(*(yes(data, meta=meta) for data, meta in zip(pages, metas, strict=True))))
    items = client.iterate(client.send(FIRST), prefetch=1)
    assert list(items) == [item for data in pages for item in data or ()]


def test_what_paystack_sends_twice_on_one_page_is_given_twice(connect):
    client = connect(transport=Script(yes([{"id": 1, "n": 1}, {"id": 1, "n": 2}])))
    assert [item["n"] for item in client.iterate(client.send(FIRST))] == [1, 2]


def test_a_list_that_does_not_say_which_page_it_is_goes_on_from_the_one_that_was_asked_for(connect, flavour):
    transport = {"blocking": Threads, "asyncio": Tasks}[flavour](COUNTED, 100, 10)
    client = connect(transport=transport)
    for number in 4, "4":
        items = client.iterate(client.send(Request("GET", "/list", query={"page": number})))
        assert ids(items) == list(range(30, 100))


@flavours
def test_what_else_was_asked_for_is_asked_for_on_every_page(double, read):
    transport = double(NUMBERED, 50, 10)
    seen, answer = [], transport._answer
    transport._answer = lambda request, number: (seen.append(request.query), answer(request, number))[1]
    read(transport, request=Request("GET", "/list", query={"perPage": 10, "status": "success"}))
    assert [query | {"page": 1} for query in seen] == [{"perPage": 10, "status": "success", "page": 1}] * 5


# What it costs


@pytest.mark.parametrize("cursor", [False, True])
def test_what_is_kept_does_not_grow_with_the_list(cursor):
    last = 5000
    pages = Paginator(page(1, 0 if cursor else last, [0, 1], {}, next="1"), prefetch=8)
    for number in range(2, last + 1):
        while pages.next_request() is not None:
            pass
        items = [2 * number, 2 * number + 1]
        pages.receive(page(number, 0, items, {}, next=str(number)) if cursor else page(number, last, items))
        assert pages.items == [{"id": item} for item in items]
    assert sum(map(len, pages._seen)) <= 2 * REMEMBERED_PAGES
    assert len(pages._cursors) <= REMEMBERED_PAGES


def test_a_thread_or_a_task_is_begun_only_for_a_second_page(connect):
    begun = threading.active_count()
    client = connect(transport=Script(yes([{"id": 1}], meta={"page": 1, "pageCount": 1})))
    items = client.iterate(client.send(FIRST))
    assert next(items) == {"id": 1}
    assert threading.active_count() == begun
    assert not list(islice(items, 1))
