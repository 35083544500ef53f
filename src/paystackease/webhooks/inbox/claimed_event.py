"""An event that a worker has claimed, and what ends its run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.execution import HandlerRun
from paystackease.webhooks.inbox.store import Claim


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """How a worker works. :class:`~paystackease.webhooks.inbox.Inbox` describes each."""

    max_concurrency: int
    retry_delays: Sequence[float]
    max_crashes: int
    poll: float
    grace: float
    transactions: str
    handler_timeout: float | None
    on_error: Callable[[AnyEvent, str, BaseException], object] | None


class DeadLetteredError(Exception):
    """An event was dead-lettered."""


class RunEnded(BaseException):
    """A run of an event ends, and the event does not: it waits, or is in another hand."""


@dataclass(eq=False)
class ClaimedEvent:
    """An event that this worker has claimed."""

    key: str
    owner: str
    """The token of the claim, and of all that were claimed at the same moment."""
    fresh: Callable[[], AnyEvent]
    """Parses the event again: a handler may have altered its own."""
    made: bool = False
    """Whether the latest try was made in this run, and not only read."""
    error: BaseException | None = None
    """What the latest try raised, if it was made in this run."""
    attempt: HandlerRun | None = None
    """The handler that runs."""
    overdue: HandlerRun | None = None
    """The handler that runs though its time is over."""
    lost: bool = False
    """Whether another process has taken the event over."""
    retry_at: float = 0.0
    """If it is overdue, when it may go on at the earliest."""
    has_slot: bool = False
    retry: bool = False
    """Whether it was tried before, in an earlier round."""

    @property
    def claim(self) -> Claim:
        """Which run of which event this is."""
        return self.key, self.owner


def is_running(run: ClaimedEvent) -> bool:
    attempt = run.overdue or run.attempt
    return attempt is not None and not attempt.done.done()
