"""Settlements: what Paystack pays out to your bank account."""

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
    """What was paid by customers."""
    total_fees: int
    """What Paystack keeps of it."""
    total_amount: int
    """What is left."""
    effective_amount: int
    """What is paid out."""
    deductions: object
    """Null in every answer that Paystack has published."""
    settlement_date: str
    settled_by: object
    """Null in every answer that Paystack has published."""
    integration: int
    domain: str
    """``"live"``: nothing is paid out in test mode."""
    createdAt: str
    updatedAt: str


class SettledCustomer(TypedDict):
    """Who paid."""

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
    """By which way a transaction began."""

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
    """What was paid."""
    requested_amount: int
    """What was asked for."""
    currency: str
    fees: int | None
    fees_split: dict[str, object] | int | None
    channel: str
    gateway_response: str
    message: str | None
    customer: SettledCustomer
    authorization: Authorization
    plan: dict[str, object]
    """Empty where there is none, as ``split`` and ``subaccount`` are."""
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
