"""Fees: those of Paystack's published samples, and a business's own rates."""

import emulator_payments
import pytest

from paystackease.emulator.accounting import fees
from paystackease.emulator.settings import Settings


def charged_fee(currency, amount, *, channel="card", brand="visa", foreign=False, own=None, at=emulator_payments.NOON):
    return fees.payment_fee(own, currency, amount, at=at, channel=channel, brand=brand, foreign=foreign)


@pytest.mark.parametrize(
    ("currency", "amount", "how", "fee"),
    [
        ("NGN", 39_100, {}, 587),
        ("NGN", 300_000, {}, 14_500),
        ("NGN", 200, {}, 3),
        ("NGN", 110_000, {}, 1_650),
        ("NGN", 25_000, {"channel": "bank_transfer"}, 375),
        ("NGN", 10_000, {"channel": "direct_debit"}, 0),
        ("NGN", 10_000, {"foreign": True}, 390),
        ("KES", 10_000, {}, 290),
        ("KES", 1_000, {"channel": "bank_transfer"}, 15),
        ("ZAR", 186_677, {"channel": "qr"}, 6_342),
    ],
)
def test_the_fees_of_the_published_samples_are_ours(currency, amount, how, fee):
    assert charged_fee(currency, amount, **how) == fee


@pytest.mark.parametrize(
    ("currency", "amount", "how", "fee"),
    [
        ("NGN", 250_000, {}, 3_750),  # the flat part is waived up to here
        ("NGN", 250_001, {}, 13_751),
        ("NGN", 12_666_667, {}, 200_000),  # and the whole of it capped
        ("NGN", 10**12, {}, 200_000),
        ("NGN", 10_000_000, {"channel": "dedicated_nuban"}, 30_000),
        ("NGN", 300_000, {"foreign": True, "brand": "american express"}, 23_500),
        ("GHS", 1_000, {}, 20),
        ("ZAR", 10_000, {"channel": "eft"}, 230),
        ("ZAR", 1_000, {}, 34),
        ("KES", 10_000, {"foreign": True}, 380),
        ("XOF", 10_000, {"channel": "mobile_money"}, 195),
        ("XOF", 10_000, {}, 320),
        ("USD", 10_000, {}, 390),
        ("EUR", 10_000, {}, 0),
    ],
)
def test_each_market_has_its_rates(currency, amount, how, fee):
    assert charged_fee(currency, amount, **how) == fee


def test_a_fee_is_never_more_than_there_is():
    assert charged_fee("ZAR", 1, foreign=True) == 1


def test_a_business_can_have_its_own_rates_from_a_date():
    demo = {"NGN": {"basis_points": 70, "flat": 10_000}}
    assert [charged_fee("NGN", amount, own=demo) for amount in (35_247, 50_000)] == [10_247, 10_350]
    later = {"NGN": [{"basis_points": 100, "since": "2026-10-02"}, {"basis_points": 200}]}
    assert charged_fee("NGN", 10_000, own=later) == 200
    assert charged_fee("NGN", 10_000, own=later, at=emulator_payments.NOON + 86_400) == 100
    assert charged_fee("GHS", 1_000, own=demo) == 20
    with pytest.raises(ValueError, match="percent"):
        charged_fee("NGN", 10_000, own={"NGN": {"percent": 1}})


def test_a_preauthorization_has_a_fixed_fee():
    assert fees.PREAUTHORIZATION.fee_for(1_000_000) == 115


@pytest.mark.parametrize(
    ("currency", "to", "amount", "fee"),
    [
        ("NGN", "nuban", 100_000, 1_000),
        ("NGN", "nuban", 500_000, 1_000),
        ("NGN", "nuban", 500_001, 2_500),
        ("NGN", "nuban", 5_000_001, 5_000),
        ("GHS", "mobile_money", 1, 100),
        ("GHS", "ghipss", 1, 800),
        ("ZAR", "basa", 1, 300),
    ],
)
def test_a_transfer_fee_depends_on_amount_and_destination(currency, to, amount, fee):
    assert fees.transfer_fee(currency, to, amount) == fee


def test_a_payment_is_charged_the_agreed_fee(connect):
    with emulator_payments.frozen_emulator(
        settings=Settings(fees={"NGN": {"basis_points": 70, "flat": 10_000}})
    ) as emulator:
        assert emulator_payments.create_paid_transaction(connect(transport=emulator), 50_000)["fees"] == 10_350
