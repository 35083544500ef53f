"""The whole API as a table: ``python -m paystackease.endpoints``.

Whoever needs to know what there is walks :func:`endpoints`; nobody keeps a list of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from paystackease._core.endpoint import Endpoint, endpoints_of
from paystackease._core.lazy_resources import LazyResource
from paystackease.paystack import Paystack


class Listed(NamedTuple):
    """An endpoint, and where clients have it: ``client.<section>.<endpoint.name>``."""

    section: str
    endpoint: Endpoint[..., Any]


def endpoints(client: type = Paystack) -> Iterator[Listed]:
    """Every endpoint of a client's class, section by section.

    :param client: :class:`~paystackease.paystack.Paystack` or :class:`~paystackease.apaystack.AsyncPaystack`.
    """
    for name, section in vars(client).items():
        if isinstance(section, LazyResource):
            for endpoint in endpoints_of(section.client_class).values():
                yield Listed(name, endpoint)


def _row(listed: Listed) -> tuple[str, ...]:
    found = listed.endpoint
    return (
        f"{listed.section}.{found.name}",
        found.method,
        found.path,
        "moves money" if found.moves_money else "",
        f"{found.retry_safety.value} ({found.idempotency.field})" if found.idempotency else found.retry_safety.value,
        found.pages or "",
        "" if found.documented else "undocumented",
    )


def main() -> None:
    """Print the table."""
    head = ("call", "method", "path", "", "may be repeated", "pages", "")
    rows = [head, *map(_row, endpoints())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())  # noqa: T201
    print(f"\n{len(rows) - 1} endpoints")  # noqa: T201


if __name__ == "__main__":
    main()
