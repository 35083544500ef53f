"""Paystack's fees for payments and transfers, in subunits.

The rates are those of Paystack's pricing pages as its libraries have them, checked against the fees in its published
samples. They change, so each has the day from which it applies, and a payment is charged the fee of its time. A
business with its own rates has ``fees`` in its settings: by currency, one rule or several, with the fields of
:class:`FeeRule`, ``{"NGN": {"basis_points": 70, "flat": 10000}}``.

Paystack rounds up (samples: 1.5% of 39100 is 587), and adds tax to the rounded fee (ZAR 186677: 5514, then 6342).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease.emulator.clock import parse_time

UNDATED = "2016-01-01"
"""The start of rates for which no source has a date."""


class FeeRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fee of some payments. The first rule that matches a payment applies."""

    basis_points: int
    """150 is 1.5%."""
    flat: int = 0
    flat_above: int = 0
    """Up to this amount, the flat part is waived."""
    cap: int | None = None
    tax: int = 0
    """The tax on the fee, in basis points."""
    channels: tuple[str, ...] = ()
    """Only for these; empty is for all."""
    brand: str | None = None
    foreign: bool | None = None
    """Only for foreign cards, or only for the others; None is for all."""
    since: str = UNDATED

    def __post_init__(self) -> None:
        numbers = (self.basis_points, self.flat, self.flat_above, self.cap or 0, self.tax)
        if not all(0 <= number < 2**53 for number in numbers):
            raise ValueError("the numbers of a fee rule are integers from 0 to 9007199254740991")

    def matches(self, at: float, channel: str, brand: str, foreign: bool) -> bool:
        """Return whether the rule applies to such a payment at that time."""
        return (
            (not self.channels or channel in self.channels)
            and (self.brand is None or self.brand == brand)
            and (self.foreign is None or self.foreign == foreign)
            and (parse_time(self.since) or 0.0) <= at
        )

    def fee_for(self, amount: int) -> int:
        """Return the fee of an amount, in subunits."""
        fee = _percentage(amount, self.basis_points) + (self.flat if amount > self.flat_above else 0)
        if self.cap is not None:
            fee = min(fee, self.cap)
        return fee + _percentage(fee, self.tax)


VAT = 1_500
"""The VAT of South Africa, in basis points."""

RULES: Mapping[str, tuple[FeeRule, ...]] = {
    "NGN": (
        FeeRule(basis_points=0, channels=("direct_debit",)),  # as in the sample of its webhook
        FeeRule(basis_points=100, cap=30_000, channels=("dedicated_nuban",)),
        FeeRule(basis_points=50, cap=100_000, channels=("pos",)),
        FeeRule(basis_points=450, flat=10_000, foreign=True, brand="american express"),
        # In a sample, the fee of 10000 is 390: the flat part is waived for foreign cards too.
        FeeRule(basis_points=390, flat=10_000, flat_above=250_000, foreign=True),
        FeeRule(basis_points=150, flat=10_000, flat_above=250_000, cap=200_000),
    ),
    "GHS": (FeeRule(basis_points=195),),
    "ZAR": (
        FeeRule(basis_points=200, tax=VAT, channels=("eft",)),
        FeeRule(basis_points=310, flat=100, tax=VAT, foreign=True),
        FeeRule(basis_points=290, flat=100, flat_above=1_000, tax=VAT),
    ),
    "KES": (
        FeeRule(basis_points=150, channels=("mobile_money", "bank_transfer")),
        FeeRule(basis_points=380, foreign=True),
        FeeRule(basis_points=290),
    ),
    "XOF": (
        FeeRule(basis_points=195, channels=("mobile_money",)),
        FeeRule(basis_points=380, foreign=True),
        FeeRule(basis_points=320),
    ),
    "USD": (FeeRule(basis_points=390),),  # as for foreign cards (an assumption)
}

PREAUTHORIZATION = FeeRule(basis_points=0, flat=100, tax=VAT)
"""The fee for a preauthorization, whether it is captured or not."""

# (up to this amount, the fee); None is no limit. By currency and type of recipient; "" is every other type.
_BANDS: Mapping[tuple[str, str], tuple[tuple[int | None, int], ...]] = {
    ("NGN", ""): ((500_000, 1_000), (5_000_000, 2_500), (None, 5_000)),
    ("GHS", "mobile_money"): ((None, 100),),
    ("GHS", ""): ((None, 800),),
    ("ZAR", ""): ((None, 300),),
    # Where one band ends and the next begins in Kenya is an assumption; the fees are not.
    ("KES", "mobile_money"): ((150_000, 2_000), (2_000_000, 4_000), (None, 6_000)),
    ("KES", "mobile_money_business"): ((150_000, 4_000), (None, 35_000)),
    ("KES", ""): ((1_000_000, 8_000), (None, 35_000)),
}


def payment_fee(
    settings: Mapping[str, Any] | None,
    currency: str,
    amount: int,
    *,
    at: float,
    channel: str,
    brand: str,
    foreign: bool,
) -> int:
    """Return the fee of a payment in subunits, at most its amount.

    :param settings: The ``fees`` of the business's settings.
    :raises ValueError: If those have an invalid rule.
    """
    for rule in _rules(settings, currency):
        if rule.matches(at, channel, brand, foreign):
            return min(rule.fee_for(amount), amount)
    return 0


def validate_fees(settings: Mapping[str, Any]) -> None:
    """Validate the ``fees`` of a business's settings.

    :raises ValueError: If they have an invalid rule.
    """
    for currency in settings:
        _rules(settings, currency)


def transfer_fee(currency: str, recipient_type: str, amount: int) -> int:
    """Return the fee of a transfer in subunits.

    :param recipient_type: The type of the recipient, such as ``"nuban"`` or ``"mobile_money"``.
    """
    for maximum, fee in _BANDS.get((currency, recipient_type)) or _BANDS.get((currency, ""), ()):
        if maximum is None or amount <= maximum:
            return fee
    return 0


def _rules(settings: Mapping[str, Any] | None, currency: str) -> tuple[FeeRule, ...]:
    custom = (settings or {}).get(currency)
    if custom is None:
        return RULES.get(currency, ())
    return msgspec.convert(custom if isinstance(custom, list) else [custom], tuple[FeeRule, ...])


def _percentage(amount: int, basis_points: int) -> int:
    return -(-amount * basis_points // 10_000)
