"""Applies fault rules to requests, and stores the older states that stale reads return."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.operation_names import normalize_operation
from paystackease.emulator.http.routing import Route, Router
from paystackease.emulator.services import Services
from paystackease.emulator.storage.jobs import JobQueue
from paystackease.emulator.storage.store import Store
from paystackease.emulator.webhooks.outbox import Outbox
from paystackease.webhooks.deduplication import IDENTITIES

FAULT_HEADER = "x-emulator-fault"
"""The header with the fault of one request: ``reset``, or ``latency; seconds=2``."""
CONTROL_PREFIX = "/_emulator"
"""The prefix of the emulator's own paths. Faults do not apply to them."""


class FaultInjector:
    """Injects faults, for all tenants."""

    def __init__(self, services: Services, router: Router[Route]) -> None:
        self._services, self._router = services, router
        self._replicas: dict[str, Store] = {}

    def match(self, tenant: str, operation: str, headers: Mapping[str, str]) -> Sequence[faults.FaultRule]:
        """Return the rules that apply to this request, and count it.

        :raises ApiError: If the header of the request is not a valid fault.
        """
        if not (self._services.faults.any or FAULT_HEADER in headers) or operation.partition(" ")[2].startswith(
            CONTROL_PREFIX
        ):
            return ()
        rules = self._services.faults.match(tenant, normalize_operation(operation), reads=operation.startswith("GET "))
        header = headers.get(FAULT_HEADER)
        return rules if header is None else [faults.parse_fault_header(header), *rules]

    def services_for(self, tenant: str, method: str, rules: Sequence[faults.FaultRule]) -> Services:
        """Return the services for an operation.

        A stale read gets the state before the last request that may have written.
        """
        if not self._services.faults.any or not self._services.faults.has_stale_rules(tenant):
            self._replicas.pop(tenant, None)
            return self._services
        if method != "GET":
            self._replicas[tenant] = self._services.store.copy()
        replica = self._replicas.get(tenant)
        if replica is None or not any(rule.action == "stale" for rule in rules):
            return self._services
        return replace(self._services, store=replica, jobs=JobQueue(replica), outbox=Outbox(replica))

    def resolve_operation(self, rule: faults.FaultRule) -> str | None:
        """Return the operation that a rule names, as in the router, with unnamed parameters.

        :raises ApiError: If it names none, or several; for webhooks, if there is no such event.
        """
        operation = rule.operation
        if operation is None:
            return None
        if rule.is_webhook:
            if operation not in IDENTITIES:
                message = f"there is no event {operation!r}: a fault of webhooks names an event such as charge.success"
                raise ApiError(400, message + _suggest(operation, IDENTITIES), "invalid_params")
            return operation
        names = [route.name for route in self._router]
        known = {normalize_operation(name) for name in names if not name.partition(" ")[2].startswith(CONTROL_PREFIX)}
        names_of_methods: Iterable[str] = ()
        if "/" not in operation:
            # Imported here: it imports all resources of the API.
            from paystackease.endpoints import endpoints

            by_name = {f"{entry.resource}.{entry.endpoint.name}": entry.endpoint for entry in endpoints()}
            names_of_methods = by_name
            if operation in by_name:
                operation = f"{by_name[operation].method} {by_name[operation].path}"
        normalized = normalize_operation(operation)
        candidates = [name for name in known if normalized in (name, name.partition(" ")[2])]
        if len(candidates) != 1:
            problem = f"matches {len(candidates)}: add the method" if candidates else "matches none"
            if operation in IDENTITIES:
                problem += (
                    f". It is an event, which only the faults of webhooks name: {', '.join(faults.WEBHOOK_ACTIONS)}"
                )
            elif not candidates:
                problem += _suggest(operation, [*names, *names_of_methods])
            message = (
                "operation is one such as POST /transfer, /transfer or transfers.initiate_transfer; "
                f"{rule.operation!r} {problem}"
            )
            raise ApiError(400, message, "invalid_params")
        return candidates[0]


def _suggest(value: str, known: Iterable[str]) -> str:
    from paystackease._core.value_sets import find_nearest

    nearest = find_nearest(value, known)
    return "" if nearest is None else f"; did you mean {nearest}?"
