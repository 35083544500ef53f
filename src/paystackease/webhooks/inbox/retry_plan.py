"""Which handler of an event is next, and what comes after it. No I/O.

The handlers of an event are tried in turn, each once a round. Those that failed are tried again in the next round,
after a wait; after the last wait the event is set aside for a person, who may have it tried anew from there.

Every try is recorded with what was decided to come after it. A process that takes up an event that another has left
reads the tries and goes on from the last one. So nothing hangs on the handlers, or the waits, still being what they
were: between two tries you may have put the mended program in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

Then: TypeAlias = Literal["more", "done", "aside"] | float
"""What comes after a try: another handler, nothing, a person, or a wait of so many seconds and another round."""

Waits: TypeAlias = Sequence[float]


class Try(NamedTuple):
    """A handler was run."""

    handler: str | None
    """Its name; None where no handler wants the event."""
    error: str | None
    """What it raised, with the traceback; None where it did what it should."""
    then: Then
    retry_at: float = 0.0
    """When the next round begins, in seconds since 1970, if ``then`` is a wait."""


def due(wanting: Sequence[str], tries: Sequence[Try]) -> str | None:
    """The handler that is next in this round, if there is one.

    :param wanting: The handlers of the event, in order.
    :param tries: What was tried, from the beginning.
    """
    this_round = takewhile(lambda one: one.then == "more", reversed(tries))
    passed = _done(tries) | {one.handler for one in this_round}
    return next((name for name in wanting if name not in passed), None)


def after(wanting: Sequence[str], tries: Sequence[Try], handler: str | None, error: str | None, waits: Waits) -> Try:
    """A try, with what comes next.

    :param wanting: The handlers of the event, in order.
    :param tries: What was tried before, from the beginning.
    :param handler: Which was tried now.
    :param error: What it raised.
    :param waits: Seconds before each further round.
    """
    so_far = [*tries, Try(handler, error, "more")]
    if due(wanting, so_far) is not None:
        return so_far[-1]
    if _done(so_far).issuperset(wanting):
        return Try(handler, error, "done")
    # As many as there were rounds since the beginning, or since a person had it tried anew.
    waited = sum(isinstance(one.then, float) for one in takewhile(lambda one: one.then != "aside", reversed(tries)))
    return Try(handler, error, float(waits[waited]) if waited < len(waits) else "aside")


def _done(tries: Sequence[Try]) -> set[str | None]:
    return {one.handler for one in tries if one.error is None}
