"""A durable inbox: stores each webhook in a database first, then runs each handler until it has succeeded once.

The response to Paystack is 200 when the event is on disk. A worker then runs the event's handlers, in this process
(:meth:`Inbox.start`) or in others (:meth:`Inbox.run`), on DBOS (https://dbos.dev).

Guarantees
    * An event that was acknowledged with 200 is not lost. A redelivery, even days later, is recognized by its ``key``
      and is not stored again.
    * Each handler runs until it has succeeded once and that is recorded, then never again. A handler that fails is
      retried after a delay; handlers that succeeded are not. After the last delay the event is **dead-lettered**:
      inspect it with :meth:`Inbox.show`, then retry it with :meth:`Inbox.replay`.
    * If a worker process dies, another one reclaims its events and resumes each at the handler that was running.
    * Events with the same ``ordering_key`` (a payment with its refunds and disputes; a transfer) are handled one at a
      time, in the order in which they were stored. An event that waits for a retry delays those behind it; a dead
      letter does not. Events that Paystack sends out of order are stored out of order.

Limits
    A process may die after a handler has done its work and before that is recorded. Then the handler runs again. Make
    it idempotent: let it write ``event.key`` under a unique constraint in its own transaction. Or register it with
    ``inbox.on(..., transactional=True)``: what it writes with its session is committed together with the record that it
    succeeded, so its effect happens exactly once.

    A handler runs in one process at a time as long as the processes can reach the database. A worker that has lost
    PostgreSQL for longer than ``grace`` is treated as dead, although a handler may still run in it. Its transaction is
    then rejected, and its result is not recorded.

    Two things are outside the inbox's control. A thread that an async handler started (``asyncio.to_thread``) continues
    when the handler is cancelled, beside the retry. A process that a handler forked keeps the worker's connection to
    PostgreSQL open, so a killed worker counts as alive until that process has ended: start processes with ``spawn``.

Failures
    Everything that a handler raises is a failed attempt, including ``SystemExit`` and ``CancelledError``. If a handler
    exceeds its time limit (``handler_timeout``, or ``timeout`` of :meth:`Inbox.on`), an async handler is cancelled and
    a transaction is rolled back. A thread cannot be stopped: the attempt is recorded as failed, its slot is released,
    and the handler is not started again while it runs. Without a limit, the default, a handler that hangs occupies one
    of ``max_concurrency`` slots for as long as the process lives.

Retention
    The whole event is stored, including names, e-mails and parts of card numbers, and the tracebacks of handlers.
    Handled events are stored for 30 days, dead letters for 90, from their arrival. A worker then deletes them, and
    SQLite overwrites them. Paystack redelivers for 72 hours, so nothing is deleted before four days. A digest of each
    key is stored for a year, in which a redelivery is recognized.

    A body that Paystack signed and that is not an event is a **dead letter** from the beginning. It has the name
    ``"malformed"``, its bytes and the reason.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self, TypeVar, get_args, overload

from paystackease.errors import InboxError, InvalidArgumentError, MalformedEventError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.inbox.process import run_until_signal

try:
    from paystackease.webhooks.inbox.backends import select_database
    from paystackease.webhooks.inbox.entries import (
        AttemptRecord,
        Entry,
        EntryDetail,
        State,
        recorded_attempts,
        to_datetime,
        to_entry,
        to_event,
    )
    from paystackease.webhooks.inbox.inbox_base import InboxBase
    from paystackease.webhooks.inbox.store import EventStore
except ImportError as error:
    raise ImportError("The inbox needs DBOS. Install it with: pip install 'paystackease[durable]'") from error

log = logging.getLogger("paystackease")

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
TransactionT = TypeVar("TransactionT", bound=Callable[[Any, Any], object])

RETRY_DELAYS = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds before each retry of handlers that failed: seven attempts in an hour and a quarter."""

DEDUPLICATION_WINDOW = timedelta(days=365)
"""How long a redelivery of an event is recognized."""

MIN_RETENTION = timedelta(days=4)
"""Paystack redelivers an event for 72 hours. If it was deleted before, the inbox would handle it again."""


class Inbox(InboxBase):
    """A durable inbox for webhooks. The constructor opens nothing.

    Pass it in place of handlers: ``asgi.Webhook(secret_key, inbox)``.

    :param url: The database: ``sqlite:///FILE`` for processes on one machine, ``postgresql://...`` for many machines.
    :param handlers: The handlers of events. Default: a new registry, to which :meth:`on` adds.
    :param max_concurrency: How many handlers run concurrently in one process.
    :param retry_delays: Seconds before each retry of the handlers that failed.
    :param max_crashes: An event is dead-lettered after this many workers died while they handled it, because it may be
        the cause.
    :param retention: How long handled events are stored, from their arrival. At least four days.
    :param dead_letter_retention: How long dead letters are stored, from their arrival. At least four days.
    :param deduplication_window: How long a redelivery of an event is recognized, from its arrival. For that time a
        digest of 16 bytes is stored, even if the event itself is deleted. At least four days.
    :param transactions: The URL of the database of transactional handlers. Default: the inbox's own database.
    :param on_error: Called for each failed attempt with the event, the handler's name, and the ``BaseException``.
    :param poll: The interval in seconds at which a worker looks for new events and for retries that are due.
    :param grace: How many seconds a worker may lack a connection to PostgreSQL before others treat it as dead.
    :param handler_timeout: The time limit of each handler, in seconds. None: no limit.
    :param stop_timeout: How many seconds :meth:`stop` waits for running handlers, and the most that :meth:`run` takes
        to end the process.
    :raises paystackease.errors.InvalidArgumentError: If a value is out of range.
    """

    def __init__(
        self,
        url: str = "sqlite:///paystack-inbox.db",
        handlers: HandlerRegistry | None = None,
        *,
        max_concurrency: int = 8,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        max_crashes: int = 20,
        retention: timedelta = timedelta(days=30),
        dead_letter_retention: timedelta = timedelta(days=90),
        deduplication_window: timedelta = DEDUPLICATION_WINDOW,
        transactions: str | None = None,
        on_error: Callable[[AnyEvent, str, BaseException], object] | None = None,
        poll: float = 0.2,
        grace: float = 10.0,
        handler_timeout: float | None = None,
        stop_timeout: float = 30.0,
    ) -> None:
        delays = (poll, *retry_delays)
        if max_concurrency < 1 or max_crashes < 1 or not all(0 < seconds < math.inf for seconds in delays):
            raise InvalidArgumentError(
                "max_concurrency and max_crashes must be at least 1; poll and each of retry_delays more than 0"
            )
        if not (0 <= grace < math.inf and 0 <= stop_timeout < math.inf):
            raise InvalidArgumentError("grace and stop_timeout must be 0 or more seconds, and not infinite")
        _check_timeout("handler_timeout", handler_timeout)
        if min(retention, dead_letter_retention, deduplication_window) < MIN_RETENTION:
            raise InvalidArgumentError(
                "retention, dead_letter_retention and deduplication_window must be at least four days: Paystack "
                "resends events for 72 hours"
            )
        self.handlers = HandlerRegistry() if handlers is None else handlers
        """The handlers of events."""
        self._store = EventStore(select_database(url, grace))
        self._config: dict[str, Any] = {
            "max_concurrency": max_concurrency,
            "retry_delays": tuple(retry_delays),
            "max_crashes": max_crashes,
            "poll": poll,
            "grace": grace,
            "handler_timeout": handler_timeout,
            "transactions": transactions or self._store.database.url,
            "on_error": on_error,
        }
        self._retention: dict[State, timedelta] = {"done": retention, "dead_letter": dead_letter_retention}
        self._deduplication_window = deduplication_window
        self._stop_timeout = stop_timeout
        self._on_death: Callable[[], object] = lambda: None
        self._worker: Any = None

    # Handlers

    @overload
    def on(
        self, *events: str, name: str | None = None, timeout: float | None = None, transactional: Literal[False] = False
    ) -> Callable[[FunctionT], FunctionT]: ...

    @overload
    def on(
        self, *events: str, name: str | None = None, timeout: float | None = None, transactional: Literal[True]
    ) -> Callable[[TransactionT], TransactionT]: ...

    def on(
        self, *events: str, name: str | None = None, timeout: float | None = None, transactional: bool = False
    ) -> Callable[[Any], Any]:
        """Register a handler in :attr:`handlers`, as :meth:`paystackease.webhooks.handlers.HandlerRegistry.on` does.

        The handler takes the event, and may be ``async``. An async handler runs in an event loop that belongs to the
        inbox, so create clients and sessions inside the handler.

        A transactional handler takes the event and a SQLAlchemy session. What it writes with the session is committed
        together with the record that it succeeded, or not at all, so its effect happens exactly once. The inbox commits
        the session. With PostgreSQL the transaction is SERIALIZABLE, and the handler is run again after a serialization
        failure. So it must have no other side effect that must not be repeated.

        :param events: Names such as ``"charge.success"``, groups such as ``"charge.*"``, or ``"*"`` for all events.
        :param name: The handler's name in the inbox. Default: its module and qualified name.
        :param timeout: The handler's time limit in seconds. Default: the inbox's ``handler_timeout``. A transaction
            that is not committed by then is rolled back.
        :param transactional: Whether the handler takes a session after the event.
        :raises paystackease.errors.InvalidArgumentError: As
            :meth:`paystackease.webhooks.handlers.HandlerRegistry.on`; if the limit is not more than 0; and from the
            decorator if a transactional handler is ``async``.
        """
        _check_timeout("timeout", timeout)
        register = self.handlers.register(events, name, transactional=transactional, timeout=timeout)

        def register_sync(function: FunctionT) -> FunctionT:
            if transactional and inspect.iscoroutinefunction(function):
                raise InvalidArgumentError("a transactional handler cannot be async, because its session is not")
            return register(function)

        return register_sync

    # Events

    def receive(self, event: AnyEvent) -> bool:
        """Store an event, and return when it is on disk.

        :param event: The event, as :func:`paystackease.webhooks.verify` returned it.
        :raises paystackease.errors.InboxError: If it could not be stored. Respond with 500, and Paystack sends it
            again.
        :return: Whether the event is new.
        """
        return self._store.insert(event)

    async def areceive(self, event: AnyEvent) -> bool:
        """Store an event as :meth:`receive` does, for asyncio."""
        return await asyncio.to_thread(self.receive, event)

    def dead_letter(self, error: MalformedEventError) -> bool:
        """Store a body that Paystack signed and that is not an event, and return when it is on disk.

        The adapters call this. The body is a dead letter with the name ``"malformed"``.

        :param error: The error that :func:`paystackease.webhooks.verify` raised.
        :raises paystackease.errors.InboxError: If it could not be stored. Respond with 500, and Paystack sends it
            again.
        :return: Whether the body is new.
        """
        new = self._store.insert_malformed(error.body, str(error))
        if new:
            log.error("Paystack signed a body that is not an event: see inbox.list('dead_letter', name='malformed')")
        return new

    async def adead_letter(self, error: MalformedEventError) -> bool:
        """Store a body as :meth:`dead_letter` does, for asyncio."""
        return await asyncio.to_thread(self.dead_letter, error)

    # Workers

    def start(self) -> None:
        """Start to handle events, in threads of this process, and return.

        :raises paystackease.errors.InboxError: If this process runs DBOS already, with another inbox or otherwise.
        """
        from paystackease.webhooks.inbox.claimed_event import WorkerConfig

        if self._worker is not None:
            raise InboxError("this inbox is already running: call start() once")
        worker = self._make_worker(WorkerConfig(**self._config), self._on_death)
        worker.start()
        self._worker = worker

    def stop(self, timeout: float | None = None) -> None:
        """Stop handling events. Do nothing if the inbox is not running.

        A handler that does not end in time continues to run. While it runs in this process, no other worker handles
        its event. When it or this process has ended, the next worker does.

        :param timeout: How many seconds to wait for running handlers. Default: the inbox's ``stop_timeout``. The next
            worker handles the events that are not done.
        """
        self._stop(self._stop_timeout if timeout is None else timeout)

    def _stop(self, timeout: float) -> bool:
        worker, self._worker = self._worker, None
        return worker is None or bool(worker.stop(timeout))

    def close(self) -> None:
        """Stop, and close the connections. If the inbox is used again, it opens new ones."""
        self.stop()
        self._store.close()

    def run(self) -> None:
        """Handle events until the process receives SIGTERM or SIGINT. A worker's program needs only this call.

        It returns when all running handlers have ended. If a handler does not end, the process exits with status 75
        (``EX_TEMPFAIL``) at most ``stop_timeout`` seconds after the signal, without running any cleanup. The next
        worker handles the events that are not done.

        :raises paystackease.errors.InboxError: As :meth:`start`, and if the worker cannot continue.
        """
        run_until_signal(self.start, self._stop, self._store.close, self._set_on_death, self._stop_timeout)

    def _set_on_death(self, on_death: Callable[[], object]) -> None:
        self._on_death = on_death

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    def list(
        self, state: State | None = None, *, name: str | None = None, limit: int = 100, offset: int = 0
    ) -> Sequence[Entry]:
        """Return events in the inbox, the newest first.

        :param state: Only events in this state.
        :param name: Only events with this name, such as ``"charge.success"``.
        :param limit: The maximum number of events.
        :param offset: How many of the newest events to skip.
        :raises paystackease.errors.InvalidArgumentError: If there is no such state.
        """
        if state is not None and state not in get_args(State):
            raise InvalidArgumentError(f"state must be one of {', '.join(get_args(State))}")
        workflows = self._store.list_in_state(
            state,
            workflow_id_prefix=None if name is None else f"{name}:",
            limit=limit,
            offset=offset,
            sort_desc=True,
        )
        return [to_entry(workflow) for workflow in workflows]

    def show(self, key: str) -> EntryDetail:
        """Return an event with its body and its attempts. They contain personal data.

        :param key: The event's key.
        :raises paystackease.errors.InboxError: If there is no such event.
        """
        workflow = self._store.get_entry(key)
        event, reason = to_event(workflow)
        attempts = tuple(
            AttemptRecord(attempt.handler or "", to_datetime(step["completed_at_epoch_ms"]), attempt.error)
            for attempt, step in recorded_attempts(self._store.list_steps(key))
        )
        return EntryDetail(to_entry(workflow), event, attempts, reason)

    def replay(self, key: str, *, again: bool = False) -> None:
        """Retry an event that is dead-lettered. Handlers that succeeded are not run again.

        :param key: The event's key.
        :param again: Run all handlers of the event again, including those that succeeded. The event may also be done.
        :raises paystackease.errors.InboxError: If there is no such event, or it is not dead-lettered.
        """
        workflow = self._store.get_entry(key)
        if (reason := to_event(workflow)[1]) is not None:
            raise InboxError(f"{key} cannot be replayed. {reason}")
        state = to_entry(workflow).state
        if state not in ({"dead_letter", "done"} if again else {"dead_letter"}):
            hint = ": pass again=True to run all its handlers again" if state == "done" else ""
            raise InboxError(f"{key} is {state}, and only a dead letter can be replayed{hint}")
        # From after the last attempt. DBOS may have recorded steps after it that are not attempts.
        steps = [step["function_id"] for _, step in recorded_attempts(self._store.list_steps(key))]
        self._store.resume_from(workflow, 1 if again or not steps else max(steps) + 1)

    def purge(self, before: datetime | None = None, *, state: State | None = None) -> int:
        """Delete events whose retention is over. Workers do this by themselves.

        :param before: Delete events that arrived before this time, regardless of the retention. At least four days ago.
        :param state: Only events that are ``"done"`` or ``"dead_letter"``. Default: both. Other events are never
            deleted.
        :raises paystackease.errors.InvalidArgumentError: If the time is too recent, or the state is another one.
        :return: The number of events that were deleted.
        """
        if state is not None and state not in self._retention:
            raise InvalidArgumentError("only events that are done or dead-lettered can be deleted")
        now = datetime.now(UTC)
        if before is not None and (before.tzinfo is None or before > now - MIN_RETENTION):
            raise InvalidArgumentError(
                "before must be a time with a time zone, at least four days ago: until then Paystack may redeliver an "
                "event, which would then be handled again"
            )
        count = 0
        for each_state, retention in self._retention.items():
            if state in {None, each_state}:
                deleted = self._store.delete(each_state, before or now - retention)
                count += len(deleted)
                if each_state == "dead_letter":
                    for key in deleted:
                        log.warning("%s was deleted: it was dead-lettered and never replayed", key)
        self._store.delete_digests(now - self._deduplication_window)
        return count


def _check_timeout(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise InvalidArgumentError(f"{name} must be more than 0 seconds, or None for no limit")
