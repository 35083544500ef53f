"""Queries that use no cache: of tenants, and of the aggregates, search, ledger postings and jobs on the dashboard."""

from __future__ import annotations

from typing import Any, Literal

from paystackease.emulator.storage.counters import count_key, daily_count_key, paid_key
from paystackease.emulator.storage.document import COLUMNS, Document
from paystackease.emulator.storage.store import Store
from paystackease.emulator.storage.write_cache import Row

# Skips from one tenant to the next along the primary key, instead of scanning every document.
_TENANTS = """with recursive holder (tenant) as (
    select min(tenant) from document
    union all
    select (select min(tenant) from document where tenant > holder.tenant) from holder where tenant is not null
)"""


def tenants_with_documents(store: Store) -> list[str]:
    """Return the tenants that have a document."""
    return [tenant for (tenant,) in store.execute(f"{_TENANTS} select tenant from holder where tenant is not null")]


def tenants_with_due_times(store: Store) -> list[str]:
    """Return the tenants that have a job, or a webhook that is due some time."""
    sql = "select tenant from job union select tenant from event where due is not null order by 1"
    return [tenant for (tenant,) in store.execute(sql)]


def find_tenant(store: Store, kind: str, *, code: str | None = None, unique_key: str | None = None) -> str | None:
    """Return the tenant that has the document of this kind with this code or unique key, or None."""
    column, value = ("code", code) if code is not None else ("unique_key", unique_key)
    sql = f"""{_TENANTS} select tenant from holder
        join document using (tenant) where document.kind = ? and document.{column} = ?"""
    rows = store.execute(sql, kind, value)
    return rows[0][0] if rows else None


def count_by_status(store: Store, tenant: str, kind: str) -> dict[str, int]:
    """Return how many documents of a kind have each status, the most frequent first.

    The store maintains these counts, so the cost depends on the number of statuses only.

    :param kind: One of :data:`~paystackease.emulator.storage.counters.COUNTED`.
    """
    prefix = count_key(kind, "")
    sql = "select kind, last from counter where tenant = ? and kind >= ? and kind < ? and last > 0 order by last desc"
    counts = {name.removeprefix(prefix): count for name, count in store.execute(sql, tenant, prefix, f"{kind};")}
    return {status: count for status, count in counts.items() if ":" not in status}  # the others are amounts


def paid_by_currency(store: Store, tenant: str, kind: str) -> list[tuple[str, int, int]]:
    """Return the number and the total amount of the documents that succeeded, by currency.

    The store maintains these numbers, so the cost depends on the number of currencies only.

    :param kind: One of :data:`~paystackease.emulator.storage.counters.COUNTED`.
    """
    prefix = paid_key(kind, "", "count")
    amount = "select last from counter where tenant = ? and kind = ? || substr(own.kind, ?)"
    sql = f"""select substr(kind, ?), last, ({amount}) from counter as own
        where tenant = ? and kind >= ? and kind < ? and last > 0"""
    start = len(prefix) + 1
    values = (start, tenant, paid_key(kind, "", "amount"), start, tenant, prefix, prefix + "\U0010ffff")
    return [(currency, count, total or 0) for currency, count, total in store.execute(sql, *values)]


def counts_by_day(store: Store, tenant: str, kind: str, first: int, last: int) -> dict[int, dict[str, int]]:
    """Return how many documents were created on each day, by their present status.

    The store maintains these counts, so the cost depends on the number of days only.

    :param kind: One of :data:`~paystackease.emulator.storage.counters.COUNTED`.
    :param first: The first day, counted from 1970-01-01.
    :param last: The last day, which is included.
    :return: By day. A day without documents is left out.
    """
    sql = "select kind, last from counter where tenant = ? and kind >= ? and kind < ? and last > 0"
    days: dict[int, dict[str, int]] = {}
    for name, count in store.execute(
        sql, tenant, daily_count_key(kind, first, ""), daily_count_key(kind, last + 1, "")
    ):
        day, _, status = name.partition("@")[2].partition(":")
        days.setdefault(int(day), {})[status] = count
    return days


def find_by_prefix(
    store: Store, tenant: str, kind: str, column: Literal["code", "unique_key"], prefix: str, limit: int
) -> list[Document]:
    """Return the documents whose code or unique key begins with a prefix, in the order of that key.

    An index finds them, so the cost depends on ``limit`` only.
    """
    sql = f"""select {COLUMNS} from document
        where tenant = ? and kind = ? and {column} >= ? and {column} < ? order by {column} limit ?"""
    rows: list[Any] = store.execute(sql, tenant, kind, prefix, prefix + "\U0010ffff", limit)
    return [Document.from_row(Row._make(row)) for row in rows]


def postings_about(store: Store, tenant: str, kind: str, number: int) -> list[tuple[float, str, int, str | None]]:
    """Return the time, account, amount and reason of each ledger posting of a document, oldest first."""
    sql = """select at, account, amount, reason from posting
        where tenant = ? and kind = ? and about = ? order by move"""
    return [(at, account, amount, reason) for at, account, amount, reason in store.execute(sql, tenant, kind, number)]


def next_jobs(store: Store, tenant: str, limit: int) -> list[tuple[str, float]]:
    """Return the name and the due time of the next jobs."""
    sql = "select name, due from job where tenant = ? order by due, seq limit ?"
    return [(name, due) for name, due in store.execute(sql, tenant, limit)]
