"""Read a long list page by page, each page with the query from which to resume. Exports and mirrors share this.

This machine's clock is not used. A list has no date bound unless the caller passes one, so everything is read that
Paystack had when reading began. Items that are added meanwhile are at the front of the list, and move the others to
later pages: :mod:`paystackease._core.pagination` recognizes repeated items, and ends.

Numbered pages are prefetched. After an interruption the page before the checkpoint is read again. If none of its items
was received before, items have been removed from the list. Then earlier pages are read until one has an item that was
received before, or to the first page. Repeated items are recognized by their ``id``.
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
    """Some items, and the query from which to resume once they are saved."""

    items: list[Any]
    query: dict[str, Any]
    """The query from which to resume if this is the last page that is received."""
    total: int | None
    """Number of items in the list, if Paystack says so."""
    responded_at: dt.datetime | None
    """The time of the first response by Paystack's clock, from its ``Date`` header; None without one."""


def first_query(endpoint: Endpoint[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the query of the first page."""
    query_arguments = dict(arguments)
    if "per_page" in endpoint.parameters:
        query_arguments.setdefault("per_page", PER_PAGE)
    return {name: msgspec.to_builtins(value) for name, value in endpoint.build(**query_arguments).query.items()}


def read_pages(
    client: PayStackBaseClientAPI,
    endpoint: Endpoint[..., Any],
    arguments: Mapping[str, Any],
    query: Mapping[str, Any],
    *,
    was_received: Callable[[list[Any]], bool] = lambda items: True,
) -> Iterator[Page]:
    """Iterate over the pages of a list, from a query on.

    :param was_received: Returns whether at least one of these items was received before an interruption.
    :raises paystackease.errors.PaystackError: If a page could not be fetched.
    """
    request: Request[list[Any]] = replace(endpoint.build(**arguments), query=query)
    first: Response[list[Any]] = client.send(request)
    while (number := _page_number(first)) > 1 and not was_received(list(first.data or ())):
        first = client.send(request.with_query(page=number // 2))
    total = first.meta.get("total")
    total = total if isinstance(total, int) else None
    responded_at = _response_time(first)
    follow = _follow_page_numbers if Paginator(first, 1).is_numbered else _follow_cursors
    for items, resume_query in follow(client, first):
        yield Page(items, resume_query, total, responded_at)


def _page_number(response: Response[list[Any]]) -> int:
    return int(str(response.http.request.query.get("page") or 1))


def _response_time(response: Response[list[Any]]) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(response.http.headers.get("date", ""))
    except ValueError:
        return None
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


_PageAndQuery: TypeAlias = tuple[list[Any], dict[str, Any]]


def _follow_page_numbers(client: PayStackBaseClientAPI, first: Response[list[Any]]) -> Iterator[_PageAndQuery]:
    query, began = first.http.request.query, _page_number(first)
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


def _follow_cursors(client: PayStackBaseClientAPI, first: Response[list[Any]]) -> Iterator[_PageAndQuery]:
    pages = Paginator(first, 1)
    while True:
        request = pages.next_request()
        yield pages.items, dict((request or first.http.request).query)
        if request is None:
            return
        pages.receive(client.send(request))
