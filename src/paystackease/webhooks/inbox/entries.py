"""The events of an inbox as :meth:`Inbox.list` and :meth:`Inbox.show` return them, read from DBOS's workflows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, cast

from dbos import StepInfo, WorkflowStatus

from paystackease.errors import MalformedEventError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt
from paystackease.webhooks.inbox.serializer import HandlerFailedError
from paystackease.webhooks.signature import Event, parse

State: TypeAlias = Literal["waiting", "running", "retrying", "done", "dead_letter"]

STATES: dict[State, list[str]] = {
    "waiting": ["ENQUEUED", "DELAYED"],
    "running": ["PENDING"],
    "retrying": ["PENDING"],
    "done": ["SUCCESS"],
    "dead_letter": ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
}
"""DBOS's statuses for each state. ``"retrying"`` is ``"running"`` under a process name that does not exist."""

NO_WORKER = "waiting"
"""The process name, for DBOS, of events that wait for a retry. No process has this name."""

MALFORMED = "malformed"
"""The name under which a body that is not an event is stored."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in an inbox."""

    key: str
    """``event.key``"""
    name: str
    """Such as ``"charge.success"``."""
    ordering_key: str
    """``event.ordering_key``"""
    state: State
    """``"waiting"`` for a worker or for an earlier event with the same ordering key; ``"running"``; ``"retrying"``,
    if a handler failed and the event waits for a retry; ``"done"``; or ``"dead_letter"``, until it is replayed.
    """
    arrived: datetime
    """When it was stored, in UTC. SQLite stores it to the second."""
    claim_count: int
    """How many times a worker has claimed it."""
    retry_at: datetime | None = None
    """When the next retry is due, in UTC, if it is ``"retrying"``; else None."""


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """An attempt of a handler."""

    handler: str
    """Its name."""
    ended: datetime | None
    """When, in UTC."""
    error: str | None
    """The traceback of what it raised, which may contain personal data; None if it succeeded."""


@dataclass(frozen=True, slots=True, repr=False)
class EntryDetail:
    """An event in an inbox, with its body and its attempts."""

    entry: Entry
    """The event as the list of events has it."""
    event: AnyEvent
    """The event. ``event.raw_body`` has the bytes that Paystack signed. If the body is not an event, the name is
    ``"malformed"`` and the data is None.
    """
    attempts: tuple[AttemptRecord, ...]
    """The attempts, in order."""
    reason: str | None = None
    """Why the body is not an event; None for an event."""

    def __repr__(self) -> str:
        return f"<{self.entry.key}: {self.entry.state}, {len(self.attempts)} attempts>"


_STATE_OF: dict[str, State] = {
    status: state for state, statuses in STATES.items() if state != "retrying" for status in statuses
}


def to_entry(workflow: Any) -> Entry:
    key: str = workflow.workflow_id
    state = _STATE_OF[workflow.status]
    is_retrying = state == "running" and workflow.executor_id == NO_WORKER
    return Entry(
        key,
        key.partition(":")[0],
        workflow.queue_partition_key or "",
        "retrying" if is_retrying else state,
        to_datetime(workflow.created_at) or datetime.now(UTC),
        count_claims(workflow),
        to_datetime(workflow.delay_until_epoch_ms) if is_retrying else None,
    )


def to_event(workflow: Any) -> tuple[AnyEvent, str | None]:
    """Return the event of a workflow and None. If the body is not an event, return a placeholder and the reason."""
    body = bytes(workflow.input["args"][0]) if workflow.input else b""
    try:
        return parse(body), None
    except MalformedEventError as error:
        return cast("AnyEvent", Event(MALFORMED, None, {}, body)), str(error)


def to_datetime(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def count_claims(workflow: WorkflowStatus) -> int:
    """Return how many times a worker has claimed an event."""
    # A resumed workflow begins with 0 in DBOS's own count.
    return int((workflow.attributes or {}).get("starts", 0)) + (workflow.recovery_attempts or 0)


def recorded_attempts(steps: Sequence[StepInfo]) -> Iterator[tuple[HandlerAttempt, StepInfo]]:
    """Iterate over the attempts among the steps of an event."""
    for step in steps:
        recorded = step["error"] if step["output"] is None else step["output"]
        if isinstance(recorded, HandlerFailedError) and recorded.attempt is not None:
            yield recorded.attempt, step
        elif isinstance(recorded, list):
            with contextlib.suppress(TypeError):
                yield HandlerAttempt(*recorded), step
