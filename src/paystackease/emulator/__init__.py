"""Paystack, offline: the same calls, answers and errors, and no account, no network and no money.

An :class:`Emulator` does no I/O of its own. It is a transport, ``Paystack(transport=Emulator())``, and
``paystackease emulator up`` puts one behind a port for everyone else. What it does not have answers 501, never a
made-up 200.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from paystackease._engine import Reply
from paystackease._request import Request
from paystackease._settings import TIMEOUT
from paystackease.emulator import seeds
from paystackease.emulator.control import control
from paystackease.emulator.core import faults
from paystackease.emulator.core.call import Answer, Call, JobHandler, Route, Tenant, World
from paystackease.emulator.core.clock import Clock
from paystackease.emulator.core.errors import HEADERS, Refusal, broken, invalid_key, not_implemented
from paystackease.emulator.core.events import Attempt, Event, Events, Steps
from paystackease.emulator.core.jobs import Jobs
from paystackease.emulator.core.requests import Logged, RequestLog
from paystackease.emulator.core.router import Router
from paystackease.emulator.core.settings import DEFAULT, Settings
from paystackease.emulator.core.snapshots import Snapshots
from paystackease.emulator.core.store import Store
from paystackease.emulator.resources import resources
from paystackease.emulator.work import Happening, Work, matches
from paystackease.errors import APIConnectionError, APITimeoutError, ClientClosedError

if TYPE_CHECKING:
    from paystackease.emulator.couriers import Target

__all__ = ["Clock", "Emulator", "EmulatorTransport"]

log = logging.getLogger("paystackease.emulator")

SECRET_KEY = "sk_test_emulator"
"""The tenant of who names none."""

T = TypeVar("T")

_TEST_KEY = re.compile(r"[sp]k_test_\w+")
FAULT = "x-emulator-fault"
"""The header by which one request asks for a fault: ``reset``, or ``latency; seconds=2``."""
OURS = "/_emulator"
"""Where the paths begin that Paystack does not have, at which nothing goes wrong on purpose."""


class Emulator:
    """An offline Paystack.

    :param secret_key: Whose data it shows as a transport. Each ``sk_test_…`` key is a world of its own; see :meth:`at`.
    :param db: A file in which everything is kept; left out, it is gone with the emulator.
    :param clock: The time, :class:`Clock` by default.
    :param seed: Another number, and codes and references are others. They are the same in every run.
    :param settings: How the businesses are set up that have said nothing else.
    :param seed_file: What every business has from the beginning and after a reset: see
        :mod:`paystackease.emulator.seeds`.
    :param remote_webhooks: Whether webhooks may go to other machines. They have personal data in them.
    :raises ValueError: Where a file is not an emulator's, or cannot be understood.
    """

    def __init__(
        self,
        secret_key: str = SECRET_KEY,
        *,
        db: str | Path | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        settings: Settings = DEFAULT,
        seed_file: str | Path | None = None,
        remote_webhooks: bool = False,
    ) -> None:
        self.clock = clock or Clock()
        self.url = "http://emulator.invalid"
        """Where it can be reached: a server that it stands behind sets this."""
        self._seed = seeds.Seed() if seed_file is None else seeds.read(seed_file)
        self._outside = remote_webhooks
        store = Store(db)
        self._world = World(
            store,
            Jobs(store),
            Events(store),
            seed,
            lambda: self.url,
            self._seed.applied(settings),
            RequestLog(),
            faults.Faults(seed),
            Snapshots(store),
        )
        self._router: Router[Route] = Router()
        self._jobs: dict[str, JobHandler] = {}
        self.work = Work(self._world, self.clock, self._jobs)
        """What is to be done now or later; for who puts the emulator behind something."""
        self._known: dict[str, Tenant] = {}
        self._replicas: dict[str, Store] = {}
        for resource in (*resources(), control(self)):
            for (method, path), route in resource.operations.items():
                self._router.add(method, path, route)
            self._jobs.update(resource.jobs)
        self._closed = False
        self._keep_time(goes_on=clock is None)
        self._default = self.at(secret_key)

    # As a transport

    @property
    def secret_key(self) -> str:
        """Whose data it shows as a transport."""
        return self._default.secret_key

    def at(self, secret_key: str) -> EmulatorTransport:
        """The same emulator, as another secret key sees it."""
        if secret_key.startswith("sk_"):
            self._who(f"Bearer {secret_key}", public=False)
        return EmulatorTransport(self, secret_key)

    def send(self, request: Request[Any], /) -> Reply:
        """Answer a call of a client's."""
        return self._default.send(request)

    def close(self) -> None:
        """Forget everything, or with ``db`` close the file."""
        if not self._closed:
            self._closed = True
            self._world.store.close()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # For tests

    def events(self, secret_key: str | None = None) -> list[Event]:
        """What Paystack would have told by webhook, in order."""
        return self._world.events.all(self._of(secret_key))

    def advance(self, seconds: float) -> list[Happening]:
        """Move the clock ahead, and do what falls due on the way, each at its own time: jobs, and webhooks that are
        sent. In an event loop, :meth:`aadvance` does not keep it waiting.

        :return: What happened, in order.
        """
        return self.drive(self.passing(seconds))

    async def aadvance(self, seconds: float) -> list[Happening]:
        """As :meth:`advance`, from within an event loop, in which an ASGI application is then told."""
        return await self.adrive(self.passing(seconds))

    def passing(self, seconds: float) -> Steps[list[Happening]]:
        """The steps of :meth:`advance`, for who drives them otherwise."""
        if not 0 <= seconds < float("inf"):
            raise ValueError("the clock goes forwards: give a number of seconds from 0 on")
        return self._passing(self.clock.now() + seconds)

    def _passing(self, until: float) -> Steps[list[Happening]]:
        happened = yield from self.work.drive(until, moves=True)
        self.clock.move_to(until)
        return happened

    def deliver_to(
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
            self._world.targets.pop(tenant.id, None)
            url = target
        else:
            from paystackease.emulator.couriers import Mounted

            self._world.targets[tenant.id] = Mounted(target, path)
        self.act(tenant, lambda call: call.set(webhook_url=url, webhook_mode=mode))

    def deliver(self, secret_key: str | None = None) -> list[Attempt]:
        """Send the webhooks that are due, and those that were held back.

        :return: What was tried, in order.
        """
        return _attempts(self.drive(self.delivering(Tenant(self._of(secret_key)))))

    async def adeliver(self, secret_key: str | None = None) -> list[Attempt]:
        """As :meth:`deliver`, from within an event loop, in which an ASGI application is then told."""
        return _attempts(await self.adrive(self.delivering(Tenant(self._of(secret_key)))))

    def delivering(self, tenant: Tenant) -> Steps[list[Happening]]:
        """The steps of :meth:`deliver`, for who drives them otherwise."""
        self.work.catch_up()
        self._world.events.release(tenant.id, self.clock.now())
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
            stirs = self.work.stirs
            self.settle()
            found = [event for event in self.events(secret_key) if matches(event, name, having)]
            if found:
                return found[-1]
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(self._not_told(name, having, timeout, secret_key))
            self.work.wait(stirs, min(left, self.idle()))

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
            stirs = self.work.stirs
            await self.adrive(self.work.drive())
            found = [event for event in self.events(secret_key) if matches(event, name, having)]
            if found:
                return found[-1]
            left = ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(self._not_told(name, having, timeout, secret_key))
            await to_thread(self.work.wait, stirs, min(left, self.idle()))

    def inject(self, action: str, operation: str | None = None, *, secret_key: str | None = None, **rule: Any) -> int:
        """Have something go wrong from now on. :mod:`paystackease.emulator.core.faults` has what may.

        :param action: Such as ``"commit-then-drop"``, or ``"twice"`` for webhooks.
        :param operation: ``"POST /transfer"``, ``"/transfer"`` or ``"transfers.initiate_transfer"``; of webhooks, the
            event's name. Left out, all.
        :param rule: When, and how much: ``nth``, ``every``, ``chance``, ``times``, ``seconds``.
        :return: Its number, by which :meth:`calm` takes it out.
        :raises ValueError: Where there is no such fault, or no such operation.
        """
        fields = {"action": action, **rule} if operation is None else {"action": action, "operation": operation, **rule}
        try:
            return self.put_in_force(self._of(secret_key), faults.rule(fields)).number
        except Refusal as refusal:
            raise ValueError(str(refusal)) from None

    def calm(self, number: int | None = None, *, secret_key: str | None = None) -> None:
        """Take out the fault of that number, or all of them."""
        self._world.faults.remove(self._of(secret_key), number)

    def put_in_force(self, tenant: str, rule: faults.Rule) -> faults.Active:
        """Have a rule in force.

        :raises Refusal: Where it names no operation of Paystack's.
        """
        return self._world.faults.add(tenant, rule, self._operation(rule))

    def requests(self, secret_key: str | None = None) -> list[Logged]:
        """What was asked lately, the newest first."""
        return self._world.requests.of(self._of(secret_key))

    def save(self, name: str, secret_key: str | None = None) -> None:
        """Keep what there is now by that name, to go back to by :meth:`restore`."""
        self._world.snapshots.save(self._of(secret_key), name, self.clock.now())

    def restore(self, name: str, secret_key: str | None = None) -> None:
        """Go back to what there was when it was saved. The clock stays where it is.

        :raises KeyError: Where nothing was saved by that name.
        """
        if not self._world.restore(self._of(secret_key), name):
            raise KeyError(f"nothing was saved as {name!r}")

    def reset(self, secret_key: str | None = None) -> None:
        """Forget everything but the snapshots, and begin with what the seed file says."""
        self.begin(Tenant(self._of(secret_key)))

    # At work

    def answer(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Reply:
        """Answer a request as it came over HTTP; the names of its headers are in lower case.

        :raises paystackease.emulator.Interrupted: Where a fault has it that no whole answer arrives.
        """
        found = self.handle(method, target, headers, content)
        if isinstance(found, Generator):
            found = self.drive(found)
        if isinstance(found, faults.Broken):
            raise Interrupted(found)
        return found

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], content: bytes | None
    ) -> Reply | faults.Broken | Steps[Reply | faults.Broken]:
        """As :meth:`answer`, for who carries answers: what it gives is the answer, one that is to be broken on the way,
        or a generator that gives one of those, and before that yields what is to be sent.
        """
        if self._closed:
            raise ClientClosedError
        began = time.perf_counter()
        path, _, query = target.partition("?")
        tenant = route = None
        rules: list[faults.Rule] = []
        reply: Reply | faults.Broken
        try:
            found = self._router.find(method, path)
            if found is not None and found[0].open:
                tenant = Tenant(found[1]["tenant"])
            else:
                tenant = self._who(headers.get("authorization", ""), public=found is not None and found[0].public)
            self.work.catch_up()
            if found is None:
                raise not_implemented(method, path)
            route, params = found
            world = self._world
            if (self._world.faults.any or FAULT in headers) and not route.name.partition(" ")[2].startswith(OURS):
                rules = self._hits(tenant.id, route.name, headers.get(FAULT))
                world = self._seen_by(tenant.id, method, rules)
            instead = faults.undone(rules) if rules else None
            if instead is not None:
                reply = instead
            else:
                asked = dict(parse_qsl(query)) if query else {}
                body, items = _body(headers, None if route.file else content, route.array)
                call = Call(world, tenant, self.clock.now(), params, asked, body, items)
                if route.drives:
                    return self._driven(route, call)
                with world.store.transaction():
                    answer = route.operation(call)
                    assert not isinstance(answer, Generator), "what drives says so where it is declared"
                reply = _reply(answer)
        except Refusal as refusal:
            reply = _reply(refusal)
        except Exception:  # whoever is tested against this shall see what Paystack would show, and we the cause
            log.exception("the emulator broke at %s %s", method, path)
            reply = _reply(broken())
        if rules:
            reply = reply if isinstance(reply, faults.Broken) else faults.spoilt(rules, reply)
        if tenant is None or path.startswith(OURS):
            return reply
        self._log(tenant, method, target, route, content, reply, rules, began)
        if self._world.events.soonest <= self.clock.now():
            if self.act(tenant, lambda call: call.settings.webhook_mode == "inline"):
                return self._told_first(tenant, reply)
            self.work.stir()
        return reply

    def settle(self) -> list[Happening]:
        """Do what is due by now: jobs, and webhooks that are to be sent."""
        if self._closed:
            raise ClientClosedError
        return self.drive(self.work.drive())

    def idle(self) -> float:
        """How many seconds there is nothing to do, as far as is known."""
        return float("inf") if self.clock.frozen else self.work.pause()

    def begin(self, tenant: Tenant) -> None:
        """Have a business begin, or begin anew: with nothing but what the seed file says.

        :raises ValueError: Where what the seed file asks for is refused.
        """
        with self._world.store.transaction():
            self._world.forget(tenant.id)
            for asked in self._seed.asked:
                found = self._router.find(asked.method, asked.path)
                try:
                    if found is None:
                        raise not_implemented(asked.method, asked.path)
                    call = Call(self._world, tenant, self.clock.now(), found[1], body=asked.body)
                    answer = found[0].operation(call)
                    if isinstance(answer, Refusal):
                        raise answer
                    assert not isinstance(answer, Generator), "a seed file lets no time pass"
                except Refusal as refusal:
                    raise ValueError(f"the seed file's {asked.method} {asked.path} is refused: {refusal}") from refusal
            self._world.store.set(tenant.id, msgspec.json.encode(self._world.settings).decode())

    def drive(self, steps: Steps[T]) -> T:
        """Go through steps to their end, and send what is to be sent."""
        from paystackease.emulator import couriers  # not needed, with asyncio and sockets, where nothing is sent

        return couriers.drive(steps, self._outside)

    async def adrive(self, steps: Steps[T]) -> T:
        """As :meth:`drive`, from within an event loop, in which an ASGI application is then told."""
        from paystackease.emulator import couriers

        return await couriers.adrive(steps, self._outside)

    def _driven(self, route: Route, call: Call) -> Steps[Reply]:
        try:
            answer = route.operation(call)
            if isinstance(answer, Generator):
                answer = yield from answer
        except Refusal as refusal:
            return _reply(refusal)
        except Exception:
            log.exception("the emulator broke at %s", route.name)
            return _reply(broken())
        return _reply(answer)

    def _told_first(self, tenant: Tenant, reply: Reply | faults.Broken) -> Steps[Reply | faults.Broken]:
        yield from self.work.drive(only=tenant.id)
        return reply

    def _log(
        self,
        tenant: Tenant,
        method: str,
        target: str,
        route: Route | None,
        content: bytes | None,
        reply: Reply | faults.Broken,
        rules: Sequence[faults.Rule],
        began: float,
    ) -> None:
        waited = 0.0
        if isinstance(reply, faults.Broken):
            waited, reply = reply.seconds, reply.reply
        self._world.requests.add(
            tenant.id,
            self.clock.now(),
            method,
            target,
            None if route is None else route.name,
            reply.status,
            None if route is not None and route.file else content,
            reply.content,
            took=time.perf_counter() - began,
            waited=waited,
            faults=tuple(rule.action for rule in rules),
        )

    def _hits(self, tenant: str, operation: str, header: str | None) -> list[faults.Rule]:
        reads = operation.startswith("GET ")
        rules = self._world.faults.hit(tenant, faults.plain(operation), reads=reads)
        return rules if header is None else [faults.read_header(header), *rules]

    def _seen_by(self, tenant: str, method: str, rules: Sequence[faults.Rule]) -> World:
        """The world that an operation sees: for a stale read, as it was before the last call that may have written."""
        if not self._world.faults.lags(tenant):
            self._replicas.pop(tenant, None)
        elif method != "GET":
            self._replicas[tenant] = self._world.store.copy()
        replica = self._replicas.get(tenant)
        if replica is None or not any(rule.action == "stale" for rule in rules):
            return self._world
        return replace(self._world, store=replica, jobs=Jobs(replica), events=Events(replica))

    def _operation(self, rule: faults.Rule) -> str | None:
        asked = rule.operation
        if asked is None or rule.of_webhooks:
            return asked
        names = [route.name for route in self._router]
        known = {faults.plain(name) for name in names if not name.partition(" ")[2].startswith(OURS)}
        if "/" not in asked:
            # Only now, for all sections are imported for it.
            from paystackease.endpoints import endpoints

            named = {f"{found.section}.{found.endpoint.name}": found.endpoint for found in endpoints()}
            if asked in named:
                asked = f"{named[asked].method} {named[asked].path}"
        plain = faults.plain(asked)
        fitting = [name for name in known if plain in (name, name.partition(" ")[2])]
        if len(fitting) != 1:
            said = f"there are {len(fitting)}: say which method" if fitting else "there is none"
            raise Refusal(
                400, f"operation is one such as POST /transfer; of {rule.operation!r} {said}", "invalid_params"
            )
        return fitting[0]

    def _of(self, secret_key: str | None) -> str:
        return Tenant.of(self._default.secret_key if secret_key is None else secret_key).id

    def _not_told(self, name: str, having: Mapping[str, object], timeout: float, secret_key: str | None) -> str:
        told = ", ".join(event.name for event in self.events(secret_key)[-10:]) or "nothing"
        wanted = f"{name} with {', '.join(having)}" if having else name
        return f"there was no {wanted} within {timeout:g} seconds; the last that happened: {told}"

    def _who(self, authorization: str, *, public: bool) -> Tenant:
        known = self._known.get(authorization)
        if known is not None:
            return known
        tenant = _tenant(authorization, public=public)
        key = authorization.partition(" ")[2]
        if key.startswith("sk_"):
            self.work.meet(tenant, key)
            if self._seed.asked and self._world.store.setting(tenant.id) is None:
                self.begin(tenant)
            self._known[authorization] = tenant
        return tenant

    def _keep_time(self, *, goes_on: bool) -> None:
        """Go on from the time at which the file was left, and keep where it is moved to."""
        store = self._world.store
        if goes_on and (kept := store.meta("clock")) is not None:
            self.clock.resume(kept)

        def moved() -> None:
            store.note("clock", self.clock.state)
            self.work.stir()

        self.clock.changed = moved

    # For the pages

    def tenants(self) -> list[Tenant]:
        """Whoever has something here, or has asked for something since this process began."""
        return [Tenant(found) for found in sorted({*self._world.store.tenants(), *self._world.requests.tenants()})]

    def operations(self) -> set[str]:
        """What answers here, its parameters without names: ``GET /transfer/{}``."""
        return {faults.plain(route.name) for route in self._router}

    def holder(self, kind: str, **by: str) -> Tenant | None:
        """Whose it is, where its ``code`` or its ``name`` alone is known, as in the address of a page."""
        found = self._world.store.holder(kind, **by)
        return None if found is None else Tenant(found)

    def act(self, tenant: Tenant, deed: Callable[[Call], T]) -> T:
        """Do something on behalf of a tenant; after an exception, nothing was done."""
        if self._closed:
            raise ClientClosedError
        self.work.catch_up()
        with self._world.store.transaction():
            return deed(Call(self._world, tenant, self.clock.now()))

    async def tell(self, tenant: Tenant) -> None:
        """Have told, soon or before this returns, what is to be told of what was done, as after a call."""
        if self._world.events.soonest <= self.clock.now():
            if self.act(tenant, lambda call: call.settings.webhook_mode == "inline"):
                await self.adrive(self.work.drive(only=tenant.id))
            else:
                self.work.stir()


class Interrupted(Exception):  # noqa: N818 # it is told to who asked for it
    """A fault has it that no whole answer arrives."""

    def __init__(self, broken: faults.Broken) -> None:
        super().__init__(f"a fault: {broken.how}")
        self.broken = broken


class EmulatorTransport:
    """An emulator, as one secret key sees it: a transport for clients of both kinds."""

    def __init__(self, emulator: Emulator, secret_key: str) -> None:
        self.secret_key = secret_key
        self._emulator = emulator
        self._headers = {"authorization": f"Bearer {secret_key}", "content-type": "application/json"}

    def send(self, request: Request[Any], /) -> Reply:
        """Answer a call of a client's.

        :raises paystackease.errors.APIConnectionError: Where a fault has it that no whole answer arrives in time.
        """
        headers = {**request.headers, **self._headers} if request.headers else self._headers
        try:
            return self._emulator.answer(request.method, request.target, headers, request.content)
        except Interrupted as interrupted:
            return self._carried(request, interrupted.broken)

    def _carried(self, request: Request[Any], broken: faults.Broken) -> Reply:
        seconds = TIMEOUT if request.timeout is None else request.timeout
        if broken.how in {"late", "drip"} and broken.seconds < seconds:
            # Nobody waits in process: it is the emulator's clock that goes on.
            self._emulator.clock.advance(broken.seconds)
            return broken.reply
        if broken.how in {"late", "drip", "stall"}:
            self._emulator.clock.advance(seconds)
            raise APITimeoutError(
                f"{request}: no whole answer within {seconds:g} seconds (a fault of the emulator's); "
                "it may have been done",
                request=request,
                reached=True,
            )
        raise APIConnectionError(
            f"{request}: the connection was lost before a whole answer came (a fault of the emulator's); "
            "it may have been done",
            request=request,
            reached=True,
        )

    def close(self) -> None:
        """Nothing: it is the emulator that is closed."""


def _tenant(authorization: str, *, public: bool) -> Tenant:
    scheme, _, key = authorization.partition(" ")
    if key.startswith("sk_live_"):
        log.error("a LIVE secret key was sent to the emulator, and refused: check where it is used")
    if scheme.lower() != "bearer" or not _TEST_KEY.fullmatch(key) or (key.startswith("pk_") and not public):
        raise invalid_key()
    return Tenant.of(key)


def _body(headers: Mapping[str, str], content: bytes | None, array: bool) -> tuple[dict[str, Any], list[Any]]:
    if not content:
        return {}, []
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode("utf-8", "replace"))), []
    try:
        body: object = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return body, []  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
    if isinstance(body, list) and array:
        return {}, body  # pyright: ignore[reportUnknownVariableType] # whatever it holds
    what = "array" if array else "object"
    raise Refusal(400, f"The body is not a JSON {what}", "invalid_params")  # the wording is an assumption


def _reply(answer: Answer | Refusal) -> Reply:
    if isinstance(answer, Refusal):
        return Reply(answer.status, {**HEADERS, **answer.headers}, msgspec.json.encode(answer.body))
    headers = {**HEADERS, **answer.headers} if answer.headers else HEADERS
    return Reply(answer.status, headers, answer.content)


def _attempts(happened: list[Happening]) -> list[Attempt]:
    return [found.attempt for found in happened if found.attempt is not None]
