"""Refunds of payments, in full or in part."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class RefundedAuthorization(TypedDict):
    """The card or account of the payment."""

    exp_month: str | int | None
    exp_year: str | int | None
    account_name: str | None


class RefundedTransaction(TypedDict):
    """The payment of a new refund."""

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
    """The fields of a refund in each response."""

    id: int
    amount: int
    """The amount, in subunits of the currency."""
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
    """The e-mail address of the Paystack user who made it."""
    expected_at: str
    """When the customer should have the money."""


class NewRefund(RefundSummary):
    """The response to making a refund."""

    transaction: RefundedTransaction
    deducted_amount: int
    """The amount deducted from the balance so far, in subunits of the currency."""
    fully_deducted: bool
    createdAt: str
    updatedAt: str


class RefundState(RefundSummary):
    """The fields of an existing refund in each response."""

    transaction: int
    """The ``id`` of the payment."""
    dispute: int | dict[str, object] | None
    settlement: int | dict[str, object] | None
    refunded_at: str | None


class RetriedRefund(RefundState):
    """The response to retrying a refund."""

    deducted_amount: int
    """The amount deducted from the balance so far, in subunits of the currency."""
    fully_deducted: bool
    bank_reference: str | None
    reason: str
    customer: dict[str, object] | None
    initiated_by: str
    reversed_at: str | None
    session_id: str | None


class RefundCustomer(TypedDict):
    """The customer of a refund."""

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
    """An existing refund. Keys that the samples lack are from Paystack's OpenAPI file."""

    deducted_amount: int | None
    """The amount deducted from the balance so far, in subunits of the currency."""
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
    """A refund, as in a list."""

    created_at: str
    """A single refund has ``createdAt``."""
    updated_at: str


class FetchedRefund(StoredRefund):
    """A refund."""

    createdAt: str
    """A list has ``created_at``."""
    updatedAt: str
