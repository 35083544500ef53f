"""Runs the handlers of all events that are due, and returns when none is left: ``Inbox.run_until_idle``.

It starts the same worker as ``Inbox.start``, and stops it when the inbox is idle. So the order, the records, the
retries and the transactions are the worker's. Two things differ, so that a test is reproducible. An event gets at most
one round of its handlers, and a handler without a time limit runs in the caller's thread, one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import math
import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from paystackease.errors import HandlerError, InboxError, InvalidArgumentError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.claimed_event import Round, WorkerConfig
from paystackease.webhooks.inbox.database import workflow_table
from paystackease.webhooks.inbox.entries import NO_WORKER, Entry, to_entry
from paystackease.webhooks.inbox.error_text import describe_error
from paystackease.webhooks.inbox.event_queue import register_queue
from paystackease.webhooks.inbox.execution import HandlerExecutor, HandlerRun
from paystackease.webhooks.inbox.store import BATCH, WORKFLOW, EventStore

POLL_SECONDS = 0.01
"""The interval at which the worker looks for events, and the run checks whether the inbox is idle."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What :meth:`Inbox.run_until_idle` did, and what it left."""

    handled: tuple[Entry, ...]
    """The events that are done since this run, in the order in which they were handled."""
    dead_letters: tuple[Entry, ...]
    """The events that were dead-lettered in this run."""
    retrying: tuple[Entry, ...]
    """All events that wait for a retry, the first due first."""
    waiting: tuple[Entry, ...]
    """All events that wait for an earlier event with the same ordering key, which is retrying."""


class _Call(NamedTuple):
    context: contextvars.Context
    handler_run: HandlerRun
    function: Callable[[], object]


class CallerExecutor(HandlerExecutor):
    """Runs handlers without a time limit in the thread that calls :meth:`run_next`.

    So they see a transaction that is open in that thread, such as that of a test.
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls: queue.SimpleQueue[_Call] = queue.SimpleQueue()

    def begin_blocking(
        self, handler_run: HandlerRun, function: Callable[[], object], *, has_limit: bool = False
    ) -> None:
        """Queue a function for :meth:`run_next`. One with a time limit gets a thread, since only that can be left."""
        if has_limit:
            super().begin_blocking(handler_run, function, has_limit=True)
        else:
            self._calls.put(_Call(contextvars.copy_context(), handler_run, function))

    def run_next(self, seconds: float) -> bool:
        """Run the next function. Return False if there is none for this time.

        :raises KeyboardInterrupt: If it was raised in the function, because the user interrupts this thread.
        """
        try:
            context, handler_run, function = self._calls.get(timeout=seconds)
        except queue.Empty:
            return False
        context.run(handler_run.run, function, self)
        if handler_run.done.done() and isinstance(error := handler_run.done.result(), KeyboardInterrupt):
            raise error
        return True

    def drop_calls(self) -> None:
        """End the functions that were queued and not run."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait().handler_run.done.set_result(asyncio.CancelledError())


class _Worker(Protocol):
    def start(self) -> None: ...
    def abandon(self) -> None: ...
    def stop(self, timeout: float) -> bool: ...


def run_until_idle(
    store: EventStore,
    config: WorkerConfig,
    make_worker: Callable[[WorkerConfig, HandlerExecutor], _Worker],
    *,
    timeout: float,
    raise_errors: bool,
    retry_now: bool,
) -> RunReport:
    """Run the handlers of all events that are due. ``Inbox.run_until_idle`` documents it.

    :param make_worker: Makes a worker with this configuration and executor.
    """
    if not 0 < timeout < math.inf:
        raise InvalidArgumentError("timeout must be more than 0 seconds, and not infinite")
    while len(store.requeue_due(BATCH, all_retries=retry_now)) == BATCH:
        pass
    this_round, executor = Round(), CallerExecutor()
    deadline = time.monotonic() + timeout
    if not _is_idle(store):
        on_error = config.on_error

        def record_error(event: AnyEvent, handler: str, error: BaseException) -> None:
            this_round.failures.append((event.key, handler, error))
            if on_error is not None:
                on_error(event, handler, error)

        worker = make_worker(replace(config, poll=POLL_SECONDS, on_error=record_error, round=this_round), executor)
        worker.start()
        try:
            while executor.run_next(POLL_SECONDS) or not _is_idle(store):
                if time.monotonic() > deadline:
                    raise TimeoutError(_timeout_message(store, timeout))
        finally:
            worker.abandon()
            executor.drop_calls()
            worker.stop(0)
            register_queue(store.client, config.poll, config.max_concurrency)
    report = _report(store, this_round)
    if raise_errors and this_round.failures:
        _raise_failures(this_round.failures)
    return report


def _is_idle(store: EventStore) -> bool:
    """Return whether no event is running, and each that waits is behind one that is retrying."""
    table = workflow_table(store.database.schema)
    running = store.select_running("workflow_uuid", where=[table.c.executor_id != NO_WORKER])
    retrying = store.select_running("queue_partition_key", where=[table.c.executor_id == NO_WORKER])
    waiting = sa.select(table.c.workflow_uuid).where(
        table.c.name == WORKFLOW,
        table.c.status.in_(["ENQUEUED", "DELAYED"]),
        table.c.queue_partition_key.notin_(retrying),
    )
    # One statement: between two, a worker could claim the event.
    return not store.fetch_rows(sa.union_all(running, waiting).limit(1))


def _report(store: EventStore, this_round: Round) -> RunReport:
    keys, entries = list(this_round.keys), dict[str, Entry]()
    for first in range(0, len(keys), BATCH):
        workflows = store.list_entries(workflow_ids=keys[first : first + BATCH])
        entries.update({workflow.workflow_id: to_entry(workflow) for workflow in workflows})
    ran = [entries[key] for key in keys if key in entries]
    retrying = [to_entry(workflow) for workflow in store.list_in_state("retrying")]
    return RunReport(
        tuple(entry for entry in ran if entry.state == "done"),
        tuple(entry for entry in ran if entry.state == "dead_letter"),
        tuple(sorted(retrying, key=lambda entry: entry.retry_at or entry.arrived)),
        tuple(to_entry(workflow) for workflow in store.list_in_state("waiting")),
    )


def _timeout_message(store: EventStore, timeout: float) -> str:
    running = [workflow.workflow_id for workflow in store.list_in_state("running", limit=4)]
    named = f": {', '.join(running[:3])}{', …' if len(running) > 3 else ''}" if running else ""
    return (
        f"the inbox was not idle within {timeout:g} s; {len(store.list_in_state('waiting'))} events were waiting, and "
        f"these were running{named or ': none'}. Pass a longer timeout, or give the handlers a time limit"
    )


def _raise_failures(failures: Sequence[tuple[str, str, BaseException]]) -> None:
    for _, _, error in failures:
        if not isinstance(error, Exception):  # such as that of pytest.fail()
            raise error
    named = "; ".join(f"{key}: {handler} failed with {describe_error(error)}" for key, handler, error in failures[:3])
    more = f"; and {len(failures) - 3} more" if len(failures) > 3 else ""
    by_handler = {handler: error for _, handler, error in reversed(failures) if isinstance(error, Exception)}
    raise HandlerError(f"{named}{more}", by_handler) from failures[0][2]


def reject_running(is_running: bool) -> None:
    """Raise an error if the inbox is running.

    :raises paystackease.errors.InboxError: If it is.
    """
    if is_running:
        raise InboxError(
            "this inbox is running, so its worker handles the events: do not start it in a test that calls "
            "run_until_idle(), or stop it first"
        )
