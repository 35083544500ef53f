"""Dedicated virtual accounts: https://paystack.com/docs/api/dedicated-virtual-account/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code, EmailAddress, Id, IdOrCode, Page, PerPage, WireName, require_one_of
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

    # Whether a second call gives the same account or another one, Paystack does not say: it is never repeated.
    # metadata: in the community's OpenAPI file alone; answers have the key. That Paystack takes it is an assumption.
    # The list filters by the customer's id alone, and the customer may have been given by code: all of it is asked for.
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
        """Give a customer an account number to pay into.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#create

        :param customer_id_or_code: The customer's ``id`` or code (``CUS_…``). The customer needs a first name, a last
            name and a phone number; what is missing can be given here.
        :param preferred_bank: The bank's slug, from :meth:`fetch_bank_providers`, or a member of
            :class:`~paystackease.helpers.tool_kit.DVABank`. In test mode ``"test-bank"``.
        :param subaccount: The subaccount that shares what is paid into it, ``ACCT_…``.
        :param split_code: The split that shares what is paid into it, ``SPL_…``.
        :param first_name: The customer's first name.
        :param last_name: The customer's last name.
        :param phone: The customer's phone number, as text.
        :param metadata: Anything of yours to keep with the account, as a dict. Paystack's page does not list it.
        :returns: The account, with its ``account_number``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.PermissionDeniedError: Where the business may not have such accounts.
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
        middle_name: str | None = None,  # in the samples of the guide and the reference, in no list of parameters
    ) -> Response[None]:
        """Create a customer, check who it is, and give it an account number, in one call. The result comes later, as a
        webhook: ``dedicatedaccount.assign.success`` or ``dedicatedaccount.assign.failed``.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#assign

        :param email: The customer's e-mail address.
        :param first_name: The first name, as the bank knows it.
        :param last_name: The last name, as the bank knows it.
        :param phone: The phone number, as text.
        :param preferred_bank: The bank's slug, from :meth:`fetch_bank_providers`, or a member of
            :class:`~paystackease.helpers.tool_kit.DVABank`. In test mode ``"test-bank"``.
        :param country: Two letters: ``"NG"`` or ``"GH"``.
        :param account_number: The number of the customer's own account, as text. It, ``bvn`` and ``bank_code`` are
            asked of some kinds of Nigerian business.
        :param bvn: The customer's bank verification number, as text. Nigeria only.
        :param bank_code: The code of the customer's own bank as text, from ``list_banks``.
        :param subaccount: The subaccount that shares what is paid into it, ``ACCT_…``.
        :param split_code: The split that shares what is paid into it, ``SPL_…``.
        :param middle_name: The middle name.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        :raises paystackease.errors.PermissionDeniedError: Where the business may not have such accounts.
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
        """List the accounts of the customers. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#list

        :param active: Only those that are active, or only those that are not.
        :param currency: Only those in this currency: ``"NGN"`` or ``"GHS"``.
        :param provider_slug: Only those at this bank, by its slug, such as ``"wema-bank"``.
        :param bank_id: Only those at this bank, by its id. As text where zeros stand in front.
        :param customer_id: Only those of this customer, by its ``id``.
        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param page: Which page, 1 or more.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next`` instead of page numbers.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of accounts, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
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
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such account.
        """
        ...

    # Paystack processes one requery of an account in ten minutes (its guide to these accounts), so that after an
    # unclear outcome a second one would be refused though the first was taken.
    # The query: the sample of Paystack's page and its guide. The page's heading says /requery/:account_number.
    # Whether it was asked for cannot be seen; what it was to find can.
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
        date_transfer: Annotated[dt.date, WireName("date")] | None = None,
    ) -> Response[None]:
        """Have Paystack look for a transfer that has not shown up. What it finds comes as a webhook,
        ``charge.success``. Paystack does it once in ten minutes for an account; it is never repeated by itself.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#requery

        :param account_number: The number of the virtual account, as text.
        :param provider_slug: The slug of its bank, such as ``"wema-bank"``.
        :param date_transfer: The day of the transfer, a ``datetime.date``, sent as ``date``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    @endpoint("DELETE", "/dedicated_account/{id}")
    def deactivate_dedicated_account(
        self, dedicated_account_id: Annotated[Id, WireName("id")]
    ) -> Response[DeactivatedDedicatedAccount]:
        """Take an account away from its customer.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#deactivate

        :param dedicated_account_id: The account's ``id``, a number.
        :returns: The account, assigned to nobody.
        :raises paystackease.errors.InvalidArgumentError: Where the id is not a number above 0. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such account.
        """
        ...

    # The guide and the OpenAPI file want account_number. Paystack's page lists customer and preferred_bank instead, as
    # version 1 sent; its sample calls POST /dedicated_account. Both are taken, and what is given is sent.
    # The split that an account has is replaced (the guide), so a second time changes nothing.
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
        """Share what is paid into an account with a subaccount or a split, instead of the one that it has.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#add-split

        Give the ``account_number``: that is what Paystack's guide sends. Its reference says ``customer`` instead.

        :param customer_id_or_code: The customer's ``id`` or code, sent as ``customer``.
        :param subaccount: The subaccount, ``ACCT_…``.
        :param split_code: The split, ``SPL_…``. It or ``subaccount`` must be given.
        :param preferred_bank: The slug of the account's bank, beside a customer.
        :param account_number: The number of the virtual account, as text. It or ``customer_id_or_code`` must be given.
        :returns: The account, with its ``split_config``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    @endpoint("DELETE", "/dedicated_account/split", text_status=True)
    def remove_split_dedicated_account(self, account_number: Code) -> Response[UnsplitDedicatedAccount]:
        """Stop sharing what is paid into an account.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#remove-split

        :param account_number: The number of the virtual account, as text.
        :returns: The account, without a split. Paystack's ``status`` beside it is ``"success"`` instead of true.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or not text. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where Paystack does not accept it.
        """
        ...

    @endpoint("GET", "/dedicated_account/available_providers")
    def fetch_bank_providers(self) -> Response[list[AccountProvider]]:
        """List the banks that give such accounts.

        Paystack's page: https://paystack.com/docs/api/dedicated-virtual-account/#providers

        :returns: The banks, in one page; the other calls take their ``provider_slug``.
        """
        ...


class DedicatedVirtualAccountClientAPI(PayStackBaseClientAPI, DedicatedVirtualAccounts):
    """The Dedicated Virtual Accounts API: give customers account numbers to pay into."""
