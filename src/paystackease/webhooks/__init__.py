"""What Paystack tells you: events, in webhooks that it signs. No I/O, so any web framework will do."""

from paystackease.webhooks.verify import Event as Event
from paystackease.webhooks.verify import verify as verify

__all__ = ["Event", "verify"]
