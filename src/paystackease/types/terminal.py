"""Terminals: the devices that take payments in person."""

from typing import NotRequired, TypedDict


class Terminal(TypedDict):
    """A terminal, as a list gives it."""

    id: int
    terminal_id: str
    """What other calls take; not ``id``."""
    serial_number: str | None
    device_make: str | None
    name: str | None
    address: str | None
    status: str
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""


class FetchedTerminal(Terminal):
    """A terminal."""

    split_code: NotRequired[str | None]
    """The group that shares its payments, ``SPL_…``. In Paystack's OpenAPI file alone."""


class TerminalEvent(TypedDict):
    """What sending an event to a terminal answers."""

    id: str
    """What ``fetch_event_status`` takes."""


class EventStatus(TypedDict):
    """What became of an event."""

    delivered: bool


class TerminalStatus(TypedDict):
    """Whether a terminal can take an event now."""

    online: bool
    available: bool
    """Whether it is free, and not busy with another event."""
