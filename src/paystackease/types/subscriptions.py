"""Subscriptions of customers to plans."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization, Customer
from paystackease.types.envelope import Metadata
from paystackease.types.plans import PlanDetails


class NewSubscription(TypedDict):
    """The response to creating a subscription."""

    id: int
    subscription_code: str
    """``SUB_…``"""
    email_token: str
    """Required, beside the code, to enable or disable it."""
    status: str
    customer: int
    """The customer's ``id``; elsewhere this key holds the customer."""
    plan: int
    """The plan's ``id``; elsewhere this key holds the plan."""
    authorization: Authorization | int
    """An ``id`` by Paystack's OpenAPI file, the authorization in its samples."""
    amount: int
    """In subunits of the plan's currency."""
    quantity: int
    start: int
    """Seconds since 1970."""
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str
    cron_expression: NotRequired[str]
    next_payment_date: NotRequired[str | None]
    easy_cron_id: NotRequired[str | None]
    open_invoice: NotRequired[str | None]
    invoice_limit: NotRequired[int]
    split_code: NotRequired[str | None]
    cancelledAt: NotRequired[str | None]
    metadata: NotRequired[Metadata]


class Subscription(TypedDict):
    """A subscription, as in a list."""

    id: int
    subscription_code: str
    """``SUB_…``"""
    email_token: str
    """Required, beside the code, to enable or disable it."""
    status: str
    """``"active"``, ``"non-renewing"``, ``"complete"`` and others."""
    customer: Customer
    plan: PlanDetails
    authorization: Authorization
    """The authorization that is charged."""
    amount: int
    """In subunits of the plan's currency."""
    quantity: int
    start: int
    """Seconds since 1970."""
    cron_expression: str
    """When it charges, as cron writes it: ``"0 0 28 * *"``."""
    next_payment_date: str | None
    easy_cron_id: str | None
    open_invoice: str | None
    """``INV_…``, if an invoice is unpaid."""
    domain: str
    integration: int
    createdAt: str
    updatedAt: str
    invoice_limit: NotRequired[int]
    """The number of charges; 0 for no limit."""
    payments_count: NotRequired[int]
    most_recent_invoice: NotRequired[dict[str, object] | None]
    split_code: NotRequired[str | None]
    cancelledAt: NotRequired[str | None]
    metadata: NotRequired[Metadata]


class FetchedSubscription(Subscription):
    """A subscription, with its invoices."""

    invoices: list[object]
    invoices_history: NotRequired[list[object]]


class UpdateLink(TypedDict):
    """The page where a customer changes the card of a subscription."""

    link: str
