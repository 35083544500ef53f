"""JSON as JavaScript writes it, so that parsing and writing it again gives the same bytes.

Paystack is JavaScript, and so are most of its customers: the documentation's own example signs
``JSON.stringify(req.body)``, which is right only as long as those are the bytes that came. What msgspec writes is the
same but for three things: keys that are whole numbers, which JavaScript puts first and in order; the way in which it
writes numbers with a fraction; and whole numbers beyond 2**53, which it cannot hold.
"""

from __future__ import annotations

import re
from typing import Any, cast

import msgspec

_INDEX = re.compile(r"0|[1-9]\d{0,9}")
_SAFE = 2**53
_THE_SAME = frozenset({str, bool, type(None)})

_PLAIN_KEYS: set[str] = set()
"""Keys that were looked at, and are no numbers. Nearly all come again with each event."""
_MOST_KEYS = 10_000


def encode_js_stable(value: object) -> bytes:
    """The bytes of a value that ``JSON.parse`` and ``JSON.stringify`` leave as they are."""
    content = msgspec.json.encode(value)
    if _is_plain(value):
        return content
    # What was encoded is decoded: only the types of JSON are left.
    return msgspec.json.encode(_stable(msgspec.json.decode(content)))


def _is_plain(value: object) -> bool:
    """Whether nothing in it is written otherwise by JavaScript, as is so of nearly all: a look is a tenth of a rewrite.

    No regular expression over the bytes is as fast.
    """
    inside: list[Any] = [value]
    for found in inside:  # which grows by what is within
        kind: object = type(found)  # pyright: ignore[reportUnknownVariableType] # whatever JSON can be made of
        if kind is dict:
            if not found.keys() <= _PLAIN_KEYS:
                if any(type(key) is not str or key.isdigit() for key in found):
                    return False
                if len(_PLAIN_KEYS) < _MOST_KEYS:
                    _PLAIN_KEYS.update(found)
            for item in found.values():
                # Most of what is in an event is text, of which there is nothing to see.
                what: object = type(item)  # pyright: ignore[reportUnknownVariableType] # as above
                if what is int:
                    if not -_SAFE <= item <= _SAFE:
                        return False
                elif what not in _THE_SAME:
                    inside.append(item)
        elif kind is list:
            inside += found
        elif not (kind in _THE_SAME or (kind is int and -_SAFE <= found <= _SAFE)):
            return False
    return True


def _stable(value: object) -> object:
    if isinstance(value, dict):
        found = cast("dict[str, object]", value)
        first = sorted((key for key in found if _is_index(key)), key=int)
        return {key: _stable(found[key]) for key in dict.fromkeys([*first, *found])}
    if isinstance(value, list):
        return [_stable(item) for item in cast("list[object]", value)]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _SAFE):
        return msgspec.Raw(number(float(value)).encode())
    return value


def _is_index(key: str) -> bool:
    # An array's index, to JavaScript: up to 2**32 - 2.
    return _INDEX.fullmatch(key) is not None and int(key) < 2**32 - 1


def number(value: float) -> str:
    """A number as ``Number.prototype.toString`` writes it: https://tc39.es/ecma262/#sec-numeric-types-number-tostring"""
    if value == 0:
        return "0"  # and not -0
    # Python finds the same shortest digits as JavaScript, and only places the point elsewhere.
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{point - 1:+d}"
    return f"-{text}" if value < 0 else text
