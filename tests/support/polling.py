"""Waiting for other threads and processes."""

import time


def wait_until(is_true, seconds=30.0):
    """Call a function until it returns a true value, and return that value."""
    deadline = time.monotonic() + seconds
    while not (found := is_true()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
    return found
