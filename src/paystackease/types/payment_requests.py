"""Payment requests, Paystack's invoices."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization, Customer
from paystackease.types.envelope import Metadata


class RequestedItem(TypedDict):
    """A line of a payment request."""

    name: str
    amount: int | str
    """For one of it, in subunits of the currency. Text where it was sent as text."""
    quantity: NotRequired[int]


class RequestedTax(TypedDict):
    """A tax of a payment request."""

    name: str
    amount: int | str
    """In subunits of the currency. Text where it was sent as text."""


class SentNotification(TypedDict):
    """When the customer was told, and how."""

    sent_at: str
    channel: str
    """``"email"``."""


class Discount(TypedDict):
    """What is taken off."""

    type: str
    amount: int


class RequestedCustomer(TypedDict):
    """Who is asked to pay."""

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
    """Who is asked to pay, as it comes with a payment request that is fetched."""

    transactions: list[object]
    subscriptions: list[object]
    authorizations: list[Authorization]


class PaymentRequestDetails(TypedDict):
    """What a payment request says in every answer."""

    id: int
    request_code: str
    """``PRQ_…``"""
    amount: int
    """The whole, in subunits of the currency."""
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
    """What creating a payment request answers."""

    customer: int
    """The customer's ``id``; elsewhere this key holds the customer."""
    created_at: str
    discount: NotRequired[Discount | None]
    integration: NotRequired[int]


class PaymentRequest(PaymentRequestDetails):
    """A payment request, as a list gives it."""

    customer: RequestedCustomer
    paid_at: str | None
    pdf_url: str | None
    created_at: str
    discount: NotRequired[Discount | None]
    integration: NotRequired[int]


class FinalizedPaymentRequest(PaymentRequest):
    """What turning a draft into a payment request answers."""

    pending_amount: int
    """What is yet to be paid, in subunits of the currency."""


class RequestingBusiness(TypedDict):
    """Who asks to be paid."""

    key: str
    """The public key."""
    name: str
    logo: str
    allowed_currencies: list[str]


class VerifiedPaymentRequest(PaymentRequestDetails):
    """A payment request, with what is yet to be paid."""

    customer: RequestedCustomer
    integration: RequestingBusiness
    """Elsewhere this key holds a number."""
    paid_at: str | None
    pdf_url: str | None
    pending_amount: int
    """What is yet to be paid, in subunits of the currency."""
    created_at: str
    discount: NotRequired[Discount | None]


class FetchedPaymentRequest(PaymentRequestDetails):
    """A payment request, with all that belongs to it."""

    customer: CustomerWithHistory
    transactions: list[object]
    paid_at: str | None
    pdf_url: str | None
    pending_amount: int
    """What is yet to be paid, in subunits of the currency."""
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
    """What was asked for, in each currency."""

    pending: list[CurrencyTotal]
    successful: list[CurrencyTotal]
    total: list[CurrencyTotal]
