"""Conversion of amounts to the subunit of a currency, in which Paystack counts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import cast

from paystackease._core.money import SUBUNITS
from paystackease.errors import InvalidArgumentError
from paystackease.helpers.tool_kit import Currency

MAX_EXPONENT = 40
"""The largest exponent of an amount, positive or negative. A few characters can have an exponent of a billion."""


def convert_to_subunit(amount: int | str | Decimal, currency: Currency | str | None = Currency.NGN) -> int:
    """Return an amount in the subunit of its currency (kobo, pesewa, cent): ``convert_to_subunit("100.50")`` is 10050.

    :param amount: An amount in the main unit: an int, a Decimal, or text such as ``"100.50"``. A float is not accepted,
        because floats are inexact: ``19.99 * 100`` is 1998.9999999999998.
    :param currency: A :class:`~paystackease.helpers.tool_kit.Currency` or its code; None means NGN.
    :returns: The exact amount in the subunit.
    :raises paystackease.errors.InvalidArgumentError: If the amount is not a number, is negative, or is not a whole
        number of subunits. In XOF, which has no subunit, any fraction is an error, because Paystack ignores it.
    """
    value = cast("object", amount)
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise InvalidArgumentError(f"amount must be an int, text or a Decimal, not {type(value).__name__}")
    try:
        unit = Currency.NGN if currency is None else Currency(currency)
    except ValueError:
        codes = ", ".join(known.value for known in Currency)
        raise InvalidArgumentError(f"currency must be one of Paystack's: {codes}") from None
    try:
        exact = Decimal(amount)
    except InvalidOperation:
        raise InvalidArgumentError("amount must be a number, such as '100.50', without other characters") from None
    if not exact.is_finite() or exact < 0 or exact.adjusted() > MAX_EXPONENT:
        raise InvalidArgumentError(f"amount must be 0 or more, and less than 1e{MAX_EXPONENT + 1}")
    if exact and exact.adjusted() < -MAX_EXPONENT:
        raise InvalidArgumentError(f"amount is not a whole number of {unit.value}'s smallest unit")
    # In integers, because Decimal rounds numbers that are longer than the precision of its context. XOF has no subunit,
    # but Paystack multiplies it too: https://paystack.com/docs/api/#supported-currency
    numerator, denominator = exact.as_integer_ratio()
    subunits, remainder = divmod(numerator * SUBUNITS, denominator)
    if remainder or (unit is Currency.XOF and numerator % denominator):
        raise InvalidArgumentError(f"amount is not a whole number of {unit.value}'s smallest unit")
    return subunits
