"""Responses with HTTP 200 that are not from Paystack, or not for this call, are not reported as a success.

An intermediary between a client and Paystack may respond: a captive portal, a proxy, a connection with the response to
another call, or a stale replica. Each test simulates one of them for every call that moves money.
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
    fake_paystack = FakePaystack(fault_sequence())
    transport = InterceptingTransport(fake_paystack, fixed_response(body), "POST")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        call(connect(transport=transport, retry=NO_DELAY), "rent")
    assert caught.value.was_not_found
    assert isinstance(caught.value.__cause__, errors.MalformedResponseError)
    assert not fake_paystack.processed


@every_portal
@every_call
def test_a_call_whose_response_was_replaced_is_verified(connect, call, body):
    fake_paystack = FakePaystack(fault_sequence())
    transport = InterceptingTransport(fake_paystack, fixed_response(body), "POST", after=True)
    client = connect(transport=transport, retry=NO_DELAY)
    if call is bulk_charge:
        with pytest.raises(errors.ResponseLostError):
            call(client, "rent")
    else:
        assert call(client, "rent").http.recovered
    assert set(fake_paystack.processed.values()) == {1}
    assert [request.method for request in transport.requests].count("POST") == 1


@every_portal
@every_call
@pytest.mark.parametrize("reference", [None, "mine-000000000001"], ids=["generated reference", "caller's reference"])
def test_a_verification_that_does_not_match_leaves_the_outcome_unknown(connect, call, reference, body):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    transport = InterceptingTransport(fake_paystack, fixed_response(body), "GET")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        call(connect(transport=transport, retry=NO_DELAY), "rent", reference=reference)
    assert not caught.value.was_not_found
    assert [request.method for request in transport.requests].count("POST") == 1


# A response of verify with one different field

CALLS = {
    transfer: ("amount", "currency", "recipient"),
    bulk_transfer: ("amount", "currency", "recipient"),
    charge_authorization: ("amount", "authorization", "currency missing", "customer"),
    charge: ("amount", "authorization", "currency missing", "customer"),
    bulk_charge: ("amount", "authorization", "currency missing"),
}
OTHER_VALUES = {
    "amount": 4999,
    "currency": "USD",
    "recipient": {"id": 9, "recipient_code": "RCP_9"},
    "authorization": {"authorization_code": "AUTH_9"},
    "customer": {"email": "someone@else.example"},
}


def alter_verification(fake_paystack, **fields):
    """Make verify respond with these fields changed, and without those that are None."""
    verify_unchanged = fake_paystack.verify_reference

    def verify(path, stale):
        body = json.loads(verify_unchanged(path, stale).content)
        if "data" not in body:
            return json_response(404, body)
        data = body["data"] | fields
        return json_response(200, body | {"data": {name: value for name, value in data.items() if value is not None}})

    fake_paystack.verify_reference = verify


@pytest.mark.parametrize("reference", [None, "mine-000000000001"], ids=["generated reference", "caller's reference"])
@pytest.mark.parametrize(("call", "field"), [(call, field) for call, fields in CALLS.items() for field in fields])
def test_a_verification_is_compared_with_the_request(connect, call, field, reference):
    name = field.removesuffix(" missing")
    for value in (None,) if name != field else (OTHER_VALUES[name], None, {}, []):
        fake_paystack = FakePaystack(fault_sequence("timeout, done"))
        alter_verification(fake_paystack, **{name: value})
        # A reference of the caller may belong to another call. A generated one cannot.
        error = errors.DuplicateReferenceError if reference and value else errors.OutcomeUnknownError
        with pytest.raises((error, errors.OutcomeUnknownError)) as caught:
            call(connect(transport=fake_paystack, retry=NO_DELAY), "rent", reference=reference)
        if reference is None or value is None:
            assert isinstance(caught.value, errors.OutcomeUnknownError)


def test_a_reference_of_another_call_is_reported_with_its_own_message(connect):
    fake_paystack = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    transfer(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError, match="the reference belongs to another call") as caught:
        transfer(client, "food", reference="mine-000000000001", amount=900)
    assert caught.value.reference == "mine-000000000001"
    assert caught.value.response.data["amount"] == 5000
    assert "found" not in str(caught.value)  # the word in verify's message


@pytest.mark.parametrize(
    ("requested_currency", "verified_currency", "confirmed"),
    [
        ("NGN", "NGN", True),
        ("NGN", "ngn", True),
        (None, "NGN", True),
        (None, "GHS", False),  # Paystack documents NGN
        ("GHS", "NGN", False),
        ("GHS", None, False),
    ],
)
def test_an_omitted_currency_is_the_documented_default(connect, requested_currency, verified_currency, confirmed):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(fake_paystack, currency=verified_currency)
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    arguments = ("balance", 5000, "RCP_1", "rent")
    if confirmed:
        assert client.transfers.initiate_transfer(*arguments, currency=requested_currency).http.recovered
    else:
        with pytest.raises(errors.OutcomeUnknownError):
            client.transfers.initiate_transfer(*arguments, currency=requested_currency)


def partial_debit(client, name):
    return client.transactions.partial_debit("a@b.c", "AUTH_1", 5000, "NGN", at_least=1000)


@pytest.mark.parametrize(
    ("call", "amount", "requested", "confirmed"),
    [
        (charge_authorization, 5000, None, True),
        (charge_authorization, 5000, 5000, True),
        (charge_authorization, "5000", None, True),
        (charge_authorization, 5175, 5000, True),  # the customer pays the fee
        (charge_authorization, 5175, None, False),  # the fee is unknown without requested_amount
        (charge_authorization, 4000, 5000, False),
        (charge_authorization, 5000, 4000, False),
        (charge_authorization, True, None, False),
        (partial_debit, 5000, 5000, True),
        (partial_debit, 1200, 5000, True),
        (partial_debit, 1200, None, True),
        (partial_debit, 5175, 5000, True),
        (partial_debit, 900, 5000, False),  # below at_least
        (partial_debit, 6000, None, False),
        (partial_debit, 1200, 1200, False),
    ],
)
def test_the_amount_may_differ_only_as_the_call_allows(connect, call, amount, requested, confirmed):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(fake_paystack, amount=amount, requested_amount=requested)
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    if confirmed:
        assert call(client, "rent").http.recovered
    else:
        with pytest.raises(errors.OutcomeUnknownError):
            call(client, "rent")


@pytest.mark.parametrize("status", ["send_pin", "send_otp", "pay_offline", "pending", "failed", "timeout"])
def test_a_charge_that_waits_for_input_is_confirmed_by_reference_and_status(connect, status):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(
        fake_paystack,
        status=status,
        **dict.fromkeys(("amount", "currency", "authorization", "customer", "requested_amount")),
    )
    assert charge(connect(transport=fake_paystack, retry=NO_DELAY), "rent").data["status"] == status
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(fake_paystack, status=status, amount=None)
    with pytest.raises(errors.OutcomeUnknownError):  # a charge of a saved card is compared by more fields
        charge_authorization(connect(transport=fake_paystack, retry=NO_DELAY), "rent")


@pytest.mark.parametrize("status", ["success", "reversed", "unknown status"])
def test_a_charge_that_does_not_wait_for_input_is_compared_completely(connect, status):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    alter_verification(fake_paystack, status=status, amount=None)
    with pytest.raises(errors.OutcomeUnknownError):
        charge(connect(transport=fake_paystack, retry=NO_DELAY), "rent")


# Rejections that are not from Paystack

REJECTIONS = [
    *[(status, b"<html>moved</html>") for status in (301, 302, 303, 307, 308, 304)],
    *[(status, b"<html>no</html>") for status in (400, 401, 403, 404, 407, 413, 418, 421, 451, 501)],
    *[(status, b"") for status in (302, 400, 404)],
    *[
        (404, json.dumps(body).encode())
        for body in ({}, {"message": "no such route"}, {"status": True}, {"status": "no"})
    ],
]


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda rejection: f"{rejection[0]} {rejection[1][:12].decode()}")
@every_call
def test_a_rejection_that_is_not_from_paystack_leaves_the_outcome_ambiguous(connect, call, rejection):
    status, content = rejection
    fake_paystack = FakePaystack(fault_sequence())
    client = connect(
        transport=InterceptingTransport(fake_paystack, fixed_response(content, status), "POST", after=True),
        retry=NO_DELAY,
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


@pytest.mark.parametrize("rejection", REJECTIONS, ids=lambda rejection: f"{rejection[0]} {rejection[1][:12].decode()}")
def test_a_refund_rejected_by_an_intermediary_has_an_unknown_outcome(connect, rejection):
    status, content = rejection
    for after in True, False:
        fake_paystack = FakePaystack(fault_sequence())
        transport = InterceptingTransport(fake_paystack, fixed_response(content, status), "POST", after=after)
        with pytest.raises(errors.OutcomeUnknownError):
            connect(transport=transport, retry=NO_DELAY).refund.create_refund("T1", merchant_note="rent")
        assert len(transport.requests) == 1


def test_a_rejection_by_paystack_is_final(connect):
    for status in 400, 401, 403, 404, 422, 501:
        fake_paystack = FakePaystack(fault_sequence())
        transport = InterceptingTransport(
            fake_paystack, fixed_response({"status": False, "message": "no"}, status), "POST"
        )
        with pytest.raises(errors.APIStatusError):
            transfer(connect(transport=transport, retry=NO_DELAY), "rent")
        assert len(transport.requests) == 1
