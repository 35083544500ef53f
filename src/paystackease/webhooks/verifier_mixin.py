"""Webhooks are signed with the key that calls are made with, so whoever has a client can verify them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paystackease.errors import SecretKeyError

if TYPE_CHECKING:
    from paystackease._core.client_state import ClientState
    from paystackease.webhooks.events import AnyEvent


class WebhookVerifierMixin:
    """What every client can do without asking Paystack anything."""

    _state: ClientState[Any]

    def verify_webhook(
        self, body: bytes, signature: str | None, secret_key: str | Sequence[str] | None = None
    ) -> AnyEvent:
        """The event in a webhook's body, once its signature is found to be Paystack's. It does no I/O.

        :param body: The raw bytes of the request's body, as they came.
        :param signature: The header ``x-paystack-signature``; None where there is none.
        :param secret_key: Other keys than the client's own, such as both while one is exchanged for another.
        :returns: The event.
        :raises paystackease.errors.SignatureError: Where the signature is missing or is not Paystack's. Answer with
            401.
        :raises paystackease.errors.MalformedEventError: Where Paystack signed it and it is no event.
        :raises paystackease.errors.SecretKeyError: Where the client goes over a transport of yours that does not say
            its ``secret_key``, and none is given.
        :raises TypeError: Where the body is not bytes.
        """
        from paystackease.webhooks.signature import verify  # when the first webhook comes

        key = self._state.secret_key if secret_key is None else secret_key
        if key is None:
            raise SecretKeyError("the client's transport does not say its secret key: pass secret_key")
        return verify(body, signature, key)
