"""Paystack, offline: the same calls, answers and errors, and no account, no network and no money.

An :class:`Emulator` does no I/O of its own. It is a transport, ``Paystack(transport=Emulator())``, and
``paystackease emulator up`` puts one behind a port for everyone else. What it does not have answers 501, never a
made-up 200.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from paystackease._core.transport import RawResponse
from paystackease.emulator import seed_file as seeds
from paystackease.emulator.clock import Clock
from paystackease.emulator.control_api.control import control
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.faults.injector import CONTROL_PREFIX, FaultInjector
from paystackease.emulator.http.context import ApiResponse, JobHandler, RequestContext, Route, Services, Tenant
from paystackease.emulator.http.errors import HEADERS, ApiError, internal_error, invalid_key, not_implemented, too_deep
from paystackease.emulator.http.nesting import NestingError, decode_json
from paystackease.emulator.http.request_log import RequestLog
from paystackease.emulator.http.routing import Router
from paystackease.emulator.resources import resources
from paystackease.emulator.scheduler import Scheduler
from paystackease.emulator.settings import DEFAULT, Settings
from paystackease.emulator.simulation import SimulationMixin
from paystackease.emulator.storage.jobs import Jobs
from paystackease.emulator.storage.snapshots import Snapshots
from paystackease.emulator.storage.store import Store
from paystackease.emulator.transport import EmulatorTransport, ResponseInterrupted
from paystackease.emulator.webhooks.outbox import Outbox, Steps
from paystackease.errors import ClientClosedError

if TYPE_CHECKING:
    from paystackease._core.request import Request


log = logging.getLogger("paystackease.emulator")

SECRET_KEY = "sk_test_emulator"
"""The tenant of who names none."""

T = TypeVar("T")

_TEST_KEY = re.compile(r"[sp]k_test_\w+")


class Emulator(SimulationMixin):
    """An offline Paystack.

    :param secret_key: Whose data it shows as a transport. Each ``sk_test_…`` key is a world of its own; see :meth:`at`.
    :param db: A file in which everything is kept; left out, it is gone with the emulator. In memory there is room for
        1 GiB, some half a million payments.
    :param clock: The time, :class:`Clock` by default.
    :param seed: Another number, and codes and references are others. They are the same in every run.
    :param settings: How the businesses are set up that have said nothing else.
    :param seed_file: What every business has from the beginning and after a reset: see
        :mod:`paystackease.emulator.seed_file`.
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
        self._world = Services(
            store,
            Jobs(store),
            Outbox(store),
            seed,
            lambda: self.url,
            self._seed.applied(settings),
            RequestLog(),
            faults.Faults(seed),
            Snapshots(store),
        )
        routes, self._jobs = _paystack_routes()
        self._router = Router(routes)
        self.work = Scheduler(self._world, self.clock, self._jobs)
        self._known: dict[str, Tenant] = {}
        self._fault_injector = FaultInjector(self._world, self._router)
        for (method, path), route in control(self).operations.items():
            self._router.add(method, path, route)
        self._closed = False
        self._persist_clock(goes_on=clock is None)
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

    def send(self, request: Request[Any], /) -> RawResponse:
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

    # At work

    def activate_fault(self, tenant: str, rule: faults.Rule) -> faults.Active:
        """Have a rule in force.

        :raises Refusal: Where it names no operation of Paystack's.
        """
        return self._world.faults.add(tenant, rule, self._fault_injector.operation(rule))

    def answer(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> RawResponse:
        """Answer a request as it came over HTTP; the names of its headers are in lower case.

        :raises paystackease.emulator.Interrupted: Where a fault has it that no whole answer arrives.
        """
        found = self.handle(method, target, headers, content)
        if isinstance(found, Generator):
            found = self.drive(found)
        if isinstance(found, faults.BrokenReply):
            raise ResponseInterrupted(found)
        return found

    def handle(
        self, method: str, target: str, headers: Mapping[str, str], content: bytes | None
    ) -> RawResponse | faults.BrokenReply | Steps[RawResponse | faults.BrokenReply]:
        """As :meth:`answer`, for who carries answers: what it gives is the answer, one that is to be broken on the way,
        or a generator that gives one of those, and before that yields what is to be sent.
        """
        if self._closed:
            raise ClientClosedError
        began = time.perf_counter()
        path, _, query = target.partition("?")
        tenant = route = None
        struck: list[str] = []
        reply: RawResponse | faults.BrokenReply
        try:
            found = self._router.find(method, path)
            if found is not None and found[0].open:
                tenant = Tenant(found[1]["tenant"])
            else:
                tenant = self._who(headers.get("authorization", ""), public=found is not None and found[0].public)
            self.work.run_due_jobs()
            if found is None:
                raise not_implemented(method, path)
            route, params = found
            rules = self._fault_injector.hits(tenant.id, route.name, headers)
            world = self._fault_injector.services_for(tenant.id, method, rules)
            struck += [rule.action for rule in rules]
            instead = faults.reply_instead(rules)
            if instead is not None:
                reply = instead
            else:
                asked = dict(parse_qsl(query)) if query else {}
                body, items = _body(headers, None if route.file else content, route.array)
                call = RequestContext(world, tenant, self.clock.now(), params, asked, body, items, struck)
                if route.drives:
                    return self._driven(route, call)
                with world.store.transaction():
                    answer = route.operation(call)
                    assert not isinstance(answer, Generator), "what drives says so where it is declared"
                reply = faults.corrupt_reply(rules, _reply(answer))
        except ApiError as refusal:
            reply = _reply(refusal)
        except Exception:  # whoever is tested against this shall see what Paystack would show, and we the cause
            log.exception("the emulator broke at %s %s", method, path)
            reply = _reply(internal_error())
        if tenant is None:
            return reply
        if not path.startswith(CONTROL_PREFIX):
            self._log(tenant, method, target, route, content, reply, struck, began)
        if self._world.outbox.soonest <= self.clock.now():
            if self.act(tenant, lambda call: call.settings.webhook_mode == "inline"):
                return self._deliver_first(tenant, reply)
            self.work.stir()
        return reply

    def begin(self, tenant: Tenant) -> None:
        """Have a business begin, or begin anew: with nothing but what the seed file says.

        :raises ValueError: Where what the seed file asks for is refused.
        """
        with self._world.store.transaction():
            self._world.delete_tenant(tenant.id)
            for asked in self._seed.asked:
                found = self._router.find(asked.method, asked.path)
                try:
                    if found is None:
                        raise not_implemented(asked.method, asked.path)
                    call = RequestContext(self._world, tenant, self.clock.now(), found[1], body=asked.body)
                    answer = found[0].operation(call)
                    if isinstance(answer, ApiError):
                        raise answer
                    assert not isinstance(answer, Generator), "a seed file lets no time pass"
                except ApiError as refusal:
                    raise ValueError(f"the seed file's {asked.method} {asked.path} is refused: {refusal}") from refusal
            if self._seed.asked:
                # By its settings it is known later that it has begun.
                self._world.store.set(tenant.id, msgspec.json.encode(self._world.settings).decode())

    def drive(self, steps: Steps[T]) -> T:
        """Go through steps to their end, and send what is to be sent."""
        from paystackease.emulator.webhooks import (
            delivery,  # not needed, with asyncio and sockets, where nothing is sent
        )

        return delivery.drive(steps, self._outside)

    async def adrive(self, steps: Steps[T]) -> T:
        """As :meth:`drive`, from within an event loop, in which an ASGI application is then told."""
        from paystackease.emulator.webhooks import delivery

        return await delivery.adrive(steps, self._outside)

    def _driven(self, route: Route, call: RequestContext) -> Steps[RawResponse]:
        try:
            answer = route.operation(call)
            if isinstance(answer, Generator):
                answer = yield from answer
        except ApiError as refusal:
            return _reply(refusal)
        except Exception:
            log.exception("the emulator broke at %s", route.name)
            return _reply(internal_error())
        return _reply(answer)

    def _deliver_first(
        self, tenant: Tenant, reply: RawResponse | faults.BrokenReply
    ) -> Steps[RawResponse | faults.BrokenReply]:
        yield from self.work.drive(only=tenant.id)
        return reply

    def _log(
        self,
        tenant: Tenant,
        method: str,
        target: str,
        route: Route | None,
        content: bytes | None,
        reply: RawResponse | faults.BrokenReply,
        struck: Sequence[str],
        began: float,
    ) -> None:
        waited = 0.0
        if isinstance(reply, faults.BrokenReply):
            waited, reply = reply.seconds, reply.reply
        self._world.request_log.add(
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
            faults=tuple(struck),
        )

    def _who(self, authorization: str, *, public: bool) -> Tenant:
        known = self._known.get(authorization)
        if known is not None:
            return known
        tenant = _tenant(authorization, public=public)
        key = authorization.partition(" ")[2]
        if key.startswith("sk_"):
            self.work.meet(tenant, key)
            if self._seed.asked:
                with self._world.store.transaction():
                    if self._world.store.setting(tenant.id) is None:
                        self.begin(tenant)
            self._known[authorization] = tenant
        return tenant

    def _persist_clock(self, *, goes_on: bool) -> None:
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
        return [Tenant(found) for found in sorted({*self._world.store.tenants(), *self._world.request_log.tenants()})]

    def operations(self) -> set[str]:
        """What answers here, its parameters without names: ``GET /transfer/{}``."""
        return {faults.plain(route.name) for route in self._router}

    def holder(self, kind: str, **by: str) -> Tenant | None:
        """Whose it is, where its ``code`` or its ``name`` alone is known, as in the address of a page."""
        found = self._world.store.holder(kind, **by)
        return None if found is None else Tenant(found)

    def act(self, tenant: Tenant, deed: Callable[[RequestContext], T]) -> T:
        """Do something on behalf of a tenant; after an exception, nothing was done."""
        if self._closed:
            raise ClientClosedError
        self.work.run_due_jobs()
        with self._world.store.transaction():
            return deed(RequestContext(self._world, tenant, self.clock.now()))

    async def tell(self, tenant: Tenant) -> None:
        """Have told, soon or before this returns, what is to be told of what was done, as after a call."""
        if self._world.outbox.soonest <= self.clock.now():
            if self.act(tenant, lambda call: call.settings.webhook_mode == "inline"):
                await self.adrive(self.work.drive(only=tenant.id))
            else:
                self.work.stir()


@functools.cache
def _paystack_routes() -> tuple[Router[Route], Mapping[str, JobHandler]]:
    """What answers, and what does jobs, of whichever emulator: put together once, as each test has its own."""
    router: Router[Route] = Router()
    jobs: dict[str, JobHandler] = {}
    for resource in resources():
        for (method, path), route in resource.operations.items():
            router.add(method, path, route)
        jobs.update(resource.jobs)
    return router, jobs


def _tenant(authorization: str, *, public: bool) -> Tenant:
    scheme, _, key = authorization.partition(" ")
    if key.startswith("sk_live_"):
        log.error("a LIVE secret key was sent to the emulator, and refused: check where it is used")
    if scheme.lower() != "bearer" or not _TEST_KEY.fullmatch(key) or (key.startswith("pk_") and not public):
        raise invalid_key()
    return Tenant.from_key(key)


def _body(headers: Mapping[str, str], content: bytes | None, array: bool) -> tuple[dict[str, Any], list[Any]]:
    if not content:
        return {}, []
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(content.decode("utf-8", "replace"))), []
    try:
        body = decode_json(content)
    except NestingError as error:
        raise too_deep(error) from error
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body, []  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
    if isinstance(body, list) and array:
        return {}, body  # pyright: ignore[reportUnknownVariableType] # whatever it holds
    what = "array" if array else "object"
    raise ApiError(400, f"The body is not a JSON {what}", "invalid_params")  # the wording is an assumption


def _reply(answer: ApiResponse | ApiError) -> RawResponse:
    if isinstance(answer, ApiError):
        return RawResponse(answer.status, {**HEADERS, **answer.headers}, msgspec.json.encode(answer.body))
    headers = {**HEADERS, **answer.headers} if answer.headers else HEADERS
    return RawResponse(answer.status, headers, answer.content)
