"""Runs the handlers of the events in an inbox, on DBOS.

A process has one DBOS, and so one worker. :mod:`paystackease.webhooks.inbox.retry_plan` decides what it does; each
attempt is a step that DBOS records. A recorded attempt is never made again.

An event that waits for a retry belongs to no process: its run ends, and :meth:`Store.requeue_due` puts it back into the
queue when it is due. Its next run reads the recorded attempts, and resumes after the last one.

DBOS gives each claim of an event a token, and records nothing for a claim whose token is no longer the event's. So a
worker that was treated as dead records nothing for events that another worker has reclaimed.
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
from paystackease.webhooks.inbox import claimed_event
from paystackease.webhooks.inbox.attempts import CANCEL_SECONDS, AttemptRunner
from paystackease.webhooks.inbox.claimed_event import ClaimedEvent, DeadLetteredError, RunEnded, WorkerConfig
from paystackease.webhooks.inbox.database import SCHEMA, Lease, close_engine
from paystackease.webhooks.inbox.event_queue import PREFETCH_FACTOR, QUEUE, register_queue
from paystackease.webhooks.inbox.execution import HandlerExecutor
from paystackease.webhooks.inbox.periodic import start_periodic_task
from paystackease.webhooks.inbox.retry_plan import HandlerAttempt, next_handler
from paystackease.webhooks.inbox.serializer import Body, JSONSerializer
from paystackease.webhooks.inbox.sqlite import register_functions
from paystackease.webhooks.inbox.store import (
    APPLICATION,
    BATCH,
    VERSION,
    WORKFLOW,
    Claim,
    EventStore,
)
from paystackease.webhooks.signature import parse

LEASE_SECONDS = 1.0
"""The longest interval at which a worker renews its lease."""

NOTIFICATION_SECONDS = 0.02
"""The interval at which DBOS polls for notifications. An inbox uses none, so nothing is queried. DBOS cannot stop
before this interval is over.
"""

RECLAIM_SECONDS = 1.0
"""The interval at which a worker looks for dead processes."""

CHECK_SECONDS = 5.0
"""The interval at which a worker compares its claims with the database."""

PURGE_SECONDS = 3600.0
"""The interval at which a worker deletes events whose retention is over."""

log = logging.getLogger("paystackease")


class Worker:
    """Handles events from :meth:`start` to :meth:`stop`.

    :param on_death: Called if the worker cannot continue.
    """

    def __init__(
        self,
        store: EventStore,
        handlers: HandlerRegistry,
        config: WorkerConfig,
        purge: Callable[[], object],
        on_death: Callable[[], object],
        executor: HandlerExecutor | None = None,
    ) -> None:
        self._store, self._handlers, self._config = store, handlers, config
        self._purge, self._on_death = purge, on_death
        self._name = uuid.uuid4().hex
        self._exit_stack = contextlib.ExitStack()
        self._executor = executor or HandlerExecutor()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lease: Lease | None = None
        # Only DBOS's event loop changes these; other threads read them.
        self._claimed: dict[Claim, ClaimedEvent] = {}
        self._overdue: dict[Claim, ClaimedEvent] = {}
        self._requeued: dict[str, float] = {}
        self._unknown_claims: set[Claim] = set()
        self._stopping = threading.Event()
        self._attempts = AttemptRunner(store, handlers, config, self._executor, self._stopping)
        self._check_now = threading.Event()

    def start(self) -> None:
        """Start to handle events.

        :raises paystackease.errors.InboxError: If this process runs DBOS already.
        """
        max_concurrency = self._config.max_concurrency
        register_queue(self._store.client, self._config.poll, max_concurrency)
        engine = self._store.database.create_engine(2 + max_concurrency)
        self._exit_stack.callback(close_engine, engine)
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": engine,
            "dbos_system_schema": SCHEMA,
            "serializer": JSONSerializer(),
            "application_version": VERSION,
            "executor_id": self._name,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": NOTIFICATION_SECONDS,
        }
        try:
            DBOS(config=config)  # returns the existing instance if there is one
            if DBOS.executor_id != self._name:
                raise InboxError(
                    "this process runs DBOS already, and can have only one: "
                    "run the inbox in a separate process, with inbox.run()"
                )
            self._exit_stack.callback(self._destroy_dbos)
            DBOS.logger.addFilter(claimed_event.is_loggable)
            self._exit_stack.callback(DBOS.logger.removeFilter, claimed_event.is_loggable)
            self._launch()
        except BaseException:
            self._stopping.set()
            self._exit_stack.close()
            raise

    def _launch(self) -> None:
        global _running
        _running = self
        DBOS.listen_queues([QUEUE])
        if any(handler.transactional for handler in self._handlers):
            datasource = self._attempts.datasource = SQLAlchemyDatasource.create(
                self._config.transactions,
                # A handler that hangs past its limit has a connection, but no slot.
                {"pool_size": self._config.max_concurrency, "max_overflow": -1},
                schema=SCHEMA,
                serializer=JSONSerializer(),
            )
            self._exit_stack.callback(close_engine, datasource.engine)
            if datasource.engine.dialect.name == "sqlite":
                event.listen(datasource.engine, "connect", register_functions)
                datasource.engine.dispose()  # closes connections that lack the functions
        self._lease = self._store.database.acquire_lease(self._name)
        self._exit_stack.callback(self._release_lease)
        self._executor.start()
        # In a thread without an event loop: DBOS would use a running loop as its own, and block the other tasks in it.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(DBOS.launch).result()
        # Each in its own thread, so that one that fails or hangs does not stop the others.
        self._repeat("lease", min(LEASE_SECONDS, max(self._config.grace / 4, 0.05)), self._renew_lease)
        if self._config.round is None:
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
        self._exit_stack.callback(thread.join, 2)

    def _destroy_dbos(self) -> None:
        global _running
        try:
            DBOS.destroy()
        except RuntimeError as error:  # its event loop has ended already
            log.warning("DBOS did not stop cleanly: %s", error)
        _running = None

    def _release_lease(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release()

    def abandon(self) -> None:
        """Begin no further attempt, and record no result of those that run."""
        self._stopping.set()
        self._attempts.is_abandoned = True

    def stop(self, timeout: float) -> bool:
        """Stop handling events.

        :param timeout: How many seconds to wait for running handlers. The next worker handles their events, if they do
            not end, and those that wait.
        :return: Whether all running handlers ended by themselves.
        """
        self._stopping.set()
        self._check_now.set()
        end = time.monotonic() + timeout
        while self._attempts.running and time.monotonic() < end:
            time.sleep(0.01)
        self._attempts.is_abandoned = True  # a handler that ends after this was cancelled, and has not failed
        unfinished = list(self._attempts.running.values())
        claimed_event.cancel_runs(unfinished, CANCEL_SECONDS)
        unreturned = [*self._attempts.running.values(), *self._overdue.values()]
        hung = [claimed for claimed in unreturned if claimed_event.is_running(claimed)]
        for claimed in hung:
            log.error("%s: a handler still runs when the worker stops: the next worker handles its event", claimed.key)
        self._release_claims({claimed.claim for claimed in hung})
        if hung:
            self._hold_lease_until_ended(hung)
        ended = self._executor.stop(CANCEL_SECONDS)
        self._exit_stack.close()
        return ended and not hung and not unfinished

    def _hold_lease_until_ended(self, hung: Sequence[ClaimedEvent]) -> None:
        """Hold the lease until these handlers or the process have ended, so that their events are not reclaimed."""
        lease, self._lease = self._lease, None

        def wait() -> None:
            for claimed in hung:
                handler_run = claimed.overdue_run or claimed.handler_run
                if handler_run is not None:
                    handler_run.done.result()
            if lease is not None:
                lease.release()

        threading.Thread(target=wait, name="paystackease-inbox-hung", daemon=True).start()

    def _release_claims(self, kept: set[Claim]) -> None:
        """Stop DBOS, and requeue the events that were claimed and do not run."""
        self._destroy_dbos()
        try:
            self._store.release_claims(self._store.list_claims(self._name) - kept)
        except Exception as error:
            log.warning(
                "other workers can reclaim this worker's events only after this process has ended: %s",
                type(error).__name__,
            )

    # Maintenance

    def _renew_lease(self) -> None:
        if (self._loop is not None and not self._loop.is_running()) or not self._executor.is_alive():
            self._fail()
            return
        lease = self._lease
        if lease is not None and not lease.renew():
            log.warning("the inbox's lease was lost, and is acquired again")
            self._check_now.set()

    def _fail(self) -> None:
        if not self._stopping.is_set():
            log.critical(
                "the inbox's event loop has ended: this process handles no more events, and releases its lease"
            )
            self._stopping.set()
            self._check_now.set()
            self._release_lease()
            self._on_death()

    def _requeue_due(self) -> None:
        now = time.monotonic()
        for key, at in list(self._requeued.items()):
            if now - at > CHECK_SECONDS:  # another worker has claimed it
                self._requeued.pop(key, None)
        # At most half of this worker's claims are retries, so that new events do not wait for all of them.
        total = PREFETCH_FACTOR * self._config.max_concurrency
        retries = sum(claimed.is_retry for claimed in list(self._claimed.values())) + len(self._requeued)
        room = min(max(total // 2, 1) - retries, total - len(self._claimed))
        if room > 0:
            self._requeued.update(dict.fromkeys(self._store.requeue_due(min(room, BATCH)), now))

    def _resume_overdue(self) -> None:
        for claimed in list(self._overdue.values()):
            if not claimed_event.is_running(claimed):
                # Its next run reads the recorded decision.
                self._store.postpone(claimed.key, claimed.owner, claimed.retry_at)
                self._overdue.pop(claimed.claim, None)

    def _check_claims(self) -> None:
        """Compare this worker's claims with the database."""
        before = {**self._claimed, **self._overdue}
        held = self._store.list_claims(self._name)
        for claim, claimed in before.items():
            if claim not in held and claim in self._claimed:
                # Unless it ends at this moment, another worker has claimed it.
                claimed.is_lost = True
                if claimed.handler_run is not None:
                    claimed.handler_run.cancel()
        # If the connection fails while DBOS claims an event, only the database knows of the claim.
        unknown = held - set(before) - set(self._claimed)
        orphans = unknown & self._unknown_claims
        self._unknown_claims = unknown - orphans
        for key in self._store.release_claims(orphans):
            log.warning("%s was claimed and not started, and is requeued", key)

    # Events

    async def handle(self, parse_event: Callable[[], AnyEvent]) -> None:
        """Handle an event from the beginning, or resume after its last recorded attempt.

        :param parse_event: Parses the event. Each handler receives a separate one, which it may change.
        """
        context = get_local_dbos_context()
        if context is None or context.owner_xid is None:
            raise InboxError("DBOS issued no token for a claim: this version of DBOS is not supported")
        self._loop = asyncio.get_running_loop()
        claimed = ClaimedEvent(context.workflow_id, context.owner_xid, parse_event)
        self._requeued.pop(claimed.key, None)
        self._claimed[claimed.claim] = claimed
        try:
            await self._handle(parse_event(), claimed)
        except dbos_errors.DBOSWorkflowConflictIDError:
            log.warning("%s is now claimed by another worker", claimed.key)
            raise RunEnded from None
        except SQLAlchemyError as error:
            # Not a failed attempt.
            log.warning("%s: the database failed with %s; the event is retried", claimed.key, type(error).__name__)
            await self._postpone(claimed, time.time() + CHECK_SECONDS)
        finally:
            self._claimed.pop(claimed.claim, None)
            if self._config.round is not None:
                self._config.round.keys[claimed.key] = None

    async def _handle(self, event: AnyEvent, claimed: ClaimedEvent) -> None:
        attempts: list[HandlerAttempt] = []
        while True:
            handlers = self._handlers.matching(event.name)
            name = next_handler([handler.name for handler in handlers], attempts)
            handler = next((handler for handler in handlers if handler.name == name), None)
            if handler is None:
                return
            claimed.was_attempted, claimed.error = False, None
            attempts.append(await self._attempts.record(handler, event, attempts, claimed))
            attempt = attempts[-1]
            await self._attempts.report_failure(handler, claimed)
            if claimed.overdue_run is not None:
                # This worker keeps the claim, without a slot, for as long as the handler runs.
                claimed.retry_at = attempt.retry_at
                self._overdue[claimed.claim] = claimed
                raise RunEnded
            match attempt.next_step:
                case "done":
                    return
                case "dead_letter" if claimed.was_attempted or not await self._was_replayed(claimed, len(attempts)):
                    log.error("%s was dead-lettered: see inbox.show()", claimed.key)
                    # Without the handlers' messages: DBOS logs this error.
                    raise DeadLetteredError(f"{len(attempts)} attempts, the last of {attempt.handler}")
                case float():
                    claimed.is_retry = True
                    if (claimed.was_attempted and self._config.round is not None) or (
                        attempt.retry_at > time.time()
                        and (claimed.was_attempted or not await self._has_waited(claimed, attempt.retry_at))
                    ):
                        await self._postpone(claimed, attempt.retry_at)
                case _:
                    # Another handler is next, or the event was dead-lettered and replayed.
                    pass

    async def _has_waited(self, claimed: ClaimedEvent, until: float) -> bool:
        # The worker that requeued it may have another clock.
        return await self._attempts.query(lambda: self._store.has_waited(claimed.key, until))

    async def _was_replayed(self, claimed: ClaimedEvent, attempts: int) -> bool:
        # If not, a process died after the last attempt, before the event was dead-lettered.
        return await self._attempts.query(lambda: self._store.was_replayed(claimed.key, attempts))

    async def _postpone(self, claimed: ClaimedEvent, until: float) -> None:
        """End the run, and make the event wait in the database."""
        await self._attempts.query(lambda: self._store.postpone(claimed.key, claimed.owner, until))
        raise RunEnded


_running: Worker | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)
async def handle(body: Body) -> None:
    """The workflow that DBOS runs for each event."""
    if _running is None:
        raise InboxError("no inbox is running in this process")
    await _running.handle(lambda: parse(bytes(body)))
