"""The clock of a business in the emulator: every date and due time of the business comes from it."""

from __future__ import annotations

import datetime as dt
import functools
import math
import time
from collections.abc import Callable

import msgspec

MAX_TIME = dt.datetime(3000, 1, 1, tzinfo=dt.UTC).timestamp()
"""The end of the clock. A job that is due later still has a date: datetime ends in 9999."""

MAX_SECONDS = 10 * 365 * 86_400.0
"""The maximum of settings and faults in seconds: ten years."""


class Clock:
    """A clock in seconds since 1970: real time plus an offset, or a frozen time.

    :param now: Returns the real time.
    :param frozen_at: The time at which it is frozen. If left out, it runs.
    :raises ValueError: If ``frozen_at`` is before 1970 or after the year 2999.
    """

    def __init__(self, now: Callable[[], float] = time.time, *, frozen_at: float | None = None) -> None:
        if frozen_at is not None and not 0 <= frozen_at < MAX_TIME:
            raise ValueError("frozen_at is a time between the years 1970 and 3000, in seconds since 1970")
        self._now = now
        self._frozen_at = frozen_at
        self._offset = 0.0
        self.on_change: Callable[[], None] = lambda: None
        """Called when the clock was moved, frozen or unfrozen."""

    def now(self) -> float:
        """Return the time in seconds since 1970."""
        return self._now() + self._offset if self._frozen_at is None else self._frozen_at

    def real_now(self) -> float:
        """Return the real time."""
        return self._now()

    def real_time_of(self, moment: float) -> float:
        """Return the real time at which the clock reaches a time, as it runs now.

        :return: Infinity if it never does, since it is frozen before; minus infinity if it is frozen at that time or
            later.
        """
        if self._frozen_at is not None:
            return float("-inf" if moment <= self._frozen_at else "inf")
        now, real_now = self.now(), self._now()
        if moment <= now:
            return min(moment - self._offset, real_now)
        # The sum of the offset and this may be rounded down to the present time.
        return max(moment - self._offset, math.nextafter(real_now, math.inf))

    @property
    def frozen(self) -> bool:
        """Whether it is frozen."""
        return self._frozen_at is not None

    @property
    def offset(self) -> float:
        """How many seconds it is ahead of real time."""
        return self.now() - self._now()

    def advance(self, seconds: float) -> None:
        """Advance the clock. It does not go back, since past changes have their dates.

        :raises ValueError: If ``seconds`` is negative, or the time would be after the year 2999.
        """
        self.time_after(seconds)
        if self._frozen_at is None:
            self._offset += seconds
        else:
            self._frozen_at += seconds
        self.on_change()

    def time_after(self, seconds: float) -> float:
        """Return the time after a number of seconds.

        :raises ValueError: If the clock cannot be advanced to it.
        """
        # Infinity and NaN are rejected too.
        now = self.now()
        if not (0 <= seconds < MAX_TIME and now + seconds < MAX_TIME):
            raise ValueError("the clock cannot go back, or beyond the year 2999: advance it by 0 seconds or more")
        return now + seconds

    def advance_at_most(self, seconds: float) -> None:
        """Advance the clock by a number of seconds, or to its end."""
        self.advance(min(seconds, max(0.0, MAX_TIME - 1 - self.now())))

    def advance_to(self, moment: float) -> None:
        """Advance the clock to a time, unless it is later already."""
        if moment > (now := self.now()):
            self.advance(moment - now)

    def freeze(self) -> None:
        """Freeze the clock at the current time."""
        self._frozen_at = self.now()
        self.on_change()

    def unfreeze(self) -> None:
        """Let the clock run on from its current time."""
        if self._frozen_at is not None:
            # It may have been frozen in the past: then it runs on behind real time.
            self._offset = self._frozen_at - self._now()
            self._frozen_at = None
            self.on_change()

    def set_time(self, moment: float, *, frozen: bool) -> None:
        """Set the clock to a time, which may be earlier, and freeze it or let it run.

        Nothing that becomes due is run. It is for a business without data, or with the data of that time.

        :param moment: In seconds since 1970.
        :raises ValueError: If it is before 1970 or after the year 2999.
        """
        if not 0 <= moment < MAX_TIME:
            raise ValueError("the time is between the years 1970 and 3000, in seconds since 1970")
        self._offset, self._frozen_at = moment - self._now(), moment if frozen else None
        self.on_change()

    def copy(self, state: str) -> Clock:
        """Return a clock in a state that reads the same real time."""
        clock = Clock(self._now)
        clock.restore_state(state)
        return clock

    @property
    def state(self) -> str:
        """Its offset and the time at which it is frozen, for :meth:`restore_state`."""
        return msgspec.json.encode((self._offset, self._frozen_at)).decode()

    def restore_state(self, state: str) -> None:
        """Continue from the state of another clock.

        :raises ValueError: If its time is after the year 2999.
        """
        offset, frozen_at = msgspec.json.decode(state, type=tuple[float, float | None])
        if not (self._now() + offset if frozen_at is None else frozen_at) < MAX_TIME:
            raise ValueError(
                "the clock of this database is after the year 2999, which is not supported: use another file"
            )
        self._offset, self._frozen_at = offset, frozen_at


@functools.lru_cache(maxsize=1_024)  # one time is formatted many times
def format_time(moment: float) -> str:
    """Format a time as Paystack does: ``2026-10-01T12:00:00.000Z``."""
    return dt.datetime.fromtimestamp(moment, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@functools.lru_cache(maxsize=1_024)  # the start of each fee rule, for each payment
def parse_time(text: str) -> float | None:
    """Parse a date, or a date and time, in UTC if it has no offset. Return None if it is neither."""
    try:
        moment = dt.datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):  # in UTC its year would not be in datetime's range
        return None
    return moment.timestamp()
