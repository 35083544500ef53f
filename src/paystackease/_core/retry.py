"""When a failed call is retried, and after what delay. It does no I/O."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from paystackease import errors
from paystackease._core.transport import AttemptResult, RawResponse

MAX_EXPONENT = 63
"""The largest exponent of the backoff. ``2 ** 63`` seconds exceed any delay, and ``2.0 ** 1024`` overflows a float."""


def _random() -> float:
    import random  # imported late: it takes as long to import as half of this package

    return random.random()


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed call is retried, and after what delay. Only calls that are safe to retry are sent again.

    :param max_attempts: The maximum number of attempts; 1 disables retries.
    :param initial_delay: The delay before the second attempt, in seconds. It doubles with each further attempt.
    :param max_delay: The longest delay of this backoff, in seconds.
    :param max_elapsed: The latest start of the last attempt, in seconds after the start of the first. If Paystack asks
        for a longer delay (``Retry-After``), the call fails immediately.
    :param recover: Whether an ambiguous outcome is checked by the call's reference. If False, such a call raises
        :class:`~paystackease.errors.OutcomeUnknownError`.
    :param jitter: Returns a number from 0 to 1 by which a delay is multiplied, so that clients do not retry together.
    :raises paystackease.errors.InvalidArgumentError: If ``max_attempts`` is not a whole number of 1 or more, or if a
        time is not a finite number of seconds of 0 or more.
    """

    max_attempts: int = 3
    initial_delay: float = 0.5
    max_delay: float = 8.0
    max_elapsed: float = 60.0
    recover: bool = True
    jitter: Callable[[], float] = _random

    def __post_init__(self) -> None:
        attempts = cast("object", self.max_attempts)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise errors.InvalidArgumentError("max_attempts must be a whole number of 1 or more; 1 disables retries")
        for name in "initial_delay", "max_delay", "max_elapsed":
            seconds: object = getattr(self, name)
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
                raise errors.InvalidArgumentError(f"{name} must be a finite number of seconds, 0 or more")
        if not isinstance(cast("object", self.recover), bool):
            raise errors.InvalidArgumentError("recover must be True or False")
        if not callable(cast("object", self.jitter)):
            raise errors.InvalidArgumentError("jitter must be a function that returns a number from 0 to 1")

    def delay(self, attempt: int, outcome: AttemptResult, spent: float = 0.0) -> float | None:
        """Return the seconds to wait before the next attempt, or None if there is to be no further attempt.

        :param attempt: The number of attempts so far.
        :param outcome: The result of the last attempt.
        :param spent: The seconds since the start of the first attempt.
        """
        if attempt >= self.max_attempts:
            return None
        delay = _requested_delay(outcome)
        if delay is None:
            backoff = self.initial_delay * 2.0 ** min(attempt - 1, MAX_EXPONENT)
            delay = min(self.max_delay, backoff) * self.jitter()
            # The caller's jitter may return a negative number or NaN.
            delay = delay if 0 <= delay <= self.max_delay else self.max_delay
        return delay if spent + delay <= self.max_elapsed else None


def _requested_delay(outcome: AttemptResult) -> float | None:
    # `Retry-After` is HTTP's. Other clients of Paystack read `x-ratelimit-reset` as seconds or as a time; no recording
    # of one exists (an assumption).
    if not isinstance(outcome, RawResponse):
        return None
    value = outcome.headers.get("retry-after") or outcome.headers.get("x-ratelimit-reset") or ""
    if not value.isdecimal() or len(value) > 13:
        return None
    seconds = float(value)
    if seconds > 1e9:  # a time, in seconds or milliseconds since 1970
        seconds = max(0.0, (seconds / 1000 if seconds > 1e12 else seconds) - time.time())
    return seconds
