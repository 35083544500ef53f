"""Intervals of plans: each is anchored at the start of a subscription."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paystackease.emulator.accounting.intervals import DAY, HOUR, INTERVALS, MONTHS, cron_expression, next_charge_after
from paystackease.emulator.clock import format_time, parse_time

moments = st.integers(int(parse_time("2024-01-01")), int(parse_time("2034-01-01"))).map(float)
intervals = st.sampled_from(INTERVALS)


@pytest.mark.parametrize(
    ("interval", "began", "expression", "charges"),
    [
        ("hourly", "2026-10-01T12:30", "0 * * * *", ["2026-10-01T13:00", "2026-10-01T14:00"]),
        ("daily", "2026-10-01T12:30", "0 0 * * *", ["2026-10-02T00:00", "2026-10-03T00:00"]),
        ("weekly", "2026-10-03T12:30", "0 0 * * 6", ["2026-10-10T00:00", "2026-10-17T00:00"]),
        ("weekly", "2026-10-04T12:30", "0 0 * * 0", ["2026-10-11T00:00", "2026-10-18T00:00"]),
        ("monthly", "2026-10-15T12:30", "0 0 15 * *", ["2026-11-15T00:00", "2026-12-15T00:00"]),
        ("monthly", "2026-12-28T12:30", "0 0 28 * *", ["2027-01-28T00:00", "2027-02-28T00:00"]),
        ("quarterly", "2026-11-15T12:30", "0 0 15 2,5,8,11 *", ["2027-02-15T00:00", "2027-05-15T00:00"]),
        ("biannually", "2026-11-15T12:30", "0 0 15 5,11 *", ["2027-05-15T00:00", "2027-11-15T00:00"]),
        ("annually", "2026-10-08T12:30", "0 0 8 10 *", ["2027-10-08T00:00", "2028-10-08T00:00"]),
        ("annually", "2028-02-29T12:30", "0 0 28 2 *", ["2029-02-28T00:00", "2030-02-28T00:00"]),
    ],
    ids=str,
)
def test_an_interval_has_a_charge_schedule(interval, began, expression, charges):
    anchor = parse_time(began)
    assert cron_expression(interval, anchor) == expression
    first = next_charge_after(interval, anchor, anchor)
    second = next_charge_after(interval, anchor, first)
    assert [format_time(first), format_time(second)] == [f"{at}:00.000Z" for at in charges]


@pytest.mark.parametrize("day", [29, 30, 31])
def test_a_subscription_from_the_29th_on_is_charged_on_the_28th(day):
    anchor = at = parse_time(f"2026-01-{day}T12:00")
    days = []
    for _ in range(24):
        at = next_charge_after("monthly", anchor, at)
        days.append(dt.datetime.fromtimestamp(at, dt.UTC).day)
    assert days == [28] * 24


@given(intervals, moments, st.floats(0, 3 * 366 * DAY))
def test_the_next_charge_is_later_on_the_hour_and_no_further_than_the_interval(interval, anchor, later):
    moment = anchor + later
    at = next_charge_after(interval, anchor, moment)
    longest = {"hourly": HOUR, "daily": DAY, "weekly": 7 * DAY, **{name: 31 * n * DAY for name, n in MONTHS.items()}}
    assert moment < at <= moment + longest[interval] + DAY
    assert at % (HOUR if interval == "hourly" else DAY) == 0


@given(intervals, moments, st.floats(0, 366 * DAY), st.floats(0, 1, exclude_max=True))
def test_between_two_charges_there_is_none(interval, anchor, later, part):
    first = next_charge_after(interval, anchor, anchor + later)
    second = next_charge_after(interval, anchor, first)
    between = first + part * (second - first)
    assert next_charge_after(interval, anchor, min(between, second - 0.001)) == second
