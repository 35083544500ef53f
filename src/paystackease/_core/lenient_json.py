r"""JSON as JavaScript reads it, which is Paystack's own language.

:func:`decode` returns what ``await response.json()`` returns in JavaScript. msgspec reads nearly all texts. It rejects
some that JavaScript accepts: lone surrogates (``"\ud800"``), numbers beyond the range of a double (``1e999`` is
infinity), any depth of nesting, a byte order mark, and bytes that are not UTF-8 (each becomes U+FFFD).
:func:`_decode_leniently` reads those. Texts that ``JSON.parse`` rejects raise an error here too.

:func:`encode` writes a value that :func:`decode` returned. The text is the same as msgspec's if msgspec can write the
value, so digests of it do not depend on the depth of the caller's stack.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from json import decoder
from typing import Any, cast


@cache
def _codec() -> tuple[Callable[[bytes], object], Callable[..., bytes]]:
    import msgspec  # imported with the first response or event

    return msgspec.json.decode, msgspec.json.encode


def decode(content: bytes) -> object:
    """Return the value of a JSON text.

    :param content: The text, in UTF-8.
    :raises ValueError: If it is not JSON for JavaScript's ``JSON.parse`` either.
    """
    try:
        return _codec()[0](content)
    except (ValueError, RecursionError):
        return _decode_leniently(bytes(content).decode("utf-8", "replace").removeprefix("\ufeff"))


def encode(value: object, *, is_sorted: bool = False) -> bytes:
    """Return a JSON text that :func:`decode` reads as the same value. Lone surrogates are escaped.

    :param value: A value that :func:`decode` returned, or that msgspec can write.
    :param is_sorted: Sort the keys of each object.
    """
    try:
        text = _codec()[1](value, order="sorted" if is_sorted else None)
    except (UnicodeEncodeError, OverflowError, RecursionError):
        return b"".join(_pieces(value, is_sorted))
    # msgspec writes null for an infinite number, which would be equal to a real null.
    if b"null" in text and _has_infinity(value):
        return b"".join(_pieces(value, is_sorted))
    return text


# Reading

_scan: Callable[[str, int, bool], tuple[str, int]] = vars(decoder)["scanstring"]  # its stubs lack it
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS: dict[str, tuple[str, object]] = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}


def _decode_leniently(text: str) -> object:
    """Return the value of a JSON text. It does not recurse, so the depth is not limited."""
    outer: list[tuple[Any, str]] = []  # the enclosing objects and arrays, with the key in each
    holder: Any = None
    key, place = "", _skip(text, 0)
    while True:
        if holder.__class__ is dict:
            if text[place : place + 1] != '"':
                raise ValueError("a key was expected")
            key, place = _scan(text, place + 1, True)
            place = _skip(text, place)
            if text[place : place + 1] != ":":
                raise ValueError("a colon was expected")
            place = _skip(text, place + 1)
        first = text[place : place + 1]
        if first in {"{", "["}:
            outer.append((holder, key))
            holder = {} if first == "{" else []
            place = _skip(text, place + 1)
            if text[place : place + 1] != ("}" if first == "{" else "]"):
                continue
            value: object = holder
            place += 1
            holder, key = outer.pop()
        else:
            value, place = _scalar(text, place, first)
        # The value is complete, and perhaps the enclosing ones too.
        while True:
            place = _skip(text, place)
            if holder is None:
                if place != len(text):
                    raise ValueError("unexpected text after the value")
                return value
            if holder.__class__ is dict:
                holder[key] = value
            else:
                holder.append(value)
            after = text[place : place + 1]
            place += 1
            if after == ",":
                place = _skip(text, place)
                break
            if after != ("}" if holder.__class__ is dict else "]"):
                raise ValueError("a comma or an end was expected")
            value = holder
            holder, key = outer.pop()


def _skip(text: str, place: int) -> int:
    return cast("re.Match[str]", _SPACE.match(text, place)).end()


def _scalar(text: str, place: int, first: str) -> tuple[object, int]:
    if first == '"':
        return _scan(text, place + 1, True)
    if word := _WORDS.get(first):
        if not text.startswith(word[0], place):
            raise ValueError("a value was expected")
        return word[1], place + len(word[0])
    number = _NUMBER.match(text, place)
    if number is None:
        raise ValueError("a value was expected")
    return _number(number), number.end()


def _number(number: re.Match[str]) -> float:
    if number[1] is None and number[2] is None:
        try:
            return int(number[0])
        except ValueError:  # more digits than Python converts
            pass
    return float(number[0])


# Writing


def _pieces(value: object, is_sorted: bool) -> Iterator[bytes]:
    """Yield the parts of a JSON text, equal to those that msgspec would write. It does not recurse."""
    open_: list[tuple[Iterator[Any], bytes]] = []
    present: Any = value
    while True:
        if isinstance(present, dict):
            items = cast("dict[str, object]", present).items()
            open_.append((iter(sorted(items, key=_by_key) if is_sorted else items), b"}"))
            yield b"{"
        elif isinstance(present, list | tuple):
            open_.append((iter(cast("list[object]", present)), b"]"))
            yield b"["
        else:
            yield _scalar_text(present)
        is_first = isinstance(present, dict | list | tuple)
        while open_:
            inside, end = open_[-1]
            try:
                present = next(inside)
            except StopIteration:
                open_.pop()
                yield end
                is_first = False
                continue
            if not is_first:
                yield b","
            if end == b"}":
                key, present = cast("tuple[str, Any]", present)
                yield _scalar_text(key) + b":"
            break
        else:
            return


def _by_key(item: tuple[str, object]) -> str:
    return item[0]


def _scalar_text(scalar: object) -> bytes:
    if isinstance(scalar, float) and math.isinf(scalar):
        return b"1e999" if scalar > 0 else b"-1e999"
    try:
        return _codec()[1](scalar)
    except UnicodeEncodeError:
        # Only text can have lone surrogates.
        parts = re.split("([\ud800-\udfff])", cast("str", scalar))
        escaped = (
            f"\\u{ord(part):04x}".encode() if at % 2 else _codec()[1](part)[1:-1] for at, part in enumerate(parts)
        )
        return b'"' + b"".join(escaped) + b'"'
    except OverflowError:
        return str(scalar).encode()


def _has_infinity(value: object) -> bool:
    remaining: list[Any] = [value]
    while remaining:
        one = remaining.pop()
        if isinstance(one, dict):
            remaining.extend(cast("dict[str, object]", one).values())
        elif isinstance(one, list | tuple):
            remaining.extend(cast("list[object]", one))
        elif isinstance(one, float) and math.isinf(one):
            return True
    return False
