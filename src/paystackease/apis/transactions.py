"""Transactions: https://paystack.com/docs/api/transaction/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NotRequired, TypedDict

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
    ToDate,
    WireName,
    validate_date_order,
)
from paystackease.apis.transaction_splits import Share
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import (
    BearerTypeValue,
    BearerValue,
    ChannelValue,
    CurrencyValue,
    SplitTypeValue,
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


class DynamicSplit(TypedDict):
    """A split for this one payment."""

    # `name` and `currency` are required in the OpenAPI file; the sample of Paystack's guide sends neither. `reference`
    # is in neither of the two (an assumption).
    type: SplitTypeValue
    """``"percentage"`` or ``"flat"``."""
    subaccounts: Sequence[Share]
    bearer_type: NotRequired[BearerTypeValue]
    """Who pays Paystack's fee: ``"account"``, ``"subaccount"``, ``"all"`` or ``"all-proportional"``."""
    bearer_subaccount: NotRequired[Code]
    """With ``"subaccount"``: which, ``ACCT_…``."""
    name: NotRequired[str]
    currency: NotRequired[CurrencyValue]
    reference: NotRequired[Code]


# Metadata goes out as a JSON object, as in every sample request of Paystack's (cancel_action and custom_filters for
# initialize, cancel_action for charge_authorization) and as version 1 sent it. Paystack's reference calls it
# "stringified JSON" for both, and the OpenAPI file for charge_authorization, so text is taken too and sent as it is.


class Transactions:
    """The endpoints of the Transactions API."""

    @endpoint("POST", "/transaction/initialize", idempotency=CHECKOUT)
    def initialize(
        self,
        email: EmailAddress,
        amount: Amount,
        currency: CurrencyValue | None = None,
        reference: Code | None = None,
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
        """Prepare a payment and get the page where the customer makes it. Nothing is charged yet.

        Paystack's page: https://paystack.com/docs/api/transaction/#initialize

        :param email: The customer's e-mail address.
        :param amount: How much, in the subunit of the currency. A plan's amount comes before it.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param reference: Your reference, used only once: letters, digits, ``-``, ``.`` and ``=``. Paystack refuses one
            that it knows.
        :param callback_url: Where the customer goes afterwards, in place of the URL set in the dashboard.
        :param plan: ``PLN_…``, to subscribe the customer to that plan.
        :param invoice_limit: How many times to charge for the plan; that 0 is without end is an assumption.
        :param channels: The ways to pay to choose from, such as ``["card", "bank_transfer"]``.
        :param split_code: ``SPL_…``, to split the payment.
        :param subaccount: ``ACCT_…``, the subaccount that the payment is for.
        :param transaction_charge: What of it goes to your main account, in the subunit, in place of the subaccount's
            percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :param metadata: Anything of yours to keep with the transaction, as a dict, or as text that holds JSON.
        :param split: A split for this payment alone, ``{"type": "flat", "subaccounts": [{"subaccount": …,
            "share": …}]}``. See :class:`DynamicSplit`.
        :param label: What the page shows in place of the e-mail address.
        :returns: The ``authorization_url`` to send the customer to, and the ``reference``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it, such as a reference that
            was used before (``code`` is then ``"duplicate_reference"``).
        """
        ...

    @endpoint("POST", "/transaction/charge_authorization", moves_money=True, idempotency=TRANSACTION)
    def charge_authorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        reference: Code | None = None,
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
        callback_url: Code | None = None,  # in the guide to recurring charges alone, for two-factor authentication
    ) -> Response[ChargedAuthorization | PausedCharge]:
        """Charge a card or account that was saved. It moves money.

        It is paid where ``data["status"]`` is ``"success"``. Some customers have to confirm it first:
        ``"paused" in data`` then, and ``data["authorization_url"]`` is where to send them.

        Paystack's page: https://paystack.com/docs/api/transaction/#charge-authorization

        :param email: The e-mail address of the customer whose authorization it is.
        :param amount: How much, in the subunit of the currency.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param reference: Your reference, used only once: letters, digits, ``-``, ``.`` and ``=``. Paystack refuses one
            that it knows.
        :param currency: The currency, such as ``"GHS"``. Paystack's default is your integration's.
        :param channels: ``["card"]``, ``["bank"]`` or both.
        :param subaccount: ``ACCT_…``, the subaccount that the payment is for.
        :param transaction_charge: What to charge the subaccount, in the subunit, in place of its percentage.
        :param bearer: Who pays Paystack's fee, ``"account"`` or ``"subaccount"``. Paystack's default is ``"account"``.
        :param queue: Whether to charge later, in Paystack's queue, as is good for many at once.
        :param metadata: Anything of yours to keep with the transaction, as a dict, or as text that holds JSON.
        :param split_code: ``SPL_…``, to split the payment.
        :param split: A split for this payment alone. See :class:`DynamicSplit`.
        :param callback_url: Where a customer who has to confirm it goes afterwards.
        :returns: What became of it. That there is an answer does not mean that it is paid.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.DuplicateReferenceError: Where the reference was used before. This call did nothing.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the reference.
        """
        ...

    @endpoint("POST", "/transaction/partial_debit", moves_money=True, idempotency=PARTIAL_DEBIT)
    def partial_debit(
        self,
        email: EmailAddress,
        authorization_code: Code,
        amount: Amount,
        currency: CurrencyValue,
        reference: Code | None = None,
        at_least: Amount | None = None,  # a number as in version 1 and bulk charges; the reference says text, of both
    ) -> Response[PartialDebit]:
        """Charge a saved card or account as much of an amount as there is. It moves money.

        Paystack's page: https://paystack.com/docs/api/transaction/#partial-debit

        :param email: The e-mail address of the customer whose authorization it is.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param amount: The most to take, in the subunit of the currency.
        :param currency: The currency. Paystack does this for ``"NGN"`` and ``"GHS"``.
        :param reference: Your reference, used only once: letters, digits, ``-``, ``.`` and ``=``. Paystack refuses one
            that it knows.
        :param at_least: The least to take, in the subunit.
        :returns: What became of it: paid where ``status`` is ``"success"``, and ``amount`` says how much.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.DuplicateReferenceError: Where the reference was used before. This call did nothing.
        :raises paystackease.errors.OutcomeUnknownError: Where nobody knows whether it was done, even after asking by
            the reference.
        """
        ...

    @endpoint("GET", "/transaction", pages="both", rules=(validate_date_order,))
    def list_transactions(
        self,
        per_page: PerPage | None = None,  # perPage: the reference's spelling; the OpenAPI file says per_page
        page: Page | None = None,
        customer: Id | None = None,
        terminal_id: Annotated[Code, WireName("terminalid")]
        | None = None,  # the reference; terminal_id in the OpenAPI file
        amount: Amount | None = None,
        status: TransactionStatusValue | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
        customer_code: Code | None = None,  # the OpenAPI file's, where the reference has `customer`
        source: Code | None = None,
        channel: ChannelValue | None = None,
        settlement: Id | None = None,
        virtual_account_number: Code | None = None,
        subaccount_code: Code | None = None,
        split_code: Code | None = None,
    ) -> Response[list[Transaction]]:
        """List transactions, the newest first. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/transaction/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param customer: Only those of the customer with this ``id``, a number.
        :param terminal_id: Only those of this terminal, sent as ``terminalid``.
        :param amount: Only those of this amount, in the subunit of the currency.
        :param status: Only those with this status: ``"success"``, ``"failed"``, ``"abandoned"`` or ``"reversed"``.
        :param from_date: Only transactions at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only transactions up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :param customer_code: Only those of the customer with this code, ``CUS_…``.
        :param source: Only those that came this way: ``"merchantApi"``, ``"checkout"``, ``"pos"`` or
            ``"virtualTerminal"``.
        :param channel: Only those paid this way: ``"card"``, ``"pos"``, ``"bank"``, ``"dedicated_nuban"``, ``"ussd"``
            or ``"bank_transfer"``.
        :param settlement: Only those of the settlement with this ``id``, a number.
        :param virtual_account_number: Only those paid to this virtual account, its number as text.
        :param subaccount_code: Only those of this subaccount, ``ACCT_…``.
        :param split_code: Only those split by this split, ``SPL_…``.
        :returns: A page of transactions, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/transaction/verify/{reference}", identifiers={"reference": ("reference",)})
    def verify_transaction(self, reference: Code) -> Response[VerifiedTransaction]:
        """See what became of a transaction.

        It is paid where ``data["status"]`` is ``"success"`` and ``data["amount"]`` is what you asked for, in your
        ``data["currency"]``. That there is an answer says none of this.

        Paystack's page: https://paystack.com/docs/api/transaction/#verify

        :param reference: The transaction's reference.
        :returns: The transaction.
        :raises paystackease.errors.InvalidArgumentError: Where the reference is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such transaction (``code`` is
            ``"transaction_not_found"``; the OpenAPI file has it a 404, a NotFoundError).
        """
        ...

    @endpoint("GET", "/transaction/{id}", identifiers={"id": ("id",)})
    def fetch_transaction(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[FetchedTransaction]:
        """Fetch a transaction by its ``id``. By its reference, :meth:`verify_transaction` does.

        Paystack's page: https://paystack.com/docs/api/transaction/#fetch

        :param transaction_id: The transaction's ``id``, a number.
        :returns: The transaction.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such transaction.
        """
        ...

    @endpoint("GET", "/transaction/timeline/{id_or_reference}")
    def transaction_timeline(self, id_or_reference: IdOrCode) -> Response[Timeline]:
        """See what the customer did while paying.

        Paystack's page: https://paystack.com/docs/api/transaction/#view-timeline

        :param id_or_reference: The transaction's ``id``, a number, or its reference.
        :returns: The steps, with the seconds at which they were taken.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such transaction.
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
        """Sum up what came in, by currency.

        Paystack's page: https://paystack.com/docs/api/transaction/#totals

        :param per_page: Documented, though the answer has no pages.
        :param page: Documented, likewise.
        :param from_date: Only transactions at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only transactions up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :returns: How many transactions, how much they brought in, and how much is still to be paid out, in subunits.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    # A GET that makes a file, and sends nobody anything: a second time makes a second file.
    @endpoint("GET", "/transaction/export", rules=(validate_date_order,))
    def export_transactions(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        customer: Id | None = None,
        currency: CurrencyValue | None = None,
        amount: Amount | None = None,
        status: TransactionStatusValue | None = None,
        settled: bool | None = None,
        settlement: Id | None = None,
        payment_page: Id | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        subaccount_code: Code | None = None,
    ) -> Response[TransactionExport]:
        """Write transactions to a CSV file and get its address, which works for about a minute.

        Paystack's page: https://paystack.com/docs/api/transaction/#export

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param customer: Only those of the customer with this ``id``, a number.
        :param currency: Only those in this currency.
        :param amount: Only those of this amount, in the subunit of the currency.
        :param status: Only those with this status: ``"success"``, ``"failed"``, ``"abandoned"`` or ``"reversed"``;
            ``"all"`` is every one.
        :param settled: True for those that were settled, False for those that were not. Left out, both.
        :param settlement: Only those of the settlement with this ``id``, a number.
        :param payment_page: Only those of the payment page with this ``id``, a number.
        :param from_date: Only transactions at or after this date or moment. A date alone begins at 00:00 UTC; a moment
            without a time zone is UTC.
        :param to_date: Only transactions up to this date or moment. A date alone ends with its last moment,
            23:59:59.999 UTC.
        :param subaccount_code: Only those of this subaccount, ``ACCT_…``.
        :returns: The file's ``path``, a URL, and until when it works.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    # Not repeated: whether the bank holds money for it is not documented.
    @endpoint("POST", "/transaction/check_authorization", documented=False)
    def check_authorization(
        self,
        email: EmailAddress,
        amount: Amount,
        authorization_code: Code,
        currency: CurrencyValue | None = None,
    ) -> Response[dict[str, object]]:
        """Ask whether there is enough on a saved card for an amount. Nothing is charged.

        Paystack no longer documents this, and answered it for some Visa and Mastercard cards only. What ``data`` holds
        is not documented either.

        :param email: The e-mail address of the customer whose authorization it is.
        :param amount: How much, in the subunit of the currency.
        :param authorization_code: ``AUTH_…``, from a transaction whose authorization is ``reusable``.
        :param currency: The currency, such as ``"NGN"``.
        :returns: An answer where there is enough.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is not enough, or the card cannot be asked.
        """
        ...

    @endpoint("GET", "/transaction/{id}/event", documented=False)
    def transaction_event(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[dict[str, object]]:
        """Fetch the events of a transaction.

        Paystack does not document this; its own libraries know it. What ``data`` holds is not documented either.

        :param transaction_id: The transaction's ``id``, a number.
        :returns: What Paystack has.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such transaction.
        """
        ...

    @endpoint("GET", "/transaction/{id}/session", documented=False)
    def transaction_session(self, transaction_id: Annotated[Id, WireName("id")]) -> Response[dict[str, object]]:
        """Fetch the session in which a transaction was paid.

        Paystack does not document this; its own libraries know it. What ``data`` holds is not documented either.

        :param transaction_id: The transaction's ``id``, a number.
        :returns: What Paystack has.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such transaction.
        """
        ...


class TransactionClientAPI(PayStackBaseClientAPI, Transactions):
    """The Transactions API: take payments, charge saved authorizations, and see what became of them."""
