"""Which calls go wrong, and how the emulator looks to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from paystackease.emulator.faults import rules as faults
from paystackease.emulator.http.context import Route, Services
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.routing import Router
from paystackease.emulator.storage.jobs import Jobs
from paystackease.emulator.storage.store import Store
from paystackease.emulator.webhooks.outbox import Outbox

FAULT = "x-emulator-fault"
"""The header by which one request asks for a fault: ``reset``, or ``latency; seconds=2``."""
CONTROL_PREFIX = "/_emulator"
"""Where the paths begin that Paystack does not have, at which nothing goes wrong on purpose."""


class FaultInjector:
    """What goes wrong on purpose, for all tenants."""

    def __init__(self, world: Services, router: Router[Route]) -> None:
        self._world, self._router = world, router
        self._replicas: dict[str, Store] = {}

    def hits(self, tenant: str, operation: str, headers: Mapping[str, str]) -> Sequence[faults.Rule]:
        """What goes wrong with this call. It is counted.

        :raises Refusal: Where its header asks for something that is no fault.
        """
        if not (self._world.faults.any or FAULT in headers) or operation.partition(" ")[2].startswith(CONTROL_PREFIX):
            return ()
        rules = self._world.faults.hit(tenant, faults.plain(operation), reads=operation.startswith("GET "))
        header = headers.get(FAULT)
        return rules if header is None else [faults.parse_fault_header(header), *rules]

    def services_for(self, tenant: str, method: str, rules: Sequence[faults.Rule]) -> Services:
        """The world that an operation sees: for a stale read, as it was before the last call that may have written."""
        if not self._world.faults.any or not self._world.faults.lags(tenant):
            self._replicas.pop(tenant, None)
            return self._world
        if method != "GET":
            self._replicas[tenant] = self._world.store.copy()
        replica = self._replicas.get(tenant)
        if replica is None or not any(rule.action == "stale" for rule in rules):
            return self._world
        return replace(self._world, store=replica, jobs=Jobs(replica), outbox=Outbox(replica))

    def operation(self, rule: faults.Rule) -> str | None:
        """The one operation that a rule means, as the router has it, its parameters without names.

        :raises Refusal: Where it means none, or several.
        """
        asked = rule.operation
        if asked is None or rule.is_webhook:
            return asked
        names = [route.name for route in self._router]
        known = {faults.plain(name) for name in names if not name.partition(" ")[2].startswith(CONTROL_PREFIX)}
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
            what = f"operation is one such as POST /transfer; of {rule.operation!r} {said}"
            raise ApiError(400, what, "invalid_params")
        return fitting[0]
