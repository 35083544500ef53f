"""Virtual terminals: https://paystack.com/docs/api/virtual-terminal/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code, JSONString, Page, PerPage
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import CurrencyValue
from paystackease.response import Response
from paystackease.types.transaction_splits import Split
from paystackease.types.virtual_terminal import (
    AssignedDestination,
    FetchedVirtualTerminal,
    NewVirtualTerminal,
    VirtualTerminal,
)


class Destination(TypedDict):
    """A recipient of payment notifications."""

    target: Code
    """A WhatsApp number as text, with the country's code: ``"+27639022319"``."""
    name: NotRequired[str]
    """The name of the number's owner."""


class CustomField(TypedDict):
    """A custom field of the page."""

    display_name: Code
    """The label on the page."""
    variable_name: Code
    """The name in your code."""


class VirtualTerminals:
    """The endpoints of the Virtual Terminal API."""

    # metadata is sent as text: the docs say "stringified JSON object", the OpenAPI file an object. The docs mark it,
    # currency and custom_fields as required arrays; their own request sends none of the three. split_code is only in
    # the OpenAPI file.
    @endpoint("POST", "/virtual_terminal", verify_path="/virtual_terminal", data_keys=("code",))
    def create_virtual_terminal(
        self,
        name: Code,
        destinations: Sequence[Destination],
        metadata: Annotated[Mapping[str, object], JSONString()] | None = None,
        currency: CurrencyValue | None = None,
        custom_fields: Sequence[CustomField] | None = None,
        split_code: Code | None = None,
    ) -> Response[NewVirtualTerminal]:
        """Create a virtual terminal: a page for payments in person, without a device.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#create

        :param name: The name.
        :param destinations: The recipients of payment notifications, a list of ``{"target": …, "name": …}``. A target
            is a WhatsApp number as text, with the country code.
        :param metadata: Your own data to store with it, as a dict. It is sent as text that holds JSON.
        :param currency: The currency of its payments, such as ``"ZAR"``. Paystack's default is the integration's.
        :param custom_fields: The custom fields of the page, a list of ``{"display_name": …, "variable_name": …}``.
        :param split_code: The group that shares its payments, ``SPL_…``.
        :returns: The virtual terminal; its ``code`` identifies it in other calls. A second call makes a second one.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If Paystack rejects the call.
        """
        ...

    # The docs and the sample's meta have a cursor; page is only in the OpenAPI file. The docs mark status as required,
    # but their own request does not send it.
    @endpoint("GET", "/virtual_terminal", pages="cursor")
    def list_virtual_terminals(
        self,
        per_page: PerPage | None = None,
        page: Page | None = None,
        *,
        status: Literal["active", "inactive"] | None = None,
        search: Code | None = None,
        next: str | None = None,  # noqa: A002 # Paystack's name
        previous: str | None = None,
    ) -> Response[list[VirtualTerminal]]:
        """List virtual terminals.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param page: The page number, 1 or more. Only in Paystack's OpenAPI file; its documentation has a cursor.
        :param status: Only those that are ``"active"`` or ``"inactive"``.
        :param search: Only those that contain this text.
        :param next: The cursor of the next page, from ``meta``.
        :param previous: The cursor of the previous page, from ``meta``.
        :returns: A page of virtual terminals. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` or ``page`` is below 1, or ``status`` is
            another. Nothing was sent.
        """
        ...

    @endpoint("GET", "/virtual_terminal/{code}")
    def fetch_virtual_terminal(self, code: Code) -> Response[FetchedVirtualTerminal]:
        """Fetch a virtual terminal, with the recipients of its notifications.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#fetch

        :param code: The virtual terminal's code, ``VT_…``.
        :returns: The virtual terminal.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such virtual terminal.
        """
        ...

    # The response is that of the OpenAPI file: Paystack publishes no sample of a success.
    @endpoint("PUT", "/virtual_terminal/{code}")
    def update_virtual_terminal(self, code: Code, name: Code) -> Response[FetchedVirtualTerminal]:
        """Change the name of a virtual terminal.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#update

        :param code: The virtual terminal's code, ``VT_…``.
        :param name: The new name.
        :returns: The updated virtual terminal.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If the integration has no such virtual terminal.
        """
        ...

    @endpoint("PUT", "/virtual_terminal/{code}/deactivate")
    def deactivate_virtual_terminal(self, code: Code) -> Response[None]:
        """Put a virtual terminal out of use.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#deactivate

        :param code: The virtual terminal's code, ``VT_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the code is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such virtual terminal.
        """
        ...

    @endpoint("POST", "/virtual_terminal/{code}/destination/assign", verify_path="/virtual_terminal/{code}")
    def assign_destination(
        self, code: Code, destinations: Sequence[Destination]
    ) -> Response[list[AssignedDestination]]:
        """Add recipients of payment notifications to a virtual terminal.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#assign-destination

        :param code: The virtual terminal's code, ``VT_…``.
        :param destinations: The recipients, a list of ``{"target": …, "name": …}``. A target is a WhatsApp number as
            text, with the country code.
        :returns: The recipients that were added.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such virtual terminal.
        """
        ...

    # Adding the same numbers again changes nothing.
    @endpoint("POST", "/virtual_terminal/{code}/destination/unassign", retry_safety=RetrySafety.ALWAYS)
    def unassign_destination(self, code: Code, targets: Sequence[Code]) -> Response[None]:
        """Remove recipients of payment notifications from a virtual terminal.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#unassign-destination

        :param code: The virtual terminal's code, ``VT_…``.
        :param targets: Their WhatsApp numbers, a list of text.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such virtual terminal.
        """
        ...

    @endpoint("PUT", "/virtual_terminal/{code}/split_code")
    def add_split_code(self, code: Code, split_code: Code) -> Response[Split]:
        """Have a split group share the payments of a virtual terminal.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#add-split

        :param code: The virtual terminal's code, ``VT_…``.
        :param split_code: The group's code, ``SPL_…``.
        :returns: The group.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such virtual terminal or group.
        """
        ...

    # Removing again changes nothing, but returns 400. The response of a success is that of the OpenAPI file: Paystack
    # publishes no sample of one.
    @endpoint("DELETE", "/virtual_terminal/{code}/split_code")
    def remove_split_code(self, code: Code, split_code: Code) -> Response[None]:
        """Have a split group no longer share the payments of a virtual terminal.

        Paystack's page: https://paystack.com/docs/api/virtual-terminal/#remove-split

        :param code: The virtual terminal's code, ``VT_…``.
        :param split_code: The group's code, ``SPL_…``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If the group does not share them, or no longer.
        """
        ...


class VirtualTerminalClientAPI(PayStackBaseClientAPI, VirtualTerminals):
    """The Virtual Terminal API: create and manage pages for payments in person, without a device."""
