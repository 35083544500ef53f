"""Dedicated virtual accounts: https://paystack.com/docs/api/dedicated-virtual-account/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping
from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import (
    Code,
    Date,
    EmailAddress,
    Id,
    IdOrCode,
    Page,
    PerPage,
    WireName,
    require_one_of,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue, DVABankValue
from paystackease.response import Response
from paystackease.types.dedicated_virtual_accounts import (
    AccountProvider,
    DeactivatedDedicatedAccount,
    DedicatedAccount,
    FetchedDedicatedAccount,
    NewDedicatedAccount,
    SplitDedicatedAccount,
    UnsplitDedicatedAccount,
)


class DedicatedVirtualAccounts:
    """The endpoints of the Dedicated Virtual Accounts API."""

    # Never retried: Paystack does not document whether a second call returns the same account. metadata is only in the
    # community's OpenAPI file, and in responses; that Paystack accepts it is an assumption. The list can only be
    # filtered by the customer's id, and the argument may be a code, so the check fetches the whole list.
    @endpoint(
        "POST",
        "/dedicated_account",
        verify_path="/dedicated_account",
        identifiers={"customer": ("customer", "customer.id", "customer.customer_code", "customer.email")},
        data_keys=("account_number",),
    )
    def create_virtual_account(
        self,
        customer_id_or_code: Annotated[IdOrCode, WireName("customer")],
        preferred_bank: DVABankValue | None = None,
        subaccount: Code | None = None,
        split_code: Code | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        phone: str | None = None,
        *,
        metadata: Mapping[str, object] | None = None,
    ) -> Response[NewDedicatedAccount]:
        """Assign a bank account number to a customer.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#create

        :param customer_id_or_code: The customer's ``id`` or code (``CUS_…``). The customer needs a first name, a last
            name and a phone number. Pass those that are missing.
        :param preferred_bank: The bank's slug, from :meth:`fetch_bank_providers`, or a member of
            :class:`~paystackease.helpers.tool_kit.DVABank`. In test mode ``"test-bank"``.
        :param subaccount: The subaccount that receives a share of its payments, ``ACCT_…``.
        :param split_code: The split of its payments, ``SPL_…``.
        :param first_name: The customer's first name.
        :param last_name: The customer's last name.
        :param phone: The customer's phone number, as text.
        :param metadata: Your own data to store with the account, as a dict. Paystack's page does not list it.
        :returns: The account, with its ``account_number``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.PermissionDeniedError: If the feature is not enabled for the business.
        """
        ...

    @endpoint("POST", "/dedicated_account/assign", verify_path="/customer/{email}")
    def assign_dedicated_virtual_account(
        self,
        email: EmailAddress,
        first_name: Code,
        last_name: Code,
        phone: Code,
        preferred_bank: DVABankValue,
        country: Code,
        account_number: Code | None = None,
        bvn: Code | None = None,
        bank_code: Code | None = None,
        subaccount: Code | None = None,
        split_code: Code | None = None,
        *,
        middle_name: str | None = None,  # only in the samples of the guide and the reference
    ) -> Response[None]:
        """Create a customer, check the identity, and assign an account number, in one call. A webhook reports the
        result: ``dedicatedaccount.assign.success`` or ``dedicatedaccount.assign.failed``.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#assign

        :param email: The customer's e-mail address.
        :param first_name: The first name, as at the bank.
        :param last_name: The last name, as at the bank.
        :param phone: The phone number, as text.
        :param preferred_bank: The bank's slug, from :meth:`fetch_bank_providers`, or a member of
            :class:`~paystackease.helpers.tool_kit.DVABank`. In test mode ``"test-bank"``.
        :param country: Two letters: ``"NG"`` or ``"GH"``.
        :param account_number: The number of the customer's own account, as text. It, ``bvn`` and ``bank_code`` are
            required from some kinds of Nigerian businesses.
        :param bvn: The customer's bank verification number, as text. Nigeria only.
        :param bank_code: The code of the customer's own bank as text, from ``list_banks``.
        :param subaccount: The subaccount that receives a share of its payments, ``ACCT_…``.
        :param split_code: The split of its payments, ``SPL_…``.
        :param middle_name: The middle name.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.PermissionDeniedError: If the feature is not enabled for the business.
        """
        ...

    # page and perPage: the OpenAPI file. use_cursor, next and previous: Paystack's page on pagination, which names
    # this list. The page of the list itself has none of them.
    @endpoint("GET", "/dedicated_account", pages="both")
    def list_dedicated_account(
        self,
        active: bool | None = None,
        currency: CurrencyValue | None = None,
        provider_slug: DVABankValue | None = None,
        bank_id: IdOrCode | None = None,
        customer_id: Annotated[IdOrCode | None, WireName("customer")] = None,
        *,
        per_page: PerPage | None = None,
        page: Page | None = None,
        use_cursor: bool | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[DedicatedAccount]]:
        """List the accounts of the customers.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#list

        :param active: True for active ones, False for inactive ones.
        :param currency: Only those in this currency: ``"NGN"`` or ``"GHS"``.
        :param provider_slug: Only those at this bank, by its slug, such as ``"wema-bank"``.
        :param bank_id: Only those at this bank, by its id. Text if it begins with zeros.
        :param customer_id: Only those of this customer, by its ``id``.
        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of accounts. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("GET", "/dedicated_account/{id}")
    def fetch_dedicated_account(
        self, dedicated_account_id: Annotated[Id, WireName("id")]
    ) -> Response[FetchedDedicatedAccount]:
        """Fetch an account.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#fetch

        :param dedicated_account_id: The account's ``id``, a number.
        :returns: The account. Its ``split_config`` is text that holds JSON.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such account.
        """
        ...

    # Paystack processes one requery per account in ten minutes (its guide to these accounts). After an ambiguous
    # outcome, a second one could be rejected although the first was accepted. The query is that of the sample on
    # Paystack's page and of its guide; the page's heading has /requery/:account_number. A requery cannot be verified,
    # but the transfer that it searches for can.
    @endpoint(
        "GET",
        "/dedicated_account/requery",
        retry_safety=RetrySafety.NEVER,
        verify_path="/transaction?virtual_account_number={account_number}",
    )
    def requery_dedicated_account(
        self,
        account_number: Code,
        provider_slug: DVABankValue,
        date_transfer: Annotated[Date, WireName("date")] | None = None,
    ) -> Response[None]:
        """Have Paystack search for a missing transfer. If it finds one, it sends the webhook ``charge.success``.
        Paystack allows one search per account in ten minutes, so the call is never retried.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#requery

        :param account_number: The number of the virtual account, as text.
        :param provider_slug: The slug of its bank, such as ``"wema-bank"``.
        :param date_transfer: The day of the transfer, a ``datetime.date``, sent as ``date``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("DELETE", "/dedicated_account/{id}")
    def deactivate_dedicated_account(
        self, dedicated_account_id: Annotated[Id, WireName("id")]
    ) -> Response[DeactivatedDedicatedAccount]:
        """Deactivate the account of a customer.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#deactivate

        :param dedicated_account_id: The account's ``id``, a number.
        :returns: The account, which is no longer assigned.
        :raises paystackease.errors.InvalidArgumentError: If the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such account.
        """
        ...

    # The guide and the OpenAPI file require account_number. Paystack's page lists customer and preferred_bank instead,
    # as version 1 sent; its sample calls POST /dedicated_account. Both are accepted here. The call replaces the
    # account's split (the guide), so a retry changes nothing.
    @endpoint(
        "POST",
        "/dedicated_account/split",
        retry_safety=RetrySafety.ALWAYS,
        rules=(require_one_of("account_number", "customer_id_or_code"), require_one_of("subaccount", "split_code")),
    )
    def split_dedicated_account(
        self,
        customer_id_or_code: Annotated[IdOrCode | None, WireName("customer")] = None,
        subaccount: Code | None = None,
        split_code: Code | None = None,
        preferred_bank: DVABankValue | None = None,
        *,
        account_number: Code | None = None,
    ) -> Response[SplitDedicatedAccount]:
        """Set the subaccount or split that receives a share of an account's payments. It replaces the present one.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#add-split

        Pass ``account_number``, as in Paystack's guide. Paystack's reference has ``customer`` instead.

        :param customer_id_or_code: The customer's ``id`` or code, sent as ``customer``.
        :param subaccount: The subaccount, ``ACCT_…``.
        :param split_code: The split, ``SPL_…``. Either it or ``subaccount`` is required.
        :param preferred_bank: The slug of the account's bank, together with a customer.
        :param account_number: The number of the virtual account, as text. Either it or ``customer_id_or_code`` is
            required.
        :returns: The account, with its ``split_config``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("DELETE", "/dedicated_account/split", text_status=True)
    def remove_split_dedicated_account(self, account_number: Code) -> Response[UnsplitDedicatedAccount]:
        """Remove the split of an account's payments.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#remove-split

        :param account_number: The number of the virtual account, as text.
        :returns: The account, without a split. Paystack's ``status`` is ``"success"`` instead of true.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    @endpoint("GET", "/dedicated_account/available_providers")
    def fetch_bank_providers(self) -> Response[list[AccountProvider]]:
        """List the banks that provide dedicated virtual accounts.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#providers

        :returns: The banks, in one page. Their ``provider_slug`` identifies them in the other calls.
        """
        ...


class DedicatedVirtualAccountClientAPI(PayStackBaseClientAPI, DedicatedVirtualAccounts):
    """The Dedicated Virtual Accounts API: assign bank account numbers to customers."""
