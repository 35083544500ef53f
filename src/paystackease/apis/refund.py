"""Refunds: https://paystack.com/docs/api/refund/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Amount,
    Code,
    FromDate,
    Ge,
    Id,
    IdOrCode,
    Page,
    PerPage,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.refund import FetchedRefund, NewRefund, Refund, RetriedRefund


class RefundAccount(TypedDict):
    """The bank account of the customer that receives the refund."""

    currency: CurrencyValue
    """The currency of the payment."""
    account_number: Code
    """Text, because account numbers may begin with zeros."""
    bank_id: Code
    """The bank's ``id`` from ``list_banks``, as text."""


class Refunds:
    """The endpoints of the Refunds API."""

    # Never retried: Paystack refunds the same payment again if any of it remains, and has no reference for refunds. 0
    # is rejected here: Paystack may read it as an omitted amount, and refund everything (an assumption). The list can
    # only be filtered by the payment's id. With its reference it would be empty, as if there were no refund, so the
    # check then fetches the whole list.
    @endpoint(
        "POST",
        "/refund",
        moves_money=True,
        verify_path="/refund?transaction={transaction:number}",
        identifiers={"transaction": ("transaction", "transaction.id", "transaction.reference"), "amount": ("amount",)},
        data_keys=("transaction",),
    )
    def create_refund(
        self,
        transaction_ref_or_id: Annotated[IdOrCode, WireName("transaction")],
        amount: Annotated[Amount, Ge(1)] | None = None,
        currency: CurrencyValue | None = None,
        customer_note: str | None = None,
        merchant_note: str | None = None,
    ) -> Response[NewRefund]:
        """Refund a payment to the customer, in full or in part. It moves money, and is never retried.

        Paystack's page: https://paystack.com/docs/api/refund/#create

        :param transaction_ref_or_id: The payment's reference or ``id``.
        :param amount: The amount, in subunits of the currency, 1 or more and at most the amount of the payment. If
            omitted, the full amount.
        :param currency: The currency of the payment: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param customer_note: The reason, for the customer to see.
        :param merchant_note: The reason, for you to see.
        :returns: The refund. Webhooks report its outcome.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as an amount above the
            remainder of the payment.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with :meth:`list_refunds`
            before you retry, for a refund of this payment and amount. The filter ``transaction`` accepts the payment's
            ``id``, not its reference.
        """
        ...

    # Paystack accepts it only while the refund needs attention. It still is never retried, because it moves money.
    @endpoint(
        "POST",
        "/refund/retry_with_customer_details/{id}",
        moves_money=True,
        verify_path="/refund/{id}",
        identifiers={"id": ("id",)},
        data_keys=("id", "transaction"),
    )
    def retry_refund(
        self, refund_id: Annotated[Id, WireName("id")], refund_account_details: RefundAccount
    ) -> Response[RetriedRefund]:
        """Send a refund that needs attention to a bank account of the customer. It moves money, and is never retried.

        Paystack's page: https://paystack.com/docs/api/refund/#retry

        :param refund_id: The refund's ``id``, a number. Its ``status`` must be ``"needs-attention"``.
        :param refund_account_details: The account, ``{"currency": …, "account_number": …, "bank_id": …}``, all of them
            text, with the currency of the payment and the bank's ``id`` from ``list_banks``.
        :returns: The updated refund.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the refund does not need attention.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown. Check with :meth:`fetch_refund`
            before you retry: ``status`` is ``"needs-attention"`` if the call was not processed.
        """
        ...

    @endpoint("GET", "/refund", pages="page", rules=(validate_date_order,))
    def list_refunds(
        self,
        # Version 1 and older documentation have it. Today's documentation has transaction instead.
        reference: Code | None = None,
        currency: CurrencyValue | None = None,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        transaction: IdOrCode | None = None,
    ) -> Response[list[Refund]]:
        """List refunds.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/refund/#list

        :param reference: Paystack no longer documents it and may ignore it. It documents ``transaction``.
        :param currency: Only refunds in this currency: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only refunds made at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only refunds made up to this date (23:59:59.999 UTC) or datetime.
        :param transaction: Only refunds of this payment: its ``id``.
        :returns: A page of refunds. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/refund/{id}", identifiers={"id": ("id",)})
    def fetch_refund(self, reference: Annotated[IdOrCode, WireName("id")]) -> Response[FetchedRefund]:
        """Fetch a refund.

        Paystack's page: https://paystack.com/docs/api/refund/#fetch

        :param reference: The refund's ``id``, as a number or as text; not the reference of its payment.
        :returns: The refund.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such refund.
        """
        ...


class RefundClientAPI(PayStackBaseClientAPI, Refunds):
    """The Refunds API: refund payments, in full or in part."""
