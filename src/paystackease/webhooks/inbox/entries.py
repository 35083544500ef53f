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

State: TypeAlias = Literal["waiting", "running", "done", "dead_letter"]

STATES: dict[State, list[str]] = {
    "waiting": ["ENQUEUED", "DELAYED"],
    "running": ["PENDING"],
    "done": ["SUCCESS"],
    "dead_letter": ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
}
"""DBOS's words for each of ours."""

MALFORMED = "malformed"
"""The name under which a body is stored that is not an event."""


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
    """``"waiting"`` for a worker or for another event of its subject, ``"running"`` (or between two tries), ``"done"``,
    or ``"dead_letter"`` for a person.
    """
    arrived: datetime
    """When it was written, in UTC; with SQLite to the second."""
    starts: int
    """How often a worker claimed it."""


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """A handler that was run for an event."""

    handler: str
    """Its name."""
    ended: datetime | None
    """When, in UTC."""
    error: str | None
    """The traceback of what it raised, which may be personal; None where it succeeded."""


@dataclass(frozen=True, slots=True, repr=False)
class EntryDetail:
    """An event in an inbox, with all that is known of it."""

    entry: Entry
    """What the list of events has of it."""
    event: AnyEvent
    """The event. ``event.raw_body`` has the bytes that Paystack signed. Of a body that is not an event, those are all:
    the name is ``"malformed"``, and the data None.
    """
    attempts: tuple[AttemptRecord, ...]
    """What was tried, in order."""
    reason: str | None = None
    """Why the body is not an event; None for an event."""

    def __repr__(self) -> str:
        return f"<{self.entry.key}: {self.entry.state}, {len(self.attempts)} tries>"


_STATE_OF: dict[str, State] = {status: state for state, statuses in STATES.items() for status in statuses}


def to_entry(found: Any) -> Entry:
    key: str = found.workflow_id
    return Entry(
        key,
        key.partition(":")[0],
        found.queue_partition_key or "",
        _STATE_OF[found.status],
        to_datetime(found.created_at) or datetime.now(UTC),
        start_count(found),
    )


def to_event(found: Any) -> tuple[AnyEvent, str | None]:
    """The event of an entry; or what stands for it, and why its body is not an event."""
    body = bytes(found.input["args"][0]) if found.input else b""
    try:
        return parse(body), None
    except MalformedEventError as error:
        return cast("AnyEvent", Event(MALFORMED, None, {}, body)), str(error)


def to_datetime(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def start_count(entry: WorkflowStatus) -> int:
    """Return how often a process has claimed an event."""
    # Resuming sets DBOS's own count to 0.
    return int((entry.attributes or {}).get("starts", 0)) + (entry.recovery_attempts or 0)


def recorded_attempts(steps: Sequence[StepInfo]) -> Iterator[tuple[HandlerAttempt, StepInfo]]:
    """The tries among the steps of an event."""
    for step in steps:
        recorded = step["error"] if step["output"] is None else step["output"]
        if isinstance(recorded, HandlerFailedError) and recorded.tried is not None:
            yield recorded.tried, step
        elif isinstance(recorded, list):
            with contextlib.suppress(TypeError):
                yield HandlerAttempt(*recorded), step
