"""The public fees: what was recorded of Paystack, what its pages say, and what is refused."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import paying
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Channels, Currency, errors, fees
from paystackease.emulator.settings import Settings
from paystackease.errors import InvalidArgumentError

AMEX = {"international": True, "brand": "American Express"}
ABROAD = {"international": True}

# A sample is an answer or a webhook that Paystack published, a recording one that somebody else got. The date is that
# of the payment.
RECORDED = [
    ("NGN", 39_100, {}, 587, "sample 2017-11-09"),
    ("NGN", 200, {}, 3, "sample, undated"),
    ("NGN", 10_000, {}, 150, "recording 2020-05-27"),
    ("NGN", 10_000, ABROAD, 390, "sample 2020-05-21"),
    ("NGN", 110_000, {}, 1_650, "sample 2020-11-23"),
    ("NGN", 10_000, {"channel": "bank", "brand": "Zenith Emandate"}, 50, "sample 2022-08-24"),
    ("NGN", 10_000, {"channel": "bank", "brand": "Zenith Emandate"}, 50, "recording 2026"),
    ("NGN", 10_000, ABROAD, 390, "sample 2022-09-01"),
    ("NGN", 25_000, {"channel": "bank_transfer"}, 375, "sample 2023-09-12"),
    ("NGN", 300_000, {}, 14_500, "sample, undated"),
    ("NGN", 5_390_000, {}, 90_850, "recording 2025-06-21"),
    ("KES", 10_000, {}, 290, "sample 2025-02-11"),
    ("KES", 1_000, {"channel": "bank_transfer"}, 15, "sample 2025-06-21"),
    ("ZAR", 10_000, {}, 449, "recording 2021 to 2023"),
    ("ZAR", 500_000, {}, 16_790, "recording 2021 to 2023"),
    ("ZAR", 20_000, {}, 782, "recording 2023-03-16"),
    ("ZAR", 186_677, {"channel": "qr"}, 6_342, "sample 2024-08-20"),
]

# Of businesses with rates of their own, which the fees show: (basis points, flat, cap).
NEGOTIATED = [
    (5_700, 52, (90, 0, None), "sample 2020-11-24"),
    (5_800, 53, (90, 0, None), "sample 2020-11-24"),
    (25_126, 126, (50, 0, None), "sample and recording 2024-04-19"),
    (33_390_000, 150_000, (50, 0, 150_000), "recording 2025-11-19"),
    (35_247, 10_247, (70, 10_000, None), "sample, undated"),
    (40_333, 10_283, (70, 10_000, None), "sample 2024-08-22"),
    (50_000, 10_350, (70, 10_000, None), "sample, undated"),
    (10_000, 140, (140, 0, None), "sample of a split, undated"),
]

# What Paystack's present pages contradict: the rates must say so.
CONTRADICTED = [
    ("NGN", 10_000, {"channel": "direct_debit"}, 0, 50, "sample 2023-10-24"),
    ("GHS", 100, {"channel": "mobile_money"}, 153, 2, "samples 2018-11-15 and 2018-11-17"),
]


@pytest.mark.parametrize(("currency", "amount", "how", "fee", "source"), RECORDED)
def test_a_recorded_fee_is_computed(currency, amount, how, fee, source):
    assert fees.fee(amount, currency, **how) == fee


@pytest.mark.parametrize(("amount", "fee", "rate", "source"), NEGOTIATED)
def test_a_recorded_fee_of_a_negotiated_rate_is_computed(amount, fee, rate, source):
    basis_points, flat, cap = rate
    assert fees.fee(amount, "NGN", rates=fees.Rate(basis_points=basis_points, flat=flat, cap=cap)) == fee


@pytest.mark.parametrize(("currency", "amount", "how", "recorded", "now", "source"), CONTRADICTED)
def test_a_recorded_fee_that_paystacks_pages_contradict_is_marked(currency, amount, how, recorded, now, source):
    assert fees.fee(amount, currency, **how) == now != recorded
    assert source[-10:-6] in "".join(fees.find_rate(currency, **how).conflicts)


@pytest.mark.parametrize(
    ("currency", "amount", "how", "fee"),
    [
        ("NGN", 250_000, {}, 3_750),
        ("NGN", 250_001, {}, 13_751),
        ("NGN", 12_666_666, {}, 200_000),
        ("NGN", 12_666_600, {}, 199_999),
        ("NGN", 10**15, {}, 200_000),
        ("NGN", 300_000, ABROAD, 21_700),
        ("NGN", 10**9, ABROAD, 39_010_000),
        ("NGN", 300_000, AMEX, 13_500),
        ("NGN", 300_000, {"channel": "direct_debit"}, 1_500),
        ("NGN", 30_000_000, {"channel": "direct_debit"}, 100_000),
        ("NGN", 10_000_000, {"channel": "dedicated_nuban"}, 30_000),
        ("NGN", 1_000_000, {"channel": "pos"}, 5_000),
        ("GHS", 1_000, {}, 20),
        ("GHS", 1_000, ABROAD, 20),
        ("ZAR", 10_000, {"channel": "eft"}, 230),
        ("ZAR", 1_000, {}, 34),
        ("ZAR", 1_001, {}, 150),
        ("ZAR", 10_000, ABROAD, 472),
        ("KES", 10_000, {"channel": "mobile_money"}, 150),
        ("KES", 10_000, ABROAD, 380),
        ("XOF", 10_000, {"channel": "mobile_money"}, 231),
        ("XOF", 10_000, {}, 378),
        ("XOF", 10_000, ABROAD, 449),
        ("USD", 10_000, {"country": "KE"}, 380),
        ("USD", 10_000, {"country": "NG"}, 390),
        ("USD", 10_000, {"country": "NG", **AMEX}, 450),
        ("EGP", 10_000, {}, 520),
        ("EGP", 10_000, {"brand": "meeza"}, 450),
        ("EGP", 10_000, ABROAD, 600),
        ("RWF", 10_000, {}, 290),
        ("RWF", 10_000, ABROAD, 380),
        ("ZAR", 1, ABROAD, 1),
        ("NGN", 0, {}, 0),
        (Currency.NGN, 39_100, {"channel": Channels.CARD}, 587),
    ],
)
def test_a_published_rate_is_computed(currency, amount, how, fee):
    assert fees.fee(amount, currency, **how) == fee


def test_every_published_rate_has_a_currency_a_source_and_dates():
    for rate in (*fees.RATES, *fees.TRANSFER_RATES, fees.PREAUTHORIZATION):
        assert len(rate.currency) == 3
        assert rate.source
        assert dt.date.fromisoformat(rate.since) <= dt.date.fromisoformat(rate.as_of)
    for rate in fees.RATES:
        assert rate.channels
        found = fees.find_rate(
            rate.currency,
            channel=rate.channels[0],
            international=bool(rate.foreign),
            brand=rate.brand,
            country=rate.country,
        )
        assert found is rate, "no payment gets this rate"
    assert fees.PREAUTHORIZATION.compute(1_000_000) == 115


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"currency": "EUR"}, "known are EGP, GHS, KES, NGN, RWF, USD, XOF, ZAR"),
        ({"currency": "ngn"}, "known are EGP"),
        ({"currency": "GHS", "channel": "eft"}, "known are apple_pay, card, mobile_money"),
        ({"currency": "NGN", "channel": "mobile_money"}, "known are apple_pay, bank, bank_transfer, card, dedicated"),
        ({"currency": "NGN", "channel": "ussd", "international": True}, "cards from abroad by this channel"),
        ({"currency": "USD"}, "pass country=, one of KE, NG"),
        ({"currency": "USD", "country": "GH"}, "pass country=, one of KE, NG"),
        ({"currency": ""}, "currency must be a text"),
        ({"currency": None}, "currency must be a text"),
        ({"channel": 5}, "channel must be a text"),
        ({"international": 1}, "international must be True or False"),
        ({"amount": 100.0}, "amount must be an int in subunits, not float"),
        ({"amount": True}, "not bool"),
        ({"amount": "100"}, "not str"),
        ({"amount": Decimal(100)}, "not Decimal"),
        ({"amount": -1}, "amount must be 0 or more"),
        ({"on": "2026-01-01"}, "on must be a date"),
        ({"rates": {"basis_points": 1}}, "rates must be a Rate"),
        ({"on": dt.date(2015, 1, 1)}, "no rate in NGN"),
    ],
)
@pytest.mark.parametrize("name", ["fee", "charge_for"])
def test_what_is_not_known_or_not_an_amount_is_refused(name, how, said):
    arguments = {"amount": 100, "currency": "NGN", **how}
    with pytest.raises(InvalidArgumentError) as caught:
        getattr(fees, name)(arguments.pop("amount"), arguments.pop("currency"), **arguments)
    assert said.replace("amount must", "net must" if name == "charge_for" else "amount must") in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"basis_points": 1.5}, "not float"),
        ({"basis_points": True}, "not bool"),
        ({"basis_points": -1}, "basis_points must be from 0"),
        ({"basis_points": 2**53}, "basis_points must be from 0"),
        ({"basis_points": 1, "cap": 1.0}, "cap must be"),
        ({"basis_points": 1, "flat": "1"}, "flat must be"),
        ({"basis_points": 1, "since": "soon"}, "since must be a date"),
    ],
)
def test_a_rate_of_ones_own_that_is_none_is_refused(fields, said):
    with pytest.raises(InvalidArgumentError, match=said):
        fees.Rate(**fields)


def test_a_rate_of_ones_own_comes_before_the_published_ones_for_what_it_applies_to():
    own = fees.Rate(basis_points=70, flat=10_000, channels=("card",), foreign=False)
    assert fees.fee(50_000, "NGN", rates=own) == 10_350
    assert fees.fee(10_000, "NGN", international=True, rates=own) == 390
    assert fees.fee(25_000, "NGN", channel="bank_transfer", rates=[own]) == 375
    euro = fees.Rate(currency="EUR", basis_points=100)
    assert (fees.fee(1_000, "EUR", rates=euro), fees.fee(1_000, "GHS", rates=euro)) == (10, 20)


def test_a_rate_holds_from_its_date_on():
    new, old = fees.Rate(basis_points=100, since="2026-10-02"), fees.Rate(basis_points=200)

    def taken(on):
        return fees.fee(10_000, "NGN", on=on, rates=(new, old))

    assert [taken(dt.date(2026, 10, day)) for day in (1, 2)] == [200, 100]
    assert taken(dt.datetime(2026, 10, 1, 23, 59, 59, tzinfo=dt.UTC)) == 200
    assert taken(dt.datetime(2026, 10, 2, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))) == 200
    assert taken(dt.datetime(2026, 10, 2)) == 100  # UTC, as all dates here
    later = fees.Rate(basis_points=100, since="9999-01-01")
    assert fees.fee(10_000, "NGN", rates=(later, old)) == 200


@given(rate=st.sampled_from(fees.RATES), amount=st.integers(0, 10**12), more=st.integers(0, 10**9))
def test_a_published_fee_rises_with_the_amount_and_never_exceeds_it(rate, amount, more):
    how = {
        "channel": rate.channels[0],
        "international": bool(rate.foreign),
        "brand": rate.brand,
        "country": rate.country,
    }
    charged = fees.fee(amount, rate.currency, **how)
    assert 0 <= charged <= amount
    assert type(charged) is int
    assert charged <= fees.fee(amount + more, rate.currency, **how)


# Transfers


@pytest.mark.parametrize(
    ("currency", "to", "amount", "fee"),
    [
        ("NGN", "nuban", 100_000, 1_000),  # sample 2025-08-04
        ("NGN", None, 500_000, 1_000),
        ("NGN", None, 500_001, 2_500),
        ("NGN", "nuban", 5_000_000, 2_500),
        ("NGN", "nuban", 5_000_001, 5_000),
        ("GHS", None, 1, 800),
        ("GHS", "ghipss", 1, 800),
        ("GHS", "mobile_money", 1, 100),
        ("ZAR", "basa", 1, 300),
        ("KES", None, 1_000_000, 8_000),
        ("KES", "kepss", 1_000_100, 14_000),
        ("KES", "kepss", 5_000_100, 18_000),
        ("KES", "kepss", 100_000_000, 35_000),
        ("KES", "mobile_money", 150_000, 2_000),
        ("KES", "mobile_money", 150_100, 4_000),
        ("KES", "mobile_money", 2_000_100, 6_000),
        ("KES", "mobile_money_business", 150_000, 4_000),
        ("KES", "mobile_money_business", 150_100, 8_000),
        ("KES", "mobile_money_business", 1_000_100, 14_000),
        ("KES", "mobile_money_business", 4_000_100, 18_000),
        ("KES", "mobile_money_business", 100_000_000, 35_000),
    ],
)
def test_a_transfer_costs_what_the_price_list_says(currency, to, amount, fee):
    assert fees.transfer_fee(amount, currency, recipient_type=to) == fee


def test_the_stamp_duty_is_added_only_if_told_and_due():
    on = dt.date(2026, 1, 1)
    assert fees.transfer_fee(1_000_000, "NGN", on=on) == 2_500
    assert fees.transfer_fee(1_000_000, "NGN", stamp_duty=True, on=on) == 7_500
    assert fees.transfer_fee(999_999, "NGN", stamp_duty=True, on=on) == 2_500
    assert fees.transfer_fee(1_000_000, "NGN", stamp_duty=True, on=dt.date(2025, 12, 31)) == 2_500
    assert fees.transfer_fee(1_000_000, "GHS", stamp_duty=True, on=on) == 800


def test_a_transfer_rate_of_ones_own_comes_first():
    own = fees.TransferRate(bands=((1_000, 1), (None, 2)), recipient_types=("nuban",), currency="NGN")
    assert [fees.transfer_fee(amount, "NGN", rates=own) for amount in (1_000, 1_001)] == [1, 2]
    assert fees.transfer_fee(1_000, "GHS", rates=[own]) == 800


@pytest.mark.parametrize(
    "bands", [(), ((1_000, 1),), ((None, 1), (None, 2)), ((5, 1), (5, 2), (None, 3)), ((None, 1.0),)]
)
def test_bands_that_leave_an_amount_open_are_refused(bands):
    with pytest.raises(InvalidArgumentError, match="bands"):
        fees.TransferRate(bands=bands)


@pytest.mark.parametrize(
    ("amount", "currency", "more", "said"),
    [
        (1, "EUR", {}, "known are GHS, KES, NGN, ZAR"),
        (1, "NGN", {"recipient_type": "basa"}, "known are authorization, nuban"),
        (1.0, "NGN", {}, "not float"),
        (True, "NGN", {}, "not bool"),
        (1, "NGN", {"rates": fees.RATES}, "rates must be a TransferRate"),
    ],
)
def test_a_transfer_of_which_nothing_is_known_is_refused(amount, currency, more, said):
    with pytest.raises(InvalidArgumentError, match=said):
        fees.transfer_fee(amount, currency, **more)


# The emulator


@pytest.mark.parametrize("amount", [39_100, 250_000, 250_001, 20_000_000])
def test_the_emulators_ledger_books_the_public_fee(connect, amount):
    with paying.frozen() as emulator:
        client = connect(transport=emulator)
        assert paying.paid(client, amount)["fees"] == fees.fee(amount, "NGN")
        assert paying.held(emulator)["paystack", "NGN"] == fees.fee(amount, "NGN")


def test_what_was_to_remain_is_what_the_emulator_settles(connect):
    with paying.frozen() as emulator:
        client = connect(transport=emulator)
        paying.paid(client, fees.charge_for(240_000, "NGN"))
        assert paying.held(emulator)["unsettled", "NGN"] == 240_000


def test_the_emulator_charges_a_kenyan_business_its_rate_for_dollars(connect):
    with paying.frozen(settings=Settings(country="KE")) as emulator:
        assert paying.paid(connect(transport=emulator), 10_000, currency="USD")["fees"] == 380


def test_importing_the_fees_loads_no_client():
    code = "from paystackease import fees; import sys; print(*({'aiohttp', 'urllib3', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
    assert issubclass(errors.InvalidArgumentError, ValueError)
