"""Named states of a tenant, to go back to: in the same database, copied by SQLite itself.

A snapshot is of one tenant and has all that Paystack knows of it: documents, settings, counters, jobs, events with
their deliveries, and the ledger. The clock stays where it is, for it is everyone's and never goes back; so what was to
happen after the snapshot, and is due by now, happens when it is restored, each thing at its own time. The log of
requests stays, and so do the faults in force.
"""

from __future__ import annotations

import msgspec

from paystackease.emulator.storage.schema import SNAPSHOT_PREFIX, TENANT_TABLES
from paystackease.emulator.storage.store import Store


class Snapshot(msgspec.Struct, frozen=True):
    """A state that was kept."""

    name: str
    at: float
    """When it was taken, by the emulator's clock."""


class Snapshots:
    """The named states of all tenants."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, tenant: str, name: str, at: float) -> Snapshot:
        """Keep what the tenant has now, in place of what was kept by that name."""
        with self._store.transaction():
            self.delete(tenant, name)
            sql = "insert into snapshot (tenant, name, at) values (?, ?, ?) returning seq"
            ((seq,),) = self._store.execute(sql, tenant, name, at)
            for table in TENANT_TABLES:
                self._store.execute(
                    f"insert into {SNAPSHOT_PREFIX}{table} select ?, * from {table} where tenant = ?", seq, tenant
                )
        return Snapshot(name, at)

    def restore(self, tenant: str, name: str) -> bool:
        """Put back what was kept by that name. Gives whether there was anything."""
        with self._store.transaction():
            seq = self._find(tenant, name)
            if seq is None:
                return False
            self._store.delete_tenant(tenant)
            for table in TENANT_TABLES:
                columns = self._store.column_names(table)
                sql = (
                    f"insert into {table} ({columns}) select {columns} from {SNAPSHOT_PREFIX}{table} where snapshot = ?"
                )
                self._store.execute(sql, seq)
        return True

    def list_for(self, tenant: str) -> list[Snapshot]:
        """Those of a tenant, the oldest first."""
        rows = self._store.execute("select name, at from snapshot where tenant = ? order by seq", tenant)
        return [Snapshot(*row) for row in rows]

    def delete(self, tenant: str, name: str) -> bool:
        """Forget one. Gives whether it was there."""
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
