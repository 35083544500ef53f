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
from paystackease.webhooks.inbox.error_text import describe_error
from paystackease.webhooks.inbox.execution import HandlerExecutor, HandlerRun, Slots, reject_unfinished
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, plan_attempt
from paystackease.webhooks.inbox.serializer import HandlerFailedError
from paystackease.webhooks.inbox.store import Claim, EventStore

STEP = "try"
"""The name of each attempt's step in DBOS."""

REPORT_SECONDS = 10.0
"""How long an event waits for ``on_error``. After that ``on_error`` continues beside it."""

MAX_TRANSACTION_RETRIES = 10
"""How many times a transaction is retried immediately after a serialization failure. Then the attempt has failed."""

RECONNECT_SECONDS = 0.5
"""The interval at which a query is retried while the database cannot be reached."""

CANCEL_SECONDS = 1.0
"""How long a cancelled async handler may take to end."""

MAX_ERROR_CHARS = 8000
"""The most characters of a traceback that are stored."""

log = logging.getLogger("paystackease")


class AttemptRunner:
    """Runs the handlers of claimed events and records their attempts.

    :param stopping: Set when the worker stops. Then no further attempt begins.
    """

    def __init__(
        self,
        store: EventStore,
        handlers: HandlerRegistry,
        config: WorkerConfig,
        executor: HandlerExecutor,
        stopping: threading.Event,
    ) -> None:
        self._store, self._handlers, self._config = store, handlers, config
        self._executor, self._stopping = executor, stopping
        self._slots = Slots(config.max_concurrency)
        self.datasource: SQLAlchemyDatasource | None = None
        """The database of transactional handlers; None if there were none when the worker started."""
        self.running: dict[Claim, ClaimedEvent] = {}
        """The events whose handlers run. Only DBOS's event loop changes it; other threads read it."""
        self.is_abandoned = False
        """Whether the worker no longer waits for handlers. How a handler ends after that is not recorded."""

    async def query(self, query: Callable[[], bool]) -> bool:
        """Query the database in a thread, and retry while it cannot be reached."""
        while True:
            try:
                return await asyncio.to_thread(query)
            except SQLAlchemyError:
                if self._stopping.is_set():
                    raise RunEnded from None
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _begin_attempt(self, claimed: ClaimedEvent) -> None:
        """Wait for a slot, and check that this run still has the claim.

        :raises RunEnded: If it does not, or the worker stops.
        """
        await self._slots.acquire(retry=claimed.is_retry)
        claimed.has_slot = True
        if self._stopping.is_set():
            raise RunEnded
        self.running[claimed.claim] = claimed
        if claimed.is_lost or not await self.query(lambda: self._store.is_claimed_by(claimed.key, claimed.owner)):
            log.warning("%s is now claimed by another worker", claimed.key)
            raise RunEnded

    def _release_slot(self, claimed: ClaimedEvent) -> None:
        if claimed.has_slot:
            claimed.has_slot = False
            self._slots.release()

    async def record(
        self, handler: Handler, event: AnyEvent, attempts: list[HandlerAttempt], claimed: ClaimedEvent
    ) -> HandlerAttempt:
        """Make an attempt and record it, or return the record if the attempt was made before."""

        async def plain() -> HandlerAttempt:
            await self._begin_attempt(claimed)
            has_limit = self._limit_of(handler) is not None
            handler_run = self._executor.begin(handler.function, claimed.parse_event(), has_limit=has_limit)
            error = await self._wait_for_end(handler, claimed, handler_run)
            return await self._plan(handler, event, attempts, error, claimed)

        async def too_late() -> HandlerAttempt:
            error = InboxError(f"{handler.name} was registered after the inbox was started: register it before start()")
            return await self._plan(handler, event, attempts, error, claimed)

        try:
            if not handler.transactional:
                result: Any = await DBOS.run_step_async({"name": STEP}, plain)
            elif self.datasource is None:
                result = await DBOS.run_step_async({"name": STEP}, too_late)
            else:
                result = await self._record_transaction(self.datasource, handler, event, attempts, claimed)
        finally:
            # Not before it is recorded, so that no more attempts are written than run at the same time.
            self._release_slot(claimed)
            self.running.pop(claimed.claim, None)
            claimed.handler_run = None
        return HandlerAttempt(*result)

    async def _record_transaction(
        self,
        datasource: SQLAlchemyDatasource,
        handler: Handler,
        event: AnyEvent,
        attempts: list[HandlerAttempt],
        claimed: ClaimedEvent,
    ) -> Any:
        handler_run, result, retry_numbers = HandlerRun(), list[Any](), itertools.count(1)

        def in_transaction(datasource: SQLAlchemyDatasource) -> HandlerAttempt:
            if not handler_run.may_begin():
                raise RunEnded
            session = datasource.sql_session()
            if session.get_bind().dialect.name == "sqlite":
                # Python's sqlite3 begins a transaction at the first change. By then SQLite may reject the write,
                # because the rows that the handler has read are no longer current.
                session.execute(sa.text("begin immediate"))
            raw: Any = session.connection().connection.dbapi_connection
            handler_run.on_expire = lambda: _roll_back(raw)
            error: BaseException | None = None
            try:
                reject_unfinished(handler.function(claimed.parse_event(), session))
                session.flush()
            except BaseException as caught:
                if _is_transient(caught) and next(retry_numbers) <= MAX_TRANSACTION_RETRIES:
                    raise  # DBOS retries the transaction
                error = caught
            finally:
                if isinstance(raw, sqlite3.Connection):
                    raw.set_authorizer(None)
            if self.is_abandoned or claimed.is_lost or not handler_run.may_commit():
                raise RunEnded from error  # DBOS rolls the transaction back
            planned = self._plan_now(handler, event, attempts, error, claimed)
            if error is not None:
                raise HandlerFailedError(f"{handler.name} failed", planned) from error
            return planned

        context = get_local_dbos_context()
        step = 0 if context is None else context.function_id
        await self._begin_attempt(claimed)

        def run_step() -> None:
            result.append(datasource.run_tx_step({"name": STEP}, in_transaction, datasource))

        self._executor.begin_blocking(handler_run, run_step, has_limit=self._limit_of(handler) is not None)
        error = await self._wait_for_end(handler, claimed, handler_run)
        if handler_run.has_expired:
            if context is not None:
                context.function_id = step  # records the step in place of the transaction

            async def expired() -> HandlerAttempt:
                return await self._plan(handler, event, attempts, error, claimed)

            return await DBOS.run_step_async({"name": STEP}, expired)
        if isinstance(error, HandlerFailedError) and error.attempt is not None:
            return error.attempt
        if error is not None:
            if _is_database_error(error):
                raise error

            async def rejected() -> HandlerAttempt:  # the database rejected the commit
                return await self._plan(handler, event, attempts, error, claimed)

            return await DBOS.run_step_async({"name": STEP}, rejected)
        return result[0]

    def _limit_of(self, handler: Handler) -> float | None:
        return self._config.handler_timeout if handler.timeout is None else handler.timeout

    async def _wait_for_end(
        self, handler: Handler, claimed: ClaimedEvent, handler_run: HandlerRun
    ) -> BaseException | None:
        """Wait until a handler ends or exceeds its time limit, and return its error, or None if it succeeded."""
        claimed.handler_run = handler_run
        limit = self._limit_of(handler)
        done = asyncio.wrap_future(handler_run.done)
        await asyncio.wait({done}, timeout=limit)
        while not done.done():
            if not handler_run.expire():
                await asyncio.wait({done}, timeout=0.05)
                continue
            stack = handler_run.stack()
            if handler_run.on_expire is not None:
                await asyncio.to_thread(handler_run.on_expire)
            if handler_run.cancel():
                await asyncio.wait({done}, timeout=CANCEL_SECONDS)
            message = f"{handler.name} ran for longer than its limit of {limit:g} s"
            error: BaseException | None
            if done.done():
                error = TimeoutError(f"{message}, and was cancelled")
                error.__cause__ = done.result()
            else:
                claimed.overdue_run = handler_run
                error = TimeoutError(f"{message}, and still runs: it is not run again before it ends\n{stack}")
            break
        else:
            error = done.result()
        if self.is_abandoned or claimed.is_lost:
            raise RunEnded
        return error

    async def _plan(
        self,
        handler: Handler,
        event: AnyEvent,
        attempts: Sequence[HandlerAttempt],
        error: BaseException | None,
        claimed: ClaimedEvent,
    ) -> HandlerAttempt:
        if error is None:
            return self._plan_now(handler, event, attempts, error, claimed)
        decided, handler_run = list[HandlerAttempt](), HandlerRun()
        decide = lambda: decided.append(self._plan_now(handler, event, attempts, error, claimed))  # noqa: E731
        self._executor.begin_blocking(handler_run, decide)  # an error's __str__ may block
        failed = await asyncio.wrap_future(handler_run.done)
        if failed is not None:
            raise failed
        return decided[0]

    def _plan_now(
        self,
        handler: Handler,
        event: AnyEvent,
        attempts: Sequence[HandlerAttempt],
        error: BaseException | None,
        claimed: ClaimedEvent,
    ) -> HandlerAttempt:
        """Return the attempt with the decision about what follows it."""
        handler_names = [handler.name for handler in self._handlers.matching(event.name)]
        message = None
        if error is not None:
            message = _format_error(error)
        planned = plan_attempt(handler_names, attempts, handler.name, message, self._config.retry_delays)
        if isinstance(planned.next_step, float):
            planned = planned._replace(retry_at=time.time() + planned.next_step)
        if error is not None:
            log.warning("%s: %s failed with %s", claimed.key, handler.name, describe_error(error))
        claimed.was_attempted, claimed.error = True, error
        return planned

    async def report_failure(self, handler: Handler, claimed: ClaimedEvent) -> None:
        """Call ``on_error`` for a failed attempt. The attempt is already recorded, and its slot is released."""
        error, on_error = claimed.error, self._config.on_error
        if not claimed.was_attempted or error is None or on_error is None:
            return
        handler_run = HandlerRun()
        self._executor.begin_blocking(handler_run, lambda: on_error(claimed.parse_event(), handler.name, error))
        done = asyncio.wrap_future(handler_run.done)
        await asyncio.wait({done}, timeout=REPORT_SECONDS)
        if not done.done():
            log.warning("on_error still runs after %g s: the event no longer waits for it", REPORT_SECONDS)
        elif (report_error := done.result()) is not None:
            log.warning("on_error failed with %s", describe_error(report_error))


def _roll_back(connection: Any) -> None:
    """Roll a transaction back from another thread, because its handler hangs and would hold its locks."""
    with contextlib.suppress(Exception):
        if isinstance(connection, sqlite3.Connection):
            connection.interrupt()
            connection.rollback()
            connection.set_authorizer(_deny)  # otherwise the handler's next statement would lock the file again
        else:
            connection.close()


def _deny(*_: str | int | None) -> int:
    return sqlite3.SQLITE_DENY


def _format_error(error: BaseException) -> str:
    try:
        message = "".join(traceback.format_exception(error))[-MAX_ERROR_CHARS:]
    except BaseException as report_error:
        message = f"{type(error).__name__}, whose text cannot be formatted: {type(report_error).__name__}"
    return message.encode(errors="backslashreplace").decode()


def _is_database_error(error: BaseException) -> bool:
    """Return whether an error is not the handler's: the database cannot be reached, or another worker has the claim."""
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return False
    return isinstance(error, SQLAlchemyError | dbos_errors.DBOSWorkflowConflictIDError | RunEnded)


def _is_transient(error: BaseException) -> bool:
    """Return whether a transaction that failed with this error may succeed if it is retried immediately."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}:
        return True
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
