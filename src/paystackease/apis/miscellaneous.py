"""Banks, countries and states: https://paystack.com/docs/api/miscellaneous/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated

from paystackease._core.endpoint import endpoint
from paystackease._core.validation import Code, Page, PerPage, WireName
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import Channels, CurrencyValue, GateWayValue, RecipientTypeValue
from paystackease.response import Response
from paystackease.types.miscellaneous import Bank, Country, State


class Miscellaneous:
    """The endpoints of the Miscellaneous API."""

    # page is in the OpenAPI file; the docs have only cursors.
    @endpoint("GET", "/bank", pages="both")
    def list_banks(
        self,
        country: Code | None = None,
        use_cursor: bool | None = None,
        per_page: PerPage | None = None,
        pay_with_bank_transfer: bool | None = None,
        pay_with_bank: bool | None = None,
        enabled_for_verification: bool | None = None,
        next_cursor: Annotated[str, WireName("next")] | None = None,
        previous_cursor: Annotated[str, WireName("previous")] | None = None,
        gateway: GateWayValue | None = None,
        # ghipss is the docs' spelling; the OpenAPI file has ghipps. Version 1 accepted a member of Channels.
        channel_type: Annotated[Channels | RecipientTypeValue, WireName("type")] | None = None,
        currency: CurrencyValue | None = None,
        *,
        page: Page | None = None,
        include_nip_sort_code: bool | None = None,
    ) -> Response[list[Bank]]:
        """List banks and their codes.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/miscellaneous/#bank

        :param country: Only banks of this country: ``"ghana"``, ``"kenya"``, ``"nigeria"`` or ``"south africa"``.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next``.
        :param per_page: The number of items on a page, from 1 to 100. Paystack's default is 50.
        :param pay_with_bank_transfer: Only banks that support payment by bank transfer.
        :param pay_with_bank: Only banks that support direct payment.
        :param enabled_for_verification: Only South African banks that ``validate_account`` supports. Pass the country
            or the currency too.
        :param next_cursor: The cursor of the next page, ``next`` in ``meta``.
        :param previous_cursor: The cursor of the previous page, ``previous`` in ``meta``.
        :param gateway: Only Nigerian banks with this gateway: ``"emandate"`` or ``"digitalbankmandate"``, or a member
            of :class:`~paystackease.helpers.tool_kit.GateWay`.
        :param channel_type: Only institutions of this kind, sent as ``type``: ``"nuban"``, ``"ghipss"``,
            ``"mobile_money"``, ``"kepss"`` or ``"basa"``.
        :param currency: Only banks with this currency: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param page: The page number, 1 or more.
        :param include_nip_sort_code: Whether to include the codes of Nigerian banks in NIP, the interbank transfer
            system.
        :returns: A page of banks. Their ``code`` identifies them in other calls. Some responses have no ``meta``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        """
        ...

    @endpoint("GET", "/country")
    def list_countries(self) -> Response[list[Country]]:
        """List the countries that Paystack supports.

        Paystack's page: https://paystack.com/docs/api/miscellaneous/#country

        :returns: The countries.
        """
        ...

    @endpoint("GET", "/address_verification/states")
    def list_states(self, country: Code) -> Response[list[State]]:
        """List the states of a country, for cards that require an address.

        Paystack's page: https://paystack.com/docs/api/miscellaneous/#avs-states

        :param country: The two-letter country code, ``country_code`` of the charge.
        :returns: The states.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        """
        ...


class MiscellaneousClientAPI(PayStackBaseClientAPI, Miscellaneous):
    """The Miscellaneous API: banks, countries and states."""
