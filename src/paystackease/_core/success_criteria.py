"""The criteria of a successful response. It does no I/O.

HTTP 2xx alone is not a success: captive portals, proxies and mixed-up connections return 200 too. Paystack's envelope
has ``"status": true``, and ``data`` of the expected type. An identifier that the call sent and the response has must be
the same in both. If the response lacks the identifier, it is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

DataKind: TypeAlias = Literal["any", "object", "list"]
Fields: TypeAlias = Mapping[str, object]

_MAPPING_TYPES = dict, Mapping
"""``dict`` first: to test for ``Mapping`` takes several times as long, and each call does it."""


@dataclass(frozen=True, slots=True)
class SuccessCriteria:
    """The criteria of a successful response to one call."""

    data: DataKind = "any"
    """The type of ``data``; "any" also allows a response without it."""
    keys: tuple[str, ...] = ()
    """Keys that ``data`` has in each response to this call, and in few responses to others."""
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The wire name of each identifier that the call sends, and its paths in ``data``."""
    text_status: bool = field(default=False, kw_only=True)
    """Whether Paystack documents ``"status": "success"`` for this call, instead of ``true``."""

    def is_met_by(self, body: Fields, *sent: object) -> bool:
        """Return whether the body of a response is a success of the call.

        :param sent: The path parameters, the query and the body of the call.
        """
        status = body.get("status")
        data = body.get("data")
        if status is not True and not (self.text_status and status == "success"):
            return False
        if self.data not in {"any", _data_kind(data)}:
            return False
        if any(cast("Fields", data).get(key) is None for key in self.keys):
            return False
        return all(is_about(data, _sent_value(name, sent), paths) for name, paths in self.identifiers)


ANY_SUCCESS = SuccessCriteria()
"""The criteria of each call: an envelope whose ``status`` is true."""


def _sent_value(name: str, sent: Sequence[object]) -> object:
    for part in sent:
        if isinstance(part, _MAPPING_TYPES) and name in part:
            return cast("Fields", part)[name]
    return None


def _data_kind(data: object) -> str:
    return "object" if isinstance(data, _MAPPING_TYPES) else "list" if isinstance(data, list) else "other"


def is_about(data: object, value: object, paths: Sequence[str]) -> bool:
    """Return whether the data is about ``value``, or has no identifier of its kind.

    Customer codes (``CUS_…``) are compared with customer codes, e-mail addresses with e-mail addresses, numbers with
    numbers. So a response with only the number of a customer does not contradict a call with the e-mail address. A
    field named ``reference`` is compared with any text.

    :param paths: The paths in ``data`` that may have the identifier.
    """
    if value is None:
        return True
    if isinstance(value, str) and value in _values_at(data, paths[0]):
        return True  # the usual case
    identifiers = [(path, identifier) for path in paths for identifier in _values_at(data, path)]
    if any(comparable_text(identifier) == comparable_text(value) for _, identifier in identifiers):
        return True
    kind = _identifier_kind(value)
    # A caller chooses its references freely, so a reference may look like an identifier of any kind.
    return not any(
        _identifier_kind(identifier) == kind or (path.endswith("reference") and kind != "number")
        for path, identifier in identifiers
    )


def _values_at(data: object, path: str) -> Iterator[object]:
    for key in path.split("."):
        if not isinstance(data, _MAPPING_TYPES):
            return
        data = cast("Fields", data).get(key)
    if isinstance(data, str | int) and not isinstance(data, bool):
        yield data


_PREFIX = re.compile(r"[A-Z]{2,5}_")


def _identifier_kind(value: object) -> str:
    if isinstance(value, int):
        return "number"
    text = str(value)
    prefix = _PREFIX.match(text)
    return prefix[0] if prefix else "e-mail" if "@" in text else "text"


def comparable_text(value: object) -> str:
    """Return an identifier in the form that is compared."""
    # 55 equals "55", and e-mail addresses are compared without case. Codes and references are case-sensitive.
    text = str(getattr(value, "value", value))
    return text.casefold() if "@" in text else text
