"""Events about payment requests."""

from typing import Literal, NotRequired, TypedDict

from paystackease.types.envelope import Metadata


class RequestedItem(TypedDict):
    """A line item of a payment request."""

    name: str
    amount: int | str
    """Subunits of the currency; text if it was sent as text."""
    quantity: int


class RequestedTax(TypedDict):
    """A tax on a payment request."""

    name: str
    amount: int | str
    """Subunits of the currency; text if it was sent as text."""


class RequestNotification(TypedDict):
    """A message to the customer."""

    sent_at: str
    channel: str


class EventPaymentRequest(TypedDict):
    """A payment request to a customer."""

    id: int
    domain: str
    """``"test"`` or ``"live"``."""
    amount: int
    """Subunits of the currency."""
    currency: str
    due_date: str | None
    has_invoice: bool
    invoice_number: int | None
    description: str
    pdf_url: str | None
    line_items: list[RequestedItem]
    tax: list[RequestedTax]
    request_code: str
    """``PRQ_…``"""
    status: str
    """``"pending"`` or ``"success"``."""
    paid: bool
    paid_at: str | None
    metadata: Metadata
    notifications: list[RequestNotification]
    offline_reference: str
    customer: int
    """The customer's id."""
    created_at: str
    discount: NotRequired[dict[str, object] | None]
    split_code: NotRequired[str | None]


class PaymentRequestPending(TypedDict):
    """A payment request was sent."""

    event: Literal["paymentrequest.pending"]
    data: EventPaymentRequest


class PaymentRequestSuccess(TypedDict):
    """A payment request was paid."""

    event: Literal["paymentrequest.success"]
    data: EventPaymentRequest
