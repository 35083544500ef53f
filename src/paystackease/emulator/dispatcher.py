"""The dispatcher: authenticates a request, finds its route, applies faults, and runs the operation in a transaction.

It does no I/O. An operation that is not implemented gets HTTP 501, never an invented 200.
"""

from __future__ import annotations

import functools
import logging
import re
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from urllib.parse import parse_qsl

import msgspec

from paystackease._core.transport import RawResponse
from paystackease.emulator.clock import Clock
from paystackease.emulator.context import RequestContext
from paystackease.emulator.fault_injector import CONTROL_PREFIX, FaultInjector
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.errors import HEADERS, ApiError, invalid_key, not_implemented, too_deep
from paystackease.emulator.http.internal_errors import report_failure
from paystackease.emulator.http.nesting import NestingError, decode_json
from paystackease.emulator.http.operation_names import normalize_operation
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import JobHandler, Route, RouteGroup, Router
from paystackease.emulator.resources import resources
from paystackease.emulator.scheduler import Scheduler
from paystackease.emulator.seed_file import SeedFile
from paystackease.emulator.services import Services, Tenant
from paystackease.emulator.storage import queries
from paystackease.emulator.transport import ResponseInterrupted
from paystackease.emulator.webhooks.outbox import DeliveryFlow
from paystackease.errors import ClientClosedError

log = logging.getLogger("paystackease.emulator")

T = TypeVar("T")

Reply: TypeAlias = "RawResponse | faults.BrokenReply"

_TEST_KEY = re.compile(r"[sp]k_test_\w+")


class DispatchResult(msgspec.Struct, frozen=True):
    """The result of a request: either a reply, or a flow that has to run before there is one."""

    reply: Reply | None
    flow: DeliveryFlow[DispatchResult] | None = None
    """The rest of the request: it yields webhooks to deliver, and returns a result that has a reply."""


class Dispatcher:
    """Dispatches requests to operations, for all tenants of an emulator.

    :param remote_webhooks: Whether webhooks may leave this machine.
    """

    def __init__(
        self, services: Services, clock: Clock, seed_file: SeedFile, *, remote_webhooks: bool, resume_clocks: bool
    ) -> None:
        self.clock = clock
        """The clock of the business of the emulator's own key."""
        self._services = services
        self._seed_file = seed_file
        self._remote_webhooks = remote_webhooks
        routes, job_handlers = _paystack_routes()
        self._router = Router(routes)
        self.scheduler = Scheduler(services, job_handlers)
        self._tenants_by_authorization: dict[str, Tenant] = {}
        self._fault_injector = FaultInjector(services, self._router)
        self._closed = False
        self._persist_clocks(resume=resume_clocks)

    def add_routes(self, group: RouteGroup) -> None:
        """Add routes that Paystack does not have."""
        for (method, path), route in group.operations.items():
            self._router.add(method, path, route)

    def close(self) -> None:
        """Close the database. Without ``db``, all data is lost."""
        if not self._closed:
            self._closed = True
            self._services.store.close()

    def activate_fault(self, tenant: str, rule: faults.FaultRule) -> faults.ActiveFault:
        """Activate a fault rule.

        :raises ApiError: If it names no operation of Paystack's API.
        """
        return self._services.faults.add(tenant, rule, self._fault_injector.resolve_operation(rule))

    def respond(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> RawResponse:
        """Handle an HTTP request, and run its flow.

        :param headers: With names in lower case.
        :raises paystackease.emulator.ResponseInterrupted: If a fault prevents a complete response.
        """
        result = self.dispatch(method, target, headers, content)
        reply = self.reply_of(result)
        if isinstance(reply, faults.BrokenReply):
            raise ResponseInterrupted(reply)
        return reply

    def reply_of(self, result: DispatchResult) -> Reply:
        """Return the reply of a result. Run its flow first if it has one."""
        if result.flow is not None:
            result = self.run_flow(result.flow)
        assert result.reply is not None, "a result without a flow has a reply"
        return result.reply

    def dispatch(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> DispatchResult:
        """As :meth:`respond`, but leave the flow and the faults of the connection to the caller."""
        if self._closed:
            raise ClientClosedError
        began = time.perf_counter()
        path, _, query = target.partition("?")
        tenant = route = None
        applied: list[str] = []
        reply: Reply
        try:
            route, params = self._router.find(method, path) or (None, {})
            if route is not None and route.keyless:
                tenant = Tenant(params["tenant"])
            else:
                tenant = self._authenticate_for(route, headers.get("authorization", ""))
            self.scheduler.run_due_jobs(tenant.id)
            if route is None:
                raise not_implemented(method, path)
            rules = self._fault_injector.match(tenant.id, route.name, headers)
            services = self._fault_injector.services_for(tenant.id, method, rules)
            applied += [rule.action for rule in rules]
            early_reply = faults.reply_before_execution(rules)
            if early_reply is not None:
                reply = early_reply
            else:
                query_params = dict(parse_qsl(query)) if query else {}
                body, items = _parse_body(headers, None if route.file else content, route)
                now = self.clock_of(tenant).now()
                context = RequestContext(services, tenant, now, params, query_params, body, items, applied)
                if route.runs_flow:
                    return DispatchResult(None, self._run_operation_flow(route, context))
                with services.store.transaction():
                    response = route.operation(context)
                    assert not isinstance(response, Generator), "the route of such an operation has runs_flow"
                reply = faults.corrupt_reply(rules, _encode(response))
        except ApiError as error:
            reply = _encode(error)
        except Exception as error:
            reply = _encode(report_failure(log, f"{method} {path}", error))
        if tenant is None:
            return DispatchResult(reply)
        if not path.startswith(CONTROL_PREFIX):
            self._log_request(tenant, method, target, route, content, reply, applied, began)
        if self._is_delivery_due(tenant):
            if self._sends_inline(tenant):
                return DispatchResult(None, self._deliver_before(tenant, reply))
            self.scheduler.notify()
        return DispatchResult(reply)

    def initialize_tenant(self, tenant: Tenant) -> None:
        """Delete the data of a tenant, and make the requests of the seed file for it.

        :raises ValueError: If a request of the seed file is rejected.
        """
        with self._services.store.transaction():
            self._services.delete_tenant(tenant.id)
            for request in self._seed_file.all_requests:
                route, params = self._router.find(request.method, request.path) or (None, {})
                try:
                    if route is None:
                        raise not_implemented(request.method, request.path)
                    now = self.clock_of(tenant).now()
                    context = RequestContext(self._services, tenant, now, params, body=request.body)
                    response = route.operation(context)
                    if isinstance(response, ApiError):
                        raise response
                    assert not isinstance(response, Generator), "an operation of a seed file does not advance the clock"
                except ApiError as error:
                    raise ValueError(f"the seed file's {request.method} {request.path} is rejected: {error}") from error
            if self._seed_file.all_requests:
                # A tenant that has stored settings is initialized.
                self._services.store.save_settings(tenant.id, msgspec.json.encode(self._services.settings).decode())

    def run_flow(self, flow: DeliveryFlow[T]) -> T:
        """Run a flow, and deliver the webhooks that it yields."""
        # Imported here because it imports asyncio and sockets, and often nothing is sent.
        from paystackease.emulator.webhooks import delivery

        return delivery.run_flow(flow, self._remote_webhooks)

    async def arun_flow(self, flow: DeliveryFlow[T]) -> T:
        """As :meth:`run_flow`, in the running event loop, in which an ASGI application is then called."""
        from paystackease.emulator.webhooks import delivery

        return await delivery.arun_flow(flow, self._remote_webhooks)

    def _run_operation_flow(self, route: Route, context: RequestContext) -> DeliveryFlow[DispatchResult]:
        try:
            response = route.operation(context)
            if isinstance(response, Generator):
                response = yield from response
        except ApiError as error:
            return DispatchResult(_encode(error))
        except Exception as error:
            return DispatchResult(_encode(report_failure(log, route.name, error)))
        return DispatchResult(_encode(response))

    def _deliver_before(self, tenant: Tenant, reply: Reply) -> DeliveryFlow[DispatchResult]:
        yield from self.scheduler.run(only=tenant.id)
        return DispatchResult(reply)

    def _sends_inline(self, tenant: Tenant) -> bool:
        return self.run_as(tenant, lambda context: context.settings.webhook_mode == "inline")

    def _log_request(
        self,
        tenant: Tenant,
        method: str,
        target: str,
        route: Route | None,
        content: bytes | None,
        reply: Reply,
        applied: Sequence[str],
        began: float,
    ) -> None:
        waited = 0.0
        if isinstance(reply, faults.BrokenReply):
            waited, reply = reply.seconds, reply.response
        number = self._services.request_log.add(
            tenant.id,
            self.clock_of(tenant).now(),
            method,
            target,
            None if route is None else route.name,
            reply.status,
            None if route is not None and route.file else content,
            reply.content,
            took=time.perf_counter() - began,
            waited=waited,
            faults=tuple(applied),
        )
        self._services.activity.add(tenant.id, "request", number)

    def _authenticate_for(self, route: Route | None, authorization: str) -> Tenant:
        try:
            return self._authenticate(authorization, public=route is not None and route.public)
        except ApiError as error:
            if route is None or route.key_message is None:
                raise
            raise ApiError(error.status, route.key_message, "invalid_Key") from error

    def _authenticate(self, authorization: str, *, public: bool) -> Tenant:
        tenant = self._tenants_by_authorization.get(authorization)
        if tenant is not None:
            return tenant
        tenant = _parse_authorization(authorization, public=public)
        key = authorization.partition(" ")[2]
        if key.startswith("sk_"):
            self.scheduler.register_key(tenant, key)
            if self._seed_file.all_requests:
                with self._services.store.transaction():
                    if self._services.store.get_settings(tenant.id) is None:
                        self.initialize_tenant(tenant)
            self._tenants_by_authorization[authorization] = tenant
        return tenant

    def _persist_clocks(self, *, resume: bool) -> None:
        """Restore the clocks of the database, and store their changes."""
        store, clocks, due_index = self._services.store, self._services.clocks, self._services.due_index
        for tenant, state in store.clocks() if resume else ():
            clocks.get(tenant).restore_state(state)

        def on_change(tenant: str) -> None:
            store.save_clock(tenant, clocks.get(tenant).state)
            due_index.mark_changed(tenant)
            self.scheduler.notify()

        clocks.on_change = on_change

    def clock_of(self, tenant: Tenant) -> Clock:
        """Return the clock of a tenant."""
        return self._services.clocks.get(tenant.id)

    def _is_delivery_due(self, tenant: Tenant) -> bool:
        return self._services.outbox.earliest_due(tenant.id) <= self.clock_of(tenant).now()

    def reset_tenant(self, tenant: Tenant) -> None:
        """As :meth:`initialize_tenant`, and set the tenant's clock back to its initial state."""
        with self._services.store.transaction():
            self._services.clocks.reset(tenant.id)
            self.initialize_tenant(tenant)

    # For the pages and the control API

    def tenants(self) -> list[Tenant]:
        """Return the tenants that have a document, or that made a request since this process began."""
        return [
            Tenant(tenant_id)
            for tenant_id in sorted(
                {*queries.tenants_with_documents(self._services.store), *self._services.request_log.tenants()}
            )
        ]

    def key_suffix(self, tenant: Tenant) -> str | None:
        """Return the last four characters of a tenant's secret key, or None if no request had it since the start."""
        return self.scheduler.key_suffix(tenant)

    def operations(self) -> set[str]:
        """Return the operations that are implemented, with unnamed parameters: ``GET /transfer/{}``."""
        return {normalize_operation(route.name) for route in self._router}

    def aliases(self) -> Mapping[str, str]:
        """Return the old paths that are served too: ``POST /old`` and the operation that it stands for."""
        return {
            f"{method} {path}": route.name
            for resource in resources()
            for (method, path), route in resource.aliases.items()
        }

    def find_tenant(self, kind: str, *, code: str | None = None, unique_key: str | None = None) -> Tenant | None:
        """Return the tenant that has the document of this kind with this code or unique key, or None."""
        tenant_id = queries.find_tenant(self._services.store, kind, code=code, unique_key=unique_key)
        return None if tenant_id is None else Tenant(tenant_id)

    def run_as(self, tenant: Tenant, function: Callable[[RequestContext], T]) -> T:
        """Call a function with a tenant's context in a transaction, which an exception rolls back."""
        if self._closed:
            raise ClientClosedError
        self.scheduler.run_due_jobs(tenant.id)
        with self._services.store.transaction():
            return function(RequestContext(self._services, tenant, self.clock_of(tenant).now()))

    async def adeliver_due(self, tenant: Tenant) -> None:
        """Deliver the webhooks that are due, as after a request: before this returns, or soon after."""
        if self._is_delivery_due(tenant):
            if self._sends_inline(tenant):
                await self.arun_flow(self.scheduler.run(only=tenant.id))
            else:
                self.scheduler.notify()


@functools.cache
def _paystack_routes() -> tuple[Router[Route], Mapping[str, JobHandler]]:
    """Return the routes and jobs of Paystack's API. They are built once, since each test has its own emulator."""
    router: Router[Route] = Router()
    jobs: dict[str, JobHandler] = {}
    for resource in resources():
        for (method, path), route in [*resource.operations.items(), *resource.aliases.items()]:
            router.add(method, path, route)
        jobs.update(resource.jobs)
    return router, jobs


def _parse_authorization(authorization: str, *, public: bool) -> Tenant:
    scheme, _, key = authorization.partition(" ")
    if key.startswith("sk_live_"):
        log.error("a LIVE secret key was sent to the emulator, and rejected: check where it is used")
    if scheme.lower() != "bearer" or not _TEST_KEY.fullmatch(key) or (key.startswith("pk_") and not public):
        raise invalid_key()
    return Tenant.from_key(key)


def _parse_body(headers: Mapping[str, str], content: bytes | None, route: Route) -> tuple[dict[str, Any], list[Any]]:
    if not content:
        return {}, []
    body: object
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = _parse_form(content, route)
    else:
        try:
            body = decode_json(content)
        except NestingError as error:
            raise too_deep(error) from error
        except ValueError:
            body = None
    if isinstance(body, dict):
        return body, []  # pyright: ignore[reportUnknownVariableType] # a JSON object's keys are text
    if isinstance(body, list) and route.array:
        return {}, body  # pyright: ignore[reportUnknownVariableType] # its items may be of any type
    expected = "array" if route.array else "object"
    raise ApiError(400, f"The body is not a JSON {expected}", "invalid_params")  # the wording is an assumption


def _parse_form(content: bytes, route: Route) -> object:
    from paystackease.emulator.http import form_types, forms  # few programs send forms

    try:
        return form_types.convert_form(route.name, forms.parse_form(content))
    except forms.FormError as error:
        # Whether and how Paystack refuses such forms is unknown: an assumption.
        raise ApiError(400, f"The form cannot be read: {error}", "invalid_params") from error


def _encode(response: ApiResponse | ApiError) -> RawResponse:
    if isinstance(response, ApiError):
        return RawResponse(response.status, {**HEADERS, **response.headers}, msgspec.json.encode(response.body))
    headers = {**HEADERS, **response.headers} if response.headers else HEADERS
    return RawResponse(response.status, headers, response.content)
