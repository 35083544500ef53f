"""The services that operations use: store, outbox, job queue, request log. Each emulator has one set."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from paystackease.emulator.activity_feed import ActivityFeed
from paystackease.emulator.due_index import DueIndex
from paystackease.emulator.faults.rules import FaultRegistry
from paystackease.emulator.http.request_log import RequestLog
from paystackease.emulator.settings import Settings, decode_settings
from paystackease.emulator.storage.jobs import JobQueue
from paystackease.emulator.storage.snapshots import Snapshot, Snapshots
from paystackease.emulator.storage.store import Store
from paystackease.emulator.tenant_clocks import TenantClocks
from paystackease.emulator.webhooks.approvals import ApprovalQueue
from paystackease.emulator.webhooks.outbox import LATE_SECONDS, Outbox


class Tenant(msgspec.Struct, frozen=True):
    """The owner of all data that one secret key gives access to. The key itself is not stored."""

    id: str

    @classmethod
    def from_key(cls, key: str) -> Tenant:
        """Return the tenant of a secret or public key: ``sk_test_mine`` and ``pk_test_mine`` are the same business."""
        _, _, own = key.partition("_test_")
        return cls(hashlib.sha256(own.encode()).hexdigest()[:16])

    @property
    def integration(self) -> int:
        """Paystack's number for the business. Every response has it."""
        return _integration(self.id)


@functools.lru_cache(maxsize=256)
def _integration(tenant: str) -> int:
    return 100_000 + int(tenant[:8], 16) % 900_000


class Services(msgspec.Struct, frozen=True):
    """The services of an emulator, which all operations share."""

    store: Store
    jobs: JobQueue
    outbox: Outbox
    seed: int
    base_url: Callable[[], str]
    """Returns the address of the emulator's own pages."""
    settings: Settings
    """The settings of a tenant that has not changed any."""
    request_log: RequestLog
    faults: FaultRegistry
    snapshots: Snapshots
    clocks: TenantClocks
    due_index: DueIndex
    activity: ActivityFeed = msgspec.field(default_factory=ActivityFeed)
    webhook_targets: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    """By tenant: the application of this process that receives its webhooks."""
    approvals: ApprovalQueue = msgspec.field(default_factory=ApprovalQueue)

    def settings_of(self, tenant: str) -> Settings:
        """Return a tenant's settings."""
        stored = self.store.get_settings(tenant)
        return self.settings if stored is None else decode_settings(stored)

    def emit(self, tenant: str, now: float, body: Mapping[str, object]) -> list[str]:
        """Add a webhook to the outbox.

        :param body: ``{"event": …, "data": …}``.
        :return: The faults that are applied to it.
        """
        settings = self.settings_of(tenant)
        if tenant not in self.webhook_targets and settings.webhook_url is None:
            # Paystack sends nothing if no address is set. The event can still be sent later.
            self.activity.add(tenant, "event", self.outbox.add(tenant, now, body))
            return []
        hold_reasons, applied, due = ["told"] if settings.webhook_mode == "manual" else [], list[str](), now
        for rule in self.faults.match(tenant, str(body["event"]), webhook=True) if self.faults.any else ():
            applied.append(rule.action)
            if rule.action == "late":
                due += LATE_SECONDS if rule.seconds is None else rule.seconds
            elif rule.action == "out-of-order":
                hold_reasons.append("next")
        held, fault = " ".join(hold_reasons) or None, ", ".join(applied) or None
        seq = self.outbox.add(tenant, now, body, due=None if held else due, held=held, fault=fault)
        self.activity.add(tenant, "event", seq)
        if "next" not in hold_reasons:
            self.outbox.release_followers(tenant, due)
        return applied

    def delete_tenant(self, tenant: str) -> None:
        """Delete all data of a tenant, except its snapshots."""
        self.store.delete_tenant(tenant)
        self.request_log.clear(tenant)
        self.activity.clear(tenant)
        self.faults.remove(tenant)

    def save_snapshot(self, tenant: str, name: str) -> Snapshot:
        """Save a tenant's data and the time of its clock. A snapshot of the same name is replaced."""
        clock = self.clocks.get(tenant)
        return self.snapshots.save(tenant, name, clock.now(), frozen=clock.frozen)

    def restore_snapshot(self, tenant: str, name: str) -> bool:
        """Restore a tenant's data and the time of its clock. Return False if there is no snapshot of that name."""
        with self.store.transaction():
            snapshot = self.snapshots.restore(tenant, name)
            if snapshot is None:
                return False
            # In the transaction: at the time until now, the restored jobs would be due.
            self.clocks.get(tenant).set_time(snapshot.at, frozen=snapshot.frozen)
            # A restored event may be due earlier than all others.
            self.outbox.refresh_earliest_due(tenant)
        self.activity.clear_webhooks(tenant)
        return True
