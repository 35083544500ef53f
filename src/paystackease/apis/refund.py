"""Refunds: https://paystack.com/docs/api/refund/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
    """A bank account of the customer, for the money to go to."""

    currency: CurrencyValue
    """The currency of the payment."""
    account_number: Code
    """Text: account numbers begin with zeros."""
    bank_id: Code
    """The bank's ``id`` as ``list_banks`` gives it, but as text."""


class Refunds:
    """The endpoints of the Refunds API."""

    # Paystack makes a second refund of the same payment where there is something left of it, and knows none by a
    # reference of the caller's: never repeated.
    # 0 is refused here: as Paystack may read it like an amount that was not given, it could give back everything (an
    # assumption).
    # The list filters by the payment's id alone. By its reference it comes back empty, which would look as if nothing
    # had been given back: then all of it is asked for.
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
        """Give a payment back to the customer, whole or in part. It moves money, and is never repeated.

        Paystack's page: https://paystack.com/docs/api/refund/#create

        :param transaction_ref_or_id: The payment's reference or ``id``.
        :param amount: How much, in subunits of the currency, 1 or more and at most what was paid. Left out, all of it.
        :param currency: The currency of the payment: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param customer_note: The reason, for the customer to see.
        :param merchant_note: The reason, for you to see.
        :returns: The refund. What becomes of it comes later, as webhooks.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as more than is left
            of the payment.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`list_refunds` before you do it again, and look for one of this payment and this amount. Its filter
            ``transaction`` takes the payment's ``id``, and finds nothing by its reference.
        """
        ...

    # Paystack takes it while the refund needs attention and no longer, but it is money: never repeated.
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
        """Send a refund that needs attention to a bank account of the customer. It moves money, and is never repeated.

        Paystack's page: https://paystack.com/docs/api/refund/#retry

        :param refund_id: The refund's ``id``, a number. Its ``status`` must be ``"needs-attention"``.
        :param refund_account_details: The account, ``{"currency": …, "account_number": …, "bank_id": …}``, all of them
            text, with the currency of the payment and the bank's ``id`` from ``list_banks``.
        :returns: The refund as it is now.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where the refund does not need attention.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done. Ask
            :meth:`fetch_refund` before you do it again: ``status`` is ``"needs-attention"`` as long as it was not.
        """
        ...

    @endpoint("GET", "/refund", pages="page", rules=(validate_date_order,))
    def list_refunds(
        self,
        # Version 1 sent it, and older documentation had it. Today's has the transaction instead.
        reference: Code | None = None,
        currency: CurrencyValue | None = None,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        transaction: IdOrCode | None = None,
    ) -> Response[list[Refund]]:
        """List refunds. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/refund/#list

        :param reference: Paystack documents this no longer and may ignore it; ``transaction`` is what it documents.
        :param currency: Only refunds in this currency: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param from_date: Only refunds made at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only refunds made up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param transaction: Only refunds of this payment: its ``id``.
        :returns: A page of refunds, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` or ``page`` is below 1, or ``from_date``
            comes after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/refund/{id}", identifiers={"id": ("id",)})
    def fetch_refund(self, reference: Annotated[IdOrCode, WireName("id")]) -> Response[FetchedRefund]:
        """Fetch a refund.

        Paystack's page: https://paystack.com/docs/api/refund/#fetch

        :param reference: The refund's ``id``, as a number or as text; not the reference of its payment.
        :returns: The refund.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or below 1. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such refund.
        """
        ...


class RefundClientAPI(PayStackBaseClientAPI, Refunds):
    """The Refunds API: give payments back, whole or in part."""
