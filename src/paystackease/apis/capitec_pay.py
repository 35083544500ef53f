"""Capitec Pay: https://paystack.com/docs/api/capitec-pay/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.capitec_pay import CapitecPayStatus


class CapitecPay:
    """The endpoints of the Capitec Pay API. They take the public key, ``pk_…``, and not the secret one."""

    # POST: so the docs' heading and the community's OpenAPI file; the docs' own requests say GET. It asks and changes
    # nothing, so it may be repeated.
    @endpoint("POST", "/capitec-pay/requery/{reference}", retry_safety=RetrySafety.ALWAYS)
    def requery_transaction(self, reference: Code) -> Response[CapitecPayStatus]:
        """Ask where a payment by Capitec Pay stands. It takes the public key (``pk_…``) as the client's key:
        ``CapitecPayClientAPI(secret_key="pk_test_…")``.

        Paystack's page: https://paystack.com/docs/api/capitec-pay/#requery

        Ask first after 90 seconds, and then every 10 seconds at most: asked more often, Paystack repeats its last
        answer.

        :param reference: The reference of the charge.
        :returns: Where it stands. A payment that failed is an answer and not an error: look at ``data["status"]``, and
            at ``message`` for the reason.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such transaction.
        """
        ...


class CapitecPayClientAPI(PayStackBaseClientAPI, CapitecPay):
    """The Capitec Pay API: ask where a payment stands.

    Make it of its own, with the public key (``pk_test_…`` or ``pk_live_…``) as ``secret_key``: Paystack does not take
    the secret key here. Given no key, it would take the secret one from the environment.
    """
