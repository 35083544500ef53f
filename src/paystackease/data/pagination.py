"""A long list, page by page, each with the place to go on from: what exporting and mirroring have in common.

No clock of this machine is asked. A list has no end by date unless the caller gives one, so what Paystack had when
reading began is read, whatever the time is here. What is added meanwhile stands in front of the list and moves the
rest on: :mod:`paystackease._core.pagination` tells an item that comes again, and ends.

Numbered pages are fetched ahead. Whoever goes on after an interruption reads the page before the place again. If none
of its items had come before the interruption, others were taken out of the list: then it goes back until it finds one
that had, or to the first page. Items that come again are known by their ``id``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

import msgspec

from paystackease._core.endpoint import Endpoint
from paystackease._core.pagination import Paginator
from paystackease._core.request import Request
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
    answered_at: dt.datetime | None
    """When the first of the pages was answered, by Paystack's clock, where the answer says so."""


def beginning(endpoint: Endpoint[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The query of the first page."""
    given = dict(arguments)
    if "per_page" in endpoint.parameters:
        given.setdefault("per_page", PER_PAGE)
    return {name: msgspec.to_builtins(value) for name, value in endpoint.build(**given).query.items()}


def read(
    client: PayStackBaseClientAPI,
    endpoint: Endpoint[..., Any],
    arguments: Mapping[str, Any],
    query: Mapping[str, Any],
    *,
    came_before: Callable[[list[Any]], bool] = lambda items: True,
) -> Iterator[Page]:
    """The pages of a list from a query on.

    :param came_before: After an interruption: whether one of these items had come before it.
    :raises paystackease.errors.PaystackError: Where a page could not be had.
    """
    request: Request[list[Any]] = replace(endpoint.build(**arguments), query=query)
    first: Response[list[Any]] = client.send(request)
    while (number := _number(first)) > 1 and not came_before(list(first.data or ())):
        first = client.send(request.with_query(page=number // 2))
    total = first.meta.get("total")
    total = total if isinstance(total, int) else None
    answered_at = _date(first)
    for items, place in (_by_number if Paginator(first, 1).is_numbered else _by_cursor)(client, first):
        yield Page(items, place, total, answered_at)


def _number(response: Response[list[Any]]) -> int:
    return int(str(response.http.request.query.get("page") or 1))


def _date(response: Response[list[Any]]) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(response.http.headers.get("date", ""))
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


_Step: TypeAlias = tuple[list[Any], dict[str, Any]]


def _by_number(client: PayStackBaseClientAPI, first: Response[list[Any]]) -> Iterator[_Step]:
    query, began = first.http.request.query, _number(first)
    # The last page is shorter than the others. Of two sizes the larger leads to an earlier page, which loses nothing.
    size = max(len(first.data or ()), int(str(query.get("perPage") or 1)))
    batch: list[Any] = []
    passed = 0
    for item in client.iterate(first):
        batch.append(item)
        if len(batch) == size:
            passed += size
            yield batch, {**query, "page": max(began, began + passed // size - 1)}
            batch = []
    yield batch, dict(query)


def _by_cursor(client: PayStackBaseClientAPI, first: Response[list[Any]]) -> Iterator[_Step]:
    pages = Paginator(first, 1)
    while True:
        request = pages.next_request()
        yield pages.items, dict((request or first.http.request).query)
        if request is None:
            return
        pages.receive(client.send(request))
