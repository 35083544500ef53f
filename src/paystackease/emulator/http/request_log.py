"""The request log: requests, responses and applied faults.

The last thousand requests of each tenant are stored in memory. They are for debugging, not part of Paystack's data.

Secrets are redacted. Only a body that may contain a secret is decoded and encoded again, which a scan of the bytes
decides, so that the other bodies cost little.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from itertools import takewhile
from typing import cast

import msgspec

from paystackease.emulator.http.forms import FormError, parse_form
from paystackease.emulator.http.nesting import MAX_DEPTH, NestingError, decode_json

MAX_REQUESTS = 1_000
"""How many requests of each tenant are stored."""
MAX_BODY_BYTES = 16_384
"""The longest body that is stored. Of a longer body, only the length is stored."""

_EXTRA_DEPTH = 50
"""How many more levels a response may have than a request."""

REDACTED = "[hidden]"

# Fields of `/charge`, `/charge/submit_*`, the emulator's own operations and its pages.
_SECRET_NAMES = frozenset(
    {"birthday", "bvn", "card", "cvc", "cvv", "exp", "expiry", "expiry_month", "expiry_year"}
    | {"number", "otp", "pan", "pin", "secret", "secret_key", "token"}
)
# Card numbers, with or without spaces, and keys.
_SECRET_TEXT = re.compile(r"(?<![\dA-Za-z_-])(?:\d[ -]?){12,18}\d(?![\dA-Za-z_-])|\b[sp]k_(?:test|live)_\w+")
_FOUR_DIGITS = re.compile(r"\d{4}")
_LONG_NUMBER = re.compile(r"\d[\d -]{11,}\d")
# An escape may hide a name: \u0070in is "pin" too.
_SUSPECT_MARKERS = ("\\u", "sk_", "pk_", *(f'"{name}"' for name in sorted(_SECRET_NAMES)), '"card_')


class LoggedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its response."""

    seq: int
    at: float
    """The time of the request, by the emulator's clock."""
    method: str
    target: str
    """The path and query, as sent."""
    operation: str | None
    """``POST /transfer/finalize_transfer``; None if there is no such operation."""
    status: int
    took: float
    """The seconds of real time that it took."""
    waited: float
    """The seconds by which a fault delayed it, by the emulator's clock."""
    request_body: bytes
    """Without secrets."""
    response_body: bytes
    """Without secrets."""
    faults: tuple[str, ...] = ()
    """The faults that were applied."""


class RequestLog:
    """The latest requests of all tenants."""

    def __init__(self) -> None:
        self._seq = 0
        self._requests: dict[str, deque[LoggedRequest]] = {}

    def add(
        self,
        tenant: str,
        at: float,
        method: str,
        target: str,
        operation: str | None,
        status: int,
        request_body: bytes | None,
        response_body: bytes,
        *,
        took: float = 0.0,
        waited: float = 0.0,
        faults: tuple[str, ...] = (),
    ) -> int:
        """Add a request, and return its number."""
        requests = self._requests.get(tenant)
        if requests is None:
            requests = self._requests[tenant] = deque(maxlen=MAX_REQUESTS)
        self._seq += 1
        requests.append(
            LoggedRequest(
                seq=self._seq,
                at=at,
                method=method,
                target=_SECRET_TEXT.sub(REDACTED, target) if _is_suspect(target) else target,
                operation=operation,
                status=status,
                took=took,
                waited=waited,
                request_body=redact(request_body or b""),
                response_body=redact(response_body),
                faults=faults,
            )
        )
        return self._seq

    def newest(self, tenant: str, limit: int = MAX_REQUESTS) -> list[LoggedRequest]:
        """Return the requests of a tenant, newest first."""
        requests = self._requests.get(tenant, ())
        return [request for request, _ in zip(reversed(requests), range(limit), strict=False)]

    def since(self, tenant: str, seq: int) -> list[LoggedRequest]:
        """Return the requests of a tenant after that number, newest first."""
        return list(takewhile(lambda request: request.seq > seq, reversed(self._requests.get(tenant, ()))))

    def find(self, tenant: str, seq: int) -> LoggedRequest | None:
        """Return the request with this number, or None."""
        return next((request for request in self._requests.get(tenant, ()) if request.seq == seq), None)

    def tenants(self) -> list[str]:
        """Return the tenants that made a request."""
        return list(self._requests)

    def clear(self, tenant: str) -> None:
        """Delete the requests of a tenant."""
        self._requests.pop(tenant, None)


def redact(body: bytes) -> bytes:
    """Return a body without card data, PINs, OTPs and keys.

    A body that is neither JSON nor a form, or is nested too deeply, is replaced by its length.
    """
    if len(body) > MAX_BODY_BYTES:
        return b"[%d bytes]" % len(body)
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _is_too_deep(body):
        return b"[%d bytes, nested too deeply]" % len(body)
    if not body or (body[:1] in b"{[" and not _is_suspect(body.decode("latin-1").lower())):
        return body
    try:
        value: object = msgspec.json.decode(body)
    except ValueError:
        if body[:1] in b"{[" or b"=" not in body:
            return b"[%d bytes, no JSON]" % len(body)
        try:
            value = parse_form(body)  # so that the fields of ``card[cvv]=…`` are those of a card
        except FormError:
            return b"[%d bytes, no form]" % len(body)
    return msgspec.json.encode(_redact_value(value))


def _is_too_deep(body: bytes) -> bool:
    try:
        decode_json(body, MAX_DEPTH + _EXTRA_DEPTH)
    except NestingError:
        return True
    except ValueError:
        pass  # not JSON
    return False


def _is_suspect(body: str) -> bool:
    for marker in _SUSPECT_MARKERS:  # faster than a regular expression with twenty alternatives
        if marker in body:
            return True
    return _FOUR_DIGITS.search(body) is not None and _LONG_NUMBER.search(body) is not None


def _redact_value(value: object, name: str = "") -> object:
    if name in _SECRET_NAMES and not isinstance(value, dict | list | bool | None):
        return REDACTED
    if isinstance(value, dict):
        fields = cast("Mapping[str, object]", value)
        # Every field of a card is redacted, regardless of its name.
        is_card = name == "card"
        return {
            key: REDACTED if is_card else _redact_value(item, key.lower().removeprefix("card_"))
            for key, item in fields.items()
        }
    if isinstance(value, list):
        return [_redact_value(item, name) for item in cast("list[object]", value)]
    if isinstance(value, str):
        return _SECRET_TEXT.sub(REDACTED, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return REDACTED if _SECRET_TEXT.search(str(value)) else value
    return value
