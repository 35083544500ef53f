"""Runs a worker until the process receives a signal, and exits if handlers do not end in time."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import sys
import threading
import types
from collections.abc import Callable

from paystackease.errors import InboxError

EXIT_UNFINISHED = 75
"""The exit status of a worker whose handlers did not end in time: ``EX_TEMPFAIL`` of sysexits.h."""

HANDLERS_SHARE = 0.8
"""The share of ``stop_timeout`` for which :meth:`Inbox.run` waits for handlers."""


def run_until_signal(
    start: Callable[[], object],
    stop: Callable[[float], bool],
    close: Callable[[], object],
    set_on_death: Callable[[Callable[[], object]], object],
    stop_timeout: float,
) -> None:
    """Run a worker until SIGTERM or SIGINT.

    :param start: Starts the worker.
    :param stop: Stops it within the given seconds; returns whether all handlers ended.
    :param close: Closes the connections.
    :param set_on_death: Sets the function that is called if the worker cannot continue.
    :param stop_timeout: The most seconds from the signal to the end of the process.
    :raises paystackease.errors.InboxError: If the worker cannot continue.
    """
    # A signal handler may run while the main thread waits for a queue. Only SimpleQueue can be used in both.
    ended: queue.SimpleQueue[bool] = queue.SimpleQueue()
    signalled: queue.SimpleQueue[bool] = queue.SimpleQueue()
    returned = threading.Event()

    def end(number: int, frame: types.FrameType | None) -> None:
        signalled.put(True)
        ended.put(True)

    def watch() -> None:
        if signalled.get() and not returned.wait(stop_timeout):
            os.write(2, b"paystackease: the worker did not end in time and exits: the next one resumes its events\n")
            os._exit(EXIT_UNFINISHED)

    threading.Thread(target=watch, name="paystackease-inbox-watch", daemon=True).start()
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    set_on_death(lambda: ended.put(False))
    try:
        start()
        was_signalled = ended.get()
        signalled.put(True)
        if not was_signalled:
            stop(0)
            raise InboxError("the inbox's worker could not continue: start it again")
        # The rest of the time is for DBOS's threads and the connections.
        finished = stop(stop_timeout * HANDLERS_SHARE)
        if not finished:
            for stream in sys.stdout, sys.stderr:
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
            os._exit(EXIT_UNFINISHED)
        close()
    finally:
        returned.set()
        signalled.put(False)
        set_on_death(lambda: None)
        for number, handler in before.items():
            signal.signal(number, handler)
