"""Snapshots: named states of a tenant that can be restored. They are in the same database, and copied by SQLite.

A snapshot has all data of one tenant: documents, settings, counters, jobs, events with their deliveries, and the
ledger. It has the time of the tenant's clock too, to which the clock is set when the snapshot is restored. So what was
pending then is pending again. The request log and the active faults are not changed.
"""

from __future__ import annotations

import msgspec

from paystackease.emulator.storage.schema import SNAPSHOT_PREFIX, TENANT_TABLES
from paystackease.emulator.storage.store import Store


class Snapshot(msgspec.Struct, frozen=True):
    """A saved state."""

    name: str
    at: float
    """When it was saved, by the tenant's clock."""
    frozen: bool
    """Whether the clock was frozen."""


class Snapshots:
    """The snapshots of all tenants."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, tenant: str, name: str, at: float, *, frozen: bool) -> Snapshot:
        """Save the tenant's data under this name. A snapshot of the same name is replaced.

        :param at: The time by the tenant's clock.
        :param frozen: Whether that clock is frozen.
        """
        with self._store.transaction():
            self.delete(tenant, name)
            sql = "insert into snapshot (tenant, name, at, frozen) values (?, ?, ?, ?) returning seq"
            ((seq,),) = self._store.execute(sql, tenant, name, at, frozen)
            for table in TENANT_TABLES:
                self._store.execute(
                    f"insert into {SNAPSHOT_PREFIX}{table} select ?, * from {table} where tenant = ?", seq, tenant
                )
        return Snapshot(name, at, frozen)

    def restore(self, tenant: str, name: str) -> Snapshot | None:
        """Restore the data of a snapshot, and return it. Return None if there is none of that name."""
        with self._store.transaction():
            seq = self._find(tenant, name)
            if seq is None:
                return None
            self._store.delete_tenant(tenant)
            for table in TENANT_TABLES:
                columns = self._store.column_names(table)
                sql = (
                    f"insert into {table} ({columns}) select {columns} from {SNAPSHOT_PREFIX}{table} where snapshot = ?"
                )
                self._store.execute(sql, seq)
            ((at, frozen),) = self._store.execute("select at, frozen from snapshot where seq = ?", seq)
        return Snapshot(name, at, bool(frozen))

    def list_for(self, tenant: str) -> list[Snapshot]:
        """Return the snapshots of a tenant, oldest first."""
        rows = self._store.execute("select name, at, frozen from snapshot where tenant = ? order by seq", tenant)
        return [Snapshot(name, at, bool(frozen)) for name, at, frozen in rows]

    def delete(self, tenant: str, name: str) -> bool:
        """Delete a snapshot. Return False if there is none of that name."""
        with self._store.transaction():
            seq = self._find(tenant, name)
            if seq is None:
                return False
            for table in TENANT_TABLES:
                self._store.execute(f"delete from {SNAPSHOT_PREFIX}{table} where snapshot = ?", seq)
            self._store.execute("delete from snapshot where seq = ?", seq)
        return True

    def _find(self, tenant: str, name: str) -> int | None:
        rows = self._store.execute("select seq from snapshot where tenant = ? and name = ?", tenant, name)
        return rows[0][0] if rows else None
