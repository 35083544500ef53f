"""The gate that the calls of tasks pass: :mod:`paystackease._core.rate_limit`, awaited."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

from paystackease._core import fork_safety
from paystackease._core.rate_limit import Pacer, RateLimit


class AsyncLimiter:
    """For tasks: ``async with gate:``. What it lets through at once it counts for each event loop."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pace, self._clock = limit, Pacer(limit.per_second), clock
        self.renew_after_fork()
        fork_safety.register(self)

    def renew_after_fork(self) -> None:
        """Free the places of tasks whose loops this process does not run. The pace stays as it is."""
        # asyncio's own lets those who wait pass in order, and gives a place on that is not taken. It is a loop's, and
        # holds on to it.
        self._places: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        self._lock = threading.Lock()  # loops may run in several threads

    async def __aenter__(self) -> None:
        if self._limit.max_concurrency is not None:
            await self._of_loop(self._limit.max_concurrency).acquire()
        with self._lock:
            wait = self._pace.wait(self._clock())
        if wait > 0:
            try:
                await asyncio.sleep(wait)
            except BaseException:
                await self.__aexit__()
                raise

    async def __aexit__(self, *_: object) -> None:
        if self._limit.max_concurrency is not None:
            self._of_loop(self._limit.max_concurrency).release()

    def _of_loop(self, at_once: int) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._places:
                self._places = {one: places for one, places in self._places.items() if not one.is_closed()}
                self._places[loop] = asyncio.Semaphore(at_once)
            return self._places[loop]
