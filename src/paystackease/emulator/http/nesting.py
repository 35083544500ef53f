"""The nesting limit of JSON that the emulator accepts.

Accepted JSON is stored, serialized within other documents, sent by webhook and logged. Each of these recurses into it,
and Python allows about a thousand levels in all. So the limit is checked once, where JSON is decoded, and leaves room
for later processing. Paystack's own limit is unknown: 200 is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import msgspec

MAX_DEPTH = 200
"""How many objects and arrays may be nested."""


class NestingError(ValueError):
    """JSON that is nested more deeply than is allowed."""

    def __init__(self) -> None:
        super().__init__(f"JSON may be nested {MAX_DEPTH} levels deep at the most")


def decode_json(content: bytes | str, max_depth: int = MAX_DEPTH) -> object:
    """Decode JSON.

    :raises NestingError: If it is nested too deeply.
    :raises ValueError: If it is not JSON.
    """
    try:
        value: object = msgspec.json.decode(content)
    except RecursionError:
        raise NestingError from None
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    if data.count(b"{") + data.count(b"[") > max_depth:  # most have fewer, and cannot be nested as deeply
        check_depth(value, max_depth)
    return value


def check_depth(value: object, max_depth: int = MAX_DEPTH) -> None:
    """Check the nesting of a value that consists of JSON types.

    :raises NestingError: If it is nested too deeply.
    """
    level = _containers([value])
    for _ in range(max_depth):
        if not level:
            return
        level = [inner for container in level for inner in _containers(_items(container))]
    if level:
        raise NestingError


def _containers(values: Iterable[object]) -> list[object]:
    return [value for value in values if isinstance(value, dict | list)]


def _items(container: object) -> Iterable[object]:
    if isinstance(container, dict):
        return cast("dict[str, object]", container).values()
    return cast("list[object]", container)
