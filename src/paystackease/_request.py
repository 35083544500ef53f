"""A call as a value: what to ask Paystack, before anything is sent.

It is pure and holds no key, so it can be looked at, tested, stored, changed (``request.at(page=2)``) and sent again.
Its ``repr`` names the call and none of the values, which are people's e-mails and account numbers.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from paystackease.errors import InvalidArgumentError, InvalidRequestMethodError

T_co = TypeVar("T_co", covariant=True)

METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})


class Repeat(enum.Enum):
    """How a call may be repeated when nobody knows whether it was carried out."""

    FREELY = "freely"
    """It reads, or doing it twice is doing it once."""
    BY_REFERENCE = "by reference"
    """Paystack refuses a second one with the same reference."""
    NEVER = "never"
    """Paystack would do it twice."""


@dataclass(frozen=True, slots=True, repr=False)
class Request(Generic[T_co]):
    """One API call. ``T_co`` is the type of the ``data`` that answers it.

    ``Request("GET", "/transaction/verify/{reference}", {"reference": "T1"})`` is a call of your own, to be given to
    ``client.send``.
    """

    method: str
    """``GET``, ``POST``, ``PUT`` or ``DELETE``."""
    path: str
    """The path, a template: each ``{name}`` is filled from ``path_params``, quoted whole."""
    path_params: Mapping[str, object] = field(default_factory=dict[str, object])
    query: Mapping[str, object] = field(default_factory=dict[str, object])
    """The query. What is None is left out."""
    body: Mapping[str, object] | Sequence[object] | None = None
    """The JSON body. A top-level field that is None is left out."""
    repeat: Repeat | None = None
    """How it may be repeated. Left out, a GET may be repeated freely and anything else never."""

    target: str = field(init=False, compare=False)
    """The path and query, as sent."""
    content: bytes | None = field(init=False, compare=False)
    """The body, as sent."""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise InvalidRequestMethodError(
                f"Paystack knows the methods GET, POST, PUT and DELETE, not {self.method!r}"
            )
        if not self.path.startswith("/"):
            raise InvalidArgumentError("a path starts with a slash, as /customer does")
        # Made here and not when it is sent: a request that exists can be sent, and again without making it anew.
        object.__setattr__(self, "target", self._target())
        object.__setattr__(self, "content", None if self.body is None else self._content(self.body))

    def __repr__(self) -> str:
        return f"{self.method} {'/'.join(map(_named, self.path.split('/')))}"

    @property
    def freely(self) -> bool:
        """Whether it may be repeated whatever became of it."""
        return self.method == "GET" if self.repeat is None else self.repeat is Repeat.FREELY

    def _target(self) -> str:
        path = self.path
        if self.path_params:
            path = path.format_map({name: _segment(name, value) for name, value in self.path_params.items()})
        if self.query:
            query = urlencode({name: text(value) for name, value in self.query.items() if value is not None})
            return f"{path}?{query}" if query else path
        return path

    def _content(self, body: Mapping[str, object] | Sequence[object]) -> bytes:
        import msgspec  # when first needed: a client that only reads never encodes

        if isinstance(body, Mapping):
            body = {name: value for name, value in body.items() if value is not None}
        try:
            return msgspec.json.encode(_plain(body))
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidArgumentError(f"{self}: the body holds something that JSON cannot carry") from error

    def at(self, **query: object) -> Request[T_co]:
        """The same call at other query parameters: its next page, for one."""
        return replace(self, query={**self.query, **query})


def text(value: object) -> str:
    """A value as Paystack reads it in a query: ``true``, ``2026-10-01``, ``allow``."""
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, enum.Enum):
        return text(value.value)
    if isinstance(value, dt.datetime):
        return timestamp(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def timestamp(value: dt.datetime) -> str:
    """A moment as Paystack writes it, ``2026-10-01T12:00:00.000Z``. One without a time zone is taken to be UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return value.isoformat(timespec="milliseconds") + "Z"


def _plain(value: object) -> object:
    # What Python has more of than JSON, as Paystack reads it.
    if value is None or isinstance(value, str | int):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no such number")  # and msgspec would write null
    return text(value) if isinstance(value, dt.date) else value


def _segment(name: str, value: object) -> str:
    part = quote(text(value), safe="")
    if part.strip(".") == "" and len(part) < 3:  # "", "." and "..": any HTTP library would go to another path
        raise InvalidArgumentError(f"{name} must not be empty, '.' or '..': it is a part of the path")
    return part


def _named(segment: str) -> str:
    # A path that was put together by hand may hold an e-mail or a code; Paystack's own words are of this kind.
    plain = segment.replace("_", "").replace("-", "")
    return segment if (plain.isascii() and plain.islower() and plain.isalpha()) or segment[:1] in {"", "{"} else "…"
