"""Waiting, in tests, for what other threads and processes do."""

import time


def wait_until(is_true, seconds=30.0):
    """Wait until a function returns something true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := is_true()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
    return found
