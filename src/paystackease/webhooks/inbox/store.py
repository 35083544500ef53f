"""Stores the events of an inbox: each is a workflow of DBOS, with the event's key as the workflow's id.

All events that wait to be written are written in one transaction, so that many cost little more than one. A redelivery
is recognized by the digest of its key, which is written in the same transaction and kept for longer than the event. A
key that DBOS already has is not written either, because inboxes of earlier versions have events without digests.
"""

from __future__ import annotations

import functools
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
from paystackease.webhooks.inbox.database import DEDUPLICATION, SCHEMA, Database, close_engine
from paystackease.webhooks.inbox.entries import MALFORMED, STATES, State, start_count
from paystackease.webhooks.inbox.serializer import Body, JSONSerializer

APPLICATION = "paystackease-inbox"
QUEUE = "paystackease-events"
WORKFLOW = "paystackease.webhooks.event"
VERSION = "1"
"""The version by which DBOS separates incompatible programs. Changed handlers need no new one: see ``retry_plan``."""

Claim: TypeAlias = tuple[str, str]
"""An event's key, and the token of who claimed it: one for all that were claimed at the same moment."""

BATCH = 500
"""As many events are written, or deleted, in one transaction."""

log = logging.getLogger("paystackease")


_DIGEST_BYTES = 16


@dataclass(slots=True, eq=False)
class _PendingInsert:
    """An event that is to be written, and what became of that."""

    key: str
    ordering_key: str
    body: Body
    new: bool | None = None
    error: Exception | None = None


class Store:
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
        """Replace the locks, which a thread of the parent may have held."""
        self._pending: deque[_PendingInsert] = deque()
        self._write_lock = threading.Lock()
        self._open_lock = threading.Lock()
        # SQLite has one writer at a time, and is not fair to those who wait: they wait here.
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
        """DBOS's view of the events."""
        return self._open()[1]

    def close(self) -> None:
        """Close its connections."""
        with self._open_lock:
            if self._opened is not None and self._opened[0] == os.getpid():
                _, engine, client = self._opened
                client.destroy()
                close_engine(engine)
                self.database.close()
            self._opened = None

    def insert(self, event: AnyEvent) -> bool:
        """Write an event, and return when it is on disk.

        :raises paystackease.errors.InboxError: If it could not be written.
        :return: Whether the event is new.
        """
        body = Body(encode(event.body) if event.raw_body is None else event.raw_body)
        return self._insert_one(event.name, _PendingInsert(event.key, event.ordering_key, body))

    def insert_malformed(self, raw_body: bytes, reason: str) -> bool:
        """Write a body that is not an event as a dead letter, and return when it is on disk.

        :param raw_body: The bytes that Paystack signed.
        :param reason: Why it is not an event.
        :raises paystackease.errors.InboxError: If it could not be written.
        :return: Whether the event is new.
        """
        body = Body(raw_body)
        body.reason = reason
        digest = hashlib.sha256(body).hexdigest()[:32]
        return self._insert_one("a body that is not an event", _PendingInsert(f"{MALFORMED}:{digest}", MALFORMED, body))

    def _insert_one(self, name: str, waiting: _PendingInsert) -> bool:
        self._pending.append(waiting)
        with self._write_lock:
            # Whoever's turn it is writes for all who have come by then; the others find it done.
            while self._pending and waiting.new is None and waiting.error is None:
                self._flush_batch()
        if waiting.new is None:  # only what was certainly written may be answered with 200
            why = f": {waiting.error}" if isinstance(waiting.error, InboxError) else ""
            raise InboxError(f"{name} could not be written to the inbox{why}") from waiting.error
        return waiting.new

    def _flush_batch(self) -> None:
        batch = [self._pending.popleft() for _ in range(min(len(self._pending), self._batch))]
        try:
            try:
                written = self._insert_batch(batch)
            except (DataError, UnicodeEncodeError):  # the database's encoding lacks a character of a body
                for waiting in batch:
                    waiting.body.as_base64 = True
                written = self._insert_batch(batch)
        except Exception as error:
            for waiting in batch:
                waiting.error = error
        else:
            for waiting in batch:
                waiting.new = written[id(waiting)]

    def _insert_batch(self, batch: Sequence[_PendingInsert]) -> dict[int, bool]:
        engine, client = self._open()
        with engine.connect() as connection:
            with connection.begin():
                arrivals = {id(waiting): self.database.next_sequence(connection) for waiting in batch}
                # In the order of their keys, or two processes with the same two events may wait for each other.
                written = {
                    id(waiting): self._enqueue(client, connection, waiting, arrivals[id(waiting)])
                    for waiting in sorted(batch, key=lambda waiting: waiting.key)
                }
            # What was committed to a file that nobody finds again is not written.
            self.database.confirm_commit(connection)
        return written

    def _enqueue(self, client: DBOSClient, connection: sa.Connection, waiting: _PendingInsert, arrival: int) -> bool:
        if not connection.execute(self._insert_digest, _digest_row(waiting.key, int(time.time()))).rowcount:
            return False
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": waiting.key,
            "workflow_id_reuse_policy": "reject",
            "queue_partition_key": waiting.ordering_key,
            "app_version": VERSION,
            "priority": arrival,  # DBOS takes the lowest of a subject first
        }
        try:
            client.enqueue_in_transaction(connection, options, waiting.body)
        except dbos_errors.DBOSWorkflowIDInUseError:
            return False
        if waiting.body.reason is not None:
            # As DBOS cancels a workflow: no worker ever takes it.
            cancel = (
                f"update {self.database.table_name('workflow_status')} set status = 'CANCELLED', queue_name = null, "
                "completed_at = created_at where workflow_uuid = :key"
            )
            connection.execute(sa.text(cancel), {"key": waiting.key})
        return True

    def list_entries(self, *, load: bool = False, **narrow: Any) -> list[WorkflowStatus]:
        """The events that DBOS has, narrowed as by ``DBOSClient.list_workflows``.

        :param load: With their bodies.
        """
        return self.client.list_workflows(name=WORKFLOW, load_input=load, load_output=False, **narrow)

    def get_entry(self, key: str) -> WorkflowStatus:
        """One event, with its body.

        :raises paystackease.errors.InboxError: If there is no such event.
        """
        found = self.list_entries(workflow_ids=[key], load=True)
        if not found:
            raise InboxError(f"there is no event {key} in the inbox")
        return found[0]

    def list_steps(self, key: str) -> list[StepInfo]:
        """What was done for an event, in order."""
        return sorted(self.client.list_workflow_steps(key), key=lambda step: step["function_id"])

    def resume_from(self, entry: WorkflowStatus, step: int) -> None:
        """Have an event that is done or dead-lettered go on after a step.

        :param step: The number of the first step that is forgotten.
        """
        # Each try is one step, and so many are kept.
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
            # Those of an earlier version have no digest yet.
            digests = [_digest_row(entry.workflow_id, (entry.created_at or 0) // 1000) for entry in old]
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

    # What workers do. Every change is fenced: it is made only if the event still is in the hand that is named.

    def _update_running(self, where: Sequence[sa.ColumnElement[bool]], **values: Any) -> list[str]:
        """Change the running events that fit, and return their keys."""
        table = _workflows(self.database.schema)
        change = sa.update(table).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)
        values = {**values, "owner_xid": None, "updated_at": _now_ms()}
        engine, _ = self._open()
        with self._update_lock, engine.begin() as connection:
            return list(connection.execute(change.values(values).returning(table.c.workflow_uuid)).scalars())

    def _select_running(self, *columns: str, where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
        table = _workflows(self.database.schema)
        wanted = (table.c[column] for column in columns)
        return sa.select(*wanted).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)

    def _fetch_rows(self, query: sa.Select[Any]) -> list[Any]:
        engine, _ = self._open()
        with engine.connect() as connection:
            return list(connection.execute(query))

    def is_claimed_by(self, key: str, owner: str) -> bool:
        """Whether an event still is in the hand of the run that claimed it.

        :param owner: The token of the claim.
        """
        table = _workflows(self.database.schema)
        mine = (table.c.workflow_uuid == key, table.c.owner_xid == owner)
        return bool(self._fetch_rows(self._select_running("workflow_uuid", where=mine)))

    def list_claims(self, me: str) -> set[Claim]:
        """The claims of a process."""
        table = _workflows(self.database.schema)
        found = self._fetch_rows(self._select_running("workflow_uuid", "owner_xid", where=[table.c.executor_id == me]))
        return {(key, owner) for key, owner in found if owner is not None}

    def has_waited(self, key: str, until: float) -> bool:
        """Whether an event waited until this time, by the clock of who woke it."""
        table = _workflows(self.database.schema)
        waited = (table.c.workflow_uuid == key, table.c.delay_until_epoch_ms >= int(until * 1000))
        return bool(self._fetch_rows(self._select_running("workflow_uuid", where=waited)))

    def was_replayed(self, key: str, tries: int) -> bool:
        """Whether a person had an event tried again after so many tries."""
        return int((self.get_entry(key).attributes or {}).get("replayed", 0)) >= tries

    def postpone(self, key: str, owner: str, until: float) -> bool:
        """Have an event wait until a time, in no hand, and those of its subject behind it.

        It stays PENDING, which is what keeps DBOS from its subject, under the name of a process that never is.

        :return: Whether it still was in the hand of that claim.
        """
        table = _workflows(self.database.schema)
        mine = (table.c.workflow_uuid == key, table.c.owner_xid == owner)
        # The run that ends here ended well: only those that died are counted against an event.
        starts = table.c.recovery_attempts - 1
        due = int(until * 1000)
        return bool(self._update_running(mine, executor_id=WAITING, delay_until_epoch_ms=due, recovery_attempts=starts))

    def requeue_due(self, limit: int) -> list[str]:
        """Put events back into the queue whose wait is over, the longest due first; returns their keys."""
        table = _workflows(self.database.schema)
        due = (table.c.executor_id == WAITING, table.c.delay_until_epoch_ms <= _now_ms())
        query = self._select_running("workflow_uuid", where=due).order_by(table.c.delay_until_epoch_ms).limit(limit)
        keys = [row[0] for row in self._fetch_rows(query)]
        if not keys:
            return []
        return self._update_running(
            [table.c.executor_id == WAITING, table.c.workflow_uuid.in_(keys)], status="ENQUEUED"
        )

    def release_claims(self, claims: Collection[Claim]) -> list[str]:
        """Put events back into the queue that were claimed, and are in no hand after all; returns their keys."""
        table = _workflows(self.database.schema)
        claim, starts = sa.tuple_(table.c.workflow_uuid, table.c.owner_xid), table.c.recovery_attempts - 1
        ordered, changed = sorted(claims), list[str]()
        for first in range(0, len(ordered), BATCH):
            mine = claim.in_(ordered[first : first + BATCH])
            changed += self._update_running([mine], status="ENQUEUED", recovery_attempts=starts)
        return changed

    def reclaim(self, me: str, max_crashes: int) -> None:
        """Put the events that dead processes had claimed back into the queue.

        :param me: The name of this process.
        :param max_crashes: An event that was in so many hands that died is dead-lettered: it may be what kills them.
        """
        table = _workflows(self.database.schema)
        others = table.c.executor_id.notin_([me, WAITING])
        for (name,) in self._fetch_rows(self._select_running("executor_id", where=[others]).distinct()):
            with self.database.try_claim(name) as dead:
                # Asked only now, for while we waited another may have taken it all over.
                for entry in self.list_entries(status="PENDING", executor_id=name) if dead else ():
                    self._reclaim_entry(entry, max_crashes)

    def _reclaim_entry(self, entry: WorkflowStatus, max_crashes: int) -> None:
        table = _workflows(self.database.schema)
        # A process that is taken for dead may live and have ended it since: then nothing is changed.
        its = (table.c.workflow_uuid == entry.workflow_id, table.c.executor_id == entry.executor_id)
        count = start_count(entry)
        if count >= max_crashes:
            if self._update_running(its, **_dead_letter_values()):
                log.error("%s was dead-lettered: %d processes died while they ran it", entry.workflow_id, count)
            return
        self._update_running(its, status="ENQUEUED")


WAITING = "waiting"
"""The process, to DBOS, of events that wait for their next try: none has this name."""


def _now_ms() -> int:
    return int(time.time() * 1000)


def _dead_letter_values() -> dict[str, Any]:
    """What DBOS writes of a workflow that is cancelled."""
    return {"status": "CANCELLED", "queue_name": None, "started_at_epoch_ms": None, "completed_at": _now_ms()}


@functools.cache
def _workflows(schema: str | None) -> sa.TableClause:
    """DBOS's table of workflows, as far as it is used here."""
    names = (
        *("workflow_uuid", "name", "status", "executor_id", "owner_xid", "queue_name", "recovery_attempts"),
        *("delay_until_epoch_ms", "started_at_epoch_ms", "updated_at", "completed_at"),
    )
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    return sa.table("workflow_status", *columns, schema=schema)


def _digest_row(key: str, seen_at: int) -> dict[str, Any]:
    return {"digest": hashlib.sha256(key.encode()).digest()[:_DIGEST_BYTES], "seen_at": seen_at}
