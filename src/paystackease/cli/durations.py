"""Durations and times as they are typed: ``90``, ``5m``, ``1d12h``, ``2027-01-31T09:00``."""

from __future__ import annotations

import datetime as dt
import re

from paystackease.errors import InvalidArgumentError

UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([smhdw])")
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def parse_duration(text: str) -> float:
    """Return a duration in seconds.

    :raises paystackease.errors.InvalidArgumentError: If it is not a duration.
    """
    compact = text.strip().lower()
    if _SECONDS.fullmatch(compact):
        return float(compact)
    parts: list[tuple[str, str]] = _PART.findall(compact)
    if not parts or "".join(number + unit for number, unit in parts) != compact:
        raise InvalidArgumentError(
            f"{text!r} is not a duration: give seconds, such as 90, or numbers with a unit: 90s, 5m, 2h, 3d, 1w, 1d12h"
        )
    return sum(float(number) * UNIT_SECONDS[unit] for number, unit in parts)


def parse_moment(text: str) -> dt.datetime:
    """Return a time in UTC. Without a zone, the text is in UTC.

    :raises paystackease.errors.InvalidArgumentError: If it is not a time in ISO 8601.
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InvalidArgumentError(
            f"{text!r} is not a time in ISO 8601: give one such as 2027-01-31, 2027-01-31T09:00 (UTC) or "
            "2027-01-31T09:00+01:00"
        ) from None
