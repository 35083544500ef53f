"""The one clock by which everything in the emulator is dated and falls due."""

from __future__ import annotations

import datetime as dt
import functools
import time
from collections.abc import Callable

import msgspec

MAX_TIME = dt.datetime(3000, 1, 1, tzinfo=dt.UTC).timestamp()
"""How far the clock goes. What falls due later, such as next year's charge, can still be dated: years end at 9999."""

MAX_SECONDS = 10 * 365 * 86_400.0
"""The longest time that a setting or a fault may ask for: ten years."""


class Clock:
    """Tells the time in seconds since 1970: real time, moved ahead by :meth:`advance`, or a time that stands still.

    :param now: Where real time comes from.
    :param frozen_at: The time at which it stands still; left out, it runs.
    :raises ValueError: If it is before 1970, or after the year 2999.
    """

    def __init__(self, now: Callable[[], float] = time.time, *, frozen_at: float | None = None) -> None:
        if frozen_at is not None and not 0 <= frozen_at < MAX_TIME:
            raise ValueError("frozen_at is a time between the years 1970 and 3000, in seconds since 1970")
        self._now = now
        self._frozen_at = frozen_at
        self._ahead = 0.0
        self.changed: Callable[[], None] = lambda: None
        """Is called when the time was moved, stopped or started."""

    def now(self) -> float:
        """The time, in seconds since 1970."""
        return self._now() + self._ahead if self._frozen_at is None else self._frozen_at

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    @property
    def ahead(self) -> float:
        """How many seconds it is ahead of real time."""
        return self.now() - self._now()

    def advance(self, seconds: float) -> None:
        """Move the time ahead. It never goes back: what has happened has its date.

        :raises ValueError: If it would go back, or beyond the year 2999.
        """
        self.after(seconds)
        if self._frozen_at is None:
            self._ahead += seconds
        else:
            self._frozen_at += seconds
        self.changed()

    def after(self, seconds: float) -> float:
        """Return the time that it is so many seconds later.

        :raises ValueError: If the clock does not go there.
        """
        # Infinity, and what is not a number, are refused too.
        now = self.now()
        if not (0 <= seconds < MAX_TIME and now + seconds < MAX_TIME):
            raise ValueError(
                "the clock does not go back, and not beyond the year 2999: move it forwards by 0 seconds or more"
            )
        return now + seconds

    def advance_at_most(self, seconds: float) -> None:
        """Move the time ahead by so many seconds, or as far as it goes."""
        self.advance(min(seconds, max(0.0, MAX_TIME - 1 - self.now())))

    def move_to(self, moment: float) -> None:
        """Move the time ahead to then, where it is not later already."""
        if moment > (now := self.now()):
            self.advance(moment - now)

    def freeze(self) -> None:
        """Have it stand still at the time that it is."""
        self._frozen_at = self.now()
        self.changed()

    def run(self) -> None:
        """Have it run on from the time that it is."""
        if self._frozen_at is not None:
            # It may be behind real time, if it was frozen in the past: it runs on from there.
            self._ahead = self._frozen_at - self._now()
            self._frozen_at = None
            self.changed()

    @property
    def state(self) -> str:
        """How far it is ahead, and where it stands still, if it does: what another can go on from."""
        return msgspec.json.encode((self._ahead, self._frozen_at)).decode()

    def resume(self, state: str) -> None:
        """Go on from there.

        :raises ValueError: If that is beyond the year 2999.
        """
        ahead, frozen_at = msgspec.json.decode(state, type=tuple[float, float | None])
        if not (self._now() + ahead if frozen_at is None else frozen_at) < MAX_TIME:
            raise ValueError("its clock is beyond the year 2999, which the emulator does not know: give another file")
        self._ahead, self._frozen_at = ahead, frozen_at


@functools.lru_cache(maxsize=1_024)  # one moment is written many times over
def format_time(moment: float) -> str:
    """A time as Paystack writes it: ``2026-10-01T12:00:00.000Z``."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@functools.lru_cache(maxsize=1_024)  # since when each fee holds, for each payment
def parse_time(text: str) -> float | None:
    """What Paystack reads as a time: a date, or a date and a time, in UTC unless it says otherwise."""
    try:
        moment = dt.datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # in UTC, it would be in a year that nobody can write
        return None
    return moment.timestamp()
