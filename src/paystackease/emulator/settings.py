"""What differs between one business and another: its country and currencies, what Paystack allows it, how it is told.

On Paystack these are the dashboard's switches and what its support turns on. A seed file or ``/_emulator/settings``
changes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec

from paystackease.emulator.accounting import fees as tables
from paystackease.emulator.clock import MAX_SECONDS


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one tenant. Those who change one get a new one: :func:`changed`."""

    business_name: str = "Emulated Business"
    """What its customers see at the checkout and on its pages."""
    country: str = "NG"
    """Where it is: two letters. Its dedicated virtual accounts are in that country's currency."""
    currencies: tuple[str, ...] = ("NGN", "GHS", "ZAR", "KES", "USD", "XOF")
    """What it may be paid in. The first is its own."""
    balance: Mapping[str, int] = msgspec.field(default_factory=lambda: {"NGN": 100_000_000})
    """What there is to pay out before anyone has paid, in subunits. Empty, no transfer goes through."""
    unavailable: tuple[str, ...] = ()
    """Features that Paystack has not turned on for it, such as ``dedicated_nuban``."""
    approval_url: str | None = None
    """Who is asked before a transfer goes out: 200 approves it, another answer refuses it, and without one within half
    a minute it is blocked. ``/_emulator/transfers/…`` answers instead, too."""
    otp_for_transfers: bool = False
    """Whether a transfer waits for a code; turned off and on as on Paystack. Off here until someone turns it on."""
    transfers: Literal["success", "pending"] = "success"
    """What becomes of a transfer by itself: ``success`` at once, as in Paystack's test mode, or ``pending``, until
    ``/_emulator/transfers/…`` says what the bank did."""
    offline_seconds: float = 0.0
    """How long a customer takes who pays on the phone or at a bank; 0 is at once, as in Paystack's test mode."""
    asks_address: bool = False
    """Whether a card's payment also waits for the customer's address, as it does at Paystack for cards from some
    countries. None of the documented test cards does by itself."""
    webhook_url: str | None = None
    """Where webhooks go. None: nowhere, and what happened can be looked at and sent later all the same."""
    webhook_mode: Literal["auto", "inline", "manual"] = "auto"
    """When webhooks go out: ``auto``, soon after the answer to the call that caused them; ``inline``, before it, as
    happens to who is unlucky; ``manual``, when they are told to."""
    webhook_schedule: Literal["live", "test", "off"] = "live"
    """When a webhook that failed is sent again: ``live``, ``test`` or ``off``."""
    quirks: bool = True
    """Whether answers have the oddities that Paystack's have: numbers that are text, 0 and 1 for false and true, an
    empty text for no metadata … Each stands with its source where it is made, behind ``call.settings.quirks``."""
    strict: bool = False
    """Whether rules are held that Paystack documents and does not hold."""
    fees: Mapping[str, Any] | None = None
    """Rates instead of Paystack's: by currency, one or several, of the fields of :class:`paystackease.fees.Rate`."""

    def __post_init__(self) -> None:
        if not self.currencies:
            raise ValueError("currencies are one at least, of which the first is the business's own")
        if not all(0 <= amount < 2**53 for amount in self.balance.values()):
            raise ValueError("balance is in subunits, from 0 to 9007199254740991")
        if not 0 <= self.offline_seconds <= MAX_SECONDS:
            raise ValueError(f"offline_seconds is a number from 0 to {MAX_SECONDS:.0f}, which is ten years")
        if self.fees is not None:
            tables.check(self.fees)


DEFAULT = Settings()


@lru_cache(maxsize=256)
def decoded(kept: str) -> Settings:
    """Settings as they are kept."""
    return msgspec.json.decode(kept, type=Settings)


def changed(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The same with some fields changed.

    :raises ValueError: Where there is no such field, or the value is not of its type; it says which.
    """
    return msgspec.convert({**msgspec.to_builtins(settings), **changes}, Settings)
