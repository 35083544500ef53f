"""An event that a worker has claimed, the worker's configuration, and the exceptions that end a run."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.execution import HandlerRun
from paystackease.webhooks.inbox.store import Claim


@dataclass(slots=True)
class Round:
    """One round of the handlers of each event that is due, for :meth:`Inbox.run_until_idle`."""

    keys: dict[str, None] = field(default_factory=dict[str, None])
    """The events whose handlers ran, in the order in which their runs ended."""
    failures: list[tuple[str, str, BaseException]] = field(default_factory=list[tuple[str, str, BaseException]])
    """The key, the handler and the error of each failed attempt."""


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """The configuration of a worker. :class:`~paystackease.webhooks.inbox.Inbox` describes each field."""

    max_concurrency: int
    retry_delays: Sequence[float]
    max_crashes: int
    poll: float
    grace: float
    transactions: str
    handler_timeout: float | None
    on_error: Callable[[AnyEvent, str, BaseException], object] | None
    round: Round | None = None
    """If there is one, the worker retries nothing: each event gets one round of its handlers."""


class DeadLetteredError(Exception):
    """An event was dead-lettered."""


class RunEnded(BaseException):
    """A run of an event ends before the event is handled: it waits for a retry, or another worker has claimed it."""


@dataclass(eq=False)
class ClaimedEvent:
    """An event that this worker has claimed."""

    key: str
    owner: str
    """The token of the claim. Events that were claimed in one transaction share it."""
    parse_event: Callable[[], AnyEvent]
    """Parses the event again, because a handler may change the one that it receives."""
    was_attempted: bool = False
    """Whether the latest attempt was made in this run, rather than read from its record."""
    error: BaseException | None = None
    """What the latest attempt raised, if it was made in this run."""
    handler_run: HandlerRun | None = None
    """The current run of a handler."""
    overdue_run: HandlerRun | None = None
    """A run of a handler that exceeded its time limit and has not ended."""
    is_lost: bool = False
    """Whether another process has reclaimed the event."""
    retry_at: float = 0.0
    """If a run is overdue, the earliest time of the next attempt, in seconds since 1970."""
    has_slot: bool = False
    is_retry: bool = False
    """Whether a handler failed in an earlier round."""

    @property
    def claim(self) -> Claim:
        """The event's key and the token of the claim."""
        return self.key, self.owner


def is_running(claimed: ClaimedEvent) -> bool:
    handler_run = claimed.overdue_run or claimed.handler_run
    return handler_run is not None and not handler_run.done.done()


def is_loggable(record: logging.LogRecord) -> bool:
    """Filter the log records of DBOS.

    It logs each workflow that fails, but a dead letter was logged already. When it stops, it logs each task that it
    cancels, also one whose event is done.
    """
    if str(record.msg).startswith("Asyncio task cancelled for workflow"):
        return False
    return not (record.exc_info and isinstance(record.exc_info[1], DeadLetteredError))


def cancel_runs(claims: Sequence[ClaimedEvent], seconds: float) -> None:
    """Cancel the async handlers of events, and wait until they end.

    :param seconds: How long to wait.
    """
    handler_runs = [
        handler_run for claimed in claims if (handler_run := claimed.handler_run) is not None and handler_run.cancel()
    ]
    end = time.monotonic() + seconds
    while time.monotonic() < end and not all(handler_run.done.done() for handler_run in handler_runs):
        time.sleep(0.01)
