"""Amounts as text. Paystack counts every amount in subunits, and each of its currencies has a hundred to the unit."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

SUBUNITS = 100
"""Subunits in the main unit of each currency that Paystack supports."""


def format_amount(amount: int) -> str:
    """Return an amount of subunits in the main unit: ``500000`` is ``5,000.00``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // SUBUNITS:,}.{abs(amount) % SUBUNITS:02}"


def format_money(amount: int, currency: object) -> str:
    """Return an amount of subunits with its currency: ``NGN 5,000.00``."""
    return f"{currency} {format_amount(amount)}"


def parse_amount(text: str, *, major: bool) -> int:
    """Return the subunits that a text such as ``5,000.00`` means.

    :param major: Whether the text is in the main unit (naira), with at most two decimals; else it is in subunits.
    :raises ValueError: If it is not a number, is negative, or is not a whole number of subunits.
    """
    try:
        subunits = Decimal(text.replace(",", "").strip()) * (SUBUNITS if major else 1)
    except InvalidOperation:
        raise ValueError("the amount is not a number") from None
    if not subunits.is_finite() or subunits != subunits.to_integral_value() or subunits < 0:
        raise ValueError("the amount must be a whole number of subunits, 0 or more")
    return int(subunits)
