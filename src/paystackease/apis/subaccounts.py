"""Subaccounts: https://paystack.com/docs/api/subaccount/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import (
    Code,
    EmailAddress,
    FromDate,
    Ge,
    IdOrCode,
    JSONString,
    Page,
    PerPage,
    ToDate,
    validate_date_order,
)
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import SettlementScheduleValue
from paystackease.response import Response
from paystackease.types.subaccounts import FetchedSubaccount, NewSubaccount, Subaccount

Percentage: TypeAlias = Annotated[int | float, Ge(0)]


class Subaccounts:
    """The endpoints of the Subaccounts API."""

    # settlement_bank is the key in the docs' own requests and the OpenAPI file; the docs' list of parameters has
    # bank_code. metadata is sent as text: the docs and the OpenAPI file both say "stringified JSON object".
    @endpoint("POST", "/subaccount", verify_path="/subaccount", data_keys=("subaccount_code",))
    def create_subaccount(
        self,
        business_name: Code,
        settlement_bank: Code,
        account_number: Code,
        percentage_charge: Percentage,
        description: str | None = None,
        primary_contact_email: EmailAddress | None = None,
        primary_contact_name: str | None = None,
        primary_contact_phone: str | None = None,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
    ) -> Response[NewSubaccount]:
        """Create a subaccount: a bank account that receives a share of payments.

        Paystack's page: https://paystack.com/docs/api/subaccount/#create

        :param business_name: The name of the business.
        :param settlement_bank: The bank's code as text, from ``list_banks``.
        :param account_number: The number of the account, as text, because numbers may begin with zeros.
        :param percentage_charge: The percentage of each payment that goes to the main account, such as ``18.2``.
        :param description: The description of the subaccount.
        :param primary_contact_email: The e-mail address of the contact person.
        :param primary_contact_name: The name of the contact person.
        :param primary_contact_phone: The phone number of the contact person, as text.
        :param metadata: Your own data to store with the subaccount, as a dict. It is sent as text that holds JSON.
        :returns: The subaccount (HTTP 201); its ``subaccount_code`` identifies it in other calls. A second call with
            the same account makes a second subaccount.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # Business name, bank and number were required in paystackease 1. The docs mark business_name and description as
    # required, the OpenAPI file nothing. Here all are optional.
    @endpoint("PUT", "/subaccount/{id_or_code}")
    def update_subaccount(
        self,
        id_or_code: IdOrCode,
        business_name: Code | None = None,
        settlement_bank: Code | None = None,
        account_number: Code | None = None,
        active: bool | None = None,
        percentage_charge: Percentage | None = None,
        description: str | None = None,
        primary_contact_email: EmailAddress | None = None,
        primary_contact_name: str | None = None,
        primary_contact_phone: str | None = None,
        settlement_schedule: SettlementScheduleValue | None = None,
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
    ) -> Response[FetchedSubaccount]:
        """Change a subaccount. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/subaccount/#update

        :param id_or_code: The subaccount's ``id``, a number, or code (``ACCT_…``).
        :param business_name: The new name of the business.
        :param settlement_bank: The code of the new bank as text, from ``list_banks``.
        :param account_number: The number of the new account, as text.
        :param active: Whether the subaccount is active.
        :param percentage_charge: The new percentage of each payment that goes to the main account.
        :param description: The new description.
        :param primary_contact_email: The new e-mail address of the contact person.
        :param primary_contact_name: The new name of the contact person.
        :param primary_contact_phone: The new phone number of the contact person, as text.
        :param settlement_schedule: The schedule of payouts: ``"auto"`` (the day after the payment), ``"weekly"``,
            ``"monthly"`` or ``"manual"`` (on request), or a member of
            :class:`~paystackease.helpers.tool_kit.SettlementSchedule`.
        :param metadata: Your own data to store with the subaccount, as a dict. It is sent as text that holds JSON.
        :returns: The updated subaccount.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        :raises paystackease.errors.NotFoundError: If there is no such subaccount.
        """
        ...

    @endpoint("GET", "/subaccount", pages="page", rules=(validate_date_order,))
    def list_subaccounts(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        from_date: FromDate | None = None,
        to_date: ToDate | None = None,
        *,
        active: bool | None = None,
    ) -> Response[list[Subaccount]]:
        """List subaccounts.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/subaccount/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more.
        :param from_date: Only subaccounts created at or after this date (00:00 UTC) or datetime (UTC if it has no time
            zone).
        :param to_date: Only subaccounts created up to this date (23:59:59.999 UTC) or datetime.
        :param active: True for active ones, False for inactive ones. Only in Paystack's OpenAPI file.
        :returns: A page of subaccounts. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``from_date`` comes
            after ``to_date``. Nothing was sent.
        """
        ...

    @endpoint("GET", "/subaccount/{id_or_code}", identifiers={"id_or_code": ("id", "subaccount_code")})
    def fetch_subaccount(self, id_or_code: IdOrCode) -> Response[FetchedSubaccount]:
        """Fetch a subaccount.

        Paystack's page: https://paystack.com/docs/api/subaccount/#fetch

        :param id_or_code: The subaccount's ``id``, a number, or code (``ACCT_…``).
        :returns: The subaccount.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such subaccount.
        """
        ...


class SubAccountClientAPI(PayStackBaseClientAPI, Subaccounts):
    """The Subaccounts API: create and manage the bank accounts that receive a share of payments."""
