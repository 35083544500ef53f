"""Runs one attempt of a handler and records it as a step of DBOS. A recorded attempt is never made again."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, SQLAlchemyDatasource
from dbos import error as dbos_errors
from dbos._context import get_local_dbos_context  # the token of a claim is nowhere else
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from paystackease.errors import InboxError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import Handler, HandlerRegistry
from paystackease.webhooks.inbox.claimed_event import ClaimedEvent, RunEnded, WorkerConfig
from paystackease.webhooks.inbox.execution import HandlerExecutor, HandlerRun, Slots, reject_unfinished
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, plan_attempt
from paystackease.webhooks.inbox.serializer import HandlerFailedError
from paystackease.webhooks.inbox.store import Claim, Store

STEP = "try"
"""What DBOS knows each of them by."""

REPORT_SECONDS = 10.0
"""How long an event waits for ``on_error``, which goes on by itself then."""

MAX_TRANSACTION_RETRIES = 10
"""How often a transaction is retried at once after a serialization failure. After that the attempt has failed."""

RECONNECT_SECONDS = 0.5
"""How often a database is asked again that is away."""

CANCEL_SECONDS = 1.0
"""How long an async handler that is cancelled may take to end."""

MAX_ERROR_CHARS = 8000
"""As many characters of a traceback are kept."""

log = logging.getLogger("paystackease")


class AttemptRunner:
    """Runs the handlers of claimed events and records their attempts.

    :param stopping: Set when the worker stops: no further attempt begins then.
    """

    def __init__(
        self,
        store: Store,
        handlers: HandlerRegistry,
        config: WorkerConfig,
        executor: HandlerExecutor,
        stopping: threading.Event,
    ) -> None:
        self._store, self._handlers, self._config = store, handlers, config
        self._execution, self._stopping = executor, stopping
        self._slots = Slots(config.max_concurrency)
        self.datasource: SQLAlchemyDatasource | None = None
        """The database of transactional handlers; None if there were none when the worker started."""
        self.executing: dict[Claim, ClaimedEvent] = {}
        """The events whose handlers run. Changed in DBOS's event loop alone, and read elsewhere."""
        self.is_abandoned = False
        """Whether the worker no longer waits: a handler that ends from now on has not failed."""

    async def query(self, question: Callable[[], bool]) -> bool:
        """Ask the database, in a thread, and again if it is away."""
        while True:
            try:
                return await asyncio.to_thread(question)
            except SQLAlchemyError:
                if self._stopping.is_set():
                    raise RunEnded from None
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _begin_attempt(self, run: ClaimedEvent) -> None:
        """Wait for a slot, and see that the event still is in this hand."""
        await self._slots.acquire(retry=run.retry)
        run.has_slot = True
        if self._stopping.is_set():
            raise RunEnded
        self.executing[run.claim] = run
        if run.lost or not await self.query(lambda: self._store.is_claimed_by(run.key, run.owner)):
            log.warning("%s is in another hand by now, and is left to it", run.key)
            raise RunEnded

    def _release_slot(self, run: ClaimedEvent) -> None:
        if run.has_slot:
            run.has_slot = False
            self._slots.release()

    async def record(
        self, handler: Handler, event: AnyEvent, tries: list[HandlerAttempt], run: ClaimedEvent
    ) -> HandlerAttempt:
        """One try, or what is recorded of it."""

        async def plain() -> HandlerAttempt:
            await self._begin_attempt(run)
            error = await self._wait_for_end(handler, run, self._execution.begin(handler.function, run.fresh()))
            return await self._plan(handler, event, tries, error, run)

        async def too_late() -> HandlerAttempt:
            error = InboxError(f"{handler.name} was registered after the inbox was started: register it before start()")
            return await self._plan(handler, event, tries, error, run)

        try:
            if not handler.transactional:
                found: Any = await DBOS.run_step_async({"name": STEP}, plain)
            elif self.datasource is None:
                found = await DBOS.run_step_async({"name": STEP}, too_late)
            else:
                found = await self._record_transaction(self.datasource, handler, event, tries, run)
        finally:
            # Only now, when it is recorded: as many as run at the same time also write at the same time.
            self._release_slot(run)
            self.executing.pop(run.claim, None)
            run.attempt = None
        return HandlerAttempt(*found)

    async def _record_transaction(
        self,
        datasource: SQLAlchemyDatasource,
        handler: Handler,
        event: AnyEvent,
        tries: list[HandlerAttempt],
        run: ClaimedEvent,
    ) -> Any:
        attempt, found, repeats = HandlerRun(), list[Any](), itertools.count(1)

        def in_transaction(datasource: SQLAlchemyDatasource) -> HandlerAttempt:
            if not attempt.may_begin():
                raise RunEnded
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
                if _is_transient(caught) and next(repeats) <= MAX_TRANSACTION_RETRIES:
                    raise  # DBOS retries the transaction
                error = caught
            finally:
                if isinstance(raw, sqlite3.Connection):
                    raw.set_authorizer(None)
            if self.is_abandoned or run.lost or not attempt.may_commit():
                raise RunEnded from error  # and it is rolled back
            tried = self._plan_now(handler, event, tries, error, run)
            if error is not None:
                raise HandlerFailedError(f"{handler.name} failed", tried) from error
            return tried

        context = get_local_dbos_context()
        step = 0 if context is None else context.function_id
        await self._begin_attempt(run)

        def run_step() -> None:
            found.append(datasource.run_tx_step({"name": STEP}, in_transaction, datasource))

        self._execution.begin_blocking(attempt, run_step)
        error = await self._wait_for_end(handler, run, attempt)
        if attempt.has_expired:
            if context is not None:
                context.function_id = step  # what the transaction would have recorded is recorded here

            async def expired() -> HandlerAttempt:
                return await self._plan(handler, event, tries, error, run)

            return await DBOS.run_step_async({"name": STEP}, expired)
        if isinstance(error, HandlerFailedError) and error.tried is not None:
            return error.tried
        if error is not None:
            if _is_database_error(error):
                raise error

            async def refused() -> HandlerAttempt:  # what the handler wrote was refused when it was committed
                return await self._plan(handler, event, tries, error, run)

            return await DBOS.run_step_async({"name": STEP}, refused)
        return found[0]

    async def _wait_for_end(self, handler: Handler, run: ClaimedEvent, attempt: HandlerRun) -> BaseException | None:
        """Wait until a handler has ended, or has had its time; what it raised."""
        run.attempt = attempt
        limit = self._config.handler_timeout if handler.timeout is None else handler.timeout
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
        if self.is_abandoned or run.lost:
            raise RunEnded
        return error

    async def _plan(
        self,
        handler: Handler,
        event: AnyEvent,
        tries: Sequence[HandlerAttempt],
        error: BaseException | None,
        run: ClaimedEvent,
    ) -> HandlerAttempt:
        if error is None:
            return self._plan_now(handler, event, tries, error, run)
        decided, attempt = list[HandlerAttempt](), HandlerRun()
        decide = lambda: decided.append(self._plan_now(handler, event, tries, error, run))  # noqa: E731
        self._execution.begin_blocking(attempt, decide)  # for the text of an error may be made by a program
        failed = await asyncio.wrap_future(attempt.done)
        if failed is not None:
            raise failed
        return decided[0]

    def _plan_now(
        self,
        handler: Handler,
        event: AnyEvent,
        tries: Sequence[HandlerAttempt],
        error: BaseException | None,
        run: ClaimedEvent,
    ) -> HandlerAttempt:
        """What comes after a try."""
        wanting = [handler.name for handler in self._handlers.matching(event.name)]
        text = None
        if error is not None:
            text = _format_error(error)
        tried = plan_attempt(wanting, tries, handler.name, text, self._config.retry_delays)
        if isinstance(tried.then, float):
            tried = tried._replace(retry_at=time.time() + tried.then)
        if error is not None:
            log.warning("%s: %s failed with %s", run.key, handler.name, type(error).__name__)
        run.made, run.error = True, error
        return tried

    async def report_failure(self, handler: Handler, run: ClaimedEvent) -> None:
        """Tell ``on_error`` of a failed try, which is recorded by now and holds no slot."""
        error, on_error = run.error, self._config.on_error
        if not run.made or error is None or on_error is None:
            return
        attempt = HandlerRun()
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


def _format_error(error: BaseException) -> str:
    try:
        text = "".join(traceback.format_exception(error))[-MAX_ERROR_CHARS:]
    except BaseException as second:
        text = f"{type(error).__name__}, whose text cannot be made: {type(second).__name__}"
    return text.encode(errors="backslashreplace").decode()


def _is_database_error(error: BaseException) -> bool:
    """Whether an error says nothing of what a handler did: the database is away, or the event is in another hand."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return False
    return isinstance(error, SQLAlchemyError | dbos_errors.DBOSWorkflowConflictIDError | RunEnded)


def _is_transient(error: BaseException) -> bool:
    """Return whether a transaction that failed with this error may succeed if it is retried at once."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}:
        return True
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
