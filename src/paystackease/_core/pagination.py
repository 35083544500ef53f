"""The pages of a list, in order: which to fetch next, and which items are new. It does no I/O.

Numbered pages are prefetched, two at first, and more as the reader goes on. The cursor of a page is in the page before
it, so at most one such page is prefetched.

A list can shift while it is read. An item that is added at the front moves the last item of a page to the next page,
where it would be returned again. Items are identified by ``id``, and those of the last pages are remembered. This takes
a few thousand numbers at most, for a list of any length.

An item that is seen again shows that the list has shifted. Pages in flight may then be responses from before the shift,
and items could be missing between two pages. So those pages are requested again, one at a time for a while.

Reading ends, because items that are added at the front are not read. If a list grows by a page or more for each of
many pages in a row, it cannot be read to its end, and an error is raised. An item that is removed meanwhile moves
another item to a page that was already read. This cannot be detected.
"""

from __future__ import annotations

import inspect
from collections import deque
from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

from paystackease._core.request import Request
from paystackease.errors import InvalidArgumentError, PaginationError, PaystackError
from paystackease.response import Response

T = TypeVar("T")

INITIAL_PREFETCH = 2
"""Pages."""
REMEMBERED_PAGES = 24
"""The number of pages whose items are remembered."""


def require_list(response: Response[list[T]]) -> Response[list[T]]:
    """Return the first page of a list unchanged.

    :raises paystackease.errors.InvalidArgumentError: If it is not the response of a list.
    """
    value = cast("object", response)
    if inspect.iscoroutine(value):
        value.close()  # Python would warn that it was never awaited.
        raise InvalidArgumentError(
            "iterate: await the call first, as in client.iterate(await client.customers.list_customers())"
        )
    if not isinstance(value, Response):
        raise InvalidArgumentError(
            f"iterate: pass the response of a list, as in client.iterate(client.customers.list_customers()), "
            f"not {type(value).__name__}"
        )
    if isinstance(value.get("data"), Mapping):
        raise InvalidArgumentError(f"iterate: {value.http.request} returns one object, not a list. It is in `.data`")
    return response


class Paginator(Generic[T]):
    """Iterates over the pages of a list.

    :param first: The first page.
    :param prefetch: The maximum number of pages in flight.
    """

    def __init__(self, first: Response[list[T]], prefetch: int) -> None:
        if prefetch < 1:
            raise InvalidArgumentError("prefetch must be 1 or more: the number of pages that may be in flight")
        self._max_prefetch, self._prefetch = prefetch, min(INITIAL_PREFETCH, prefetch)
        self._in_flight = 0
        self._seen: deque[set[int | str]] = deque(maxlen=REMEMBERED_PAGES)
        self._cursors = deque([_requested_cursor(first)], maxlen=REMEMBERED_PAGES)
        self._pages_without_new = 0  # consecutive pages without a new item
        self._latest: Response[Any] = first
        self._number, self._last = _page_position(first)
        self._initial_last = self._last
        self._read_pages = -1  # the first page is not counted
        self.items: list[T] = []
        """The items of the latest page that were not on earlier pages."""
        self._collect_new(first)

    @property
    def is_numbered(self) -> bool:
        """Whether the pages have numbers, not cursors."""
        return bool(self._number)

    def next_request(self) -> Request[list[T]] | None:
        """Return the request for the next page, or None if there is none, or none yet.

        :raises paystackease.errors.PaginationError: If the list has grown by a page or more for each of the last pages.
        """
        if self._in_flight >= self._prefetch:
            return None
        if self._read_pages > REMEMBERED_PAGES and self._last - self._initial_last >= self._read_pages:
            # New items at the front push the rest back as fast as it is read.
            following = cast("Request[list[Any]]", self._latest.http.request.with_query(page=self._number + 1))
            raise PaginationError(
                following, PaystackError("the list grows as fast as it is read. Resume later with error.request")
            )
        # A server may return the same pages again and again. A list that shifts has fewer pages without new items.
        if self._pages_without_new > REMEMBERED_PAGES:
            return None
        if self._number:
            if self._number >= self._last:
                return None
            self._number += 1
            request = self._latest.http.request.with_query(page=self._number)
        else:
            cursor = _next_cursor(self._latest)
            if self._in_flight or cursor is None or str(cursor) in self._cursors:
                return None
            self._cursors.append(str(cursor))
            request = _request_at_cursor(self._latest, cursor)
        self._in_flight += 1
        return cast("Request[list[T]]", request)

    def receive(self, response: Response[list[T]]) -> bool:
        """Take the first of the pages in flight.

        :returns: Whether to cancel the other pages in flight. They are requested again.
        """
        self._in_flight -= 1
        self._latest = response
        shifted = self._collect_new(response)
        self._prefetch = 1 if shifted else min(self._prefetch * 2, self._max_prefetch)
        if not self._number:
            return False
        self._last = max(self._last, _page_position(response)[1])  # the list may grow meanwhile
        if not shifted:
            return False
        self._number -= self._in_flight
        self._in_flight = 0
        return True

    def _collect_new(self, response: Response[list[T]]) -> bool:
        # Returns whether an item was on an earlier page. Duplicates within a page are returned as Paystack sent them.
        self.items = []
        ids: set[int | str] = set()
        is_shifted = False
        for item in response.data or ():
            known = _item_id(item)
            if known is not None:
                ids.add(known)
                if any(known in page for page in self._seen):
                    is_shifted = True
                    continue
            self.items.append(item)
        self._seen.append(ids)
        self._read_pages += 1
        self._pages_without_new = 0 if self.items else self._pages_without_new + 1
        return is_shifted


def _item_id(item: object) -> int | str | None:
    known = cast("Mapping[str, object]", item).get("id") if isinstance(item, Mapping) else None
    return known if isinstance(known, int | str) else None


def _next_cursor(response: Response[Any]) -> str | int | None:
    cursor = response.meta.get("next")
    # Paystack's own guide has "null" as text.
    return None if cursor in ("", "null") or not isinstance(cursor, str | int) else cursor


def _cursor_name(response: Response[Any]) -> str:
    # The list of mandates has other names for the cursor and the page size than other lists.
    return "cursor" if "per_page" in response.meta else "next"


def _requested_cursor(response: Response[Any]) -> str:
    return str(response.http.request.query.get(_cursor_name(response)))


def _request_at_cursor(response: Response[Any], cursor: str | int) -> Request[Any]:
    name = _cursor_name(response)
    return response.http.request.with_query(
        **({"cursor": cursor} if name == "cursor" else {"next": cursor, "previous": None})
    )


def _page_position(response: Response[Any]) -> tuple[int, int]:
    # Returns the number of the page and of all pages, or 0 and 0 if the list has cursors.
    meta = response.meta
    if _next_cursor(response) is not None:
        return 0, 0
    last = _parse_number(meta.get("pageCount"))
    # Some lists, such as the orders of a storefront, have the number of pages, but not of the current page.
    page = _parse_number(meta.get("page")) or _parse_number(response.http.request.query.get("page")) or 1
    return (page, last) if last else (0, 0)


def _parse_number(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0
