"""Runs the handlers of the events in an inbox, on DBOS.

A process has one DBOS, and so one worker. It is told what to do by :mod:`~paystackease.webhooks._tries`; each try is a
step that DBOS records. That a try was recorded means that it is never made again.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import threading
import time
import traceback
import uuid
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from paystackease.errors import InboxError
from paystackease.webhooks._database import SCHEMA, Alive, end, prepare_functions
from paystackease.webhooks._store import APPLICATION, QUEUE, VERSION, WORKFLOW, Body, FailedError, Json, Store
from paystackease.webhooks._tries import Try, after, due
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import Handler, Handlers, call
from paystackease.webhooks.verify import parse

HELD = 16
"""How many events a worker holds for each that it handles: most of them wait for another round."""

HOUSE_SECONDS = 1.0
"""How often a worker says that it lives, and looks who does not."""

TIDY_SECONDS = 3600.0
"""How often a worker deletes what was kept for long enough."""

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
    transactions: str
    on_error: Callable[[AnyEvent, str, Exception], object] | None


class SetAsideError(Exception):
    """An event is left to a person."""


def _is_news(record: logging.LogRecord) -> bool:
    # DBOS logs, with all its frames, that a workflow ended with an error. That an event is set aside was logged.
    return not (record.exc_info and isinstance(record.exc_info[1], SetAsideError))


class Worker:
    """Handles events from :meth:`start` to :meth:`stop`."""

    def __init__(self, store: Store, handlers: Handlers, rules: Rules, tidy: Callable[[], object]) -> None:
        self._store, self._handlers, self._rules, self._tidy = store, handlers, rules, tidy
        self._name = uuid.uuid4().hex
        self._ending = contextlib.ExitStack()
        self._slots: asyncio.Semaphore | None = None
        self._datasource: SQLAlchemyDatasource | None = None
        self._busy = 0
        self._stopping = threading.Event()

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
            self._ending.close()
            raise

    def _begin(self) -> None:
        global _running
        _running = self
        DBOS.listen_queues([QUEUE])
        if any(handler.transactional for handler in self._handlers):
            self._datasource = SQLAlchemyDatasource.create(
                self._rules.transactions,
                {"pool_size": self._rules.at_once, "max_overflow": 0},
                schema=SCHEMA,
                serializer=Json(),
            )
            self._ending.callback(end, self._datasource.engine)
            if self._datasource.engine.dialect.name == "sqlite":
                event.listen(self._datasource.engine, "connect", prepare_functions)
                self._datasource.engine.dispose()  # it has made connections without
        alive = self._store.database.alive(self._name)
        self._ending.callback(alive.release)
        # In a thread, where no event loop runs: DBOS would take that for its own, and your handlers would hold up
        # whatever else is in it.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(DBOS.launch).result()
        house = threading.Thread(target=self._keep_house, args=(alive,), name="paystackease-inbox", daemon=True)
        house.start()
        self._ending.callback(house.join, 10)

    def _leave(self) -> None:
        global _running
        DBOS.destroy()
        _running = None

    def stop(self, timeout: float) -> None:
        """End.

        :param timeout: How many seconds to wait for handlers that run. Their events, and those that wait, are handled
            by the next worker.
        """
        self._stopping.set()
        end = time.monotonic() + timeout
        while self._busy and time.monotonic() < end:
            time.sleep(0.01)
        self._ending.close()

    def _keep_house(self, alive: Alive) -> None:
        tidy_at = 0.0
        while not self._stopping.is_set():
            try:
                alive.keep()
                self._store.take_over(self._name, self._rules.most_starts)
                if time.monotonic() >= tidy_at:
                    self._tidy()
                    tidy_at = time.monotonic() + TIDY_SECONDS
            except Exception as error:
                # The database is away: it is asked again.
                log.warning("the inbox could not be looked after: %s", type(error).__name__)
            self._stopping.wait(HOUSE_SECONDS)

    async def handle(self, event: AnyEvent) -> None:
        """Handle an event from the beginning, or from where it was left."""
        tries: list[Try] = []
        while True:
            wanting = self._handlers.wanting(event.name)
            name = due([handler.name for handler in wanting], tries)
            handler = next((handler for handler in wanting if handler.name == name), None)
            if handler is None:
                return
            made: list[Try] = []
            tries.append(await self._step(handler, event, tries, made))
            match tries[-1].then:
                case "done":
                    return
                case "aside" if made:
                    log.error("%s was set aside: see inbox.show()", DBOS.workflow_id)
                    # None of what the handlers said: DBOS writes this to its log.
                    raise SetAsideError(f"{len(tries)} tries, the last of {tries[-1].handler}")
                case float(seconds):
                    await DBOS.sleep_async(seconds)
                case _:
                    # Another handler; or the event was set aside before, and a person has it tried anew.
                    pass

    async def _step(self, handler: Handler, event: AnyEvent, tries: list[Try], made: list[Try]) -> Try:
        """One try, or what is recorded of it. It is put into ``made`` only if it is made now."""
        if self._slots is None:
            self._slots = asyncio.Semaphore(self._rules.at_once)
        async with self._slots:
            if self._stopping.is_set():
                await asyncio.Event().wait()  # until DBOS, which ends, cancels it
            self._busy += 1
            try:
                return await self._recorded(handler, event, tries, made)
            finally:
                self._busy -= 1

    async def _recorded(self, handler: Handler, event: AnyEvent, tries: list[Try], made: list[Try]) -> Try:
        def ended(error: Exception | None) -> Try:
            made.append(self._ended(handler, event, tries, error))
            return made[-1]

        def plain() -> Try:
            try:
                call(handler.function, event)
            except Exception as error:
                return ended(error)
            return ended(None)

        async def asynchronous() -> Try:
            try:
                await cast("Callable[[AnyEvent], Awaitable[object]]", handler.function)(event)
            except Exception as error:
                return ended(error)
            return ended(None)

        def too_late() -> Try:
            return ended(InboxError(f"{handler.name} was put in after the inbox began: put it in before start()"))

        datasource = self._datasource

        def in_transaction(datasource: SQLAlchemyDatasource) -> Try:
            session = datasource.sql_session()
            if session.get_bind().dialect.name == "sqlite":
                # Python's sqlite3 begins at the first change, and SQLite then cannot always go on from what was read.
                session.execute(sa.text("begin immediate"))
            try:
                handler.function(event, session)
                session.flush()
            except Exception as error:
                if _is_passing(error):
                    raise  # DBOS makes the transaction anew
                tried = ended(error)
                raise FailedError(f"{handler.name} failed", tried) from error
            return ended(None)

        if handler.transactional and datasource is None:
            found: Any = await DBOS.run_step_async({"name": STEP}, too_late)
        elif handler.transactional and datasource is not None:
            try:
                found = await asyncio.to_thread(
                    lambda: datasource.run_tx_step({"name": STEP}, in_transaction, datasource)
                )
            except FailedError as failed:
                found = failed.tried
        elif inspect.iscoroutinefunction(handler.function):
            found = await DBOS.run_step_async({"name": STEP}, asynchronous)
        else:
            found = await DBOS.run_step_async({"name": STEP}, plain)
        return Try(*found)

    def _ended(self, handler: Handler, event: AnyEvent, tries: Sequence[Try], error: Exception | None) -> Try:
        wanting = [handler.name for handler in self._handlers.wanting(event.name)]
        if error is None:
            return after(wanting, tries, handler.name, None, self._rules.waits)
        text = "".join(traceback.format_exception(error))[-MOST_ERROR:]
        tried = after(wanting, tries, handler.name, text, self._rules.waits)
        log.warning("%s: %s failed with %s", DBOS.workflow_id, handler.name, type(error).__name__)
        if self._rules.on_error is not None:
            try:
                self._rules.on_error(event, handler.name, error)
            except Exception as second:
                log.warning("on_error failed with %s", type(second).__name__)
        return tried


_running: Worker | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def handle(body: Body) -> None:
    """What DBOS runs for each event."""
    if _running is None:
        raise InboxError("no inbox runs in this process")
    await _running.handle(parse(bytes(body)))


def _is_passing(error: Exception) -> bool:
    """Whether a transaction that failed so may succeed if it is made anew at once."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}:
        return True
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)
