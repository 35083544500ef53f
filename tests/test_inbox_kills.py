"""Workers that are killed at any moment: every event has its effect exactly once."""

import collections
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from inbox_fixtures import entry_states
from postgres_cluster import needs_postgres, run_cluster
from signed_events import verified_event

from paystackease.webhooks.inbox import Inbox

WORKER = Path(__file__).parent / "support" / "inbox_worker.py"


def generate_events(count, rng):
    """Yield the events of each payment in the order in which they arrive."""
    for number in range(count):
        reference = f"T{number:05}"
        events = [("charge.success", {"reference": reference, "id": number, "status": "success"})]
        refund = {"transaction_reference": reference, "amount": "500"}
        steps = "pending", "processing", "processed"
        events += [(f"refund.{status}", {**refund, "status": status}) for status in steps]
        if rng.random() < 0.3:
            rng.shuffle(events)
        yield [verified_event(name, **data) for name, data in events]


def deliver_events(inbox, count, seconds, seed):
    """Deliver all events within ``seconds``, some repeatedly or late; return the keys of each subject in order."""
    rng = random.Random(seed)
    schedule, arrived, duplicates = [], collections.defaultdict(list), []
    for events in generate_events(count, rng):
        moment = rng.random() * seconds
        for event in events:
            moment += rng.choice([0, 0, rng.random() * seconds / 4])
            schedule.append((moment, event))
            schedule += [(moment + rng.random() * seconds / 2, event)] * rng.choice([0, 0, 1, 2])
    start = time.monotonic()
    for moment, event in sorted(schedule, key=lambda item: item[0]):
        time.sleep(max(0.0, start + moment - time.monotonic()))
        if inbox.receive(event):
            arrived[event.ordering_key].append(event.key)
        else:
            duplicates.append(event.key)
    assert duplicates, "no event was repeated"
    return arrived


class WorkerPool:
    """Several workers, each of which is restarted when it dies."""

    def __init__(self, url, directory, count):
        self.url, self.directory, self.killed, self.max_kills = url, directory, 0, 0
        self._running = [None] * count

    def restart(self):
        """Start the workers that do not run; some of them kill themselves until enough were killed."""
        for number, process in enumerate(self._running):
            if process is not None and process.poll() is not None:
                assert process.returncode == -9, process.stderr.read()
                self.killed += 1
                process.stderr.close()
                process = None
            if process is None:
                kill_probability = 0.0 if self.killed >= self.max_kills else 0.005
                command = [sys.executable, WORKER, self.url, self.directory, str(kill_probability)]
                self._running[number] = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def kill_one(self):
        random.choice(self._running).kill()

    def stop(self):
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.communicate(timeout=30)


def check_exactly_once(url, tmp_path, *, payments, kills, workers, seconds):
    locks = tmp_path / "locks"
    locks.mkdir()
    inbox = Inbox(url)
    inbox.list()  # creates the database
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    number = "integer primary key autoincrement" if url.startswith("sqlite") else "bigserial primary key"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create table effect (number {number}, event text, subject text)")
    arrived = {}
    sender = threading.Thread(target=lambda: arrived.update(deliver_events(inbox, payments, seconds, 1)))
    pool = WorkerPool(url, locks, workers)
    pool.max_kills = kills
    sender.start()
    try:
        pool.restart()
        deadline = time.monotonic() + 20 * seconds + 60
        final = {"done", "dead_letter"}
        while sender.is_alive() or pool.killed < kills or set(entry_states(inbox).values()) - final:
            assert time.monotonic() < deadline, (pool.killed, collections.Counter(entry_states(inbox).values()))
            time.sleep(random.uniform(0.2, 1.2) / workers)
            if pool.killed < kills:
                pool.kill_one()
            time.sleep(0.02)
            pool.restart()
    finally:
        sender.join()
        pool.stop()
    with engine.connect() as connection:
        effects = connection.exec_driver_sql("select event, subject from effect order by number").all()
    engine.dispose()
    keys = {key for subject in arrived.values() for key in subject}
    assert len(keys) == 4 * payments
    assert not inbox.list("dead_letter")
    assert collections.Counter(key for key, _ in effects) == dict.fromkeys(keys, 1)
    assert {f"note {key}".replace(":", "_") for key in keys} <= {file.name for file in locks.iterdir()}
    assert not (locks / "twice").exists(), "two workers handled an event concurrently"
    handled_order = collections.defaultdict(list)
    for key, subject in effects:
        handled_order[subject].append(key)
    assert handled_order == arrived, "events of one subject were handled in another order than they arrived in"
    inbox.close()
    return pool.killed


@pytest.fixture
def postgres_url():
    with run_cluster() as url:
        yield url


def test_a_few_kills_on_sqlite(tmp_path):
    assert (
        check_exactly_once(f"sqlite:///{tmp_path}/inbox.db", tmp_path, payments=60, kills=4, workers=1, seconds=4) >= 4
    )


@needs_postgres
def test_a_few_kills_on_postgres(tmp_path, postgres_url):
    assert check_exactly_once(postgres_url, tmp_path, payments=60, kills=6, workers=4, seconds=4) >= 6


@pytest.mark.long
def test_a_hundred_kills_on_sqlite(tmp_path):
    assert (
        check_exactly_once(f"sqlite:///{tmp_path}/inbox.db", tmp_path, payments=1250, kills=100, workers=1, seconds=120)
        >= 100
    )


@needs_postgres
@pytest.mark.long
def test_a_hundred_kills_on_postgres(tmp_path, postgres_url):
    assert check_exactly_once(postgres_url, tmp_path, payments=1250, kills=100, workers=4, seconds=60) >= 100


KILL_WORKER_PROGRAM = """
import os, signal, sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.05, max_crashes=3)


@inbox.on("*", name="handle")
def handle(event):
    if event.data["reference"] == "kills":
        os.kill(os.getpid(), signal.SIGKILL)


inbox.run()
"""


def test_an_event_that_kills_every_worker_is_dead_lettered_and_the_next_one_is_handled(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    fatal_event = verified_event("charge.success", reference="kills", id=1, status="success")
    next_event = verified_event(
        "refund.pending", transaction_reference="kills", reference="R1", amount="5", status="pending"
    )
    assert fatal_event.ordering_key == next_event.ordering_key
    inbox.receive(fatal_event)
    inbox.receive(next_event)
    kills = 0
    deadline = time.monotonic() + 120
    while inbox.list("done") == []:
        command = [sys.executable, "-c", KILL_WORKER_PROGRAM, f"sqlite:///{tmp_path}/inbox.db"]
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while worker.poll() is None and inbox.list("done") == []:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        kills += worker.returncode == -9
        worker.terminate()
        worker.wait(30)
    assert kills == 3
    assert [(entry.key, entry.state, entry.claim_count) for entry in inbox.list()] == [
        (next_event.key, "done", 1),
        (fatal_event.key, "dead_letter", 3),
    ]
    inbox.close()
