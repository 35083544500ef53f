"""Decides which handler of an event is next, and what follows an attempt. No I/O.

The handlers of an event are tried in order, each once a round. Those that failed are tried again in the next round,
after a delay. After the last delay the event is dead-lettered; a replay resumes it from there.

Each attempt is recorded with the decision about what follows it. A process that reclaims an event reads the recorded
attempts and resumes after the last one. So the handlers and the delays may change between two attempts, for example
because you have deployed a fix.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

NextStep: TypeAlias = Literal["more", "done", "aside"] | float
"""What comes after a try: another handler, nothing, a person, or a wait of so many seconds and another round."""

RetryDelays: TypeAlias = Sequence[float]


class HandlerAttempt(NamedTuple):
    """A handler was run."""

    handler: str | None
    """Its name; None where no handler wants the event."""
    error: str | None
    """What it raised, with the traceback; None where it did what it should."""
    then: NextStep
    retry_at: float = 0.0
    """When the next round begins, in seconds since 1970, if ``then`` is a wait."""


def next_handler(wanting: Sequence[str], tries: Sequence[HandlerAttempt]) -> str | None:
    """The handler that is next in this round, if there is one.

    :param wanting: The handlers of the event, in order.
    :param tries: What was tried, from the beginning.
    """
    this_round = takewhile(lambda one: one.then == "more", reversed(tries))
    passed = _succeeded(tries) | {one.handler for one in this_round}
    return next((name for name in wanting if name not in passed), None)


def plan_attempt(
    wanting: Sequence[str], tries: Sequence[HandlerAttempt], handler: str | None, error: str | None, waits: RetryDelays
) -> HandlerAttempt:
    """A try, with what comes next.

    :param wanting: The handlers of the event, in order.
    :param tries: What was tried before, from the beginning.
    :param handler: Which was tried now.
    :param error: What it raised.
    :param waits: Seconds before each further round.
    """
    so_far = [*tries, HandlerAttempt(handler, error, "more")]
    if next_handler(wanting, so_far) is not None:
        return so_far[-1]
    if _succeeded(so_far).issuperset(wanting):
        return HandlerAttempt(handler, error, "done")
    # As many as there were rounds since the beginning, or since a person had it tried anew.
    waited = sum(isinstance(one.then, float) for one in takewhile(lambda one: one.then != "aside", reversed(tries)))
    return HandlerAttempt(handler, error, float(waits[waited]) if waited < len(waits) else "aside")


def _succeeded(tries: Sequence[HandlerAttempt]) -> set[str | None]:
    return {one.handler for one in tries if one.error is None}
