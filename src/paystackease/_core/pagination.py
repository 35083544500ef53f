"""The pages of a list, in order: which to fetch next, and which of their items are new. Pure.

Numbered pages are fetched ahead, two at first and more as whoever reads goes on; a page that is told by a cursor is
known when the one before it has come, so of those there is one ahead.

A list can shift while it is read: whatever is added in front moves the last item of a page to the next one, where it
would be seen again. Items are told by their ``id``, and those of the last pages are remembered. That costs a few
thousand numbers, whatever the length of the list. An item that is seen again also says that the list has shifted, and
then those pages that are under way may have been answered before: between such a page and the one before it items would
be missing, so it is asked for again, and one after another for a while. Reading ends, since what is added in front is
not followed. A list that grows by a page or more for each of many pages in a row cannot be read to its end: that is an
error. What is taken out of a list meanwhile moves another item over to a page that was read already; of that one nobody
can know.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

from paystackease._core.request import Request
from paystackease.errors import InvalidArgumentError, PaginationError, PaystackError
from paystackease.response import Response

T = TypeVar("T")

INITIAL_PREFETCH = 2
REMEMBERED_PAGES = 24
"""Pages."""


class Paginator(Generic[T]):
    """The pages from one on.

    :param ahead: How many may be under way at the most.
    """

    def __init__(self, first: Response[list[T]], prefetch: int) -> None:
        if prefetch < 1:
            raise InvalidArgumentError("prefetch must be 1 or more: the number of pages that may be in flight")
        self._max_prefetch, self._prefetch = prefetch, min(INITIAL_PREFETCH, prefetch)
        self._in_flight = 0
        self._seen: deque[set[int | str]] = deque(maxlen=REMEMBERED_PAGES)
        self._cursors = deque([_requested_cursor(first)], maxlen=REMEMBERED_PAGES)
        self._pages_without_new = 0  # how many pages in a row had nothing new
        self._latest: Response[Any] = first
        self._number, self._last = _page_position(first)
        self._initial_last, self._read_pages = (
            self._last,
            -1,
        )  # how many there were, and how many were read after the first
        self.items: list[T] = []
        """The items of the page that came last which were on none of the pages before."""
        self._collect_new(first)

    @property
    def is_numbered(self) -> bool:
        """Whether they are told by their numbers, and not by cursors."""
        return bool(self._number)

    def next_request(self) -> Request[list[T]] | None:
        """The page to fetch now, besides those that are under way; None where there is none, or none yet.

        :raises paystackease.errors.PaginationError: If the list has grown by a page or more for each of the last pages.
        """
        if self._in_flight >= self._prefetch:
            return None
        if self._read_pages > REMEMBERED_PAGES and self._last - self._initial_last >= self._read_pages:
            # What is new in front pushes the rest on as fast as it is read.
            following = cast("Request[list[Any]]", self._latest.http.request.with_query(page=self._number + 1))
            raise PaginationError(
                following, PaystackError("the list grows as fast as it is read: go on when it is calmer")
            )
        # A server that gives the same pages for ever is left at last. A list that shifts has no more than that.
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
        """The first of the pages that are under way is here.

        :returns: Whether to drop the others that are under way. They are asked for again.
        """
        self._in_flight -= 1
        self._latest = response
        shifted = self._collect_new(response)
        self._prefetch = 1 if shifted else min(self._prefetch * 2, self._max_prefetch)
        if not self._number:
            return False
        self._last = max(self._last, _page_position(response)[1])  # a list may grow while it is read
        if not shifted:
            return False
        self._number -= self._in_flight
        self._in_flight = 0
        return True

    def _collect_new(self, response: Response[list[T]]) -> bool:
        # Says whether there was an item that was on a page before. Twice on one page is as Paystack sent it.
        self.items = []
        ids: set[int | str] = set()
        again = False
        for item in response.data or ():
            known = _item_id(item)
            if known is not None:
                ids.add(known)
                if any(known in page for page in self._seen):
                    again = True
                    continue
            self.items.append(item)
        self._seen.append(ids)
        self._read_pages += 1
        self._pages_without_new = 0 if self.items else self._pages_without_new + 1
        return again


def _item_id(item: object) -> int | str | None:
    known = cast("Mapping[str, object]", item).get("id") if isinstance(item, Mapping) else None
    return known if isinstance(known, int | str) else None


def _next_cursor(response: Response[Any]) -> str | int | None:
    cursor = response.meta.get("next")
    # "null" as text stands in Paystack's own guide.
    return None if cursor in ("", "null") or not isinstance(cursor, str | int) else cursor


def _cursor_name(response: Response[Any]) -> str:
    # Mandates take their cursor by another name than other lists do, and count by another too.
    return "cursor" if "per_page" in response.meta else "next"


def _requested_cursor(response: Response[Any]) -> str:
    return str(response.http.request.query.get(_cursor_name(response)))


def _request_at_cursor(response: Response[Any], cursor: str | int) -> Request[Any]:
    name = _cursor_name(response)
    return response.http.request.with_query(
        **({"cursor": cursor} if name == "cursor" else {"next": cursor, "previous": None})
    )


def _page_position(response: Response[Any]) -> tuple[int, int]:
    # Which page it is, and how many there are; 0 where they are not told by number.
    meta = response.meta
    if _next_cursor(response) is not None:
        return 0, 0
    last = _parse_number(meta.get("pageCount"))
    # Some lists, such as the orders of a storefront, say how many pages there are and not which this is.
    page = _parse_number(meta.get("page")) or _parse_number(response.http.request.query.get("page")) or 1
    return (page, last) if last else (0, 0)


def _parse_number(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0
