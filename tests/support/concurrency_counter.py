"""Counts how many threads or tasks are in a section at the same time."""

import threading
from contextlib import contextmanager

TIMEOUT = 5.0
"""Seconds after which a thread counts as hanging. No passing test waits that long."""


class ConcurrencyCounter:
    """Counts concurrent entries. With ``together``, each entry waits until that many are inside."""

    def __init__(self, together=None):
        self.active = self.max_active = self.entries = 0
        self.order = []
        self._lock = threading.Lock()
        self._together = threading.Barrier(together) if together else None

    @contextmanager
    def enter(self, name=None):
        with self._lock:
            self.active += 1
            self.entries += 1
            self.max_active = max(self.max_active, self.active)
            self.order.append(name)
        try:
            if self._together:
                self._together.wait(TIMEOUT)
            yield
        finally:
            with self._lock:
                self.active -= 1


def run_in_threads(function, names):
    """Run ``function(name)`` in a thread for each name, and raise the first error."""
    errors = []

    def catch_errors(name):
        try:
            function(name)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=catch_errors, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT * 2)
        assert not thread.is_alive()
    if errors:
        raise errors[0]
