"""Workers that are killed at any moment: every event's effect happens once, and none is missing."""

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


def make_lives(count, chance):
    """What happens to so many payments: for each, its events in the order in which they will arrive."""
    for number in range(count):
        reference = f"T{number:05}"
        happened = [("charge.success", {"reference": reference, "id": number, "status": "success"})]
        refund = {"transaction_reference": reference, "amount": "500"}
        steps = "pending", "processing", "processed"
        happened += [(f"refund.{status}", {**refund, "status": status}) for status in steps]
        if chance.random() < 0.3:
            chance.shuffle(happened)
        yield [verified_event(name, **data) for name, data in happened]


def deliver_events(inbox, count, seconds, seed):
    """Deliver it all, some of it twice or later, over so many seconds; gives the keys of each subject in order."""
    chance = random.Random(seed)
    line, arrived, known = [], collections.defaultdict(list), []
    for life in make_lives(count, chance):
        at = chance.random() * seconds
        for one in life:
            at += chance.choice([0, 0, chance.random() * seconds / 4])
            line.append((at, one))
            line += [(at + chance.random() * seconds / 2, one)] * chance.choice([0, 0, 1, 2])
    began = time.monotonic()
    for at, one in sorted(line, key=lambda item: item[0]):
        time.sleep(max(0.0, began + at - time.monotonic()))
        if inbox.receive(one):
            arrived[one.ordering_key].append(one.key)
        else:
            known.append(one.key)
    assert known, "some came again"
    return arrived


class Workers:
    """So many workers, that are begun anew as they die."""

    def __init__(self, url, directory, count):
        self.url, self.directory, self.killed, self.enough = url, directory, 0, 0
        self._running = [None] * count

    def tend(self):
        """Begin those that are missing, and kill one."""
        for number, process in enumerate(self._running):
            if process is not None and process.poll() is not None:
                assert process.returncode == -9, process.stderr.read()
                self.killed += 1
                process.stderr.close()
                process = None
            if process is None:
                chance = 0.0 if self.killed >= self.enough else 0.005
                command = [sys.executable, WORKER, self.url, self.directory, str(chance)]
                self._running[number] = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def kill_one(self):
        random.choice(self._running).kill()

    def end(self):
        for process in self._running:
            process.terminate()
        for process in self._running:
            process.communicate(timeout=30)


def check_exactly_once(url, tmp_path, *, payments, kills, workers, seconds):
    locks = tmp_path / "locks"
    locks.mkdir()
    inbox = Inbox(url)
    inbox.list()  # which makes the database
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    number = "integer primary key autoincrement" if url.startswith("sqlite") else "bigserial primary key"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create table effect (number {number}, event text, subject text)")
    arrived = {}
    sender = threading.Thread(target=lambda: arrived.update(deliver_events(inbox, payments, seconds, 1)))
    crew = Workers(url, locks, workers)
    crew.enough = kills
    sender.start()
    try:
        crew.tend()
        deadline = time.monotonic() + 20 * seconds + 60
        final = {"done", "dead_letter"}
        while sender.is_alive() or crew.killed < kills or set(entry_states(inbox).values()) - final:
            assert time.monotonic() < deadline, (crew.killed, collections.Counter(entry_states(inbox).values()))
            time.sleep(random.uniform(0.2, 1.2) / workers)
            if crew.killed < kills:
                crew.kill_one()
            time.sleep(0.02)
            crew.tend()
    finally:
        sender.join()
        crew.end()
    with engine.connect() as connection:
        effects = connection.exec_driver_sql("select event, subject from effect order by number").all()
    engine.dispose()
    keys = {key for subject in arrived.values() for key in subject}
    assert len(keys) == 4 * payments
    assert not inbox.list("dead_letter")
    assert collections.Counter(key for key, _ in effects) == dict.fromkeys(keys, 1)
    assert {f"note {key}".replace(":", "_") for key in keys} <= {file.name for file in locks.iterdir()}
    assert not (locks / "twice").exists(), "an event was in two hands at once"
    handled = collections.defaultdict(list)
    for key, subject in effects:
        handled[subject].append(key)
    assert handled == arrived, "events of one subject were handled in another order than they arrived in"
    inbox.close()
    return crew.killed


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


FATAL = """
import os, signal, sys
from paystackease.webhooks import Inbox

inbox = Inbox(sys.argv[1], poll=0.05, max_crashes=3)


@inbox.on("*", name="handle")
def handle(event):
    if event.data["reference"] == "kills":
        os.kill(os.getpid(), signal.SIGKILL)


inbox.run()
"""


def test_an_event_that_kills_every_worker_is_set_aside_and_those_behind_it_are_handled(tmp_path):
    inbox = Inbox(f"sqlite:///{tmp_path}/inbox.db")
    kills = verified_event("charge.success", reference="kills", id=1, status="success")
    behind = verified_event(
        "refund.pending", transaction_reference="kills", reference="R1", amount="5", status="pending"
    )
    assert kills.ordering_key == behind.ordering_key
    inbox.receive(kills)
    inbox.receive(behind)
    died = 0
    deadline = time.monotonic() + 120
    while inbox.list("done") == []:
        command = [sys.executable, "-c", FATAL, f"sqlite:///{tmp_path}/inbox.db"]
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while worker.poll() is None and inbox.list("done") == []:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        died += worker.returncode == -9
        worker.terminate()
        worker.wait(30)
    assert died == 3
    assert [(entry.key, entry.state, entry.claim_count) for entry in inbox.list()] == [
        (behind.key, "done", 1),
        (kills.key, "dead_letter", 3),
    ]
    inbox.close()
