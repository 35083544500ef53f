"""Webhooks that are written down first, and handled then: once each, whatever happens in between.

An inbox takes an event by writing it to a database. Paystack is answered 200 when it is on disk. A worker then runs the
event's handlers, in this process (:meth:`Inbox.start`) or in others (:meth:`Inbox.run`), on DBOS (https://dbos.dev).

What is promised
    * An event that was answered with 200 is not lost. One that comes again, in days or at the same moment, is known by
      its ``key`` and written once.
    * Each of its handlers is run until it has succeeded once, and that is recorded; then never again. One that fails is
      run again after a wait, and not those that succeeded. After the last wait the event is **set aside** for a person,
      who looks at it (:meth:`Inbox.show`) and has it tried again (:meth:`Inbox.replay`).
    * What a process had in hand when it died is taken up by another, at the handler that was running.
    * Events of one ``subject`` (a payment with its refunds and disputes; a transfer) are handled one at a time, in the
      order in which they were written. While one waits for its next try, those behind it wait too; once it is set
      aside, they go on. Those that come from Paystack in the wrong order are in the wrong order here.

What no inbox can promise
    A process may die after a handler has done its work and before that is recorded. The handler is run again then. So
    have it do its work in a transaction that holds ``event.key`` under a unique constraint; or let the inbox do
    that: a handler put in with :meth:`Inbox.transaction` is given a database session, and what it writes there is
    committed in one with the record that it was handled, so that both are there or neither is. It happens once.

    A handler is run by one process at a time as long as the processes can see the database. One that has lost
    PostgreSQL for longer than ``grace`` is taken for dead, though a handler may still run in it. What it writes in an
    inbox's transaction is refused then, and its outcome is not recorded.

    Two things outlive what an inbox can see. A thread that an async handler started (``asyncio.to_thread``) goes on
    when the handler is cancelled, beside its next try. A process that a handler forked keeps the worker's connection
    to PostgreSQL open, so that a worker that is killed counts as alive until that process has ended: start processes
    with ``spawn``.

How a handler fails
    Everything that a handler raises is a failed try, ``SystemExit`` and ``CancelledError`` included. If it has a time
    limit (``handler_timeout``, or ``timeout`` of :meth:`Inbox.on`), an async handler is cancelled then, and a
    transaction is rolled back. A thread cannot be ended: the try is recorded as failed, another handler gets its slot,
    and it is not started again while it runs. Without a limit, which is the default, a handler that hangs keeps one of
    ``max_concurrency`` slots for as long as the process lives.

What is kept
    The whole event, which has names, e-mails and parts of card numbers in it, and what handlers raised. Events that
    were handled are kept for 30 days, those that are set aside for 90, from the day they came; a worker deletes them
    then, and SQLite overwrites them. Paystack sends for 72 hours, so nothing is deleted before four days. A digest of
    each key is kept for a year: an event that comes again in that time is recognized. After it, it is new.

    A body that Paystack signed and that is not an event is a **dead letter**: it is set aside from the beginning, under
    the name ``"malformed"``, with its bytes and the reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import math
import os
import queue
import signal
import sys
import threading
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar, cast, get_args

from paystackease.errors import InboxError, InvalidArgumentError, MalformedEventError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.signature import Event, parse

try:
    from paystackease.webhooks.inbox.backends import database
    from paystackease.webhooks.inbox.store import MALFORMED, STATES, State, Store, starts, tries
except ImportError as error:
    raise ImportError("The inbox needs DBOS. Install it with: pip install 'paystackease[durable]'") from error

log = logging.getLogger("paystackease")

EXIT_UNFINISHED = 75
"""How a worker's process exits whose handlers did not end in time: ``EX_TEMPFAIL`` of sysexits.h."""

HANDLERS_SHARE = 0.8
"""For this share of ``stop_timeout``, :meth:`Inbox.run` waits for handlers."""

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])

WAITS = (1.0, 5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds before each further try of handlers that failed: seven tries in an hour and a quarter."""

DEDUPLICATION_WINDOW = timedelta(days=365)
"""How long an event is recognized when it comes again."""

LEAST_KEPT = timedelta(days=4)
"""Paystack sends an event again for 72 hours. What was deleted would be new to the inbox."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in an inbox."""

    key: str
    """``event.key``"""
    name: str
    """Such as ``"charge.success"``."""
    subject: str
    """``event.subject``"""
    state: State
    """``"waiting"`` for a worker or for another event of its subject, ``"running"`` (or between two tries), ``"done"``,
    or ``"set aside"`` for a person.
    """
    arrived: datetime
    """When it was written, in UTC; with SQLite to the second."""
    starts: int
    """How often a worker took it in hand."""


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


class Inbox:
    """A durable inbox for webhooks. Making one opens nothing.

    ``Inbox`` goes where handlers would: ``asgi.Webhook(secret_key, inbox)``.

    :param url: Where it is kept: ``sqlite:///FILE`` for the processes of one machine, ``postgresql://...`` for many.
    :param handlers: What is to be done with events. Left out, a new table, to be filled with :meth:`on`.
    :param max_concurrency: How many handlers run at the same time in one process.
    :param retry_delays: Seconds before each further try of the handlers of an event that failed.
    :param max_crashes: An event that this many workers were running when they died is set aside: it may be the cause.
    :param retention: How long events are kept that were handled, from the day they came. At least four days.
    :param dead_letter_retention: How long events are kept that are set aside. At least four days.
    :param deduplication_window: How long an event is recognized when it comes again, from the day it came. Its digest
        is kept for that time, 16 bytes, when the event itself is deleted. At least four days.
    :param transactions: The database of handlers put in with :meth:`transaction`, as a URL. Left out, the inbox's own.
    :param on_error: Is told of each handler that fails: the event, the handler's name, and what it raised, which need
        not be an ``Exception``.
    :param poll: How often a worker looks for new events, and for those whose wait is over, in seconds.
    :param grace: How many seconds a worker may have no connection to PostgreSQL before others take it for dead.
    :param handler_timeout: The time limit of each handler, in seconds. None: no limit.
    :param stop_timeout: How many seconds :meth:`stop` waits for handlers that run, and how many :meth:`run` takes at
        the most to end the process.
    :raises paystackease.errors.InvalidArgumentError: Where something of this cannot be.
    """

    def __init__(
        self,
        url: str = "sqlite:///paystack-inbox.db",
        handlers: HandlerRegistry | None = None,
        *,
        max_concurrency: int = 8,
        retry_delays: Sequence[float] = WAITS,
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
        if min(retention, dead_letter_retention, deduplication_window) < LEAST_KEPT:
            raise InvalidArgumentError(
                "retention, dead_letter_retention and deduplication_window must be at least four days: Paystack sends "
                "events again for 72 hours, and one that was deleted would be handled again"
            )
        self.handlers = HandlerRegistry() if handlers is None else handlers
        """What is done with events."""
        self._store = Store(database(url, grace))
        self._rules: dict[str, Any] = {
            "at_once": max_concurrency,
            "waits": tuple(retry_delays),
            "most_starts": max_crashes,
            "poll": poll,
            "grace": grace,
            "handler_timeout": handler_timeout,
            "transactions": transactions or self._store.database.url,
            "on_error": on_error,
        }
        self._keep: dict[State, timedelta] = {"done": retention, "set aside": dead_letter_retention}
        self._deduplication_window = deduplication_window
        self._stop_timeout = stop_timeout
        self._on_death: Callable[[], object] = lambda: None
        self._worker: Any = None

    # Handlers

    def on(
        self, *events: str, name: str | None = None, timeout: float | None = None
    ) -> Callable[[FunctionT], FunctionT]:
        """Put a function into :attr:`handlers`, as :meth:`paystackease.webhooks.handlers.HandlerRegistry.on` does.

        The function takes the event, and may be ``async``: it is run in an event loop of the inbox's own, so make
        clients and sessions in it.

        :param events: As there.
        :param name: As there.
        :param timeout: The handler's time limit in seconds, instead of the inbox's ``handler_timeout``.
        :raises paystackease.errors.InvalidArgumentError: As there, and if the limit is not more than 0.
        """
        _check_timeout("timeout", timeout)
        return self.handlers.adding(events, name, transactional=False, timeout=timeout)

    def transaction(
        self, *events: str, name: str | None = None, timeout: float | None = None
    ) -> Callable[[FunctionT], FunctionT]:
        """Put a function into :attr:`handlers` that is given the event and a session of SQLAlchemy.

        What it does with the session is committed together with the record that it did, or not at all: it happens
        once. The session is committed for it, and with PostgreSQL it is SERIALIZABLE; where it collides with another,
        the function is run anew. So it must do nothing else that cannot be done twice.

        :param events: As for :meth:`on`.
        :param name: As for :meth:`on`.
        :param timeout: As for :meth:`on`. A transaction that is not committed by then is rolled back when it ends.
        :raises paystackease.errors.InvalidArgumentError: As :meth:`on`, and from the decorator for an ``async``
            function.
        """
        _check_timeout("timeout", timeout)
        add = self.handlers.adding(events, name, transactional=True, timeout=timeout)

        def added(function: FunctionT) -> FunctionT:
            if inspect.iscoroutinefunction(function):
                raise InvalidArgumentError("a handler in a transaction cannot be async: its session is not")
            return add(function)

        return added

    # Events

    def take(self, event: AnyEvent) -> bool:
        """Write an event down, and return when it is on disk.

        :param event: What :func:`paystackease.webhooks.verify` gave.
        :raises paystackease.errors.InboxError: Where it could not be written. Answer with 500, and Paystack comes
            again.
        :return: Whether it is new.
        """
        return self._store.put(event)

    async def atake(self, event: AnyEvent) -> bool:
        """As :meth:`take`, for asyncio."""
        return await asyncio.to_thread(self.take, event)

    def dead_letter(self, error: MalformedEventError) -> bool:
        """Store a body that Paystack signed and that is not an event, for a person, and return when it is on disk.

        The adapters call this. The body is listed among the events that are set aside, under the name ``"malformed"``.

        :param error: What :func:`paystackease.webhooks.verify` raised.
        :raises paystackease.errors.InboxError: If it could not be written. Answer with 500, and Paystack comes again.
        :return: Whether it is new.
        """
        new = self._store.put_malformed(error.body, str(error))
        if new:
            log.error("Paystack signed a body that is not an event: see inbox.list('set aside', name='malformed')")
        return new

    async def adead_letter(self, error: MalformedEventError) -> bool:
        """As :meth:`dead_letter`, for asyncio."""
        return await asyncio.to_thread(self.dead_letter, error)

    # Workers

    def start(self) -> None:
        """Begin to handle events, in threads of this process, and return.

        :raises paystackease.errors.InboxError: Where this process runs DBOS already, with another inbox or otherwise.
        """
        from paystackease.webhooks.inbox import worker as _worker  # which tells DBOS of itself

        if self._worker is not None:
            raise InboxError("this inbox is running already")
        worker = _worker.Worker(self._store, self.handlers, _worker.Rules(**self._rules), self.purge, self._on_death)
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
        # For a signal may come at any moment, and nothing else may be used then by whoever already waits for it.
        ended: queue.SimpleQueue[bool] = queue.SimpleQueue()
        told: queue.SimpleQueue[bool] = queue.SimpleQueue()
        returned = threading.Event()

        def end(number: int, frame: types.FrameType | None) -> None:
            told.put(True)
            ended.put(True)

        def watch() -> None:
            if told.get() and not returned.wait(self._stop_timeout):
                os.write(2, b"paystackease: the worker did not end in time, and exits: the next one goes on\n")
                os._exit(EXIT_UNFINISHED)

        threading.Thread(target=watch, name="paystackease-inbox-watch", daemon=True).start()
        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        self._on_death = lambda: ended.put(False)
        try:
            self.start()
            was_told = ended.get()
            told.put(True)
            if not was_told:
                self._stop(0)
                raise InboxError("the inbox's worker could not go on: start it again")
            # What is left of the time is for the rest: DBOS's threads, and the connections.
            finished = self._stop(self._stop_timeout * HANDLERS_SHARE)
            if not finished:
                for stream in sys.stdout, sys.stderr:
                    with contextlib.suppress(OSError, ValueError):
                        stream.flush()
                os._exit(EXIT_UNFINISHED)
            self._store.close()
        finally:
            returned.set()
            told.put(False)
            self._on_death = lambda: None
            for number, handler in before.items():
                signal.signal(number, handler)

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

    # For a person

    def list(
        self, state: State | None = None, *, name: str | None = None, limit: int = 100, offset: int = 0
    ) -> Sequence[Entry]:
        """Events in the inbox, the newest first.

        :param state: Only those in this state.
        :param name: Only those of this name, such as ``"charge.success"``.
        :param limit: How many at the most.
        :param offset: How many of the newest to pass over.
        :raises paystackease.errors.InvalidArgumentError: Where there is no such state.
        """
        if state is not None and state not in get_args(State):
            raise InvalidArgumentError(f"state must be one of {', '.join(get_args(State))}")
        found = self._store.entries(
            status=None if state is None else STATES[state],
            workflow_id_prefix=None if name is None else f"{name}:",
            limit=limit,
            offset=offset,
            sort_desc=True,
        )
        return [_entry(one) for one in found]

    def show(self, key: str) -> EntryDetail:
        """All that is known of an event. It is personal.

        :param key: Its key.
        :raises paystackease.errors.InboxError: Where there is none.
        """
        found = self._store.entry(key)
        event, reason = _event(found)
        tried = [
            AttemptRecord(one.handler or "", _time(step["completed_at_epoch_ms"]), one.error)
            for one, step in tries(self._store.steps(key))
        ]
        return EntryDetail(_entry(found), event, tuple(tried), reason)

    def replay(self, key: str, *, again: bool = False) -> None:
        """Have an event tried again that is set aside. Handlers that succeeded are not run again.

        :param key: Its key.
        :param again: Run all its handlers again, those that succeeded too, and of an event that is done as well.
        :raises paystackease.errors.InboxError: Where there is none, or it is not set aside.
        """
        found = self._store.entry(key)
        if (reason := _event(found)[1]) is not None:
            raise InboxError(f"{key} cannot be replayed. {reason}")
        state = _entry(found).state
        if state not in ({"set aside", "done"} if again else {"set aside"}):
            hint = "; to run all its handlers again: again=True" if state == "done" else ""
            raise InboxError(f"{key} is {state}, so there is nothing to try again{hint}")
        # From behind the last try: what DBOS may have recorded after it is no try.
        tried = [step["function_id"] for _, step in tries(self._store.steps(key))]
        self._store.rewind(found, 1 if again or not tried else max(tried) + 1)

    def purge(self, before: datetime | None = None, *, state: State | None = None) -> int:
        """Delete events that were kept for long enough, as workers do by themselves.

        :param before: Delete those that came before this time, however long others are kept. At least four days ago.
        :param state: Only those ``"done"`` or ``"set aside"``; left out, both. No others are ever deleted.
        :raises paystackease.errors.InvalidArgumentError: Where the time is too late, or the state another.
        :return: How many were deleted.
        """
        if state is not None and state not in self._keep:
            raise InvalidArgumentError("only events that are done or set aside can be deleted")
        now = datetime.now(UTC)
        if before is not None and (before.tzinfo is None or before > now - LEAST_KEPT):
            raise InvalidArgumentError(
                "before must be a time with a time zone, at least four days ago: until then Paystack may send an event "
                "again, and it would be handled again"
            )
        count = 0
        for one, kept in self._keep.items():
            if state in {None, one}:
                deleted = self._store.delete(one, before or now - kept)
                count += len(deleted)
                if one == "set aside":
                    for key in deleted:
                        log.warning("%s was deleted: it was set aside, and nobody had it tried again", key)
        self._store.forget(now - self._deduplication_window)
        return count


def _check_timeout(name: str, seconds: float | None) -> None:
    if seconds is not None and not 0 < seconds < math.inf:
        raise InvalidArgumentError(f"{name} must be more than 0 seconds, or None for no limit")


_STATE_OF: dict[str, State] = {status: state for state, statuses in STATES.items() for status in statuses}


def _entry(found: Any) -> Entry:
    key: str = found.workflow_id
    return Entry(
        key,
        key.partition(":")[0],
        found.queue_partition_key or "",
        _STATE_OF[found.status],
        _time(found.created_at) or datetime.now(UTC),
        starts(found),
    )


def _event(found: Any) -> tuple[AnyEvent, str | None]:
    """The event of an entry; or what stands for it, and why its body is not an event."""
    body = bytes(found.input["args"][0]) if found.input else b""
    try:
        return parse(body), None
    except MalformedEventError as error:
        return cast("AnyEvent", Event(MALFORMED, None, {}, body)), str(error)


def _time(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
