"""The endpoints of the whole API: ``python -m paystackease.endpoints`` prints them as a table.

:func:`endpoints` is the only list of endpoints. It is read from the classes in :mod:`paystackease.apis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from paystackease._core.endpoint import Endpoint, endpoints_of
from paystackease._core.lazy_resources import LazyResource
from paystackease.paystack import Paystack


class ListedEndpoint(NamedTuple):
    """An endpoint, and the resource that has it: ``client.<resource>.<endpoint.name>``."""

    resource: str
    endpoint: Endpoint[..., Any]


def endpoints(client: type = Paystack) -> Iterator[ListedEndpoint]:
    """Yield each endpoint of a client class, resource by resource.

    :param client: :class:`~paystackease.paystack.Paystack` or :class:`~paystackease.apaystack.AsyncPaystack`.
    """
    for name, resource in vars(client).items():
        if isinstance(resource, LazyResource):
            for endpoint in endpoints_of(resource.client_class).values():
                yield ListedEndpoint(name, endpoint)


def _row(listed: ListedEndpoint) -> tuple[str, ...]:
    endpoint = listed.endpoint
    reference = f" ({endpoint.idempotency.field})" if endpoint.idempotency else ""
    return (
        f"{listed.resource}.{endpoint.name}",
        endpoint.method,
        endpoint.path,
        "moves money" if endpoint.moves_money else "",
        f"{endpoint.retry_safety.value}{reference}",
        endpoint.pages or "",
        "" if endpoint.documented else "undocumented",
    )


def main() -> None:
    """Print the table."""
    head = ("call", "method", "path", "", "retry safety", "pages", "")
    rows = [head, *map(_row, endpoints())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())  # noqa: T201
    print(f"\n{len(rows) - 1} endpoints")  # noqa: T201


if __name__ == "__main__":
    main()
