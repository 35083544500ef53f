"""The program of an inbox worker, for the tests that kill it: ``python inbox_worker.py URL DIRECTORY CHANCE``.

It also kills itself (SIGKILL) with this probability at the worst moments: after an effect, before it is recorded.
"""

import fcntl
import os
import random
import signal
import sys
import time
from pathlib import Path

import sqlalchemy as sa

from paystackease.webhooks.inbox import Inbox

URL, DIRECTORY, CHANCE = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])

inbox = Inbox(URL, max_concurrency=4, retry_delays=[0.1, 0.2, 0.4, 0.8], poll=0.05, grace=1.0)


def kill_at_random():
    if random.random() < CHANCE:
        os.kill(os.getpid(), signal.SIGKILL)


def check_exclusive(event):
    """Record a violation if another worker handles this event now: the lock ends with the process."""
    with (DIRECTORY / event.key.replace(":", "_")).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with (DIRECTORY / "twice").open("a") as twice:
                twice.write(f"{event.key}\n")
        time.sleep(random.random() * 0.01)
        kill_at_random()


@inbox.on("*")
def note(event):
    """Handle an event idempotently."""
    check_exclusive(event)
    (DIRECTORY / f"note {event.key}".replace(":", "_")).touch()
    kill_at_random()
    if random.random() < 0.02:
        raise RuntimeError("a handler failed")


@inbox.on("*", transactional=True)
def fulfil(event, session):
    """Write an effect that must happen once. Only the inbox prevents duplicates."""
    session.execute(
        sa.text("insert into effect (event, subject) values (:event, :subject)"),
        {"event": event.key, "subject": event.ordering_key},
    )
    session.flush()
    kill_at_random()
    if random.random() < 0.02:
        raise RuntimeError("a transactional handler failed, and its transaction is rolled back")


inbox.run()
