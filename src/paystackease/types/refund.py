"""Refunds: payments that are given back, whole or in part."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class RefundedAuthorization(TypedDict):
    """What is said of the card or account that the payment came from."""

    exp_month: str | int | None
    exp_year: str | int | None
    account_name: str | None


class RefundedTransaction(TypedDict):
    """The payment that a new refund gives back."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    reference: str
    amount: int
    """In subunits of the currency."""
    currency: str
    channel: str
    paid_at: str
    paidAt: str
    """The same as ``paid_at``: Paystack sends both."""
    authorization: RefundedAuthorization
    customer: dict[str, object]
    plan: dict[str, object]
    subaccount: dict[str, object]
    split: dict[str, object]
    order_id: int | str | None
    pos_transaction_data: dict[str, object] | None
    source: str | dict[str, object] | None
    fees_breakdown: list[object] | dict[str, object] | None


class RefundSummary(TypedDict):
    """What every answer says of a refund."""

    id: int
    amount: int
    """How much is given back, in subunits of the currency."""
    currency: str
    status: str
    """``"pending"``, ``"processing"``, ``"processed"``, ``"failed"`` or ``"needs-attention"``, which waits for
    ``retry_refund``."""
    channel: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    customer_note: str
    merchant_note: str
    refunded_by: str
    """Whose account at Paystack it was made with: an e-mail address."""
    expected_at: str
    """When the customer should have the money."""


class NewRefund(RefundSummary):
    """What making a refund answers."""

    transaction: RefundedTransaction
    deducted_amount: int
    """How much was taken from the balance so far, in subunits of the currency."""
    fully_deducted: bool
    createdAt: str
    updatedAt: str


class RefundState(RefundSummary):
    """What every answer says of a refund that was made before."""

    transaction: int
    """The ``id`` of the payment."""
    dispute: int | dict[str, object] | None
    settlement: int | dict[str, object] | None
    refunded_at: str | None


class RetriedRefund(RefundState):
    """What retrying a refund answers."""

    deducted_amount: int
    """How much was taken from the balance so far, in subunits of the currency."""
    fully_deducted: bool
    bank_reference: str | None
    reason: str
    customer: dict[str, object] | None
    initiated_by: str
    reversed_at: str | None
    session_id: str | None


class RefundCustomer(TypedDict):
    """Whose money is given back."""

    id: int
    first_name: str
    last_name: str
    email: str
    customer_code: str
    phone: str | None
    metadata: Metadata
    risk_action: str
    international_format_phone: str | None


class StoredRefund(RefundState):
    """A refund that was made before. Paystack's OpenAPI file has the keys that its samples lack."""

    deducted_amount: int | None
    """How much was taken from the balance so far, in subunits of the currency."""
    fully_deducted: bool | int | None
    bank_reference: NotRequired[str | None]
    transaction_reference: NotRequired[str]
    transaction_amount: NotRequired[int]
    """Of the payment, in subunits of the currency."""
    reason: NotRequired[str]
    customer: NotRequired[RefundCustomer]
    refund_type: NotRequired[str]
    refund_channel: NotRequired[str]
    initiated_by: NotRequired[str]
    session_id: NotRequired[str | None]
    collect_account_number: NotRequired[bool]


class Refund(StoredRefund):
    """A refund, as a list gives it."""

    created_at: str
    """A single refund has ``createdAt``."""
    updated_at: str


class FetchedRefund(StoredRefund):
    """A refund."""

    createdAt: str
    """A list has ``created_at``."""
    updatedAt: str
