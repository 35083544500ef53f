"""The asyncio client: :mod:`paystackease.base`, awaited."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from typing import Any, Self, TypeVar

from paystackease import errors
from paystackease._core.async_rate_limit import AsyncLimiter
from paystackease._core.call_flow import (
    AttemptResult,
    FirstAttempt,
    Observer,
    Retry,
    call_flow,
    can_use_fast_path,
    closed_during_call,
    note_interruption,
    success_or_none,
)
from paystackease._core.config import TIMEOUT, resolve_config
from paystackease._core.endpoint import bind_endpoints, make_async_method
from paystackease._core.pagination import Paginator
from paystackease._core.rate_limit import RateLimit
from paystackease._core.request import Request
from paystackease._core.transport import AsyncTransport as AsyncTransport
from paystackease._core.transport import RawResponse
from paystackease.base import ClientState, RequestOptions, reject_conflicts, secret_key_of, validate_retry
from paystackease.response import Response
from paystackease.webhooks.verifier_mixin import WebhookVerifierMixin

T = TypeVar("T")


async def _cancel_all(in_flight: deque[tuple[Request[Any], asyncio.Task[Any]]]) -> None:
    for _, task in in_flight:
        task.cancel()
    await asyncio.gather(*(task for _, task in in_flight), return_exceptions=True)
    in_flight.clear()


class AsyncPayStackBaseClientAPI(WebhookVerifierMixin):
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

    _state: ClientState[AsyncTransport]
    _request_options: RequestOptions[AsyncLimiter]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        bind_endpoints(cls, make_async_method)

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
        limiter = None if limit is None else AsyncLimiter(limit)
        self._request_options = RequestOptions(
            Retry() if retry is None else validate_retry(retry), tuple(observers), limiter
        )
        if transport is not None:
            reject_conflicts(secret_key, base_url, timeout)
            self._state = ClientState(transport, owns_transport=False, secret_key=secret_key_of(transport))
            return
        config = resolve_config(secret_key, base_url, timeout)
        from paystackease._transports.aiohttp import AiohttpTransport

        self._state = ClientState(AiohttpTransport(config), owns_transport=True, secret_key=config.secret_key)

    @classmethod
    def _from_state(cls, line: ClientState[AsyncTransport], options: RequestOptions[AsyncLimiter]) -> Self:
        """A client over a line that is there: a section, or one with other options."""
        client = cls.__new__(cls)
        client._state, client._request_options = line, options
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
        return self._from_state(self._state, self._request_options.merge(timeout, retry, headers))

    async def send(self, request: Request[T]) -> Response[T]:
        """Make a call: one of your own, as ``await client.send(Request("GET", "/balance"))``, or one built before.

        :raises paystackease.errors.PaystackError: Where no answer came, or it says no.
        """
        options = self._request_options
        first: FirstAttempt | None = None
        if options.limiter is None and can_use_fast_path(request, options.observers):
            transport, began = self._state.open_transport(), time.perf_counter()
            outcome: AttemptResult
            try:
                reply = transport.send(options.apply(request))
                outcome = reply if isinstance(reply, RawResponse) else await reply
            except errors.APIConnectionError as error:
                outcome = error
            if (response := success_or_none(request, outcome)) is not None:
                return response
            first = FirstAttempt(began, outcome)
        return await self._run_flow(
            call_flow(request, options.retry, options.observers, first=first), first is not None
        )

    async def _run_flow(
        self, flow: Generator[Request[Any] | float, AttemptResult | None, T], is_begun: bool = False
    ) -> T:
        # Do what a conversation needs, and tell it what became of it.
        options = self._request_options
        outcome: AttemptResult | None = None
        call: Request[Any] | None = None
        try:
            while True:
                step = flow.send(outcome)
                if isinstance(step, Request):
                    call = step if step.idempotency is not None else call
                    try:
                        transport = self._state.open_transport()
                        if options.limiter is None:
                            reply = transport.send(options.apply(step))
                            outcome = reply if isinstance(reply, RawResponse) else await reply
                        else:
                            async with options.limiter:
                                reply = transport.send(options.apply(step))
                                outcome = reply if isinstance(reply, RawResponse) else await reply
                    except errors.APIConnectionError as error:
                        outcome = error
                    except errors.ClientClosedError as error:
                        if not is_begun:
                            raise
                        outcome = closed_during_call(step, error)
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
        paginator = Paginator(response, prefetch)
        in_flight: deque[tuple[Request[list[T]], asyncio.Task[Response[list[T]]]]] = deque()
        try:
            while True:
                while (request := paginator.next_request()) is not None:
                    in_flight.append((request, asyncio.create_task(self.send(request))))
                for item in paginator.items:
                    yield item
                if not in_flight:
                    return
                request, pending = in_flight.popleft()
                try:
                    response = await pending
                except errors.PaystackError as error:
                    raise errors.PaginationError(request, error) from error
                except BaseException:
                    in_flight.append((request, pending))
                    raise
                if paginator.receive(response):
                    await _cancel_all(in_flight)
        finally:
            await _cancel_all(in_flight)

    async def close(self) -> None:
        """Close what the client opened. It cannot be used any more, nor can its sections."""
        if not self._state.closed:
            self._state.closed = True
            if self._state.owns_transport and (closing := self._state.transport.close()) is not None:
                await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
