"""What a client shares with its resources and with the clients that its ``options()`` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from paystackease import errors
from paystackease._core.config import TIMEOUT, ConnectionOptions, validate_headers, validate_timeout
from paystackease._core.observer import Observer
from paystackease._core.request import Request
from paystackease._core.retry import Retry

T = TypeVar("T")
TransportT = TypeVar("TransportT")
LimiterT = TypeVar("LimiterT")


@dataclass(slots=True)
class ClientState(Generic[TransportT]):
    """The transport of a client, and whether the client is closed."""

    transport: TransportT
    owns_transport: bool
    """Whether the client made the transport, and therefore closes it."""
    secret_key: str | None = field(default=None, repr=False)
    """The key that webhooks are verified with; None if the transport does not show its key."""
    closed: bool = False

    def open_transport(self) -> TransportT:
        """Return the transport.

        :raises paystackease.errors.ClientClosedError: If the client is closed.
        """
        if self.closed:
            raise errors.ClientClosedError
        return self.transport


@dataclass(frozen=True, slots=True)
class RequestOptions(Generic[LimiterT]):
    """The options that apply to each call of a client."""

    retry: Retry
    observers: tuple[Observer, ...] = ()
    limiter: LimiterT | None = None
    timeout: float | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)

    def merge(
        self, timeout: float | None, retry: Retry | None, headers: Mapping[str, str] | None
    ) -> RequestOptions[LimiterT]:
        """Return these options with each argument that is not None in place of its field. Headers are added."""
        return replace(
            self,
            retry=self.retry if retry is None else validate_retry(retry),
            timeout=self.timeout if timeout is None else validate_timeout(timeout),
            headers=self.headers if headers is None else {**(self.headers or {}), **validate_headers(headers)},
        )

    def apply(self, request: Request[T]) -> Request[T]:
        """Return a request with the timeout and headers of these options. Those of the request take precedence."""
        if self.timeout is None and self.headers is None:
            return request
        return request.with_options(request.timeout or self.timeout, {**(self.headers or {}), **request.headers})


def validate_retry(retry: object) -> Retry:
    """Return a :class:`Retry` unchanged.

    :raises paystackease.errors.InvalidArgumentError: If it is anything else. Otherwise the first failed call would
        raise an unrelated error, and hide its own.
    """
    if not isinstance(retry, Retry):
        raise errors.InvalidArgumentError("retry must be a Retry, such as Retry(max_attempts=1)")
    return retry


def reject_conflicts(secret_key: str | None, base_url: str | None, timeout: float, options: ConnectionOptions) -> None:
    """Check that a client with a transport of the caller's has no option that only the transport can apply.

    :raises paystackease.errors.InvalidArgumentError: If one is set.
    """
    if (secret_key, base_url, timeout) != (None, None, TIMEOUT) or options != ConnectionOptions():
        raise errors.InvalidArgumentError(
            "pass either transport, or secret_key, base_url, timeout, proxy, ca_file, ssl_context and app_info: a "
            "transport has its own key, URL, timeout and connections"
        )


def secret_key_of(transport: object) -> str | None:
    """Return the secret key of a transport that has it as an attribute, as the emulator's has, else None."""
    key: object = getattr(transport, "secret_key", None)
    return key if isinstance(key, str) else None
