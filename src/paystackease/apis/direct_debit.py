"""Direct debits: https://paystack.com/docs/api/direct-debit/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import Code, Ge, Id
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response
from paystackease.types.direct_debit import MandateAuthorization


class DirectDebits:
    """The endpoints of the Direct Debit API. Those for one customer are with the customers."""

    @endpoint(
        "PUT",
        "/directdebit/activation-charge",
        moves_money=True,
        verify_path="/directdebit/mandate-authorizations?status=pending",
    )
    def trigger_activation_charge(self, customer_ids: Sequence[Id]) -> Response[None]:
        """Try again the small charges that activate the pending mandates of several customers. It moves money, and is
        never repeated.

        Paystack's page: https://paystack.com/docs/api/direct-debit/#activation-charge

        :param customer_ids: The ``id`` of each customer, a list of numbers.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is not a list of numbers above 0. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`list_mandate_authorizations` for those that are ``"pending"`` before you do it again: a mandate is
            ``"active"`` once the charge has gone through, and ``"pending"`` also while it is under way.
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
        """List the direct debit mandates of all customers. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/direct-debit/#list-authorizations

        :param per_page: How many on a page, 1 or more.
        :param cursor: The cursor of the next page: ``next`` in ``meta``.
        :param status: Only those that are ``"pending"``, ``"active"`` or ``"revoked"``.
        :returns: A page of mandates, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...


class DirectDebitClientAPI(PayStackBaseClientAPI, DirectDebits):
    """The Direct Debit API: the mandates of all customers."""
