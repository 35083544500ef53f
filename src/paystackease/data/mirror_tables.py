"""The tables of a mirror: which list each one holds, how its items are fetched again, and its columns and indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from paystackease._core.endpoint import Endpoint
from paystackease.apis.customers import Customers
from paystackease.apis.disputes import Disputes
from paystackease.apis.payment_requests import PaymentRequests
from paystackease.apis.plans import Plans
from paystackease.apis.refund import Refunds
from paystackease.apis.settlements import Settlements
from paystackease.apis.subaccounts import Subaccounts
from paystackease.apis.subscriptions import Subscriptions
from paystackease.apis.transaction_splits import TransactionSplits
from paystackease.apis.transactions import Transactions
from paystackease.apis.transfer_recipients import TransferRecipients
from paystackease.apis.transfers import Transfers
from paystackease.data.columns import Column, columns_of, row_converter


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The definition of a table."""

    list_endpoint: Endpoint[..., Any]
    fetch_endpoint: Endpoint[..., Any] | None = None
    """Fetches one item by its id, if items may change."""
    final_statuses: frozenset[str] = frozenset()
    """The statuses that an item never leaves."""
    columns: Sequence[Column] = field(init=False)
    to_row: Callable[[Mapping[str, Any]], list[object]] = field(init=False)
    """Converts an item to a row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", columns_of(self.list_endpoint))
        object.__setattr__(self, "to_row", row_converter(self.columns))


TABLES: Mapping[str, TableSpec] = {
    "customers": TableSpec(Customers.list_customers),
    "transactions": TableSpec(
        Transactions.list_transactions,
        Transactions.fetch_transaction,
        frozenset({"success", "failed", "abandoned", "reversed"}),
    ),
    "transfers": TableSpec(
        Transfers.list_transfers,
        Transfers.fetch_transfer,
        frozenset({"success", "failed", "reversed", "abandoned", "rejected", "blocked"}),
    ),
    "recipients": TableSpec(TransferRecipients.list_transfer_recipients),
    "refunds": TableSpec(Refunds.list_refunds, Refunds.fetch_refund, frozenset({"processed", "failed"})),
    "disputes": TableSpec(Disputes.list_disputes, Disputes.fetch_dispute, frozenset({"resolved"})),
    "settlements": TableSpec(Settlements.list_settlements),
    "plans": TableSpec(Plans.list_plans),
    "subscriptions": TableSpec(
        Subscriptions.list_subscriptions,
        Subscriptions.fetch_subscription,
        frozenset({"completed", "cancelled"}),
    ),
    "payment_requests": TableSpec(
        PaymentRequests.list_payment_requests, PaymentRequests.fetch_payment_request, frozenset({"success"})
    ),
    "splits": TableSpec(TransactionSplits.list_split),
    "subaccounts": TableSpec(Subaccounts.list_subaccounts),
}

CREATED_COLUMNS = ("createdAt", "created_at")
UPDATED_COLUMNS = ("updatedAt", "updated_at")

_INDEXED_COLUMNS = frozenset(
    {
        "reference",
        "status",
        "email",
        "created_at",
        "createdAt",
        "paid_at",
        "transaction",
        "customer__id",
        "customer__email",
    }
)
"""Besides these, every column whose name ends in ``_code`` has an index."""


def column_name(column: Column) -> str:
    """Return the name of a column in the database: its path, joined by ``__``."""
    return "__".join(column.path) or column.name


def build_table(metadata: sa.MetaData, name: str, spec: TableSpec) -> sa.Table:
    """Define a table in SQLAlchemy's metadata. Nothing is created in a database."""
    sql_types: Mapping[str, Any] = {
        "integer": sa.BigInteger,
        "number": sa.Float,
        "text": sa.Text,
        "boolean": sa.Boolean,
        "json": sa.Text,
    }
    columns = [
        sa.Column(
            column_name(column),
            sql_types[column.type],
            primary_key=column.path == ("id",),
            autoincrement=False,
            index=column_name(column) in _INDEXED_COLUMNS or column_name(column).endswith("_code"),
        )
        for column in spec.columns
    ]
    return sa.Table(
        name,
        metadata,
        *columns,
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seen_at", sa.Text, nullable=False),
    )
