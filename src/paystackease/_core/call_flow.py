"""One API call as a generator: what to send, how long to wait, and when to stop. It does no I/O.

:func:`call_flow` yields a ``Request`` to send, or a number of seconds to wait. Its driver sends back the result of
each attempt, and None after a wait. The drivers are :mod:`~paystackease.base` and :mod:`~paystackease.abase`.

After an ambiguous result, the retry safety of the call decides:

    always          The request is sent again.
    by reference    The reference is verified. If Paystack has it, that result is returned. If not, the request is sent
                    again with the same reference, which Paystack rejects if it already exists.
    never           OutcomeUnknownError is raised, with the request that checks the outcome.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from paystackease import errors
from paystackease._core.classify import (
    ClassifiedResult,
    classify,
    has_success_status,
    is_not_found,
    outcome_unknown,
    sent_body,
    to_response,
)
from paystackease._core.idempotency import (
    UNPAID_STATUSES,
    expected_items,
    generate_reference,
    match_verified,
    references_of,
    with_references,
)
from paystackease._core.observer import Observer
from paystackease._core.recovery import data_fields, item_request, merge_recovered, recovered_response
from paystackease._core.request import Request
from paystackease._core.retry import Retry
from paystackease._core.success_criteria import Fields
from paystackease._core.transport import AttemptResult, RawResponse
from paystackease.response import Response

T = TypeVar("T")

Flow: TypeAlias = Generator[Request[Any] | float, AttemptResult | None, T]
"""Yields requests and delays, receives results, and returns a ``T``."""

ItemState: TypeAlias = Literal["found", "absent", "unknown"]
"""What Paystack says of the reference of an item."""

FINAL_STATUSES = frozenset({"success", "failed", "timeout", "abandoned", "reversed"})
"""The statuses of a charge that do not change any more."""

MAX_POLL_INTERVAL = 30.0
"""Seconds."""

log = logging.getLogger("paystackease")


class FirstAttempt(NamedTuple):
    """The first attempt of a call, if it was made before its flow began."""

    started_at: float
    """By the clock of the flow."""
    outcome: AttemptResult


def can_use_fast_path(request: Request[Any], observers: Sequence[Observer]) -> bool:
    """Return whether the first attempt may be made without a flow. The call needs no reference and no observer.

    A flow takes time, and nearly every call succeeds at its first attempt.
    """
    return request.idempotency is None and not observers and not log.isEnabledFor(logging.DEBUG)


def success_or_none(request: Request[T], outcome: AttemptResult) -> Response[T] | None:
    """Return the response if the first attempt succeeded, else None."""
    result = classify(outcome, request)
    return to_response(request, result, 1) if result.verdict == "succeeded" else None


def closed_during_call(request: Request[Any], cause: errors.ClientClosedError) -> errors.APIConnectionError:
    """Return the result of an attempt that was not made, because the client was closed after an earlier attempt."""
    error = errors.APIConnectionError(
        f"{request}: the client was closed during the call", request=request, may_have_arrived=False
    )
    error.__cause__ = cause
    return error


def note_interruption(error: BaseException, request: Request[Any] | None) -> None:
    """Add a note with the references of an interrupted call, so that its outcome can be checked.

    :param request: The request as it was last sent, or None if it has no references.
    """
    if request is not None and not isinstance(error, errors.PaystackError):
        references = ", ".join(str(reference) for reference in references_of(request))
        error.add_note(
            f"{request} was interrupted, and may have been processed. Verify before you retry. Reference: {references}"
        )


def call_flow(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    clock: Callable[[], float] = time.perf_counter,
    make_reference: Callable[[], str] = generate_reference,
    first: FirstAttempt | None = None,
) -> Flow[Response[T]]:
    """Return the flow of one call.

    :param make_reference: Returns a new reference, for each item that has none.
    :param first: The first attempt, if it was made already. Only if :func:`can_use_fast_path` returned True.
    :raises paystackease.errors.PaystackError: If the call does not succeed.
    """
    if first is not None:
        return _CallFlow(retry, observers, clock, first.started_at).send_unguarded(request, first.outcome)
    flow = _CallFlow(retry, observers, clock, clock())
    if request.idempotency is None:
        return flow.send_unguarded(request)
    if request.idempotency.items_field is None:
        return flow.send_idempotent(request, make_reference)
    return flow.send_bulk(request, make_reference)


def poll_until_final(
    request: Request[T],
    retry: Retry,
    observers: Sequence[Observer] = (),
    *,
    every: float,
    deadline: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Flow[Response[T]]:
    """Return the flow that polls a charge until its status is final, at growing intervals.

    :param every: The first interval in seconds.
    :param deadline: Seconds from now.
    :raises paystackease.errors.ChargePendingError: If the status is not final by the deadline.
    """
    started_at, interval = clock(), every
    while True:
        yield min(interval, max(0.0, deadline - (clock() - started_at)))
        response = yield from call_flow(request, retry, observers, clock)
        if str(data_fields(response).get("status")) in FINAL_STATUSES:
            return response
        interval = min(interval * 1.5, max(every, MAX_POLL_INTERVAL))
        if clock() - started_at + interval > deadline:
            raise errors.ChargePendingError(response)


@dataclass(slots=True)
class _CallFlow:
    """A call in flight."""

    retry: Retry
    observers: Sequence[Observer]
    clock: Callable[[], float]
    started_at: float

    def send_unguarded(self, request: Request[T], first: AttemptResult | None = None) -> Flow[Response[T]]:
        """Return the flow of a call that has no reference."""
        is_ambiguous = False
        for attempt in itertools.count(1):
            if first is not None and attempt == 1:
                result = classify(first, request)
            else:
                result = yield from self._send_attempt(request, attempt)
            if result.verdict == "succeeded":
                return to_response(request, result, attempt)
            if is_ambiguous and result.verdict in {"rejected", "duplicate"} and request.method != "GET":
                # It may be rejected because an earlier attempt was carried out.
                raise outcome_unknown(request, result, attempt)
            is_ambiguous = is_ambiguous or result.verdict == "ambiguous"
            may_retry = result.verdict == "not_processed" or (result.verdict == "ambiguous" and request.is_retry_safe)
            if may_retry and (delay := self._next_delay(attempt, result)) is not None:
                yield delay
            elif result.verdict == "ambiguous" and not request.is_retry_safe:
                raise outcome_unknown(request, result, attempt)
            else:
                return to_response(request, result, attempt)
        raise AssertionError("unreachable")

    def send_idempotent(self, request: Request[T], make_reference: Callable[[], str]) -> Flow[Response[T]]:
        """Return the flow of a call that has one reference."""
        idempotency = request.idempotency
        assert idempotency is not None, "an idempotent call has a reference"
        reference_generated = request.reference is None
        request = with_references(request, make_reference)
        ambiguous: ClassifiedResult | None = None
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(request, attempt)
            # A generated reference is unique. If Paystack already has it, something in between, such as a proxy, sent
            # the request twice. From the second attempt on, the first may have used the reference.
            if result.verdict == "ambiguous" or (
                result.verdict == "duplicate" and (reference_generated or attempt > 1)
            ):
                ambiguous = result
            if result.verdict == "succeeded" or (ambiguous is None and result.verdict != "not_processed"):
                return to_response(request, result, attempt)
            was_not_found = False
            if ambiguous is not None and not idempotency.moves_money:
                if result.verdict == "duplicate" and not reference_generated:
                    raise (yield from self._checkout_exists_error(request))
                if result.verdict == "rejected":
                    return to_response(request, result, attempt)
                request = with_references(request, make_reference, regenerate=True) if reference_generated else request
            elif ambiguous is not None:
                (item,) = expected_items(idempotency, sent_body(request))
                verified = yield from self._verify_outcome(request, item)
                if (
                    isinstance(verified, errors.DuplicateReferenceError)
                    and not reference_generated
                    and not has_success_status(ambiguous)
                ):
                    raise verified
                if isinstance(verified, Response):
                    return recovered_response(request, verified, attempt, item)
                was_not_found = verified == "absent"
                if result.verdict == "rejected":
                    # This attempt was not carried out. An earlier one, whose outcome is unknown, still may be.
                    raise outcome_unknown(request, result, attempt, was_not_found=was_not_found)
                if not was_not_found:
                    raise outcome_unknown(request, ambiguous, attempt)
            if (delay := self._next_delay(attempt, result)) is not None:
                yield delay
            elif ambiguous is None:
                return to_response(request, result, attempt)
            else:
                raise outcome_unknown(request, ambiguous, attempt, was_not_found=was_not_found)
        raise AssertionError("unreachable")

    def send_bulk(self, request: Request[T], make_reference: Callable[[], str]) -> Flow[Response[T]]:
        """Return the flow of a call whose items have a reference each. They are verified one by one."""
        idempotency = request.idempotency
        assert idempotency is not None, "a bulk call has references"
        generated = {index for index, reference in enumerate(references_of(request)) if reference is None}
        request = original = with_references(request, make_reference)
        # The items as they were sent. The caller may change its own objects during the call.
        body = sent_body(original)
        items = {str(item["reference"]): item for item in idempotency.items_of(body)}
        if len(items) < len(idempotency.items_of(body)):
            raise errors.InvalidArgumentError(f"{original}: two items have the same reference. Give each item its own")
        expected = {str(item["reference"]): item for item in expected_items(idempotency, body)}
        callers_own = {reference for index, reference in enumerate(expected) if index not in generated}
        verified: dict[str, Response[Any]] = {}
        ambiguous: ClassifiedResult | None = None
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(request, attempt)
            if result.verdict == "ambiguous" or (result.verdict == "duplicate" and (not callers_own or attempt > 1)):
                ambiguous = result
            if result.verdict == "succeeded":
                response = to_response(request, result, attempt)
                return merge_recovered(original, response, verified, attempt) if verified else response
            if ambiguous is None and result.verdict != "not_processed":
                return to_response(request, result, attempt)
            states: dict[str, ItemState] = {}
            if ambiguous is not None:
                states, conflict = yield from self._verify_items(original, expected, callers_own, verified)
                if conflict is not None and not verified and not has_success_status(ambiguous):
                    raise conflict  # Paystack accepts all items or none, so it accepted none.
                remaining = [item for reference, item in items.items() if reference not in verified]
                if not remaining:
                    return merge_recovered(original, None, verified, attempt)
                if "unknown" in states.values():
                    raise outcome_unknown(original, ambiguous, attempt, items=states)
                if result.verdict == "rejected":
                    raise outcome_unknown(original, result, attempt, was_not_found=not verified, items=states)
                if idempotency.returns_batch and has_success_status(ambiguous):
                    # The batch may exist although its charges do not exist yet.
                    raise outcome_unknown(original, ambiguous, attempt, was_not_found=not verified, items=states)
                request = replace(original, body=idempotency.with_items(body, remaining))
            if (delay := self._next_delay(attempt, result)) is not None:
                yield delay
            elif ambiguous is None:
                return to_response(request, result, attempt)
            else:
                raise outcome_unknown(original, ambiguous, attempt, was_not_found=not verified, items=states)
        raise AssertionError("unreachable")

    def _verify_items(
        self,
        request: Request[Any],
        items: Mapping[str, Fields],
        callers_own: Collection[str],
        verified: dict[str, Response[Any]],
    ) -> Flow[tuple[dict[str, ItemState], errors.DuplicateReferenceError | None]]:
        """Verify each item that is not in ``verified``, and add it there if Paystack has it.

        :param callers_own: The references that the caller chose.
        :returns: The state of each item, and an error if another call used one of the caller's references.
        """
        states: dict[str, ItemState] = dict.fromkeys(verified, "found")
        conflict: errors.DuplicateReferenceError | None = None
        for reference, item in items.items():
            if reference in verified:
                continue
            outcome = yield from self._verify_outcome(item_request(request, item), item)
            if isinstance(outcome, errors.DuplicateReferenceError):
                conflict = conflict or (outcome if reference in callers_own else None)
                states[reference] = "unknown"
            elif isinstance(outcome, Response):
                states[reference], verified[reference] = "found", outcome
            else:
                states[reference] = outcome
        return states, conflict

    def _checkout_exists_error(self, request: Request[Any]) -> Flow[errors.PaystackError]:
        """Return the error of a checkout whose reference, chosen by the caller, already exists."""
        if request.verify_request is not None and self.retry.recover:
            result = yield from self._send_attempt(request.verify_request, 1)
            if result.verdict == "succeeded":
                verified = to_response(request.verify_request, result, 1)
                fields = data_fields(verified)
                # The page of this call was shown to nobody, so a payment belongs to another call.
                if fields.get("reference") == request.reference and str(fields.get("status")) not in UNPAID_STATUSES:
                    return errors.DuplicateReferenceError.for_other_call(request, verified)
        return errors.ResponseLostError(request, _CHECKOUT_EXISTS, None)

    def _verify_outcome(
        self, request: Request[Any], item: Fields
    ) -> Flow[Response[Any] | errors.DuplicateReferenceError | Literal["absent", "unknown"]]:
        """Verify a reference.

        :param item: The fields that were sent with it.
        :returns: The response if the reference is this call's, or an error if another call used it.
        """
        verify_request, idempotency = request.verify_request, request.idempotency
        if verify_request is None or idempotency is None or not self.retry.recover:
            return "unknown"
        for attempt in itertools.count(1):
            result = yield from self._send_attempt(verify_request, attempt)
            if result.verdict == "succeeded":
                response = to_response(verify_request, result, attempt)
                match = match_verified(idempotency, item, response.data)
                if match == "same":
                    return response
                if match == "different":
                    return errors.DuplicateReferenceError.for_other_call(request, response)
            elif result.verdict in {"rejected", "duplicate"}:
                return "absent" if is_not_found(result) else "unknown"
            if (delay := self._next_delay(attempt, result)) is None:
                return "unknown"
            yield delay
        raise AssertionError("unreachable")

    def _send_attempt(self, request: Request[Any], attempt: int) -> Flow[ClassifiedResult]:
        for observer in self.observers:
            _notify(observer.before, request, attempt)
        started_at = self.clock()
        outcome = yield request
        seconds = self.clock() - started_at
        result = classify(outcome, request)
        if log.isEnabledFor(logging.DEBUG):
            status = _describe_outcome(outcome)
            reference = f" {request.reference}" if request.reference else ""
            log.debug("%s%s: %s, attempt %d, %.0f ms", request, reference, status, attempt, seconds * 1000)
        for observer in self.observers:
            _notify(observer.after, request, attempt, result.outcome, seconds)
        return result

    def _next_delay(self, attempt: int, result: ClassifiedResult) -> float | None:
        delay = self.retry.delay(attempt, result.outcome, self.clock() - self.started_at)
        if delay is not None:
            log.info("attempt %d: %s, retrying in %.1f seconds", attempt, _describe_outcome(result.outcome), delay)
        return delay


def _describe_outcome(outcome: AttemptResult | None) -> str:
    return str(outcome.status) if isinstance(outcome, RawResponse) else type(outcome).__name__


def _notify(hook: Callable[..., None], *arguments: object) -> None:
    try:
        hook(*arguments)
    except Exception as error:
        # Only the type is logged: the text may hold personal data from the request.
        log.error("an observer failed with %s; the call goes on", type(error).__name__)


_CHECKOUT_EXISTS = (
    "Paystack already has this reference, from an earlier attempt or an earlier call, and does not return the address "
    "of its page again. Verify the reference. If it was not paid, call again with another reference"
)
