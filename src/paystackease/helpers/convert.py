"""Amounts: Paystack counts the subunit of a currency, people do not."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import cast

from paystackease.errors import InvalidArgumentError
from paystackease.helpers.tool_kit import Currency

SUBUNITS = {
    Currency.GHS: 100,
    Currency.KES: 100,
    Currency.NGN: 100,
    Currency.USD: 100,
    # It has no subunit, and is multiplied all the same: https://paystack.com/docs/api/#supported-currency
    Currency.XOF: 100,
    Currency.ZAR: 100,
}
"""How many subunits make one of a currency."""

MAX_DIGITS = 40
"""The most that an amount may have. Written with an exponent, one of a billion digits is a few letters."""


def convert_to_subunit(amount: int | str | Decimal, currency: Currency | str | None = Currency.NGN) -> int:
    """How many of the subunit (kobo, pesewa, cent) an amount is: ``convert_to_subunit("100.50")`` is 10050.

    :param amount: An amount in the currency: an int, a Decimal, or text such as ``"100.50"``. A float is refused, for
        most of the amounts that people write are not floats: ``19.99 * 100`` is 1998.9999999999998.
    :param currency: A :class:`~paystackease.helpers.tool_kit.Currency` or its code; None is NGN too.
    :returns: The same amount in the subunit, exactly.
    :raises paystackease.errors.InvalidArgumentError: Where the amount is no number, is negative, or is not a whole
        number of the subunit; in XOF, which has none, where it has a fraction at all, for Paystack would ignore it.
    """
    given = cast("object", amount)
    if isinstance(given, bool) or not isinstance(given, int | str | Decimal):
        raise InvalidArgumentError(f"amount must be an int, text or a Decimal, not {type(given).__name__}")
    try:
        of = Currency.NGN if currency is None else Currency(currency)
    except ValueError:
        codes = ", ".join(known.value for known in Currency)
        raise InvalidArgumentError(f"currency must be one of Paystack's: {codes}") from None
    try:
        exact = Decimal(amount)
    except InvalidOperation:
        raise InvalidArgumentError("amount must be a number such as '100.50', and nothing else") from None
    if not exact.is_finite() or exact < 0 or exact.adjusted() > MAX_DIGITS:
        raise InvalidArgumentError("amount must be a number from 0 on, and such as money has")
    if exact and exact.adjusted() < -MAX_DIGITS:
        raise InvalidArgumentError(f"amount is not a whole number of {of.value}'s smallest unit")
    # Reckoned as integers: a Decimal context would round what is longer than its precision.
    numerator, denominator = exact.as_integer_ratio()
    subunits, rest = divmod(numerator * SUBUNITS[of], denominator)
    if rest or (of is Currency.XOF and numerator % denominator):
        raise InvalidArgumentError(f"amount is not a whole number of {of.value}'s smallest unit")
    return subunits
