"""The settings of a tenant: country, currencies, enabled features, webhooks.

On Paystack they are in the dashboard, or enabled by its support. A seed file or ``/_emulator/settings`` changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec

from paystackease.emulator.accounting import fees as tables
from paystackease.emulator.clock import MAX_SECONDS


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one tenant. They are immutable: :func:`with_changes` returns others."""

    business_name: str = "Emulated Business"
    """The name that customers see at the checkout and on its other pages."""
    country: str = "NG"
    """Its country: two letters. Its dedicated virtual accounts are in that country's currency."""
    currencies: tuple[str, ...] = ("NGN", "GHS", "ZAR", "KES", "USD", "XOF")
    """The currencies that it accepts. The first is its own."""
    balance: Mapping[str, int] = msgspec.field(default_factory=lambda: {"NGN": 2_000_000_000})
    """The opening balance by currency, in subunits. If it is empty, transfers fail until there is a payment."""
    unavailable: tuple[str, ...] = ()
    """Features that are not enabled for it, such as ``dedicated_nuban``."""
    approval_url: str | None = None
    """The server that approves transfers: 200 approves a transfer, another response rejects it, and no response within
    30 seconds blocks it. ``/_emulator/transfers/…`` can decide instead."""
    otp_for_transfers: bool = False
    """Whether a transfer needs an OTP. Operations of the API change it, as on Paystack."""
    transfers: Literal["success", "pending"] = "success"
    """The status of a new transfer: ``success``, as in Paystack's test mode, or ``pending`` until
    ``/_emulator/transfers/…`` sets the result."""
    offline_seconds: float = 0.0
    """How many seconds a payment on the phone or at a bank takes. 0 is immediately, as in Paystack's test mode."""
    asks_address: bool = False
    """Whether a card payment also needs the customer's address, as Paystack requires for cards from some countries. No
    documented test card requires it."""
    webhook_url: str | None = None
    """Where webhooks are sent. None: nowhere, but events are recorded, and can be sent later."""
    webhook_mode: Literal["auto", "inline", "manual"] = "auto"
    """When webhooks are sent. ``auto``: soon after the response to the request that caused them. ``inline``: before
    that response, which may happen with Paystack too. ``manual``: only on request."""
    webhook_schedule: Literal["live", "test", "off"] = "live"
    """The retry schedule of failed webhooks: ``live``, ``test`` or ``off``."""
    quirks: bool = True
    """Whether responses have the quirks of Paystack's responses: numbers as strings, 0 and 1 for booleans, an empty
    string for missing metadata … The code of each, behind ``context.settings.quirks``, names its source."""
    strict: bool = False
    """Whether rules are enforced that Paystack documents but does not enforce."""
    fees: Mapping[str, Any] | None = None
    """Fee rules instead of Paystack's: see :mod:`paystackease.emulator.accounting.fees`."""

    def __post_init__(self) -> None:
        if not self.currencies:
            raise ValueError("currencies needs at least one; the first is the business's own")
        if not all(0 <= amount < 2**53 for amount in self.balance.values()):
            raise ValueError("balance is in subunits, from 0 to 9007199254740991")
        if not 0 <= self.offline_seconds <= MAX_SECONDS:
            raise ValueError(f"offline_seconds is a number from 0 to {MAX_SECONDS:.0f}, which is ten years")
        if self.fees is not None:
            tables.validate_fees(self.fees)


DEFAULT_SETTINGS = Settings()


@lru_cache(maxsize=256)
def decode_settings(stored: str) -> Settings:
    """Decode stored settings."""
    return msgspec.json.decode(stored, type=Settings)


def with_changes(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings with some fields changed.

    :raises ValueError: If there is no such field, or the value is not of its type. The message names the field.
    """
    return msgspec.convert({**msgspec.to_builtins(settings), **changes}, Settings)
