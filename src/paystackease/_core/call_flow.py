"""Every decision about a call, and no waiting: what a reply means, and when to ask again.

:func:`converse` is one call from beginning to end. It is a generator that says what it needs, a ``Request`` to be sent
or a number of seconds to pass, and is told what became of it; :mod:`~paystackease.base` and
:mod:`~paystackease.abase` do just that, each in its own way of waiting.

How a call goes on that may not have been carried out depends on how it may be repeated:

    freely         it is sent again
    by reference   Paystack is asked by that reference: it has it, and that is the answer; or it has not, and the call
                   is sent again with the same one, of which Paystack takes no two
    never          the caller is told that nobody knows, and by which call to find out
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from paystackease import errors
from paystackease._core.idempotency import (
    AWAITING,
    expected_items,
    is_answered,
    match_verified,
    new_reference,
    referenced,
    references,
)
from paystackease._core.request import Request
from paystackease._core.success_criteria import Fields
from paystackease._core.transport import RawResponse
from paystackease.response import Response, ResponseInfo

T = TypeVar("T")

log = logging.getLogger("paystackease")


Outcome: TypeAlias = RawResponse | errors.APIConnectionError
"""What became of one sending."""

Verdict: TypeAlias = Literal["done", "refused", "duplicate", "turned away", "unclear"]
"""What an outcome says of the call. Turned away: it surely was not looked at. Unclear: it may have been done."""


@cache
def _decoder() -> Callable[[bytes], object]:
    from paystackease._core.lenient_json import decode  # when the first answer is read

    return decode


def _random() -> float:
    import random  # when first needed: it costs as much to import as half of this package

    return random.random()


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and after how long a call is repeated that failed and may be repeated.

    :param max_attempts: How often it is sent at the most; 1 switches repeating off.
    :param initial_delay: The first wait in seconds. Each further one is twice as long.
    :param max_delay: The longest of those waits, in seconds.
    :param max_elapsed: How many seconds after the first sending the last may begin. A wait that Paystack asks for
        (``Retry-After``) and that goes beyond is not kept: the call fails at once.
    :param recover: Whether Paystack is asked what became of a call by its reference, where that is not clear. Without,
        such a call ends in an :class:`~paystackease.errors.OutcomeUnknownError`.
    :param jitter: Gives a number from 0 to 1, by which a wait is multiplied, so that many clients do not come back at
        the same moment.
    :raises paystackease.errors.InvalidArgumentError: If ``max_attempts`` is not a whole number from 1 on, or one of the
        times is not a number of seconds from 0 on.
    """

    max_attempts: int = 3
    initial_delay: float = 0.5
    max_delay: float = 8.0
    max_elapsed: float = 60.0
    recover: bool = True
    jitter: Callable[[], float] = _random

    def __post_init__(self) -> None:
        attempts = cast("object", self.max_attempts)
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise errors.InvalidArgumentError("max_attempts must be a whole number from 1 on; 1 switches repeating off")
        for name in "initial_delay", "max_delay", "max_elapsed":
            seconds: object = getattr(self, name)
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
                raise errors.InvalidArgumentError(f"{name} must be a number of seconds from 0 on, and not infinite")
        if not isinstance(cast("object", self.recover), bool):
            raise errors.InvalidArgumentError("recover must be True or False")
        if not callable(cast("object", self.jitter)):
            raise errors.InvalidArgumentError("jitter must be a function that gives a number from 0 to 1")

    def delay(self, attempt: int, outcome: Outcome, spent: float = 0.0) -> float | None:
        """How many seconds to wait before a request is sent again that may be, or None to stop here.

        :param attempt: How often it was sent.
        :param outcome: What became of it the last time.
        :param spent: How many seconds ago it was first sent.
        """
        if attempt >= self.max_attempts:
            return None
        asked = _asked_wait(outcome)
        if asked is None:
            # 2 ** 63 times any base is beyond any cap, and beyond 2 ** 1023 a float overflows.
            wait = min(self.max_delay, self.initial_delay * 2.0 ** min(attempt - 1, 63)) * self.jitter()
            # A jitter of the caller's may give a negative number, or none.
            wait = wait if 0 <= wait <= self.max_delay else self.max_delay
        else:
            wait = asked
        return wait if spent + wait <= self.max_elapsed else None


def _asked_wait(outcome: Outcome) -> float | None:
    # `Retry-After` is HTTP's. That Paystack sends `x-ratelimit-reset`, seconds or a time, is what clients of it read
    # for; nobody has recorded one (an assumption).
    if not isinstance(outcome, RawResponse):
        return None
    asked = outcome.headers.get("retry-after") or outcome.headers.get("x-ratelimit-reset") or ""
    if not asked.isdecimal() or len(asked) > 13:
        return None
    seconds = float(asked)
    if seconds > 1e9:  # a time, in seconds or milliseconds since 1970
        seconds = max(0.0, (seconds / 1000 if seconds > 1e12 else seconds) - time.time())
    return seconds


class Heard(NamedTuple):
    """An outcome, read."""

    outcome: Outcome
    verdict: Verdict
    body: dict[str, object] | None
    """The JSON object that came, where one did and was looked at."""


def hear(outcome: Outcome | None, request: Request[Any]) -> Heard:
    """What an outcome says of the call.

    A refusal is definite only in Paystack's own words, an envelope whose ``status`` is false: what answers with
    anything else (a proxy, a portal) may not know what Paystack did. It settles a call that may be repeated anyway.
    """
    if not isinstance(outcome, RawResponse):
        assert outcome is not None, "whoever drives this answers a request with what became of it"
        return Heard(outcome, "unclear" if outcome.may_have_arrived else "turned away", None)
    status = outcome.status
    body = _object(outcome.content)
    refused = body is not None and body.get("status") is False
    if 200 <= status < 300:
        # A terminal that is linked already, among others, is told so with HTTP 200 and `status: false`.
        done = body is not None and not refused and _is_success(request, body)
        return Heard(outcome, "refused" if refused else "done" if done else "unclear", body)
    if status == 429 and (body is None or body.get("status") is not True):
        return Heard(outcome, "turned away", body)
    # What breaks, or waits for what has broken, may have done it before. What is not implemented has not.
    is_failing = status in {408, 429} or (status >= 500 and status != 501)
    if is_failing or not (request.is_retry_safe or (refused and status >= 400)):
        return Heard(outcome, "unclear", body)
    return Heard(outcome, "duplicate" if body is not None and errors.is_duplicate(body) else "refused", body)


def _is_success(request: Request[Any], body: Fields) -> bool:
    if request.guard is None:
        return request.success.is_met_by(body, request.path_params, request.query, request.body)
    return is_answered(request.guard, _sent(request), body)


def _sent(request: Request[Any]) -> object:
    # The body as it was sent: who watches a call may have altered the one that the request holds.
    assert request.content is not None, "a guarded call has a body"
    return _decoder()(request.content)


def is_absent(heard: Heard) -> bool:
    """Whether a verify endpoint says that there is nothing with that reference. Closed: anything else is no answer.

    404 is documented for transfers, and reported with 400 for transactions; 400 is also what a wrong key gets there.
    """
    if not isinstance(heard.outcome, RawResponse) or heard.outcome.status not in {400, 404} or heard.body is None:
        return False
    if heard.body.get("status") is not False:
        return False
    if str(heard.body.get("code")) in {"transaction_not_found", "not_found"}:
        return True
    message = str(heard.body.get("message")).casefold()
    return message.startswith(
        (
            "preauthorization not found",
            "transaction not found",
            "transaction reference is invalid",
            "transaction reference not found",
            "transfer not found",
        )
    )


class Observer:
    """Is told of each sending, before and after, and may look and not touch. What it raises is logged and no more."""

    def before(self, request: Request[Any], attempt: int, /) -> None:
        """A request is about to be sent, for the ``attempt``-th time."""

    def after(self, request: Request[Any], attempt: int, outcome: Outcome, seconds: float, /) -> None:
        """What became of it: a reply, or an error, after so many seconds, a wait for the client's limit included."""


def closed_meanwhile(request: Request[Any], cause: errors.ClientClosedError) -> errors.APIConnectionError:
    """Return what became of a sending for which the client was closed, after an earlier one of the same call."""
    error = errors.APIConnectionError(
        f"{request}: the client was closed meanwhile", request=request, may_have_arrived=False
    )
    error.__cause__ = cause
    return error


def note_interruption(error: BaseException, call: Request[Any] | None) -> None:
    """Add the references of a call that was interrupted, by which to ask what became of it.

    :param call: The call as it was sent last, if Paystack knows it by references.
    """
    if call is not None and not isinstance(error, errors.PayStackError):
        known = ", ".join(str(reference) for reference in references(call))
        error.add_note(f"{call} was interrupted, and may have been done. Verify it before paying again: {known}")


class First(NamedTuple):
    """The first sending of a call."""

    began: float
    """By the clock of the conversation."""
    outcome: Outcome


def is_plain(request: Request[Any], observers: Sequence[Observer]) -> bool:
    """Whether a call may be sent as it is, before there is a conversation: it needs no reference, and nobody watches.

    A conversation costs time, and nearly every call is answered at once and needs none.
    """
    return request.guard is None and not observers and not log.isEnabledFor(logging.DEBUG)


def at_once(request: Request[T], outcome: Outcome) -> Response[T] | None:
    """The answer, where the first sending of a call brought it; else there is something to talk about."""
    heard = hear(outcome, request)
    return conclude(request, heard, 1) if heard.verdict == "done" else None


def converse(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    clock: Callable[[], float] = time.perf_counter,
    make_reference: Callable[[], str] = new_reference,
    first: First | None = None,
) -> Generator[Request[Any] | float, Outcome | None, Response[T]]:
    """One call: yields a request to be sent or seconds to be waited, is sent what came, and returns the answer.

    :param first: Of a call that :func:`is_plain`: its first sending, where that has been.
    :raises paystackease.errors.PayStackError: Where there is no answer, or it says no.
    """
    if first is not None:
        return _Talk(retry, observers, clock, first.began).plain(request, first.outcome)
    talk = _Talk(retry, observers, clock, clock())
    if request.guard is None:
        return talk.plain(request)
    if request.guard.items is None:
        return talk.guarded(request, make_reference)
    return talk.bulk(request, make_reference)


ENDED = frozenset({"success", "failed", "timeout", "abandoned", "reversed"})
"""The statuses of a charge after which nothing more happens."""

LONGEST_PAUSE = 30.0


def settle(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    *,
    every: float,
    deadline: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Steps[Response[T]]:
    """Ask where a charge stands until it has ended, less and less often.

    :raises paystackease.errors.ChargePendingError: Where it has not by the deadline, in seconds from now.
    """
    began, pause = clock(), every
    while True:
        yield min(pause, max(0.0, deadline - (clock() - began)))
        response = yield from converse(request, retry, observers, clock)
        if str(_fields(response).get("status")) in ENDED:
            return response
        pause = min(pause * 1.5, max(every, LONGEST_PAUSE))
        if clock() - began + pause > deadline:
            raise errors.ChargePendingError(response)


Steps: TypeAlias = Generator[Request[Any] | float, Outcome | None, T]


@dataclass(slots=True)
class _Talk:
    """A call under way."""

    retry: Retry
    observers: Sequence[Observer]
    clock: Callable[[], float]
    began: float

    def plain(self, request: Request[T], first: Outcome | None = None) -> Steps[Response[T]]:
        """A call that Paystack knows by no reference."""
        doubt = False
        for attempt in itertools.count(1):
            if first is not None and attempt == 1:
                heard = hear(first, request)
            else:
                heard = yield from self._send(request, attempt)
            if heard.verdict == "done":
                return conclude(request, heard, attempt)
            if doubt and heard.verdict in {"refused", "duplicate"} and request.method != "GET":
                raise _unknown(request, heard, attempt)  # perhaps because the sending before was carried out
            doubt = doubt or heard.verdict == "unclear"
            again = heard.verdict == "turned away" or (heard.verdict == "unclear" and request.is_retry_safe)
            if again and (wait := self._pause(attempt, heard)) is not None:
                yield wait
            elif heard.verdict == "unclear" and not request.is_retry_safe:
                raise _unknown(request, heard, attempt)
            else:
                return conclude(request, heard, attempt)
        raise AssertionError("unreachable")

    def guarded(self, request: Request[T], make: Callable[[], str]) -> Steps[Response[T]]:
        """A call that Paystack knows by its reference."""
        guard = request.guard
        assert guard is not None, "a guarded call has a guard"
        ours = request.reference is None
        request = referenced(request, make)
        doubt: Heard | None = None
        for attempt in itertools.count(1):
            heard = yield from self._send(request, attempt)
            # Nobody else has used a reference that was made for this call. If Paystack knows it, something between,
            # such as a proxy, has sent the call twice. From the second sending on, it may be the first that was used.
            if heard.verdict == "unclear" or (heard.verdict == "duplicate" and (ours or attempt > 1)):
                doubt = heard
            if heard.verdict == "done" or (doubt is None and heard.verdict != "turned away"):
                return conclude(request, heard, attempt)
            absent = False
            if doubt is not None and not guard.charges:
                if heard.verdict == "duplicate" and not ours:
                    raise (yield from self._prepared(request))
                if heard.verdict == "refused":
                    return conclude(request, heard, attempt)
                request = referenced(request, make, anew=True) if ours else request
            elif doubt is not None:
                (asked,) = expected_items(guard, _sent(request))
                found = yield from self._find_out(request, asked)
                if isinstance(found, errors.DuplicateReferenceError) and not ours and not _is_answered(doubt):
                    raise found
                if isinstance(found, Response):
                    return _recovered(request, found, attempt, asked)
                absent = found == "absent"
                if heard.verdict == "refused":
                    # This sending was not done. An earlier one, of which nothing is known, may still be.
                    raise _unknown(request, heard, attempt, absent=absent)
                if not absent:
                    raise _unknown(request, doubt, attempt)
            if (wait := self._pause(attempt, heard)) is not None:
                yield wait
            elif doubt is None:
                return conclude(request, heard, attempt)
            else:
                raise _unknown(request, doubt, attempt, absent=absent)
        raise AssertionError("unreachable")

    def bulk(self, request: Request[T], make: Callable[[], str]) -> Steps[Response[T]]:
        """A call whose items Paystack knows by a reference each. What became of it is found out item by item."""
        guard = request.guard
        assert guard is not None, "a guarded call has a guard"
        made = {number for number, given in enumerate(references(request)) if given is None}
        request = whole = referenced(request, make)
        # As they were sent: the caller may alter its own meanwhile.
        body = _sent(whole)
        items = {str(item["reference"]): item for item in guard.items_of(body)}
        if len(items) < len(guard.items_of(body)):
            raise errors.InvalidArgumentError(
                f"{whole}: two items have the same reference, of which Paystack takes no two"
            )
        asked = {str(item["reference"]): item for item in expected_items(guard, body)}
        theirs = {reference for number, reference in enumerate(asked) if number not in made}
        found: dict[str, Response[Any]] = {}
        doubt: Heard | None = None
        for attempt in itertools.count(1):
            heard = yield from self._send(request, attempt)
            if heard.verdict == "unclear" or (heard.verdict == "duplicate" and (not theirs or attempt > 1)):
                doubt = heard
            if heard.verdict == "done":
                answer = conclude(request, heard, attempt)
                return _assembled(whole, answer, found, attempt) if found else answer
            if doubt is None and heard.verdict != "turned away":
                return conclude(request, heard, attempt)
            state: dict[str, Literal["found", "absent", "unknown"]] = dict.fromkeys(found, "found")
            if doubt is not None:
                used: errors.DuplicateReferenceError | None = None
                for reference, item in asked.items():
                    if reference in found:
                        continue
                    one = yield from self._find_out(_item(whole, item), item)
                    if isinstance(one, errors.DuplicateReferenceError):
                        used = used or (one if reference in theirs else None)
                        state[reference] = "unknown"
                    elif isinstance(one, Response):
                        state[reference], found[reference] = "found", one
                    else:
                        state[reference] = one
                if used is not None and not found and not _is_answered(doubt):
                    raise used  # and Paystack, which takes all of them or none, has taken none
                rest = [item for reference, item in items.items() if reference not in found]
                if not rest:
                    return _assembled(whole, None, found, attempt)
                if "unknown" in state.values():
                    raise _unknown(whole, doubt, attempt, items=state)
                if heard.verdict == "refused":
                    raise _unknown(whole, heard, attempt, absent=not found, items=state)
                if guard.answers_batch and _is_answered(doubt):
                    # A batch may have been made, whose charges have not begun: that none is there proves nothing.
                    raise _unknown(whole, doubt, attempt, absent=not found, items=state)
                request = replace(whole, body=guard.body(body, rest))
            if (wait := self._pause(attempt, heard)) is not None:
                yield wait
            elif doubt is None:
                return conclude(request, heard, attempt)
            else:
                raise _unknown(whole, doubt, attempt, absent=not found, items=state)
        raise AssertionError("unreachable")

    def _prepared(self, request: Request[Any]) -> Steps[errors.PayStackError]:
        """Return what to raise if a payment cannot be prepared, for Paystack has the caller's reference."""
        if request.check is not None and self.retry.recover:
            heard = yield from self._send(request.check, 1)
            if heard.verdict == "done":
                found = conclude(request.check, heard, 1)
                fields = _fields(found)
                # Nobody has seen the page of this call, so nobody can have paid there.
                if fields.get("reference") == request.reference and str(fields.get("status")) not in AWAITING:
                    return errors.DuplicateReferenceError.of_another(request, found)
        return errors.ResponseLostError(request, _PREPARED, None)

    def _find_out(
        self, request: Request[Any], asked: Fields
    ) -> Steps[Response[Any] | errors.DuplicateReferenceError | Literal["absent", "unknown"]]:
        """Ask what became of a reference. A reference that was used for something else is an error, not raised."""
        check, guard = request.check, request.guard
        if check is None or guard is None or not self.retry.recover:
            return "unknown"
        for attempt in itertools.count(1):
            heard = yield from self._send(check, attempt)
            if heard.verdict == "done":
                response = conclude(check, heard, attempt)
                match = match_verified(guard, asked, response.data)
                if match == "same":
                    return response
                if match == "different":
                    return errors.DuplicateReferenceError.of_another(request, response)
            elif heard.verdict in {"refused", "duplicate"}:
                return "absent" if is_absent(heard) else "unknown"
            if (wait := self._pause(attempt, heard)) is None:
                return "unknown"
            yield wait
        raise AssertionError("unreachable")

    def _send(self, request: Request[Any], attempt: int) -> Steps[Heard]:
        for observer in self.observers:
            _tell(observer.before, request, attempt)
        started = self.clock()
        outcome = yield request
        seconds = self.clock() - started
        heard = hear(outcome, request)
        if log.isEnabledFor(logging.DEBUG):
            came = outcome.status if isinstance(outcome, RawResponse) else type(outcome).__name__
            named = f" {request.reference}" if request.reference else ""
            log.debug("%s%s: %s, attempt %d, %.0f ms", request, named, came, attempt, seconds * 1000)
        for observer in self.observers:
            _tell(observer.after, request, attempt, heard.outcome, seconds)
        return heard

    def _pause(self, attempt: int, heard: Heard) -> float | None:
        return self.retry.delay(attempt, heard.outcome, self.clock() - self.began)


def _tell(observe: Callable[..., None], *what: object) -> None:
    try:
        observe(*what)
    except Exception as error:
        # Its text may hold what the observer saw: who pays, and what for.
        log.error("an observer failed with %s; the call goes on", type(error).__name__)


_PREPARED = (
    "Paystack has this reference, from an earlier sending of this call whose answer was lost, or from an earlier call, "
    "and cannot give the address of the page again. Verify the reference, and call again with another reference only "
    "if it was not paid"
)


def _is_answered(doubt: Heard) -> bool:
    # A 2xx that is in doubt: Paystack may have done it, whatever else is true of the reference.
    return isinstance(doubt.outcome, RawResponse) and 200 <= doubt.outcome.status < 300


def conclude(request: Request[T], heard: Heard, attempts: int) -> Response[T]:
    """What was heard means: an answer, or the one error that fits."""
    outcome = heard.outcome
    if not isinstance(outcome, RawResponse):
        raise outcome
    http = ResponseInfo(request, outcome.status, outcome.headers, attempts)
    if heard.verdict == "done":
        assert heard.body is not None, "what is done is said so in JSON"
        return Response(heard.body, http)
    if 200 <= outcome.status < 300 and heard.verdict != "refused":
        raise errors.MalformedResponseError(f"HTTP {http.status} {_flaw(request, heard.body)}", http, outcome.content)
    raise errors.from_response(Response(heard.body or {}, http), outcome.content)


def _flaw(request: Request[Any], body: Fields | None) -> str:
    if body is None:
        return "without a JSON object"
    if not isinstance(body.get("status"), bool):
        return 'without Paystack\'s envelope, which says "status": true or false'
    return "whose data is missing, or is not about this call"


def _unknown(
    request: Request[Any],
    heard: Heard,
    attempts: int,
    *,
    absent: bool = False,
    items: Mapping[str, str] | None = None,
) -> errors.OutcomeUnknownError:
    try:
        conclude(request, heard, attempts)
    except errors.PayStackError as error:
        unknown = errors.OutcomeUnknownError(request, cause=error, was_not_found=absent, items=items)
        unknown.__cause__ = error
        return unknown
    raise AssertionError("an answer leaves nothing unknown")


def _recovered(request: Request[T], found: Response[Any], attempts: int, asked: Fields) -> Response[T]:
    guard = request.guard
    assert guard is not None
    assert guard.answer is not None, "what is charged can be verified"
    http = replace(found.http, request=request, attempts=attempts, recovered=True)
    return Response({**found, "data": guard.answer(_fields(found), asked)}, http)


def _item(whole: Request[Any], item: Fields) -> Request[Any]:
    # One item of a bulk call, as if it were a call: it has a check of its own.
    guard = whole.guard
    assert guard is not None
    return replace(whole, check=guard.check(str(item["reference"])))


def _assembled(
    whole: Request[T], answer: Response[Any] | None, found: Mapping[str, Response[Any]], attempts: int
) -> Response[T]:
    guard = whole.guard
    assert guard is not None
    if guard.answer is None:
        data: dict[str, object] = {reference: _fields(one) for reference, one in found.items()}
        raise errors.ResponseLostError(whole, "it was taken, but the answer with the batch was lost", data)
    answered: dict[str, object] = {}
    if answer is not None:
        answered = {str(item["reference"]): item for item in cast("list[Fields]", answer.data)}
    last = answer if answer is not None else list(found.values())[-1]
    data_list: list[object] = []
    sent = guard.items_of(_sent(whole))
    for asked in sent:
        reference = str(asked["reference"])
        one = found.get(reference)
        data_list.append(answered.get(reference) if one is None else guard.answer(_fields(one), asked))
    items: dict[str, Literal["answered", "recovered"]] = {
        str(asked["reference"]): "recovered" if str(asked["reference"]) in found else "answered" for asked in sent
    }
    http = replace(last.http, request=whole, attempts=attempts, recovered=True, items=items)
    return Response({**last, "data": data_list}, http)


def _fields(response: Response[Any]) -> Fields:
    data: object = response.data
    return cast("Fields", data) if isinstance(data, Mapping) else {}


def _object(content: bytes) -> dict[str, object] | None:
    try:
        body = _decoder()(content)
    except ValueError:
        return None
    return cast("dict[str, object]", body) if isinstance(body, dict) else None
