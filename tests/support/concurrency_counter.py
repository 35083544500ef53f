"""Counts how many threads or tasks are in a section at the same time."""

import threading
from contextlib import contextmanager

TIMEOUT = 5.0
"""Seconds after which a thread counts as hanging. No passing test waits that long."""


class ConcurrencyCounter:
    """Counts concurrent visits. With ``together``, no visit ends before that many are inside."""

    def __init__(self, together=None):
        self.inside = self.max_inside = self.visits = 0
        self.order = []
        self._lock = threading.Lock()
        self._together = threading.Barrier(together) if together else None

    @contextmanager
    def visited(self, name=None):
        with self._lock:
            self.inside += 1
            self.visits += 1
            self.max_inside = max(self.max_inside, self.inside)
            self.order.append(name)
        try:
            if self._together:
                self._together.wait(TIMEOUT)
            yield
        finally:
            with self._lock:
                self.inside -= 1


def run_in_threads(work, names):
    """Run ``work`` in a thread for each name, and raise the first error."""
    wrong = []

    def safely(name):
        try:
            work(name)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=safely, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT * 2)
        assert not thread.is_alive()
    if wrong:
        raise wrong[0]
