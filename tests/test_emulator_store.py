"""What the emulator keeps: at any moment a store says what plain dicts would, whatever it has not yet written.

Hypothesis plays documents that are made, changed, renamed, looked for, listed and counted, in transactions within
transactions that are kept or undone; and jobs, of which the store reads only the next few.
"""

import contextlib
import copy
import sqlite3

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from paystackease import Emulator, Paystack, errors
from paystackease.emulator import Clock
from paystackease.emulator.services import Tenant
from paystackease.emulator.storage import jobs as queue
from paystackease.emulator.storage import queries, write_cache
from paystackease.emulator.storage.document import Document, DuplicateKeyError, Query
from paystackease.emulator.storage.jobs import JobQueue
from paystackease.emulator.storage.store import Store
from paystackease.emulator.webhooks.outbox import Outbox

KEY = "sk_test_store"
KINDS = ("transaction", "thing")  # of which the first are counted by status
STATUSES = ("pending", "success", "failed")
names = st.sampled_from(["ada", "eve", "zoe", None])
kinds = st.sampled_from(KINDS)
picks = st.integers(0, 9)


class UndoneError(Exception):
    pass


class StoreMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.store = Store()
        self.known = {kind: {} for kind in KINDS}
        self.open = []
        self.undone = False

    @rule()
    @precondition(lambda self: len(self.open) < 3)
    def begin_transaction(self):
        transaction = self.store.transaction()
        transaction.__enter__()
        self.open.append((transaction, copy.deepcopy(self.known)))

    @rule(keeps=st.booleans())
    @precondition(lambda self: self.open)
    def end_transaction(self, keeps):
        transaction, before = self.open.pop()
        transaction.__exit__(None if keeps else UndoneError, None, None)
        if not keeps:
            self.known = before

    @rule(kind=kinds, name=names, status=st.sampled_from(STATUSES), amount=st.integers(0, 9))
    def insert_document(self, kind, name, status, amount):
        number = self.store.next_id("a", kind, 1)
        assert number == len(self.known[kind]) + 1
        new_document = Document(
            kind,
            number,
            f"{kind}_{number}",
            name,
            amount % 3,
            amount * 86_400.0,
            0.0,
            {"status": status, "amount": amount, "currency": "NGN"},
        )
        if self.find_number(kind, name) is None:
            self.store.add("a", new_document)
            self.known[kind][number] = (name, amount % 3, new_document.body)
        else:
            with pytest.raises(DuplicateKeyError):
                self.store.add("a", new_document)

    @rule(kind=kinds, pick=picks, name=names, status=st.sampled_from(STATUSES))
    def update_document(self, kind, pick, name, status):
        if not self.known[kind]:
            return
        number = pick % len(self.known[kind]) + 1
        document = self.store.find("a", kind, number=number)
        document.body["status"], document.unique_key = status, name
        if self.find_number(kind, name) in {None, number}:
            self.store.save("a", document)
            self.known[kind][number] = (name, document.parent_id, document.body)
        else:
            with pytest.raises(DuplicateKeyError):
                self.store.save("a", document)

    @rule(kind=kinds, name=st.sampled_from(["ada", "eve", "zoe"]))
    def find_by_unique_key(self, kind, name):
        document = self.store.find("a", kind, unique_key=name)
        assert (None if document is None else document.id) == self.find_number(kind, name)

    @rule(kind=kinds, pick=picks)
    def find_by_code(self, kind, pick):
        document = self.store.find("a", kind, code=f"{kind}_{pick}")
        known = self.known[kind].get(pick)
        assert (None if document is None else (document.unique_key, document.parent_id, document.body)) == known

    @rule(kind=kinds, owner=st.integers(0, 2))
    def list_by_parent(self, kind, owner):
        listed = [item.id for item in self.store.children_of("a", kind, owner)]
        assert listed == [number for number, (_, whose, _) in self.known[kind].items() if whose == owner]

    @rule(kind=kinds, status=st.sampled_from(STATUSES))
    def list_and_count_by_status(self, kind, status):
        where = Query(having={"status": status})
        bodies = [body for _, _, body in self.known[kind].values() if body["status"] == status]
        assert [item.body for item in self.store.find_all("a", kind, where, limit=99)] == bodies[::-1]
        assert self.store.count("a", kind, where) == len(bodies)
        assert self.store.sum("a", kind, where) == sum(body["amount"] for body in bodies)

    @rule(first=st.integers(0, 9), days=st.integers(0, 9))
    def count_by_day_and_status(self, first, days):
        counts = {}
        for _, _, body in self.known["transaction"].values():
            if first <= body["amount"] <= first + days:  # the amount is the day
                by_status = counts.setdefault(body["amount"], {})
                by_status[body["status"]] = by_status.get(body["status"], 0) + 1
        statuses = [body["status"] for _, _, body in self.known["transaction"].values()]
        assert queries.count_by_status(self.store, "a", "transaction") == {
            item: statuses.count(item) for item in statuses
        }
        paid = [body["amount"] for _, _, body in self.known["transaction"].values() if body["status"] == "success"]
        assert queries.paid_by_currency(self.store, "a", "transaction") == (
            [("NGN", len(paid), sum(paid))] if paid else []
        )
        assert queries.counts_by_day(self.store, "a", "transaction", first, first + days) == counts

    @rule(kind=kinds, prefix=st.sampled_from(["", "a", "e", "ada", "b", "zoe "]), limit=st.integers(1, 3))
    def they_are_looked_for_by_how_their_names_begin(self, kind, prefix, limit):
        names = sorted(name for name, _, _ in self.known[kind].values() if name and name.startswith(prefix))
        matches = queries.find_by_prefix(self.store, "a", kind, "unique_key", prefix, limit)
        assert [match.unique_key for match in matches] == names[:limit]

    @rule()
    @precondition(lambda self: not self.open)
    def copy_store(self):
        copied = self.store.copy()
        for kind in KINDS:
            assert copied.count("a", kind, Query()) == len(self.known[kind])
            if self.find_number(kind, "ada") is not None:
                with pytest.raises(DuplicateKeyError):
                    copied.add("a", Document(kind, 99, None, "ada", None, 0.0, 0.0, {}))

    @invariant()
    def stored_documents_match_the_model(self):
        for kind, known in self.known.items():
            for number, (name, owner, body) in known.items():
                document = self.store.find("a", kind, number=number)
                assert (document.unique_key, document.parent_id, document.body) == (name, owner, body)

    def find_number(self, kind, name):
        return next((number for number, (own, _, _) in self.known[kind].items() if own == name and name), None)

    def teardown(self):
        while self.open:
            self.end_transaction(True)
        self.store.close()


class CachedStoreMachine(StoreMachine):
    """The same with a minimal write cache."""

    def __init__(self):
        super().__init__()
        self.most = write_cache.MAX_DOCUMENTS, write_cache.MAX_UNIQUE_KEYS
        write_cache.MAX_DOCUMENTS, write_cache.MAX_UNIQUE_KEYS = 2, 2

    def teardown(self):
        write_cache.MAX_DOCUMENTS, write_cache.MAX_UNIQUE_KEYS = self.most
        super().teardown()


class QueueMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.ahead, queue.READ_AHEAD = queue.READ_AHEAD, 3
        self.store = Store()
        self.notified = []
        self.jobs = JobQueue(self.store, lambda tenant, due: self.notified.append((tenant, due)))
        self.waiting = {"a": [], "b": []}
        self.number = 0

    @rule(tenant=st.sampled_from("ab"), dues=st.lists(st.integers(0, 20), min_size=1, max_size=8))
    def add_jobs(self, tenant, dues):
        with self.store.transaction():
            for due in dues:
                self.number += 1
                self.jobs.add(tenant, float(due), "a job", {"number": self.number})
                self.waiting[tenant].append((due, self.number))
                assert self.notified.pop() == (tenant, due)

    @rule(tenant=st.sampled_from("ab"), until=st.integers(0, 20), many=st.integers(1, 9), keeps=st.booleans())
    def take_jobs(self, tenant, until, many, keeps):
        waiting = sorted(self.waiting[tenant])
        with contextlib.suppress(UndoneError), self.store.transaction():
            for _ in range(many):
                first = waiting[0] if waiting and waiting[0][0] <= until else None
                assert self.jobs.next_due(tenant, until) == (None if first is None else first[0])
                job = self.jobs.pop_due(tenant, until)
                assert (None if job is None else (job.due, job.body["number"])) == first
                assert job is None or job.tenant == tenant
                waiting = waiting[first is not None :]
            if not keeps:
                raise UndoneError
        if keeps:
            self.waiting[tenant] = waiting

    @invariant()
    def next_due_time_is_correct(self):
        for tenant, waiting in self.waiting.items():
            assert self.jobs.earliest_due(tenant) <= min((due for due, _ in waiting), default=float("inf"))

    def teardown(self):
        queue.READ_AHEAD = self.ahead
        left = sum(map(len, self.waiting.values()))
        assert self.store.execute("select count(*) from job") == [(left,)]
        self.store.close()


TestKeeping, TestRemembering, TestQueueing = StoreMachine.TestCase, CachedStoreMachine.TestCase, QueueMachine.TestCase
TestKeeping.settings = TestRemembering.settings = TestQueueing.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)


def test_a_released_unique_key_can_be_reused_in_the_same_transaction():
    store = Store()
    with store.transaction():
        for number in 1, 2:
            store.add("a", Document("thing", number, None, "ada" if number == 1 else None, None, 0.0, 0.0, {}))
        first, second = (store.find("a", "thing", number=number) for number in (1, 2))
        first.unique_key, second.unique_key = None, "ada"
        store.save("a", first)
        store.save("a", second)
    assert store.execute("select id, unique_key from document order by id") == [(1, None), (2, "ada")]


def test_a_change_by_id_is_visible_by_code():
    store = Store()
    store.add("a", Document("thing", 1, "THING_1", None, None, 0.0, 0.0, {"status": "pending"}))
    with contextlib.suppress(UndoneError), store.transaction():
        raise UndoneError  # and everything is rolled back
    with store.transaction():
        document = store.find("a", "thing", number=1)
        document.body["status"] = "success"
        store.save("a", document)
        assert store.find("a", "thing", code="THING_1").body == {"status": "success"}


def test_two_changes_in_one_transaction_are_written_once():
    store, written = Store(), []
    store.connection.set_trace_callback(lambda sql: written.append(sql.split()[0]))
    with store.transaction():
        new_document = Document("thing", 1, None, None, None, 0.0, 0.0, {"status": "pending"})
        store.add("a", new_document)
        new_document.body["status"] = "success"
        store.save("a", new_document)
    assert [verb for verb in written if verb in {"insert", "update"}] == ["insert"]
    assert store.execute("select status from document") == [("success",)]


def test_event_numbers_are_never_reused():
    store = Store()
    events = Outbox(store)
    with contextlib.suppress(UndoneError), store.transaction():
        sequence = events.add("a", 0.0, {"event": "one", "data": {}})
        with contextlib.suppress(UndoneError), store.transaction():
            events.add("a", 0.0, {"event": "undone", "data": {}})
            raise UndoneError
        again = events.add("a", 0.0, {"event": "two", "data": {}})
    assert (sequence, again) == (1, 2)
    assert (
        [event.name for event in events.events_of("a")]
        == [event.name for event in events.events_since(0)]
        == ["one", "two"]
    )
    store.delete_tenant("a")
    assert events.add("a", 0.0, {"event": "three", "data": {}}) == 3
    assert [event.seq for event in events.events_since(0)] == [3]


def test_a_failing_job_rolls_back_its_batch():
    executed = []

    def succeed(call):
        executed.append(call.body["number"])
        call.create("thing", {"number": call.body["number"]})

    def fail_job(call):
        if breaking:
            raise ZeroDivisionError
        succeed(call)

    breaking = True
    with Emulator(KEY, clock=Clock(frozen_at=0.0)) as emulator:
        emulator.scheduler._job_handlers = {**emulator.scheduler._job_handlers, "works": succeed, "breaks": fail_job}
        emulator.run_as(
            Tenant.from_key(KEY),
            lambda call: [call.schedule(n, "breaks" if n == 3 else "works", number=n) for n in range(1, 6)],
        )
        with pytest.raises(ZeroDivisionError):
            emulator.advance(10)
        assert emulator._services.store.execute("select * from document") == []
        breaking, executed = False, []
        emulator.advance(10)
        stored_numbers = emulator.run_as(
            Tenant.from_key(KEY), lambda call: [item.body["number"] for item in call.find_all("thing")]
        )
    assert executed == stored_numbers[::-1] == [1, 2, 3, 4, 5]


def test_a_restored_reference_is_a_duplicate(tmp_path):
    def begin():
        return Paystack(transport=emulator).transactions.initialize("ada@example.com", 5_000, reference="T1")

    with Emulator(KEY, db=tmp_path / "kept.db") as emulator:
        begin()
        emulator.save_snapshot("with T1")
        emulator.reset()
    with Emulator(KEY, db=tmp_path / "kept.db") as emulator:
        emulator.restore_snapshot("with T1")
        with pytest.raises(errors.DuplicateReferenceError):
            begin()


def test_a_query_flushes_pending_events(tmp_path):
    store = Store(tmp_path / "kept.db")
    events = Outbox(store)
    with store.transaction():
        events.add("a", 0.0, {"event": "one", "data": {}})
        assert events.count("a") == 1
        with contextlib.closing(sqlite3.connect(tmp_path / "kept.db")) as other:
            assert other.execute("select count(*) from event").fetchone() == (0,)
    with contextlib.closing(sqlite3.connect(tmp_path / "kept.db")) as other:
        assert other.execute("select count(*) from event").fetchone() == (1,)
    store.close()


def test_each_store_in_memory_is_a_file_there_and_its_own():
    # SQLite goes through all of ":memory:" at the end of each transaction: "file::memory:" is that, whatever its vfs.
    ours, another = Store(), Store()
    ((_, _, name),) = ours.execute("pragma database_list")
    assert name.endswith("emulator")
    ours.save_clock("a", "[]")
    assert (ours.clocks(), another.clocks()) == ([("a", "[]")], [])
