"""The log of requests: what was asked, what was answered, and what went wrong on purpose. The last thousand of each
tenant, in memory: it is for whoever looks on, and no part of what Paystack knows.

Nothing secret gets in. Bodies are read and written anew without it where anything in them may be; which is told by
their bytes, so that the others cost nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

import msgspec

from paystackease.emulator.http.nesting import MAX_DEPTH, NestingError, decode_json

KEPT = 1_000
"""How many are kept of each tenant."""
MOST_BYTES = 16_384
"""How much is kept of a body: a longer one is left out, and its length kept."""

_AROUND = 50
"""How many levels more an answer may have than what was taken in."""

HIDDEN = "[hidden]"

# Names of fields in `/charge`, `/charge/submit_*`, the emulator's own operations and its pages.
_SECRET_NAMES = frozenset(
    {"birthday", "bvn", "card", "cvc", "cvv", "exp", "expiry", "expiry_month", "expiry_year"}
    | {"number", "otp", "pan", "pin", "secret", "secret_key", "token"}
)
# A card's number, however it is spaced, and keys.
_SECRET_TEXT = re.compile(r"(?<![\dA-Za-z_-])(?:\d[ -]?){12,18}\d(?![\dA-Za-z_-])|\b[sp]k_(?:test|live)_\w+")
_FOUR_DIGITS = re.compile(r"\d{4}")
_LONG_NUMBER = re.compile(r"\d[\d -]{11,}\d")
# An escape may hide anything: \u0070in is "pin" too.
_SIGNS = ("\\u", "sk_", "pk_", *(f'"{name}"' for name in sorted(_SECRET_NAMES)), '"card_')


class LoggedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its answer."""

    seq: int
    at: float
    """When it was asked, by the emulator's clock."""
    method: str
    target: str
    """The path and query, as sent."""
    operation: str | None
    """``POST /transfer/finalize_transfer``; None where nothing answers there."""
    status: int
    took: float
    """Seconds that it really took."""
    waited: float
    """Seconds that a fault made it wait, by the emulator's clock."""
    asked: bytes
    """The body of the request, without what is secret."""
    answered: bytes
    """The body of the answer, without what is secret."""
    faults: tuple[str, ...] = ()
    """What went wrong on purpose."""


class RequestLog:
    """What was asked lately."""

    def __init__(self) -> None:
        self._seq = 0
        self._kept: dict[str, deque[LoggedRequest]] = {}

    def add(
        self,
        tenant: str,
        at: float,
        method: str,
        target: str,
        operation: str | None,
        status: int,
        asked: bytes | None,
        answered: bytes,
        *,
        took: float = 0.0,
        waited: float = 0.0,
        faults: tuple[str, ...] = (),
    ) -> None:
        """Keep one."""
        kept = self._kept.get(tenant)
        if kept is None:
            kept = self._kept[tenant] = deque(maxlen=KEPT)
        self._seq += 1
        kept.append(
            LoggedRequest(
                seq=self._seq,
                at=at,
                method=method,
                target=_SECRET_TEXT.sub(HIDDEN, target) if _is_suspect(target) else target,
                operation=operation,
                status=status,
                took=took,
                waited=waited,
                asked=redact(asked or b""),
                answered=redact(answered),
                faults=faults,
            )
        )

    def of(self, tenant: str, limit: int = KEPT) -> list[LoggedRequest]:
        """The newest first."""
        kept = self._kept.get(tenant, ())
        return [found for found, _ in zip(reversed(kept), range(limit), strict=False)]

    def find(self, tenant: str, seq: int) -> LoggedRequest | None:
        """The one with this number."""
        return next((found for found in self._kept.get(tenant, ()) if found.seq == seq), None)

    def tenants(self) -> list[str]:
        """Whoever has asked for something."""
        return list(self._kept)

    def forget(self, tenant: str) -> None:
        """All of a tenant's."""
        self._kept.pop(tenant, None)


def redact(body: bytes) -> bytes:
    """A body without card data, PINs, one-time codes and keys. What is neither JSON nor a form is left out, and so is
    what is nested too deeply, which was refused.
    """
    if len(body) > MOST_BYTES:
        return b"[%d bytes]" % len(body)
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH and _is_too_deep(body):
        return b"[%d bytes, nested too deeply]" % len(body)
    if not body or (body[:1] in b"{[" and not _is_suspect(body.decode("latin-1").lower())):
        return body
    try:
        found: object = msgspec.json.decode(body)
    except ValueError:
        form = parse_qsl(body.decode("utf-8", "replace"))
        if not form:
            return b"[%d bytes, no JSON]" % len(body)
        found = dict(form)
    return msgspec.json.encode(_without(found))


def _is_too_deep(body: bytes) -> bool:
    try:
        decode_json(body, MAX_DEPTH + _AROUND)
    except NestingError:
        return True
    except ValueError:
        pass  # it is not JSON
    return False


def _is_suspect(body: str) -> bool:
    for sign in _SIGNS:  # no regular expression looks for twenty words as fast
        if sign in body:
            return True
    return _FOUR_DIGITS.search(body) is not None and _LONG_NUMBER.search(body) is not None


def _without(value: object, name: str = "") -> object:
    if name in _SECRET_NAMES and not isinstance(value, dict | list | bool | None):
        return HIDDEN
    if isinstance(value, dict):
        found = cast("Mapping[str, object]", value)
        # All that stands in a card is hidden, whatever it is called.
        hides = name == "card"
        return {
            key: HIDDEN if hides else _without(item, key.lower().removeprefix("card_")) for key, item in found.items()
        }
    if isinstance(value, list):
        return [_without(item, name) for item in cast("list[object]", value)]
    if isinstance(value, str):
        return _SECRET_TEXT.sub(HIDDEN, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return HIDDEN if _SECRET_TEXT.search(str(value)) else value
    return value
