"""Amounts, and the sets of values that Paystack takes."""

import decimal
import enum
import inspect
import typing
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Currency, convert_to_subunit, errors, helpers
from paystackease.helpers import tool_kit


@pytest.mark.parametrize(
    ("amount", "subunits"),
    [
        (100, 10_000),
        (0, 0),
        ("100", 10_000),
        ("100.5", 10_050),
        ("100.50", 10_050),
        ("19.99", 1999),
        ("0.01", 1),
        (Decimal("19.99"), 1999),
        (Decimal("1E+3"), 100_000),
        (" 5 ", 500),
        ("1.000", 100),
    ],
)
def test_an_amount_is_reckoned_exactly(amount, subunits):
    for currency in Currency.NGN, "GHS", Currency.KES, "ZAR", "USD":
        assert convert_to_subunit(amount, currency) == subunits
    assert convert_to_subunit(amount) == convert_to_subunit(amount, None) == subunits


@given(st.integers(0, 10**35))
def test_every_number_of_subunits_comes_back(subunits):
    with decimal.localcontext(prec=60):
        assert convert_to_subunit(Decimal(subunits) / 100) == subunits
    assert convert_to_subunit(f"{subunits // 100}.{subunits % 100:02}") == subunits


@given(st.integers(0, 10**9), st.integers(3, 30))
def test_a_fraction_of_the_subunit_is_rejected(units, places):
    with pytest.raises(errors.InvalidArgumentError, match="whole number"):
        convert_to_subunit(f"{units}.{'0' * (places - 1)}1")


@pytest.mark.parametrize(
    "amount",
    [19.99, 5.0, True, None, b"5", "", "x", "1,000", "₦5", "nan", "inf", -1, "-0.01", Decimal("-1"),
     Decimal("NaN"), "1e999999999", "1e-999999999", [5]],
    ids=repr,
)  # fmt: skip
def test_an_invalid_amount_is_rejected(amount):
    with pytest.raises(errors.InvalidArgumentError):
        convert_to_subunit(amount)


def test_a_currency_without_a_subunit_is_multiplied_and_takes_no_fraction():
    assert convert_to_subunit(500, "XOF") == 50_000
    assert convert_to_subunit("500.00", Currency.XOF) == 50_000
    with pytest.raises(errors.InvalidArgumentError, match="XOF"):
        convert_to_subunit("500.50", "XOF")


@pytest.mark.parametrize("currency", ["EUR", "ngn", "", 5])
def test_an_unsupported_currency_is_rejected(currency):
    with pytest.raises(errors.InvalidArgumentError, match="NGN"):
        convert_to_subunit(5, currency)


ENUMS = [found for found in vars(tool_kit).values() if inspect.isclass(found) and issubclass(found, enum.Enum)][1:]


@pytest.mark.parametrize(
    "found", [found for found in ENUMS if found is not enum.Enum], ids=lambda found: found.__name__
)
def test_what_is_said_of_an_enums_values_is_what_they_are(found):
    assert getattr(helpers, found.__name__) is found
    assert inspect.getdoc(found)
    values = {member.value for member in found}
    alias = getattr(tool_kit, f"{found.__name__}Value", None)
    plain = [option for option in typing.get_args(alias) if typing.get_origin(option) is typing.Literal]
    for option in plain:
        # Bearer has members that only split groups take, and an alias for those.
        assert set(typing.get_args(option)) == values or found is tool_kit.Bearer
    if alias is not None:
        assert found in typing.get_args(alias)


def test_split_groups_take_every_bearer():
    (literal,) = (option for option in typing.get_args(tool_kit.BearerTypeValue) if option is not tool_kit.Bearer)
    assert set(typing.get_args(literal)) == {member.value for member in tool_kit.Bearer}
