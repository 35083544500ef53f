"""Runs the handlers of the events in an inbox, on DBOS.

A process has one DBOS, and so one worker. It is told what to do by :mod:`~paystackease.webhooks._tries`; each try is a
step that DBOS records. That a try was recorded means that it is never made again.

An event that waits for its next try is in no process: its run ends, and :meth:`Store.wake` puts it back into the queue
when it is due. Its next run reads the recorded tries, and goes on from there.

DBOS gives each claim of an event a token, and records nothing for a claim whose token is not the event's any more. So a
worker that was taken for dead finishes nothing of what another has taken over.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import sqlite3
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from dbos import error as dbos_errors
from dbos._context import get_local_dbos_context  # the token of a claim is nowhere else
from sqlalchemy import event
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from paystackease.errors import InboxError
from paystackease.webhooks._database import SCHEMA, Alive, end, prepare_functions
from paystackease.webhooks._execution import Attempt, Execution, Slots, reject_unfinished
from paystackease.webhooks._store import (
    APPLICATION,
    BATCH,
    QUEUE,
    VERSION,
    WORKFLOW,
    Body,
    Claim,
    FailedError,
    Json,
    Store,
)
from paystackease.webhooks._tries import Try, after, due
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import Handler, Handlers
from paystackease.webhooks.verify import parse

HELD = 16
"""How many events a worker holds for each that it handles, so that it has enough to do until it looks again."""

LEASE_SECONDS = 1.0
"""How often a worker says that it lives, at the least."""

RECLAIM_SECONDS = 1.0
"""How often a worker looks who does not live any more."""

CHECK_SECONDS = 5.0
"""How often a worker compares what it has in hand with what the database says."""

REPORT_SECONDS = 10.0
"""How long an event waits for ``on_error``, which goes on by itself then."""

MAX_REPEATS = 10
"""How often a transaction is made anew at once that collided with another. Then it is a failed try."""

TIDY_SECONDS = 3600.0
"""How often a worker deletes what was kept for long enough."""

RECONNECT_SECONDS = 0.5
"""How often a database is asked again that is away."""

CANCEL_SECONDS = 1.0
"""How long an async handler that is cancelled may take to end."""

MOST_ERROR = 8000
"""As many characters of a traceback are kept."""

STEP = "try"
"""What DBOS knows each of them by."""

log = logging.getLogger("paystackease")


@dataclass(frozen=True, slots=True)
class Rules:
    """How a worker works. :class:`~paystackease.webhooks.inbox.Inbox` describes each."""

    at_once: int
    waits: Sequence[float]
    most_starts: int
    poll: float
    grace: float
    transactions: str
    handler_timeout: float | None
    on_error: Callable[[AnyEvent, str, BaseException], object] | None


class SetAsideError(Exception):
    """An event is left to a person."""


class _RunEnded(BaseException):
    """A run of an event ends, and the event does not: it waits, or is in another hand."""


@dataclass(eq=False)
class _Run:
    """An event in hand."""

    key: str
    owner: str
    """The token of the claim, and of all that were claimed at the same moment."""
    fresh: Callable[[], AnyEvent]
    """Makes the event anew."""
    made: bool = False
    """Whether the latest try was made in this run, and not only read."""
    error: BaseException | None = None
    """What the latest try raised, if it was made in this run."""
    attempt: Attempt | None = None
    """The handler that runs."""
    overdue: Attempt | None = None
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


def _is_news(record: logging.LogRecord) -> bool:
    # DBOS logs, with all its frames, that a workflow ended with an error. That an event is set aside was logged.
    return not (record.exc_info and isinstance(record.exc_info[1], SetAsideError))


class Worker:
    """Handles events from :meth:`start` to :meth:`stop`.

    :param on_death: Is called if the worker cannot go on.
    """

    def __init__(
        self,
        store: Store,
        handlers: Handlers,
        rules: Rules,
        tidy: Callable[[], object],
        on_death: Callable[[], object],
    ) -> None:
        self._store, self._handlers, self._rules, self._tidy = store, handlers, rules, tidy
        self._on_death = on_death
        self._name = uuid.uuid4().hex
        self._ending = contextlib.ExitStack()
        self._execution = Execution()
        self._slots = Slots(rules.at_once)
        self._datasource: SQLAlchemyDatasource | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lease: Alive | None = None
        # Changed in DBOS's event loop alone, and read elsewhere.
        self._runs: dict[Claim, _Run] = {}
        self._busy: dict[Claim, _Run] = {}
        self._overdue: dict[Claim, _Run] = {}
        self._woken: dict[str, float] = {}
        self._unknown: set[Claim] = set()
        self._stopping = threading.Event()
        self._abandoned = False
        self._check_now = threading.Event()

    def start(self) -> None:
        """Begin.

        :raises paystackease.errors.InboxError: Where this process has a DBOS already.
        """
        database, at_once = self._store.database, self._rules.at_once
        self._store.client.register_queue(
            QUEUE,
            partition_concurrency=1,  # one event of a subject at a time
            worker_concurrency=HELD * at_once,
            polling_interval_sec=self._rules.poll,
        )
        engine = database.engine(2 + at_once)
        self._ending.callback(end, engine)
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": engine,
            "dbos_system_schema": SCHEMA,
            "serializer": Json(),
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "WARNING",
            # An inbox uses no notifications. DBOS polls for them, and sleeps for this long before it can be stopped.
            "notification_listener_polling_interval_sec": min(max(self._rules.poll, 0.01), 1.0),
        }
        try:
            DBOS(config=config)  # which gives the one that there is, if there is one
            if DBOS.executor_id != self._name:
                raise InboxError(
                    "this process runs DBOS already, and can have only one: "
                    "let the inbox run in a process of its own, with inbox.run()"
                )
            self._ending.callback(self._leave)
            DBOS.logger.addFilter(_is_news)
            self._ending.callback(DBOS.logger.removeFilter, _is_news)
            self._begin()
        except BaseException:
            self._stopping.set()
            self._ending.close()
            raise

    def _begin(self) -> None:
        global _running
        _running = self
        DBOS.listen_queues([QUEUE])
        if any(handler.transactional for handler in self._handlers):
            self._datasource = SQLAlchemyDatasource.create(
                self._rules.transactions,
                # One that hangs past its limit has a connection, and no slot.
                {"pool_size": self._rules.at_once, "max_overflow": -1},
                schema=SCHEMA,
                serializer=Json(),
            )
            self._ending.callback(end, self._datasource.engine)
            if self._datasource.engine.dialect.name == "sqlite":
                event.listen(self._datasource.engine, "connect", prepare_functions)
                self._datasource.engine.dispose()  # it has made connections without
        self._lease = self._store.database.alive(self._name)
        self._ending.callback(self._give_up_lease)
        self._execution.start()
        # In a thread, where no event loop runs: DBOS would take that for its own, and hold up whatever else is in it.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(DBOS.launch).result()
        # Each by itself: one that fails, or hangs, keeps no other from running.
        self._repeat("lease", min(LEASE_SECONDS, max(self._rules.grace / 4, 0.05)), self._keep_lease)
        self._repeat("wake", self._rules.poll, self._wake, rest=10)
        self._repeat("overdue", self._rules.poll, self._resume_overdue)
        self._repeat("reclaim", RECLAIM_SECONDS, lambda: self._store.take_over(self._name, self._rules.most_starts))
        self._repeat("check", CHECK_SECONDS, self._check_claims, wait=self._check_now)
        self._repeat("tidy", TIDY_SECONDS, self._tidy)

    def _leave(self) -> None:
        global _running
        try:
            DBOS.destroy()
        except RuntimeError as error:  # its event loop has ended already
            log.warning("DBOS did not end as it should: %s", error)
        _running = None

    def _give_up_lease(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release()

    def stop(self, timeout: float) -> bool:
        """End.

        :param timeout: How many seconds to wait for handlers that run. Their events, and those that wait, are handled
            by the next worker.
        :return: Whether all handlers that ran have ended by themselves.
        """
        self._stopping.set()
        self._check_now.set()
        end = time.monotonic() + timeout
        while self._busy and time.monotonic() < end:
            time.sleep(0.01)
        self._abandoned = True  # what ends from now on has not failed: it was not let end
        left = list(self._busy.values())
        self._cancel(left)
        hung = [run for run in [*self._busy.values(), *self._overdue.values()] if _is_running(run)]
        for run in hung:
            log.error("%s: a handler still runs, and is left: its event is handled by the next worker", run.key)
        self._leave_claims({run.claim for run in hung})
        if hung:
            self._keep_lease_while_running(hung)
        ended = self._execution.stop(CANCEL_SECONDS)
        self._ending.close()
        return ended and not hung and not left

    def _cancel(self, runs: Sequence[_Run]) -> None:
        attempts = [attempt for run in runs if (attempt := run.attempt) is not None and attempt.cancel()]
        end = time.monotonic() + CANCEL_SECONDS
        while time.monotonic() < end and not all(attempt.done.done() for attempt in attempts):
            time.sleep(0.01)

    def _keep_lease_while_running(self, hung: Sequence[_Run]) -> None:
        """Keep others from the events of handlers that run on, until these or the process have ended."""
        lease, self._lease = self._lease, None

        def wait() -> None:
            for run in hung:
                attempt = run.overdue or run.attempt
                if attempt is not None:
                    attempt.done.result()
            if lease is not None:
                lease.release()

        threading.Thread(target=wait, name="paystackease-inbox-hung", daemon=True).start()

    def _leave_claims(self, kept: set[Claim]) -> None:
        """End DBOS, and put back into the queue what was claimed and does not run."""
        self._leave()
        try:
            self._store.hand_back(self._store.held(self._name) - kept)
        except Exception as error:
            log.warning("events are handed over only when this process has ended: %s", type(error).__name__)

    # Maintenance

    def _repeat(
        self,
        name: str,
        seconds: float,
        step: Callable[[], object],
        *,
        rest: float = 0.0,
        wait: threading.Event | None = None,
    ) -> None:
        """Do something every so many seconds, in a thread, until the worker stops.

        :param rest: After each time, pause for at least this many times as long as it took.
        :param wait: What ends a pause early. By default the stopping of the worker.
        """
        pause = self._stopping if wait is None else wait

        def run() -> None:
            failing = False
            while not self._stopping.is_set():
                began = time.monotonic()
                try:
                    step()
                except Exception as error:
                    if not failing and not self._stopping.is_set():
                        log.warning("the inbox's %s failed, and is tried again: %s", name, type(error).__name__)
                    failing = True
                    pause.wait(min(max(seconds, 0.1), 60.0))
                else:
                    failing = False
                    pause.wait(max(seconds, min(rest * (time.monotonic() - began), 60.0)))
                if wait is not None:
                    wait.clear()

        thread = threading.Thread(target=run, name=f"paystackease-inbox-{name}", daemon=True)
        thread.start()
        self._ending.callback(thread.join, 2)

    def _keep_lease(self) -> None:
        if (self._loop is not None and not self._loop.is_running()) or not self._execution.is_alive():
            self._die()
            return
        lease = self._lease
        if lease is not None and not lease.keep():
            log.warning("the inbox's lease was lost, and is taken again")
            self._check_now.set()

    def _die(self) -> None:
        if not self._stopping.is_set():
            log.critical(
                "the inbox's event loop has ended: this process handles no more events, and gives up its lease"
            )
            self._stopping.set()
            self._check_now.set()
            self._give_up_lease()
            self._on_death()

    def _wake(self) -> None:
        now = time.monotonic()
        for key, at in list(self._woken.items()):
            if now - at > CHECK_SECONDS:  # another has it in hand
                self._woken.pop(key, None)
        # Half of what this worker holds at the most, so that what is new is not behind all that is tried again.
        total = HELD * self._rules.at_once
        retries = sum(run.retry for run in list(self._runs.values())) + len(self._woken)
        room = min(max(total // 2, 1) - retries, total - len(self._runs))
        if room > 0:
            self._woken.update(dict.fromkeys(self._store.wake(min(room, BATCH)), now))

    def _resume_overdue(self) -> None:
        for run in list(self._overdue.values()):
            if not _is_running(run):
                # Its next run reads what was decided.
                self._store.postpone(run.key, run.owner, run.retry_at)
                self._overdue.pop(run.claim, None)

    def _check_claims(self) -> None:
        """Compare what this worker has in hand with what the database says."""
        before = {**self._runs, **self._overdue}
        held = self._store.held(self._name)
        for claim, run in before.items():
            if claim not in held and claim in self._runs:
                # Unless it ends at this moment, it is in another hand.
                run.lost = True
                if run.attempt is not None:
                    run.attempt.cancel()
        # A claim whose answer was lost with the connection is the database's alone.
        unknown = held - set(before) - set(self._runs)
        orphans = unknown & self._unknown
        self._unknown = unknown - orphans
        for key in self._store.hand_back(orphans):
            log.warning("%s was claimed and not begun, and is put back into the queue", key)

    # Events

    async def handle(self, fresh: Callable[[], AnyEvent]) -> None:
        """Handle an event from the beginning, or from where it was left.

        :param fresh: Makes the event. Each handler is given one of its own, for it may alter it.
        """
        context = get_local_dbos_context()
        if context is None or context.owner_xid is None:
            raise InboxError("DBOS gave no token for a claim: this version of it is not supported")
        self._loop = asyncio.get_running_loop()
        run = _Run(context.workflow_id, context.owner_xid, fresh)
        self._woken.pop(run.key, None)
        self._runs[run.claim] = run
        try:
            await self._handle(fresh(), run)
        except dbos_errors.DBOSWorkflowConflictIDError:
            log.warning("%s is in another hand by now, and is left to it", run.key)
            raise _RunEnded from None
        except SQLAlchemyError as error:
            # It is not the event's fault.
            log.warning("%s: the database failed with %s; it is tried again", run.key, type(error).__name__)
            await self._wait(run, time.time() + CHECK_SECONDS)
        finally:
            self._runs.pop(run.claim, None)

    async def _handle(self, event: AnyEvent, run: _Run) -> None:
        tries: list[Try] = []
        while True:
            wanting = self._handlers.wanting(event.name)
            name = due([handler.name for handler in wanting], tries)
            handler = next((handler for handler in wanting if handler.name == name), None)
            if handler is None:
                return
            run.made, run.error = False, None
            tries.append(await self._recorded(handler, event, tries, run))
            tried = tries[-1]
            await self._report(handler, run)
            if run.overdue is not None:
                # It stays in this hand, and in no slot, for as long as the handler runs.
                run.retry_at = tried.retry_at
                self._overdue[run.claim] = run
                raise _RunEnded
            match tried.then:
                case "done":
                    return
                case "aside" if run.made or not await self._was_replayed(run, len(tries)):
                    log.error("%s was set aside: see inbox.show()", run.key)
                    # None of what the handlers said: DBOS writes this to its log.
                    raise SetAsideError(f"{len(tries)} tries, the last of {tried.handler}")
                case float():
                    run.retry = True
                    if tried.retry_at > time.time() and (run.made or not await self._has_waited(run, tried.retry_at)):
                        await self._wait(run, tried.retry_at)
                case _:
                    # Another handler; or the event was set aside before, and a person has it tried anew.
                    pass

    async def _ask(self, question: Callable[[], bool]) -> bool:
        """Ask the database, in a thread, and again if it is away."""
        while True:
            try:
                return await asyncio.to_thread(question)
            except SQLAlchemyError:
                if self._stopping.is_set():
                    raise _RunEnded from None
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _has_waited(self, run: _Run, until: float) -> bool:
        # Who woke it has another clock, perhaps.
        return await self._ask(lambda: self._store.has_waited(run.key, until))

    async def _was_replayed(self, run: _Run, tries: int) -> bool:
        # If not, a process died after the last try, and before the event was set aside.
        return await self._ask(lambda: self._store.was_replayed(run.key, tries))

    async def _wait(self, run: _Run, until: float) -> None:
        """End the run, and have the event wait in the database."""
        await self._ask(lambda: self._store.postpone(run.key, run.owner, until))
        raise _RunEnded

    async def _begin_try(self, run: _Run) -> None:
        """Wait for a slot, and see that the event still is in this hand."""
        await self._slots.acquire(retry=run.retry)
        run.has_slot = True
        if self._stopping.is_set():
            raise _RunEnded
        self._busy[run.claim] = run
        if run.lost or not await self._ask(lambda: self._store.owns(run.key, run.owner)):
            log.warning("%s is in another hand by now, and is left to it", run.key)
            raise _RunEnded

    def _release_slot(self, run: _Run) -> None:
        if run.has_slot:
            run.has_slot = False
            self._slots.release()

    async def _recorded(self, handler: Handler, event: AnyEvent, tries: list[Try], run: _Run) -> Try:
        """One try, or what is recorded of it."""

        async def plain() -> Try:
            await self._begin_try(run)
            error = await self._ended(handler, run, self._execution.begin(handler.function, run.fresh()))
            return await self._decide(handler, event, tries, error, run)

        async def too_late() -> Try:
            error = InboxError(f"{handler.name} was put in after the inbox began: put it in before start()")
            return await self._decide(handler, event, tries, error, run)

        try:
            if not handler.transactional:
                found: Any = await DBOS.run_step_async({"name": STEP}, plain)
            elif self._datasource is None:
                found = await DBOS.run_step_async({"name": STEP}, too_late)
            else:
                found = await self._recorded_in_transaction(self._datasource, handler, event, tries, run)
        finally:
            # Only now, when it is recorded: as many as run at the same time also write at the same time.
            self._release_slot(run)
            self._busy.pop(run.claim, None)
            run.attempt = None
        return Try(*found)

    async def _recorded_in_transaction(
        self, datasource: SQLAlchemyDatasource, handler: Handler, event: AnyEvent, tries: list[Try], run: _Run
    ) -> Any:
        attempt, found, repeats = Attempt(), list[Any](), itertools.count(1)

        def in_transaction(datasource: SQLAlchemyDatasource) -> Try:
            if not attempt.may_begin():
                raise _RunEnded
            session = datasource.sql_session()
            if session.get_bind().dialect.name == "sqlite":
                # Python's sqlite3 begins at the first change, and SQLite then cannot always go on from what was read.
                session.execute(sa.text("begin immediate"))
            raw: Any = session.connection().connection.dbapi_connection
            attempt.on_expire = lambda: _roll_back(raw)
            error: BaseException | None = None
            try:
                reject_unfinished(handler.function(run.fresh(), session))
                session.flush()
            except BaseException as caught:
                if _is_passing(caught) and next(repeats) <= MAX_REPEATS:
                    raise  # DBOS makes the transaction anew
                error = caught
            finally:
                if isinstance(raw, sqlite3.Connection):
                    raw.set_authorizer(None)
            if self._abandoned or run.lost or not attempt.may_commit():
                raise _RunEnded from error  # and it is rolled back
            tried = self._decide_now(handler, event, tries, error, run)
            if error is not None:
                raise FailedError(f"{handler.name} failed", tried) from error
            return tried

        context = get_local_dbos_context()
        step = 0 if context is None else context.function_id
        await self._begin_try(run)
        run_step = lambda: found.append(datasource.run_tx_step({"name": STEP}, in_transaction, datasource))  # noqa: E731
        self._execution.begin_blocking(attempt, run_step)
        error = await self._ended(handler, run, attempt)
        if attempt.has_expired:
            if context is not None:
                context.function_id = step  # what the transaction would have recorded is recorded here

            async def expired() -> Try:
                return await self._decide(handler, event, tries, error, run)

            return await DBOS.run_step_async({"name": STEP}, expired)
        if isinstance(error, FailedError) and error.tried is not None:
            return error.tried
        if error is not None:
            if _is_of_the_database(error):
                raise error

            async def refused() -> Try:  # what the handler wrote was refused when it was committed
                return await self._decide(handler, event, tries, error, run)

            return await DBOS.run_step_async({"name": STEP}, refused)
        return found[0]

    async def _ended(self, handler: Handler, run: _Run, attempt: Attempt) -> BaseException | None:
        """Wait until a handler has ended, or has had its time; what it raised."""
        run.attempt = attempt
        limit = self._rules.handler_timeout if handler.timeout is None else handler.timeout
        done = asyncio.wrap_future(attempt.done)
        await asyncio.wait({done}, timeout=limit)
        while not done.done():
            if not attempt.expire():
                await asyncio.wait({done}, timeout=0.05)
                continue
            stack = attempt.stack()
            if attempt.on_expire is not None:
                await asyncio.to_thread(attempt.on_expire)
            if attempt.cancel():
                await asyncio.wait({done}, timeout=CANCEL_SECONDS)
            text = f"{handler.name} ran for longer than its limit of {limit:g} s"
            error: BaseException | None
            if done.done():
                error = TimeoutError(f"{text}, and was cancelled")
                error.__cause__ = done.result()
            else:
                run.overdue = attempt
                error = TimeoutError(f"{text}, and still runs: it is not started again until it has ended\n{stack}")
            break
        else:
            error = done.result()
        if self._abandoned or run.lost:
            raise _RunEnded
        return error

    async def _decide(
        self, handler: Handler, event: AnyEvent, tries: Sequence[Try], error: BaseException | None, run: _Run
    ) -> Try:
        if error is None:
            return self._decide_now(handler, event, tries, error, run)
        decided, attempt = list[Try](), Attempt()
        decide = lambda: decided.append(self._decide_now(handler, event, tries, error, run))  # noqa: E731
        self._execution.begin_blocking(attempt, decide)  # for the text of an error may be made by a program
        failed = await asyncio.wrap_future(attempt.done)
        if failed is not None:
            raise failed
        return decided[0]

    def _decide_now(
        self, handler: Handler, event: AnyEvent, tries: Sequence[Try], error: BaseException | None, run: _Run
    ) -> Try:
        """What comes after a try."""
        wanting = [handler.name for handler in self._handlers.wanting(event.name)]
        text = None
        if error is not None:
            text = _format(error)
        tried = after(wanting, tries, handler.name, text, self._rules.waits)
        if isinstance(tried.then, float):
            tried = tried._replace(retry_at=time.time() + tried.then)
        if error is not None:
            log.warning("%s: %s failed with %s", run.key, handler.name, type(error).__name__)
        run.made, run.error = True, error
        return tried

    async def _report(self, handler: Handler, run: _Run) -> None:
        """Tell ``on_error`` of a failed try, which is recorded by now and holds no slot."""
        error, on_error = run.error, self._rules.on_error
        if not run.made or error is None or on_error is None:
            return
        attempt = Attempt()
        self._execution.begin_blocking(attempt, lambda: on_error(run.fresh(), handler.name, error))
        done = asyncio.wrap_future(attempt.done)
        await asyncio.wait({done}, timeout=REPORT_SECONDS)
        if not done.done():
            log.warning("on_error still runs after %g s, and is left to itself", REPORT_SECONDS)
        elif (second := done.result()) is not None:
            log.warning("on_error failed with %s", type(second).__name__)


def _roll_back(connection: Any) -> None:
    """End a transaction from another thread than its handler's, which holds its locks for as long as it hangs."""
    with contextlib.suppress(Exception):
        if isinstance(connection, sqlite3.Connection):
            connection.interrupt()
            connection.rollback()
            connection.set_authorizer(_deny)  # or its next statement would lock it again
        else:
            connection.close()


def _deny(*_: str | int | None) -> int:
    return sqlite3.SQLITE_DENY


def _format(error: BaseException) -> str:
    try:
        text = "".join(traceback.format_exception(error))[-MOST_ERROR:]
    except BaseException as second:
        text = f"{type(error).__name__}, whose text cannot be made: {type(second).__name__}"
    return text.encode(errors="backslashreplace").decode()


def _is_of_the_database(error: BaseException) -> bool:
    """Whether an error says nothing of what a handler did: the database is away, or the event is in another hand."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return False
    return isinstance(error, SQLAlchemyError | dbos_errors.DBOSWorkflowConflictIDError | _RunEnded)


def _is_running(run: _Run) -> bool:
    attempt = run.overdue or run.attempt
    return attempt is not None and not attempt.done.done()


_running: Worker | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def handle(body: Body) -> None:
    """What DBOS runs for each event."""
    if _running is None:
        raise InboxError("no inbox runs in this process")
    await _running.handle(lambda: parse(bytes(body)))


def _is_passing(error: BaseException) -> bool:
    """Whether a transaction that failed so may succeed if it is made anew at once."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}:
        return True
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
