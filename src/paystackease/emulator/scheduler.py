"""Time passes, and what falls due is done: jobs, and webhooks that are to be sent.

Nothing here waits or sends. :meth:`Work.drive` is a generator that yields a webhook to be sent and is told what became
of it; the caller waits and sends, as :mod:`~paystackease.emulator.webhooks.delivery` does. Between two
steps nothing is locked: an application that is told something may well ask the emulator for more.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal

import msgspec

from paystackease.emulator.clock import Clock, format_time
from paystackease.emulator.http.context import JobHandler, RequestContext, Services, Tenant
from paystackease.emulator.settings import decoded
from paystackease.emulator.webhooks.js_json import encode_js_stable
from paystackease.emulator.webhooks.outbox import Attempt, Delivery, Event, Outcome, Steps, signed


class TimelineEntry(msgspec.Struct, frozen=True, gc=False):
    """Something that happened while time passed."""

    at: float
    kind: Literal["job", "event", "delivery"]
    """A job was done, something was to be told by webhook, or it was told or tried to."""
    name: str
    """Of the job, or of the event."""
    tenant: str
    event: Event | None = None
    attempt: Attempt | None = None


JOBS_PER_TRANSACTION = 128
"""How many jobs at most are done in one transaction, for its end costs as much as another job. Nobody is told of any of
them before it: if one breaks, or the emulator is killed, all of them are still to be done."""


class Scheduler:
    """What is to be done now or later, for all tenants."""

    def __init__(self, world: Services, clock: Clock, jobs: Mapping[str, JobHandler]) -> None:
        self._world, self._clock, self._jobs = world, clock, jobs
        # Webhooks are signed with the secret key, and no key is ever kept: the database has a digest for each tenant.
        # So those keys are known by which something was asked since this process began, in memory. What a file still
        # has to be sent of others waits until they are heard of again.
        self._keys: dict[str, str] = {}
        self._unknown: set[str] = set()
        self._under_way: set[str] = set()
        """The tenants to which something is being delivered: each is told one thing after another."""
        self._change_condition = threading.Condition()
        self._change_count = 0

    def meet(self, tenant: Tenant, secret_key: str) -> None:
        """Get to know a tenant's key, with which what it is told is signed."""
        self._keys[tenant.id] = secret_key
        self._unknown.discard(tenant.id)

    def stir(self) -> None:
        """Tell whoever waits that there may be something to do."""
        with self._change_condition:
            self._change_count += 1
            self._change_condition.notify_all()

    def wait(self, change_count: int, seconds: float) -> int:
        """Wait for something to happen after the ``stirs``-th time, and give how often something did."""
        with self._change_condition:
            self._change_condition.wait_for(
                lambda: self._change_count > change_count, min(seconds, threading.TIMEOUT_MAX)
            )
            return self._change_count

    @property
    def change_count(self) -> int:
        """How often something has happened."""
        return self._change_count

    def pause(self) -> float:
        """How many seconds of the emulator's clock there is nothing to do, as far as is known."""
        with self._world.store.transaction():
            due = self._world.jobs.due(float("inf"))
            event = self._event(float("inf"))
        moments = [moment for moment in (due, None if event is None else event.due) if moment is not None]
        return max(0.0, min(moments, default=float("inf")) - self._clock.now())

    def run_due_jobs(self) -> None:
        """Do the jobs that are due by now, and send nothing."""
        now = self._clock.now()
        while now >= self._world.jobs.soonest:
            with self._world.store.transaction():
                for _ in range(JOBS_PER_TRANSACTION):
                    if self._job(now) is None:
                        return

    def drive(
        self, until: float | None = None, *, moves: bool = False, only: str | None = None
    ) -> Steps[list[TimelineEntry]]:
        """Do what is due by then, in order.

        :param until: When to stop, by the emulator's clock; left out, now.
        :param moves: Whether the clock is moved ahead to each thing as it is done.
        :param only: The one tenant whose webhooks are to be sent, and nothing else be done.
        """
        until = self._clock.now() if until is None else until
        happened: list[TimelineEntry] = []
        world = self._world
        seen = world.outbox.last()
        while True:
            yield from self._put(only)
            event = None
            with world.store.transaction():
                for _ in range(JOBS_PER_TRANSACTION):
                    due = None if only else world.jobs.due(until)
                    # What is to be told goes before what happens at the same moment: its cause was before that.
                    event = self._event(until if due is None else due, only)
                    if event is None and due is None:
                        return happened
                    if moves:
                        self._clock.move_to((event.due if event is not None else due) or 0.0)
                    if event is not None:
                        self._under_way.add(event.tenant)
                        break
                    job = self._job(until)
                    happened += [] if job is None else [job]
                    seen = self._news(happened, seen)
                    if world.approvals:
                        break
            if event is not None:
                try:
                    happened.append((yield from self._deliver(event)))
                finally:
                    self._under_way.discard(event.tenant)
                    self.stir()
                seen = self._news(happened, seen)

    def _news(self, happened: list[TimelineEntry], seen: int) -> int:
        """Add what is to be told since the event of that number, and give the number of the last."""
        events = self._world.outbox
        if events.last() > seen:
            for new in events.since(seen):
                happened.append(TimelineEntry(new.at, "event", new.name, new.tenant, new))
                seen = new.seq
        return seen

    def _job(self, until: float) -> TimelineEntry | None:
        job = self._world.jobs.take(until)
        if job is None:
            return None
        # The job and what it does are kept together.
        self._jobs[job.name](RequestContext(self._world, Tenant(job.tenant), job.due, body=job.body))
        return TimelineEntry(job.due, "job", job.name, job.tenant)

    def _put(self, only: str | None) -> Steps[None]:
        """Put the questions that are to be put. What is answered is a job's."""
        while self._world.approvals:
            with self._world.store.transaction():
                asked = self._world.approvals.take(self._world.store, self._keys, only)
            if asked is None:
                return
            tenant, found = asked
            now, content = self._clock.now(), encode_js_stable(found.body["payload"])
            headers = self._headers(content, self._keys[tenant])
            outcome = yield Delivery(found.id, tenant, found.body["name"], found.body["url"], headers, content, now)
            with self._world.store.transaction():
                self._world.jobs.add(tenant, now, found.body["job"], {"id": found.id, "status": outcome.status})

    def _event(self, until: float, only: str | None = None) -> Event | None:
        """The first that can be sent, of those that are due by then."""
        while True:
            event = self._world.outbox.due(until, [*self._under_way, *self._unknown], only)
            if event is None or event.tenant in self._keys:
                return event
            self._unknown.add(event.tenant)

    def _deliver(self, event: Event) -> Steps[TimelineEntry]:
        kept = self._world.store.setting(event.tenant)
        settings = self._world.settings if kept is None else decoded(kept)
        target = self._world.webhook_targets.get(event.tenant) or settings.webhook_url
        now = self._clock.now()
        if target is None:
            sending, outcome = None, Outcome(None, error="no address is set to which webhooks go")
        else:
            sending = self._sending(event, target, now)
            lost = Outcome(None, error="a fault lost it on the way")
            outcome = lost if "lost" in (event.fault or "") else (yield sending)
        with self._world.store.transaction():
            url = "" if sending is None else sending.url
            attempt = self._world.outbox.tried(event, url, outcome, now, settings.webhook_schedule)
            told = self._world.outbox.find(event.tenant, event.seq) or event
        return TimelineEntry(now, "delivery", event.name, event.tenant, told, attempt)

    @staticmethod
    def _headers(content: bytes, key: str) -> Mapping[str, str]:
        return {
            "content-type": "application/json",
            "user-agent": "paystackease emulator",
            "x-paystack-signature": signed(content, key),
        }

    def _sending(self, event: Event, target: object, now: float) -> Delivery:
        key = self._keys[event.tenant]
        headers = self._headers(event.body, key[::-1] if "bad-signature" in (event.fault or "") else key)
        return Delivery(event.seq, event.tenant, event.name, target, headers, event.body, now)


def serialize_entry(happening: TimelineEntry) -> dict[str, object]:
    """What happened, for JSON."""
    found: dict[str, object] = {"at": format_time(happening.at), "kind": happening.kind, "name": happening.name}
    if happening.event is not None:
        found["id"] = happening.event.id
    if happening.attempt is not None:
        found["status"] = happening.attempt.status
        found["error"] = happening.attempt.error
    return found


def matches(event: Event, name: str, having: Mapping[str, object]) -> bool:
    """Whether an event has this name, and these values in its data: ``reference="T1"``, or by paths with two
    underscores in place of the dot, ``customer__email="ada@example.com"``.
    """
    return event.name == name and all(_at(event.data, path) == value for path, value in having.items())


def _at(data: object, path: str) -> object:
    for step in path.split("__"):
        data = data.get(step) if isinstance(data, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # JSON
    return data  # pyright: ignore[reportUnknownVariableType] # JSON
