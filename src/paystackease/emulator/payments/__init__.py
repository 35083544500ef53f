"""Payment channels, a module for each: the customer's input, the challenges, and the result.

A channel has two functions. ``parse_input`` validates the input and returns the part of it that may be stored: never a
card number, a PIN, an OTP or an account number. ``plan`` returns how a payment with that proceeds. Neither changes
anything; :mod:`paystackease.emulator.payments.payment_flow` does, for ``/charge`` and for the checkout page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import msgspec

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.document import Document

StoredInput: TypeAlias = dict[str, Any]
"""The stored part of a customer's input. If it has a ``decline_reason``, the payment will fail."""


class Challenge(msgspec.Struct, frozen=True):
    """An input that the customer has to enter."""

    status: str
    """Paystack's status for the step: ``send_otp``, ``open_url`` …"""
    accepts: Callable[[str], bool]
    """Returns whether an input is the one that the test instrument accepts."""
    failure_reason: str = ""
    """Why the charge fails after a wrong input. If it is empty, the customer may try again."""
    details: Mapping[str, Any] = msgspec.field(default_factory=dict[str, Any])


class OfflineStep(msgspec.Struct, frozen=True):
    """A step that the customer completes elsewhere, such as on the phone."""

    status: str
    details: Mapping[str, Any]
    timeout: float
    """How many seconds Paystack waits."""
    immediate_in_test_mode: bool = False
    """Whether it succeeds immediately if ``offline_seconds`` is 0, as wallets do in Paystack's test mode."""


class PaymentPlan(msgspec.Struct, frozen=True):
    """How a payment proceeds."""

    authorization: Mapping[str, Any]
    """The payment instrument, as in an authorization."""
    challenges: tuple[Challenge, ...] = ()
    offline: OfflineStep | None = None
    decline_reason: str | None = None
    """Why it fails after the challenges; None if it succeeds."""
    message: str | None = None
    gateway_response: str = "Successful"
    refund_outcome: str = "processed"
    """The status that a refund of it gets."""


class Channel(Protocol):
    """The interface of each module here."""

    def parse_input(self, context: RequestContext, tx: Document, entered: Mapping[str, Any], /) -> StoredInput:
        """Validate an input, and return the part of it that may be stored."""
        ...

    def plan(self, context: RequestContext, tx: Document, stored: StoredInput, /) -> PaymentPlan:
        """Return how the payment proceeds."""
        ...


def text_of(entered: Mapping[str, Any], name: str) -> str:
    """Return a field as text, empty if it is missing."""
    value = entered.get(name)
    return "" if value is None else str(value).strip()


def digits_of(entered: Mapping[str, Any], name: str) -> str:
    """Return the digits of a field, which may be written in groups."""
    return "".join(letter for letter in text_of(entered, name) if letter.isdecimal())


def mask(number: str) -> dict[str, str]:
    """Mask the number of an account or phone as Paystack does: ``055XXX`` and ``X987``."""
    plain = number.lstrip("+")
    return {"bin": f"{plain[:3]}XXX", "last4": f"X{plain[-3:]}"}


def instrument_details(channel: str, masked: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return an instrument that is not reusable, as in an authorization."""
    return {
        **{name: masked.get(name) for name in ("bin", "last4")},
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


def is_available(channel: str, currency: str) -> bool:
    """Return whether Paystack offers a channel in a currency."""
    return currency in _CURRENCIES.get(channel, (currency,))


def unknown_instrument(instrument: str) -> str:
    """Return the decline reason of an instrument that is not a documented test instrument."""
    return f"Unknown test {instrument}: use one that Paystack documents for tests"


def invalid_field(field: str) -> ApiError:
    """A field is invalid. The wordings are assumptions, except ``Invalid provider`` (observed)."""
    return ApiError(400, f"Invalid {field}", "invalid_params")
