"""What a test has of an emulator besides calls: time, webhooks, faults, and states to go back to."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from paystackease.emulator.clock import Clock
from paystackease.emulator.faults import rules
from paystackease.emulator.http.context import RequestContext, Services, Tenant
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.request_log import LoggedRequest
from paystackease.emulator.scheduler import Scheduler, TimelineEntry, matches
from paystackease.emulator.webhooks.outbox import Attempt, Event, Steps

if TYPE_CHECKING:
    from paystackease.emulator.webhooks.delivery import Target

T = TypeVar("T")


class SimulationMixin(ABC):
    """The part of an emulator that is for tests. Where a ``secret_key`` is left out, it is the emulator's own."""

    clock: Clock
    work: Scheduler
    """What is to be done now or later; for who puts the emulator behind something."""
    _world: Services

    @property
    @abstractmethod
    def secret_key(self) -> str:
        """Whose data it shows as a transport."""

    @abstractmethod
    def act(self, tenant: Tenant, deed: Callable[[RequestContext], T]) -> T:
        """Do something on behalf of a tenant; after an exception, nothing was done."""

    @abstractmethod
    def begin(self, tenant: Tenant) -> None:
        """Have a business begin, or begin anew: with nothing but what the seed file says."""

    @abstractmethod
    def activate_fault(self, tenant: str, rule: rules.Rule) -> rules.Active:
        """Have a rule in force."""

    @abstractmethod
    def drive(self, steps: Steps[T]) -> T:
        """Go through steps to their end, and send what is to be sent."""

    @abstractmethod
    async def adrive(self, steps: Steps[T]) -> T:
        """As :meth:`drive`, from within an event loop, in which an ASGI application is then told."""

    def settle(self) -> list[TimelineEntry]:
        """Do what is due by now: jobs, and webhooks that are to be sent."""
        return self.drive(self.work.drive())

    def idle(self) -> float:
        """How many seconds there is nothing to do, as far as is known."""
        return float("inf") if self.clock.frozen else self.work.pause()

    def events(self, secret_key: str | None = None) -> list[Event]:
        """What Paystack would have told by webhook, in order."""
        return self._world.outbox.all(self._of(secret_key))

    def advance(self, seconds: float) -> list[TimelineEntry]:
        """Move the clock ahead, and do what falls due on the way, each at its own time: jobs, and webhooks that are
        sent. In an event loop, :meth:`aadvance` does not keep it waiting.

        :return: What happened, in order.
        """
        return self.drive(self.advance_flow(seconds))

    async def aadvance(self, seconds: float) -> list[TimelineEntry]:
        """As :meth:`advance`, from within an event loop, in which an ASGI application is then told."""
        return await self.adrive(self.advance_flow(seconds))

    def advance_flow(self, seconds: float) -> Steps[list[TimelineEntry]]:
        """The steps of :meth:`advance`, for who drives them otherwise."""
        return self._advance_flow_until(self.clock.after(seconds))

    def _advance_flow_until(self, until: float) -> Steps[list[TimelineEntry]]:
        happened = yield from self.work.drive(until, moves=True)
        self.clock.move_to(until)
        return happened

    def set_webhook_target(
        self, target: Target | None, *, path: str = "/", mode: str = "auto", secret_key: str | None = None
    ) -> None:
        """Say where webhooks go from now on.

        In process nothing goes by itself: with the mode ``auto``, :meth:`deliver`, :meth:`advance` and :meth:`wait_for`
        send what is due. Behind a server it goes soon after the answer.

        :param target: An address, an ASGI or a WSGI application, or None for nowhere. An application is called as it
            is, without a socket and without a lifespan.
        :param path: At which path the application takes webhooks.
        :param mode: ``auto``; ``inline``, before the answer to the call that causes one; ``manual``, only by
            :meth:`deliver`.
        :param secret_key: Whose; left out, the emulator's own.
        """
        tenant = Tenant(self._of(secret_key))
        url = None
        if target is None or isinstance(target, str):
            self._world.webhook_targets.pop(tenant.id, None)
            url = target
        else:
            from paystackease.emulator.webhooks.delivery import MountedApp

            self._world.webhook_targets[tenant.id] = MountedApp(target, path)
        self.act(tenant, lambda call: call.set(webhook_url=url, webhook_mode=mode))

    def deliver(self, secret_key: str | None = None) -> list[Attempt]:
        """Send the webhooks that are due, and those that were held back.

        :return: What was tried, in order.
        """
        return _attempts(self.drive(self.deliver_flow(Tenant(self._of(secret_key)))))

    async def adeliver(self, secret_key: str | None = None) -> list[Attempt]:
        """As :meth:`deliver`, from within an event loop, in which an ASGI application is then told."""
        return _attempts(await self.adrive(self.deliver_flow(Tenant(self._of(secret_key)))))

    def deliver_flow(self, tenant: Tenant) -> Steps[list[TimelineEntry]]:
        """The steps of :meth:`deliver`, for who drives them otherwise."""
        self.work.run_due_jobs()
        self._world.outbox.release(tenant.id, self.clock.now())
        return self.work.drive(only=tenant.id)

    def wait_for(self, name: str, *, timeout: float = 5.0, secret_key: str | None = None, **having: object) -> Event:
        """The newest event of that name, once there is one and what is due was delivered; one that has been is taken
        at once. Nothing is asked again and again: whatever happens wakes it up.

        :param name: Such as ``"charge.success"``.
        :param timeout: How many real seconds to wait.
        :param having: What its data must have: ``reference="T1"``, ``customer__email="ada@example.com"``.
        :raises TimeoutError: Where there is none by then; it says what there was.
        """
        ends = time.monotonic() + timeout
        while True:
            change_count = self.work.change_count
            self.settle()
            found = [event for event in self.events(secret_key) if matches(event, name, having)]
            if found:
                return found[-1]
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(self._timeout_message(name, having, timeout, secret_key))
            self.work.wait(change_count, min(left, self.idle()))

    async def await_for(
        self,
        name: str,
        *,
        timeout: float = 5.0,  # noqa: ASYNC109 # as its like that blocks
        secret_key: str | None = None,
        **having: object,
    ) -> Event:
        """As :meth:`wait_for`, from within an event loop, in which an ASGI application is then told."""
        from asyncio import to_thread

        ends = time.monotonic() + timeout
        while True:
            change_count = self.work.change_count
            await self.adrive(self.work.drive())
            found = [event for event in self.events(secret_key) if matches(event, name, having)]
            if found:
                return found[-1]
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(self._timeout_message(name, having, timeout, secret_key))
            await to_thread(self.work.wait, change_count, min(left, self.idle()))

    def add_fault(
        self, action: str, operation: str | None = None, *, secret_key: str | None = None, **rule: Any
    ) -> int:
        """Have something go wrong from now on. :mod:`paystackease.emulator.faults.rules` has what may.

        :param action: Such as ``"commit-then-drop"``, or ``"twice"`` for webhooks.
        :param operation: ``"POST /transfer"``, ``"/transfer"`` or ``"transfers.initiate_transfer"``; of webhooks, the
            event's name. Left out, all.
        :param rule: When, and how much: ``nth``, ``every``, ``chance``, ``times``, ``seconds``.
        :return: Its number, by which :meth:`calm` takes it out.
        :raises ValueError: Where there is no such fault, or no such operation.
        """
        fields = {"action": action, **rule} if operation is None else {"action": action, "operation": operation, **rule}
        try:
            return self.activate_fault(self._of(secret_key), rules.rule(fields)).number
        except ApiError as refusal:
            raise ValueError(str(refusal)) from None

    def clear_faults(self, number: int | None = None, *, secret_key: str | None = None) -> None:
        """Take out the fault of that number, or all of them."""
        self._world.faults.remove(self._of(secret_key), number)

    def requests(self, secret_key: str | None = None) -> list[LoggedRequest]:
        """What was asked lately, the newest first."""
        return self._world.request_log.of(self._of(secret_key))

    def save_snapshot(self, name: str, secret_key: str | None = None) -> None:
        """Keep what there is now by that name, to go back to by :meth:`restore`."""
        self._world.snapshots.save(self._of(secret_key), name, self.clock.now())

    def restore_snapshot(self, name: str, secret_key: str | None = None) -> None:
        """Go back to what there was when it was saved. The clock stays where it is.

        :raises KeyError: Where nothing was saved by that name.
        """
        if not self._world.restore_snapshot(self._of(secret_key), name):
            raise KeyError(f"nothing was saved as {name!r}")

    def reset(self, secret_key: str | None = None) -> None:
        """Forget everything but the snapshots, and begin with what the seed file says."""
        self.begin(Tenant(self._of(secret_key)))

    def _of(self, secret_key: str | None) -> str:
        return Tenant.from_key(self.secret_key if secret_key is None else secret_key).id

    def _timeout_message(self, name: str, having: Mapping[str, object], timeout: float, secret_key: str | None) -> str:
        told = ", ".join(event.name for event in self.events(secret_key)[-10:]) or "nothing"
        wanted = f"{name} with {', '.join(having)}" if having else name
        return f"there was no {wanted} within {timeout:g} seconds; the last that happened: {told}"


def _attempts(happened: list[TimelineEntry]) -> list[Attempt]:
    return [found.attempt for found in happened if found.attempt is not None]
