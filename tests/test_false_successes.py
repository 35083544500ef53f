"""Answers with HTTP 200 that are not Paystack's, or not this call's: none of them is taken for a success.

Whatever stands between a client and Paystack may answer: a captive portal, a proxy, a connection that carries the
answer to another call, a replica that lags. Each test plays one of those to every call that moves money.
"""

import json

import pytest
from fake_paystack import FakePaystack, fault_sequence, json_response
from intercepting_transport import InterceptingTransport, every_portal, fixed_response
from money_calls import (
    BULK_CALLS,
    IDEMPOTENT_CALLS,
    NO_DELAY,
    bulk_charge,
    bulk_transfer,
    charge,
    charge_authorization,
    transfer,
)

from paystackease import errors

every_call = pytest.mark.parametrize("call", [*IDEMPOTENT_CALLS, *BULK_CALLS])


@every_portal
@every_call
def test_a_call_that_never_reached_paystack_is_not_a_success(connect, call, body):
    bank = FakePaystack(fault_sequence())
    between = InterceptingTransport(bank, fixed_response(body), "POST")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        call(connect(transport=between, retry=NO_DELAY), "rent")
    assert caught.value.was_not_found
    assert isinstance(caught.value.__cause__, errors.MalformedResponseError)
    assert not bank.processed


@every_portal
@every_call
def test_a_call_whose_response_was_replaced_is_verified(connect, call, body):
    bank = FakePaystack(fault_sequence())
    between = InterceptingTransport(bank, fixed_response(body), "POST", after=True)
    client = connect(transport=between, retry=NO_DELAY)
    if call is bulk_charge:
        with pytest.raises(errors.ResponseLostError):
            call(client, "rent")
    else:
        assert call(client, "rent").http.recovered
    assert set(bank.processed.values()) == {1}
    assert [request.method for request in between.requests].count("POST") == 1


@every_portal
@every_call
@pytest.mark.parametrize("mine", [None, "mine-000000000001"], ids=["reference made", "caller's reference"])
def test_a_verification_that_does_not_match_confirms_nothing(connect, call, mine, body):
    bank = FakePaystack(fault_sequence("timeout, done"))
    between = InterceptingTransport(bank, fixed_response(body), "GET")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        call(connect(transport=between, retry=NO_DELAY), "rent", reference=mine)
    assert not caught.value.was_not_found
    assert [request.method for request in between.requests].count("POST") == 1


# What verify says of a reference, with one thing otherwise

CALLS = {
    transfer: ("amount", "currency", "recipient"),
    bulk_transfer: ("amount", "currency", "recipient"),
    charge_authorization: ("amount", "authorization", "currency missing", "customer"),
    charge: ("amount", "authorization", "currency missing", "customer"),
    bulk_charge: ("amount", "authorization", "currency missing"),
}
OTHERS = {
    "amount": 4999,
    "currency": "USD",
    "recipient": {"id": 9, "recipient_code": "RCP_9"},
    "authorization": {"authorization_code": "AUTH_9"},
    "customer": {"email": "someone@else.example"},
}


def alter_verification(bank, **fields):
    """Has verify answer with these fields otherwise; without those that are None."""
    honest = bank.verify_reference

    def verify(path, stale):
        answer = json.loads(honest(path, stale).content)
        if "data" not in answer:
            return json_response(404, answer)
        data = answer["data"] | fields
        return json_response(200, answer | {"data": {name: value for name, value in data.items() if value is not None}})

    bank.verify_reference = verify


@pytest.mark.parametrize("mine", [None, "mine-000000000001"], ids=["reference made", "caller's reference"])
@pytest.mark.parametrize(("call", "field"), [(call, field) for call, fields in CALLS.items() for field in fields])
def test_a_verification_is_compared_with_the_request(connect, call, field, mine):
    name = field.removesuffix(" missing")
    for value in (None,) if name != field else (OTHERS[name], None, {}, []):
        bank = FakePaystack(fault_sequence("timeout, done"))
        alter_verification(bank, **{name: value})
        # A reference of the caller's may have been used for something else. One that was made here was not.
        error = errors.DuplicateReferenceError if mine and value else errors.OutcomeUnknownError
        with pytest.raises((error, errors.OutcomeUnknownError)) as caught:
            call(connect(transport=bank, retry=NO_DELAY), "rent", reference=mine)
        if mine is None or value is None:
            assert isinstance(caught.value, errors.OutcomeUnknownError)


def test_a_reference_of_another_call_is_reported_in_our_own_words(connect):
    bank = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=bank, retry=NO_DELAY)
    transfer(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError, match="the reference belongs to another call") as caught:
        transfer(client, "food", reference="mine-000000000001", amount=900)
    assert caught.value.reference == "mine-000000000001"
    assert caught.value.response.data["amount"] == 5000
    assert "found" not in str(caught.value)  # which is what verify's sentence says


@pytest.mark.parametrize(
    ("asked", "shown", "found"),
    [
        ("NGN", "NGN", True),
        ("NGN", "ngn", True),
        (None, "NGN", True),
        (None, "GHS", False),  # Paystack documents NGN
        ("GHS", "NGN", False),
        ("GHS", None, False),
    ],
)
def test_the_currency_that_was_not_asked_for_is_the_documented_default(connect, asked, shown, found):
    bank = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(bank, currency=shown)
    client = connect(transport=bank, retry=NO_DELAY)
    arguments = ("balance", 5000, "RCP_1", "rent")
    if found:
        assert client.transfers.initiate_transfer(*arguments, currency=asked).http.recovered
    else:
        with pytest.raises(errors.OutcomeUnknownError):
            client.transfers.initiate_transfer(*arguments, currency=asked)


def partial_debit(client, name):
    return client.transactions.partial_debit("a@b.c", "AUTH_1", 5000, "NGN", at_least=1000)


@pytest.mark.parametrize(
    ("call", "amount", "requested", "confirmed"),
    [
        (charge_authorization, 5000, None, True),
        (charge_authorization, 5000, 5000, True),
        (charge_authorization, "5000", None, True),
        (charge_authorization, 5175, 5000, True),  # the customer bears the fee
        (charge_authorization, 5175, None, False),  # so it may be here, and nobody knows
        (charge_authorization, 4000, 5000, False),
        (charge_authorization, 5000, 4000, False),
        (charge_authorization, True, None, False),
        (partial_debit, 5000, 5000, True),
        (partial_debit, 1200, 5000, True),
        (partial_debit, 1200, None, True),
        (partial_debit, 5175, 5000, True),
        (partial_debit, 900, 5000, False),  # below the least that was asked for
        (partial_debit, 6000, None, False),
        (partial_debit, 1200, 1200, False),
    ],
)
def test_the_amount_may_differ_only_as_the_call_allows(connect, call, amount, requested, confirmed):
    bank = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(bank, amount=amount, requested_amount=requested)
    client = connect(transport=bank, retry=NO_DELAY)
    if confirmed:
        assert call(client, "rent").http.recovered
    else:
        with pytest.raises(errors.OutcomeUnknownError):
            call(client, "rent")


@pytest.mark.parametrize("status", ["send_pin", "send_otp", "pay_offline", "pending", "failed", "timeout"])
def test_a_charge_that_waits_for_input_is_known_by_its_reference_and_status_alone(connect, status):
    bank = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(
        bank, status=status, **dict.fromkeys(("amount", "currency", "authorization", "customer", "requested_amount"))
    )
    assert charge(connect(transport=bank, retry=NO_DELAY), "rent").data["status"] == status
    bank = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(bank, status=status, amount=None)
    with pytest.raises(errors.OutcomeUnknownError):  # of a saved card that is charged, more is known
        charge_authorization(connect(transport=bank, retry=NO_DELAY), "rent")


@pytest.mark.parametrize("status", ["success", "reversed", "never heard of"])
def test_of_a_charge_that_waits_for_nothing_the_whole_is_compared(connect, status):
    bank = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(bank, status=status, amount=None)
    with pytest.raises(errors.OutcomeUnknownError):
        charge(connect(transport=bank, retry=NO_DELAY), "rent")


# Refusals that are not Paystack's

REFUSALS = [
    *[(status, b"<html>moved</html>") for status in (301, 302, 303, 307, 308, 304)],
    *[(status, b"<html>no</html>") for status in (400, 401, 403, 404, 407, 413, 418, 421, 451, 501)],
    *[(status, b"") for status in (302, 400, 404)],
    *[
        (404, json.dumps(body).encode())
        for body in ({}, {"message": "no such route"}, {"status": True}, {"status": "no"})
    ],
]


@pytest.mark.parametrize("answer", REFUSALS, ids=lambda answer: f"{answer[0]} {answer[1][:12].decode()}")
@every_call
def test_a_rejection_that_is_not_from_paystack_does_not_prove_that_nothing_was_done(connect, call, answer):
    status, content = answer
    bank = FakePaystack(fault_sequence())
    client = connect(
        transport=InterceptingTransport(bank, fixed_response(content, status), "POST", after=True), retry=NO_DELAY
    )
    if call is bulk_charge:
        with pytest.raises(errors.ResponseLostError):
            call(client, "rent")
    else:
        assert call(client, "rent").http.recovered
    with pytest.raises(errors.OutcomeUnknownError):
        call(
            connect(
                transport=InterceptingTransport(
                    FakePaystack(fault_sequence()), fixed_response(content, status), "POST"
                ),
                retry=NO_DELAY,
            ),
            "rent",
        )


@pytest.mark.parametrize("answer", REFUSALS, ids=lambda answer: f"{answer[0]} {answer[1][:12].decode()}")
def test_a_refund_rejected_by_an_intermediary_has_an_unknown_outcome(connect, answer):
    status, content = answer
    for after in True, False:
        bank = FakePaystack(fault_sequence())
        between = InterceptingTransport(bank, fixed_response(content, status), "POST", after=after)
        with pytest.raises(errors.OutcomeUnknownError):
            connect(transport=between, retry=NO_DELAY).refund.create_refund("T1", merchant_note="rent")
        assert len(between.requests) == 1


def test_a_rejection_by_paystack_is_final(connect):
    for status in 400, 401, 403, 404, 422, 501:
        bank = FakePaystack(fault_sequence())
        between = InterceptingTransport(bank, fixed_response({"status": False, "message": "no"}, status), "POST")
        with pytest.raises(errors.APIStatusError):
            transfer(connect(transport=between, retry=NO_DELAY), "rent")
        assert len(between.requests) == 1
