"""Banks, countries and states: https://paystack.com/docs/api/miscellaneous/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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

    # page: the OpenAPI file has it; the docs have cursors alone.
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
        # ghipss: the docs' spelling; the OpenAPI file says ghipps. Version 1 took a member of Channels.
        channel_type: Annotated[Channels | RecipientTypeValue, WireName("type")] | None = None,
        currency: CurrencyValue | None = None,
        *,
        page: Page | None = None,
        include_nip_sort_code: bool | None = None,
    ) -> Response[list[Bank]]:
        """List banks and their codes. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/miscellaneous/#bank

        :param country: Only banks of this country: ``"ghana"``, ``"kenya"``, ``"nigeria"`` or ``"south africa"``.
        :param use_cursor: Whether to page by cursor: ``meta`` then holds ``next``.
        :param per_page: How many on a page, from 1 to 100. Paystack's default is 50.
        :param pay_with_bank_transfer: Only banks that a payment can be transferred to.
        :param pay_with_bank: Only banks that can be paid from directly.
        :param enabled_for_verification: Only South African banks that take part in ``validate_account``. Give the
            country or the currency with it.
        :param next_cursor: The cursor of the next page, ``next`` in ``meta``.
        :param previous_cursor: The cursor of the previous page, ``previous`` in ``meta``.
        :param gateway: Only Nigerian banks with this gateway: ``"emandate"`` or ``"digitalbankmandate"``, or a member
            of :class:`~paystackease.helpers.tool_kit.GateWay`.
        :param channel_type: Only institutions of this kind, sent as ``type``: ``"nuban"``, ``"ghipss"``,
            ``"mobile_money"``, ``"kepss"`` or ``"basa"``.
        :param currency: Only banks with this currency: three letters, or a member of
            :class:`~paystackease.helpers.tool_kit.Currency`.
        :param page: Which page, 1 or more.
        :param include_nip_sort_code: Whether Nigerian banks come with their code in NIP, the system of transfers
            between banks.
        :returns: A page of banks; their ``code`` is what other calls take. Some answers have no ``meta``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        """
        ...

    @endpoint("GET", "/country")
    def list_countries(self) -> Response[list[Country]]:
        """List the countries that Paystack works in.

        Paystack's page: https://paystack.com/docs/api/miscellaneous/#country

        :returns: The countries.
        """
        ...

    @endpoint("GET", "/address_verification/states")
    def list_states(self, country: Code) -> Response[list[State]]:
        """List the states of a country, for charges whose card wants an address.

        Paystack's page: https://paystack.com/docs/api/miscellaneous/#avs-states

        :param country: The two letters of the country, which the charge gives as ``country_code``.
        :returns: The states.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        """
        ...


class MiscellaneousClientAPI(PayStackBaseClientAPI, Miscellaneous):
    """The Miscellaneous API: banks, countries and states."""
