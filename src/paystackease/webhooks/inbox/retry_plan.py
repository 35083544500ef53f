"""Decides which handler of an event is next, and what follows an attempt. No I/O.

The handlers of an event run in order, each once a round. Those that failed run again in the next round, after a delay.
After the last delay the event is dead-lettered; a replay resumes it from there.

Each attempt is recorded with the decision about what follows it. A process that reclaims an event reads the recorded
attempts and resumes after the last one. So the handlers and the delays may change between two attempts, for example
because you have deployed a fix.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

NextStep: TypeAlias = Literal["next_handler", "done", "dead_letter"] | float
"""What follows an attempt: another handler in this round, nothing, the dead letters, or a delay in seconds before the
next round.
"""

RetryDelays: TypeAlias = Sequence[float]


class HandlerAttempt(NamedTuple):
    """An attempt of a handler, and the decision about what follows."""

    handler: str | None
    """Its name; None if no handler matches the event."""
    error: str | None
    """What it raised, with the traceback; None if it succeeded."""
    next_step: NextStep
    retry_at: float = 0.0
    """When the next round begins, in seconds since 1970, if ``next_step`` is a delay."""


def next_handler(handlers: Sequence[str], attempts: Sequence[HandlerAttempt]) -> str | None:
    """Return the handler that is next in this round, or None if the round is over.

    :param handlers: The names of the event's handlers, in order.
    :param attempts: All attempts so far, from the first one.
    """
    this_round = takewhile(lambda attempt: attempt.next_step == "next_handler", reversed(attempts))
    passed = _succeeded(attempts) | {attempt.handler for attempt in this_round}
    return next((name for name in handlers if name not in passed), None)


def plan_attempt(
    handlers: Sequence[str],
    attempts: Sequence[HandlerAttempt],
    handler: str | None,
    error: str | None,
    retry_delays: RetryDelays,
) -> HandlerAttempt:
    """Return an attempt with the decision about what follows it.

    :param handlers: The names of the event's handlers, in order.
    :param attempts: All earlier attempts, from the first one.
    :param handler: The handler of this attempt.
    :param error: What it raised, or None.
    :param retry_delays: Seconds before each further round.
    """
    so_far = [*attempts, HandlerAttempt(handler, error, "next_handler")]
    if next_handler(handlers, so_far) is not None:
        return so_far[-1]
    if _succeeded(so_far).issuperset(handlers):
        return HandlerAttempt(handler, error, "done")
    # The retry delays begin again after a replay, which follows a dead letter.
    since_replay = takewhile(lambda attempt: attempt.next_step != "dead_letter", reversed(attempts))
    rounds = sum(isinstance(attempt.next_step, float) for attempt in since_replay)
    return HandlerAttempt(handler, error, float(retry_delays[rounds]) if rounds < len(retry_delays) else "dead_letter")


def _succeeded(attempts: Sequence[HandlerAttempt]) -> set[str | None]:
    return {attempt.handler for attempt in attempts if attempt.error is None}
