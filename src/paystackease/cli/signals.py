"""Ctrl-C while a long list comes: the command ends at once, and does not wait for the pages that are under way.

What came is kept page by page, whole or not at all, so that ending here costs no more than being killed does.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

CODE = 130
"""How shells say that a command was interrupted."""


@contextmanager
def ending_at_once(say: Callable[[], object]) -> Generator[None]:
    """Have Ctrl-C end the process.

    :param say: Says how to go on.
    """

    def end(number: int, frame: object) -> None:
        say()
        sys.stderr.flush()
        os._exit(CODE)

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
