"""The limiter for tasks, the asyncio counterpart of :mod:`paystackease._core.rate_limit`."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

from paystackease._core import fork_safety
from paystackease._core.rate_limit import Pacer, RateLimit


class AsyncLimiter:
    """Limits the requests of tasks: ``async with limiter:``. The concurrency limit applies to each event loop."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pacer, self._clock = limit, Pacer(limit.per_second), clock
        self.renew_after_fork()
        fork_safety.register(self)

    def renew_after_fork(self) -> None:
        """Release the permits of tasks that run only in the parent process. The pace does not change."""
        # asyncio's semaphore is fair, and passes on the permit of a cancelled task. It belongs to one event loop.
        self._semaphores: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        self._lock = threading.Lock()  # event loops may run in several threads

    async def __aenter__(self) -> None:
        if self._limit.max_concurrency is not None:
            await self._semaphore_of_loop(self._limit.max_concurrency).acquire()
        with self._lock:
            wait = self._pacer.reserve(self._clock())
        if wait > 0:
            try:
                await asyncio.sleep(wait)
            except BaseException:
                await self.__aexit__()
                raise

    async def __aexit__(self, *_: object) -> None:
        if self._limit.max_concurrency is not None:
            self._semaphore_of_loop(self._limit.max_concurrency).release()

    def _semaphore_of_loop(self, max_concurrency: int) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        with self._lock:
            if loop not in self._semaphores:
                self._semaphores = {known: held for known, held in self._semaphores.items() if not known.is_closed()}
                self._semaphores[loop] = asyncio.Semaphore(max_concurrency)
            return self._semaphores[loop]
