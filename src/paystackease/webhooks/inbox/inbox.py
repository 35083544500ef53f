"""A durable inbox: stores each webhook in a database first, then runs each handler until it has succeeded once.

Paystack is answered with 200 when the event is on disk. A worker then runs the event's handlers, in this process
(:meth:`Inbox.start`) or in others (:meth:`Inbox.run`), on DBOS (https://dbos.dev).

Guarantees
    * An event that was answered with 200 is not lost. A redelivery, at once or days later, is recognized by its ``key``
      and is not stored again.
    * Each handler runs until it has succeeded once and that is recorded, then never again. A handler that fails is
      retried after a delay; handlers that succeeded are not. After the last delay the event is **dead-lettered**:
      inspect it with :meth:`Inbox.show`, then retry it with :meth:`Inbox.replay`.
    * If a worker process dies, another one reclaims its events and resumes each at the handler that was running.
    * Events with one ``ordering_key`` (a payment with its refunds and disputes; a transfer) are handled one at a time,
      in the order in which they were stored. An event that waits for a retry holds back those behind it; a dead letter
      does not. Events that Paystack sends out of order are stored out of order.

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
    and the handler is not started again while it runs. Without a limit, the default, a handler that hangs keeps one of
    ``max_concurrency`` slots for as long as the process lives.

Retention
    The whole event is stored, including names, e-mails and parts of card numbers, and the tracebacks of handlers.
    Handled events are kept for 30 days, dead letters for 90, counted from the day they arrived. A worker then deletes
    them, and SQLite overwrites them. Paystack resends for 72 hours, so nothing is deleted before four days. A digest of
    each key is kept for a year, in which a redelivery is recognized.

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
        STATES,
        AttemptRecord,
        Entry,
        EntryDetail,
        State,
        recorded_attempts,
        to_datetime,
        to_entry,
        to_event,
    )
    from paystackease.webhooks.inbox.store import Store
except ImportError as error:
    raise ImportError("The inbox needs DBOS. Install it with: pip install 'paystackease[durable]'") from error

log = logging.getLogger("paystackease")

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
TransactionT = TypeVar("TransactionT", bound=Callable[[Any, Any], object])

RETRY_DELAYS = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds before each further try of handlers that failed: seven tries in an hour and a quarter."""

DEDUPLICATION_WINDOW = timedelta(days=365)
"""How long an event is recognized when it comes again."""

MIN_RETENTION = timedelta(days=4)
"""Paystack sends an event again for 72 hours. What was deleted would be new to the inbox."""


class Inbox:
    """A durable inbox for webhooks. The constructor opens nothing.

    ``Inbox`` goes where handlers would: ``asgi.Webhook(secret_key, inbox)``.

    :param url: The database: ``sqlite:///FILE`` for the processes of one machine, ``postgresql://...`` for many.
    :param handlers: What is to be done with events. Left out, a new table, to be filled with :meth:`on`.
    :param max_concurrency: How many handlers run at the same time in one process.
    :param retry_delays: Seconds before each further try of the handlers of an event that failed.
    :param max_crashes: An event is dead-lettered after this many workers died while they ran it: it may be the cause.
    :param retention: How long events are kept that were handled, from the day they came. At least four days.
    :param dead_letter_retention: How long events are kept that are dead-lettered. At least four days.
    :param deduplication_window: How long an event is recognized when it comes again, from the day it came. Its digest
        is kept for that time, 16 bytes, when the event itself is deleted. At least four days.
    :param transactions: The database of transactional handlers, as a URL. Left out, the inbox's own.
    :param on_error: Called for each failed attempt with the event, the handler's name, and the ``BaseException``.
    :param poll: How often a worker looks for new events, and for those whose wait is over, in seconds.
    :param grace: How many seconds a worker may have no connection to PostgreSQL before others take it for dead.
    :param handler_timeout: The time limit of each handler, in seconds. None: no limit.
    :param stop_timeout: How many seconds :meth:`stop` waits for handlers that run, and how many :meth:`run` takes at
        the most to end the process.
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
        if (
            max_concurrency < 1
            or max_crashes < 1
            or not all(0 < seconds < math.inf for seconds in (poll, *retry_delays))
        ):
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
        """What is done with events."""
        self._store = Store(select_database(url, grace))
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

        :param events: Names, groups such as ``"charge.*"``, or ``"*"`` for all events.
        :param name: The handler's name in the inbox. Default: its module and qualified name.
        :param timeout: The handler's time limit in seconds. Default: the inbox's ``handler_timeout``. A transaction
            that is not committed by then is rolled back.
        :param transactional: Whether the handler takes a session beside the event.
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

        :param event: What :func:`paystackease.webhooks.verify` gave.
        :raises paystackease.errors.InboxError: If it could not be written. Answer with 500, and Paystack comes
            again.
        :return: Whether the event is new.
        """
        return self._store.insert(event)

    async def areceive(self, event: AnyEvent) -> bool:
        """As :meth:`receive`, for asyncio."""
        return await asyncio.to_thread(self.receive, event)

    def dead_letter(self, error: MalformedEventError) -> bool:
        """Store a body that Paystack signed and that is not an event, for a person, and return when it is on disk.

        The adapters call this. The body is listed among the dead letters, under the name ``"malformed"``.

        :param error: What :func:`paystackease.webhooks.verify` raised.
        :raises paystackease.errors.InboxError: If it could not be written. Answer with 500, and Paystack comes again.
        :return: Whether the event is new.
        """
        new = self._store.insert_malformed(error.body, str(error))
        if new:
            log.error("Paystack signed a body that is not an event: see inbox.list('dead_letter', name='malformed')")
        return new

    async def adead_letter(self, error: MalformedEventError) -> bool:
        """As :meth:`dead_letter`, for asyncio."""
        return await asyncio.to_thread(self.dead_letter, error)

    # Workers

    def start(self) -> None:
        """Begin to handle events, in threads of this process, and return.

        :raises paystackease.errors.InboxError: If this process runs DBOS already, with another inbox or otherwise.
        """
        from paystackease.webhooks.inbox import worker as _worker  # which tells DBOS of itself

        if self._worker is not None:
            raise InboxError("this inbox is running already")
        worker = _worker.Worker(
            self._store, self.handlers, _worker.WorkerConfig(**self._config), self.purge, self._on_death
        )
        worker.start()
        self._worker = worker

    def stop(self, timeout: float | None = None) -> None:
        """End what :meth:`start` began. Does nothing if nothing runs.

        A handler that still runs after that time is left. While it runs in this process no other worker handles its
        event; once this process has ended, the next one does.

        :param timeout: How many seconds to wait for handlers that run, by default the inbox's ``stop_timeout``. What
            is not done is done by the next worker.
        """
        self._stop(self._stop_timeout if timeout is None else timeout)

    def _stop(self, timeout: float) -> bool:
        worker, self._worker = self._worker, None
        return worker is None or bool(worker.stop(timeout))

    def close(self) -> None:
        """Stop, and close the connections. The inbox may be used again, and opens them again."""
        self.stop()
        self._store.close()

    def run(self) -> None:
        """Handle events until the process is told to end (SIGTERM, SIGINT): the whole of a worker's program.

        It returns when all handlers that ran have ended. If one of them does not end, the process exits with status 75
        (``EX_TEMPFAIL``), without running anything else, at most ``stop_timeout`` seconds after the signal: what was
        in hand is handled by the next worker.

        :raises paystackease.errors.InboxError: As :meth:`start`, and if the worker cannot go on.
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
        """Events in the inbox, the newest first.

        :param state: Only those in this state.
        :param name: Only those of this name, such as ``"charge.success"``.
        :param limit: How many at the most.
        :param offset: How many of the newest to pass over.
        :raises paystackease.errors.InvalidArgumentError: If there is no such state.
        """
        if state is not None and state not in get_args(State):
            raise InvalidArgumentError(f"state must be one of {', '.join(get_args(State))}")
        found = self._store.list_entries(
            status=None if state is None else STATES[state],
            workflow_id_prefix=None if name is None else f"{name}:",
            limit=limit,
            offset=offset,
            sort_desc=True,
        )
        return [to_entry(one) for one in found]

    def show(self, key: str) -> EntryDetail:
        """All that is known of an event. It is personal.

        :param key: Its key.
        :raises paystackease.errors.InboxError: If there is no such event.
        """
        found = self._store.get_entry(key)
        event, reason = to_event(found)
        tried = [
            AttemptRecord(one.handler or "", to_datetime(step["completed_at_epoch_ms"]), one.error)
            for one, step in recorded_attempts(self._store.list_steps(key))
        ]
        return EntryDetail(to_entry(found), event, tuple(tried), reason)

    def replay(self, key: str, *, again: bool = False) -> None:
        """Have an event tried again that is dead-lettered. Handlers that succeeded are not run again.

        :param key: Its key.
        :param again: Run all its handlers again, those that succeeded too, and of an event that is done as well.
        :raises paystackease.errors.InboxError: If there is none, or it is not dead-lettered.
        """
        found = self._store.get_entry(key)
        if (reason := to_event(found)[1]) is not None:
            raise InboxError(f"{key} cannot be replayed. {reason}")
        state = to_entry(found).state
        if state not in ({"dead_letter", "done"} if again else {"dead_letter"}):
            hint = "; to run all its handlers again: again=True" if state == "done" else ""
            raise InboxError(f"{key} is {state}, so there is nothing to try again{hint}")
        # From behind the last try: what DBOS may have recorded after it is no try.
        tried = [step["function_id"] for _, step in recorded_attempts(self._store.list_steps(key))]
        self._store.resume_from(found, 1 if again or not tried else max(tried) + 1)

    def purge(self, before: datetime | None = None, *, state: State | None = None) -> int:
        """Delete events that were kept for long enough, as workers do by themselves.

        :param before: Delete those that came before this time, however long others are kept. At least four days ago.
        :param state: Only those ``"done"`` or ``"dead_letter"``; left out, both. No others are ever deleted.
        :raises paystackease.errors.InvalidArgumentError: If the time is too late, or the state another.
        :return: How many were deleted.
        """
        if state is not None and state not in self._retention:
            raise InvalidArgumentError("only events that are done or dead-lettered can be deleted")
        now = datetime.now(UTC)
        if before is not None and (before.tzinfo is None or before > now - MIN_RETENTION):
            raise InvalidArgumentError(
                "before must be a time with a time zone, at least four days ago: until then Paystack may send an event "
                "again, and it would be handled again"
            )
        count = 0
        for one, kept in self._retention.items():
            if state in {None, one}:
                deleted = self._store.delete(one, before or now - kept)
                count += len(deleted)
                if one == "dead_letter":
                    for key in deleted:
                        log.warning("%s was deleted: it was dead-lettered, and not replayed", key)
        self._store.delete_digests(now - self._deduplication_window)
        return count


def _check_timeout(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise InvalidArgumentError(f"{name} must be more than 0 seconds, or None for no limit")
