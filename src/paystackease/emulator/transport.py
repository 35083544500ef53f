"""The emulator as a transport of clients, without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paystackease._core.transport import RawResponse
from paystackease.emulator.faults.rules import BrokenReply
from paystackease.errors import APIConnectionError, APITimeoutError

if TYPE_CHECKING:
    from paystackease._core.request import Request
    from paystackease.emulator import Emulator


class ResponseInterrupted(Exception):  # noqa: N818 # it is not an error of the emulator
    """A fault prevents a complete response."""

    def __init__(self, broken: BrokenReply) -> None:
        super().__init__(f"a fault: {broken.mode}")
        self.broken = broken


class EmulatorTransport:
    """A transport for blocking and asyncio clients that sends to an emulator with one secret key."""

    def __init__(self, emulator: Emulator, secret_key: str) -> None:
        self.secret_key = secret_key
        self._emulator = emulator
        self._headers = {"authorization": f"Bearer {secret_key}", "content-type": "application/json"}

    def send(self, request: Request[Any], /) -> RawResponse:
        """Respond to a request of a client.

        :raises paystackease.errors.APIConnectionError: If a fault prevents a complete response within the timeout.
        """
        headers = {**request.headers, **self._headers} if request.headers else self._headers
        try:
            return self._emulator.respond(request.method, request.target, headers, request.content)
        except ResponseInterrupted as interrupted:
            return self._break(request, interrupted.broken)

    def _break(self, request: Request[Any], broken: BrokenReply) -> RawResponse:
        from paystackease._core.config import TIMEOUT  # imported here: only a client has a timeout

        seconds = TIMEOUT if request.timeout is None else request.timeout
        if broken.mode in {"late", "drip"} and broken.seconds < seconds:
            # In process nothing waits: the clock of the business advances instead.
            self._emulator.clock_for(self.secret_key).advance_at_most(broken.seconds)
            return broken.response
        if broken.mode in {"late", "drip", "stall"}:
            self._emulator.clock_for(self.secret_key).advance_at_most(seconds)
            raise APITimeoutError(
                f"{request}: no complete response within {seconds:g} seconds (an injected fault); outcome unknown",
                request=request,
                may_have_arrived=True,
            )
        raise APIConnectionError(
            f"{request}: the connection was lost before the response was complete (an injected fault); outcome unknown",
            request=request,
            may_have_arrived=True,
        )

    def close(self) -> None:
        """Do nothing: close the emulator instead."""
