"""A worker's whole program, for the tests that kill it: ``python inbox_worker.py URL DIRECTORY CHANCE``.

It dies by itself too, as by ``kill -9``, with that chance, at the worst moments: when an effect is there and nobody has
written that it is.
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


def perhaps_die():
    if random.random() < CHANCE:
        os.kill(os.getpid(), signal.SIGKILL)


def alone(event):
    """Nobody else has this event in hand: the lock ends with the process."""
    with (DIRECTORY / event.key.replace(":", "_")).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with (DIRECTORY / "twice").open("a") as twice:
                twice.write(f"{event.key}\n")
        time.sleep(random.random() * 0.01)
        perhaps_die()


@inbox.on("*")
def note(event):
    """A handler that may be run again, and to which that does no harm."""
    alone(event)
    (DIRECTORY / f"note {event.key}".replace(":", "_")).touch()
    perhaps_die()
    if random.random() < 0.02:
        raise RuntimeError("this happens")


@inbox.on("*", transactional=True)
def fulfil(event, session):
    """A handler whose effect is not to happen twice, and which nothing but the inbox keeps from it."""
    session.execute(
        sa.text("insert into effect (event, subject) values (:event, :subject)"),
        {"event": event.key, "subject": event.ordering_key},
    )
    session.flush()
    perhaps_die()
    if random.random() < 0.02:
        raise RuntimeError("this happens too, and what was written is taken back")


inbox.run()
