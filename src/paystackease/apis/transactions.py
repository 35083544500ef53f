"""Transactions: https://paystack.com/docs/api/transaction/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.idempotency import CHECKOUT, PARTIAL_DEBIT, TRANSACTION
from paystackease._core.validation import (
    Amount,
    Code,
    EmailAddress,
    FromDate,
    Ge,
    Id,
    IdOrCode,
    Page,
    PerPage,
    Reference,
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.apis.transaction_splits import DynamicSplit
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import (
    BearerValue,
    ChannelValue,
    CurrencyValue,
    ExportStatusValue,
    TransactionStatusValue,
)
from paystackease.response import Response
from paystackease.types.transactions import (
    ChargedAuthorization,
    Checkout,
    FetchedTransaction,
    PartialDebit,
    PausedCharge,
    Timeline,
    Transaction,
    TransactionExport,
    TransactionTotals,
    VerifiedTransaction,
)

# Metadata is sent as a JSON object, as in all of Paystack's sample requests and in version 1. Paystack's reference
# calls it "stringified JSON", so text is accepted too, and sent unchanged.


class Transactions:
    """The endpoints of the Transactions API."""

    @endpoint("POST", "/transaction/initialize", idempotency=CHECKOUT)
    def initialize(
        self,
        email: EmailAddress,
        amount: Amount,
        currency: CurrencyValue | None = None,
        reference: Reference | None = None,
        callback_url: Code | None = None,
        plan: Code | None = None,
        invoice_limit: Annotated[int, Ge(0)] | None = None,
        channels: Sequence[ChannelValue] | None = None,
        split_code: Code | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,  # a number in the reference, text in the OpenAPI file
        bearer: BearerValue | None = None,
        metadata: Mapping[str, object] | str | None = None,
        *,
        split: DynamicSplit | None = None,
        label: str | None = None,
    ) -> Response[Checkout]:
        """Prepare a payment, and return the page for the customer. Nothing is charged yet.

        Paystack's page: https://paystack.com/docs/api/transaction/#initialize

        :param email: The customer's e-mail address.
        :param amount: The amount, in the subunit of the currency. A plan's amount takes precedence.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. Paystack rejects one that
            already exists.
        :param callback_url: The URL to redirect the customer to afterwards, instead of the one set in the dashboard.
        :param plan: ``PLN_…``, to subscribe the customer to that plan.
        :param invoice_limit: How often to charge for the plan; 0 for no limit (an assumption).
        :param channels: The channels that the customer can choose from, such as ``["card", "bank_transfer"]``.
        :param split_code: ``SPL_…``, to split the payment.
        :param subaccount: ``ACCT_…``, the subaccount of the payment.
        :param transaction_charge: The amount for your main account, in the subunit, instead of the subaccount's
            percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :param metadata: Your own data to store with the transaction, as a dict, or as text that holds JSON.
        :param split: A split for this payment only, ``{"type": "flat", "subaccounts": [{"subaccount": …, "share":
            …}]}``. See :class:`~paystackease.apis.transaction_splits.DynamicSplit`.
        :param label: The text that the page shows instead of the e-mail address.
        :returns: The ``authorization_url`` to send the customer to, and the ``reference``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call, such as a reference that already
            exists (``code`` is then ``"duplicate_reference"``).
        """
        ...

    @endpoint("POST", "/transaction/charge_authorization", moves_money=True, idempotency=TRANSACTION)
    def charge_authorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        reference: Reference | None = None,
        currency: CurrencyValue | None = None,
        channels: Sequence[ChannelValue] | None = None,
        subaccount: Code | None = None,
        transaction_charge: Amount | None = None,  # a number in the reference, text in the OpenAPI file
        bearer: BearerValue | None = None,
        queue: bool | None = None,
        metadata: Mapping[str, object] | str | None = None,
        *,
        split_code: Code | None = None,
        split: DynamicSplit | None = None,
        callback_url: Code | None = None,  # only in the guide to recurring charges, for two-factor authentication
    ) -> Response[ChargedAuthorization | PausedCharge]:
        """Charge a saved card or account. It moves money.

        It is paid if ``data["status"]`` is ``"success"``. Some customers must confirm it first: then ``"paused" in
        data``, and ``data["authorization_url"]`` is the page for the customer.

        Paystack's page: https://paystack.com/docs/api/transaction/#charge-authorization

        :param email: The e-mail address of the authorization's customer.
        :param amount: The amount, in the subunit of the currency.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. Paystack rejects one that
            already exists.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param channels: ``["card"]``, ``["bank"]`` or both.
        :param subaccount: ``ACCT_…``, the subaccount of the payment.
        :param transaction_charge: The amount to charge the subaccount, in the subunit, instead of its percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :param queue: Whether to charge later, in Paystack's queue. This suits many charges.
        :param metadata: Your own data to store with the transaction, as a dict, or as text that holds JSON.
        :param split_code: ``SPL_…``, to split the payment.
        :param split: A split for this payment only. See :class:`~paystackease.apis.transaction_splits.DynamicSplit`.
        :param callback_url: The URL to redirect the customer to after a confirmation.
        :returns: The outcome. A response does not mean that it was paid: read its ``status``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.DuplicateReferenceError: If the reference already exists. This call was not
            processed.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the reference was
            verified.
        """
        ...

    @endpoint("POST", "/transaction/partial_debit", moves_money=True, idempotency=PARTIAL_DEBIT)
    def partial_debit(
        self,
        email: EmailAddress,
        authorization_code: Code,
        amount: Amount,
        currency: CurrencyValue,
        reference: Reference | None = None,
        at_least: Amount | None = None,  # as in version 1 and bulk charges; text in the reference
    ) -> Response[PartialDebit]:
        """Charge a saved card or account the available part of an amount. It moves money.

        Paystack's page: https://paystack.com/docs/api/transaction/#partial-debit

        :param email: The e-mail address of the authorization's customer.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param amount: The maximum to charge, in the subunit of the currency.
        :param currency: The currency. Paystack supports ``"NGN"`` and ``"GHS"``.
        :param reference: Your unique reference: letters, digits, ``-``, ``.`` and ``=``. Paystack rejects one that
            already exists.
        :param at_least: The minimum to charge, in the subunit.
        :returns: The outcome. It is paid if ``status`` is ``"success"``; ``amount`` is the amount that was charged.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.DuplicateReferenceError: If the reference already exists. This call was not
            processed.
        :raises paystackease.errors.OutcomeUnknownError: If the outcome is unknown, even after the reference was
            verified.
        """
        ...

    @endpoint("GET", "/transaction", pages="both", rules=(validate_date_order,))
    def list_transactions(
        self,
        per_page: PerPage | None = None,  # the reference's spelling; the OpenAPI file has per_page
        page: Page | None = None,
        customer: Id | None = None,
        terminal_id: Annotated[Code, WireName("terminalid")] | None = None,  # terminal_id in the OpenAPI file
        amount: Amount | None = None,
        status: TransactionStatusValue | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
        customer_code: Code | None = None,  # from the OpenAPI file; the reference has `customer`
        source: Code | None = None,
        channel: ChannelValue | None = None,
        settlement: Id | None = None,
        virtual_account_number: Code | None = None,
        subaccount_code: Code | None = None,
        split_code: Code | None = None,
    ) -> Response[list[Transaction]]:
        """List transactions, newest first.

        ``client.iterate(...)`` reads all pages. Paystack's page: https://paystack.com/docs/api/transaction/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param customer: Only those of the customer with this ``id``, a number.
        :param terminal_id: Only those of this terminal, sent as ``terminalid``.
        :param amount: Only those of this amount, in the subunit of the currency.
        :param status: Only those with this status: ``"success"``, ``"failed"``, ``"abandoned"`` or ``"reversed"``.
        :param from_date: Only transactions at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only transactions up to this date (23:59:59.999 UTC) or datetime.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :param customer_code: Only those of the customer with this code, ``CUS_…``.
        :param source: Only those from this source: ``"merchantApi"``, ``"checkout"``, ``"pos"`` or
            ``"virtualTerminal"``.
        :param channel: Only those paid through this channel: ``"card"``, ``"pos"``, ``"bank"``, ``"dedicated_nuban"``,
            ``"ussd"`` or ``"bank_transfer"``.
        :param settlement: Only those of the settlement with this ``id``, a number.
        :param virtual_account_number: Only those paid to this virtual account, its number as text.
        :param subaccount_code: Only those of this subaccount, ``ACCT_…``.
        :param split_code: Only those split by this split, ``SPL_…``.
        :returns: A page of transactions. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transaction/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_transaction(self, reference: Code) -> Response[VerifiedTransaction]:
        """Fetch the outcome of a transaction.

        It is paid if ``data["status"]`` is ``"success"``, and if ``data["amount"]`` and ``data["currency"]`` are those
        of your order. A response alone does not mean that it was paid.

        Paystack's page: https://paystack.com/docs/api/transaction/#verify

        :param reference: The transaction's reference.
        :returns: The transaction.
        :raises paystackease.errors.InvalidArgumentError: If the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such transaction (``code`` is
            ``"transaction_not_found"``; in the OpenAPI file it is 404, a NotFoundError).
        """
        ...

    @endpoint("GET", "/transaction/{id}", identifiers={"id": ("id",)})
    def fetch_transaction(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[FetchedTransaction]:
        """Fetch a transaction by its ``id``. To fetch it by its reference, use :meth:`verify_transaction`.

        Paystack's page: https://paystack.com/docs/api/transaction/#fetch

        :param transaction_id: The transaction's ``id``, a number.
        :returns: The transaction.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such transaction.
        """
        ...

    @endpoint("GET", "/transaction/timeline/{id_or_reference}")
    def transaction_timeline(self, id_or_reference: IdOrCode) -> Response[Timeline]:
        """Fetch the actions of the customer during a payment.

        Paystack's page: https://paystack.com/docs/api/transaction/#view-timeline

        :param id_or_reference: The transaction's ``id``, a number, or its reference.
        :returns: The actions, with their times in seconds.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such transaction.
        """
        ...

    @endpoint("GET", "/transaction/totals", rules=(validate_date_order,))
    def transaction_totals(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
    ) -> Response[TransactionTotals]:
        """Fetch the total amount of transactions, by currency.

        Paystack's page: https://paystack.com/docs/api/transaction/#totals

        :param per_page: Documented, but the response has no pages.
        :param page: As for ``per_page``.
        :param from_date: Only transactions at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only transactions up to this date (23:59:59.999 UTC) or datetime.
        :returns: The number of transactions, their total, and the amount of pending payouts, in subunits.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        """
        ...

    # A GET that makes a file. A retry makes a second file, and notifies nobody.
    @endpoint("GET", "/transaction/export", rules=(validate_date_order,))
    def export_transactions(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        customer: Id | None = None,
        currency: CurrencyValue | None = None,
        amount: Amount | None = None,
        status: ExportStatusValue | None = None,
        settled: bool | None = None,
        settlement: Id | None = None,
        payment_page: Id | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        subaccount_code: Code | None = None,
    ) -> Response[TransactionExport]:
        """Export transactions to a CSV file, and return its URL, which expires after about a minute.

        Paystack's page: https://paystack.com/docs/api/transaction/#export

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param customer: Only those of the customer with this ``id``, a number.
        :param currency: Only those in this currency.
        :param amount: Only those of this amount, in the subunit of the currency.
        :param status: Only those with this status, such as ``"success"``; ``"all"`` for every status.
        :param settled: True for settled ones, False for others. If omitted, both.
        :param settlement: Only those of the settlement with this ``id``, a number.
        :param payment_page: Only those of the payment page with this ``id``, a number.
        :param from_date: Only transactions at or after this date (00:00 UTC) or datetime (UTC if it has no time zone).
        :param to_date: Only transactions up to this date (23:59:59.999 UTC) or datetime.
        :param subaccount_code: Only those of this subaccount, ``ACCT_…``.
        :returns: The file's ``path``, a URL, and when it expires.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid, or ``from_date`` comes after
            ``to_date``. Nothing was sent.
        """
        ...

    # Never retried: it is not documented whether the bank puts the amount on hold.
    @endpoint("POST", "/transaction/check_authorization", documented=False)
    def check_authorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        currency: CurrencyValue | None = None,
    ) -> Response[dict[str, object]]:
        """Check whether a saved card has enough funds for an amount. Nothing is charged.

        Paystack no longer documents this, and supported it for some Visa and Mastercard cards only. The content of
        ``data`` is not documented.

        :param email: The e-mail address of the authorization's customer.
        :param amount: The amount, in the subunit of the currency.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param currency: The currency, such as ``"NGN"``.
        :returns: A response if there are enough funds.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there are not enough funds, or if the card does not support
            the check.
        """
        ...

    @endpoint("GET", "/transaction/{id}/event", documented=False)
    def transaction_event(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[dict[str, object]]:
        """Fetch the events of a transaction.

        Paystack does not document this endpoint, but its own libraries have it. The content of ``data`` is not
        documented.

        :param transaction_id: The transaction's ``id``, a number.
        :returns: The data that Paystack has.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such transaction.
        """
        ...

    @endpoint("GET", "/transaction/{id}/session", documented=False)
    def transaction_session(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[dict[str, object]]:
        """Fetch the session in which a transaction was paid.

        Paystack does not document this endpoint, but its own libraries have it. The content of ``data`` is not
        documented.

        :param transaction_id: The transaction's ``id``, a number.
        :returns: The data that Paystack has.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such transaction.
        """
        ...


class TransactionClientAPI(PayStackBaseClientAPI, Transactions):
    """The Transactions API: take payments, charge saved authorizations, and fetch their outcome."""
