"""Events about disputes."""

from typing import Literal, TypedDict

from paystackease.types.envelope import Metadata
from paystackease.types.events.charges import (
    ChargeAuthorization,
    ChargedTransaction,
    ChargeLog,
    ChargePlan,
    ChargeSplit,
)
from paystackease.types.events.customers import EventCustomer


class DisputedCustomer(TypedDict):
    """The customer of a disputed transaction. The other fields are in the dispute's ``customer``."""

    international_format_phone: str | None


class DisputedTransaction(ChargedTransaction):
    """The transaction that a dispute is about."""

    amount: int
    """Subunits of the currency."""
    created_at: str
    paidAt: str  # noqa: N815 # Paystack's name
    """The same as ``paid_at``."""
    channel: str
    currency: str
    ip_address: str | None
    metadata: Metadata
    log: ChargeLog | None
    fees: int | None
    """Subunits of the currency."""
    fees_split: int | None
    authorization: ChargeAuthorization
    customer: DisputedCustomer
    plan: ChargePlan
    split: ChargeSplit
    subaccount: dict[str, object]
    order_id: int | str | None
    requested_amount: int | None
    """Subunits of the currency."""
    pos_transaction_data: dict[str, object] | None


class DisputeStep(TypedDict):
    """A past status of a dispute."""

    status: str
    by: str
    createdAt: str


class DisputeMessage(TypedDict):
    """A message about a dispute."""

    sender: str
    body: str
    createdAt: str


class EventDispute(TypedDict):
    """A customer's objection to a transaction."""

    id: int
    refund_amount: int
    """Subunits of the currency."""
    currency: str
    status: str
    """``"awaiting-merchant-feedback"``, ``"awaiting-bank-feedback"``, ``"pending"`` or ``"resolved"``."""
    resolution: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    transaction: DisputedTransaction
    transaction_reference: str | None
    category: str
    customer: EventCustomer
    bin: str | None
    last4: str | None
    dueAt: str
    """The deadline of your response."""
    resolvedAt: str | None
    evidence: dict[str, object] | None
    attachments: str | None
    note: str | None
    history: list[DisputeStep]
    messages: list[DisputeMessage]
    created_at: str
    """API responses call it ``createdAt``."""
    updated_at: str


class ChargeDisputeCreate(TypedDict):
    """A customer disputed a transaction."""

    event: Literal["charge.dispute.create"]
    data: EventDispute


class ChargeDisputeRemind(TypedDict):
    """A dispute still waits for your response."""

    event: Literal["charge.dispute.remind"]
    data: EventDispute


class ChargeDisputeResolve(TypedDict):
    """A dispute was closed."""

    event: Literal["charge.dispute.resolve"]
    data: EventDispute
