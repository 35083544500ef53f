"""Capitec Pay: https://paystack.com/docs/api/capitec-pay/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.capitec_pay import CapitecPayStatus


class CapitecPay:
    """The endpoints of the Capitec Pay API. They need the public key, ``pk_…``, not the secret key."""

    # POST, as in the docs' heading and the community's OpenAPI file; the docs' own requests have GET. It only reads, so
    # it is safe to retry.
    @endpoint("POST", "/capitec-pay/requery/{reference}", retry_safety=RetrySafety.ALWAYS)
    def requery_transaction(self, reference: Code) -> Response[CapitecPayStatus]:
        """Fetch the status of a payment by Capitec Pay. The client's key must be the public key (``pk_…``):
        ``CapitecPayClientAPI(secret_key="pk_test_…")``.

        Paystack's page: https://paystack.com/docs/api/capitec-pay/#requery

        Call it first after 90 seconds, and then at most every 10 seconds. If you call it more often, Paystack repeats
        its last response.

        :param reference: The reference of the charge.
        :returns: The status. A failed payment is not an error here: read ``data["status"]``, and ``message`` for the
            reason.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such transaction.
        """
        ...


class CapitecPayClientAPI(PayStackBaseClientAPI, CapitecPay):
    """The Capitec Pay API: fetch the status of a payment.

    Make a separate client, with the public key (``pk_test_…`` or ``pk_live_…``) as ``secret_key``: Paystack does not
    accept the secret key here. Without an argument, the client would use the secret key of the environment.
    """

    _accepts_public_key = True
