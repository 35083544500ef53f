"""What is decided about a call: when it is repeated, what a reply means, where the next page is. Nothing here waits."""

import json

import pytest
from doubles import Script, no, yes
from hypothesis import given
from hypothesis import strategies as st

from paystackease import Request, Response, Retry, errors
from paystackease._engine import Reply, conclude, next_page
from paystackease._request import Repeat
from paystackease.response import Http

READ = Request("GET", "/customer")
FREELY = Request("POST", "/customer", repeat=Repeat.FREELY)
GUARDED = Request("POST", "/transfer", repeat=Repeat.BY_REFERENCE)
NEVER = Request("POST", "/refund", repeat=Repeat.NEVER)
UNSAID = Request("POST", "/refund")


def lost(request, *, reached):
    return errors.APIConnectionError("lost", request=request, reached=reached)


@pytest.mark.parametrize("request_", [READ, FREELY, GUARDED, NEVER, UNSAID], ids=repr)
def test_what_never_arrived_and_what_was_turned_away_is_repeated_whatever_it_is(request_):
    retry = Retry()
    assert retry.wait(1, request_, lost(request_, reached=False)) is not None
    assert retry.wait(1, request_, no(429)) is not None


@pytest.mark.parametrize(
    ("request_", "repeated"), [(READ, True), (FREELY, True), (GUARDED, False), (NEVER, False), (UNSAID, False)]
)
def test_what_may_have_been_done_is_repeated_only_where_twice_is_once(request_, repeated):
    retry = Retry()
    for outcome in lost(request_, reached=True), no(500), no(502), no(503), Reply(504, {}, b"<html>"):
        assert (retry.wait(1, request_, outcome) is not None) == repeated


@pytest.mark.parametrize("outcome", [yes(), no(400), no(401), no(403), no(404), no(422), Reply(302, {}, b""), no(200)])
def test_an_answer_is_never_asked_for_again(outcome):
    assert Retry().wait(1, READ, outcome) is None


def test_a_client_gives_up_after_its_attempts(connect):
    script = Script(no(503), no(503), no(503), yes())
    with pytest.raises(errors.ServerError) as caught:
        connect(transport=script).customers.fetch_customer("x")
    assert len(script.asked) == 3
    assert caught.value.response.http.attempts == 3
    script = Script(no(503), yes())
    with pytest.raises(errors.ServerError):
        connect(transport=script, retry=Retry(attempts=1)).customers.fetch_customer("x")
    assert len(script.asked) == 1


def test_a_call_that_is_not_free_is_sent_once_and_its_error_says_it_may_have_been_done(connect):
    args = ("CUS_1", "A", "B", "bank_account", "NG", "007", "1", "2")
    for outcome, error in (no(503), errors.ServerError), (lost(NEVER, reached=True), errors.APIConnectionError):
        script = Script(outcome, yes())
        with pytest.raises(error):
            connect(transport=script).customers.validate_customer(*args)
        assert len(script.asked) == 1


def test_a_call_that_never_arrived_is_sent_again(connect):
    args = ("CUS_1", "A", "B", "bank_account", "NG", "007", "1", "2")
    script = Script(lost(NEVER, reached=False), no(429), yes())
    assert connect(transport=script).customers.validate_customer(*args).http.attempts == 3


@given(attempt=st.integers(1, 9), jitter=st.floats(0, 1))
def test_waits_double_up_to_a_cap_and_spread(attempt, jitter):
    retry = Retry(attempts=10, base=0.5, cap=8.0, jitter=lambda: jitter)
    assert retry.wait(attempt, READ, no(503)) == min(8.0, 0.5 * 2 ** (attempt - 1)) * jitter


def test_paystacks_own_wait_is_kept_to_unless_it_is_too_long():
    assert Retry().wait(1, READ, no(429, headers={"retry-after": "7"})) == 7.0
    assert Retry(patience=5).wait(1, READ, no(429, headers={"retry-after": "7"})) is None
    assert Retry(jitter=lambda: 1.0).wait(1, READ, no(429, headers={"retry-after": "soon"})) == 0.5


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
def test_a_no_is_raised_as_the_error_that_fits_with_the_whole_answer(connect, status, error):
    meta = {"nextStep": "Check the code "}
    script = Script(
        no(status, "Customer not found", meta=meta, type="validation_error", code="not_found", data={"x": 1})
    )
    with pytest.raises(error) as caught:
        connect(transport=script, retry=Retry(attempts=1)).customers.fetch_customer("CUS_1")
    found = caught.value
    assert type(found) is error
    assert str(found) == f"Customer not found (GET /customer/{{email_or_code}}: {status}). Check the code"
    assert (found.code, found.type, found.next_step, found.status_code) == (
        "not_found",
        "validation_error",
        "Check the code",
        status,
    )
    assert found.response.data == {"x": 1}
    assert found.response["status"] is False
    assert json.loads(found.content)["meta"] == meta


def test_an_error_shows_no_person_and_no_key():
    message = "ada@example.com with 0123456789 and +234 803 000 0001 used sk_test_abc; 4084 0840 8408 4081, order 1234"
    with pytest.raises(errors.InvalidRequestError) as caught:
        conclude(READ, no(400, message), 1)
    assert str(caught.value) == "… with … and … used …; …, order 1234 (GET /customer: 400)"
    assert caught.value.response.message == message


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"null", b"1", b'"x"', b'{"status": tr', b"\xff", b"[" * 99999]
)
def test_a_yes_that_is_no_json_object_is_malformed(content):
    with pytest.raises(errors.MalformedResponseError, match="GET /customer: HTTP 200 without a JSON object") as caught:
        conclude(READ, Reply(200, {}, content), 1)
    assert caught.value.content == content
    assert caught.value.status_code == 200


def test_a_no_that_is_no_json_object_is_still_the_error_of_its_status():
    with pytest.raises(errors.ServerError, match="not a JSON object") as caught:
        conclude(READ, Reply(502, {}, b"<html>Bad gateway"), 1)
    assert caught.value.content == b"<html>Bad gateway"
    assert caught.value.response == {}


@pytest.mark.parametrize("status", ["success", None])
def test_a_status_that_is_no_bool_is_a_yes_as_paystack_means_it(status):
    body = {"message": "ok", "data": 1} | ({} if status is None else {"status": status})
    assert conclude(READ, Reply(200, {}, json.dumps(body).encode()), 1) == body


def test_numbers_are_what_paystack_sent():
    content = b'{"status": true, "data": {"id": 18446744073709551616, "amount": 10050, "rate": 1.5}}'
    assert conclude(READ, Reply(200, {}, content), 1).data == {"id": 2**64, "amount": 10050, "rate": 1.5}


def page(request, **meta):
    return Response({"status": True, "data": [], "meta": meta}, Http(request, 200, {}, 1))


@pytest.mark.parametrize(
    ("meta", "query"),
    [
        ({"page": 1, "pageCount": 3}, {"page": 2}),
        ({"page": "1", "pageCount": "3"}, {"page": 2}),
        ({"page": 3, "pageCount": 3}, None),
        ({"page": 1}, None),
        ({"pageCount": 2}, {"page": 2}),
        ({}, None),
        ({"next": "abc", "previous": None, "perPage": 3}, {"next": "abc", "previous": None}),
        ({"next": None, "previous": "abc"}, None),
        ({"next": "null"}, None),
        ({"next": ""}, None),
        ({"next": 512003, "per_page": 50, "count": 1, "total": 2}, {"cursor": 512003}),
        ({"next": None, "per_page": 50, "count": 1, "total": 1}, None),
    ],
)
def test_the_next_page_is_found_whatever_the_pagination(meta, query):
    found = next_page(page(Request("GET", "/x", query={"perPage": 3}), **meta))
    assert (None if found is None else found.query) == (None if query is None else {"perPage": 3, **query})


def test_pages_are_followed_to_the_end(connect):
    pages = [yes([number], meta={"page": number, "pageCount": 3}) for number in (1, 2, 3)]
    script = Script(*pages)
    client = connect(transport=script)
    assert list(client.iterate(client.customers.list_customers(per_page=1))) == [1, 2, 3]
    assert [request.target for request in script.asked] == [
        "/customer?perPage=1",
        "/customer?perPage=1&page=2",
        "/customer?perPage=1&page=3",
    ]


def test_whoever_stops_early_fetches_no_more(connect):
    script = Script(yes([1, 2], meta={"page": 1, "pageCount": 9}))
    client = connect(transport=script)
    for item in client.iterate(client.customers.list_customers()):
        if item == 2:
            break
    assert len(script.asked) == 1


def test_an_interruption_goes_up_and_nothing_is_sent_again(connect):
    script = Script(KeyboardInterrupt(), yes())
    with pytest.raises(KeyboardInterrupt):
        connect(transport=script).customers.fetch_customer("x")
    assert len(script.asked) == 1


def test_a_method_that_paystack_does_not_know_is_refused():
    with pytest.raises(errors.InvalidRequestMethodError, match="PATCH"):
        Request("PATCH", "/customer")
    with pytest.raises(errors.InvalidArgumentError, match="slash"):
        Request("GET", "customer")
