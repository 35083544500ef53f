"""The signature of a webhook: https://paystack.com/docs/payments/webhooks/#verify-event-origin"""

from __future__ import annotations

import hmac


def sign(body: bytes, secret_key: str) -> str:
    """Return the value of ``x-paystack-signature`` for a body: its HMAC-SHA512 in lower-case hex."""
    return hmac.digest(secret_key.encode(), body, "sha512").hex()
