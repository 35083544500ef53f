"""A call as a value, before it is sent.

A request does no I/O and contains no key, so it can be inspected, stored, changed (``request.with_query(page=2)``) and
sent again. Its ``repr`` names the endpoint, but no values, because values are e-mail addresses and account numbers.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import quote, urlencode

from paystackease._core.config import validate_headers
from paystackease._core.success_criteria import ANY_SUCCESS, Fields, SuccessCriteria
from paystackease.errors import InvalidArgumentError, InvalidRequestMethodError

T_co = TypeVar("T_co", covariant=True)

METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_PATH = re.compile(r"/[!-\"$-~]*")  # valid in an HTTP request line: no spaces, no line breaks, no fragment


class RetrySafety(enum.Enum):
    """Whether a call may be sent again after an ambiguous outcome."""

    ALWAYS = "always"
    """The call only reads, or repeating it changes nothing."""
    BY_REFERENCE = "by reference"
    """Paystack rejects a second call with the same reference."""
    NEVER = "never"
    """Paystack would carry it out twice."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """How a call uses references. :mod:`~paystackease._core.idempotency` has the rules and the values."""

    verify_path: str
    """The path of the verify endpoint."""
    items_field: str | None = None
    """For a bulk call: the body field with the items that have a reference each, or ``""`` if the body is the list."""
    build_response: Callable[[Fields, Fields], object] | None = None
    """Builds the ``data`` of the call from the verified ``data`` and the item that was sent. None: not possible."""
    moves_money: bool = True
    """Whether the call moves money or puts it on hold. If not, it can be sent again with another reference."""
    returns_batch: bool = False
    """Whether the response is a batch (``batch_code``, ``total_charges``) without references."""
    amount: Literal["exact", "or more", "or less"] = "or more"
    """How the charged amount may differ from the sent amount: more if the customer bears the fee, or less as well."""
    default_currency: str | None = None
    """The currency that Paystack documents if none is sent. None: that of the integration, which is not known here."""
    partial_while_pending: bool = False
    """Whether the verify endpoint returns only reference and status while the charge waits for input."""

    @property
    def field(self) -> str:
        """The field of the reference, in Paystack's notation: ``reference``, ``transfers[].reference``."""
        return "reference" if self.items_field is None else f"{self.items_field}[].reference"

    def verify_request(self, reference: str) -> Request[object]:
        """Return the request that verifies a reference."""
        return Request("GET", self.verify_path, {"reference": reference})

    def items_of(self, body: object) -> list[Fields]:
        """Return the objects of a body that have a reference each: the body itself, or its items."""
        if self.items_field is None:
            return [cast("Fields", body)]
        items = body if self.items_field == "" else cast("Fields", body)[self.items_field]
        return list(cast("Sequence[Fields]", items))

    def with_items(self, body: object, items: Sequence[Fields]) -> Any:
        """Return a body with other items."""
        if self.items_field is None:
            return items[0]
        return list(items) if self.items_field == "" else {**cast("Fields", body), self.items_field: list(items)}


@dataclass(frozen=True, init=False, repr=False)
class Request(Generic[T_co]):
    """One API call. ``T_co`` is the type of the ``data`` in its response.

    ``client.send(Request("GET", "/transaction/verify/{reference}", {"reference": "T1"}))`` calls any path.
    """

    method: str
    """``GET``, ``POST``, ``PUT`` or ``DELETE``."""
    path: str
    """The path template. Each ``{name}`` is replaced with the quoted value from ``path_params``."""
    path_params: Mapping[str, object]
    query: Mapping[str, object]
    """The query parameters. Those that are None are omitted."""
    body: Mapping[str, object] | Sequence[object] | None
    """The JSON body. Top-level fields that are None are omitted."""
    retry_safety: RetrySafety | None
    """Whether it may be sent again. None: always for a GET, never for other methods."""
    idempotency: Idempotency | None = field(compare=False)
    """How it uses references, if its retry safety is ``BY_REFERENCE``."""
    verify_request: Request[object] | None = field(compare=False)
    """The request that checks whether this one was carried out, or None if there is none."""
    timeout: float | None = field(compare=False)
    """The time limit of one attempt in seconds. None: the client's."""
    headers: Mapping[str, str] = field(compare=False)
    """Additional HTTP headers."""
    success: SuccessCriteria = field(compare=False)
    """The criteria of a successful response. If the call has references, the response must have them too."""
    target: str = field(init=False, compare=False)
    """The path and query that are sent."""
    content: bytes | None = field(init=False, compare=False)
    """The body that is sent."""

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
            raise InvalidRequestMethodError(f"method must be GET, POST, PUT or DELETE, not {method!r}")
        if _PATH.fullmatch(path) is None:
            raise InvalidArgumentError(
                "path must start with a slash, such as /customer, and contain only ASCII without spaces and #. "
                "For other values, write {name} in the path and pass the value in path_params"
            )
        # In one call: setting the fields of a frozen dataclass one by one took a third of the time of a call.
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
            # Built here, not when it is sent: an invalid request raises early, and a retry builds nothing.
            target=_build_target(path, path_params, query),
            content=None if body is None else _encode_body(body),
        )

    def __repr__(self) -> str:
        return f"{self.method} {'/'.join(map(_redact_segment, self.path.split('/')))}"

    @property
    def reference(self) -> str | None:
        """The reference of the call, or None if it has none."""
        if self.idempotency is None or self.idempotency.items_field is not None or not isinstance(self.body, Mapping):
            return None
        reference = self.body.get("reference")
        return to_query_text(reference) if isinstance(reference, str) else None

    @property
    def is_retry_safe(self) -> bool:
        """Whether it may be sent again after any outcome."""
        return self.method == "GET" if self.retry_safety is None else self.retry_safety is RetrySafety.ALWAYS

    def with_options(self, timeout: float | None, headers: Mapping[str, str]) -> Request[T_co]:
        """Return the same call, with another timeout and other headers."""
        request = copy(self)
        request.__dict__.update(timeout=timeout, headers=headers)
        return request

    def with_query(self, **query: object) -> Request[T_co]:
        """Return the same call with other query parameters, such as its next page."""
        return replace(self, query={**self.query, **query})


def _build_target(path: str, params: Mapping[str, object] | None, query: Mapping[str, object] | None) -> str:
    if params:
        for name, value in params.items():
            path = path.replace(f"{{{name}}}", _quote_segment(name, value))  # braces in values are quoted
    if "{" in path:
        raise InvalidArgumentError("path_params lacks a value for a {name} of the path")
    if query:
        sent = urlencode({name: to_query_text(value) for name, value in query.items() if value is not None})
        return f"{path}?{sent}" if sent else path
    return path


def _encode_body(body: Mapping[str, object] | Sequence[object]) -> bytes:
    import msgspec  # imported late: a client that only reads does not need it

    if isinstance(body, Mapping):
        body = {name: value for name, value in body.items() if value is not None}
    try:
        return msgspec.json.encode(_to_json_value(body))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidArgumentError("the body must contain only values that JSON can represent") from error


def to_query_text(value: object) -> str:
    """Return a value in the form of a query parameter: ``true``, ``2026-10-01``, ``allow``."""
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
    """Return a time in Paystack's format, ``2026-10-01T12:00:00.000Z``. One without a time zone is UTC."""
    if value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return value.isoformat(timespec="milliseconds") + "Z"


def _to_json_value(value: object) -> object:
    # Converts Python values that JSON lacks to the form that Paystack reads.
    if value is None or isinstance(value, str | int):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, Mapping):
        return {key: _to_json_value(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [_to_json_value(item) for item in cast("Sequence[object]", value)]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no such number")  # msgspec would write null
    return to_query_text(value) if isinstance(value, dt.date) else value


def _quote_segment(name: str, value: object) -> str:
    if type(value) is str and value.isalnum() and value.isascii():
        return value  # most references and codes need no quoting
    part = quote(to_query_text(value), safe="")
    if part.strip(".") == "" and len(part) < 3:  # HTTP libraries would resolve "", "." and ".." to another path
        raise InvalidArgumentError(f"{name} must not be empty, '.' or '..', because it is a segment of the path")
    return part


def _redact_segment(segment: str) -> str:
    # A path without path_params may contain an e-mail address or a code. Paystack's own segments are lower-case words.
    plain = segment.replace("_", "").replace("-", "")
    return segment if (plain.isascii() and plain.islower() and plain.isalpha()) or segment[:1] in {"", "{"} else "…"
