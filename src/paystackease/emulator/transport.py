"""The emulator as a transport: a client's calls, without a socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paystackease._core.transport import RawResponse
from paystackease.emulator.faults.rules import BrokenReply
from paystackease.errors import APIConnectionError, APITimeoutError

if TYPE_CHECKING:
    from paystackease._core.request import Request
    from paystackease.emulator import Emulator


class ResponseInterrupted(Exception):  # noqa: N818 # it is told to who asked for it
    """A fault has it that no whole answer arrives."""

    def __init__(self, broken: BrokenReply) -> None:
        super().__init__(f"a fault: {broken.how}")
        self.broken = broken


class EmulatorTransport:
    """An emulator, as one secret key sees it: a transport for clients of both kinds."""

    def __init__(self, emulator: Emulator, secret_key: str) -> None:
        self.secret_key = secret_key
        self._emulator = emulator
        self._headers = {"authorization": f"Bearer {secret_key}", "content-type": "application/json"}

    def send(self, request: Request[Any], /) -> RawResponse:
        """Answer a call of a client's.

        :raises paystackease.errors.APIConnectionError: Where a fault has it that no whole answer arrives in time.
        """
        headers = {**request.headers, **self._headers} if request.headers else self._headers
        try:
            return self._emulator.answer(request.method, request.target, headers, request.content)
        except ResponseInterrupted as interrupted:
            return self._carried(request, interrupted.broken)

    def _carried(self, request: Request[Any], broken: BrokenReply) -> RawResponse:
        from paystackease._core.config import TIMEOUT  # it is a client who waits, and there may be none

        seconds = TIMEOUT if request.timeout is None else request.timeout
        if broken.how in {"late", "drip"} and broken.seconds < seconds:
            # Nobody waits in process: it is the emulator's clock that goes on.
            self._emulator.clock.advance_at_most(broken.seconds)
            return broken.reply
        if broken.how in {"late", "drip", "stall"}:
            self._emulator.clock.advance_at_most(seconds)
            raise APITimeoutError(
                f"{request}: no whole answer within {seconds:g} seconds (a fault of the emulator's); "
                "it may have been done",
                request=request,
                may_have_arrived=True,
            )
        raise APIConnectionError(
            f"{request}: the connection was lost before a whole answer came (a fault of the emulator's); "
            "it may have been done",
            request=request,
            may_have_arrived=True,
        )

    def close(self) -> None:
        """Nothing: it is the emulator that is closed."""
