"""Dates as arguments: what is accepted, and what is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard, cast


@dataclass(frozen=True, slots=True)
class ISODate:
    """A date or datetime, or one as text: ``2026-10-31`` or ``2026-10-31T12:00:00``. Text is sent like a date."""

    def find_problem(self, name: str, value: object) -> str | None:
        """Return an error message if a value is not a date, else None."""
        parsed = parse_date(value)
        if isinstance(parsed, dt.date):
            return None
        kind = "text of another form" if isinstance(value, str) else type(value).__name__
        return (
            f"{name} must be a datetime.date, a datetime.datetime, or text such as '2026-10-31' or "
            f"'2026-10-31T12:00:00', not {kind}"
        )

    def encode(self, value: object) -> object:
        return parse_date(value)


def parse_date(value: object) -> object:
    """Return the date or datetime that a text names, in ISO 8601. Return any other value unchanged."""
    if not isinstance(value, str):
        return value
    try:
        # A datetime without a time would be read as midnight.
        return dt.date.fromisoformat(value) if len(value) <= 10 else dt.datetime.fromisoformat(value)
    except ValueError:
        return value


@dataclass(frozen=True, slots=True)
class StartOfDay:
    """A date without a time is sent as the start of its day in UTC."""

    def encode(self, value: object) -> object:
        value = parse_date(value)
        return _to_datetime(value, dt.time.min) if _is_date_only(value) else value


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """A date without a time is sent as the end of its day in UTC, so that the day is included.

    Paystack reads a date in ``to`` as the start of that day (observed by others).
    """

    def encode(self, value: object) -> object:
        value = parse_date(value)
        return _to_datetime(value, END_OF_DAY) if _is_date_only(value) else value


@dataclass(frozen=True, slots=True)
class WholeDays:
    """The parameter is a mapping. Its ``from`` and ``to`` are sent like those of a list."""

    def encode(self, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        marks: Mapping[object, StartOfDay | EndOfDay] = {"from": StartOfDay(), "to": EndOfDay()}
        fields = cast("Mapping[object, object]", value)
        return {name: marks[name].encode(field) if name in marks else field for name, field in fields.items()}


END_OF_DAY = dt.time(23, 59, 59, 999_000)
"""With milliseconds, as in Paystack's times."""


def validate_date_order(values: Mapping[str, object]) -> str | None:
    """Return an error message if ``from_date`` is after ``to_date``, else None."""
    start, end = parse_date(values.get("from_date")), parse_date(values.get("to_date"))
    if not (isinstance(start, dt.date) and isinstance(end, dt.date)):
        return None
    # A date without a time is its whole day.
    late = _to_datetime(start, dt.time.min) > _to_datetime(end, END_OF_DAY)
    return "from_date comes after to_date: pass an earlier from_date" if late else None


def _is_date_only(value: object) -> TypeGuard[dt.date]:
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def _to_datetime(value: dt.date, of_day: dt.time) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, of_day, dt.UTC)
    return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
