"""A paginated list that changes while a client reads it: a transport that serves its pages and counts requests.

``BlockingShiftingList`` is for blocking clients and ``AsyncShiftingList`` for asyncio ones. ``read_blocking`` and
``read_async`` read such a list.
"""

import asyncio
import itertools
import threading
from contextlib import aclosing, contextmanager

from scripted_transport import error_response, success_response

from paystackease import AsyncPaystack, Paystack, Request, Retry, errors

ONCE = Retry(max_attempts=1)
TIMEOUT = 5.0
"""Seconds after which a request that may not respond yet fails. No passing test waits that long."""


class NumberedPages:
    """Pages by number.

    :param counts: The fields of ``meta`` besides the number of pages.
    """

    def __init__(self, counts=("page", "total", "perPage")):
        self.counts = counts

    def first_query(self, start, size):
        return {"perPage": size, "page": start} if start > 1 else {"perPage": size}

    def make_page(self, items, query, size):
        number = int(query.get("page", 1))
        fields = {"page": number, "total": len(items), "perPage": size}
        meta = {name: fields[name] for name in self.counts} | {"pageCount": -(-len(items) // size)}
        return items[(number - 1) * size : number * size], meta


class CursorPages:
    """Pages by cursor: each page names the item after which the next one begins.

    :param name: The query parameter of the cursor.
    """

    def __init__(self, name, meta):
        self.name, self.meta = name, meta

    def first_query(self, start, size):
        return {"perPage": size} if start == 1 else {"perPage": size, self.name: f"after-{(start - 1) * size - 1}"}

    def make_page(self, items, query, size):
        after = query.get(self.name)
        start = 0 if after is None else next(n for n, item in enumerate(items) if f"after-{item['id']}" == after) + 1
        page_items = items[start : start + size]
        has_more = start + size < len(items)
        return page_items, self.meta | {"next": f"after-{page_items[-1]['id']}" if has_more else None}


NUMBERED = NumberedPages()
COUNTED = NumberedPages(counts=())
"""Like the orders of a storefront, whose ``meta`` has no page number."""
NEXT_CURSOR = CursorPages("next", {"previous": None, "perPage": 10})
MANDATE_CURSOR = CursorPages("cursor", {"per_page": 10, "count": 1, "total": 1})
ALL_PAGINATIONS = (NUMBERED, COUNTED, NEXT_CURSOR, MANDATE_CURSOR)


class ShiftingList:
    """A list whose items change between responses.

    :param changes: Functions that change the list before its Nth response, by N from 1.
    :param may_respond: A function of the list and a page number that returns whether that page may be served now.
    :param delays: How often each request in turn yields to other tasks; the blocking list ignores it.
    """

    def __init__(self, pagination=NUMBERED, length=0, size=10, *, changes=(), may_respond=None, delays=()):
        self.pagination, self.size = pagination, size
        self.items = [{"id": number} for number in range(length)]
        self.changes, self.may_respond, self.delays = dict(changes), may_respond, list(delays)
        self.failures = {}
        """Responses or errors that replace a page once, by page number."""
        self.requested_pages, self.served_pages = [], []
        self.in_flight = self.max_in_flight = 0
        self._added = itertools.count(1)
        self._lock = threading.Condition()

    def prepend(self, number=1):
        for _ in range(number):
            self.items.insert(0, {"id": -next(self._added)})

    def extend(self, number=1):
        for _ in range(number):
            self.items.append({"id": 100_000 + next(self._added)})

    def remove(self, index):
        if self.items:
            del self.items[index % len(self.items)]

    @contextmanager
    def _count_request(self, request):
        number = int(request.query.get("page", 1))
        with self._lock:
            self.requested_pages.append(number)
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            self._lock.notify_all()
        try:
            yield number
        finally:
            with self._lock:
                self.in_flight -= 1
                self._lock.notify_all()

    def _respond(self, request, number):
        if change := self.changes.get(len(self.served_pages) + 1):
            change(self)
        self.served_pages.append(number)
        failure = self.failures.pop(number, None)
        if isinstance(failure, BaseException):
            raise failure
        items, meta = self.pagination.make_page(self.items, request.query, self.size)
        return failure or success_response(items, meta=meta)


class BlockingShiftingList(ShiftingList):
    def send(self, request):
        with self._count_request(request) as number, self._lock:
            assert self.may_respond is None or self._lock.wait_for(lambda: self.may_respond(self, number), TIMEOUT), (
                self.requested_pages
            )
            try:
                return self._respond(request, number)
            finally:
                self._lock.notify_all()

    def close(self): ...


class AsyncShiftingList(ShiftingList):
    async def send(self, request):
        with self._count_request(request) as number:
            for _ in range(self.delays.pop(0) if self.delays else 1):
                await asyncio.sleep(0)
            if self.may_respond is not None:
                await wait_in_loop(lambda: self.may_respond(self, number))
            return self._respond(request, number)

    async def close(self): ...


def read_blocking(transport, start=1, *, prefetch=8, max_items=None, request=None, limit=None):
    """Return the items that were read, and the PaginationError that ended the iteration, or None."""
    client = Paystack(transport=transport, retry=ONCE, limit=limit)
    request = request or Request("GET", "/list", query=transport.pagination.first_query(start, transport.size))
    items, items_read = client.iterate(client.send(request), prefetch=prefetch), []
    try:
        for item in itertools.islice(items, max_items):
            items_read.append(item)  # noqa: PERF402 # items before an error are returned too
    except errors.PaginationError as error:
        return items_read, error
    finally:
        items.close()
    return items_read, None


def read_async(transport, start=1, *, prefetch=8, max_items=None, request=None, limit=None):
    """Do the same with asyncio."""

    async def read():
        client = AsyncPaystack(transport=transport, retry=ONCE, limit=limit)
        first = request or Request("GET", "/list", query=transport.pagination.first_query(start, transport.size))
        items_read = []
        async with aclosing(client.iterate(await client.send(first), prefetch=prefetch)) as items:
            try:
                while max_items is None or len(items_read) < max_items:
                    items_read.append(await anext(items))
            except StopAsyncIteration:
                return items_read, None
            except errors.PaginationError as error:
                return items_read, error
        return items_read, None

    return asyncio.run(check_tasks_end(read()))


async def check_tasks_end(coroutine):
    """Return the result of a coroutine, after checking that it leaves no task and no unhandled error."""
    unhandled = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    try:
        return await coroutine
    finally:
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not unhandled, unhandled


async def wait_in_loop(condition):
    """Yield to other tasks until a condition is true."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("the condition did not become true")


FLAVOURS = [(BlockingShiftingList, read_blocking), (AsyncShiftingList, read_async)]


def unavailable_response():
    return error_response(503, "Service unavailable")
