"""Amounts, and the enums of values that Paystack accepts."""

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
def test_an_amount_is_converted_exactly(amount, subunits):
    for currency in Currency.NGN, "GHS", Currency.KES, "ZAR", "USD":
        assert convert_to_subunit(amount, currency) == subunits
    assert convert_to_subunit(amount) == convert_to_subunit(amount, None) == subunits


@given(st.integers(0, 10**35))
def test_every_number_of_subunits_round_trips(subunits):
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


def test_a_currency_without_a_subunit_is_multiplied_and_rejects_fractions():
    assert convert_to_subunit(500, "XOF") == 50_000
    assert convert_to_subunit("500.00", Currency.XOF) == 50_000
    with pytest.raises(errors.InvalidArgumentError, match="XOF"):
        convert_to_subunit("500.50", "XOF")


@pytest.mark.parametrize("currency", ["EUR", "ngn", "", 5])
def test_an_unsupported_currency_is_rejected(currency):
    with pytest.raises(errors.InvalidArgumentError, match="NGN"):
        convert_to_subunit(5, currency)


ENUMS = [value for value in vars(tool_kit).values() if inspect.isclass(value) and issubclass(value, enum.Enum)][1:]


@pytest.mark.parametrize("enum_class", [cls for cls in ENUMS if cls is not enum.Enum], ids=lambda cls: cls.__name__)
def test_the_type_alias_of_an_enum_has_its_values(enum_class):
    assert getattr(helpers, enum_class.__name__) is enum_class
    assert inspect.getdoc(enum_class)
    values = {member.value for member in enum_class}
    alias = getattr(tool_kit, f"{enum_class.__name__}Value", None)
    literals = [option for option in typing.get_args(alias) if typing.get_origin(option) is typing.Literal]
    for option in literals:
        # Bearer has members that only split groups accept, and an alias for them.
        assert set(typing.get_args(option)) == values or enum_class is tool_kit.Bearer
    if alias is not None:
        assert enum_class in typing.get_args(alias)


def test_split_groups_accept_every_bearer():
    (literal,) = (option for option in typing.get_args(tool_kit.BearerTypeValue) if option is not tool_kit.Bearer)
    assert set(typing.get_args(literal)) == {member.value for member in tool_kit.Bearer}
