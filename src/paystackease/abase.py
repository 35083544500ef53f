"""The asyncio client: :mod:`paystackease.base`, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from typing import Any, Protocol, Self, TypeVar, cast

from paystackease import errors
from paystackease._endpoint import awaitable, install
from paystackease._engine import Outcome, Reply, Retry, converse, next_page
from paystackease._request import Request
from paystackease._settings import TIMEOUT, settings
from paystackease.base import Line, given
from paystackease.response import Response

T = TypeVar("T")


class AsyncTransport(Protocol):
    """The one way out. It knows where calls go and with which key.

    One that never waits, such as the emulator, may answer at once.
    """

    def send(self, request: Request[Any], /) -> Reply | Awaitable[Reply]:
        """Send a request and bring back the reply.

        :raises paystackease.errors.APIConnectionError: Where no whole reply came.
        """
        ...

    def close(self) -> Awaitable[None] | None: ...


class AsyncPayStackBaseClientAPI:
    """The base of every asyncio client. It may be made outside of a running loop.

    :param secret_key: ``sk_test_…`` or ``sk_live_…``. Left out, ``PAYSTACK_SECRET_KEY`` in the environment as it is
        when the client is made.
    :param base_url: Where the API is. Left out, ``PAYSTACK_BASE_URL``, else ``https://api.paystack.co``.
    :param timeout: How many seconds one sending of a call may take, from the connection to the last byte.
    :param retry: How failed calls are repeated that may be; ``Retry(attempts=1)`` for not at all.
    :param transport: Another way out, such as an emulator, with a key and an address of its own. The client does not
        close it.
    :raises paystackease.errors.SecretKeyError: Where there is no key, or it cannot be one.
    """

    _line: Line[AsyncTransport]

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
    ) -> None:
        if transport is not None:
            self._line = given(transport, secret_key, base_url, timeout, retry)
            return
        told = settings(secret_key, base_url, timeout)
        from paystackease._transports.aiohttp import AiohttpTransport

        self._line = Line(AiohttpTransport(told), retry or Retry(), owned=True)

    @classmethod
    def _over(cls, line: Line[AsyncTransport]) -> Self:
        """A section: the same line, and other endpoints."""
        section = cls.__new__(cls)
        section._line = line
        return section

    async def send(self, request: Request[T]) -> Response[T]:
        """Make a call: one of your own, as ``await client.send(Request("GET", "/balance"))``, or one built before.

        :raises paystackease.errors.PayStackError: Where no answer came, or it says no.
        """
        transport = self._line.open()
        steps = converse(request, self._line.retry)
        outcome: Outcome | None = None
        try:
            while True:
                step = steps.send(outcome)
                if isinstance(step, Request):
                    try:
                        reply = transport.send(step)
                        outcome = reply if isinstance(reply, Reply) else await reply
                    except errors.APIConnectionError as error:
                        outcome = error
                else:
                    await asyncio.sleep(step)
                    outcome = None
        except StopIteration as end:
            return cast("Response[T]", end.value)

    async def iterate(self, response: Response[list[T]]) -> AsyncGenerator[T, None]:
        """Every item of a list from this page on: ``client.iterate(await client.customers.list_customers())``."""
        for item in response.data or ():
            yield item
        while (request := next_page(response)) is not None:
            response = await self.send(request)
            for item in response.data or ():
                yield item

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
