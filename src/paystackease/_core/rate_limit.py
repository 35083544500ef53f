"""Client-side rate limiting: :class:`RateLimit`, and the limiter for threads.

Waiting requests start in the order of their arrival, evenly spaced. The limiter for tasks is in
:mod:`paystackease._core.async_rate_limit`, which imports asyncio.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import cast

from paystackease._core import fork_safety
from paystackease.errors import InvalidArgumentError


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The maximum rate and concurrency of a client's requests.

    :param per_second: The maximum number of requests per second, evenly spaced. None: no limit.
    :param max_concurrency: The maximum number of requests in flight. None: no limit.
    :raises paystackease.errors.InvalidArgumentError: If a value is not above 0, or if ``max_concurrency`` is not a
        whole number.
    """

    per_second: float | None = None
    max_concurrency: int | None = None

    def __post_init__(self) -> None:
        if not _is_limit(self.per_second, int | float):
            raise InvalidArgumentError("per_second must be a number above 0, or None for no limit")
        if not _is_limit(self.max_concurrency, int):
            raise InvalidArgumentError("max_concurrency must be a whole number above 0, or None for no limit")


def _is_limit(value: object, types: type | UnionType) -> bool:
    if value is None:
        return True
    return isinstance(value, types) and not isinstance(value, bool) and 0 < cast("float", value) < float("inf")


class Pacer:
    """Spaces the starts of requests evenly. It does no I/O and reads no clock."""

    def __init__(self, per_second: float | None) -> None:
        self._spacing = 0.0 if per_second is None else 1.0 / per_second
        self._next = 0.0

    def reserve(self, now: float) -> float:
        """Reserve the next start, and return the seconds until then."""
        start = max(now, self._next)
        self._next = start + self._spacing
        return start - now


class SyncLimiter:
    """Limits the requests of threads: ``with limiter:``."""

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
        """Release the permits of threads that exist only in the parent process. The pace does not change."""
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
        except BaseException:  # such as KeyboardInterrupt, which can occur anywhere
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
                self._waiting.popleft().set()  # passes the permit to the thread that has waited longest
            elif self._available is not None and self._limit.max_concurrency is not None:
                # min, because a fork may have released the permit before.
                self._available = min(self._available + 1, self._limit.max_concurrency)

    def _stop_waiting(self, turn: threading.Event) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
        if turn.is_set():
            self._release()
