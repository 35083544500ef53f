"""Direct debits: https://paystack.com/docs/api/direct-debit/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import Code, Ge, Id
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.direct_debit import MandateAuthorization


class DirectDebits:
    """The endpoints of the Direct Debit API. The endpoints for one customer are in the Customers API."""

    @endpoint(
        "PUT",
        "/directdebit/activation-charge",
        moves_money=True,
        verify_path="/directdebit/mandate-authorizations?status=pending",
    )
    def trigger_activation_charge(self, customer_ids: Sequence[Id]) -> Response[None]:
        """Repeat the small charges that activate the pending mandates of several customers. It moves money, and is
        never retried.

        Paystack's page: https://paystack.com/docs/api/direct-debit/#activation-charge

        :param customer_ids: The ``id`` of each customer, a list of numbers.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is not a list of numbers above 0. Nothing was
            sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with
            :meth:`list_mandate_authorizations` for those that are ``"pending"`` before you retry: a mandate is
            ``"active"`` after the charge succeeded, and ``"pending"`` before that, also while the charge is in
            progress.
        """
        ...

    @endpoint("GET", "/directdebit/mandate-authorizations", pages="cursor")
    def list_mandate_authorizations(
        self,
        per_page: Annotated[int, Ge(1)] | None = None,  # per_page here, not perPage, in every source
        *,
        cursor: Code | None = None,
        status: Literal["pending", "active", "revoked"] | None = None,
    ) -> Response[list[MandateAuthorization]]:
        """List the direct debit mandates of all customers.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/direct-debit/#list-authorizations

        :param per_page: The number of items on a page, 1 or more.
        :param cursor: The cursor of the next page: ``next`` in ``meta``.
        :param status: Only those that are ``"pending"``, ``"active"`` or ``"revoked"``.
        :returns: A page of mandates. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...


class DirectDebitClientAPI(PayStackBaseClientAPI, DirectDebits):
    """The Direct Debit API: the mandates of all customers."""
