"""The queue of events in DBOS."""

from __future__ import annotations

from dbos import DBOSClient

QUEUE = "paystackease-events"

PREFETCH_FACTOR = 16
"""How many events a worker claims for each handler that may run, so that it has enough until the next poll."""


def register_queue(client: DBOSClient, poll: float, max_concurrency: int) -> None:
    """Store the settings of the queue, which all workers read at each poll.

    :param poll: The interval at which workers look for events, in seconds.
    :param max_concurrency: How many handlers run concurrently in one process.
    """
    client.register_queue(
        QUEUE,
        partition_concurrency=1,  # one event of an ordering key at a time
        worker_concurrency=PREFETCH_FACTOR * max_concurrency,
        polling_interval_sec=poll,
    )
