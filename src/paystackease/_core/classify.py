"""What the result of one attempt says about its call, and the response or error that follows. It does no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from paystackease import errors
from paystackease._core.idempotency import confirms_items
from paystackease._core.request import Request
from paystackease._core.success_criteria import Fields
from paystackease._core.transport import AttemptResult, RawResponse
from paystackease.response import Response, ResponseInfo

T = TypeVar("T")

Verdict: TypeAlias = Literal["succeeded", "rejected", "duplicate", "not_processed", "ambiguous"]
"""What a result says about the call.

``duplicate``: rejected, because Paystack already has the reference. ``not_processed``: Paystack did not look at the
call, so it is safe to send it again. ``ambiguous``: Paystack may have carried the call out.
"""


class ClassifiedResult(NamedTuple):
    """The result of an attempt, with its verdict."""

    outcome: AttemptResult
    verdict: Verdict
    body: dict[str, object] | None
    """The JSON object of the response, or None if there is none."""


@cache
def _decoder() -> Callable[[bytes], object]:
    from paystackease._core.lenient_json import decode  # imported with the first response

    return decode


def classify(outcome: AttemptResult | None, request: Request[Any]) -> ClassifiedResult:
    """Return what a result says about its call.

    Only Paystack's own envelope with ``"status": false`` rejects a call for certain. Another server, such as a proxy
    or a captive portal, does not know what Paystack did. If the call is safe to retry, any error status rejects it.
    """
    if not isinstance(outcome, RawResponse):
        assert outcome is not None, "the driver of a flow sends the result of each request"
        return ClassifiedResult(outcome, "ambiguous" if outcome.may_have_arrived else "not_processed", None)
    status = outcome.status
    body = _parse_object(outcome.content)
    is_rejected = body is not None and body.get("status") is False
    if 200 <= status < 300:
        # Paystack rejects some calls with HTTP 200 and `status: false`: a terminal that is already linked, for one.
        succeeded = body is not None and not is_rejected and _is_success(request, body)
        verdict: Verdict = "rejected" if is_rejected else "succeeded" if succeeded else "ambiguous"
        return ClassifiedResult(outcome, verdict, body)
    if status == 429 and (body is None or body.get("status") is not True):
        return ClassifiedResult(outcome, "not_processed", body)
    # A server that fails, or waits for one that failed, may have carried the call out. 501 is sent instead of that.
    is_failing = status in {408, 429} or (status >= 500 and status != 501)
    if is_failing or not (request.is_retry_safe or (is_rejected and status >= 400)):
        return ClassifiedResult(outcome, "ambiguous", body)
    is_duplicate = body is not None and _is_duplicate(body)
    return ClassifiedResult(outcome, "duplicate" if is_duplicate else "rejected", body)


def _is_success(request: Request[Any], body: Fields) -> bool:
    if request.idempotency is None:
        return request.success.is_met_by(body, request.path_params, request.query, request.body)
    return confirms_items(request.idempotency, sent_body(request), body)


def _parse_object(content: bytes) -> dict[str, object] | None:
    try:
        body = _decoder()(content)
    except ValueError:
        return None
    return cast("dict[str, object]", body) if isinstance(body, dict) else None


def sent_body(request: Request[Any]) -> object:
    """Return the body as it was sent. An observer, or the caller, may have changed the object in ``request.body``."""
    assert request.content is not None, "a call with a reference has a body"
    return _decoder()(request.content)


def has_success_status(result: ClassifiedResult) -> bool:
    """Return whether the HTTP status is 2xx. Then Paystack may have carried the call out, even if the body is wrong."""
    return isinstance(result.outcome, RawResponse) and 200 <= result.outcome.status < 300


def is_not_found(result: ClassifiedResult) -> bool:
    """Return whether a verify endpoint says that the reference does not exist.

    The list of codes and messages is closed; any other response proves nothing. 404 is documented for transfers, and
    400 is reported for transactions. A wrong key also gets 400 there.
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


def to_response(request: Request[T], result: ClassifiedResult, attempts: int) -> Response[T]:
    """Return the response of a call that succeeded.

    :raises paystackease.errors.PaystackError: If it did not succeed: the error that fits the result.
    """
    outcome = result.outcome
    if not isinstance(outcome, RawResponse):
        raise outcome
    http = ResponseInfo(request, outcome.status, outcome.headers, attempts)
    if result.verdict == "succeeded":
        assert result.body is not None, "a call succeeds only with a JSON object"
        return Response(result.body, http)
    if has_success_status(result) and result.verdict != "rejected":
        raise errors.MalformedResponseError(
            f"HTTP {http.status} {_describe_flaw(request, result.body)}", http, outcome.content
        )
    raise _status_error(Response(result.body or {}, http), outcome.content)


_ERRORS_BY_STATUS: dict[int, type[errors.APIStatusError]] = {
    400: errors.InvalidRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    422: errors.InvalidRequestError,
    429: errors.RateLimitError,
}


def _status_error(response: Response[object], content: bytes) -> errors.APIStatusError:
    status = response.http.status
    if 400 <= status < 500 and _is_duplicate(response):
        return errors.DuplicateReferenceError(response, content)
    default = errors.ServerError if status >= 500 else errors.APIStatusError
    return _ERRORS_BY_STATUS.get(status, default)(response, content)


def _is_duplicate(body: Mapping[str, object]) -> bool:
    """Return whether a response says that the reference already exists. Bulk transfers say it with HTTP 404."""
    message = str(body.get("message")).casefold()
    # Paystack publishes no sample of this response to a single transfer (observed).
    return str(body.get("code")) in {"duplicate_reference", "duplicate_transfer_reference"} or message.startswith(
        ("duplicate transaction reference", "duplicate reference(s) found", "please provide a unique reference")
    )


def _describe_flaw(request: Request[Any], body: Fields | None) -> str:
    if body is None:
        return "without a JSON object"
    if not isinstance(body.get("status"), bool):
        return 'without Paystack\'s envelope, which has "status": true or false'
    return "with data that is missing, or that is not about this call"


def outcome_unknown(
    request: Request[Any],
    result: ClassifiedResult,
    attempts: int,
    *,
    was_not_found: bool = False,
    items: Mapping[str, str] | None = None,
) -> errors.OutcomeUnknownError:
    """Return the error of a call with an ambiguous outcome. Its cause is the error of the last attempt.

    :param was_not_found: Whether Paystack did not know the reference when it was last verified.
    :param items: The state of each item of a bulk call, by its reference.
    """
    try:
        to_response(request, result, attempts)
    except errors.PaystackError as error:
        unknown = errors.OutcomeUnknownError(request, cause=error, was_not_found=was_not_found, items=items)
        unknown.__cause__ = error
        return unknown
    raise AssertionError("a call that succeeded has a known outcome")
