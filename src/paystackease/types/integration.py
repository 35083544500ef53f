"""The settings of an integration, and the webhooks that Paystack has sent to it."""

from typing import NotRequired, TypedDict


class SessionTimeout(TypedDict):
    """The time limit for a payment."""

    payment_session_timeout: int
    """In seconds. 0: for ever."""


class WebhookEvent(TypedDict):
    """A webhook that Paystack sent or will send, as in a list."""

    _id: str
    """24 hex letters. The webhook itself does not hold it."""
    domain: str
    """``"test"`` or ``"live"``."""
    category: str
    """The type of its object: ``"transactions"``, ``"refund"``, ``"cardVerification"`` …"""
    category_row_id: int
    """The ``id`` of its object, such as the transaction's."""
    event_name: str
    """``"charge.success"`` and the like."""
    status: str
    """``"Delivered"``, ``"Pending"`` or ``"Failed"``."""
    status_detail: str | None
    """``"retrying"``, ``"failed"`` …"""
    response_code: int | None
    """The HTTP status of your server's last response; None before the first (an assumption)."""
    trial_count: int
    """The number of deliveries."""
    createdAt: str
    updatedAt: str
    integration: NotRequired[int]
    webhook_url_code: NotRequired[str | None]


class FetchedWebhookEvent(WebhookEvent):
    """A webhook, with the request and your server's response."""

    webhook_url: str
    """The URL."""
    event_payload: dict[str, object]
    """The body: ``{"event": …, "data": …}``."""
    merchant_response_body: dict[str, object] | list[object] | str | None
    """Your server's response. It is usually decoded if it was JSON, otherwise text."""
    event_description: NotRequired[str | None]
    trials: NotRequired[list[object]]


class ResentWebhookEvents(TypedDict):
    """The outcome of a redelivery."""

    count: int
    """The number of redelivered webhooks."""
    failed: int
    failed_ids: list[str]


class ResentMatchingWebhookEvents(TypedDict):
    """The number of webhooks that match, and the outcome of their redelivery."""

    count: int
    skipped: NotRequired[int]
    """Not in a preview."""
    batch_id: NotRequired[str]
    """Not in a preview."""
