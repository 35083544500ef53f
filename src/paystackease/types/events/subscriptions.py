"""Events about subscriptions and their invoices."""

from typing import Literal, NotRequired, TypedDict

from paystackease.types.events.customers import Payer, Person


class SubscriptionAuthorization(TypedDict):
    """The card that a subscription is charged to."""

    authorization_code: str
    bin: str
    last4: str
    exp_month: str
    exp_year: str
    card_type: str
    """The brand, sometimes with a trailing space: ``"verve "``."""
    bank: str
    country_code: str
    brand: str
    account_name: str | None
    channel: NotRequired[str]
    reusable: NotRequired[bool]
    signature: NotRequired[str]


class Subscriber(Payer):
    """The customer of a subscription."""

    id: NotRequired[int]


class InvoicedSubscription(TypedDict, total=False):
    """The subscription of an invoice; empty in some events about failed payments."""

    status: str
    subscription_code: str
    """``SUB_…``"""
    email_token: str
    amount: int
    """Subunits of the currency."""
    cron_expression: str
    next_payment_date: str | None
    open_invoice: str | None
    """``INV_…``"""


class InvoiceTransaction(TypedDict, total=False):
    """The transaction that paid an invoice; empty until it is paid."""

    reference: str
    status: str
    amount: int
    """Subunits of the currency."""
    currency: str


class Invoice(TypedDict):
    """The invoice of one period of a subscription."""

    domain: str
    """``"test"`` or ``"live"``."""
    invoice_code: str
    """``INV_…``"""
    amount: int
    """Subunits of the currency."""
    period_start: str
    period_end: str
    status: str
    paid: bool
    paid_at: str | None
    description: str | None
    authorization: SubscriptionAuthorization
    subscription: InvoicedSubscription
    customer: Subscriber
    transaction: InvoiceTransaction
    created_at: str


class InvoiceCreate(TypedDict):
    """A subscription will be charged soon, usually in three days."""

    event: Literal["invoice.create"]
    data: Invoice


class InvoicePaymentFailed(TypedDict):
    """A subscription could not be charged."""

    event: Literal["invoice.payment_failed"]
    data: Invoice


class InvoiceUpdate(TypedDict):
    """An invoice changed, usually because it was paid."""

    event: Literal["invoice.update"]
    data: Invoice


class SubscribedPlan(TypedDict):
    """The plan of a subscription."""

    id: NotRequired[int]
    name: str
    plan_code: str
    """``PLN_…``"""
    description: str | None
    amount: int
    """Subunits of the currency."""
    interval: str
    send_invoices: bool
    send_sms: bool
    currency: str


class EventSubscription(TypedDict):
    """A customer's subscription to a plan."""

    domain: str
    """``"test"`` or ``"live"``."""
    status: str
    """Such as ``"active"``, ``"non-renewing"`` or ``"complete"``."""
    subscription_code: str
    """``SUB_…``"""
    amount: int
    """Subunits of the currency."""
    cron_expression: str
    next_payment_date: str | None
    open_invoice: str | None
    """``INV_…``"""
    plan: SubscribedPlan
    authorization: SubscriptionAuthorization
    customer: Subscriber
    created_at: str


class NewSubscription(EventSubscription):
    """A new subscription."""

    createdAt: str
    """Differs from ``created_at`` in the published event. Paystack does not document the difference."""


class DisabledSubscription(EventSubscription):
    """A subscription that has ended."""

    email_token: str
    """Required, beside the code, to enable or disable it."""


class NonRenewingSubscription(DisabledSubscription):
    """A subscription that ends with the paid period."""

    id: int
    integration: int
    invoices: list[object]
    invoices_history: list[object]
    invoice_limit: int
    """The maximum number of invoices; 0 for no limit."""
    split_code: str | None
    most_recent_invoice: dict[str, object] | None


class SubscriptionCreate(TypedDict):
    """A subscription began."""

    event: Literal["subscription.create"]
    data: NewSubscription


class SubscriptionDisable(TypedDict):
    """A subscription ended or was cancelled."""

    event: Literal["subscription.disable"]
    data: DisabledSubscription


class SubscriptionNotRenew(TypedDict):
    """A subscription will not be renewed."""

    event: Literal["subscription.not_renew"]
    data: NonRenewingSubscription


class ExpiringPlan(TypedDict):
    """The plan that an expiring card pays for."""

    id: int
    name: str
    plan_code: str
    interval: str


class ExpiringSubscription(TypedDict):
    """The subscription that an expiring card pays for."""

    id: int
    subscription_code: str
    amount: int
    """Subunits of the currency."""
    next_payment_date: str
    plan: ExpiringPlan


class ExpiringCustomer(Person):
    """The owner of an expiring card."""

    id: int
    customer_code: str


class ExpiringCard(TypedDict):
    """A card of a subscription that expires soon."""

    expiry_date: str
    """Such as ``"12/2021"``."""
    description: str
    brand: str
    subscription: ExpiringSubscription
    customer: ExpiringCustomer


class SubscriptionExpiringCards(TypedDict):
    """The monthly list of cards that expire soon. ``data`` is a list."""

    event: Literal["subscription.expiring_cards"]
    data: list[ExpiringCard]
