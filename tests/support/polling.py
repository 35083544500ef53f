"""Waiting for other threads and processes."""

import time


def wait_until(condition, seconds=30.0):
    """Call a function until it returns a true value, and return that value."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.01)
    return result
