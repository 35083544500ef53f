"""Counts how many threads or tasks are in a section at the same time."""

import threading
from contextlib import contextmanager

TIMEOUT = 5.0
"""Seconds after which nobody comes any more. No test waits for it to pass."""


class ConcurrencyCounter:
    """Counts who is inside. With ``together``, nobody leaves before so many are."""

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
    """Does it in a thread for each name, and raises what went wrong in one."""
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
