"""The asyncio client: :mod:`paystackease.base`, awaited."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Generator, Mapping, Sequence
from typing import Any, Protocol, Self, TypeVar

from paystackease import errors
from paystackease._core.async_rate_limit import AsyncLimiter
from paystackease._core.call_flow import (
    First,
    Observer,
    Outcome,
    Retry,
    at_once,
    closed_meanwhile,
    converse,
    is_plain,
    note_interruption,
)
from paystackease._core.config import TIMEOUT, settings
from paystackease._core.endpoint import awaitable, install
from paystackease._core.pagination import Paginator
from paystackease._core.rate_limit import RateLimit
from paystackease._core.request import Request
from paystackease._core.transport import RawResponse
from paystackease._core.webhook_verifier import VerifiesWebhooks
from paystackease.base import ClientState, RequestOptions, check_given, checked_retry, key_of
from paystackease.response import Response

T = TypeVar("T")


class AsyncTransport(Protocol):
    """The one way out. It knows where calls go and with which key.

    One that never waits, such as the emulator, may answer at once.
    """

    def send(self, request: Request[Any], /) -> RawResponse | Awaitable[RawResponse]:
        """Send a request and bring back the reply.

        :raises paystackease.errors.APIConnectionError: Where no whole reply came.
        """
        ...

    def close(self) -> Awaitable[None] | None: ...


async def _drop(under_way: deque[tuple[Request[Any], asyncio.Task[Any]]]) -> None:
    for _, task in under_way:
        task.cancel()
    await asyncio.gather(*(task for _, task in under_way), return_exceptions=True)
    under_way.clear()


class AsyncPayStackBaseClientAPI(VerifiesWebhooks):
    """The base of every asyncio client. It may be made outside of a running loop.

    :param secret_key: ``sk_test_…`` or ``sk_live_…``. Left out, ``PAYSTACK_SECRET_KEY`` in the environment as it is
        when the client is made.
    :param base_url: Where the API is. Left out, ``PAYSTACK_BASE_URL``, else ``https://api.paystack.co``.
    :param timeout: How many seconds one sending of a call may take, from the connection to the last byte.
    :param retry: How failed calls are repeated that may be; ``Retry(max_attempts=1)`` for not at all.
    :param transport: Another way out, such as an emulator, with a key and an address of its own. The client does not
        close it.
    :param observers: Who is told of each sending, before and after; see :class:`~paystackease.Observer`.
    :param limit: How many calls may begin in a second, and how many may be under way at once.
    :raises paystackease.errors.SecretKeyError: Where there is no key, or it cannot be one.
    """

    _line: ClientState[AsyncTransport]
    _manner: RequestOptions[AsyncLimiter]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        install(cls, awaitable)

    def __init__(
        self,
        secret_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retry: Retry | None = None,
        transport: AsyncTransport | None = None,
        observers: Sequence[Observer] = (),
        limit: RateLimit | None = None,
    ) -> None:
        gate = None if limit is None else AsyncLimiter(limit)
        self._manner = RequestOptions(Retry() if retry is None else checked_retry(retry), tuple(observers), gate)
        if transport is not None:
            check_given(secret_key, base_url, timeout)
            self._line = ClientState(transport, owned=False, secret_key=key_of(transport))
            return
        told = settings(secret_key, base_url, timeout)
        from paystackease._transports.aiohttp import AiohttpTransport

        self._line = ClientState(AiohttpTransport(told), owned=True, secret_key=told.secret_key)

    @classmethod
    def _over(cls, line: ClientState[AsyncTransport], manner: RequestOptions[AsyncLimiter]) -> Self:
        """A client over a line that is there: a section, or one with other options."""
        client = cls.__new__(cls)
        client._line, client._manner = line, manner
        return client

    def options(
        self,
        *,
        timeout: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """The same client, on the same connections, that makes its calls otherwise.

        ``await client.options(timeout=5).customers.fetch_customer("CUS_…")``

        :param timeout: How many seconds one sending of a call may take.
        :param retry: How failed calls are repeated that may be.
        :param headers: HTTP headers to send besides.
        :raises paystackease.errors.InvalidArgumentError: Where one cannot be right.
        """
        return self._over(self._line, self._manner.merge(timeout, retry, headers))

    async def send(self, request: Request[T]) -> Response[T]:
        """Make a call: one of your own, as ``await client.send(Request("GET", "/balance"))``, or one built before.

        :raises paystackease.errors.PayStackError: Where no answer came, or it says no.
        """
        manner = self._manner
        first: First | None = None
        if manner.gate is None and is_plain(request, manner.observers):
            transport, began = self._line.open(), time.perf_counter()
            outcome: Outcome
            try:
                reply = transport.send(manner.apply(request))
                outcome = reply if isinstance(reply, RawResponse) else await reply
            except errors.APIConnectionError as error:
                outcome = error
            if (response := at_once(request, outcome)) is not None:
                return response
            first = First(began, outcome)
        return await self._drive(converse(request, manner.retry, manner.observers, first=first), first is not None)

    async def _drive(self, steps: Generator[Request[Any] | float, Outcome | None, T], is_begun: bool = False) -> T:
        # Do what a conversation needs, and tell it what became of it.
        manner = self._manner
        outcome: Outcome | None = None
        call: Request[Any] | None = None
        try:
            while True:
                step = steps.send(outcome)
                if isinstance(step, Request):
                    call = step if step.guard is not None else call
                    try:
                        transport = self._line.open()
                        if manner.gate is None:
                            reply = transport.send(manner.apply(step))
                            outcome = reply if isinstance(reply, RawResponse) else await reply
                        else:
                            async with manner.gate:
                                reply = transport.send(manner.apply(step))
                                outcome = reply if isinstance(reply, RawResponse) else await reply
                    except errors.APIConnectionError as error:
                        outcome = error
                    except errors.ClientClosedError as error:
                        if not is_begun:
                            raise
                        outcome = closed_meanwhile(step, error)
                    is_begun = True
                else:
                    await asyncio.sleep(step)
                    outcome = None
        except StopIteration as end:
            result: T = end.value
            return result
        except BaseException as error:
            note_interruption(error, call)
            raise

    async def iterate(self, response: Response[list[T]], *, prefetch: int = 8) -> AsyncGenerator[T, None]:
        """Every item of a list from this page on: ``client.iterate(await client.customers.list_customers())``.

        Numbered pages are fetched ahead while those before are read; none is fetched any more when reading stops, for
        which ``contextlib.aclosing`` sees to that it is told. No item comes twice when others are added to the list
        meanwhile.

        :param response: The page to begin with.
        :param prefetch: How many pages may be under way at once at the most; 1 for one after another.
        :raises paystackease.errors.PaginationError: Where a page could not be had. It can be gone on from there.
        """
        pages = Paginator(response, prefetch)
        under_way: deque[tuple[Request[list[T]], asyncio.Task[Response[list[T]]]]] = deque()
        try:
            while True:
                while (request := pages.next()) is not None:
                    under_way.append((request, asyncio.create_task(self.send(request))))
                for item in pages.items:
                    yield item
                if not under_way:
                    return
                request, coming = under_way.popleft()
                try:
                    response = await coming
                except errors.PayStackError as error:
                    raise errors.PaginationError(request, error) from error
                except BaseException:
                    under_way.append((request, coming))
                    raise
                if pages.come(response):
                    await _drop(under_way)
        finally:
            await _drop(under_way)

    async def close(self) -> None:
        """Close what the client opened. It cannot be used any more, nor can its sections."""
        if not self._line.closed:
            self._line.closed = True
            if self._line.owned and (closing := self._line.transport.close()) is not None:
                await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
