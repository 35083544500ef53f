"""Every decision about a call, and no waiting: what a reply means, when to ask again, where the next page is.

:func:`converse` is one call from beginning to end. It is a generator that says what it needs, a ``Request`` to be sent
or a number of seconds to pass, and is told what became of it; :mod:`~paystackease.base` and
:mod:`~paystackease.abase` do just that, each in its own way of waiting.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from paystackease import errors
from paystackease._request import Request
from paystackease.response import Http, Response

T = TypeVar("T")

log = logging.getLogger("paystackease")


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What a transport brings back. The names of ``headers`` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


Outcome: TypeAlias = Reply | errors.APIConnectionError
"""What became of one sending."""


def _random() -> float:
    import random  # when first needed: it costs as much to import as half of this package

    return random.random()


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and after how long a call is repeated that failed and may be repeated.

    :param attempts: How often it is sent at the most; 1 switches repeating off.
    :param base: The first wait in seconds. Each further one is twice as long.
    :param cap: The longest of those waits, in seconds.
    :param patience: The longest wait that Paystack may ask for (``Retry-After``), in seconds. Where it asks for more,
        the call fails at once, with a :class:`~paystackease.errors.RateLimitError`.
    :param jitter: Gives a number from 0 to 1, by which a wait is multiplied, so that many clients do not come back at
        the same moment.
    """

    attempts: int = 3
    base: float = 0.5
    cap: float = 8.0
    patience: float = 60.0
    jitter: Callable[[], float] = _random

    def wait(self, attempt: int, request: Request[Any], outcome: Outcome) -> float | None:
        """How many seconds to wait before the request is sent again, or None to stop here."""
        if attempt >= self.attempts or not _may_repeat(request, outcome):
            return None
        if isinstance(outcome, Reply) and (asked := outcome.headers.get("retry-after", "")).isdecimal():
            return float(asked) if float(asked) <= self.patience else None
        return min(self.cap, self.base * 2.0 ** (attempt - 1)) * self.jitter()


def _may_repeat(request: Request[Any], outcome: Outcome) -> bool:
    if isinstance(outcome, Reply):
        # 429 says that nothing was done. A 5xx says nothing at all.
        return outcome.status == 429 or (outcome.status >= 500 and request.freely)
    return not outcome.reached or request.freely


def converse(
    request: Request[T], retry: Retry, clock: Callable[[], float] = time.perf_counter
) -> Generator[Request[T] | float, Outcome | None, Response[T]]:
    """One call: yields a request to be sent or seconds to be waited, is sent what came, and returns the answer.

    :raises paystackease.errors.PayStackError: Where there is no answer, or it says no.
    """
    for attempt in itertools.count(1):
        started = clock()
        outcome = yield request
        assert outcome is not None, "whoever drives this answers a request with what became of it"
        _log(request, outcome, attempt, clock() - started)
        wait = retry.wait(attempt, request, outcome)
        if wait is None:
            return conclude(request, outcome, attempt)
        yield wait
    raise AssertionError("unreachable")


def _log(request: Request[Any], outcome: Outcome, attempt: int, seconds: float) -> None:
    if log.isEnabledFor(logging.DEBUG):
        came = outcome.status if isinstance(outcome, Reply) else type(outcome).__name__
        log.debug("%s: %s, attempt %d, %.0f ms", request, came, attempt, seconds * 1000)


def conclude(request: Request[T], outcome: Outcome, attempts: int) -> Response[T]:
    """What an outcome means: an answer, or the one error that fits."""
    if not isinstance(outcome, Reply):
        raise outcome
    http = Http(request, outcome.status, outcome.headers, attempts)
    body = _object(outcome.content)
    if body is None and 200 <= outcome.status < 300:
        raise errors.MalformedResponseError(f"HTTP {http.status} without a JSON object", http, outcome.content)
    response: Response[T] = Response(body or {}, http)
    # A terminal that is linked already, among others, is told so with HTTP 200 and `status: false`.
    if not 200 <= outcome.status < 300 or response.get("status") is False:
        raise errors.from_response(response, outcome.content)
    return response


def _object(content: bytes) -> dict[str, object] | None:
    import msgspec  # when the first answer is read

    try:
        body: object = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, object]", body) if isinstance(body, dict) else None


def next_page(response: Response[Any]) -> Request[Any] | None:
    """The call for the page after this one: by cursor where Paystack gives one, else by number."""
    request, meta = response.http.request, response.meta
    cursor = meta.get("next")
    if cursor not in {None, "", "null"}:  # "null" as text stands in Paystack's own guide
        # Mandates take their cursor by another name than other lists do, and count by another too.
        return request.at(cursor=cursor) if "per_page" in meta else request.at(next=cursor, previous=None)
    # Some lists, such as the orders of a storefront, say how many pages there are and not which this is.
    page = _number(meta.get("page")) or _number(request.query.get("page")) or 1
    return request.at(page=page + 1) if page < _number(meta.get("pageCount")) else None


def _number(value: object) -> int:
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else 0
