"""Values that a rate limit allows, and the pace of calls."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease import RateLimit, errors
from paystackease._core.rate_limit import Pacer

INVALID_VALUES = float("inf"), float("nan"), 0, -1, "5", True, b"1", [1]


@pytest.mark.parametrize("name", ["per_second", "max_concurrency"])
@pytest.mark.parametrize("value", INVALID_VALUES, ids=repr)
def test_an_invalid_limit_is_rejected(name, value):
    with pytest.raises(errors.InvalidArgumentError, match=f"{name} must be a"):
        RateLimit(**{name: value})


def test_a_fractional_concurrency_is_rejected_and_a_fractional_rate_is_allowed():
    with pytest.raises(errors.InvalidArgumentError, match="a whole number"):
        RateLimit(max_concurrency=1.5)
    assert RateLimit(per_second=0.5, max_concurrency=3) == RateLimit(0.5, 3)


# The pace


@given(
    per_second=st.floats(0.01, 1000),
    gaps=st.lists(st.floats(0, 100), min_size=1, max_size=50),
)
def test_calls_start_in_order_evenly_spaced_and_as_early_as_allowed(per_second, gaps):
    pacer, now, starts = Pacer(per_second), 1000.0, []
    for gap in gaps:
        now += gap
        wait = pacer.reserve(now)
        assert wait >= 0
        # Calls that have not started yet, and the one that just has: no call waits for more than these.
        earlier = [start for start in starts if start + 1 / per_second > now]
        assert wait <= len(earlier) / per_second + 1e-6
        assert wait > 0 or not starts or now - starts[-1] >= 1 / per_second - 1e-6
        starts.append(now + wait)
    assert starts == sorted(starts)
    for current, following in pairwise(starts):
        assert following - current >= 1 / per_second - 1e-6


@given(times=st.lists(st.floats(0, 1e6), max_size=20))
def test_without_a_rate_no_call_waits(times):
    pacer = Pacer(None)
    assert [pacer.reserve(now) for now in sorted(times)] == [0.0] * len(times)


def test_idle_time_does_not_allow_a_burst():
    pacer = Pacer(10)
    assert pacer.reserve(0) == 0
    assert [round(pacer.reserve(100), 6) for _ in range(4)] == [0, 0.1, 0.2, 0.3]
