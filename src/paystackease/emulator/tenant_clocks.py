"""The clocks of an emulator: each tenant has its own, as Stripe's test clocks have one for each customer."""

from __future__ import annotations

from collections.abc import Callable

from paystackease.emulator.clock import Clock


class TenantClocks:
    """The clock of each tenant. They start in the same state and read the same real time, but move independently.

    :param tenant: The tenant of the emulator's own key.
    :param clock: The clock of that tenant. The other clocks start in the state that it has now.
    """

    def __init__(self, tenant: str, clock: Clock) -> None:
        self._own, self._initial_state = clock, clock.state
        self._clocks: dict[str, Clock] = {}
        self.on_change: Callable[[str], None] = lambda tenant: None
        """Called with a tenant when its clock was moved, frozen or unfrozen."""
        self._add(tenant, clock)

    def get(self, tenant: str) -> Clock:
        """Return a tenant's clock."""
        clock = self._clocks.get(tenant)
        return self._add(tenant, self._own.copy(self._initial_state)) if clock is None else clock

    def tenants(self) -> list[str]:
        """Return the tenants that have used their clock since this process began, and those of the database."""
        return sorted(self._clocks)

    def real_now(self) -> float:
        """Return the real time, which all clocks read."""
        return self._own.real_now()

    def reset(self, tenant: str) -> None:
        """Set a tenant's clock back to its initial state."""
        clock = self.get(tenant)
        clock.restore_state(self._initial_state)
        clock.on_change()

    def _add(self, tenant: str, clock: Clock) -> Clock:
        added = self._clocks.setdefault(tenant, clock)  # another thread may have added one
        added.on_change = lambda: self.on_change(tenant)
        return added
