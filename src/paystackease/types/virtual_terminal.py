"""Virtual terminals: pages that take payments in person, without a device."""

from typing import TypedDict

from paystackease.types.envelope import Metadata


class TerminalDestination(TypedDict):
    """Who is told of payments, as a new virtual terminal gives it."""

    target: str
    """A WhatsApp number."""
    type: str
    """``"whatsapp"``."""
    name: str


class FetchedDestination(TerminalDestination):
    """Who is told of payments, and since when."""

    created_at: str


class AssignedDestination(TerminalDestination):
    """What adding a number answers for each."""

    id: int
    integration: int
    createdAt: str
    updatedAt: str


class VirtualTerminalDetails(TypedDict):
    """What every answer says about a virtual terminal."""

    id: int
    code: str
    """``VT_…``; what other calls take."""
    name: str
    active: bool
    currency: str
    paymentMethods: list[object]
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""


class NewVirtualTerminal(VirtualTerminalDetails):
    """What creating a virtual terminal answers."""

    metadata: Metadata
    destinations: list[TerminalDestination]


class VirtualTerminal(VirtualTerminalDetails):
    """A virtual terminal, as a list gives it."""

    created_at: str


class FetchedVirtualTerminal(VirtualTerminal):
    """A virtual terminal, with those who are told of its payments."""

    connect_account_id: int | str | None
    destinations: list[FetchedDestination]
