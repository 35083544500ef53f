"""``PAYSTACK_LOG``: send the log of the library to standard error."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from typing import TextIO

from paystackease._core.value_sets import find_nearest
from paystackease.errors import PERSONAL_DATA, InvalidArgumentError

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}


class _Formatter(logging.Formatter):
    """Formats a record as one line, without personal data and keys."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.name} {record.levelname}: {_sanitize(record.getMessage())}"
        if record.exc_info and record.exc_info[0] is not None:
            line += f" ({record.exc_info[0].__name__})"  # The text of an error may quote what was sent.
        return line


def _sanitize(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", PERSONAL_DATA.sub("…", text))


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to the current ``sys.stderr``, which a program may replace."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(_Formatter())

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # pyright: ignore[reportIncompatibleVariableOverride] # as logging.lastResort does
        return sys.stderr


_handler = _StderrHandler()
_lock = threading.Lock()
_previous_level = logging.NOTSET


def configure_log() -> None:
    """Send the log to standard error if ``PAYSTACK_LOG`` is ``debug`` or ``info``, and no longer if it is not set.

    Each client calls it when it is made.

    :raises paystackease.errors.InvalidArgumentError: If ``PAYSTACK_LOG`` has another value.
    """
    global _previous_level
    value = os.environ.get("PAYSTACK_LOG", "").strip().lower()
    if value and value not in LEVELS:
        near = find_nearest(value, LEVELS)
        hint = "" if near is None else f"; did you mean {near!r}?"
        raise InvalidArgumentError(f"PAYSTACK_LOG must be 'debug' or 'info', or not set{hint}")
    log = logging.getLogger("paystackease")
    with _lock:
        is_on = _handler in log.handlers
        if value:
            if not is_on:
                _previous_level = log.level
                log.addHandler(_handler)
            log.setLevel(LEVELS[value])
        elif is_on:
            log.removeHandler(_handler)
            log.setLevel(_previous_level)
