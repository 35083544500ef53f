"""Lists, a page at a time: by number, or by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from paystackease.emulator.clock import parse_time
from paystackease.emulator.http.context import ApiResponse, RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.store import Document, Query

PER_PAGE = 50
DAY = 86_400.0


def paginate(
    call: RequestContext,
    kind: str,
    message: str,
    show: Callable[[Document], object],
    *,
    owner: int | None = None,
    having: Mapping[str, object] | None = None,
    everything: bool = False,
    by_cursor: bool = False,
) -> ApiResponse:
    """A page of what there is of a kind, the newest first, in the way that the query asks for.

    Paystack's newest samples page by cursor unasked. Here that takes ``use_cursor``, ``next`` or ``previous`` (an
    assumption: Paystack does not document which it does, and every client's page numbers rely on the other).

    :param owner: Only what belongs to that one.
    :param having: Only those whose bodies have these values.
    :param everything: All that the query's dates leave, on one page: for files and sums.
    :param by_cursor: By cursor whatever the query asks for: for the lists that have no page numbers.
    """
    between = replace(within(call), owner=owner, having=having or {})
    store, tenant = call.services.store, call.tenant.id
    if everything:
        return ApiResponse(message, [show(found) for found in store.some(tenant, kind, between, limit=-1)])
    if by_cursor or call.query.get("use_cursor") == "true" or call.query.get("next") or call.query.get("previous"):
        return _by_cursor(call, kind, message, show, between, _size(call))
    return paginate_by_number(
        call,
        message,
        store.count(tenant, kind, between),
        lambda limit, skip: [show(found) for found in store.some(tenant, kind, between, limit=limit, skip=skip)],
    )


def paginate_by_number(
    call: RequestContext, message: str, total: int, some: Callable[[int, int], list[Any]]
) -> ApiResponse:
    """The page that the query asks for by its number.

    :param total: How many there are on all pages.
    :param some: Gives at most so many, after so many others.
    """
    size, page = _size(call), _number(call, "page") or 1
    # `skipped` is 0 in every sample, whatever the page.
    meta = {"total": total, "skipped": 0, "perPage": size, "page": page, "pageCount": -(-total // size)}
    return ApiResponse(message, some(size, (page - 1) * size), meta=meta)


def paginate_items(call: RequestContext, kind: str, message: str, items: Sequence[tuple[int, object]]) -> ApiResponse:
    """A page of what is fixed and no document, by cursor.

    :param items: Each with its number, in the order of the list.
    """
    size, page = _size(call), _number(call, "page") or 1
    places = {number: place for place, (number, _) in enumerate(items)}
    if (first := _cursor(call, kind, "next")) is not None:
        start = places.get(first, len(items))
    elif (before := _cursor(call, kind, "previous")) is not None:
        start = max(0, places.get(before, 0) - size)
    else:
        start = (page - 1) * size
    found, beyond = items[start : start + size], items[start + size :]
    meta = {
        "next": _written(kind, beyond[0][0]) if beyond else None,
        "previous": _written(kind, found[0][0]) if start and found else None,
        "perPage": size,
    }
    return ApiResponse(message, [shown for _, shown in found], meta=meta)


def chosen(
    call: RequestContext, kind: str, message: str, show: Callable[[Document], object], found: list[Document]
) -> ApiResponse:
    """A page of these by cursor, which are the newest first: of what no query can narrow, such as a search."""
    size, first = _size(call), _cursor(call, kind, "next")
    if first is None and (before := _cursor(call, kind, "previous")) is not None:
        newer = [document for document in found if document.id > before][-size:]
        first = newer[0].id if newer else None
    rows = [document for document in found if first is None or document.id <= first]
    newer_ones = len(found) - len(rows)
    return _cut(kind, message, show, rows, size, newer_ones)


def within(call: RequestContext) -> Query:
    """What was created between the ``from`` and the ``to`` of the query.

    :raises Refusal: Where one is no date.
    """
    return Query(since=_moment(call, "from"), until=_moment(call, "to"))


def selected(
    call: RequestContext, kind: str, *, owner: int | None = None, having: Mapping[str, object] | None = None
) -> list[Document]:
    """All that there is of a kind within the query's dates, the newest first: for sums and files."""
    between = Query(since=_moment(call, "from"), until=_moment(call, "to"), owner=owner, having=having or {})
    return call.services.store.some(call.tenant.id, kind, between, limit=-1)


def id_filter(call: RequestContext, name: str) -> int | None:
    """The number that a filter such as ``customer`` gives, or None where the query has none.

    Paystack's lists find nothing for a code (observed), and so for 0, which nothing has.
    """
    text = call.query.get(name)
    return None if text is None else int(text) if text.isdecimal() and len(text) < 19 else 0


def _by_cursor(
    call: RequestContext, kind: str, message: str, show: Callable[[Document], object], between: Query, size: int
) -> ApiResponse:
    # A cursor is the number of an item: `next` that of the next page's first, `previous` that of this page's first.
    store, tenant = call.services.store, call.tenant.id
    first = _cursor(call, kind, "next")
    if first is None and (before := _cursor(call, kind, "previous")) is not None:
        newer = store.some(tenant, kind, replace(between, above=before), limit=size, oldest_first=True)
        first = newer[-1].id if newer else None
    rows = store.some(tenant, kind, replace(between, up_to=first), limit=size + 1)
    newer_ones = store.count(tenant, kind, replace(between, above=rows[0].id)) if rows else 0
    return _cut(kind, message, show, rows, size, newer_ones)


def _cut(
    kind: str, message: str, show: Callable[[Document], object], rows: list[Document], size: int, newer_ones: int
) -> ApiResponse:
    found, beyond = rows[:size], rows[size:]
    meta = {
        "next": _written(kind, beyond[0].id) if beyond else None,
        "previous": _written(kind, found[0].id) if newer_ones else None,
        "perPage": size,
    }
    return ApiResponse(message, [show(document) for document in found], meta=meta)


def _size(call: RequestContext) -> int:
    return _number(call, "perPage") or _number(call, "per_page") or PER_PAGE


def _number(call: RequestContext, name: str) -> int | None:
    # What is not a number above 0 is passed over (an assumption).
    text = call.query.get(name, "")
    return int(text) or None if text.isdecimal() and len(text) < 10 else None


def _moment(call: RequestContext, name: str) -> float | None:
    text = call.query.get(name)
    if text is None:
        return None
    moment = parse_time(text)
    if moment is None:
        raise ApiError(400, f"Invalid '{name}' date passed", "invalid_params")
    # A date alone is the whole of its day.
    return moment + DAY - 0.001 if name == "to" and len(text) <= 10 else moment


def _written(kind: str, number: int) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def _cursor(call: RequestContext, kind: str, name: str) -> int | None:
    if not (text := call.query.get(name)):
        return None
    try:
        of, _, number = base64.b64decode(text, validate=True).decode().partition(":")
        if of == kind and len(number) < 19:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise ApiError(400, f"Invalid '{name}' cursor passed", "invalid_params")  # the wording is an assumption
