"""Runs the handlers of the events in an inbox, on DBOS.

A process has one DBOS, and so one worker. :mod:`paystackease.webhooks.inbox.retry_plan` decides what it does; each
attempt is a step that DBOS records. A recorded attempt is never made again.

An event that waits for a retry belongs to no process: its run ends, and :meth:`Store.requeue_due` puts it back into the
queue when it is due. Its next run reads the recorded attempts, and resumes after the last one.

DBOS gives each claim of an event a token, and records nothing for a claim whose token is no longer the event's. So a
worker that was treated as dead finishes nothing of what another has reclaimed.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from dbos import error as dbos_errors
from dbos._context import get_local_dbos_context  # the token of a claim is nowhere else
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from paystackease.errors import InboxError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.inbox.attempts import CANCEL_SECONDS, AttemptRunner
from paystackease.webhooks.inbox.claimed_event import (
    ClaimedEvent,
    DeadLetteredError,
    RunEnded,
    WorkerConfig,
    is_running,
)
from paystackease.webhooks.inbox.database import SCHEMA, Lease, close_engine
from paystackease.webhooks.inbox.execution import HandlerExecutor
from paystackease.webhooks.inbox.periodic import start_periodic_task
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, next_handler
from paystackease.webhooks.inbox.serializer import Body, JSONSerializer
from paystackease.webhooks.inbox.sqlite import register_functions
from paystackease.webhooks.inbox.store import (
    APPLICATION,
    BATCH,
    QUEUE,
    VERSION,
    WORKFLOW,
    Claim,
    Store,
)
from paystackease.webhooks.signature import parse

PREFETCH_FACTOR = 16
"""How many events a worker holds for each that it handles, so that it has enough to do until it looks again."""

LEASE_SECONDS = 1.0
"""How often a worker says that it lives, at the least."""

RECLAIM_SECONDS = 1.0
"""How often a worker looks who does not live any more."""

CHECK_SECONDS = 5.0
"""How often a worker compares what it has in hand with what the database says."""

PURGE_SECONDS = 3600.0
"""How often a worker deletes what was kept for long enough."""

log = logging.getLogger("paystackease")


def _is_loggable(record: logging.LogRecord) -> bool:
    # DBOS logs, with all its frames, that a workflow ended with an error. That an event is dead-lettered was logged.
    return not (record.exc_info and isinstance(record.exc_info[1], DeadLetteredError))


class Worker:
    """Handles events from :meth:`start` to :meth:`stop`.

    :param on_death: Is called if the worker cannot go on.
    """

    def __init__(
        self,
        store: Store,
        handlers: HandlerRegistry,
        config: WorkerConfig,
        purge: Callable[[], object],
        on_death: Callable[[], object],
    ) -> None:
        self._store, self._handlers, self._config, self._purge = store, handlers, config, purge
        self._on_death = on_death
        self._name = uuid.uuid4().hex
        self._ending = contextlib.ExitStack()
        self._execution = HandlerExecutor()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lease: Lease | None = None
        # Changed in DBOS's event loop alone, and read elsewhere.
        self._runs: dict[Claim, ClaimedEvent] = {}
        self._overdue: dict[Claim, ClaimedEvent] = {}
        self._requeued: dict[str, float] = {}
        self._unknown: set[Claim] = set()
        self._stopping = threading.Event()
        self._attempts = AttemptRunner(store, handlers, config, self._execution, self._stopping)
        self._check_now = threading.Event()

    def start(self) -> None:
        """Begin.

        :raises paystackease.errors.InboxError: If this process has a DBOS already.
        """
        database, max_concurrency = self._store.database, self._config.max_concurrency
        self._store.client.register_queue(
            QUEUE,
            partition_concurrency=1,  # one event of a subject at a time
            worker_concurrency=PREFETCH_FACTOR * max_concurrency,
            polling_interval_sec=self._config.poll,
        )
        engine = database.create_engine(2 + max_concurrency)
        self._ending.callback(close_engine, engine)
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": engine,
            "dbos_system_schema": SCHEMA,
            "serializer": JSONSerializer(),
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "WARNING",
            # An inbox uses no notifications. DBOS polls for them, and sleeps for this long before it can be stopped.
            "notification_listener_polling_interval_sec": min(max(self._config.poll, 0.01), 1.0),
        }
        try:
            DBOS(config=config)  # which gives the one that there is, if there is one
            if DBOS.executor_id != self._name:
                raise InboxError(
                    "this process runs DBOS already, and can have only one: "
                    "let the inbox run in a process of its own, with inbox.run()"
                )
            self._ending.callback(self._destroy_dbos)
            DBOS.logger.addFilter(_is_loggable)
            self._ending.callback(DBOS.logger.removeFilter, _is_loggable)
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
            datasource = self._attempts.datasource = SQLAlchemyDatasource.create(
                self._config.transactions,
                # One that hangs past its limit has a connection, and no slot.
                {"pool_size": self._config.max_concurrency, "max_overflow": -1},
                schema=SCHEMA,
                serializer=JSONSerializer(),
            )
            self._ending.callback(close_engine, datasource.engine)
            if datasource.engine.dialect.name == "sqlite":
                event.listen(datasource.engine, "connect", register_functions)
                datasource.engine.dispose()  # it has made connections without
        self._lease = self._store.database.acquire_lease(self._name)
        self._ending.callback(self._release_lease)
        self._execution.start()
        # In a thread, where no event loop runs: DBOS would take that for its own, and hold up whatever else is in it.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(DBOS.launch).result()
        # Each by itself: one that fails, or hangs, keeps no other from running.
        self._repeat("lease", min(LEASE_SECONDS, max(self._config.grace / 4, 0.05)), self._renew_lease)
        self._repeat("wake", self._config.poll, self._requeue_due, rest=10)
        self._repeat("overdue", self._config.poll, self._resume_overdue)
        self._repeat("reclaim", RECLAIM_SECONDS, lambda: self._store.reclaim(self._name, self._config.max_crashes))
        self._repeat("check", CHECK_SECONDS, self._check_claims, wait=self._check_now)
        self._repeat("tidy", PURGE_SECONDS, self._purge)

    def _repeat(
        self,
        name: str,
        seconds: float,
        step: Callable[[], object],
        *,
        rest: float = 0.0,
        wait: threading.Event | None = None,
    ) -> None:
        thread = start_periodic_task(name, seconds, step, self._stopping, rest=rest, wait=wait)
        self._ending.callback(thread.join, 2)

    def _destroy_dbos(self) -> None:
        global _running
        try:
            DBOS.destroy()
        except RuntimeError as error:  # its event loop has ended already
            log.warning("DBOS did not end as it should: %s", error)
        _running = None

    def _release_lease(self) -> None:
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
        while self._attempts.executing and time.monotonic() < end:
            time.sleep(0.01)
        self._attempts.is_abandoned = True  # what ends from now on has not failed: it was not let end
        left = list(self._attempts.executing.values())
        self._cancel(left)
        hung = [run for run in [*self._attempts.executing.values(), *self._overdue.values()] if is_running(run)]
        for run in hung:
            log.error("%s: a handler still runs, and is left: its event is handled by the next worker", run.key)
        self._release_claims({run.claim for run in hung})
        if hung:
            self._hold_lease_until_ended(hung)
        ended = self._execution.stop(CANCEL_SECONDS)
        self._ending.close()
        return ended and not hung and not left

    def _cancel(self, runs: Sequence[ClaimedEvent]) -> None:
        attempts = [attempt for run in runs if (attempt := run.attempt) is not None and attempt.cancel()]
        end = time.monotonic() + CANCEL_SECONDS
        while time.monotonic() < end and not all(attempt.done.done() for attempt in attempts):
            time.sleep(0.01)

    def _hold_lease_until_ended(self, hung: Sequence[ClaimedEvent]) -> None:
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

    def _release_claims(self, kept: set[Claim]) -> None:
        """End DBOS, and put back into the queue what was claimed and does not run."""
        self._destroy_dbos()
        try:
            self._store.release_claims(self._store.list_claims(self._name) - kept)
        except Exception as error:
            log.warning("events are handed over only when this process has ended: %s", type(error).__name__)

    # Maintenance

    def _renew_lease(self) -> None:
        if (self._loop is not None and not self._loop.is_running()) or not self._execution.is_alive():
            self._fail()
            return
        lease = self._lease
        if lease is not None and not lease.renew():
            log.warning("the inbox's lease was lost, and is taken again")
            self._check_now.set()

    def _fail(self) -> None:
        if not self._stopping.is_set():
            log.critical(
                "the inbox's event loop has ended: this process handles no more events, and gives up its lease"
            )
            self._stopping.set()
            self._check_now.set()
            self._release_lease()
            self._on_death()

    def _requeue_due(self) -> None:
        now = time.monotonic()
        for key, at in list(self._requeued.items()):
            if now - at > CHECK_SECONDS:  # another has it in hand
                self._requeued.pop(key, None)
        # Half of what this worker holds at the most, so that what is new is not behind all that is tried again.
        total = PREFETCH_FACTOR * self._config.max_concurrency
        retries = sum(run.retry for run in list(self._runs.values())) + len(self._requeued)
        room = min(max(total // 2, 1) - retries, total - len(self._runs))
        if room > 0:
            self._requeued.update(dict.fromkeys(self._store.requeue_due(min(room, BATCH)), now))

    def _resume_overdue(self) -> None:
        for run in list(self._overdue.values()):
            if not is_running(run):
                # Its next run reads what was decided.
                self._store.postpone(run.key, run.owner, run.retry_at)
                self._overdue.pop(run.claim, None)

    def _check_claims(self) -> None:
        """Compare what this worker has in hand with what the database says."""
        before = {**self._runs, **self._overdue}
        held = self._store.list_claims(self._name)
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
        for key in self._store.release_claims(orphans):
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
        run = ClaimedEvent(context.workflow_id, context.owner_xid, fresh)
        self._requeued.pop(run.key, None)
        self._runs[run.claim] = run
        try:
            await self._handle(fresh(), run)
        except dbos_errors.DBOSWorkflowConflictIDError:
            log.warning("%s is in another hand by now, and is left to it", run.key)
            raise RunEnded from None
        except SQLAlchemyError as error:
            # It is not the event's fault.
            log.warning("%s: the database failed with %s; it is tried again", run.key, type(error).__name__)
            await self._postpone(run, time.time() + CHECK_SECONDS)
        finally:
            self._runs.pop(run.claim, None)

    async def _handle(self, event: AnyEvent, run: ClaimedEvent) -> None:
        tries: list[HandlerAttempt] = []
        while True:
            wanting = self._handlers.matching(event.name)
            name = next_handler([handler.name for handler in wanting], tries)
            handler = next((handler for handler in wanting if handler.name == name), None)
            if handler is None:
                return
            run.made, run.error = False, None
            tries.append(await self._attempts.record(handler, event, tries, run))
            tried = tries[-1]
            await self._attempts.report_failure(handler, run)
            if run.overdue is not None:
                # It stays in this hand, and in no slot, for as long as the handler runs.
                run.retry_at = tried.retry_at
                self._overdue[run.claim] = run
                raise RunEnded
            match tried.then:
                case "done":
                    return
                case "aside" if run.made or not await self._was_replayed(run, len(tries)):
                    log.error("%s was dead-lettered: see inbox.show()", run.key)
                    # None of what the handlers said: DBOS writes this to its log.
                    raise DeadLetteredError(f"{len(tries)} tries, the last of {tried.handler}")
                case float():
                    run.retry = True
                    if tried.retry_at > time.time() and (run.made or not await self._has_waited(run, tried.retry_at)):
                        await self._postpone(run, tried.retry_at)
                case _:
                    # Another handler; or the event was dead-lettered before, and a person has it tried anew.
                    pass

    async def _has_waited(self, run: ClaimedEvent, until: float) -> bool:
        # Who woke it has another clock, perhaps.
        return await self._attempts.query(lambda: self._store.has_waited(run.key, until))

    async def _was_replayed(self, run: ClaimedEvent, tries: int) -> bool:
        # If not, a process died after the last try, and before the event was dead-lettered.
        return await self._attempts.query(lambda: self._store.was_replayed(run.key, tries))

    async def _postpone(self, run: ClaimedEvent, until: float) -> None:
        """End the run, and have the event wait in the database."""
        await self._attempts.query(lambda: self._store.postpone(run.key, run.owner, until))
        raise RunEnded


_running: Worker | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def handle(body: Body) -> None:
    """What DBOS runs for each event."""
    if _running is None:
        raise InboxError("no inbox runs in this process")
    await _running.handle(lambda: parse(bytes(body)))
