"""Pagination of lists: by page number, or by cursor."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from paystackease.emulator.clock import parse_time
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.fields import parse_id
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.storage.document import Document, Query

if TYPE_CHECKING:
    from paystackease.emulator.context import RequestContext

PER_PAGE = 50
DAY = 86_400.0


def paginate(
    context: RequestContext,
    kind: str,
    message: str,
    serialize: Callable[[Document], object],
    *,
    parent_id: int | None = None,
    having: Mapping[str, object] | None = None,
    by_cursor: bool = False,
) -> ApiResponse:
    """Return a page of the documents of a kind, newest first, by number or by cursor, depending on the query.

    Paystack's newest samples have cursors by default. Here ``use_cursor``, ``next`` or ``previous`` is required (an
    assumption: Paystack does not document the default, and clients with page numbers need the other).

    :param parent_id: Only the documents of this parent.
    :param having: Only documents whose bodies have these values.
    :param by_cursor: Always by cursor, for lists that have no page numbers.
    """
    where = replace(created_between(context), parent_id=parent_id, having=having or {})
    store, tenant = context.services.store, context.tenant.id
    if (
        by_cursor
        or context.query.get("use_cursor") == "true"
        or context.query.get("next")
        or context.query.get("previous")
    ):
        return _paginate_by_cursor(context, kind, message, serialize, where, _page_size(context))
    return paginate_by_number(
        context,
        message,
        store.count(tenant, kind, where),
        lambda limit, skip: [
            serialize(document) for document in store.find_all(tenant, kind, where, limit=limit, skip=skip)
        ],
    )


def paginate_by_number(
    context: RequestContext, message: str, total: int, fetch: Callable[[int, int], list[Any]]
) -> ApiResponse:
    """Return the page with the number that the query has.

    :param total: The number of items on all pages.
    :param fetch: Returns at most ``limit`` items after skipping ``skip``: ``fetch(limit, skip)``.
    """
    size, page = _page_size(context), _positive_param(context, "page") or 1
    # `skipped` is 0 in every sample, for all pages.
    meta = {"total": total, "skipped": 0, "perPage": size, "page": page, "pageCount": -(-total // size)}
    return ApiResponse(message, fetch(size, (page - 1) * size), meta=meta)


def paginate_items(
    context: RequestContext, kind: str, message: str, items: Sequence[tuple[int, object]]
) -> ApiResponse:
    """Return a page of items that are not documents, by cursor.

    :param items: Each with its number, in the order of the list.
    """
    size, page = _page_size(context), _positive_param(context, "page") or 1
    positions = {number: position for position, (number, _) in enumerate(items)}
    if (first := _decode_cursor(context, kind, "next")) is not None:
        start = positions.get(first, len(items))
    elif (cursor := _decode_cursor(context, kind, "previous")) is not None:
        start = max(0, positions.get(cursor, 0) - size)
    else:
        start = (page - 1) * size
    page_items, following = items[start : start + size], items[start + size :]
    meta = {
        "next": _encode_cursor(kind, following[0][0]) if following else None,
        "previous": _encode_cursor(kind, page_items[0][0]) if start and page_items else None,
        "perPage": size,
    }
    return ApiResponse(message, [item for _, item in page_items], meta=meta)


def paginate_documents(
    context: RequestContext, kind: str, message: str, serialize: Callable[[Document], object], documents: list[Document]
) -> ApiResponse:
    """Return a page of these documents, newest first, by cursor. It is for selections that a query cannot make."""
    size, first = _page_size(context), _decode_cursor(context, kind, "next")
    if first is None and (cursor := _decode_cursor(context, kind, "previous")) is not None:
        newer = [document for document in documents if document.id > cursor][-size:]
        first = newer[0].id if newer else None
    rows = [document for document in documents if first is None or document.id <= first]
    newer_count = len(documents) - len(rows)
    return _cursor_page(kind, message, serialize, rows, size, newer_count)


def created_between(context: RequestContext) -> Query:
    """Return a query for documents created between the ``from`` and the ``to`` of the request.

    :raises ApiError: If one of them is not a date.
    """
    return Query(since=_date_param(context, "from"), until=_date_param(context, "to"))


def select_all(
    context: RequestContext, kind: str, *, parent_id: int | None = None, having: Mapping[str, object] | None = None
) -> list[Document]:
    """Return all documents of a kind within the request's dates, newest first: for sums and files."""
    where = Query(
        since=_date_param(context, "from"), until=_date_param(context, "to"), parent_id=parent_id, having=having or {}
    )
    return context.services.store.find_all(context.tenant.id, kind, where, limit=-1)


def id_filter(context: RequestContext, name: str) -> int | None:
    """Return the id that a filter such as ``customer`` has, or None if the request has no such filter.

    Paystack's lists match nothing for a code (observed). 0, which is not an id, matches nothing either.
    """
    text = context.query.get(name)
    return None if text is None else parse_id(text) or 0


def _paginate_by_cursor(
    context: RequestContext, kind: str, message: str, serialize: Callable[[Document], object], where: Query, size: int
) -> ApiResponse:
    # A cursor is the number of an item: `next` that of the next page's first, `previous` that of this page's first.
    store, tenant = context.services.store, context.tenant.id
    first = _decode_cursor(context, kind, "next")
    if first is None and (cursor := _decode_cursor(context, kind, "previous")) is not None:
        newer = store.find_all(tenant, kind, replace(where, above_id=cursor), limit=size, oldest_first=True)
        first = newer[-1].id if newer else None
    rows = store.find_all(tenant, kind, replace(where, max_id=first), limit=size + 1)
    newer_count = store.count(tenant, kind, replace(where, above_id=rows[0].id)) if rows else 0
    return _cursor_page(kind, message, serialize, rows, size, newer_count)


def _cursor_page(
    kind: str, message: str, serialize: Callable[[Document], object], rows: list[Document], size: int, newer_count: int
) -> ApiResponse:
    page, following = rows[:size], rows[size:]
    meta = {
        "next": _encode_cursor(kind, following[0].id) if following else None,
        "previous": _encode_cursor(kind, page[0].id) if newer_count else None,
        "perPage": size,
    }
    return ApiResponse(message, [serialize(document) for document in page], meta=meta)


def _page_size(context: RequestContext) -> int:
    return _positive_param(context, "perPage") or _positive_param(context, "per_page") or PER_PAGE


def _positive_param(context: RequestContext, name: str) -> int | None:
    # A value that is not a number above 0 is ignored (an assumption).
    text = context.query.get(name, "")
    return int(text) or None if text.isdecimal() and len(text) < 10 else None


def _date_param(context: RequestContext, name: str) -> float | None:
    text = context.query.get(name)
    if text is None:
        return None
    moment = parse_time(text)
    if moment is None:
        raise ApiError(400, f"Invalid '{name}' date passed", "invalid_params")
    # A date without a time includes the whole day.
    return moment + DAY - 0.001 if name == "to" and len(text) <= 10 else moment


def _encode_cursor(kind: str, number: int) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def _decode_cursor(context: RequestContext, kind: str, name: str) -> int | None:
    if not (text := context.query.get(name)):
        return None
    try:
        cursor_kind, _, number = base64.b64decode(text, validate=True).decode().partition(":")
        if cursor_kind == kind and len(number) < 19:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise ApiError(400, f"Invalid '{name}' cursor passed", "invalid_params")  # the wording is an assumption
