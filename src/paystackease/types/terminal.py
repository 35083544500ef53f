"""Terminals: devices for payments in person."""

from typing import NotRequired, TypedDict


class Terminal(TypedDict):
    """A terminal, as in a list."""

    id: int
    terminal_id: str
    """The identifier in other calls, instead of ``id``."""
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
    """The split group of its payments, ``SPL_…``. Only in Paystack's OpenAPI file."""


class TerminalEvent(TypedDict):
    """The response to sending an event."""

    id: str
    """The argument of ``fetch_event_status``."""


class EventStatus(TypedDict):
    """The outcome of an event."""

    delivered: bool


class TerminalStatus(TypedDict):
    """Whether a terminal is available for events."""

    online: bool
    available: bool
    """Whether it is free, and not busy with another event."""
