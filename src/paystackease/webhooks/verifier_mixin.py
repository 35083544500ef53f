"""The method ``verify_webhook`` of every client. Paystack signs webhooks with the secret key that the client has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paystackease.errors import SecretKeyError

if TYPE_CHECKING:
    from paystackease._core.client_state import ClientState
    from paystackease.webhooks.events import AnyEvent


class WebhookVerifierMixin:
    """Verifies webhooks with the client's secret key."""

    _state: ClientState[Any]

    def verify_webhook(
        self, body: bytes, signature: str | None, secret_key: str | Sequence[str] | None = None
    ) -> AnyEvent:
        """Verify the signature of a webhook, and return its event. Nothing is sent.

        :param body: The raw bytes of the request's body.
        :param signature: The header ``x-paystack-signature``; None if it is missing.
        :param secret_key: Keys to use instead of the client's own, such as two during a key rotation.
        :returns: The event.
        :raises paystackease.errors.SignatureError: If the signature is missing or is not Paystack's. Respond with 401.
        :raises paystackease.errors.MalformedEventError: If Paystack signed the body and it is not an event.
        :raises paystackease.errors.SecretKeyError: If the client has a transport of yours without a ``secret_key``, and
            you pass none.
        :raises TypeError: If the body is not bytes.
        """
        from paystackease.webhooks.signature import verify  # imported with the first webhook

        key = self._state.secret_key if secret_key is None else secret_key
        if key is None:
            raise SecretKeyError("the client's transport has no secret_key: pass secret_key to verify_webhook()")
        return verify(body, signature, key)
