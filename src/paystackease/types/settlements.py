"""Settlements: Paystack's payouts to your bank account."""

from typing import TypedDict

from paystackease.types.customers import Authorization
from paystackease.types.envelope import Metadata


class Settlement(TypedDict):
    """A payout. Amounts count the subunit of the currency."""

    id: int
    status: str
    """``"pending"``, ``"processing"``, ``"success"`` or ``"failed"``."""
    currency: str
    total_processed: int
    """The amount that customers paid."""
    total_fees: int
    """Paystack's fees."""
    total_amount: int
    """The remainder."""
    effective_amount: int
    """The amount of the payout."""
    deductions: object
    """Null in each published response."""
    settlement_date: str
    settled_by: object
    """Null in each published response."""
    integration: int
    domain: str
    """``"live"``: nothing is paid out in test mode."""
    createdAt: str
    updatedAt: str


class SettledCustomer(TypedDict):
    """The customer."""

    id: int
    customer_code: str
    """``CUS_…``"""
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    metadata: Metadata
    risk_action: str
    """``"default"``, ``"allow"`` or ``"deny"``."""


class SettledSource(TypedDict):
    """The origin of a transaction."""

    source: str
    type: str
    identifier: str | None
    entry_point: str


class SettledTransaction(TypedDict):
    """A transaction of a settlement. Amounts count the subunit of the currency."""

    id: int
    reference: str
    status: str
    amount: int
    """The amount that was paid."""
    requested_amount: int
    """The requested amount."""
    currency: str
    fees: int | None
    fees_split: dict[str, object] | int | None
    channel: str
    gateway_response: str
    message: str | None
    customer: SettledCustomer
    authorization: Authorization
    plan: dict[str, object]
    """Empty if there is none, like ``split`` and ``subaccount``."""
    split: dict[str, object]
    subaccount: dict[str, object]
    metadata: Metadata
    source: SettledSource | None
    order_id: int | str | None
    pos_transaction_data: dict[str, object] | None
    ip_address: str | None
    log: dict[str, object] | None
    domain: str
    """``"test"`` or ``"live"``."""
    paid_at: str | None
    paidAt: str | None
    """The same as ``paid_at``: Paystack sends both."""
    created_at: str
    createdAt: str
    """The same as ``created_at``: Paystack sends both."""
