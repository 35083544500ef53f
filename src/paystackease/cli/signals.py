"""Handle Ctrl-C while a long list is fetched: exit immediately, without waiting for pages in flight.

Each page is saved in one transaction, so exiting loses no more than being killed does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

INTERRUPTED = 130
"""The exit code of a command that was interrupted, by the convention of shells."""


@contextmanager
def exit_on_interrupt(before_exit: Callable[[], object]) -> Generator[None]:
    """Make Ctrl-C exit the process immediately.

    :param before_exit: Called first, to print how to resume.
    """

    def exit_now(number: int, frame: object) -> None:
        before_exit()
        sys.stderr.flush()
        os._exit(INTERRUPTED)

    previous = signal.signal(signal.SIGINT, exit_now)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
