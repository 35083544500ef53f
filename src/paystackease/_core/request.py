"""A call as a value: what to ask Paystack, before anything is sent.

It is pure and holds no key, so it can be looked at, tested, stored, changed (``request.at(page=2)``) and sent again.
Its ``repr`` names the call and none of the values, which are people's e-mails and account numbers.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from paystackease._core.config import validate_headers
from paystackease._core.success_criteria import ANY_SUCCESS, SuccessCriteria
from paystackease.errors import InvalidArgumentError, InvalidRequestMethodError

if TYPE_CHECKING:
    from paystackease._core.idempotency import Idempotency

T_co = TypeVar("T_co", covariant=True)

METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_PATH = re.compile(r"/[!-\"$-~]*")  # what may stand in the first line of HTTP: no blank, no line's end, no fragment


class RetrySafety(enum.Enum):
    """How a call may be repeated when nobody knows whether it was carried out."""

    ALWAYS = "always"
    """It reads, or doing it twice is doing it once."""
    BY_REFERENCE = "by reference"
    """Paystack refuses a second one with the same reference."""
    NEVER = "never"
    """Paystack would do it twice."""


@dataclass(frozen=True, init=False, repr=False)
class Request(Generic[T_co]):
    """One API call. ``T_co`` is the type of the ``data`` that answers it.

    ``Request("GET", "/transaction/verify/{reference}", {"reference": "T1"})`` is a call of your own, to be given to
    ``client.send``.
    """

    method: str
    """``GET``, ``POST``, ``PUT`` or ``DELETE``."""
    path: str
    """The path, a template: each ``{name}`` is filled from ``path_params``, quoted whole."""
    path_params: Mapping[str, object]
    query: Mapping[str, object]
    """The query. What is None is left out."""
    body: Mapping[str, object] | Sequence[object] | None
    """The JSON body. A top-level field that is None is left out."""
    retry_safety: RetrySafety | None
    """How it may be repeated. Left out, a GET may be repeated freely and anything else never."""
    idempotency: Idempotency | None = field(compare=False)
    """By what Paystack knows a repeat, where ``repeat`` is by reference."""
    verify_request: Request[object] | None = field(compare=False)
    """The call that tells whether this one was carried out, where there is one."""
    timeout: float | None = field(compare=False)
    """How many seconds one sending may take. None: as many as the client's."""
    headers: Mapping[str, str] = field(compare=False)
    """HTTP headers besides those that every call has."""
    success: SuccessCriteria = field(compare=False)
    """What its answer must be to count as a success; a call with a guard is held to its references as well."""
    target: str = field(init=False, compare=False)
    """The path and query, as sent."""
    content: bytes | None = field(init=False, compare=False)
    """The body, as sent."""

    def __init__(
        self,
        method: str,
        path: str,
        path_params: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        body: Mapping[str, object] | Sequence[object] | None = None,
        retry_safety: RetrySafety | None = None,
        idempotency: Idempotency | None = None,
        verify_request: Request[object] | None = None,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        success: SuccessCriteria = ANY_SUCCESS,
    ) -> None:
        if method not in METHODS:
            raise InvalidRequestMethodError(f"Paystack knows the methods GET, POST, PUT and DELETE, not {method!r}")
        if _PATH.fullmatch(path) is None:
            raise InvalidArgumentError(
                "a path starts with a slash, as /customer does, and has no blank, no # and nothing but ASCII: "
                "write {name} for what may hold any, and give it as path_params"
            )
        # All at once: a frozen dataclass sets its fields one after another, which took a third of a call's time.
        self.__dict__.update(
            method=method,
            path=path,
            path_params=path_params or {},
            query=query or {},
            body=body,
            retry_safety=retry_safety,
            idempotency=idempotency,
            verify_request=verify_request,
            timeout=timeout,
            headers=validate_headers(headers) if headers else {},
            success=success,
            # Made here and not when it is sent: a request that exists can be sent, and again without making it anew.
            target=_build_target(path, path_params, query),
            content=None if body is None else _encode_body(body),
        )

    def __repr__(self) -> str:
        return f"{self.method} {'/'.join(map(_redact_segment, self.path.split('/')))}"

    @property
    def reference(self) -> str | None:
        """The reference by which Paystack knows a repeat, where the call has one."""
        if self.idempotency is None or self.idempotency.items_field is not None or not isinstance(self.body, Mapping):
            return None
        reference = self.body.get("reference")
        return to_query_text(reference) if isinstance(reference, str) else None

    @property
    def is_retry_safe(self) -> bool:
        """Whether it may be repeated whatever became of it."""
        return self.method == "GET" if self.retry_safety is None else self.retry_safety is RetrySafety.ALWAYS

    def with_options(self, timeout: float | None, headers: Mapping[str, str]) -> Request[T_co]:
        """The same call, byte for byte, with another timeout and headers."""
        request = copy(self)
        request.__dict__.update(timeout=timeout, headers=headers)
        return request

    def with_query(self, **query: object) -> Request[T_co]:
        """The same call at other query parameters: its next page, for one."""
        return replace(self, query={**self.query, **query})


def _build_target(path: str, params: Mapping[str, object] | None, query: Mapping[str, object] | None) -> str:
    if params:
        for name, value in params.items():
            path = path.replace(f"{{{name}}}", _quote_segment(name, value))  # in which a brace is quoted
    if "{" in path:
        raise InvalidArgumentError("path_params lacks a {name} of the path")
    if query:
        sent = urlencode({name: to_query_text(value) for name, value in query.items() if value is not None})
        return f"{path}?{sent}" if sent else path
    return path


def _encode_body(body: Mapping[str, object] | Sequence[object]) -> bytes:
    import msgspec  # when first needed: a client that only reads never encodes

    if isinstance(body, Mapping):
        body = {name: value for name, value in body.items() if value is not None}
    try:
        return msgspec.json.encode(_to_json_value(body))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError("the body holds something that JSON cannot carry") from error


def to_query_text(value: object) -> str:
    """A value as Paystack reads it in a query: ``true``, ``2026-10-01``, ``allow``."""
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, enum.Enum):
        return to_query_text(value.value)
    if isinstance(value, dt.datetime):
        return format_timestamp(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def format_timestamp(value: dt.datetime) -> str:
    """A moment as Paystack writes it, ``2026-10-01T12:00:00.000Z``. One without a time zone is taken to be UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return value.isoformat(timespec="milliseconds") + "Z"


def _to_json_value(value: object) -> object:
    # What Python has more of than JSON, as Paystack reads it.
    if value is None or isinstance(value, str | int):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, Mapping):
        return {key: _to_json_value(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_to_json_value(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no such number")  # and msgspec would write null
    return to_query_text(value) if isinstance(value, dt.date) else value


def _quote_segment(name: str, value: object) -> str:
    if type(value) is str and value.isalnum() and value.isascii():
        return value  # as most references and codes are: nothing in it to quote
    part = quote(to_query_text(value), safe="")
    if part.strip(".") == "" and len(part) < 3:  # "", "." and "..": any HTTP library would go to another path
        raise InvalidArgumentError(f"{name} must not be empty, '.' or '..': it is a part of the path")
    return part


def _redact_segment(segment: str) -> str:
    # A path that was put together by hand may hold an e-mail or a code; Paystack's own words are of this kind.
    plain = segment.replace("_", "").replace("-", "")
    return segment if (plain.isascii() and plain.islower() and plain.isalpha()) or segment[:1] in {"", "{"} else "…"
