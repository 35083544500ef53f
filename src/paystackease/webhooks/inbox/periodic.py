"""Periodic tasks of a worker, each in a separate thread, so that one that fails or hangs does not stop the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger("paystackease")


def start_periodic_task(
    name: str,
    seconds: float,
    step: Callable[[], object],
    stopping: threading.Event,
    *,
    rest: float = 0.0,
    wait: threading.Event | None = None,
) -> threading.Thread:
    """Start a thread that calls a function at an interval until the worker stops.

    :param seconds: The interval, in seconds.
    :param stopping: Set when the worker stops.
    :param rest: After each call, pause for at least this many times as long as it took.
    :param wait: Ends a pause early when it is set. Default: ``stopping``.
    """
    pause = stopping if wait is None else wait

    def run() -> None:
        failing = False
        while not stopping.is_set():
            began = time.monotonic()
            try:
                step()
            except Exception as error:
                if not failing and not stopping.is_set():
                    log.warning("the inbox's %s task failed and will be retried: %s", name, type(error).__name__)
                failing = True
                pause.wait(min(max(seconds, 0.1), 60.0))
            else:
                failing = False
                pause.wait(max(seconds, min(rest * (time.monotonic() - began), 60.0)))
            if wait is not None:
                wait.clear()

    thread = threading.Thread(target=run, name=f"paystackease-inbox-{name}", daemon=True)
    thread.start()
    return thread
