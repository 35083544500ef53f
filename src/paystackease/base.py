"""The blocking client: it sends, it sleeps, and what to do next it asks of :mod:`paystackease._engine`."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from paystackease import errors
from paystackease._endpoint import blocking, install
from paystackease._engine import Outcome, Reply, Retry, converse, next_page
from paystackease._request import Request
from paystackease._settings import TIMEOUT, settings
from paystackease.response import Response

T = TypeVar("T")
TransportT = TypeVar("TransportT")


class Transport(Protocol):
    """The one way out. It knows where calls go and with which key."""

    def send(self, request: Request[Any], /) -> Reply:
        """Send a request and bring back the reply.

        :raises paystackease.errors.APIConnectionError: Where no whole reply came.
        """
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Line(Generic[TransportT]):
    """What a client and its sections have in common."""

    transport: TransportT
    retry: Retry
    owned: bool
    """Whether the client opened the transport, and so closes it."""
    closed: bool = False

    def open(self) -> TransportT:
        if self.closed:
            raise errors.ClientClosedError
        return self.transport


def given(
    transport: TransportT, secret_key: str | None, base_url: str | None, timeout: float, retry: Retry | None
) -> Line[TransportT]:
    """A line over a transport of the caller's."""
    if (secret_key, base_url, timeout) != (None, None, TIMEOUT):
        raise errors.InvalidArgumentError(
            "give either a transport or secret_key, base_url and timeout: a transport has its own"
        )
    return Line(transport, retry or Retry(), owned=False)


class PayStackBaseClientAPI:
    """The base of every blocking client.

    :param secret_key: ``sk_test_…`` or ``sk_live_…``. Left out, ``PAYSTACK_SECRET_KEY`` in the environment as it is
        when the client is made.
    :param base_url: Where the API is. Left out, ``PAYSTACK_BASE_URL``, else ``https://api.paystack.co``.
    :param timeout: How many seconds one sending of a call may take, from the connection to the last byte.
    :param retry: How failed calls are repeated that may be; ``Retry(attempts=1)`` for not at all.
    :param transport: Another way out, such as an emulator, with a key and an address of its own. The client does not
        close it.
    :raises paystackease.errors.SecretKeyError: Where there is no key, or it cannot be one.
    """

    _line: Line[Transport]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        install(cls, blocking)

    def __init__(
        self,
        secret_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retry: Retry | None = None,
        transport: Transport | None = None,
    ) -> None:
        if transport is not None:
            self._line = given(transport, secret_key, base_url, timeout, retry)
            return
        told = settings(secret_key, base_url, timeout)
        from paystackease._transports.urllib3 import Urllib3Transport

        self._line = Line(Urllib3Transport(told), retry or Retry(), owned=True)

    @classmethod
    def _over(cls, line: Line[Transport]) -> Self:
        """A section: the same line, and other endpoints."""
        section = cls.__new__(cls)
        section._line = line
        return section

    def send(self, request: Request[T]) -> Response[T]:
        """Make a call: one of your own, as ``client.send(Request("GET", "/balance"))``, or one that was built before.

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
                        outcome = transport.send(step)
                    except errors.APIConnectionError as error:
                        outcome = error
                else:
                    time.sleep(step)
                    outcome = None
        except StopIteration as end:
            return cast("Response[T]", end.value)

    def iterate(self, response: Response[list[T]]) -> Generator[T]:
        """Every item of a list from this page on: ``client.iterate(client.customers.list_customers())``."""
        yield from response.data or ()
        while (request := next_page(response)) is not None:
            response = self.send(request)
            yield from response.data or ()

    def close(self) -> None:
        """Close what the client opened. It cannot be used any more, nor can its sections."""
        if not self._line.closed:
            self._line.closed = True
            if self._line.owned:
                self._line.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
