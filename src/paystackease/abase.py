"""The asyncio client: the counterpart of :mod:`paystackease.base`, which it does not import."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from paystackease import errors
from paystackease._core.app_info import AppInfo
from paystackease._core.async_rate_limit import AsyncLimiter
from paystackease._core.call_flow import (
    FirstAttempt,
    Flow,
    call_flow,
    can_use_fast_path,
    closed_during_call,
    note_interruption,
    success_or_none,
)
from paystackease._core.client_state import (
    ClientState,
    RequestOptions,
    reject_conflicts,
    secret_key_of,
    validate_retry,
)
from paystackease._core.config import TIMEOUT, ConnectionOptions, reject_mode, resolve_config
from paystackease._core.endpoint import AsyncClient, bind_endpoints, make_async_method
from paystackease._core.log_setup import configure_log
from paystackease._core.observer import Observer
from paystackease._core.pagination import Paginator, require_list
from paystackease._core.rate_limit import RateLimit
from paystackease._core.request import Request
from paystackease._core.retry import Retry
from paystackease._core.transport import AsyncTransport as AsyncTransport
from paystackease._core.transport import AttemptResult, RawResponse
from paystackease.response import Response
from paystackease.webhooks.verifier_mixin import WebhookVerifierMixin

T = TypeVar("T")


async def _cancel_all(in_flight: deque[tuple[Request[Any], asyncio.Task[Any]]]) -> None:
    for _, task in in_flight:
        task.cancel()
    await asyncio.gather(*(task for _, task in in_flight), return_exceptions=True)
    in_flight.clear()


class AsyncPayStackBaseClientAPI(WebhookVerifierMixin, AsyncClient):
    """The base class of each asyncio client. A client may be made outside of a running event loop.

    :param secret_key: ``sk_test_…`` or ``sk_live_…``. If it is None, ``PAYSTACK_SECRET_KEY`` is read from the
        environment when the client is made.
    :param base_url: The URL of the API. If it is None, ``PAYSTACK_BASE_URL``, or else ``https://api.paystack.co``.
    :param timeout: The time limit of one attempt in seconds, from the connection to the last byte.
    :param retry: When failed calls are retried; ``Retry(max_attempts=1)`` disables retries.
    :param transport: Another transport, such as an emulator, with its own key and URL. The client does not close it.
    :param observers: Are called before and after each attempt; see :class:`~paystackease.Observer`.
    :param limit: The maximum rate and concurrency of requests.
    :param proxy: The ``http`` or ``https`` URL of a proxy, with its credentials. It takes precedence over
        ``HTTPS_PROXY`` and ``NO_PROXY``, which apply if it is None.
    :param ca_file: The path of a PEM file with the CA certificates to trust, instead of the system's.
    :param ssl_context: A context that verifies certificates, instead of ``ca_file``.
    :param app_info: Your plugin or framework, for the ``User-Agent`` header.
    :param live: False rejects a live key, True requires one. If it is None, the client accepts both.
    :raises paystackease.errors.SecretKeyError: If there is no secret key, or if it is not valid, or is of the wrong
        mode.
    :raises paystackease.errors.InvalidArgumentError: If another option is not valid.
    """

    _state: ClientState[AsyncTransport]
    _request_options: RequestOptions[AsyncLimiter]

    _accepts_public_key: ClassVar[bool] = False

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
        proxy: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        app_info: AppInfo | None = None,
        live: bool | None = None,
    ) -> None:
        configure_log()
        limiter = None if limit is None else AsyncLimiter(limit)
        self._request_options = RequestOptions(
            Retry() if retry is None else validate_retry(retry), tuple(observers), limiter
        )
        connection = ConnectionOptions(proxy, ca_file, ssl_context, app_info)
        if transport is not None:
            reject_conflicts(secret_key, base_url, timeout, connection)
            reject_mode(key := secret_key_of(transport), live)
            self._state = ClientState(transport, owns_transport=False, secret_key=key)
            return
        config = resolve_config(
            secret_key, base_url, timeout, connection, live=live, public_key=self._accepts_public_key
        )
        from paystackease._transports.aiohttp import AiohttpTransport

        self._state = ClientState(AiohttpTransport(config), owns_transport=True, secret_key=config.secret_key)

    @classmethod
    def _from_state(cls, state: ClientState[AsyncTransport], options: RequestOptions[AsyncLimiter]) -> Self:
        """Return a client that shares the state of another: a resource, or a client with other options."""
        client = cls.__new__(cls)
        client._state, client._request_options = state, options
        return client

    def options(
        self,
        *,
        timeout: float | None = None,
        retry: Retry | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Return a client with other options, on the same connections.

        ``await client.options(timeout=5).customers.fetch_customer("CUS_…")``

        :param timeout: The time limit of one attempt in seconds.
        :param retry: When failed calls are retried.
        :param headers: Additional HTTP headers.
        :raises paystackease.errors.InvalidArgumentError: If an option is not valid.
        """
        return self._from_state(self._state, self._request_options.merge(timeout, retry, headers))

    async def send(self, request: Request[T]) -> Response[T]:
        """Send a request, with retries: ``await client.send(Request("GET", "/balance"))``.

        :param request: Your own, or one that an endpoint's ``build`` returned.
        :raises paystackease.errors.PaystackError: If the call does not succeed.
        """
        options = self._request_options
        first: FirstAttempt | None = None
        if options.limiter is None and can_use_fast_path(request, options.observers):
            transport, started_at = self._state.open_transport(), time.perf_counter()
            outcome: AttemptResult
            try:
                sent = transport.send(options.apply(request))
                outcome = sent if isinstance(sent, RawResponse) else await sent
            except errors.APIConnectionError as error:
                outcome = error
            if (response := success_or_none(request, outcome)) is not None:
                return response
            first = FirstAttempt(started_at, outcome)
        return await self._run_flow(
            call_flow(request, options.retry, options.observers, first=first), first is not None
        )

    async def _run_flow(self, flow: Flow[T], has_sent: bool = False) -> T:
        # Sends the requests of a flow, and waits as it says. has_sent: whether an attempt was made before.
        options = self._request_options
        outcome: AttemptResult | None = None
        request_with_references: Request[Any] | None = None
        try:
            while True:
                step = flow.send(outcome)
                if isinstance(step, Request):
                    request_with_references = step if step.idempotency is not None else request_with_references
                    try:
                        transport = self._state.open_transport()
                        if options.limiter is None:
                            sent = transport.send(options.apply(step))
                            outcome = sent if isinstance(sent, RawResponse) else await sent
                        else:
                            async with options.limiter:
                                sent = transport.send(options.apply(step))
                                outcome = sent if isinstance(sent, RawResponse) else await sent
                    except errors.APIConnectionError as error:
                        outcome = error
                    except errors.ClientClosedError as error:
                        if not has_sent:
                            raise
                        outcome = closed_during_call(step, error)
                    has_sent = True
                else:
                    await asyncio.sleep(step)
                    outcome = None
        except StopIteration as end:
            result: T = end.value
            return result
        except BaseException as error:
            note_interruption(error, request_with_references)
            raise

    async def iterate(self, response: Response[list[T]], *, prefetch: int = 8) -> AsyncGenerator[T, None]:
        """Iterate over the items of a list, page by page: ``client.iterate(await client.customers.list_customers())``.

        Numbered pages are prefetched, and no longer when the iteration stops. Wrap the iterator in
        ``contextlib.aclosing`` so that it stops with your loop. Each item is returned once, even if items are added to
        the list meanwhile.

        :param response: The first page.
        :param prefetch: The maximum number of pages in flight; 1 fetches one page after another.
        :raises paystackease.errors.InvalidArgumentError: If ``response`` is not the response of a list.
        :raises paystackease.errors.PaginationError: If a page cannot be fetched. ``error.request`` resumes from it.
        """
        paginator = Paginator(require_list(response), prefetch)
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
        """Close the connections of the client. It cannot be used afterwards, nor can its resources.

        A transport that was passed to the client stays open.
        """
        if not self._state.closed:
            self._state.closed = True
            if self._state.owns_transport and (closing := self._state.transport.close()) is not None:
                await closing

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
