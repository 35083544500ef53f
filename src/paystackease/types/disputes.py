"""Disputes: payments that customers contest at their banks."""

from typing import NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class DisputedTransaction(TypedDict):
    """The payment that a dispute is about."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    reference: str
    amount: int
    """In subunits of the currency."""
    currency: str
    channel: str
    message: str | None
    gateway_response: str
    ip_address: str | None
    metadata: Metadata
    log: dict[str, object] | None
    fees: int
    """In subunits of the currency."""
    fees_split: int | dict[str, object] | None
    authorization: dict[str, object]
    customer: dict[str, object] | None
    plan: dict[str, object]
    subaccount: dict[str, object]
    split: dict[str, object]
    order_id: int | str | None
    paid_at: str
    paidAt: str
    """The same as ``paid_at``: Paystack sends both."""
    created_at: str
    createdAt: str
    """The same as ``created_at``."""
    requested_amount: NotRequired[int | None]
    """In subunits of the currency."""
    pos_transaction_data: NotRequired[dict[str, object] | None]
    receipt_number: NotRequired[int | str | None]
    source: NotRequired[str | dict[str, object] | None]
    fees_breakdown: NotRequired[list[object] | dict[str, object] | None]
    connect: NotRequired[object]


class DisputeCustomer(TypedDict):
    """The customer who disputes the payment."""

    id: int
    customer_code: str
    email: str
    first_name: str | None
    last_name: str | None
    phone: str | None
    international_format_phone: str | None
    metadata: Metadata
    risk_action: str


class DisputeStep(TypedDict):
    """A past or present status of a dispute."""

    status: str
    by: str
    createdAt: str


class NumberedDisputeStep(DisputeStep):
    """The same, in a dispute that was fetched by its transaction."""

    id: int
    dispute: int
    """The ``id`` of the dispute."""
    updatedAt: str


class DisputeMessage(TypedDict):
    """Something that was written in a dispute."""

    sender: str
    body: str
    createdAt: str


class NumberedDisputeMessage(DisputeMessage):
    """The same, in a dispute that was fetched by its transaction, or resolved."""

    id: int
    dispute: int
    """The ``id`` of the dispute."""
    updatedAt: str
    is_deleted: NotRequired[int]


class DisputeSummary(TypedDict):
    """The fields of a dispute in each response."""

    id: int
    status: str
    """``"awaiting-merchant-feedback"``, ``"awaiting-bank-feedback"``, ``"pending"``, ``"resolved"`` or
    ``"archived"``."""
    resolution: str | None
    """``"merchant-accepted"``, ``"declined"`` or ``"auto-accepted"``; null as long as it is open."""
    category: str | None
    """Such as ``"chargeback"``."""
    refund_amount: int | None
    """The amount to refund, in subunits of the currency."""
    currency: str | None
    domain: str
    """``"test"`` or ``"live"``."""
    transaction: DisputedTransaction
    transaction_reference: str | None
    bin: str | None
    last4: str | None
    dueAt: str | None
    """The deadline of your response."""
    resolvedAt: str | None
    evidence: int | dict[str, object] | None
    attachments: str | None
    """Text, as ``"[]"``."""
    note: str | None
    createdAt: str
    updatedAt: str


class Dispute(DisputeSummary):
    """A dispute."""

    customer: DisputeCustomer
    history: list[DisputeStep]
    messages: list[DisputeMessage]


class TransactionDispute(DisputeSummary):
    """The dispute about a transaction."""

    integration: int
    merchant_transaction_reference: str | None
    created_by: int | None
    history: list[NumberedDisputeStep]
    messages: list[NumberedDisputeMessage]


class UpdatedDispute(DisputeSummary):
    """The response to changing a dispute."""

    customer: DisputeCustomer
    merchant_transaction_reference: str | None
    source: str
    """Such as ``"bank"``."""
    organization: int


class ResolvedDispute(DisputeSummary):
    """The response to resolving a dispute."""

    merchant_transaction_reference: str | None
    created_by: int | None
    message: NumberedDisputeMessage
    """The message of its resolution."""


class Evidence(TypedDict):
    """The evidence about the goods or the service."""

    id: int
    """The argument ``evidence`` of ``resolve_dispute``."""
    dispute: int
    """The ``id`` of the dispute."""
    customer_email: str
    customer_name: str
    customer_phone: str
    service_details: str
    delivery_address: str
    delivery_date: NotRequired[str]
    createdAt: str
    updatedAt: str


class UploadURL(TypedDict):
    """The destination of a file about a dispute."""

    signedUrl: str
    """The URL for a ``PUT`` of the file. It expires."""
    fileName: str
    """Paystack's name of the file: ``uploaded_filename`` in other calls."""


class DisputeExport(TypedDict):
    """The file with the exported disputes."""

    path: str
    """The address of the file."""
    expiresAt: str
    """Until when it is there: ``YYYY-MM-DD HH:MM:SS``."""
