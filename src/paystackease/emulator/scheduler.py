"""The scheduler: runs jobs and sends webhooks when they are due.

It does not wait or send by itself. :meth:`Scheduler.run` is a generator that yields a webhook to send and receives the
result; its caller waits and sends, as :mod:`~paystackease.emulator.webhooks.delivery` does. No lock is held in the
meantime, since an application that receives a webhook may call the emulator.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal

import msgspec

from paystackease._core.signing import sign
from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.routing import JobHandler
from paystackease.emulator.services import Services, Tenant
from paystackease.emulator.storage import queries
from paystackease.emulator.webhooks.js_json import encode_js_stable
from paystackease.emulator.webhooks.outbox import (
    Delivery,
    DeliveryAttempt,
    DeliveryFlow,
    DeliveryResult,
    Outbox,
    OutboxEvent,
)


class TimelineEntry(msgspec.Struct, frozen=True, gc=False):
    """Something that happened while a clock advanced."""

    at: float
    kind: Literal["job", "event", "delivery"]
    """``job``: a job ran. ``event``: an event was added to the outbox. ``delivery``: its delivery was attempted."""
    name: str
    """The name of the job or event."""
    tenant: str
    event: OutboxEvent | None = None
    attempt: DeliveryAttempt | None = None


class _Timeline:
    """What happened since it was created, to one tenant or to all."""

    def __init__(self, outbox: Outbox, tenant: str | None) -> None:
        self._outbox, self._tenant, self._seen = outbox, tenant, outbox.last_seq()
        self.entries: list[TimelineEntry] = []

    def add_new_events(self) -> None:
        """Add the events that were added to the outbox since."""
        if self._outbox.last_seq() > self._seen:
            for event in self._outbox.events_since(self._seen):
                self._seen = event.seq
                if self._tenant in {None, event.tenant}:
                    self.entries.append(TimelineEntry(event.at, "event", event.name, event.tenant, event))


JOBS_PER_TRANSACTION = 128
"""How many jobs run in one transaction at most, since a commit costs as much as a job. Nothing is sent before it: if
one fails, or the emulator is killed, all of them run again."""


class Scheduler:
    """Runs jobs and sends webhooks when they are due, for all tenants."""

    def __init__(self, services: Services, job_handlers: Mapping[str, JobHandler]) -> None:
        self._services, self._clocks, self._job_handlers = services, services.clocks, job_handlers
        # Webhooks are signed with the secret key. It is never stored: the database has only a digest. So these are the
        # keys of requests since the process started. Webhooks of the other tenants of a database file wait until
        # their key is used again.
        self._keys: dict[str, str] = {}
        self._tenants_in_delivery: set[str] = set()
        """The tenants to which a webhook is being delivered. Each tenant gets one webhook at a time."""
        self._change_condition = threading.Condition()
        self._change_count = 0
        for tenant in queries.tenants_with_due_times(services.store):
            services.due_index.mark_changed(tenant)

    def register_key(self, tenant: Tenant, secret_key: str) -> None:
        """Register the key with which a tenant's webhooks are signed."""
        self._keys[tenant.id] = secret_key
        self._services.due_index.mark_changed(tenant.id)

    def key_suffix(self, tenant: Tenant) -> str | None:
        """Return the last four characters of a tenant's secret key, or None if no request had it since the start."""
        key = self._keys.get(tenant.id)
        return None if key is None else key.partition("_test_")[2][-4:]

    def notify(self) -> None:
        """Wake the threads in :meth:`wait_for_change`: a job or webhook may be due."""
        with self._change_condition:
            self._change_count += 1
            self._change_condition.notify_all()

    def wait_for_change(self, seen: int, seconds: float) -> int:
        """Wait until :attr:`change_count` exceeds ``seen``, and return it."""
        with self._change_condition:
            self._change_condition.wait_for(lambda: self._change_count > seen, min(seconds, threading.TIMEOUT_MAX))
            return self._change_count

    @property
    def change_count(self) -> int:
        """How often :meth:`notify` was called."""
        return self._change_count

    def seconds_until_due(self) -> float:
        """Return the real seconds until a job or webhook is due, as far as is known; infinity if none is ever due."""
        first = self._first_due()
        return float("inf") if first is None else max(0.0, first[0] - self._clocks.real_now())

    def _first_due(self) -> tuple[float, str] | None:
        with self._services.store.lock:
            return self._services.due_index.first(self._next_due)

    def _next_due(self, tenant: str) -> float:
        due = self._services.jobs.next_due(tenant, float("inf"))
        event_due = self._services.outbox.earliest_due(tenant) if self._may_deliver(tenant) else float("inf")
        return event_due if due is None else min(due, event_due)

    def _may_deliver(self, tenant: str) -> bool:
        return tenant in self._keys and tenant not in self._tenants_in_delivery

    def run_due_jobs(self, tenant: str) -> None:
        """Run a tenant's jobs that are due, without sending anything."""
        clock, jobs = self._clocks.get(tenant), self._services.jobs
        while clock.now() >= jobs.earliest_due(tenant):
            with self._services.store.transaction():
                now = clock.now()  # read again: another thread may have restored a snapshot
                for _ in range(JOBS_PER_TRANSACTION):
                    if self._run_next_job(tenant, now) is None:
                        return

    def run(self, *, only: str | None = None) -> DeliveryFlow[list[TimelineEntry]]:
        """Run the jobs and send the webhooks that are due now by the clocks of their tenants, in order.

        :param only: The one tenant whose webhooks are sent. Then no jobs are run.
        """
        timeline = _Timeline(self._services.outbox, only)
        if only is not None:
            while (yield from self._step(only, timeline, jobs=False)):
                pass
            return timeline.entries
        while True:
            yield from self._request_approvals(None)
            first = self._first_due()
            if first is None or first[0] > self._clocks.real_now():
                return timeline.entries
            yield from self._step(first[1], timeline)

    def advance(self, tenant: str, until: float) -> DeliveryFlow[list[TimelineEntry]]:
        """Advance a tenant's clock to a time. Run its jobs and send its webhooks, each at its own time, in order."""
        timeline = _Timeline(self._services.outbox, tenant)
        while (yield from self._step(tenant, timeline, until)):
            pass
        self._clocks.get(tenant).advance_to(until)
        return timeline.entries

    def _step(
        self, tenant: str, timeline: _Timeline, until: float | None = None, *, jobs: bool = True
    ) -> DeliveryFlow[bool]:
        """Run some of a tenant's next jobs, or send its next webhook. Return False if nothing was due.

        :param until: The time to which the clock is advanced meanwhile. If left out, it is not advanced.
        """
        yield from self._request_approvals(tenant)
        services, clock, event = self._services, self._clocks.get(tenant), None
        with services.store.transaction():
            # Read in the transaction: another thread may have restored a snapshot, and the time of the clock with it.
            end = clock.now() if until is None else until
            for _ in range(JOBS_PER_TRANSACTION):
                due = services.jobs.next_due(tenant, end) if jobs else None
                # A webhook precedes a job of the same time: its cause was earlier.
                event = self._next_event(tenant, end if due is None else due)
                if event is None and due is None:
                    return False
                if until is not None:
                    clock.advance_to((event.due if event is not None else due) or 0.0)
                if event is not None:
                    self._tenants_in_delivery.add(tenant)
                    break
                job = self._run_next_job(tenant, end)
                timeline.entries += [] if job is None else [job]
                timeline.add_new_events()
                if services.approvals:
                    break
        if event is not None:
            try:
                timeline.entries.append((yield from self._deliver(event)))
            finally:
                self._tenants_in_delivery.discard(tenant)
                services.due_index.mark_changed(tenant)
                self.notify()
            timeline.add_new_events()
        return True

    def _run_next_job(self, tenant: str, until: float) -> TimelineEntry | None:
        job = self._services.jobs.pop_due(tenant, until)
        if job is None:
            return None
        # The job is removed in the transaction in which it runs.
        self._job_handlers[job.name](RequestContext(self._services, Tenant(job.tenant), job.due, body=job.body))
        return TimelineEntry(job.due, "job", job.name, job.tenant)

    def _request_approvals(self, only: str | None) -> DeliveryFlow[None]:
        """Send the pending approval requests. A job handles each response."""
        while self._services.approvals:
            with self._services.store.transaction():
                pending = self._services.approvals.pop_ready(self._services.store, self._keys, only)
            if pending is None:
                return
            tenant, request = pending
            now, content = self._clocks.get(tenant).now(), encode_js_stable(request.body["payload"])
            headers = self._headers(content, self._keys[tenant])
            result = yield Delivery(
                request.id, tenant, request.body["name"], request.body["url"], headers, content, now
            )
            with self._services.store.transaction():
                self._services.jobs.add(tenant, now, request.body["job"], {"id": request.id, "status": result.status})

    def _next_event(self, tenant: str, until: float) -> OutboxEvent | None:
        """Return a tenant's next event that is due and can be sent."""
        return self._services.outbox.next_due(tenant, until) if self._may_deliver(tenant) else None

    def _deliver(self, event: OutboxEvent) -> DeliveryFlow[TimelineEntry]:
        settings = self._services.settings_of(event.tenant)
        target = self._services.webhook_targets.get(event.tenant) or settings.webhook_url
        now = self._clocks.get(event.tenant).now()
        if target is None:
            delivery, result = None, DeliveryResult(None, error="no webhook address is set")
        else:
            delivery = self._delivery_of(event, target, now)
            lost = DeliveryResult(None, error="lost by a fault")
            result = lost if "lost" in (event.fault or "") else (yield delivery)
        with self._services.store.transaction():
            url = "" if delivery is None else delivery.url
            attempt = self._services.outbox.record_attempt(event, url, result, now, settings.webhook_schedule)
            updated = self._services.outbox.find(event.tenant, event.seq) or event
            self._services.activity.add(event.tenant, "delivery", attempt.seq)
        return TimelineEntry(now, "delivery", event.name, event.tenant, updated, attempt)

    @staticmethod
    def _headers(content: bytes, key: str) -> Mapping[str, str]:
        return {
            "content-type": "application/json",
            "user-agent": "paystackease emulator",
            "x-paystack-signature": sign(content, key),
        }

    def _delivery_of(self, event: OutboxEvent, target: object, now: float) -> Delivery:
        key = self._keys[event.tenant]
        headers = self._headers(event.body, key[::-1] if "bad-signature" in (event.fault or "") else key)
        return Delivery(event.seq, event.tenant, event.name, target, headers, event.body, now)


def serialize_entry(entry: TimelineEntry) -> dict[str, object]:
    """Return an entry for JSON."""
    data: dict[str, object] = {"at": format_time(entry.at), "kind": entry.kind, "name": entry.name}
    if entry.event is not None:
        data["id"] = entry.event.id
    if entry.attempt is not None:
        data["status"] = entry.attempt.status
        data["error"] = entry.attempt.error
    return data


def matches(event: OutboxEvent, name: str, having: Mapping[str, object]) -> bool:
    """Return whether an event has this name, and these values in its data: ``reference="T1"``.

    A path has two underscores in place of the dot: ``customer__email="ada@example.com"``.
    """
    return event.name == name and all(_value_at(event.data, path) == value for path, value in having.items())


def _value_at(data: object, path: str) -> object:
    for step in path.split("__"):
        data = data.get(step) if isinstance(data, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # JSON
    return data  # pyright: ignore[reportUnknownVariableType] # JSON
