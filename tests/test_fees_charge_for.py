"""charge_for: the least amount of which enough remains, compared with trying every amount."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paystackease import fees
from paystackease.errors import InvalidArgumentError

TAXED = fees.Rate(basis_points=5_000, tax=10_000, cap=7)


def how_of(rate):
    return {
        "channel": rate.channels[0],
        "international": bool(rate.foreign),
        "brand": rate.brand,
        "country": rate.country,
    }


def remains(amount, currency, **how):
    return amount - fees.fee(amount, currency, **how)


def steps_of(rate):
    """The nets around which a naive inversion goes wrong: at the waiver and at the cap."""
    at = [rate.flat_above, rate.flat_above + 1]
    if rate.cap is not None:
        at.append((rate.cap - rate.flat) * 10_000 // rate.basis_points)
    return [max(0, amount - rate.compute(amount) + more) for amount in at for more in range(-40, 41)]


@pytest.mark.parametrize("rate", fees.RATES, ids=lambda rate: f"{rate.currency}-{rate.channels[0]}-{rate.basis_points}")
def test_around_every_step_of_a_published_rate_it_is_enough_and_minimal(rate):
    how = how_of(rate)
    for net in [*range(300), *steps_of(rate)]:
        gross = fees.charge_for(net, rate.currency, **how)
        assert remains(gross, rate.currency, **how) >= net
        assert net == 0 or remains(gross - 1, rate.currency, **how) < net


@given(rate=st.sampled_from(fees.RATES), net=st.integers(1, 10**12))
@example(rate=fees.RATES[6], net=246_250)
@example(rate=fees.RATES[6], net=246_251)
def test_it_is_enough_minimal_and_rises_for_every_published_rate(rate, net):
    how = how_of(rate)
    gross = fees.charge_for(net, rate.currency, **how)
    assert remains(gross, rate.currency, **how) >= net
    assert all(remains(gross - less, rate.currency, **how) < net for less in range(1, min(8, gross)))
    assert fees.charge_for(net + 1, rate.currency, **how) >= gross


rates = st.builds(
    fees.Rate,
    basis_points=st.integers(0, 5_000),
    flat=st.integers(0, 60),
    flat_above=st.integers(0, 200),
    cap=st.none() | st.integers(0, 90),
    tax=st.sampled_from([0, 1, 750, 1_500, 1_800, 9_000]),
)


@given(rate=rates, nets=st.lists(st.integers(0, 300), min_size=1, max_size=12))
@example(rate=TAXED, nets=list(range(40)))
@example(rate=fees.Rate(basis_points=290, flat=100, flat_above=1_000, tax=1_500), nets=list(range(800, 1_100)))
def test_it_is_what_trying_every_amount_finds(rate, nets):
    how = {"rates": rate}
    tried = 0
    for net in sorted(nets):
        while remains(tried, "NGN", **how) < net:  # what did not leave a lesser net does not leave this one
            tried += 1
        assert fees.charge_for(net, "NGN", **how) == tried


@pytest.mark.parametrize("tax", [0, 1_500])
@pytest.mark.parametrize("basis_points", [5_001, 9_000, 9_999])
def test_above_half_of_the_amount_it_is_exact_or_refused(basis_points, tax):
    rate = fees.Rate(basis_points=basis_points, tax=tax)
    if tax:
        with pytest.raises(InvalidArgumentError, match=r"50 percent|no amount"):
            fees.charge_for(10, "NGN", rates=rate)
        return
    gross = fees.charge_for(10, "NGN", rates=rate)
    assert remains(gross, "NGN", rates=rate) == 10
    assert remains(gross - 1, "NGN", rates=rate) == 9


@pytest.mark.parametrize("rate", [fees.Rate(basis_points=10_000), fees.Rate(basis_points=9_000, tax=2_000)])
def test_a_rate_that_takes_everything_leaves_no_net(rate):
    assert fees.charge_for(0, "NGN", rates=rate) == 0
    with pytest.raises(InvalidArgumentError, match="no amount leaves this net"):
        fees.charge_for(1, "NGN", rates=rate)


def test_all_of_it_is_taken_up_to_a_cap():
    rate = fees.Rate(basis_points=10_000, cap=500)
    assert [fees.charge_for(net, "NGN", rates=rate) for net in (0, 1, 7)] == [0, 501, 507]


def test_large_nets_are_exact():
    net = 10**30
    gross = fees.charge_for(net, "GHS")
    assert remains(gross, "GHS") == net
    assert remains(gross - 1, "GHS") < net
