"""A long list, page by page, each with the place to go on from: what exporting and mirroring have in common.

Numbered pages are fetched ahead. Whoever goes on after an interruption reads the page before the place again, since
what was taken out of the list meanwhile has moved others there; they know an item by its ``id``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from paystackease._endpoint import Endpoint
from paystackease._pages import Pages
from paystackease._request import Request, timestamp
from paystackease.base import PayStackBaseClientAPI
from paystackease.response import Response

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, and what is known once they are kept."""

    items: list[Any]
    query: dict[str, Any]
    """With which query to go on, should this be the last that comes."""
    total: int | None
    """How many there are in all, where Paystack says so."""


def beginning(endpoint: Endpoint[..., Any], arguments: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """The query of the first page. A list that can be narrowed by date is narrowed to what there is now, so that it
    does not grow while it is read.
    """
    given = dict(arguments)
    if "per_page" in endpoint.parameters:
        given.setdefault("per_page", PER_PAGE)
    query = dict(endpoint.build(**given).query)
    if "to_date" in endpoint.parameters and query.get("to") is None:
        query["to"] = timestamp(now)
    return {name: msgspec.to_builtins(value) for name, value in query.items()}


def read(
    client: PayStackBaseClientAPI, endpoint: Endpoint[..., Any], arguments: Mapping[str, Any], query: Mapping[str, Any]
) -> Iterator[Page]:
    """The pages of a list from a query on.

    :raises paystackease.errors.PayStackError: Where a page could not be had.
    """
    request: Request[list[Any]] = replace(endpoint.build(**arguments), query=query)
    first: Response[list[Any]] = client.send(request)
    total = first.meta.get("total")
    total = total if isinstance(total, int) else None
    yield from (_by_number if Pages(first, 1).numbered else _by_cursor)(client, first, total)


def _by_number(client: PayStackBaseClientAPI, first: Response[list[Any]], total: int | None) -> Iterator[Page]:
    query, size = first.http.request.query, max(len(first.data or ()), 1)
    began = int(str(query.get("page") or 1))
    batch: list[Any] = []
    passed = 0
    for item in client.iterate(first):
        batch.append(item)
        if len(batch) == size:
            passed += size
            yield Page(batch, {**query, "page": max(began, began + passed // size - 1)}, total)
            batch = []
    yield Page(batch, dict(query), total)


def _by_cursor(client: PayStackBaseClientAPI, first: Response[list[Any]], total: int | None) -> Iterator[Page]:
    pages = Pages(first, 1)
    while True:
        request = pages.next()
        yield Page(pages.items, dict((request or first.http.request).query), total)
        if request is None:
            return
        pages.come(client.send(request))
