"""Decides whether an event that a test waits for was delivered, and if not, why. No I/O."""

from __future__ import annotations

from paystackease.emulator.clock import format_time
from paystackease.emulator.webhooks.outbox import DeliveryAttempt, OutboxEvent

_MAX_LINE = 200
"""How many characters of a response an error contains."""


class WebhookNotDeliveredError(Exception):
    """An event happened, but its webhook was not delivered: the application did not respond with 200.

    :param message: Why it was not delivered.
    :param event: The event.
    :param attempt: The latest attempt to deliver it; None if there was none.
    """

    def __init__(self, message: str, event: OutboxEvent, attempt: DeliveryAttempt | None) -> None:
        super().__init__(message)
        self.event = event
        """The event."""
        self.attempt = attempt
        """The latest attempt to deliver it, with the response; None if there was none."""


def has_failed(event: OutboxEvent, now: float, remaining: float) -> bool:
    """Return whether it is certain that an event is not delivered in time.

    :param now: The time by the emulator's clock.
    :param remaining: How many seconds of the emulator's time remain. 0 if its clock stands still.
    """
    if event.status == "Delivered" or event.held is not None:  # a held one may be delivered by another thread
        return False
    if event.due is None:
        return True
    return event.status == "Failed" and event.due > now + remaining


def not_delivered(event: OutboxEvent, attempt: DeliveryAttempt | None) -> WebhookNotDeliveredError:
    """Return the error for an event that was not delivered.

    :param attempt: The latest attempt to deliver it, or None.
    """
    return WebhookNotDeliveredError(
        f"{event.name} happened, but its webhook was not delivered: {_reason(event, attempt)}", event, attempt
    )


def _reason(event: OutboxEvent, attempt: DeliveryAttempt | None) -> str:
    if attempt is None:
        if event.held is not None and "told" in event.held:
            return "it is held: call deliver(), because the mode of the webhook target is manual"
        if event.held is not None:
            return "it is held by a fault until another event is sent"
        if event.due is not None:
            return f"it is due at {format_time(event.due)}: call advance()"
        return "it happened before a webhook target was set, so it is not sent"
    if attempt.status is None:
        return attempt.error or "there was no response"
    line = (attempt.error or next(iter(attempt.response.strip().splitlines()), "")).strip()
    text = f"{attempt.url} responded with {attempt.status}"
    if line:
        text = f"{text}: {line[:_MAX_LINE]}"
    if attempt.status == 401:
        return (
            f"{text.removesuffix('.')}. Is the secret key the same as the application's? Give the test the key of the "
            "application, with @pytest.mark.paystack(secret_key=...), or the application the key of the emulator"
        )
    if 200 <= attempt.status < 300:
        return f"{text.removesuffix('.')}. Paystack accepts only HTTP 200"
    return text
