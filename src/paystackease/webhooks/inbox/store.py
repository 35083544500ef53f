"""The inbox's book: each event is a workflow of DBOS, with its key as the workflow's id.

An event is written in one transaction, together with all others that wait to be written at that moment, so that many
cost little more than one. A redelivery is recognized by the digest of its key, which is written in the same transaction
and kept for longer than the event. What DBOS has under a key already is left alone too: inboxes of earlier versions
have events without digests.

The argument of the workflow is the body, byte for byte. JSON that msgspec reads is stored as it is; any other body is
stored as base64, which every database can store and every worker can read.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import logging
import os
import re
import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

import msgspec
import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, Serializer, StepInfo, WorkflowStatus
from dbos import error as dbos_errors
from sqlalchemy.exc import DataError

from paystackease._core.fork_safety import register
from paystackease._core.lenient_json import decode, encode
from paystackease.errors import InboxError
from paystackease.webhooks.events import AnyEvent
from paystackease.webhooks.inbox.backends import DEDUPLICATION, SCHEMA, Database, end
from paystackease.webhooks.inbox.retry_plan import Try

APPLICATION = "paystackease-inbox"
QUEUE = "paystackease-events"
WORKFLOW = "paystackease.webhooks.event"
VERSION = "1"
"""What DBOS tells incompatible programs apart by. Handlers may change without: see ``_tries``."""

State: TypeAlias = Literal["waiting", "running", "done", "set aside"]

STATES: dict[State, list[str]] = {
    "waiting": ["ENQUEUED", "DELAYED"],
    "running": ["PENDING"],
    "done": ["SUCCESS"],
    "set aside": ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
}
"""DBOS's words for each of ours."""

MALFORMED = "malformed"
"""The name under which a body is stored that is not an event."""

Claim: TypeAlias = tuple[str, str]
"""An event's key, and the token of who claimed it: one for all that were claimed at the same moment."""

BATCH = 500
"""As many events are written, or deleted, in one transaction."""

log = logging.getLogger("paystackease")


class FailedError(Exception):
    """A handler failed in its transaction. DBOS keeps it with the step."""

    def __init__(self, text: str, tried: Try | None = None) -> None:
        super().__init__(text)
        self.tried = tried


class Body(bytes):
    """The body of an event, as Paystack signed it: the argument of its workflow."""

    reason: str | None = None
    """Why it is a dead letter from the beginning; None for an event."""
    as_base64: bool = False
    """Whether it is stored as base64, whatever it is."""


class _Arguments(msgspec.Struct):
    """The arguments of a workflow, as text."""

    args: list[msgspec.Raw]


class Json(Serializer):
    """Everything is kept as JSON, which a person can read, and which runs nothing when it is read."""

    def name(self) -> str:
        """What DBOS knows it by."""
        return "paystackease_json"

    def serialize(self, data: Any) -> str:
        """A value as text."""
        if isinstance(data, dict) and "args" in data:
            arguments = cast("dict[str, Any]", data)
            written = [_embedded(one) if isinstance(one, Body) else one for one in arguments["args"]]
            return msgspec.json.encode({**arguments, "args": written}).decode()
        if isinstance(data, BaseException):
            data = {_EXCEPTION: [str(data), data.tried if isinstance(data, FailedError) else None]}
        # ASCII, which a database of any encoding stores. What is not ASCII can only be in a string.
        return _NOT_ASCII.sub(_escaped, encode(cast("object", data)).decode())

    def deserialize(self, serialized_data: str) -> Any:
        """The value of a text; an exception as :class:`FailedError`, the body of an event as :class:`Body`."""
        data: Any = decode(serialized_data.encode("utf-8", "surrogatepass"))
        if not isinstance(data, dict):
            return data
        if _EXCEPTION in data:
            text, tried = cast("dict[str, Any]", data)[_EXCEPTION]
            return FailedError(text, Try(*tried) if tried else None)
        if "args" in data:
            data["args"] = [_extracted(one, serialized_data) for one in cast("dict[str, list[Any]]", data)["args"]]
        return cast("Any", data)


_EXCEPTION = "paystackease exception"
_BASE64, _REASON = "paystackease base64", "paystackease reason"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MAX_DEPTH = 100
_DIGEST_BYTES = 16


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _embedded(body: Body) -> msgspec.Raw | dict[str, str]:
    """A body as a part of a JSON text."""
    # A worker reads it with less of the stack left than there is here.
    is_flat = body.count(b"[") + body.count(b"{") <= _MAX_DEPTH
    if is_flat and body.reason is None and not body.as_base64 and body.strip() == body:
        with contextlib.suppress(ValueError, RecursionError):
            msgspec.json.decode(body)
            return msgspec.Raw(bytes(body))
    written = {_BASE64: base64.b64encode(body).decode()}
    return written if body.reason is None else {**written, _REASON: body.reason}


def _extracted(argument: Any, text: str) -> Any:
    """A body that was part of a JSON text."""
    if not isinstance(argument, dict):
        return argument
    found = cast("dict[str, Any]", argument)
    if _BASE64 in found and "event" not in found:
        body = Body(base64.b64decode(found[_BASE64]))
        body.reason = found.get(_REASON)
        return body
    try:
        return Body(bytes(msgspec.json.decode(text, type=_Arguments).args[0]))
    except (ValueError, RecursionError):  # nested deeper than is stored so today
        return Body(encode(found))


@dataclass(slots=True, eq=False)
class _Waiting:
    """An event that is to be written, and what became of that."""

    key: str
    subject: str
    body: Body
    new: bool | None = None
    error: Exception | None = None


class Store:
    """The events of an inbox. It is opened when it is first used, and anew in each process after a fork."""

    def __init__(self, database: Database, batch: int = BATCH) -> None:
        self.database, self._batch = database, batch
        digests = database.table(DEDUPLICATION)
        self._remember = sa.text(
            f"insert into {digests} (digest, seen_at) values (:digest, :seen_at) on conflict do nothing"
        )
        self._forget = sa.text(f"delete from {digests} where seen_at < :before")
        self._opened: tuple[int, Any, DBOSClient] | None = None
        self.renew_after_fork()
        register(self)

    def renew_after_fork(self) -> None:
        """Replace the locks, which a thread of the parent may have held."""
        self._line: deque[_Waiting] = deque()
        self._turn = threading.Lock()
        self._opening = threading.Lock()
        # SQLite has one writer at a time, and is not fair to those who wait: they wait here.
        self._changing = threading.Lock()

    def _open(self) -> tuple[Any, DBOSClient]:
        with self._opening:
            if self._opened is not None and self._opened[0] == os.getpid():
                self.database.check()
            else:
                self.database.create()
                DBOS.migrate(self.database.url, schema=SCHEMA)
                engine = self.database.engine(4)
                self.database.prepare(engine)
                client = DBOSClient(
                    system_database_engine=engine,
                    dbos_system_schema=SCHEMA,
                    serializer=Json(),
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
        with self._opening:
            if self._opened is not None and self._opened[0] == os.getpid():
                _, engine, client = self._opened
                client.destroy()
                end(engine)
                self.database.close()
            self._opened = None

    def put(self, event: AnyEvent) -> bool:
        """Write an event, and return when it is on disk.

        :raises paystackease.errors.InboxError: Where it could not be written.
        :return: Whether it is new.
        """
        body = Body(encode(event.body) if event.raw_body is None else event.raw_body)
        return self._put(event.name, _Waiting(event.key, event.subject, body))

    def put_malformed(self, raw_body: bytes, reason: str) -> bool:
        """Write a body that is not an event as a dead letter, and return when it is on disk.

        :param raw_body: The bytes that Paystack signed.
        :param reason: Why it is not an event.
        :raises paystackease.errors.InboxError: If it could not be written.
        :return: Whether it is new.
        """
        body = Body(raw_body)
        body.reason = reason
        digest = hashlib.sha256(body).hexdigest()[:32]
        return self._put("a body that is not an event", _Waiting(f"{MALFORMED}:{digest}", MALFORMED, body))

    def _put(self, name: str, waiting: _Waiting) -> bool:
        self._line.append(waiting)
        with self._turn:
            # Whoever's turn it is writes for all who have come by then; the others find it done.
            while self._line and waiting.new is None and waiting.error is None:
                self._write()
        if waiting.new is None:  # whatever happened: what was not surely written must not be answered with 200
            why = f": {waiting.error}" if isinstance(waiting.error, InboxError) else ""
            raise InboxError(f"{name} could not be written to the inbox{why}") from waiting.error
        return waiting.new

    def _write(self) -> None:
        batch = [self._line.popleft() for _ in range(min(len(self._line), self._batch))]
        try:
            try:
                written = self._insert(batch)
            except (DataError, UnicodeEncodeError):  # the database's encoding lacks a character of a body
                for waiting in batch:
                    waiting.body.as_base64 = True
                written = self._insert(batch)
        except Exception as error:
            for waiting in batch:
                waiting.error = error
        else:
            for waiting in batch:
                waiting.new = written[id(waiting)]

    def _insert(self, batch: Sequence[_Waiting]) -> dict[int, bool]:
        engine, client = self._open()
        with engine.connect() as connection:
            with connection.begin():
                arrivals = {id(waiting): self.database.arrival(connection) for waiting in batch}
                # In the order of their keys, or two processes with the same two events may wait for each other.
                written = {
                    id(waiting): self._enqueue(client, connection, waiting, arrivals[id(waiting)])
                    for waiting in sorted(batch, key=lambda waiting: waiting.key)
                }
            # What was committed to a file that nobody finds again is not written.
            self.database.confirm(connection)
        return written

    def _enqueue(self, client: DBOSClient, connection: sa.Connection, waiting: _Waiting, arrival: int) -> bool:
        if not connection.execute(self._remember, _remembered(waiting.key, int(time.time()))).rowcount:
            return False
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": waiting.key,
            "workflow_id_reuse_policy": "reject",
            "queue_partition_key": waiting.subject,
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
                f"update {self.database.table('workflow_status')} set status = 'CANCELLED', queue_name = null, "
                "completed_at = created_at where workflow_uuid = :key"
            )
            connection.execute(sa.text(cancel), {"key": waiting.key})
        return True

    def entries(self, *, load: bool = False, **narrow: Any) -> list[WorkflowStatus]:
        """The events that DBOS has, narrowed as by ``DBOSClient.list_workflows``.

        :param load: With their bodies.
        """
        return self.client.list_workflows(name=WORKFLOW, load_input=load, load_output=False, **narrow)

    def entry(self, key: str) -> WorkflowStatus:
        """One event, with its body.

        :raises paystackease.errors.InboxError: Where there is none.
        """
        found = self.entries(workflow_ids=[key], load=True)
        if not found:
            raise InboxError(f"there is no event {key} in the inbox")
        return found[0]

    def steps(self, key: str) -> list[StepInfo]:
        """What was done for an event, in order."""
        return sorted(self.client.list_workflow_steps(key), key=lambda step: step["function_id"])

    def rewind(self, entry: WorkflowStatus, step: int) -> None:
        """Have an event that is done or set aside go on after a step.

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
            old = self.entries(status=STATES[state], end_time=before.isoformat(), limit=BATCH)
            if not old:
                return deleted
            keys = [entry.workflow_id for entry in old]
            # Those of an earlier version have no digest yet.
            digests = [_remembered(entry.workflow_id, (entry.created_at or 0) // 1000) for entry in old]
            with self._open()[0].begin() as connection:
                connection.execute(self._remember, digests)
            self.client.delete_workflows(keys)
            deleted += keys

    def forget(self, before: datetime) -> None:
        """Delete the digests of events that arrived before a time.

        :param before: The time.
        """
        with self._open()[0].begin() as connection:
            connection.execute(self._forget, {"before": int(before.timestamp())})

    # What workers do. Every change is fenced: it is made only if the event still is in the hand that is named.

    def _change(self, where: Sequence[sa.ColumnElement[bool]], **values: Any) -> list[str]:
        """Change the running events that fit, and return their keys."""
        table = _workflows(self.database.schema)
        change = sa.update(table).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)
        values = {**values, "owner_xid": None, "updated_at": _now()}
        engine, _ = self._open()
        with self._changing, engine.begin() as connection:
            return list(connection.execute(change.values(values).returning(table.c.workflow_uuid)).scalars())

    def _running(self, *columns: str, where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
        table = _workflows(self.database.schema)
        wanted = (table.c[column] for column in columns)
        return sa.select(*wanted).where(table.c.name == WORKFLOW, table.c.status == "PENDING", *where)

    def _rows(self, query: sa.Select[Any]) -> list[Any]:
        engine, _ = self._open()
        with engine.connect() as connection:
            return list(connection.execute(query))

    def owns(self, key: str, owner: str) -> bool:
        """Whether an event still is in the hand of the run that claimed it.

        :param owner: The token of the claim.
        """
        table = _workflows(self.database.schema)
        mine = (table.c.workflow_uuid == key, table.c.owner_xid == owner)
        return bool(self._rows(self._running("workflow_uuid", where=mine)))

    def held(self, me: str) -> set[Claim]:
        """The claims of a process."""
        table = _workflows(self.database.schema)
        found = self._rows(self._running("workflow_uuid", "owner_xid", where=[table.c.executor_id == me]))
        return {(key, owner) for key, owner in found if owner is not None}

    def has_waited(self, key: str, until: float) -> bool:
        """Whether an event waited until this time, by the clock of who woke it."""
        table = _workflows(self.database.schema)
        waited = (table.c.workflow_uuid == key, table.c.delay_until_epoch_ms >= int(until * 1000))
        return bool(self._rows(self._running("workflow_uuid", where=waited)))

    def was_replayed(self, key: str, tries: int) -> bool:
        """Whether a person had an event tried again after so many tries."""
        return int((self.entry(key).attributes or {}).get("replayed", 0)) >= tries

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
        return bool(self._change(mine, executor_id=WAITING, delay_until_epoch_ms=due, recovery_attempts=starts))

    def wake(self, limit: int) -> list[str]:
        """Put events back into the queue whose wait is over, the longest due first; returns their keys."""
        table = _workflows(self.database.schema)
        due = (table.c.executor_id == WAITING, table.c.delay_until_epoch_ms <= _now())
        query = self._running("workflow_uuid", where=due).order_by(table.c.delay_until_epoch_ms).limit(limit)
        keys = [row[0] for row in self._rows(query)]
        if not keys:
            return []
        return self._change([table.c.executor_id == WAITING, table.c.workflow_uuid.in_(keys)], status="ENQUEUED")

    def hand_back(self, claims: Collection[Claim]) -> list[str]:
        """Put events back into the queue that were claimed, and are in no hand after all; returns their keys."""
        table = _workflows(self.database.schema)
        claim, starts = sa.tuple_(table.c.workflow_uuid, table.c.owner_xid), table.c.recovery_attempts - 1
        ordered, changed = sorted(claims), list[str]()
        for first in range(0, len(ordered), BATCH):
            mine = claim.in_(ordered[first : first + BATCH])
            changed += self._change([mine], status="ENQUEUED", recovery_attempts=starts)
        return changed

    def take_over(self, me: str, most_starts: int) -> None:
        """Put back into the queue what dead processes had in hand.

        :param me: The name of this process.
        :param most_starts: An event that was in so many hands that died is set aside: it may be what kills them.
        """
        table = _workflows(self.database.schema)
        others = table.c.executor_id.notin_([me, WAITING])
        for (name,) in self._rows(self._running("executor_id", where=[others]).distinct()):
            with self.database.dead(name) as dead:
                # Asked only now, for while we waited another may have taken it all over.
                for entry in self.entries(status="PENDING", executor_id=name) if dead else ():
                    self._take_over(entry, most_starts)

    def _take_over(self, entry: WorkflowStatus, most_starts: int) -> None:
        table = _workflows(self.database.schema)
        # A process that is taken for dead may live and have ended it since: then nothing is changed.
        its = (table.c.workflow_uuid == entry.workflow_id, table.c.executor_id == entry.executor_id)
        count = starts(entry)
        if count >= most_starts:
            if self._change(its, **_set_aside()):
                log.error("%s was set aside: %d processes died while they had it in hand", entry.workflow_id, count)
            return
        self._change(its, status="ENQUEUED")


WAITING = "waiting"
"""The process, to DBOS, of events that wait for their next try: none has this name."""


def _now() -> int:
    return int(time.time() * 1000)


def _set_aside() -> dict[str, Any]:
    """What DBOS writes of a workflow that is cancelled."""
    return {"status": "CANCELLED", "queue_name": None, "started_at_epoch_ms": None, "completed_at": _now()}


@functools.cache
def _workflows(schema: str | None) -> sa.TableClause:
    """DBOS's table of workflows, as far as it is used here."""
    names = (
        *("workflow_uuid", "name", "status", "executor_id", "owner_xid", "queue_name", "recovery_attempts"),
        *("delay_until_epoch_ms", "started_at_epoch_ms", "updated_at", "completed_at"),
    )
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    return sa.table("workflow_status", *columns, schema=schema)


def _remembered(key: str, seen_at: int) -> dict[str, Any]:
    return {"digest": hashlib.sha256(key.encode()).digest()[:_DIGEST_BYTES], "seen_at": seen_at}


def starts(entry: WorkflowStatus) -> int:
    """How often a process has taken an event in hand."""
    # Resuming sets DBOS's own count to 0.
    return int((entry.attributes or {}).get("starts", 0)) + (entry.recovery_attempts or 0)


def tries(steps: Sequence[StepInfo]) -> Iterator[tuple[Try, StepInfo]]:
    """The tries among the steps of an event."""
    for step in steps:
        recorded = step["error"] if step["output"] is None else step["output"]
        if isinstance(recorded, FailedError) and recorded.tried is not None:
            yield recorded.tried, step
        elif isinstance(recorded, list):
            with contextlib.suppress(TypeError):
                yield Try(*recorded), step
