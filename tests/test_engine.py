"""The engine's decisions: retries, classification of responses, and pagination. Nothing here sleeps."""

import json
import math
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_transport import ScriptedTransport, error_response, outcome_label, success_response

from paystackease import Request, Retry, errors
from paystackease._core.classify import classify, to_response
from paystackease._core.request import RetrySafety
from paystackease._core.transport import RawResponse

READ = Request("GET", "/customer")
FREELY = Request("POST", "/customer", retry_safety=RetrySafety.ALWAYS)
NEVER = Request("POST", "/refund", retry_safety=RetrySafety.NEVER)
UNSAID = Request("POST", "/refund")
AT_ONCE = Retry(initial_delay=0.0)


def connection_error(request, *, reached):
    return errors.APIConnectionError("lost", request=request, may_have_arrived=reached)


def count_attempts(connect, request, *outcomes, retry=AT_ONCE):
    """Return how many times a request is sent for this sequence of results."""
    script = ScriptedTransport(*outcomes, success_response())
    with suppress(errors.PaystackError):
        connect(transport=script, retry=retry).send(request)
    return len(script.requests)


@pytest.mark.parametrize("request_", [READ, FREELY, NEVER, UNSAID], ids=repr)
def test_a_call_that_never_arrived_or_was_not_processed_is_always_retried(connect, request_):
    assert count_attempts(connect, request_, connection_error(request_, reached=False), error_response(429)) == 3


UNCLEAR = [
    connection_error(READ, reached=True),
    error_response(408),
    error_response(500),
    error_response(502),
    error_response(503),
    RawResponse(504, {}, b"<html>"),
    RawResponse(200, {}, b""),
    RawResponse(200, {}, b"[]"),
    RawResponse(200, {}, b'{"status": tr'),
]


@pytest.mark.parametrize("outcome", UNCLEAR, ids=outcome_label)
@pytest.mark.parametrize(("request_", "times"), [(READ, 2), (FREELY, 2), (NEVER, 1), (UNSAID, 1)])
def test_an_ambiguous_call_is_retried_only_if_it_is_idempotent(connect, request_, times, outcome):
    assert count_attempts(connect, request_, outcome) == times


@pytest.mark.parametrize(
    "outcome",
    [
        success_response(),
        error_response(400),
        error_response(401),
        error_response(403),
        error_response(404),
        error_response(422),
        RawResponse(302, {}, b""),
        error_response(200),
        error_response(501),
    ],
)
def test_a_final_response_is_never_retried(connect, outcome):
    assert count_attempts(connect, READ, outcome) == 1


def test_a_client_gives_up_after_its_attempts(connect):
    script = ScriptedTransport(error_response(503), error_response(503), error_response(503), success_response())
    with pytest.raises(errors.ServerError) as exc_info:
        connect(transport=script).customers.fetch_customer("x")
    assert len(script.requests) == 3
    assert exc_info.value.response.http.attempts == 3
    assert count_attempts(connect, READ, error_response(503), retry=Retry(max_attempts=1)) == 1


def test_an_ambiguous_call_that_is_never_retried_names_its_verification(connect):
    args = ("CUS_1", "A", "B", "bank_account", "NG", "007", "1", "2")
    for outcome, cause in (
        (error_response(503), errors.ServerError),
        (connection_error(NEVER, reached=True), errors.APIConnectionError),
    ):
        script = ScriptedTransport(outcome, success_response())
        with pytest.raises(errors.OutcomeUnknownError) as exc_info:
            connect(transport=script).customers.validate_customer(*args)
        assert len(script.requests) == 1
        assert isinstance(exc_info.value.__cause__, cause)
        assert exc_info.value.verify_request.target == "/customer/CUS_1"


@given(attempt=st.integers(1, 9), jitter=st.floats(0, 1))
def test_waits_double_up_to_a_cap_and_spread(attempt, jitter):
    retry = Retry(max_attempts=10, initial_delay=0.5, max_delay=8.0, jitter=lambda: jitter)
    assert retry.delay(attempt, error_response(503)) == min(8.0, 0.5 * 2 ** (attempt - 1)) * jitter


@pytest.mark.parametrize(
    "given",
    [
        *[{"max_attempts": value} for value in (0, -1, 1.5, "3", None, True, math.nan)],
        *[
            {name: value}
            for name in ("initial_delay", "max_delay", "max_elapsed")
            for value in (-0.1, math.nan, math.inf, "1", None, True)
        ],
        {"recover": None},
        {"jitter": 1.0},
    ],
    ids=str,
)
def test_an_invalid_retry_policy_is_rejected_when_it_is_created(given):
    with pytest.raises(errors.InvalidArgumentError, match=next(iter(given))):
        Retry(**given)


@pytest.mark.parametrize("jitter", [math.nan, -1.0, math.inf, 7.0, 0.5])
def test_every_delay_is_finite_for_any_attempt_and_any_jitter(jitter):
    retry = Retry(max_attempts=100_000, max_elapsed=1e9, jitter=lambda: jitter)
    for attempt in 1, 2, 1000, 2000, 99_999:
        assert 0 <= retry.delay(attempt, error_response(503)) <= retry.max_delay


def test_two_thousand_attempts_are_two_thousand(connect):
    script = ScriptedTransport(*[error_response(503)] * 1999, success_response())
    retry = Retry(max_attempts=2000, initial_delay=0.0, max_elapsed=3600)
    assert connect(transport=script, retry=retry).send(READ)["status"] is True
    assert len(script.requests) == 2000


def test_retry_after_is_respected_unless_it_is_too_long():
    assert Retry().delay(1, error_response(429, headers={"retry-after": "7"})) == 7.0
    assert Retry(max_elapsed=5).delay(1, error_response(429, headers={"retry-after": "7"})) is None
    assert Retry(max_elapsed=10).delay(1, error_response(429, headers={"retry-after": "7"}), spent=4.0) is None
    assert Retry(jitter=lambda: 1.0).delay(1, error_response(429, headers={"retry-after": "soon"})) == 0.5
    assert Retry().delay(1, error_response(429, headers={"x-ratelimit-reset": "3"})) == 3.0
    assert Retry().delay(1, error_response(429, headers={"x-ratelimit-reset": str(int(time.time()) - 9)})) == 0.0
    assert (
        0
        < Retry().delay(1, error_response(429, headers={"x-ratelimit-reset": str(int(time.time() * 1000) + 9000)}))
        <= 9
    )


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.InvalidRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (418, errors.APIStatusError),
        (422, errors.InvalidRequestError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (503, errors.ServerError),
        (200, errors.APIStatusError),
    ],
)
def test_an_unsuccessful_response_raises_its_error_with_the_complete_response(connect, status, error):
    meta = {"nextStep": "Check the code "}
    script = ScriptedTransport(
        error_response(
            status, "Customer not found", meta=meta, type="validation_error", code="not_found", data={"x": 1}
        )
    )
    with pytest.raises(error) as exc_info:
        connect(transport=script, retry=Retry(max_attempts=1)).customers.fetch_customer("CUS_1")
    raised_error = exc_info.value
    assert type(raised_error) is error
    assert str(raised_error) == f"Customer not found (GET /customer/{{email_or_code}}: {status}). Check the code"
    assert (raised_error.code, raised_error.type, raised_error.next_step, raised_error.status_code) == (
        "not_found",
        "validation_error",
        "Check the code",
        status,
    )
    assert raised_error.response.data == {"x": 1}
    assert raised_error.response["status"] is False
    assert json.loads(raised_error.content)["meta"] == meta


def test_an_error_shows_no_person_and_no_key():
    message = "ada@example.com with 0123456789 and +234 803 000 0001 used sk_test_abc; 4084 0840 8408 4081, order 1234"
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        to_response(READ, classify(error_response(400, message), READ), 1)
    assert str(exc_info.value) == "… with … and … used …; …, order 1234 (GET /customer: 400)"
    assert exc_info.value.response.message == message


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"null", b"1", b'"x"', b'{"status": tr', b"\xff", b"[" * 99999]
)
def test_a_successful_status_without_a_json_object_is_malformed(content):
    with pytest.raises(
        errors.MalformedResponseError, match="GET /customer: HTTP 200 without a JSON object"
    ) as exc_info:
        to_response(READ, classify(RawResponse(200, {}, content), READ), 1)
    assert exc_info.value.content == content
    assert exc_info.value.status_code == 200


def test_an_error_status_without_a_json_object_raises_the_error_of_its_status():
    with pytest.raises(errors.ServerError, match="not a JSON object") as exc_info:
        to_response(READ, classify(RawResponse(502, {}, b"<html>Bad gateway"), READ), 1)
    assert exc_info.value.content == b"<html>Bad gateway"
    assert exc_info.value.response == {}


@pytest.mark.parametrize("status", ["success", "error", "true", 1, None])
def test_an_envelope_whose_status_is_not_a_boolean_is_malformed(connect, status):
    body = {"message": "ok", "data": {"id": 1}} | ({} if status is None else {"status": status})
    script = ScriptedTransport(*[RawResponse(200, {}, json.dumps(body).encode())] * 3)
    with pytest.raises(errors.MalformedResponseError, match="without Paystack's envelope"):
        connect(transport=script).customers.fetch_customer("x")
    assert len(script.requests) == 3


def test_a_documented_text_response_is_accepted(connect):
    body = {"status": "success", "message": "Subaccount unassigned", "data": {"id": 22173}}
    script = ScriptedTransport(RawResponse(200, {}, json.dumps(body).encode()))
    assert connect(transport=script).dedicated_virtual_accounts.remove_split_dedicated_account("0033322211") == body


def test_numbers_keep_the_precision_that_paystack_sent():
    content = b'{"status": true, "data": {"id": 18446744073709551616, "amount": 10050, "rate": 1.5}}'
    assert to_response(READ, classify(RawResponse(200, {}, content), READ), 1).data == {
        "id": 2**64,
        "amount": 10050,
        "rate": 1.5,
    }


def test_an_interruption_propagates_without_a_retry(connect):
    script = ScriptedTransport(KeyboardInterrupt(), success_response())
    with pytest.raises(KeyboardInterrupt):
        connect(transport=script).customers.fetch_customer("x")
    assert len(script.requests) == 1


def test_an_unknown_method_is_rejected():
    with pytest.raises(errors.InvalidRequestMethodError, match="PATCH"):
        Request("PATCH", "/customer")
    with pytest.raises(errors.InvalidArgumentError, match="slash"):
        Request("GET", "customer")
    with pytest.raises(errors.InvalidArgumentError, match="lacks"):
        Request("GET", "/customer/{code}")
