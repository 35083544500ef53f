"""Runs handlers: async handlers in an event loop, others in threads, neither of which belongs to DBOS.

So a handler that blocks, hangs or raises ``SystemExit`` delays only itself (an async handler that blocks also delays
the other async ones). The threads are daemon threads: a process can end even if one of them hangs.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import contextvars
import inspect
import logging
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, cast

RETRIES_SHARE = 4
"""If first attempts and retries wait for a slot, every Nth slot goes to a retry."""

MAX_THREADS = 32
"""The number of threads for ``asyncio.to_thread`` in async handlers."""

log = logging.getLogger("paystackease")


class HandlerRun:
    """One run of a handler. Several threads use it."""

    def __init__(self) -> None:
        self.done: Future[BaseException | None] = Future()
        """Its error, or None if it succeeded."""
        self.on_expire: Callable[[], object] | None = None
        """Called in another thread when it exceeds its time limit."""
        self._lock = threading.Lock()
        self._state: Literal["running", "committing", "expired"] = "running"
        self._thread: int | None = None
        self._task: asyncio.Task[None] | None = None

    def may_begin(self) -> bool:
        """Return whether a transaction may begin, or begin again: not if the run has expired."""
        return self._enter("running")

    def may_commit(self) -> bool:
        """Return whether the transaction may be committed. If the run has expired, it must be rolled back."""
        return self._enter("committing")

    def _enter(self, state: Literal["running", "committing"]) -> bool:
        with self._lock:
            if self._state != "expired":
                self._state = state
            return self._state != "expired"

    @property
    def has_expired(self) -> bool:
        """Whether it exceeded its time limit."""
        with self._lock:
            return self._state == "expired"

    def expire(self) -> bool:
        """Make it count as failed, however it ends. Return False if it is being committed: then wait for its end."""
        with self._lock:
            if self._state != "committing":
                self._state = "expired"
            return self._state == "expired"

    def cancel(self) -> bool:
        """Cancel it if it is async. Return False if it cannot be cancelled."""
        if self._task is None:
            return False
        with contextlib.suppress(RuntimeError):  # its loop is closed: it has ended
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)
        return True

    def stack(self) -> str:
        """Return its current stack, or an empty string if that is unknown."""
        thread = self._thread
        if thread is None or self._task is not None:
            return ""
        # Documented, despite its name. Nothing else returns the frames of another thread.
        frame = sys._current_frames().get(thread)  # pyright: ignore[reportPrivateUsage]
        return "" if frame is None else "".join(traceback.format_stack(frame))

    def run(self, function: Callable[[], object], executor: HandlerExecutor) -> None:
        """Run a function in this thread. If it returns an awaitable, await that in the event loop."""
        self._thread = threading.get_ident()
        error: BaseException | None = None
        try:
            result = function()
            if inspect.isawaitable(result):
                executor.begin_task(self, result)
                return
            reject_unfinished(result)
        except BaseException as caught:
            error = caught
        finally:
            self._thread = None
        self.done.set_result(error)

    async def _await(self, awaitable: Awaitable[object]) -> None:
        try:
            await awaitable
        except BaseException as error:
            self.done.set_result(error)
        else:
            self.done.set_result(None)

    def begin_task(self, awaitable: Awaitable[object], context: contextvars.Context) -> None:
        """Await something in the running event loop."""
        task = asyncio.get_running_loop().create_task(self._await(awaitable), context=context)
        task.add_done_callback(lambda _: self._end_unbegun(awaitable))
        self._task = task

    def _end_unbegun(self, awaitable: Awaitable[object]) -> None:
        if not self.done.done():  # it was cancelled before it began
            if inspect.iscoroutine(awaitable):
                awaitable.close()
            self.done.set_result(asyncio.CancelledError())


def reject_unfinished(result: object) -> None:
    """Raise an error if a handler returned a coroutine or a generator, whose body has not run.

    :raises TypeError: If the result is one of these.
    """
    if inspect.isawaitable(result) or inspect.isgenerator(result) or inspect.isasyncgen(result):
        if inspect.iscoroutine(result) or inspect.isgenerator(result):
            result.close()
        raise TypeError(
            f"the handler returned a {type(result).__name__}, which has not run: a handler must not yield, and a "
            "transactional handler must not be async"
        )


class HandlerExecutor:
    """The event loop and the threads of handlers, from :meth:`start` to :meth:`stop`."""

    def __init__(self) -> None:
        self._ending = False
        self._threads: list[threading.Thread] = []
        self._executor = ThreadPoolExecutor(
            MAX_THREADS, "paystackease-to-thread", lambda: self._threads.append(threading.current_thread())
        )
        self._thread = threading.Thread(target=self._run_loop, name="paystackease-handlers", daemon=True)

    def start(self) -> None:
        """Start the event loop."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(self._executor)
        self._thread.start()

    def is_alive(self) -> bool:
        """Return whether the event loop still runs."""
        return self._thread.is_alive()

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        while True:
            try:
                self._loop.run_forever()
            except BaseException as error:
                # KeyboardInterrupt and SystemExit in a task stop the event loop. The other tasks can continue.
                log.error("a task that a handler started raised %s", type(error).__name__)
            if self._ending:
                return

    def begin(self, function: Callable[..., object], *args: object, has_limit: bool) -> HandlerRun:
        """Start a run of a handler.

        :param has_limit: Whether the handler has a time limit.
        """
        handler_run = HandlerRun()
        if inspect.iscoroutinefunction(function):

            async def invoke() -> None:
                reject_unfinished(await cast("Callable[..., Awaitable[object]]", function)(*args))

            self.begin_task(handler_run, invoke())
        else:
            self.begin_blocking(handler_run, lambda: function(*args), has_limit=has_limit)
        return handler_run

    def begin_blocking(
        self, handler_run: HandlerRun, function: Callable[[], object], *, has_limit: bool = False
    ) -> None:
        """Start a function in a new thread.

        :param has_limit: Whether it has a time limit. Only subclasses use it.
        """
        context = contextvars.copy_context()
        target = lambda: context.run(handler_run.run, function, self)  # noqa: E731
        try:
            threading.Thread(target=target, name="paystackease-handler", daemon=True).start()
        except RuntimeError as error:  # the system has no more threads: a failed attempt
            handler_run.done.set_result(error)

    def begin_task(self, handler_run: HandlerRun, awaitable: Awaitable[object]) -> None:
        """Start to await something in the event loop of handlers."""
        context = contextvars.copy_context()
        self._loop.call_soon_threadsafe(handler_run.begin_task, awaitable, context)

    def stop(self, timeout: float) -> bool:
        """Cancel all tasks, and stop the event loop.

        :param timeout: How many seconds to wait for tasks and threads.
        :return: Whether all of them ended.
        """
        self._ending = True
        self._executor.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(RuntimeError):
            asyncio.run_coroutine_threadsafe(self._end(timeout), self._loop)
        self._thread.join(timeout + 0.5)
        for thread in self._threads:
            thread.join(0.1)
        if self._thread.is_alive():
            return False
        self._loop.close()
        return not any(thread.is_alive() for thread in self._threads)

    async def _end(self, seconds: float) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        await self._loop.shutdown_asyncgens()
        self._loop.stop()


class Slots:
    """A semaphore for concurrent handlers, within one event loop. First attempts precede retries."""

    def __init__(self, count: int) -> None:
        self._free, self._released = count, 0
        self._first: collections.deque[asyncio.Future[None]] = collections.deque()
        self._retries: collections.deque[asyncio.Future[None]] = collections.deque()

    async def acquire(self, *, retry: bool) -> None:
        """Wait for a slot."""
        if self._free:
            self._free -= 1
            return
        slot = asyncio.get_running_loop().create_future()
        (self._retries if retry else self._first).append(slot)
        try:
            await slot
        except asyncio.CancelledError:
            if slot.done() and not slot.cancelled():
                self.release()
            raise

    def release(self) -> None:
        """Release a slot."""
        self._released += 1
        order = [self._first, self._retries]
        if self._released % RETRIES_SHARE == 0:
            order.reverse()
        for waiting in order:
            while waiting:
                slot = waiting.popleft()
                if not slot.done():
                    slot.set_result(None)
                    return
        self._free += 1
