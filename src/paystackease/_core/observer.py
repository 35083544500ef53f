"""The hook that sees each attempt of a call."""

from __future__ import annotations

from typing import Any

from paystackease._core.request import Request
from paystackease._core.transport import AttemptResult


class Observer:
    """Base class for code that watches attempts, such as metrics. Override one method or both.

    An observer cannot change a call. An exception that it raises is logged, and the call goes on.
    """

    def before(self, request: Request[Any], attempt: int, /) -> None:
        """Run before a request is sent.

        :param attempt: The number of the attempt, from 1.
        """

    def after(self, request: Request[Any], attempt: int, outcome: AttemptResult, seconds: float, /) -> None:
        """Run after an attempt.

        :param outcome: The response, or the error.
        :param seconds: How long the attempt took. A wait for the client's rate limit is included.
        """
