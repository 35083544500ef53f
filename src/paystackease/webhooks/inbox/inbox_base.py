"""What an inbox is made of, and how tests run it: the base class of ``Inbox``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Self

from paystackease.webhooks.handlers import HandlerRegistry
from paystackease.webhooks.inbox.backends import select_database
from paystackease.webhooks.inbox.idle_run import RunReport, reject_running, run_until_idle
from paystackease.webhooks.inbox.store import EventStore


class InboxBase:
    """The parts of an inbox, and the methods for tests."""

    handlers: HandlerRegistry
    _store: EventStore
    _config: dict[str, Any]
    _worker: Any

    def purge(self) -> object:
        """Delete events whose retention is over."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop, and close the connections."""
        raise NotImplementedError

    def _make_worker(self, config: Any, on_death: Callable[[], object], executor: Any = None) -> Any:
        # Imported here, because the worker registers a workflow with DBOS.
        from paystackease.webhooks.inbox.worker import Worker

        return Worker(self._store, self.handlers, config, self.purge, on_death, executor)

    def run_until_idle(self, *, timeout: float = 10.0, raise_errors: bool = True, retry_now: bool = False) -> RunReport:
        """Run the handlers of all events that are due, and return when nothing is left to do now. For tests.

        It starts a worker and stops it again, so call it on an inbox that is not running. Each event gets at most one
        round of its handlers. An event whose handler failed is then ``"retrying"``, and those with the same
        ``ordering_key`` wait behind it. The next call retries it if its delay is over, or with ``retry_now``.

        Handlers run in this thread, one at a time, so that they see its open transactions, such as those of Django's
        ``TestCase``. Async handlers run in the inbox's event loop, and those with a time limit in threads.

        :param timeout: The maximum time to wait, in real seconds. A handler without a time limit that runs in this
            thread is not interrupted.
        :param raise_errors: Whether to raise the errors of handlers, when all events that are due were handled.
            Otherwise :meth:`show` has their tracebacks.
        :param retry_now: Whether to retry events before their delay is over.
        :returns: The events that were handled or dead-lettered, and those that wait.
        :raises paystackease.errors.HandlerError: If a handler failed. ``failures`` has the first error of each handler,
            and ``__cause__`` is the first of them. An error that is not an ``Exception``, such as that of
            ``pytest.fail()``, is raised as it is.
        :raises TimeoutError: If there is still something to do at the deadline. The message names the events.
        :raises paystackease.errors.InboxError: If this inbox is running, or this process runs DBOS already.
        """
        from paystackease.webhooks.inbox.claimed_event import WorkerConfig

        reject_running(self._worker is not None)
        return run_until_idle(
            self._store,
            WorkerConfig(**self._config),
            lambda config, executor: self._make_worker(config, lambda: None, executor),
            timeout=timeout,
            raise_errors=raise_errors,
            retry_now=retry_now,
        )

    async def arun_until_idle(
        self,
        *,
        timeout: float = 10.0,  # noqa: ASYNC109 # as the blocking method
        raise_errors: bool = True,
        retry_now: bool = False,
    ) -> RunReport:
        """Run handlers as :meth:`run_until_idle` does, for asyncio. Handlers that are not async run in one thread."""
        return await asyncio.to_thread(
            self.run_until_idle, timeout=timeout, raise_errors=raise_errors, retry_now=retry_now
        )

    @contextmanager
    def using_database(self, url: str) -> Generator[Self]:
        """Use another database within the ``with`` block, for tests: the handlers stay.

        Transactional handlers use it too, unless the inbox was created with ``transactions``.

        :param url: The database, as for the constructor.
        :raises paystackease.errors.InboxError: If this inbox is running.
        :raises paystackease.errors.InvalidArgumentError: If the URL is not one of an inbox.
        """
        reject_running(self._worker is not None)
        own_store, own_config = self._store, self._config
        database = select_database(url, own_config["grace"])
        if own_config["transactions"] == own_store.database.url:
            self._config = {**own_config, "transactions": database.url}
        self._store = EventStore(database)
        try:
            yield self
        finally:
            self.close()
            self._store, self._config = own_store, own_config
