"""Payment requests, Paystack's invoices."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization, Customer
from paystackease.types.envelope import Metadata


class RequestedItem(TypedDict):
    """A line of a payment request."""

    name: str
    amount: int | str
    """The price of one, in subunits of the currency; text if it was sent as text."""
    quantity: NotRequired[int]


class RequestedTax(TypedDict):
    """A tax of a payment request."""

    name: str
    amount: int | str
    """In subunits of the currency; text if it was sent as text."""


class SentNotification(TypedDict):
    """A notification of the customer."""

    sent_at: str
    channel: str
    """``"email"``."""


class Discount(TypedDict):
    """A discount."""

    type: str
    amount: int


class RequestedCustomer(TypedDict):
    """The customer of a payment request."""

    id: int
    first_name: str | None
    last_name: str | None
    email: str
    customer_code: str
    phone: str | None
    metadata: Metadata
    risk_action: str
    international_format_phone: str | None


class CustomerWithHistory(Customer):
    """The customer in a fetched payment request."""

    transactions: list[object]
    subscriptions: list[object]
    authorizations: list[Authorization]


class PaymentRequestDetails(TypedDict):
    """The fields of a payment request in each response."""

    id: int
    request_code: str
    """``PRQ_…``"""
    amount: int
    """The total, in subunits of the currency."""
    currency: str
    status: str
    """``"draft"``, ``"pending"``, ``"success"`` or ``"failed"``."""
    paid: bool
    description: str | None
    line_items: list[RequestedItem]
    tax: list[RequestedTax]
    due_date: str | None
    has_invoice: bool
    invoice_number: int | None
    offline_reference: str
    notifications: list[SentNotification]
    metadata: Metadata
    domain: str
    """``"test"`` or ``"live"``."""
    split_code: NotRequired[str | None]


class NewPaymentRequest(PaymentRequestDetails):
    """The response to creating a payment request."""

    customer: int
    """The customer's ``id``; elsewhere this key holds the customer."""
    created_at: str
    discount: NotRequired[Discount | None]
    integration: NotRequired[int]


class PaymentRequest(PaymentRequestDetails):
    """A payment request, as in a list."""

    customer: RequestedCustomer
    paid_at: str | None
    pdf_url: str | None
    created_at: str
    discount: NotRequired[Discount | None]
    integration: NotRequired[int]


class FinalizedPaymentRequest(PaymentRequest):
    """The response to finalizing a draft."""

    pending_amount: int
    """The amount still to pay, in subunits of the currency."""


class RequestingBusiness(TypedDict):
    """The business of a payment request."""

    key: str
    """The public key."""
    name: str
    logo: str
    allowed_currencies: list[str]


class VerifiedPaymentRequest(PaymentRequestDetails):
    """A payment request, with the amount still to pay."""

    customer: RequestedCustomer
    integration: RequestingBusiness
    """Elsewhere this key holds a number."""
    paid_at: str | None
    pdf_url: str | None
    pending_amount: int
    """The amount still to pay, in subunits of the currency."""
    created_at: str
    discount: NotRequired[Discount | None]


class FetchedPaymentRequest(PaymentRequestDetails):
    """A payment request, with all that belongs to it."""

    customer: CustomerWithHistory
    transactions: list[object]
    paid_at: str | None
    pdf_url: str | None
    pending_amount: int
    """The amount still to pay, in subunits of the currency."""
    amount_paid: int | None
    """In subunits of the currency."""
    discount: Discount | None
    archived: bool
    source: str
    """``"user"``."""
    payment_method: str | None
    note: str | None
    integration: int
    createdAt: str
    """Elsewhere ``created_at``."""
    updatedAt: str


class CurrencyTotal(TypedDict):
    """A sum in one currency."""

    currency: str
    amount: int
    """In subunits of the currency."""


class PaymentRequestTotals(TypedDict):
    """The sums of payment requests, by currency."""

    pending: list[CurrencyTotal]
    successful: list[CurrencyTotal]
    total: list[CurrencyTotal]
