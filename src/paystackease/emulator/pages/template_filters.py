"""Jinja filters: pure functions that format amounts, dates, statuses and JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from paystackease.emulator.clock import parse_time


def format_amount(subunits: object, currency: str = "") -> str:
    """Return an amount in the currency's main unit: ``NGN 5,000.00``. All of Paystack's have 100 subunits."""
    if isinstance(subunits, bool) or not isinstance(subunits, int):
        return "-"
    whole, cents = divmod(abs(subunits), 100)
    sign = "-" if subunits < 0 else ""
    # Non-breaking spaces.
    return f"{currency}\u00a0{sign}{whole:,}.{cents:02}".lstrip("\u00a0")


def format_datetime(when: object) -> str:
    """Return a time to the second, in UTC: ``1 Oct 2026, 12:00:00``."""
    seconds = parse_time(when) if isinstance(when, str) else when
    if not isinstance(seconds, int | float):
        return "-"
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f"{at.day}\u00a0{at:%b}\u00a0{at:%Y, %H:%M:%S}"


def format_date(when: object) -> str:
    """Return the date of a time."""
    return format_datetime(when).partition(",")[0]


def humanize(name: object) -> str:
    """Return one of Paystack's names without underscores: ``mobile money``."""
    return str(name).replace("_", " ")


TONES: Mapping[str, str] = {
    **dict.fromkeys(("success", "active", "processed", "resolved", "delivered", "complete", "completed"), "good"),
    **dict.fromkeys(
        ("failed", "rejected", "blocked", "attention", "reversed", "needs-attention", "awaiting-merchant-feedback"),
        "bad",
    ),
    **dict.fromkeys(
        ("ongoing", "pending", "processing", "queued", "otp", "received", "retrying", "awaiting-bank-feedback"), "busy"
    ),
}


def status_tone(status: object) -> str:
    """Return the style of a status: ``good``, ``bad``, ``busy`` or ``quiet``."""
    return TONES.get(str(status).lower(), "quiet")


def pretty_json(body: object) -> str:
    """Return a document as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


FILTERS: Mapping[str, Callable[..., Any]] = {
    "amount": format_amount,
    "datetime": format_datetime,
    "date": format_date,
    "humanize": humanize,
    "status_tone": status_tone,
    "pretty_json": pretty_json,
}
"""By their names in templates."""
