"""What a client needs of a transport, and what a transport returns."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from paystackease.errors import APIConnectionError

if TYPE_CHECKING:
    from paystackease._core.request import Request  # The emulator imports this module, but builds no requests.


@dataclass(frozen=True, slots=True, repr=False)
class RawResponse:
    """An HTTP response before it is decoded. The names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


AttemptResult: TypeAlias = RawResponse | APIConnectionError
"""The result of one attempt: a response, or the error that prevented a complete response."""


class Transport(Protocol):
    """Sends requests; holds the base URL and the key."""

    def send(self, request: Request[Any], /) -> RawResponse:
        """Send a request and return the response.

        :raises paystackease.errors.APIConnectionError: If there is no complete response.
        """
        ...

    def close(self) -> None:
        """Release every resource."""
        ...


class AsyncTransport(Protocol):
    """Sends requests; holds the base URL and the key.

    A transport that does not wait, such as the emulator, may return results instead of awaitables.
    """

    def send(self, request: Request[Any], /) -> RawResponse | Awaitable[RawResponse]:
        """Send a request and return the response.

        :raises paystackease.errors.APIConnectionError: If there is no complete response.
        """
        ...

    def close(self) -> Awaitable[None] | None:
        """Release every resource."""
        ...
