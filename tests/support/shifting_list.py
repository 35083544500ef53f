"""A list of Paystack's that is read while it changes: a transport that gives its pages, and counts who asks.

``Threads`` is for blocking clients and ``Tasks`` for asyncio ones; ``in_threads`` and ``in_tasks`` read such a list.
"""

import asyncio
import itertools
import threading
from contextlib import aclosing, contextmanager

from scripted_transport import no, yes

from paystackease import AsyncPaystack, Paystack, Request, Retry, errors

ONCE = Retry(max_attempts=1)
PATIENCE = 5.0
"""Seconds after which nobody comes any more. No test waits for it to pass."""


class Numbered:
    """:param counts: What the list says of itself besides how many pages it has."""

    def __init__(self, counts=("page", "total", "perPage")):
        self.counts = counts

    def first(self, start, size):
        return {"perPage": size, "page": start} if start > 1 else {"perPage": size}

    def page(self, items, query, size):
        number = int(query.get("page", 1))
        of_itself = {"page": number, "total": len(items), "perPage": size}
        meta = {name: of_itself[name] for name in self.counts} | {"pageCount": -(-len(items) // size)}
        return items[(number - 1) * size : number * size], meta


class Cursors:
    """Each page says after which item the next begins.

    :param name: By what name it is asked for.
    """

    def __init__(self, name, meta):
        self.name, self.meta = name, meta

    def first(self, start, size):
        return {"perPage": size} if start == 1 else {"perPage": size, self.name: f"after-{(start - 1) * size - 1}"}

    def page(self, items, query, size):
        after = query.get(self.name)
        begin = 0 if after is None else next(n for n, item in enumerate(items) if f"after-{item['id']}" == after) + 1
        found = items[begin : begin + size]
        more = begin + size < len(items)
        return found, self.meta | {"next": f"after-{found[-1]['id']}" if more else None}


NUMBERED = Numbered()
COUNTED = Numbered(counts=())
"""As the orders of a storefront, which do not say which page it is."""
NEXT = Cursors("next", {"previous": None, "perPage": 10})
MANDATES = Cursors("cursor", {"per_page": 10, "count": 1, "total": 1})
EVERY = (NUMBERED, COUNTED, NEXT, MANDATES)


class List:
    """:param changes: What happens to it before its so-and-so-manieth answer, the first of which is 1.
    :param until: Says of a request whether it may be answered now. What it is told is the list and the page's number.
    :param delays: How often others are let go first, for each request in turn; only tasks keep to it.
    """

    def __init__(self, pagination=NUMBERED, length=0, size=10, *, changes=(), until=None, delays=()):
        self.pagination, self.size = pagination, size
        self.items = [{"id": number} for number in range(length)]
        self.changes, self.until, self.delays = dict(changes), until, list(delays)
        self.fail = {}
        """What a page is answered with, once, instead of itself."""
        self.asked, self.answered = [], []
        self.under_way = self.most = 0
        self._added = itertools.count(1)
        self._lock = threading.Condition()

    def put_in_front(self, number=1):
        for _ in range(number):
            self.items.insert(0, {"id": -next(self._added)})

    def grow(self, number=1):
        for _ in range(number):
            self.items.append({"id": 100_000 + next(self._added)})

    def take_out(self, place):
        if self.items:
            del self.items[place % len(self.items)]

    @contextmanager
    def _counted(self, request):
        number = int(request.query.get("page", 1))
        with self._lock:
            self.asked.append(number)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self._lock.notify_all()
        try:
            yield number
        finally:
            with self._lock:
                self.under_way -= 1
                self._lock.notify_all()

    def _answer(self, request, number):
        if change := self.changes.get(len(self.answered) + 1):
            change(self)
        self.answered.append(number)
        failure = self.fail.pop(number, None)
        if isinstance(failure, BaseException):
            raise failure
        items, meta = self.pagination.page(self.items, request.query, self.size)
        return failure or yes(items, meta=meta)


class Threads(List):
    def send(self, request):
        with self._counted(request) as number, self._lock:
            assert self.until is None or self._lock.wait_for(lambda: self.until(self, number), PATIENCE), self.asked
            try:
                return self._answer(request, number)
            finally:
                self._lock.notify_all()

    def close(self): ...


class Tasks(List):
    async def send(self, request):
        with self._counted(request) as number:
            for _ in range(self.delays.pop(0) if self.delays else 1):
                await asyncio.sleep(0)
            if self.until is not None:
                await turned(lambda: self.until(self, number))
            return self._answer(request, number)

    async def close(self): ...


def in_threads(transport, start=1, *, prefetch=8, take=None, request=None, limit=None):
    """What of a list came, and the PaginationError that ended it."""
    client = Paystack(transport=transport, retry=ONCE, limit=limit)
    request = request or Request("GET", "/list", query=transport.pagination.first(start, transport.size))
    items, found = client.iterate(client.send(request), prefetch=prefetch), []
    try:
        for item in itertools.islice(items, take):
            found.append(item)  # noqa: PERF402 # what came before an error is wanted too
    except errors.PaginationError as error:
        return found, error
    finally:
        items.close()
    return found, None


def in_tasks(transport, start=1, *, prefetch=8, take=None, request=None, limit=None):
    """The same with asyncio."""

    async def read():
        client = AsyncPaystack(transport=transport, retry=ONCE, limit=limit)
        first = request or Request("GET", "/list", query=transport.pagination.first(start, transport.size))
        found = []
        async with aclosing(client.iterate(await client.send(first), prefetch=prefetch)) as items:
            try:
                while take is None or len(found) < take:
                    found.append(await anext(items))
            except StopAsyncIteration:
                return found, None
            except errors.PaginationError as error:
                return found, error
        return found, None

    return asyncio.run(left_clean(read()))


async def left_clean(reading):
    """What a coroutine returns, having seen that it leaves no task, and none whose error nobody saw."""
    unseen = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unseen.append(context))
    try:
        return await reading
    finally:
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert not unseen, unseen


async def turned(true):
    """Let the others go on until something is true."""
    for _ in range(100_000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it does not become true")


FLAVOURS = [(Threads, in_threads), (Tasks, in_tasks)]


def broken():
    return no(503, "Service unavailable")
