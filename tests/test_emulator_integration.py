"""The payment session timeout of a business."""

import pytest
from emulator_payments import BANK_PAGE_CARD, PIN_OTP_CARD, pay_at_checkout, start_transaction, submit_challenge

from paystackease import Request, errors


def status(client, reference):
    return client.transactions.verify_transaction(reference).data["status"]


def test_the_timeout_is_zero_until_it_is_set(client):
    fetched = client.integration.fetch_timeout()
    assert (fetched.message, fetched.data) == ("Payment session timeout retrieved", {"payment_session_timeout": 0})
    for seconds in 30, 0, 60:
        updated = client.integration.update_timeout(seconds)
        assert (updated.message, updated.data) == (
            "Payment session timeout updated",
            {"payment_session_timeout": seconds},
        )
        assert client.integration.fetch_timeout().data == updated.data


def test_a_customer_cannot_pay_after_the_session_timeout(client, emulator):
    client.integration.update_timeout(60)
    in_time, late = start_transaction(client), start_transaction(client)
    emulator.advance(59)
    pay_at_checkout(client, in_time)
    emulator.advance(1)
    with pytest.raises(errors.InvalidRequestError, match="This payment session has expired"):
        pay_at_checkout(client, late)
    assert (status(client, in_time), status(client, late)) == ("success", "abandoned")


def test_a_started_payment_is_abandoned_after_the_timeout(client, emulator):
    client.integration.update_timeout(60)
    reference, other = start_transaction(client), start_transaction(client)
    pay_at_checkout(client, reference, entered=PIN_OTP_CARD)
    pay_at_checkout(client, other, entered=BANK_PAGE_CARD)
    emulator.advance(59)
    assert (status(client, reference), status(client, other)) == ("ongoing", "ongoing")
    emulator.advance(1)
    assert (status(client, reference), status(client, other)) == ("abandoned", "abandoned")
    with pytest.raises(errors.InvalidRequestError):
        submit_challenge(client, reference, pin="1234")


def test_without_a_timeout_a_customer_can_pay_a_year_later(client, emulator):
    reference = start_transaction(client)
    emulator.advance(365 * 86_400)
    pay_at_checkout(client, reference)
    assert status(client, reference) == "success"


def test_removing_the_timeout_keeps_open_transactions_open(client, emulator):
    client.integration.update_timeout(60)
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=PIN_OTP_CARD)
    client.integration.update_timeout(0)
    emulator.advance(3_600)
    assert status(client, reference) == "ongoing"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, '"timeout" is required'),
        ({"timeout": -1}, '"timeout" must be greater than or equal to 0'),
        ({"timeout": "soon"}, '"timeout" must be a number'),
        ({"timeout": 1.5}, '"timeout" must be a number'),
        ({"timeout": True}, '"timeout" must be a number'),
        ({"timeout": 2**60}, '"timeout" must be a safe number'),
    ],
)
def test_an_invalid_timeout_is_rejected(client, body, message):
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("PUT", "/integration/payment_session_timeout", body=body))
    assert exc_info.value.response.message == message
    assert client.integration.fetch_timeout().data == {"payment_session_timeout": 0}
