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
    UNPAID_STATUSES,
    confirms_items,
    expected_items,
    generate_reference,
    match_verified,
    references_of,
    with_references,
)
from paystackease._core.request import Request
from paystackease._core.success_criteria import Fields
from paystackease._core.transport import RawResponse
from paystackease.response import Response, ResponseInfo

T = TypeVar("T")

log = logging.getLogger("paystackease")


AttemptResult: TypeAlias = RawResponse | errors.APIConnectionError
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

    def delay(self, attempt: int, outcome: AttemptResult, spent: float = 0.0) -> float | None:
        """How many seconds to wait before a request is sent again that may be, or None to stop here.

        :param attempt: How often it was sent.
        :param outcome: What became of it the last time.
        :param spent: How many seconds ago it was first sent.
        """
        if attempt >= self.max_attempts:
            return None
        asked = _requested_delay(outcome)
        if asked is None:
            # 2 ** 63 times any base is beyond any cap, and beyond 2 ** 1023 a float overflows.
            wait = min(self.max_delay, self.initial_delay * 2.0 ** min(attempt - 1, 63)) * self.jitter()
            # A jitter of the caller's may give a negative number, or none.
            wait = wait if 0 <= wait <= self.max_delay else self.max_delay
        else:
            wait = asked
        return wait if spent + wait <= self.max_elapsed else None


def _requested_delay(outcome: AttemptResult) -> float | None:
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


class ClassifiedResult(NamedTuple):
    """An outcome, read."""

    outcome: AttemptResult
    verdict: Verdict
    body: dict[str, object] | None
    """The JSON object that came, where one did and was looked at."""


def classify(outcome: AttemptResult | None, request: Request[Any]) -> ClassifiedResult:
    """What an outcome says of the call.

    A refusal is definite only in Paystack's own words, an envelope whose ``status`` is false: what answers with
    anything else (a proxy, a portal) may not know what Paystack did. It settles a call that may be repeated anyway.
    """
    if not isinstance(outcome, RawResponse):
        assert outcome is not None, "whoever drives this answers a request with what became of it"
        return ClassifiedResult(outcome, "unclear" if outcome.may_have_arrived else "turned away", None)
    status = outcome.status
    body = _parse_object(outcome.content)
    refused = body is not None and body.get("status") is False
    if 200 <= status < 300:
        # A terminal that is linked already, among others, is told so with HTTP 200 and `status: false`.
        done = body is not None and not refused and _is_success(request, body)
        return ClassifiedResult(outcome, "refused" if refused else "done" if done else "unclear", body)
    if status == 429 and (body is None or body.get("status") is not True):
        return ClassifiedResult(outcome, "turned away", body)
    # What breaks, or waits for what has broken, may have done it before. What is not implemented has not.
    is_failing = status in {408, 429} or (status >= 500 and status != 501)
    if is_failing or not (request.is_retry_safe or (refused and status >= 400)):
        return ClassifiedResult(outcome, "unclear", body)
    return ClassifiedResult(outcome, "duplicate" if body is not None and errors.is_duplicate(body) else "refused", body)


def _is_success(request: Request[Any], body: Fields) -> bool:
    if request.idempotency is None:
        return request.success.is_met_by(body, request.path_params, request.query, request.body)
    return confirms_items(request.idempotency, sent_body(request), body)


def sent_body(request: Request[Any]) -> object:
    # The body as it was sent: who watches a call may have altered the one that the request holds.
    assert request.content is not None, "a guarded call has a body"
    return _decoder()(request.content)


def is_not_found(result: ClassifiedResult) -> bool:
    """Whether a verify endpoint says that there is nothing with that reference. Closed: anything else is no answer.

    404 is documented for transfers, and reported with 400 for transactions; 400 is also what a wrong key gets there.
    """
    if not isinstance(result.outcome, RawResponse) or result.outcome.status not in {400, 404} or result.body is None:
        return False
    if result.body.get("status") is not False:
        return False
    if str(result.body.get("code")) in {"transaction_not_found", "not_found"}:
        return True
    message = str(result.body.get("message")).casefold()
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

    def after(self, request: Request[Any], attempt: int, outcome: AttemptResult, seconds: float, /) -> None:
        """What became of it: a reply, or an error, after so many seconds, a wait for the client's limit included."""


def closed_during_call(request: Request[Any], cause: errors.ClientClosedError) -> errors.APIConnectionError:
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
    if call is not None and not isinstance(error, errors.PaystackError):
        known = ", ".join(str(reference) for reference in references_of(call))
        error.add_note(f"{call} was interrupted, and may have been done. Verify it before paying again: {known}")


class FirstAttempt(NamedTuple):
    """The first sending of a call."""

    started_at: float
    """By the clock of the conversation."""
    outcome: AttemptResult


def can_use_fast_path(request: Request[Any], observers: Sequence[Observer]) -> bool:
    """Whether a call may be sent as it is, before there is a conversation: it needs no reference, and nobody watches.

    A conversation costs time, and nearly every call is answered at once and needs none.
    """
    return request.idempotency is None and not observers and not log.isEnabledFor(logging.DEBUG)


def success_or_none(request: Request[T], outcome: AttemptResult) -> Response[T] | None:
    """The answer, where the first sending of a call brought it; else there is something to talk about."""
    result = classify(outcome, request)
    return to_response(request, result, 1) if result.verdict == "done" else None


def call_flow(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    clock: Callable[[], float] = time.perf_counter,
    make_reference: Callable[[], str] = generate_reference,
    first: FirstAttempt | None = None,
) -> Generator[Request[Any] | float, AttemptResult | None, Response[T]]:
    """One call: yields a request to be sent or seconds to be waited, is sent what came, and returns the answer.

    :param first: Of a call that :func:`is_plain`: its first sending, where that has been.
    :raises paystackease.errors.PaystackError: Where there is no answer, or it says no.
    """
    if first is not None:
        return _CallFlow(retry, observers, clock, first.started_at).send_unguarded(request, first.outcome)
    talk = _CallFlow(retry, observers, clock, clock())
    if request.idempotency is None:
        return talk.send_unguarded(request)
    if request.idempotency.items_field is None:
        return talk.send_idempotent(request, make_reference)
    return talk.send_bulk(request, make_reference)


FINAL_STATUSES = frozenset({"success", "failed", "timeout", "abandoned", "reversed"})
"""The statuses of a charge after which nothing more happens."""

MAX_POLL_INTERVAL = 30.0


def poll_until_final(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    *,
    every: float,
    deadline: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Flow[Response[T]]:
    """Ask where a charge stands until it has ended, less and less often.

    :raises paystackease.errors.ChargePendingError: Where it has not by the deadline, in seconds from now.
    """
    started_at, pause = clock(), every
    while True:
        yield min(pause, max(0.0, deadline - (clock() - started_at)))
        response = yield from call_flow(request, retry, observers, clock)
        if str(_data_fields(response).get("status")) in FINAL_STATUSES:
            return response
        pause = min(pause * 1.5, max(every, MAX_POLL_INTERVAL))
        if clock() - started_at + pause > deadline:
            raise errors.ChargePendingError(response)


Flow: TypeAlias = Generator[Request[Any] | float, AttemptResult | None, T]


@dataclass(slots=True)
class _CallFlow:
    """A call under way."""

    retry: Retry
    observers: Sequence[Observer]
    clock: Callable[[], float]
    started_at: float

    def send_unguarded(self, request: Request[T], first: AttemptResult | None = None) -> Flow[Response[T]]:
        """A call that Paystack knows by no reference."""
        ambiguous = False
        for attempt in itertools.count(1):
            if first is not None and attempt == 1:
                result = classify(first, request)
            else:
                result = yield from self._send_attempt(request, attempt)
            if result.verdict == "done":
                return to_response(request, result, attempt)
            if ambiguous and result.verdict in {"refused", "duplicate"} and request.method != "GET":
                raise _outcome_unknown(request, result, attempt)  # perhaps because the sending before was carried out
            ambiguous = ambiguous or result.verdict == "unclear"
            again = result.verdict == "turned away" or (result.verdict == "unclear" and request.is_retry_safe)
            if again and (wait := self._next_delay(attempt, result)) is not None:
                yield wait
            elif result.verdict == "unclear" and not request.is_retry_safe:
                raise _outcome_unknown(request, result, attempt)
            else:
                return to_response(request, result, attempt)
        raise AssertionError("unreachable")

    def send_idempotent(self, request: Request[T], make: Callable[[], str]) -> Flow[Response[T]]:
        """A call that Paystack knows by its reference."""
        guard = request.idempotency
        assert guard is not None, "a guarded call has a guard"
        reference_generated = request.reference is None
        request = with_references(request, make)
        ambiguous: ClassifiedResult | None = None
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(request, attempt)
            # Nobody else has used a reference that was made for this call. If Paystack knows it, something between,
            # such as a proxy, has sent the call twice. From the second sending on, it may be the first that was used.
            if result.verdict == "unclear" or (result.verdict == "duplicate" and (reference_generated or attempt > 1)):
                ambiguous = result
            if result.verdict == "done" or (ambiguous is None and result.verdict != "turned away"):
                return to_response(request, result, attempt)
            was_not_found = False
            if ambiguous is not None and not guard.moves_money:
                if result.verdict == "duplicate" and not reference_generated:
                    raise (yield from self._checkout_exists_error(request))
                if result.verdict == "refused":
                    return to_response(request, result, attempt)
                request = with_references(request, make, regenerate=True) if reference_generated else request
            elif ambiguous is not None:
                (asked,) = expected_items(guard, sent_body(request))
                found = yield from self._verify_outcome(request, asked)
                if (
                    isinstance(found, errors.DuplicateReferenceError)
                    and not reference_generated
                    and not _has_success_status(ambiguous)
                ):
                    raise found
                if isinstance(found, Response):
                    return _recovered_response(request, found, attempt, asked)
                was_not_found = found == "absent"
                if result.verdict == "refused":
                    # This sending was not done. An earlier one, of which nothing is known, may still be.
                    raise _outcome_unknown(request, result, attempt, was_not_found=was_not_found)
                if not was_not_found:
                    raise _outcome_unknown(request, ambiguous, attempt)
            if (wait := self._next_delay(attempt, result)) is not None:
                yield wait
            elif ambiguous is None:
                return to_response(request, result, attempt)
            else:
                raise _outcome_unknown(request, ambiguous, attempt, was_not_found=was_not_found)
        raise AssertionError("unreachable")

    def send_bulk(self, request: Request[T], make: Callable[[], str]) -> Flow[Response[T]]:
        """A call whose items Paystack knows by a reference each. What became of it is found out item by item."""
        guard = request.idempotency
        assert guard is not None, "a guarded call has a guard"
        made = {number for number, given in enumerate(references_of(request)) if given is None}
        request = whole = with_references(request, make)
        # As they were sent: the caller may alter its own meanwhile.
        body = sent_body(whole)
        items = {str(item["reference"]): item for item in guard.items_of(body)}
        if len(items) < len(guard.items_of(body)):
            raise errors.InvalidArgumentError(
                f"{whole}: two items have the same reference, of which Paystack takes no two"
            )
        asked = {str(item["reference"]): item for item in expected_items(guard, body)}
        theirs = {reference for number, reference in enumerate(asked) if number not in made}
        found: dict[str, Response[Any]] = {}
        ambiguous: ClassifiedResult | None = None
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(request, attempt)
            if result.verdict == "unclear" or (result.verdict == "duplicate" and (not theirs or attempt > 1)):
                ambiguous = result
            if result.verdict == "done":
                answer = to_response(request, result, attempt)
                return _merge_recovered(whole, answer, found, attempt) if found else answer
            if ambiguous is None and result.verdict != "turned away":
                return to_response(request, result, attempt)
            state: dict[str, Literal["found", "absent", "unknown"]] = dict.fromkeys(found, "found")
            if ambiguous is not None:
                used: errors.DuplicateReferenceError | None = None
                for reference, item in asked.items():
                    if reference in found:
                        continue
                    one = yield from self._verify_outcome(_item_request(whole, item), item)
                    if isinstance(one, errors.DuplicateReferenceError):
                        used = used or (one if reference in theirs else None)
                        state[reference] = "unknown"
                    elif isinstance(one, Response):
                        state[reference], found[reference] = "found", one
                    else:
                        state[reference] = one
                if used is not None and not found and not _has_success_status(ambiguous):
                    raise used  # and Paystack, which takes all of them or none, has taken none
                rest = [item for reference, item in items.items() if reference not in found]
                if not rest:
                    return _merge_recovered(whole, None, found, attempt)
                if "unknown" in state.values():
                    raise _outcome_unknown(whole, ambiguous, attempt, items=state)
                if result.verdict == "refused":
                    raise _outcome_unknown(whole, result, attempt, was_not_found=not found, items=state)
                if guard.returns_batch and _has_success_status(ambiguous):
                    # A batch may have been made, whose charges have not begun: that none is there proves nothing.
                    raise _outcome_unknown(whole, ambiguous, attempt, was_not_found=not found, items=state)
                request = replace(whole, body=guard.with_items(body, rest))
            if (wait := self._next_delay(attempt, result)) is not None:
                yield wait
            elif ambiguous is None:
                return to_response(request, result, attempt)
            else:
                raise _outcome_unknown(whole, ambiguous, attempt, was_not_found=not found, items=state)
        raise AssertionError("unreachable")

    def _checkout_exists_error(self, request: Request[Any]) -> Flow[errors.PaystackError]:
        """Return what to raise if a payment cannot be prepared, for Paystack has the caller's reference."""
        if request.verify_request is not None and self.retry.recover:
            result = yield from self._send_attempt(request.verify_request, 1)
            if result.verdict == "done":
                found = to_response(request.verify_request, result, 1)
                fields = _data_fields(found)
                # Nobody has seen the page of this call, so nobody can have paid there.
                if fields.get("reference") == request.reference and str(fields.get("status")) not in UNPAID_STATUSES:
                    return errors.DuplicateReferenceError.for_other_call(request, found)
        return errors.ResponseLostError(request, _CHECKOUT_EXISTS, None)

    def _verify_outcome(
        self, request: Request[Any], asked: Fields
    ) -> Flow[Response[Any] | errors.DuplicateReferenceError | Literal["absent", "unknown"]]:
        """Ask what became of a reference. A reference that was used for something else is an error, not raised."""
        check, guard = request.verify_request, request.idempotency
        if check is None or guard is None or not self.retry.recover:
            return "unknown"
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(check, attempt)
            if result.verdict == "done":
                response = to_response(check, result, attempt)
                match = match_verified(guard, asked, response.data)
                if match == "same":
                    return response
                if match == "different":
                    return errors.DuplicateReferenceError.for_other_call(request, response)
            elif result.verdict in {"refused", "duplicate"}:
                return "absent" if is_not_found(result) else "unknown"
            if (wait := self._next_delay(attempt, result)) is None:
                return "unknown"
            yield wait
        raise AssertionError("unreachable")

    def _send_attempt(self, request: Request[Any], attempt: int) -> Flow[ClassifiedResult]:
        for observer in self.observers:
            _notify(observer.before, request, attempt)
        started = self.clock()
        outcome = yield request
        seconds = self.clock() - started
        result = classify(outcome, request)
        if log.isEnabledFor(logging.DEBUG):
            came = outcome.status if isinstance(outcome, RawResponse) else type(outcome).__name__
            named = f" {request.reference}" if request.reference else ""
            log.debug("%s%s: %s, attempt %d, %.0f ms", request, named, came, attempt, seconds * 1000)
        for observer in self.observers:
            _notify(observer.after, request, attempt, result.outcome, seconds)
        return result

    def _next_delay(self, attempt: int, result: ClassifiedResult) -> float | None:
        return self.retry.delay(attempt, result.outcome, self.clock() - self.started_at)


def _notify(observe: Callable[..., None], *what: object) -> None:
    try:
        observe(*what)
    except Exception as error:
        # Its text may hold what the observer saw: who pays, and what for.
        log.error("an observer failed with %s; the call goes on", type(error).__name__)


_CHECKOUT_EXISTS = (
    "Paystack has this reference, from an earlier sending of this call whose answer was lost, or from an earlier call, "
    "and cannot give the address of the page again. Verify the reference, and call again with another reference only "
    "if it was not paid"
)


def _has_success_status(ambiguous: ClassifiedResult) -> bool:
    # A 2xx that is in doubt: Paystack may have done it, whatever else is true of the reference.
    return isinstance(ambiguous.outcome, RawResponse) and 200 <= ambiguous.outcome.status < 300


def to_response(request: Request[T], result: ClassifiedResult, attempts: int) -> Response[T]:
    """What was heard means: an answer, or the one error that fits."""
    outcome = result.outcome
    if not isinstance(outcome, RawResponse):
        raise outcome
    http = ResponseInfo(request, outcome.status, outcome.headers, attempts)
    if result.verdict == "done":
        assert result.body is not None, "what is done is said so in JSON"
        return Response(result.body, http)
    if 200 <= outcome.status < 300 and result.verdict != "refused":
        raise errors.MalformedResponseError(
            f"HTTP {http.status} {_describe_flaw(request, result.body)}", http, outcome.content
        )
    raise errors.from_response(Response(result.body or {}, http), outcome.content)


def _describe_flaw(request: Request[Any], body: Fields | None) -> str:
    if body is None:
        return "without a JSON object"
    if not isinstance(body.get("status"), bool):
        return 'without Paystack\'s envelope, which says "status": true or false'
    return "whose data is missing, or is not about this call"


def _outcome_unknown(
    request: Request[Any],
    result: ClassifiedResult,
    attempts: int,
    *,
    was_not_found: bool = False,
    items: Mapping[str, str] | None = None,
) -> errors.OutcomeUnknownError:
    try:
        to_response(request, result, attempts)
    except errors.PaystackError as error:
        unknown = errors.OutcomeUnknownError(request, cause=error, was_not_found=was_not_found, items=items)
        unknown.__cause__ = error
        return unknown
    raise AssertionError("an answer leaves nothing unknown")


def _recovered_response(request: Request[T], found: Response[Any], attempts: int, asked: Fields) -> Response[T]:
    guard = request.idempotency
    assert guard is not None
    assert guard.build_response is not None, "what is charged can be verified"
    http = replace(found.http, request=request, attempts=attempts, recovered=True)
    return Response({**found, "data": guard.build_response(_data_fields(found), asked)}, http)


def _item_request(whole: Request[Any], item: Fields) -> Request[Any]:
    # One item of a bulk call, as if it were a call: it has a check of its own.
    guard = whole.idempotency
    assert guard is not None
    return replace(whole, verify_request=guard.verify_request(str(item["reference"])))


def _merge_recovered(
    whole: Request[T], answer: Response[Any] | None, found: Mapping[str, Response[Any]], attempts: int
) -> Response[T]:
    guard = whole.idempotency
    assert guard is not None
    if guard.build_response is None:
        data: dict[str, object] = {reference: _data_fields(one) for reference, one in found.items()}
        raise errors.ResponseLostError(whole, "it was taken, but the answer with the batch was lost", data)
    answered: dict[str, object] = {}
    if answer is not None:
        answered = {str(item["reference"]): item for item in cast("list[Fields]", answer.data)}
    last = answer if answer is not None else list(found.values())[-1]
    data_list: list[object] = []
    sent = guard.items_of(sent_body(whole))
    for asked in sent:
        reference = str(asked["reference"])
        one = found.get(reference)
        data_list.append(answered.get(reference) if one is None else guard.build_response(_data_fields(one), asked))
    items: dict[str, Literal["answered", "recovered"]] = {
        str(asked["reference"]): "recovered" if str(asked["reference"]) in found else "answered" for asked in sent
    }
    http = replace(last.http, request=whole, attempts=attempts, recovered=True, items=items)
    return Response({**last, "data": data_list}, http)


def _data_fields(response: Response[Any]) -> Fields:
    data: object = response.data
    return cast("Fields", data) if isinstance(data, Mapping) else {}


def _parse_object(content: bytes) -> dict[str, object] | None:
    try:
        body = _decoder()(content)
    except ValueError:
        return None
    return cast("dict[str, object]", body) if isinstance(body, dict) else None
