"""The counters that a store maintains of some kinds of documents, so that pages need not count them.

Each is a row of the table ``counter``. Names sort by kind, then by what is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from paystackease.emulator.storage.write_cache import Row

DAY = 86_400

COUNTED = frozenset({"transaction"})
"""The kinds that are counted: by status, by status and day, and, of those that succeeded, by currency. Pages show these
numbers, and there may be a hundred thousand documents."""

PAID = "success"
"""The status whose documents are counted by currency too."""


class _Money(msgspec.Struct):
    """The field of a body by which paid documents are counted."""

    currency: str = ""


def count_key(kind: str, status: str | None) -> str:
    """Return the name of the count of a status."""
    return f"{kind}:{status}"


def amount_key(kind: str, status: str | None) -> str:
    """Return the name of the total amount of a status."""
    return f"{kind}:{status}:amount"


def daily_count_key(kind: str, day: int, status: str | None) -> str:
    """Return the name of the count of a status and day. Names are in the order of the days, counted from 1970."""
    return f"{kind}@{day:07}:{status}"


def paid_key(kind: str, currency: str, number: str) -> str:
    """Return the name of the ``count`` or the ``amount`` of the paid documents of a currency."""
    return f"{kind}${number}:{currency}"


def counter_changes(row: Row, by: int) -> Iterator[tuple[str, int]]:
    """Return the counters of a row, each with its change.

    :param by: 1 if the row is added, -1 if it is removed.
    """
    kind, status, amount = row.kind, row.status, by * (row.amount or 0)
    yield count_key(kind, status), by
    yield amount_key(kind, status), amount
    yield daily_count_key(kind, int(row.created // DAY), status), by
    if status == PAID:
        currency = msgspec.json.decode(row.body, type=_Money).currency
        yield paid_key(kind, currency, "count"), by
        yield paid_key(kind, currency, "amount"), amount
