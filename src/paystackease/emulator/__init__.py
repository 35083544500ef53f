"""Paystack, offline: the same calls, answers and errors, and no account, no network and no money.

An :class:`Emulator` does no I/O of its own. It is a transport, ``Paystack(transport=Emulator())``, and
``paystackease emulator up`` puts one behind a port for everyone else. What it does not have answers 501, never a
made-up 200.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from paystackease._engine import Reply
from paystackease._request import Request
from paystackease.emulator.control import control
from paystackease.emulator.core.call import Call, JobHandler, Route, Tenant, World
from paystackease.emulator.core.clock import Clock
from paystackease.emulator.core.errors import Refusal, broken, invalid_key, not_implemented
from paystackease.emulator.core.events import Event, Events
from paystackease.emulator.core.jobs import Jobs
from paystackease.emulator.core.router import Router
from paystackease.emulator.core.settings import DEFAULT, Settings
from paystackease.emulator.core.store import Store
from paystackease.emulator.resources import resources
from paystackease.errors import ClientClosedError

__all__ = ["Clock", "Emulator", "EmulatorTransport"]

log = logging.getLogger("paystackease.emulator")

SECRET_KEY = "sk_test_emulator"
"""The tenant of who names none."""

T = TypeVar("T")

_TEST_KEY = re.compile(r"[sp]k_test_\w+")
_HEADERS = {"content-type": "application/json; charset=utf-8", "x-powered-by": "paystackease emulator"}


class Emulator:
    """An offline Paystack.

    :param secret_key: Whose data it shows as a transport. Each ``sk_test_…`` key is a world of its own; see :meth:`at`.
    :param db: A file in which everything is kept; left out, it is gone with the emulator.
    :param clock: The time, :class:`Clock` by default.
    :param seed: Another number, and codes and references are others. They are the same in every run.
    :param settings: How the businesses are set up that have said nothing else.
    :raises ValueError: Where the file is not an emulator's.
    """

    def __init__(
        self,
        secret_key: str = SECRET_KEY,
        *,
        db: str | Path | None = None,
        clock: Clock | None = None,
        seed: int = 0,
        settings: Settings = DEFAULT,
    ) -> None:
        self.clock = clock or Clock()
        self.url = "http://emulator.invalid"
        """Where it can be reached: a server that it stands behind sets this."""
        store = Store(db)
        self._world = World(store, Jobs(store), Events(store), seed, lambda: self.url, settings)
        self._router: Router[Route] = Router()
        self._jobs: dict[str, JobHandler] = {}
        for resource in (*resources(), control(self)):
            for (method, path), route in resource.operations.items():
                self._router.add(method, path, route)
            self._jobs.update(resource.jobs)
        self._default = self.at(secret_key)
        self._closed = False

    # As a transport

    @property
    def secret_key(self) -> str:
        """Whose data it shows as a transport."""
        return self._default.secret_key

    def at(self, secret_key: str) -> EmulatorTransport:
        """The same emulator, as another secret key sees it."""
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
        return self._world.events.all(Tenant.of(secret_key or self._default.secret_key).id)

    def advance(self, seconds: float) -> None:
        """Move the clock ahead, and do what falls due on the way, each at its own time."""
        self.clock.advance(seconds)
        self._catch_up()

    # At work

    def answer(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Reply:
        """Answer a request as it came over HTTP; the names of its headers are in lower case."""
        if self._closed:
            raise ClientClosedError
        path, _, query = target.partition("?")
        try:
            found = self._router.find(method, path)
            if found is not None and found[0].open:
                tenant = Tenant(found[1]["tenant"])
            else:
                tenant = _tenant(headers.get("authorization", ""), public=found is not None and found[0].public)
            self._catch_up()
            if found is None:
                raise not_implemented(method, path)
            route, params = found
            asked = dict(parse_qsl(query)) if query else {}
            body, items = _body(headers, None if route.file else content, route.array)
            call = Call(self._world, tenant, self.clock.now(), params, asked, body, items)
            with self._world.store.transaction():
                answer = route.operation(call)
        except Refusal as refusal:
            return _reply(refusal.status, refusal.body, refusal.headers)
        except Exception:  # whoever is tested against this shall see what Paystack would show, and we the cause
            log.exception("the emulator broke at %s %s", method, path)
            return _reply(500, broken().body)
        if isinstance(answer, Refusal):
            return _reply(answer.status, answer.body, answer.headers)
        return Reply(answer.status, {**_HEADERS, **answer.headers}, answer.content)

    # For the pages

    def tenants(self) -> list[Tenant]:
        """Whoever has something here."""
        return [Tenant(found) for found in self._world.store.tenants()]

    def holder(self, kind: str, code: str) -> Tenant | None:
        """Whose it is, where the code alone is known, as in the address of a page."""
        found = self._world.store.holder(kind, code)
        return None if found is None else Tenant(found)

    def act(self, tenant: Tenant, deed: Callable[[Call], T]) -> T:
        """Do something on behalf of a tenant; after an exception, nothing was done."""
        if self._closed:
            raise ClientClosedError
        self._catch_up()
        with self._world.store.transaction():
            return deed(Call(self._world, tenant, self.clock.now()))

    def _catch_up(self) -> None:
        while True:
            # The job and what it does are kept together.
            with self._world.store.transaction():
                job = self._world.jobs.take(self.clock.now())
                if job is None:
                    return
                self._jobs[job.name](Call(self._world, Tenant(job.tenant), job.due, body=job.body))


class EmulatorTransport:
    """An emulator, as one secret key sees it: a transport for clients of both kinds."""

    def __init__(self, emulator: Emulator, secret_key: str) -> None:
        self.secret_key = secret_key
        self._emulator = emulator
        self._headers = {"authorization": f"Bearer {secret_key}", "content-type": "application/json"}

    def send(self, request: Request[Any], /) -> Reply:
        """Answer a call of a client's."""
        return self._emulator.answer(request.method, request.target, self._headers, request.content)

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


def _reply(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, {**_HEADERS, **(headers or {})}, msgspec.json.encode(body))
