"""Virtual terminals: pages for payments in person, without a device."""

from typing import TypedDict

from paystackease.types.envelope import Metadata


class TerminalDestination(TypedDict):
    """A recipient of payment notifications, in the response to creating a virtual terminal."""

    target: str
    """A WhatsApp number."""
    type: str
    """``"whatsapp"``."""
    name: str


class FetchedDestination(TerminalDestination):
    """A recipient of payment notifications."""

    created_at: str


class AssignedDestination(TerminalDestination):
    """A recipient in the response to adding recipients."""

    id: int
    integration: int
    createdAt: str
    updatedAt: str


class VirtualTerminalDetails(TypedDict):
    """The fields of a virtual terminal in each response."""

    id: int
    code: str
    """``VT_…``: the identifier in other calls."""
    name: str
    active: bool
    currency: str
    paymentMethods: list[object]
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""


class NewVirtualTerminal(VirtualTerminalDetails):
    """The response to creating a virtual terminal."""

    metadata: Metadata
    destinations: list[TerminalDestination]


class VirtualTerminal(VirtualTerminalDetails):
    """A virtual terminal, as in a list."""

    created_at: str


class FetchedVirtualTerminal(VirtualTerminal):
    """A virtual terminal, with the recipients of its notifications."""

    connect_account_id: int | str | None
    destinations: list[FetchedDestination]
