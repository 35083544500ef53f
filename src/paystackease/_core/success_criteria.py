"""When an answer counts as a success. Pure.

A 2xx is not yet a success: captive portals, proxies and crossed connections answer 200 too. Paystack's envelope says
``"status": true``; an answer with data has it in ``data``; and an identifier that the call named and the answer
carries is the same in both. An identifier that the answer does not carry proves nothing and is not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

DataKind: TypeAlias = Literal["any", "object", "list"]
Fields: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SuccessCriteria:
    """What an answer must be to count as a success of one call."""

    data: DataKind = "any"
    """What ``data`` must be; "any" also allows that there is none."""
    keys: tuple[str, ...] = ()
    """Keys that an object in ``data`` has in every answer to this call, and in few answers to others."""
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """The wire name of each identifier that the call names, and the paths in ``data`` that carry it."""
    text_status: bool = field(default=False, kw_only=True)
    """Whether Paystack documents ``"status": "success"`` for this call instead of ``true``."""

    def is_met_by(self, body: Fields, *sent: object) -> bool:
        """Whether an answer's body is a success of the call.

        :param sent: What the call sent: the parameters of its path, its query, its body.
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
"""What every call of Paystack's must meet: an envelope whose ``status`` is true."""


def _sent_value(name: str, sent: Sequence[object]) -> object:
    for part in sent:
        if isinstance(part, Mapping) and name in part:
            return cast("Fields", part)[name]
    return None


def _data_kind(data: object) -> str:
    return "object" if isinstance(data, Mapping) else "list" if isinstance(data, list) else "other"


def is_about(data: object, value: object, paths: Sequence[str]) -> bool:
    """Whether the data is about ``value``, as far as it carries an identifier of that kind.

    ``CUS_…`` is compared with codes of customers, e-mails with e-mails, numbers with numbers. So a call that names a
    customer by e-mail is not contradicted by an answer that has the customer's number alone. What the answer calls a
    reference is compared with any text.
    """
    if value is None:
        return True
    if isinstance(value, str) and value in _values_at(data, paths[0]):
        return True  # as nearly always
    found = [(path, one) for path in paths for one in _values_at(data, path)]
    if any(comparable_text(one) == comparable_text(value) for _, one in found):
        return True
    kind = _identifier_kind(value)
    # A reference is whatever the caller makes it, so it may look like anything.
    return not any(
        _identifier_kind(one) == kind or (path.endswith("reference") and kind != "number") for path, one in found
    )


def _values_at(data: object, path: str) -> Iterator[object]:
    for key in path.split("."):
        if not isinstance(data, Mapping):
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
    """An identifier in the form in which it is compared."""
    # 55 and "55", Ada@example.com and ada@example.com are the same; codes and references are case-sensitive.
    text = str(getattr(value, "value", value))
    return text.casefold() if "@" in text else text
