"""Terminals: https://paystack.com/docs/api/terminal/

No ``from __future__ import annotations`` here: what the annotations say is read when the endpoints are made.
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
    """What a terminal is to work on."""

    id: IdOrCode
    """The ``id`` of the payment request or the transaction: a number, or the same as text."""
    reference: NotRequired[IdOrCode]
    """The ``offline_reference`` of the payment request; a transaction needs none."""


class Terminals:
    """The endpoints of the Terminal API."""

    # A second event would have the terminal begin anew, so it is not repeated.
    @endpoint("POST", "/terminal/{terminal_id}/event")
    def send_event(
        self,
        terminal_id: Code,
        event_type: Annotated[EventTypeValue, WireName("type")],
        terminal_action: Annotated[EventActionValue, WireName("action")],
        data_object: Annotated[EventData, WireName("data")],
    ) -> Response[TerminalEvent]:
        """Have a terminal take a payment, show it, or print it.

        Paystack's page: https://paystack.com/docs/api/terminal/#send-event

        :param terminal_id: The terminal's ``terminal_id``.
        :param event_type: What it is about, sent as ``type``: ``"invoice"`` (a payment request) or ``"transaction"``,
            or a member of :class:`~paystackease.helpers.tool_kit.EventType`.
        :param terminal_action: What to do, sent as ``action``, or a member of
            :class:`~paystackease.helpers.tool_kit.EventAction`: ``"process"`` or ``"view"`` for an invoice,
            ``"process"`` or ``"print"`` for a transaction.
        :param data_object: Which one, sent as ``data``: ``{"id": …, "reference": …}`` with the ``id`` and the
            ``offline_reference`` of a payment request, ``{"id": …}`` for a transaction.
        :returns: The ``id`` of the event, which :meth:`fetch_event_status` takes.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such invoice.
        """
        ...

    # Linking twice is linking once, though the second answer says that the device is linked already.
    @endpoint("POST", "/terminal/commission_device", retry_safety=RetrySafety.ALWAYS)
    def commission_terminal(self, serial_number: Code) -> Response[None]:
        """Link a debug device to the integration.

        Paystack's page: https://paystack.com/docs/api/terminal/#commission

        :param serial_number: The serial number of the device, as text.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or not text. Nothing was sent.
        :raises paystackease.errors.APIStatusError: Where the device is linked already: HTTP 200 with a ``status`` of
            false.
        :raises paystackease.errors.NotFoundError: Where there is no such device.
        """
        ...

    # Unlinking twice is unlinking once, whatever the second answer says.
    @endpoint("POST", "/terminal/decommission_device", retry_safety=RetrySafety.ALWAYS)
    def decommission_terminal(self, serial_number: Code) -> Response[None]:
        """Unlink a debug device from the integration.

        Paystack's page: https://paystack.com/docs/api/terminal/#decommission

        :param serial_number: The serial number of the device, as text.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty or not text. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such device.
        """
        ...

    # Name and address: the docs mark both as required, yet their own request sends the address alone.
    @endpoint("PUT", "/terminal/{terminal_id}")
    def update_terminal(
        self,
        terminal_id: Code,
        terminal_name: Annotated[str, WireName("name")] | None = None,
        terminal_address: Annotated[str, WireName("address")] | None = None,
    ) -> Response[None]:
        """Change the name or the address of a terminal. What is not given stays as it is.

        Paystack's page: https://paystack.com/docs/api/terminal/#update

        :param terminal_id: The terminal's ``terminal_id``.
        :param terminal_name: The new name, sent as ``name``.
        :param terminal_address: The new address, sent as ``address``.
        :returns: An acknowledgement without ``data``.
        :raises paystackease.errors.InvalidArgumentError: Where an argument cannot be right. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such terminal.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}/event/{event_id}")
    def fetch_event_status(self, terminal_id: Code, event_id: Code) -> Response[EventStatus]:
        """See whether an event reached its terminal.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch-event-status

        :param terminal_id: The ``terminal_id`` of the terminal that it was sent to.
        :param event_id: The ``id`` that :meth:`send_event` answered.
        :returns: Whether it was delivered.
        :raises paystackease.errors.InvalidArgumentError: Where one is empty. Nothing was sent.
        :raises paystackease.errors.InvalidRequestError: Where there is no such event.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}/presence")
    def fetch_terminal_status(self, terminal_id: Code) -> Response[TerminalStatus]:
        """See whether a terminal can take an event now.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch-terminal-status

        :param terminal_id: The terminal's ``terminal_id``.
        :returns: Whether it is online, and free.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such terminal.
        """
        ...

    # perPage: the docs' spelling; the OpenAPI file says per_page.
    @endpoint("GET", "/terminal", pages="cursor")
    def list_terminals(
        self,
        per_page: PerPage | None = None,
        next_cursor: Annotated[str, WireName("next")] | None = None,
        previous_cursor: Annotated[str, WireName("previous")] | None = None,
    ) -> Response[list[Terminal]]:
        """List terminals. ``client.iterate(...)`` follows the pages.

        Paystack's page: https://paystack.com/docs/api/terminal/#list

        :param per_page: How many on a page, 1 or more. Paystack's default is 50.
        :param next_cursor: The cursor of the next page, from ``meta``; sent as ``next``.
        :param previous_cursor: The cursor of the previous page, from ``meta``; sent as ``previous``.
        :returns: A page of terminals, and in ``meta`` where the list goes on.
        :raises paystackease.errors.InvalidArgumentError: Where ``per_page`` is below 1. Nothing was sent.
        """
        ...

    @endpoint("GET", "/terminal/{terminal_id}")
    def fetch_terminal(self, terminal_id: Code) -> Response[FetchedTerminal]:
        """Fetch a terminal.

        Paystack's page: https://paystack.com/docs/api/terminal/#fetch

        :param terminal_id: The terminal's ``terminal_id``.
        :returns: The terminal.
        :raises paystackease.errors.InvalidArgumentError: Where it is empty. Nothing was sent.
        :raises paystackease.errors.NotFoundError: Where there is no such terminal.
        """
        ...


class TerminalClientAPI(PayStackBaseClientAPI, Terminals):
    """The Terminal API: send payments to the devices that take them in person, and manage those."""
