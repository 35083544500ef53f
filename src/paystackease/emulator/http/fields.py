"""Fields of a request body, validated with the error messages of Paystack's validator.

Newer operations of Paystack quote the name, ``"name" is required`` and ``"status" must be one of [active, inactive]``;
older ones have their own text, such as ``Name is required``, which is passed as ``label``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from paystackease.emulator.http.errors import ApiError, missing_field

INTEGER_LIMIT = 2**63
"""Ids are below this limit, which is that of SQLite's integers."""

CHECK_VALUES_HINT = "Ensure that the value(s) you're passing are valid."
CHECK_REFERENCE_HINT = (
    "Ensure that you're passing the correct reference for the requested resource that exists on this integration"
)
"""Paystack's hint if a resource does not exist."""


def parse_id(text: str) -> int | None:
    """Return the id that a text holds; None if it is not one, or is longer than any id."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def invalid_value(message: str) -> ApiError:
    """The value of a field is not valid."""
    return ApiError(400, message, "invalid_params", next_step=CHECK_VALUES_HINT)


def optional_text(body: Mapping[str, Any], name: str) -> str | None:
    """Return a string, which may be empty; None if it is missing."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid_value(f'"{name}" must be a string')
    return value


def require_text(body: Mapping[str, Any], name: str, label: str | None = None) -> str:
    """Return a required string."""
    value = optional_text(body, name)
    if not value:
        raise missing_field(label or f'"{name}"')
    return value


def optional_flag(body: Mapping[str, Any], name: str) -> bool | None:
    """Return a boolean, in a form a string; None if it is missing."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise invalid_value(f'"{name}" must be a boolean')


def optional_count(body: Mapping[str, Any], name: str, *, minimum: int = 0) -> int | None:
    """Return an integer, as a number or as digits; None if it is missing."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid_value(f'"{name}" must be a number')
    if value < minimum:
        raise invalid_value(f'"{name}" must be greater than or equal to {minimum}')
    if value >= 2**53:  # as for amounts
        raise invalid_value(f'"{name}" must be a safe number')
    return value


def require_objects(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a required list of objects that is not empty."""
    objects: list[dict[str, Any]] = []
    for index, item in enumerate(_items(body, name)):
        if not isinstance(item, dict):
            raise invalid_value(f'"{name}[{index}]" must be of type object')
        objects.append(item)  # pyright: ignore[reportUnknownArgumentType] # a JSON object's keys are text
    return objects


def require_ids(body: Mapping[str, Any], name: str) -> list[int]:
    """Return a required list of ids that is not empty."""
    ids: list[int] = []
    for index, item in enumerate(_items(body, name)):
        if isinstance(item, str) and item.isdecimal() and len(item) < 19:
            item = int(item)
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item < INTEGER_LIMIT:
            raise invalid_value(f'"{name}[{index}]" must be a number')
        ids.append(item)
    return ids


def optional_choice(values: Mapping[str, Any], name: str, allowed: Collection[str]) -> str | None:
    """Return one of the allowed strings; None if it is missing."""
    value = values.get(name)
    if value is not None and (not isinstance(value, str) or value not in allowed):
        raise invalid_value(f'"{name}" must be one of [{", ".join(allowed)}]')
    return value


def _items(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None or value == [] or value == "":
        raise missing_field(f'"{name}"')
    if not isinstance(value, list):
        raise invalid_value(f'"{name}" must be an array')
    return value  # pyright: ignore[reportUnknownVariableType] # the type of its items is unknown
