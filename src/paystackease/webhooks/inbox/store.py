"""Stores the events of an inbox: each is a workflow of DBOS, with the event's key as the workflow's id.

All events that wait are written in one transaction, so that many cost little more than one. A redelivery
is recognized by the digest of its key, which is written in the same transaction and stored for longer than the event.
A key that DBOS already has is not written either, because inboxes of earlier versions have events without digests.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, StepInfo, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import DataError

from paystackease._core.fork_safety import register
from paystackease._core.lenient_json import encode
from paystackease.errors import InboxError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.database import (
    DEDUPLICATION,
    SCHEMA,
    Database,
    close_engine,
    dead_letter_values,
    digest_row,
    now_ms,
    workflow_table,
)
from paystackease.webhooks.inbox.entries import MALFORMED, NO_WORKER, STATES, State, count_claims
from paystackease.webhooks.inbox.event_queue import QUEUE
from paystackease.webhooks.inbox.serializer import Body, JSONSerializer

APPLICATION = "paystackease-inbox"
WORKFLOW = "paystackease.webhooks.event"
VERSION = "1"
"""The application version, by which DBOS separates incompatible programs. Changed handlers do not change it."""

Claim: TypeAlias = tuple[str, str]
"""An event's key, and the token of its claim. Events that were claimed in one transaction share the token."""

BATCH = 500
"""The most events that are written or deleted in one transaction."""

log = logging.getLogger("paystackease")


@dataclass(slots=True, eq=False)
class _PendingInsert:
    """An event to insert, and the result."""

    key: str
    ordering_key: str
    body: Body
    new: bool | None = None
    error: Exception | None = None


class EventStore:
    """The events of an inbox. Opened on first use, and again in each process after a fork."""

    def __init__(self, database: Database, batch: int = BATCH) -> None:
        self.database, self._batch = database, batch
        digests = database.table_name(DEDUPLICATION)
        self._insert_digest = sa.text(
            f"insert into {digests} (digest, seen_at) values (:digest, :seen_at) on conflict do nothing"
        )
        self._delete_digests = sa.text(f"delete from {digests} where seen_at < :before")
        self._opened: tuple[int, Any, DBOSClient] | None = None
        self.renew_after_fork()
        register(self)

    def renew_after_fork(self) -> None:
        """Replace the locks, which a thread of the parent process may have held."""
        self._pending: deque[_PendingInsert] = deque()
        self._write_lock = threading.Lock()
        self._open_lock = threading.Lock()
        # SQLite has one writer at a time, and does not queue the others fairly, so writers wait for this lock.
        self._update_lock = threading.Lock()

    def _open(self) -> tuple[Any, DBOSClient]:
        with self._open_lock:
            if self._opened is not None and self._opened[0] == os.getpid():
                self.database.check_identity()
            else:
                self.database.create_file()
                DBOS.migrate(self.database.url, schema=SCHEMA)
                engine = self.database.create_engine(4)
                self.database.create_tables(engine)
                client = DBOSClient(
                    system_database_engine=engine,
                    dbos_system_schema=SCHEMA,
                    serializer=JSONSerializer(),
                    application_name=APPLICATION,
                    retry_connection_errors=False,
                )
                self._opened = (os.getpid(), engine, client)
            return self._opened[1:]

    @property
    def client(self) -> DBOSClient:
        """The client of DBOS, which stores the events."""
        return self._open()[1]

    def close(self) -> None:
        """Close the connections."""
        with self._open_lock:
            if self._opened is not None and self._opened[0] == os.getpid():
                _, engine, client = self._opened
                client.destroy()
                close_engine(engine)
                self.database.close()
            self._opened = None

    def insert(self, event: AnyEvent) -> bool:
        """Insert an event, and return when it is on disk.

        :raises paystackease.errors.InboxError: If it could not be stored.
        :return: Whether the event is new.
        """
        body = Body(encode(event.body) if event.raw_body is None else event.raw_body)
        return self._insert_one(event.name, _PendingInsert(event.key, event.ordering_key, body))

    def insert_malformed(self, raw_body: bytes, reason: str) -> bool:
        """Insert a body that is not an event as a dead letter, and return when it is on disk.

        :param raw_body: The bytes that Paystack signed.
        :param reason: Why it is not an event.
        :raises paystackease.errors.InboxError: If it could not be stored.
        :return: Whether the event is new.
        """
        body = Body(raw_body)
        body.reason = reason
        digest = hashlib.sha256(body).hexdigest()[:32]
        return self._insert_one("a body that is not an event", _PendingInsert(f"{MALFORMED}:{digest}", MALFORMED, body))

    def _insert_one(self, name: str, pending: _PendingInsert) -> bool:
        self._pending.append(pending)
        with self._write_lock:
            # The thread that has the lock writes the events of all waiting threads.
            while self._pending and pending.new is None and pending.error is None:
                self._flush_batch()
        if pending.new is None:  # only a stored event may be acknowledged with 200
            why = f": {pending.error}" if isinstance(pending.error, InboxError) else ""
            raise InboxError(f"{name} could not be stored in the inbox{why}") from pending.error
        return pending.new

    def _flush_batch(self) -> None:
        batch = [self._pending.popleft() for _ in range(min(len(self._pending), self._batch))]
        try:
            try:
                written = self._insert_batch(batch)
            except (DataError, UnicodeEncodeError):  # the database's encoding lacks a character of a body
                for pending in batch:
                    pending.body.as_base64 = True
                written = self._insert_batch(batch)
        except Exception as error:
            for pending in batch:
                pending.error = error
        else:
            for pending in batch:
                pending.new = written[id(pending)]

    def _insert_batch(self, batch: Sequence[_PendingInsert]) -> dict[int, bool]:
        engine, client = self._open()
        with engine.connect() as connection:
            with connection.begin():
                arrivals = {id(pending): self.database.next_sequence(connection) for pending in batch}
                # Sorted by key, so that two processes with the same events cannot deadlock.
                written = {
                    id(pending): self._enqueue(client, connection, pending, arrivals[id(pending)])
                    for pending in sorted(batch, key=lambda pending: pending.key)
                }
            # A commit to a deleted file does not count.
            self.database.confirm_commit(connection)
        return written

    def _enqueue(self, client: DBOSClient, connection: sa.Connection, pending: _PendingInsert, arrival: int) -> bool:
        if not connection.execute(self._insert_digest, digest_row(pending.key, int(time.time()))).rowcount:
            return False
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": pending.key,
            "workflow_id_reuse_policy": "reject",
            "queue_partition_key": pending.ordering_key,
            "app_version": VERSION,
            "priority": arrival,  # for each ordering key, DBOS takes the lowest first
        }
        try:
            client.enqueue_in_transaction(connection, options, pending.body)
        except dbos_errors.DBOSWorkflowIDInUseError:
            return False
        if pending.body.reason is not None:
            # The state in which DBOS leaves a cancelled workflow, which no worker claims.
            cancel = (
                f"update {self.database.table_name('workflow_status')} set status = 'CANCELLED', queue_name = null, "
                "completed_at = created_at where workflow_uuid = :key"
            )
            connection.execute(sa.text(cancel), {"key": pending.key})
        return True

    def list_entries(self, *, load: bool = False, **filters: Any) -> list[WorkflowStatus]:
        """Return events as workflows, with the filters of ``DBOSClient.list_workflows``.

        :param load: Whether to load their bodies.
        """
        return self.client.list_workflows(name=WORKFLOW, load_input=load, load_output=False, **filters)

    def list_in_state(self, state: State | None, **filters: Any) -> list[WorkflowStatus]:
        """Return the events in a state as workflows, or all."""
        if state == "running" or state == "retrying":  # pyright narrows by ==
            filters["executor_id"] = [NO_WORKER] if state == "retrying" else self.list_workers()
            if not filters["executor_id"]:
                return []  # an empty list would be no filter
        return self.list_entries(status=None if state is None else STATES[state], **filters)

    def get_entry(self, key: str) -> WorkflowStatus:
        """Return the workflow of an event, with its body.

        :raises paystackease.errors.InboxError: If there is no such event.
        """
        rows = self.list_entries(workflow_ids=[key], load=True)
        if not rows:
            raise InboxError(f"there is no event {key} in the inbox")
        return rows[0]

    def list_steps(self, key: str) -> list[StepInfo]:
        """Return the steps that were recorded for an event, in order."""
        return sorted(self.client.list_workflow_steps(key), key=lambda step: step["function_id"])

    def resume_from(self, entry: WorkflowStatus, step: int) -> None:
        """Resume an event that is done or dead-lettered, and discard its steps from one on.

        :param step: The number of the first step to discard.
        """
        # Each attempt is one step, so this is the number of attempts that remain.
        self.client.update_workflow_attributes(entry.workflow_id, {"starts": 0, "replayed": step - 1})
        self.client.rewind_workflow(
            entry.workflow_id, start_step=step, queue_name=QUEUE, queue_partition_key=entry.queue_partition_key
        )

    def delete(self, state: State, before: datetime) -> list[str]:
        """Delete the events in this state that arrived before a time, and return their keys."""
        deleted: list[str] = []
        while True:
            old = self.list_entries(status=STATES[state], end_time=before.isoformat(), limit=BATCH)
            if not old:
                return deleted
            keys = [entry.workflow_id for entry in old]
            # Events that an earlier version stored have no digest yet.
            digests = [digest_row(entry.workflow_id, (entry.created_at or 0) // 1000) for entry in old]
            with self._open()[0].begin() as connection:
                connection.execute(self._insert_digest, digests)
            self.client.delete_workflows(keys)
            deleted += keys

    def delete_digests(self, before: datetime) -> None:
        """Delete the digests of events that arrived before a time.

        :param before: The time.
        """
        with self._open()[0].begin() as connection:
            connection.execute(self._delete_digests, {"before": int(before.timestamp())})

    # For workers. Every change is fenced: it is made only if the given claim is still current.

    def _update_running(self, where: Sequence[sa.ColumnElement[bool]], **values: Any) -> list[str]:
        """Update the running events that match, and return their keys."""
        table = workflow_table(self.database.schema)
        change = sa.update(table).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)
        values = {**values, "owner_xid": None, "updated_at": now_ms()}
        engine, _ = self._open()
        with self._update_lock, engine.begin() as connection:
            return list(connection.execute(change.values(values).returning(table.c.workflow_uuid)).scalars())

    def select_running(self, *columns: str, where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
        """Return a query for events that are running, or wait for a retry."""
        table = workflow_table(self.database.schema)
        wanted = (table.c[column] for column in columns)
        return sa.select(*wanted).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)

    def fetch_rows(self, query: sa.SelectBase) -> list[Any]:
        """Return the rows of a query."""
        engine, _ = self._open()
        with engine.connect() as connection:
            return list(connection.execute(query))

    def is_claimed_by(self, key: str, owner: str) -> bool:
        """Return whether a claim of an event is still current.

        :param owner: The token of the claim.
        """
        table = workflow_table(self.database.schema)
        claim_filter = (table.c.workflow_uuid == key, table.c.owner_xid == owner)
        return bool(self.fetch_rows(self.select_running("workflow_uuid", where=claim_filter)))

    def list_claims(self, worker: str) -> set[Claim]:
        """Return the claims of a worker."""
        table = workflow_table(self.database.schema)
        rows = self.fetch_rows(self.select_running("workflow_uuid", "owner_xid", where=[table.c.executor_id == worker]))
        return {(key, owner) for key, owner in rows if owner is not None}

    def has_waited(self, key: str, until: float) -> bool:
        """Return whether an event has waited until this time, by the clock of the worker that requeued it."""
        table = workflow_table(self.database.schema)
        waited = (table.c.workflow_uuid == key, table.c.delay_until_epoch_ms >= int(until * 1000))
        return bool(self.fetch_rows(self.select_running("workflow_uuid", where=waited)))

    def was_replayed(self, key: str, attempts: int) -> bool:
        """Return whether an event was replayed after this number of attempts."""
        return int((self.get_entry(key).attributes or {}).get("replayed", 0)) >= attempts

    def postpone(self, key: str, owner: str, until: float) -> bool:
        """Release the claim, and make the event and those behind it wait until a time.

        The event stays PENDING under a process name that does not exist. So DBOS starts no other event with the same
        ordering key.

        :return: Whether the claim was still current.
        """
        table = workflow_table(self.database.schema)
        claim_filter = (table.c.workflow_uuid == key, table.c.owner_xid == owner)
        # This run did not crash, so it is not counted as a crash of the event.
        starts = table.c.recovery_attempts - 1
        due = int(until * 1000)
        return bool(
            self._update_running(
                claim_filter, executor_id=NO_WORKER, delay_until_epoch_ms=due, recovery_attempts=starts
            )
        )

    def requeue_due(self, limit: int, *, all_retries: bool = False) -> list[str]:
        """Requeue events that are due for a retry, the longest due first, and return their keys.

        :param all_retries: Requeue also those that are due later.
        """
        table = workflow_table(self.database.schema)
        due = [table.c.executor_id == NO_WORKER]
        if not all_retries:
            due.append(table.c.delay_until_epoch_ms <= now_ms())
        query = self.select_running("workflow_uuid", where=due).order_by(table.c.delay_until_epoch_ms).limit(limit)
        keys = [row[0] for row in self.fetch_rows(query)]
        if not keys:
            return []
        return self._update_running(
            [table.c.executor_id == NO_WORKER, table.c.workflow_uuid.in_(keys)], status="ENQUEUED"
        )

    def release_claims(self, claims: Collection[Claim]) -> list[str]:
        """Requeue events that were claimed and do not run, and return their keys."""
        table = workflow_table(self.database.schema)
        claim, starts = sa.tuple_(table.c.workflow_uuid, table.c.owner_xid), table.c.recovery_attempts - 1
        ordered, changed = sorted(claims), list[str]()
        for first in range(0, len(ordered), BATCH):
            claim_filter = claim.in_(ordered[first : first + BATCH])
            changed += self._update_running([claim_filter], status="ENQUEUED", recovery_attempts=starts)
        return changed

    def list_workers(self, *where: sa.ColumnElement[bool]) -> list[str]:
        """Return the names of the processes that have claimed events."""
        column = workflow_table(self.database.schema).c.executor_id
        query = self.select_running("executor_id", where=[column != NO_WORKER, *where]).distinct()
        return [name for (name,) in self.fetch_rows(query)]

    def reclaim(self, worker: str, max_crashes: int) -> None:
        """Requeue the events that dead processes had claimed.

        :param worker: The name of this process.
        :param max_crashes: An event that this many processes had claimed when they died is dead-lettered, because it
            may be the cause.
        """
        table = workflow_table(self.database.schema)
        for name in self.list_workers(table.c.executor_id != worker):
            with self.database.try_claim(name) as is_dead:
                # Listed only now: before, another process may have reclaimed them.
                for entry in self.list_entries(status="PENDING", executor_id=name) if is_dead else ():
                    self._reclaim_entry(entry, max_crashes)

    def _reclaim_entry(self, entry: WorkflowStatus, max_crashes: int) -> None:
        table = workflow_table(self.database.schema)
        # A process that is treated as dead may be alive and may have finished the event: then nothing changes.
        entry_filter = (table.c.workflow_uuid == entry.workflow_id, table.c.executor_id == entry.executor_id)
        count = count_claims(entry)
        if count >= max_crashes:
            if self._update_running(entry_filter, **dead_letter_values()):
                log.error("%s was dead-lettered: %d processes died while they handled it", entry.workflow_id, count)
            return
        self._update_running(entry_filter, status="ENQUEUED")
