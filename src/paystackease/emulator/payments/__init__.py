"""The ways to pay, a module for each: what a customer enters, what is asked next, and how it ends.

A channel has two functions. ``read`` takes what was entered and gives what may be kept of it: never a card's number, a
PIN, a one-time password or an account's number. ``way`` takes what was kept and says how the payment goes. Neither
changes anything; :mod:`paystackease.emulator.payments.payment_flow` does, for ``/charge`` and for the checkout page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.store import Document

Kept: TypeAlias = dict[str, Any]
"""What is kept of what a customer entered. ``refused`` in it says why nothing can come of it."""


class Ask(msgspec.Struct, frozen=True):
    """Something that the customer is asked for."""

    status: str
    """What Paystack calls the step: ``send_otp``, ``open_url`` …"""
    right: Callable[[str], bool]
    """Whether what is entered is what the test instrument takes."""
    wrong: str = ""
    """Why it fails otherwise; the charge is dead then. Empty, and it is asked for again."""
    shown: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])


class Offline(msgspec.Struct, frozen=True):
    """What the customer does elsewhere, such as on the phone."""

    status: str
    shown: Mapping[str, Any]
    limit: float
    """For how many seconds Paystack waits."""
    at_once: bool = False
    """Whether it is not waited for where customers take no time, as Paystack's test mode has it for wallets."""


class Way(msgspec.Struct, frozen=True):
    """How a payment goes with what was entered."""

    shown: Mapping[str, Any]
    """What was paid with, as an authorization shows it."""
    asks: tuple[Ask, ...] = ()
    offline: Offline | None = None
    refused: str | None = None
    """Why it fails in the end, where it does."""
    message: str | None = None
    gateway_response: str = "Successful"
    refund: str = "processed"
    """What becomes of a refund of it."""


class Channel(Protocol):
    """What each module here is."""

    def read(self, call: RequestContext, tx: Document, entered: Mapping[str, Any], /) -> Kept:
        """What may be kept of what was entered."""
        ...

    def way(self, call: RequestContext, tx: Document, kept: Kept, /) -> Way:
        """How the payment goes."""
        ...


def text(entered: Mapping[str, Any], name: str) -> str:
    """A field as text, empty where it is not there."""
    value = entered.get(name)
    return "" if value is None else str(value).strip()


def digits(entered: Mapping[str, Any], name: str) -> str:
    """The digits of a field: people write numbers in groups."""
    return "".join(letter for letter in text(entered, name) if letter.isdecimal())


def masked(number: str) -> dict[str, str]:
    """What is shown of the number of an account or a phone, as Paystack shows it: ``055XXX`` and ``X987``."""
    plain = number.lstrip("+")
    return {"bin": f"{plain[:3]}XXX", "last4": f"X{plain[-3:]}"}


def instrument(channel: str, ends: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """What was paid with and cannot be paid with again, as an authorization shows it."""
    return {
        **{name: ends.get(name) for name in ("bin", "last4")},
        "exp_month": "12",
        "exp_year": "9999",
        "channel": channel,
        "card_type": "",
        "bank": None,
        "country_code": "NG",
        "brand": None,
        "reusable": False,
        "signature": None,
        "account_name": None,
        **more,
    }


_CURRENCIES: Mapping[str, tuple[str, ...]] = {
    "bank": ("NGN",),
    "ussd": ("NGN",),
    "bank_transfer": ("NGN", "GHS", "KES"),
    "eft": ("ZAR",),
    "qr": ("ZAR",),
    "capitec_pay": ("ZAR",),
}


def may(channel: str, currency: str) -> bool:
    """Whether Paystack offers a channel in a currency."""
    return currency in _CURRENCIES.get(channel, (currency,))


def unknown(what: str) -> str:
    """Why something else than a documented test instrument is not paid with."""
    return f"The emulator knows no such {what}: use one that Paystack documents for tests"


def invalid(what: str) -> ApiError:
    """A field does not say what it must. The wordings are assumptions, but for ``Invalid provider`` (observed)."""
    return ApiError(400, f"Invalid {what}", "invalid_params")
