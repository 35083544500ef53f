"""A limit on how fast and how many at once: :class:`RateLimit`, and the gate that the calls of threads pass.

Those who wait pass in the order in which they came, each at its own time, so that a burst is spread and nobody is
overtaken. That of tasks is in :mod:`paystackease._core.async_rate_limit`, which loads asyncio.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import Any

from paystackease._core import fork_safety
from paystackease.errors import InvalidArgumentError


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much a client may ask of Paystack.

    :param per_second: How many calls may begin in a second, evenly spaced. None: as many as there are.
    :param max_concurrency: How many may be under way at the same time. None: as many as there are.
    :raises paystackease.errors.InvalidArgumentError: Where one is not above 0, or ``max_concurrency`` no whole number.
    """

    per_second: float | None = None
    max_concurrency: int | None = None

    def __post_init__(self) -> None:
        if not _is_limit(self.per_second, int | float):
            raise InvalidArgumentError("per_second must be a number above 0, or None for no limit")
        if not _is_limit(self.max_concurrency, int):
            raise InvalidArgumentError("max_concurrency must be a whole number above 0, or None for no limit")


def _is_limit(value: Any, types: type | UnionType) -> bool:
    is_number = isinstance(value, types) and not isinstance(value, bool)
    return value is None or (is_number and 0 < value < float("inf"))


class Pacer:
    """When each of those who come may begin. Pure: it is told the time, and says how long to wait."""

    def __init__(self, per_second: float | None) -> None:
        self._spacing = 0.0 if per_second is None else 1.0 / per_second
        self._next = 0.0

    def reserve(self, now: float) -> float:
        """Take the next place in line, and get how many seconds it is away."""
        at = max(now, self._next)
        self._next = at + self._spacing
        return at - now


class SyncLimiter:
    """For threads: ``with gate:``."""

    def __init__(
        self,
        limit: RateLimit,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit, self._clock, self._sleep = limit, clock, sleep
        self._pacer = Pacer(limit.per_second)
        self.renew_after_fork()
        fork_safety.register(self)

    def renew_after_fork(self) -> None:
        """Free the places of threads that this process does not have. The pace stays as it is."""
        self._available = self._limit.max_concurrency
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        turn: threading.Event | None = None
        inside = False
        try:
            if self._available is not None:
                with self._lock:
                    if self._available > 0 and not self._waiting:
                        self._available -= 1
                        inside = True
                    else:
                        turn = threading.Event()
                        self._waiting.append(turn)
                if turn is not None:
                    turn.wait()
            with self._lock:
                wait = self._pacer.reserve(self._clock())
            if wait > 0:
                self._sleep(wait)
        except BaseException:  # an interruption may come anywhere
            if turn is not None:
                self._stop_waiting(turn)
            elif inside:
                self._release()
            raise

    def __exit__(self, *_: object) -> None:
        self._release()

    def _release(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()  # the place goes on to who has waited longest
            elif self._available is not None and self._limit.max_concurrency is not None:
                self._available = min(
                    self._available + 1, self._limit.max_concurrency
                )  # a fork may have freed it before

    def _stop_waiting(self, turn: threading.Event) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
        if turn.is_set():
            self._release()
