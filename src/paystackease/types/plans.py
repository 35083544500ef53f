"""Plans: the amounts and intervals of subscriptions."""

from typing import NotRequired, TypedDict

from paystackease.types.customers import Authorization


class NewPlan(TypedDict):
    """The response to creating a plan."""

    id: int
    plan_code: str
    """``PLN_…``"""
    name: str
    amount: int
    """In subunits of the currency, for each interval."""
    interval: str
    """``"hourly"``, ``"daily"``, ``"weekly"``, ``"monthly"``, ``"quarterly"``, ``"biannually"`` (every six months) or
    ``"annually"``.
    """
    currency: str
    send_invoices: bool
    send_sms: bool
    hosted_page: bool
    domain: str
    """``"test"`` or ``"live"``."""
    integration: int
    createdAt: str
    updatedAt: str
    invoice_limit: NotRequired[int]
    """The number of charges of a subscription; 0 for no limit."""
    migrate: NotRequired[bool | None]
    is_archived: NotRequired[bool]


class PlanDetails(NewPlan):
    """A plan, without its subscriptions."""

    description: str | None
    hosted_page_url: str | None
    hosted_page_summary: str | None
    is_deleted: NotRequired[bool]


class PlanSubscription(TypedDict):
    """A subscription, as in its plan."""

    id: int
    subscription_code: str
    """``SUB_…``"""
    email_token: str
    """Required, beside the code, to enable or disable it."""
    status: str
    customer: int
    """The customer's ``id``."""
    plan: int
    """The plan's ``id``."""
    authorization: Authorization
    amount: int
    """In subunits of the currency."""
    quantity: int
    start: int
    """Seconds since 1970."""
    cron_expression: str
    next_payment_date: str | None
    easy_cron_id: str | None
    open_invoice: str | None
    """``INV_…``, if an invoice is unpaid."""
    domain: str
    integration: int
    createdAt: str
    updatedAt: str


class Plan(PlanDetails):
    """A plan, as in a list."""

    subscriptions: list[PlanSubscription]
    pages: NotRequired[list[object]]
    total_subscriptions: NotRequired[int]
    active_subscriptions: NotRequired[int]
    total_subscriptions_revenue: NotRequired[int]
    """In subunits of the currency."""


class FetchedPlan(PlanDetails):
    """A plan, with its subscriptions."""

    subscriptions: list[PlanSubscription]
    subscribers: NotRequired[list[object]]
    pages: NotRequired[list[object]]
    pages_count: NotRequired[int]
    subscribers_count: NotRequired[int]
    subscriptions_count: NotRequired[int]
    active_subscriptions_count: NotRequired[int | None]
    total_revenue: NotRequired[int]
    """In subunits of the currency."""
