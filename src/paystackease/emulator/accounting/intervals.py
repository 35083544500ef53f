"""The intervals of plans, and the charges that follow from them.

A subscription is anchored at its start, and charged at midnight UTC (hourly ones on the hour) according to its cron
expression, as in Paystack's samples: one that starts on a Saturday is charged on Saturdays, and one that starts on the
29th or later is charged on the 28th.
"""

from __future__ import annotations

import datetime as dt

HOUR = 3600
DAY = 24 * HOUR

MONTHS = {"monthly": 1, "quarterly": 3, "biannually": 6, "annually": 12}
"""The intervals that are counted in months."""

INTERVALS = ("hourly", "daily", "weekly", *MONTHS)
"""All intervals. Paystack does not accept them in upper case (observed)."""

_LAST_DAY = 28  # of every month


def cron_expression(interval: str, anchor: float) -> str:
    """Return the cron expression of a subscription that started at ``anchor``: ``0 0 28 * *``.

    How Paystack writes quarterly and biannually, no sample shows (an assumption: the months are listed).
    """
    if interval == "hourly":
        return "0 * * * *"
    if interval == "daily":
        return "0 0 * * *"
    began = _from_timestamp(anchor)
    if interval == "weekly":
        return f"0 0 * * {began.isoweekday() % 7}"  # Sunday is 0
    step = MONTHS[interval]
    months = sorted((began.month - 1 + step * turn) % 12 + 1 for turn in range(12 // step))
    listed = "*" if step == 1 else ",".join(map(str, months))
    return f"0 0 {min(began.day, _LAST_DAY)} {listed} *"


def next_charge_after(interval: str, anchor: float, moment: float) -> float:
    """Return the first charge after ``moment`` of a subscription that started at ``anchor``."""
    if interval == "hourly":
        return (moment // HOUR + 1) * HOUR
    midnight = moment // DAY * DAY
    if interval == "daily":
        return midnight + DAY
    if interval == "weekly":
        weeks = (midnight - anchor // DAY * DAY) // (7 * DAY)
        return anchor // DAY * DAY + (weeks + 1) * 7 * DAY
    began, now = _from_timestamp(anchor), _from_timestamp(moment)
    step, day = MONTHS[interval], min(began.day, _LAST_DAY)
    months = (now.year - began.year) * 12 + now.month - began.month
    at = _month_start(began, months // step * step, day)
    return at if at > moment else _month_start(began, (months // step + 1) * step, day)


def _month_start(began: dt.datetime, later: int, day: int) -> float:
    years, month = divmod(began.month - 1 + later, 12)
    return dt.datetime(began.year + years, month + 1, day, tzinfo=dt.UTC).timestamp()


def _from_timestamp(moment: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(moment, dt.UTC)
