"""The settings of an integration, and the webhooks that Paystack has sent to it."""

from typing import NotRequired, TypedDict


class SessionTimeout(TypedDict):
    """How long a customer has to pay."""

    payment_session_timeout: int
    """In seconds. 0: for ever."""


class WebhookEvent(TypedDict):
    """A webhook that Paystack has sent or is to send, as a list gives it."""

    _id: str
    """24 hex letters. The webhook itself does not hold it."""
    domain: str
    """``"test"`` or ``"live"``."""
    category: str
    """What kind of thing it is about: ``"transactions"``, ``"refund"``, ``"cardVerification"`` …"""
    category_row_id: int
    """The ``id`` of what it is about, such as the transaction's."""
    event_name: str
    """``"charge.success"`` and the like."""
    status: str
    """``"Delivered"``, ``"Pending"`` or ``"Failed"``."""
    status_detail: str | None
    """``"retrying"``, ``"failed"`` …"""
    response_code: int | None
    """The HTTP status that your server answered last; None before it did (an assumption)."""
    trial_count: int
    """How many times it has been sent."""
    createdAt: str
    updatedAt: str
    integration: NotRequired[int]
    webhook_url_code: NotRequired[str | None]


class FetchedWebhookEvent(WebhookEvent):
    """A webhook, with what was sent and what your server answered."""

    webhook_url: str
    """Where it went."""
    event_payload: dict[str, object]
    """What was sent: ``{"event": …, "data": …}``."""
    merchant_response_body: dict[str, object] | list[object] | str | None
    """What your server answered: decoded where it was JSON, though not always, else text."""
    event_description: NotRequired[str | None]
    trials: NotRequired[list[object]]


class ResentWebhookEvents(TypedDict):
    """What became of webhooks that were to be sent again."""

    count: int
    """How many are sent again."""
    failed: int
    failed_ids: list[str]


class ResentMatchingWebhookEvents(TypedDict):
    """How many webhooks match, and what became of sending them again."""

    count: int
    skipped: NotRequired[int]
    """Not in a preview."""
    batch_id: NotRequired[str]
    """Not in a preview."""
