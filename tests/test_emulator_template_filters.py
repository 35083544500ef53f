"""How the pages format and read amounts, dates and statuses."""

import pytest

from paystackease.emulator.checkout.payment_links import parse_amount
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.pages.template_filters import format_amount, format_date, format_datetime, status_tone


@pytest.mark.parametrize(
    ("subunits_", "currency", "text"),
    [
        (500_000, "NGN", "NGN\u00a05,000.00"),
        (-5, "GHS", "GHS\u00a0-0.05"),
        (7, "", "0.07"),
        (None, "NGN", "-"),
        (True, "NGN", "-"),
    ],
)
def test_amounts_are_written_in_the_currencys_own_units(subunits_, currency, text):
    assert format_amount(subunits_, currency) == text


@pytest.mark.parametrize(("text", "amount"), [("1", 100), ("1,250.50", 125_050), (" 0.01 ", 1)])
def test_amounts_are_read_as_people_write_them(text, amount):
    assert parse_amount(text) == amount


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "0.001", "1e400", "nan", "inf", "1e30", "9" * 40])
def test_an_invalid_amount_is_rejected(text):
    with pytest.raises(ApiError):
        parse_amount(text)


def test_dates_are_written_in_utc():
    assert format_datetime("2026-10-01T12:00:00+01:00") == "1\u00a0Oct\u00a02026, 11:00:00"
    assert format_datetime(None) == "-"
    assert format_date(0.0) == "1\u00a0Jan\u00a01970"


def test_an_unknown_status_has_a_neutral_style():
    known = {"success": "good", "Delivered": "good", "failed": "bad", "otp": "busy", "new": "quiet"}
    assert {name: status_tone(name) for name in known} == known
