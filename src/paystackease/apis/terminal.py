"""Terminals: https://paystack.com/docs/api/terminal/

This module does not use ``from __future__ import annotations``: the endpoints read their annotations at import.
"""

from typing import Annotated, NotRequired, TypedDict

from paystackease._core.endpoint import endpoint
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Code, IdOrCode, PerPage, WireName
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers.tool_kit import EventActionValue, EventTypeValue
from paystackease.response import Response
from paystackease.types.terminal import EventStatus, FetchedTerminal, Terminal, TerminalEvent, TerminalStatus


class EventData(TypedDict):
    """The object of a terminal event."""

    id: IdOrCode
    """The ``id`` of the payment request or the transaction: a number, or the same as text."""
    reference: NotRequired[IdOrCode]
    """The ``offline_reference`` of the payment request; a transaction needs none."""


class Terminals:
    """The endpoints of the Terminal API."""

    # Never retried: a second event would start the terminal again.
    @endpoint("POST", "/terminal/{terminal_id}/event")
    def send_event(
        self,
        terminal_id: Code,
        event_type: Annotated[EventTypeValue, WireName("type")],
        terminal_action: Annotated[EventActionValue, WireName("action")],
        data_object: Annotated[EventData, WireName("data")],
    ) -> Response[TerminalEvent]:
        """Send an event to a terminal: to process, view or print a payment.

        Paystack's page: https://paystack.com/docs/api/terminal/#send-event

        :param terminal_id: The terminal's ``terminal_id``.
        :param event_type: The type of object, sent as ``type``: ``"invoice"`` (a payment request) or ``"transaction"``,
            or a member of :class:`~paystackease.helpers.tool_kit.EventType`.
        :param terminal_action: The action, sent as ``action``, or a member of
            :class:`~paystackease.helpers.tool_kit.EventAction`: ``"process"`` or ``"view"`` for an invoice,
            ``"process"`` or ``"print"`` for a transaction.
        :param data_object: Which one, sent as ``data``: ``{"id": …, "reference": …}`` with the ``id`` and the
            ``offline_reference`` of a payment request, ``{"id": …}`` for a transaction.
        :returns: The ``id`` of the event, for :meth:`fetch_event_status`.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such invoice.
        """
        ...

    # Linking again changes nothing, but is rejected because the device is linked already.
    @endpoint("POST", "/terminal/commission_device", retry_safety=RetrySafety.ALWAYS)
    def commission_terminal(self, serial_number: Code) -> Response[None]:
        """Link a debug device to the integration.

        Paystack's page: https://paystack.com/docs/api/terminal/#commission

        :param serial_number: The serial number of the device, as text.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.APIStatusError: If the device is linked already: HTTP 200 with a ``status`` of
            false.
        :raises paystackease.errors.NotFoundError: If there is no such device.
        """
        ...

    # Unlinking again changes nothing. Its response is not documented.
    @endpoint("POST", "/terminal/decommission_device", retry_safety=RetrySafety.ALWAYS)
    def decommission_terminal(self, serial_number: Code) -> Response[None]:
        """Unlink a debug device from the integration.

        Paystack's page: https://paystack.com/docs/api/terminal/#decommission

        :param serial_number: The serial number of the device, as text.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty or not text. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such device.
        """
        ...

    # The docs mark name and address as required, but their own request sends only the address.
    @endpoint("PUT", "/terminal/{terminal_id}")
    def update_terminal(
        self,
        terminal_id: Code,
        terminal_name: Annotated[str, WireName("name")] | None = None,
        terminal_address: Annotated[str, WireName("address")] | None = None,
    ) -> Response[None]:
        """Change the name or the address of a terminal. Arguments that you omit stay unchanged.

        Paystack's page: https://paystack.com/docs/api/terminal/#update

        :param terminal_id: The terminal's ``terminal_id``.
        :param terminal_name: The new name, sent as ``name``.
        :param terminal_address: The new address, sent as ``address``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: If an argument is not valid. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such terminal.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}/event/{event_id}")
    def fetch_event_status(self, terminal_id: Code, event_id: Code) -> Response[EventStatus]:
        """Check whether an event reached its terminal.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch-event-status

        :param terminal_id: The ``terminal_id`` of the terminal that it was sent to.
        :param event_id: The ``id`` from :meth:`send_event`.
        :returns: Whether it was delivered.
        :raises paystackease.errors.InvalidArgumentError: If an argument is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: If there is no such event.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}/presence")
    def fetch_terminal_status(self, terminal_id: Code) -> Response[TerminalStatus]:
        """Check whether a terminal is available for events.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch-terminal-status

        :param terminal_id: The terminal's ``terminal_id``.
        :returns: Whether it is online, and free.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such terminal.
        """
        ...

    # perPage is the docs' spelling; the OpenAPI file has per_page.
    @endpoint("GET", "/terminal", pages="cursor")
    def list_terminals(
        self,
        per_page: PerPage | None = None,
        next_cursor: Annotated[str, WireName("next")] | None = None,
        previous_cursor: Annotated[str, WireName("previous")] | None = None,
    ) -> Response[list[Terminal]]:
        """List terminals.

        ``client.iterate(...)`` reads all pages.
        Paystack's page: https://paystack.com/docs/api/terminal/#list

        :param per_page: The number of items on a page, 1 or more. Paystack's default is 50.
        :param next_cursor: The cursor of the next page, from ``meta``; sent as ``next``.
        :param previous_cursor: The cursor of the previous page, from ``meta``; sent as ``previous``.
        :returns: A page of terminals. ``meta`` has the position in the list.
        :raises paystackease.errors.InvalidArgumentError: If ``per_page`` is below 1. Nothing was sent.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}")
    def fetch_terminal(self, terminal_id: Code) -> Response[FetchedTerminal]:
        """Fetch a terminal.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch

        :param terminal_id: The terminal's ``terminal_id``.
        :returns: The terminal.
        :raises paystackease.errors.InvalidArgumentError: If the argument is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: If there is no such terminal.
        """
        ...


class TerminalClientAPI(PayStackBaseClientAPI, Terminals):
    """The Terminal API: send payments to point-of-sale devices, and manage the devices."""
