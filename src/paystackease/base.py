"""The blocking client: it sends, it sleeps, and what to do next it asks of :mod:`paystackease._core.call_flow`."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from paystackease import errors
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
from paystackease._core.config import TIMEOUT, resolve_config, validate_headers, validate_timeout
from paystackease._core.endpoint import bind_endpoints, make_sync_method
from paystackease._core.pagination import Paginator
from paystackease._core.rate_limit import RateLimit, SyncLimiter
from paystackease._core.request import Request
from paystackease._core.transport import Transport as Transport
from paystackease.response import Response
from paystackease.webhooks.verifier_mixin import WebhookVerifierMixin

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
TransportT = TypeVar("TransportT")
LimiterT = TypeVar("LimiterT")


@dataclass(slots=True)
class ClientState(Generic[TransportT]):
    """What a client, its sections and its :meth:`~PayStackBaseClientAPI.options` have in common."""

    transport: TransportT
    owns_transport: bool
    """Whether the client opened the transport, and so closes it."""
    secret_key: str | None = field(default=None, repr=False)
    """What webhooks are verified with; None where the transport keeps it to itself."""
    closed: bool = False

    def open_transport(self) -> TransportT:
        if self.closed:
            raise errors.ClientClosedError
        return self.transport


@dataclass(frozen=True, slots=True)
class RequestOptions(Generic[LimiterT]):
    """How calls are made."""

    retry: Retry
    observers: tuple[Observer, ...] = ()
    limiter: LimiterT | None = None
    timeout: float | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)

    def merge(
        self, timeout: float | None, retry: Retry | None, headers: Mapping[str, str] | None
    ) -> RequestOptions[LimiterT]:
        """The same, but for what is given."""
        return replace(
            self,
            retry=self.retry if retry is None else validate_retry(retry),
            timeout=self.timeout if timeout is None else validate_timeout(timeout),
            headers=self.headers if headers is None else {**(self.headers or {}), **validate_headers(headers)},
        )

    def apply(self, request: Request[T]) -> Request[T]:
        """A request as it is sent."""
        if self.timeout is None and self.headers is None:
            return request
        return request.with_options(request.timeout or self.timeout, {**(self.headers or {}), **request.headers})


def validate_retry(retry: object) -> Retry:
    """How calls are repeated, which is found out too late where it is something else."""
    if not isinstance(retry, Retry):  # which would come out when a call fails, and hide how
        raise errors.InvalidArgumentError("retry is a Retry, such as Retry(max_attempts=1)")
    return retry


def reject_conflicts(secret_key: str | None, base_url: str | None, timeout: float) -> None:
    """Beside a transport of the caller's there is nothing to say of where calls go."""
    if (secret_key, base_url, timeout) != (None, None, TIMEOUT):
        raise errors.InvalidArgumentError(
            "give either a transport or secret_key, base_url and timeout: a transport has its own"
        )


def secret_key_of(transport: object) -> str | None:
    """The key of a transport that says it, as an emulator does."""
    found: object = getattr(transport, "secret_key", None)
    return found if isinstance(found, str) else None


def _make_executor(most: int) -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor  # when a list has a second page

    return ThreadPoolExecutor(most, "paystack-pages")


class PayStackBaseClientAPI(WebhookVerifierMixin):
    """The base of every blocking client.

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

    _state: ClientState[Transport]
    _request_options: RequestOptions[SyncLimiter]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        bind_endpoints(cls, make_sync_method)

    def __init__(
        self,
        secret_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT,
        retry: Retry | None = None,
        transport: Transport | None = None,
        observers: Sequence[Observer] = (),
        limit: RateLimit | None = None,
    ) -> None:
        limiter = None if limit is None else SyncLimiter(limit)
        self._request_options = RequestOptions(
            Retry() if retry is None else validate_retry(retry), tuple(observers), limiter
        )
        if transport is not None:
            reject_conflicts(secret_key, base_url, timeout)
            self._state = ClientState(transport, owns_transport=False, secret_key=secret_key_of(transport))
            return
        config = resolve_config(secret_key, base_url, timeout)
        from paystackease._transports.urllib3 import Urllib3Transport

        self._state = ClientState(Urllib3Transport(config), owns_transport=True, secret_key=config.secret_key)

    @classmethod
    def _from_state(cls, line: ClientState[Transport], options: RequestOptions[SyncLimiter]) -> Self:
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

        ``client.options(timeout=5).customers.fetch_customer("CUS_…")``

        :param timeout: How many seconds one sending of a call may take.
        :param retry: How failed calls are repeated that may be.
        :param headers: HTTP headers to send besides.
        :raises paystackease.errors.InvalidArgumentError: Where one cannot be right.
        """
        return self._from_state(self._state, self._request_options.merge(timeout, retry, headers))

    def send(self, request: Request[T]) -> Response[T]:
        """Make a call: one of your own, as ``client.send(Request("GET", "/balance"))``, or one that was built before.

        :raises paystackease.errors.PaystackError: Where no answer came, or it says no.
        """
        options = self._request_options
        first: FirstAttempt | None = None
        if options.limiter is None and can_use_fast_path(request, options.observers):
            transport, began = self._state.open_transport(), time.perf_counter()
            outcome: AttemptResult
            try:
                outcome = transport.send(options.apply(request))
            except errors.APIConnectionError as error:
                outcome = error
            if (response := success_or_none(request, outcome)) is not None:
                return response
            first = FirstAttempt(began, outcome)
        return self._run_flow(call_flow(request, options.retry, options.observers, first=first), first is not None)

    def _run_flow(self, flow: Generator[Request[Any] | float, AttemptResult | None, T], is_begun: bool = False) -> T:
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
                            outcome = transport.send(options.apply(step))
                        else:
                            with options.limiter:
                                outcome = transport.send(options.apply(step))
                    except errors.APIConnectionError as error:
                        outcome = error
                    except errors.ClientClosedError as error:
                        if not is_begun:
                            raise
                        outcome = closed_during_call(step, error)
                    is_begun = True
                else:
                    time.sleep(step)
                    outcome = None
        except StopIteration as end:
            result: T = end.value
            return result
        except BaseException as error:
            note_interruption(error, call)
            raise

    def iterate(self, response: Response[list[T]], *, prefetch: int = 8) -> Generator[T]:
        """Every item of a list from this page on: ``client.iterate(client.customers.list_customers())``.

        Numbered pages are fetched ahead, in threads, while those before are read; none is fetched any more when
        reading stops. No item comes twice when others are added to the list meanwhile.

        :param response: The page to begin with.
        :param prefetch: How many pages may be under way at once at the most; 1 for one after another.
        :raises paystackease.errors.PaginationError: Where a page could not be had. It can be gone on from there.
        """
        paginator = Paginator(response, prefetch)
        in_flight: deque[tuple[Request[list[T]], Future[Response[list[T]]]]] = deque()
        workers: ThreadPoolExecutor | None = None
        process = os.getpid()
        try:
            while True:
                while (request := paginator.next_request()) is not None:
                    workers = workers or _make_executor(prefetch)
                    # As a task would: what the caller has set for what it does, a span say, holds for its pages too.
                    in_flight.append((request, workers.submit(copy_context().run, self.send, request)))
                yield from paginator.items
                if process != os.getpid():  # The threads that fetched ahead are the parent's.
                    process, workers = os.getpid(), _make_executor(prefetch)
                    in_flight = deque(
                        (early, workers.submit(copy_context().run, self.send, early)) for early, _ in in_flight
                    )
                if not in_flight:
                    return
                request, pending = in_flight.popleft()
                try:
                    response = pending.result()
                except errors.PaystackError as error:
                    raise errors.PaginationError(request, error) from error
                if paginator.receive(response):
                    for _, early in in_flight:
                        early.cancel()
                    in_flight.clear()
        finally:
            if workers is not None and process == os.getpid():
                workers.shutdown(cancel_futures=True)

    def close(self) -> None:
        """Close what the client opened. It cannot be used any more, nor can its sections."""
        if not self._state.closed:
            self._state.closed = True
            if self._state.owns_transport:
                self._state.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
