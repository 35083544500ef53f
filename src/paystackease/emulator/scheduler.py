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
from paystackease.emulator.clock import Clock, format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.routing import JobHandler
from paystackease.emulator.services import Services, Tenant
from paystackease.emulator.webhooks.js_json import encode_js_stable
from paystackease.emulator.webhooks.outbox import (
    Delivery,
    DeliveryAttempt,
    DeliveryFlow,
    DeliveryResult,
    OutboxEvent,
)


class TimelineEntry(msgspec.Struct, frozen=True, gc=False):
    """Something that happened while the clock advanced."""

    at: float
    kind: Literal["job", "event", "delivery"]
    """``job``: a job ran. ``event``: an event was added to the outbox. ``delivery``: its delivery was attempted."""
    name: str
    """The name of the job or event."""
    tenant: str
    event: OutboxEvent | None = None
    attempt: DeliveryAttempt | None = None


JOBS_PER_TRANSACTION = 128
"""How many jobs run in one transaction at most, since a commit costs as much as a job. Nothing is sent before it: if
one fails, or the emulator is killed, all of them run again."""


class Scheduler:
    """Runs jobs and sends webhooks when they are due, for all tenants."""

    def __init__(self, services: Services, clock: Clock, job_handlers: Mapping[str, JobHandler]) -> None:
        self._services, self._clock, self._job_handlers = services, clock, job_handlers
        # Webhooks are signed with the secret key. It is never stored: the database has only a digest. So these are the
        # keys of requests since the process started. Webhooks of the other tenants of a database file wait until
        # their key is used again.
        self._keys: dict[str, str] = {}
        self._tenants_without_key: set[str] = set()
        self._tenants_in_delivery: set[str] = set()
        """The tenants to which a webhook is being delivered. Each tenant gets one webhook at a time."""
        self._change_condition = threading.Condition()
        self._change_count = 0

    def register_key(self, tenant: Tenant, secret_key: str) -> None:
        """Register the key with which a tenant's webhooks are signed."""
        self._keys[tenant.id] = secret_key
        self._tenants_without_key.discard(tenant.id)

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
        """Return the seconds by the emulator's clock until a job or webhook is due, as far as is known."""
        with self._services.store.transaction():
            due = self._services.jobs.next_due(float("inf"))
            event = self._next_event(float("inf"))
        moments = [moment for moment in (due, None if event is None else event.due) if moment is not None]
        return max(0.0, min(moments, default=float("inf")) - self._clock.now())

    def run_due_jobs(self) -> None:
        """Run the jobs that are due, without sending anything."""
        now = self._clock.now()
        while now >= self._services.jobs.earliest_due:
            with self._services.store.transaction():
                for _ in range(JOBS_PER_TRANSACTION):
                    if self._run_next_job(now) is None:
                        return

    def run(
        self, until: float | None = None, *, advance_clock: bool = False, only: str | None = None
    ) -> DeliveryFlow[list[TimelineEntry]]:
        """Run the jobs and send the webhooks that are due, in order.

        :param until: When to stop, by the emulator's clock; now if left out.
        :param advance_clock: Whether the clock is advanced to the time of each job and webhook.
        :param only: The one tenant whose webhooks are sent. Then no jobs are run.
        """
        until = self._clock.now() if until is None else until
        timeline: list[TimelineEntry] = []
        services = self._services
        seen = services.outbox.last_seq()
        while True:
            yield from self._request_approvals(only)
            event = None
            with services.store.transaction():
                for _ in range(JOBS_PER_TRANSACTION):
                    due = None if only else services.jobs.next_due(until)
                    # A webhook precedes a job of the same time: its cause was earlier.
                    event = self._next_event(until if due is None else due, only)
                    if event is None and due is None:
                        return timeline
                    if advance_clock:
                        self._clock.advance_to((event.due if event is not None else due) or 0.0)
                    if event is not None:
                        self._tenants_in_delivery.add(event.tenant)
                        break
                    job = self._run_next_job(until)
                    timeline += [] if job is None else [job]
                    seen = self._add_new_events(timeline, seen)
                    if services.approvals:
                        break
            if event is not None:
                try:
                    timeline.append((yield from self._deliver(event)))
                finally:
                    self._tenants_in_delivery.discard(event.tenant)
                    self.notify()
                seen = self._add_new_events(timeline, seen)

    def _add_new_events(self, timeline: list[TimelineEntry], seen: int) -> int:
        """Append the events after this number, and return the number of the last event."""
        outbox = self._services.outbox
        if outbox.last_seq() > seen:
            for event in outbox.events_since(seen):
                timeline.append(TimelineEntry(event.at, "event", event.name, event.tenant, event))
                seen = event.seq
        return seen

    def _run_next_job(self, until: float) -> TimelineEntry | None:
        job = self._services.jobs.pop_due(until)
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
            now, content = self._clock.now(), encode_js_stable(request.body["payload"])
            headers = self._headers(content, self._keys[tenant])
            result = yield Delivery(
                request.id, tenant, request.body["name"], request.body["url"], headers, content, now
            )
            with self._services.store.transaction():
                self._services.jobs.add(tenant, now, request.body["job"], {"id": request.id, "status": result.status})

    def _next_event(self, until: float, only: str | None = None) -> OutboxEvent | None:
        """Return the next event that is due and can be sent."""
        while True:
            event = self._services.outbox.next_due(
                until, [*self._tenants_in_delivery, *self._tenants_without_key], only
            )
            if event is None or event.tenant in self._keys:
                return event
            self._tenants_without_key.add(event.tenant)

    def _deliver(self, event: OutboxEvent) -> DeliveryFlow[TimelineEntry]:
        settings = self._services.settings_of(event.tenant)
        target = self._services.webhook_targets.get(event.tenant) or settings.webhook_url
        now = self._clock.now()
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
