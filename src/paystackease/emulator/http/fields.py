"""A field of a body, read once: what it is, or the refusal that Paystack's validator writes.

Newer operations of Paystack quote the name, ``"name" is required`` and ``"status" must be one of [active, inactive]``;
older ones write their own text, ``Name is required``, which is given here as a ``label``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from paystackease.emulator.http.errors import ApiError, missing_field

INTEGER_LIMIT = 2**63
"""Numbers from here on are nobody's: the emulator could not even look for them."""

VALUES = "Ensure that the value(s) you're passing are valid."
REFERENCE = (
    "Ensure that you're passing the correct reference for the requested resource that exists on this integration"
)
"""What Paystack advises whoever asks for something that is not there."""


def invalid(message: str) -> ApiError:
    """It is there, and not what it must be."""
    return ApiError(400, message, "invalid_params", next_step=VALUES)


def text(body: Mapping[str, Any], name: str) -> str | None:
    """Text, which may be empty; None where there is none."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise invalid(f'"{name}" must be a string')
    return value


def require_text(body: Mapping[str, Any], name: str, label: str | None = None) -> str:
    """Text that must be there."""
    value = text(body, name)
    if not value:
        raise missing_field(label or f'"{name}"')
    return value


def flag(body: Mapping[str, Any], name: str) -> bool | None:
    """Yes or no, in a form as text; None where it is not there."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise invalid(f'"{name}" must be a boolean')


def count(body: Mapping[str, Any], name: str, *, least: int = 0) -> int | None:
    """A whole number, as a number or in digits; None where it is not there."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(f'"{name}" must be a number')
    if value < least:
        raise invalid(f'"{name}" must be greater than or equal to {least}')
    if value >= 2**53:  # as of amounts
        raise invalid(f'"{name}" must be a safe number')
    return value


def require_objects(body: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects that must be there and not be empty."""
    found: list[dict[str, Any]] = []
    for at, item in enumerate(_items(body, name)):
        if not isinstance(item, dict):
            raise invalid(f'"{name}[{at}]" must be of type object')
        found.append(item)  # pyright: ignore[reportUnknownArgumentType] # a JSON object's keys are text
    return found


def require_ids(body: Mapping[str, Any], name: str) -> list[int]:
    """A list of the numbers of things that must be there and not be empty."""
    found: list[int] = []
    for at, item in enumerate(_items(body, name)):
        if isinstance(item, str) and item.isdecimal() and len(item) < 19:
            item = int(item)
        if isinstance(item, bool) or not isinstance(item, int) or not 0 <= item < INTEGER_LIMIT:
            raise invalid(f'"{name}[{at}]" must be a number')
        found.append(item)
    return found


def one_of(given: Mapping[str, Any], name: str, allowed: Collection[str]) -> str | None:
    """One of a few words; None where it is not there."""
    value = given.get(name)
    if value is not None and (not isinstance(value, str) or value not in allowed):
        raise invalid(f'"{name}" must be one of [{", ".join(allowed)}]')
    return value


def _items(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if value is None or value == [] or value == "":
        raise missing_field(f'"{name}"')
    if not isinstance(value, list):
        raise invalid(f'"{name}" must be an array')
    return value  # pyright: ignore[reportUnknownVariableType] # whatever the JSON holds
