"""The emulator: Paystack offline, with the same calls, responses and errors, without an account, a network or money.

An :class:`Emulator` does no I/O except deliver webhooks. It is a transport, ``Paystack(transport=Emulator())``, and
``paystackease emulator up`` puts one behind a port for other clients.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paystackease._core.transport import RawResponse
from paystackease.emulator.clock import Clock
from paystackease.emulator.control_api.control import control_routes
from paystackease.emulator.dispatcher import Dispatcher
from paystackease.emulator.due_index import DueIndex
from paystackease.emulator.faults import rules
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.request_log import LoggedRequest, RequestLog
from paystackease.emulator.scheduler import TimelineEntry, matches
from paystackease.emulator.seed_file import SeedFile, read_seed_file
from paystackease.emulator.services import Services, Tenant
from paystackease.emulator.settings import DEFAULT_SETTINGS, Settings
from paystackease.emulator.storage.jobs import JobQueue
from paystackease.emulator.storage.snapshots import Snapshots
from paystackease.emulator.storage.store import Store
from paystackease.emulator.tenant_clocks import TenantClocks
from paystackease.emulator.transport import EmulatorTransport
from paystackease.emulator.webhooks import waiting
from paystackease.emulator.webhooks.outbox import DeliveryAttempt, DeliveryFlow, Outbox, OutboxEvent

if TYPE_CHECKING:
    from paystackease._core.request import Request
    from paystackease.emulator.webhooks.delivery import Target


SECRET_KEY = "sk_test_emulator"
"""The default secret key."""


class Emulator(Dispatcher):
    """An offline Paystack, with control of time, webhooks, faults and snapshots for tests.

    Methods that take a ``secret_key`` use the emulator's own if it is left out.

    :param secret_key: The key that it uses as a transport. Each ``sk_test_…`` key has data of its own; see
        :meth:`for_key`.
    :param db: A database file. Without one, data is in memory, up to 1 GiB (about half a million payments), and is lost
        when the emulator is closed.
    :param clock: The clock of the business of ``secret_key``, :class:`Clock` by default. The clocks of other keys start
        in the same state.
    :param seed: Determines codes and references. They are the same in every run with the same seed.
    :param settings: The settings of every tenant that has not changed them.
    :param seed_file: The initial data of every tenant, also after a reset: see
        :mod:`paystackease.emulator.seed_file`.
    :param remote_webhooks: Whether webhooks may go to other machines. They contain personal data.
    :raises ValueError: If ``db`` is not a database of an emulator, or the seed file is invalid.
    """

    def __init__(
        self,
        secret_key: str = SECRET_KEY,
        *,
        db: str | Path | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        settings: Settings = DEFAULT_SETTINGS,
        seed_file: str | Path | None = None,
        remote_webhooks: bool = False,
    ) -> None:
        self.url = "http://emulator.invalid"
        """The address at which it can be reached. A server sets it."""
        seeds = SeedFile() if seed_file is None else read_seed_file(seed_file)
        store, clock_or_new = Store(db), clock or Clock()
        clocks = TenantClocks(Tenant.from_key(secret_key).id, clock_or_new)
        due_index = DueIndex(clocks)
        services = Services(
            store,
            JobQueue(store, due_index.add),
            Outbox(store, due_index.add),
            seed,
            lambda: self.url,
            seeds.apply_to(settings),
            RequestLog(),
            rules.FaultRegistry(seed),
            Snapshots(store),
            clocks,
            due_index,
        )
        super().__init__(services, clock_or_new, seeds, remote_webhooks=remote_webhooks, resume_clocks=clock is None)
        self.add_routes(control_routes(self))
        self._default_transport = self.for_key(secret_key)

    @property
    def secret_key(self) -> str:
        """The key that it uses as a transport."""
        return self._default_transport.secret_key

    def for_key(self, secret_key: str) -> EmulatorTransport:
        """Return a transport that uses another secret key with the same emulator."""
        if secret_key.startswith("sk_"):
            self._authenticate(f"Bearer {secret_key}", public=False)
        return EmulatorTransport(self, secret_key)

    def send(self, request: Request[Any], /) -> RawResponse:
        """Respond to a request of a client."""
        return self._default_transport.send(request)

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def clock_for(self, secret_key: str | None = None) -> Clock:
        """Return the clock of a business. Each secret key has its own; :attr:`clock` is that of the emulator's key."""
        return self.clock_of(Tenant(self._tenant_id(secret_key)))

    def run_due(self) -> list[TimelineEntry]:
        """Run the jobs that are due, and send the webhooks that are due, of all businesses."""
        return self.run_flow(self.scheduler.run())

    def idle_seconds(self) -> float:
        """Return the real seconds until a job or webhook of any business is due, as far as is known."""
        return self.scheduler.seconds_until_due()

    def events(self, secret_key: str | None = None) -> list[OutboxEvent]:
        """Return the events that Paystack would have sent as webhooks, in order."""
        return self._services.outbox.events_of(self._tenant_id(secret_key))

    def advance(self, seconds: float, secret_key: str | None = None) -> list[TimelineEntry]:
        """Advance the clock of one business. Run its jobs and send its webhooks that become due, each at its own time.

        The clocks of other businesses do not move; see :meth:`advance_all`. In an event loop, use :meth:`aadvance`,
        which does not block it. The time to which it advances is computed at the call, so concurrent calls for one
        business overlap and do not add up.

        :return: What happened, in order.
        :raises ValueError: If ``seconds`` is negative, or the time would be after the year 2999.
        """
        return self.run_flow(self.advance_flow(seconds, Tenant(self._tenant_id(secret_key))))

    async def aadvance(self, seconds: float, secret_key: str | None = None) -> list[TimelineEntry]:
        """As :meth:`advance`, in the running event loop, in which an ASGI application is then called."""
        return await self.arun_flow(self.advance_flow(seconds, Tenant(self._tenant_id(secret_key))))

    def advance_flow(self, seconds: float, tenant: Tenant) -> DeliveryFlow[list[TimelineEntry]]:
        """Return the flow of :meth:`advance`."""
        return self.scheduler.advance(tenant.id, self.clock_of(tenant).time_after(seconds))

    def advance_all(self, seconds: float) -> list[TimelineEntry]:
        """Advance the clocks of all businesses, one business after the other, in the order of their internal ids.

        A business that is created later starts at the initial time of the emulator.

        :return: What happened, for each business in order.
        :raises ValueError: As :meth:`advance`. Then no clock has moved.
        """
        clocks = self._services.clocks
        return self.run_flow(
            self.advance_all_flow({tenant: clocks.get(tenant).time_after(seconds) for tenant in self.tenant_ids()})
        )

    def advance_all_flow(self, times: Mapping[str, float]) -> DeliveryFlow[list[TimelineEntry]]:
        """Return the flow that advances the clock of each tenant to a time."""
        timeline: list[TimelineEntry] = []
        for tenant, until in times.items():
            timeline += yield from self.scheduler.advance(tenant, until)
        return timeline

    def tenant_ids(self) -> list[str]:
        """Return the ids of all tenants: those with data, and those whose clock was used since this process began."""
        return sorted({*self._services.clocks.tenants(), *(tenant.id for tenant in self.tenants())})

    def set_webhook_target(
        self, target: Target | None, *, path: str = "/", mode: str = "auto", secret_key: str | None = None
    ) -> None:
        """Set where webhooks are sent from now on.

        In process, mode ``auto`` does not send by itself: :meth:`deliver`, :meth:`advance` and :meth:`wait_for` send
        the webhooks that are due. With a server, they are sent soon after the response.

        :param target: An address, an ASGI or WSGI application, or None for no target. An application is called
            directly, without a socket and without lifespan events.
        :param path: The path at which the application receives webhooks.
        :param mode: ``auto``; ``inline``: before the response to the request that causes one; ``manual``: only by
            :meth:`deliver`.
        """
        tenant = Tenant(self._tenant_id(secret_key))
        url = None
        if target is None or isinstance(target, str):
            self._services.webhook_targets.pop(tenant.id, None)
            url = target
        else:
            from paystackease.emulator.webhooks.delivery import MountedApp

            self._services.webhook_targets[tenant.id] = MountedApp(target, path)
        self.run_as(tenant, lambda context: context.update_settings(webhook_url=url, webhook_mode=mode))

    def deliver(self, secret_key: str | None = None) -> list[DeliveryAttempt]:
        """Send the webhooks that are due, and those that are held.

        :return: The attempts, in order.
        """
        return _attempts_in(self.run_flow(self.deliver_flow(Tenant(self._tenant_id(secret_key)))))

    async def adeliver(self, secret_key: str | None = None) -> list[DeliveryAttempt]:
        """As :meth:`deliver`, in the running event loop, in which an ASGI application is then called."""
        return _attempts_in(await self.arun_flow(self.deliver_flow(Tenant(self._tenant_id(secret_key)))))

    def deliver_flow(self, tenant: Tenant) -> DeliveryFlow[list[TimelineEntry]]:
        """Return the flow of :meth:`deliver`."""
        self.scheduler.run_due_jobs(tenant.id)
        self._services.outbox.release_held(tenant.id, self.clock_of(tenant).now())
        return self.scheduler.run(only=tenant.id)

    def wait_for(
        self, name: str, *, timeout: float = 5.0, secret_key: str | None = None, **having: object
    ) -> OutboxEvent:
        """Wait until an event was delivered, and return the newest one of that name. It does not poll.

        Webhooks that are due are delivered first. An event that was delivered before is returned immediately. If no
        webhook target is set, an event that happened is returned, although nothing is delivered.

        :param name: Such as ``"charge.success"``.
        :param timeout: How many real seconds to wait.
        :param having: Values that its data must have: ``reference="T1"``, ``customer__email="ada@example.com"``.
        :raises TimeoutError: If there is none within the timeout. The message names the latest events.
        :raises paystackease.testing.WebhookNotDeliveredError: If the newest one happened, but the target did not
            respond with 200. The message has the status and the first line of the response.
        """
        deadline = time.monotonic() + timeout
        while True:
            change_count = self.scheduler.change_count
            self.run_due()
            remaining = deadline - time.monotonic()
            event = self._find_delivered(name, having, timeout, remaining, secret_key)
            if event is not None:
                return event
            self.scheduler.wait_for_change(change_count, min(remaining, self.idle_seconds()))

    async def await_for(
        self,
        name: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 # as the blocking method
        secret_key: str | None = None,
        **having: object,
    ) -> OutboxEvent:
        """As :meth:`wait_for`, in the running event loop, in which an ASGI application is then called."""
        from asyncio import to_thread

        deadline = time.monotonic() + timeout
        while True:
            change_count = self.scheduler.change_count
            await self.arun_flow(self.scheduler.run())
            remaining = deadline - time.monotonic()
            event = self._find_delivered(name, having, timeout, remaining, secret_key)
            if event is not None:
                return event
            await to_thread(self.scheduler.wait_for_change, change_count, min(remaining, self.idle_seconds()))

    def _find_delivered(
        self, name: str, having: Mapping[str, object], timeout: float, remaining: float, secret_key: str | None
    ) -> OutboxEvent | None:
        """Return the event for which a caller waits, or None if it must wait longer.

        :param remaining: How many real seconds it may wait.
        """
        tenant = self._tenant_id(secret_key)
        event = next((event for event in reversed(self.events(secret_key)) if matches(event, name, having)), None)
        if event is None:
            if remaining <= 0:
                raise TimeoutError(self._timeout_message(name, having, timeout, secret_key))
            return None
        has_target = tenant in self._services.webhook_targets or self._services.settings_of(tenant).webhook_url
        if event.status == "Delivered" or not has_target:
            return event
        passing = 0.0 if self.clock.frozen else remaining
        if remaining <= 0 or waiting.has_failed(event, self.clock.now(), passing):
            attempts = self._services.outbox.attempts(tenant, event.seq)
            raise waiting.not_delivered(event, attempts[-1] if attempts else None)
        return None

    def add_fault(
        self, action: str, operation: str | None = None, *, secret_key: str | None = None, **rule: Any
    ) -> int:
        """Add a fault; see :mod:`paystackease.emulator.faults.rules`.

        :param action: Such as ``"commit-then-drop"``, or ``"twice"`` for webhooks.
        :param operation: ``"POST /transfer"``, ``"/transfer"`` or ``"transfers.initiate_transfer"``; for webhooks, the
            event's name. If left out, all.
        :param rule: When, and for how long: ``nth``, ``every``, ``chance``, ``times``, ``seconds``.
        :return: Its number, for :meth:`clear_faults`.
        :raises ValueError: If there is no such fault, or no such operation.
        """
        fields = {"action": action, **rule} if operation is None else {"action": action, "operation": operation, **rule}
        try:
            return self.activate_fault(self._tenant_id(secret_key), rules.parse_rule(fields)).number
        except ApiError as error:
            raise ValueError(str(error)) from None

    def clear_faults(self, number: int | None = None, *, secret_key: str | None = None) -> None:
        """Remove the fault with this number, or all faults."""
        self._services.faults.remove(self._tenant_id(secret_key), number)

    def requests(self, secret_key: str | None = None) -> list[LoggedRequest]:
        """Return the latest requests, newest first."""
        return self._services.request_log.newest(self._tenant_id(secret_key))

    def save_snapshot(self, name: str, secret_key: str | None = None) -> None:
        """Save a snapshot of the tenant's data and the time of its clock, for :meth:`restore_snapshot`."""
        self._services.save_snapshot(self._tenant_id(secret_key), name)

    def restore_snapshot(self, name: str, secret_key: str | None = None) -> None:
        """Restore a snapshot, and set the clock of the tenant back to the time of the snapshot.

        :raises KeyError: If there is no snapshot with this name.
        """
        if not self._services.restore_snapshot(self._tenant_id(secret_key), name):
            raise KeyError(f"there is no snapshot {name!r}")

    def reset(self, secret_key: str | None = None) -> None:
        """Delete everything except the snapshots, set the clock back, and make the requests of the seed file again."""
        self.reset_tenant(Tenant(self._tenant_id(secret_key)))

    def _tenant_id(self, secret_key: str | None) -> str:
        return Tenant.from_key(self.secret_key if secret_key is None else secret_key).id

    def _timeout_message(self, name: str, having: Mapping[str, object], timeout: float, secret_key: str | None) -> str:
        latest = ", ".join(event.name for event in self.events(secret_key)[-10:]) or "nothing"
        expected = f"{name} with {', '.join(having)}" if having else name
        return f"there was no {expected} within {timeout:g} seconds; the latest events: {latest}"


def _attempts_in(timeline: list[TimelineEntry]) -> list[DeliveryAttempt]:
    return [entry.attempt for entry in timeline if entry.attempt is not None]
