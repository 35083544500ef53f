"""How long a customer has to pay at the emulator, as the business says."""

import pytest
from emulator_payments import BANK_PAGE, PIN_OTP, at_page, begun, enter

from paystackease import Request, errors


def status(client, reference):
    return client.transactions.verify_transaction(reference).data["status"]


def test_the_timeout_is_never_until_it_is_set(client):
    fetched = client.integration.fetch_timeout()
    assert (fetched.message, fetched.data) == ("Payment session timeout retrieved", {"payment_session_timeout": 0})
    for seconds in 30, 0, 60:
        updated = client.integration.update_timeout(seconds)
        assert (updated.message, updated.data) == (
            "Payment session timeout updated",
            {"payment_session_timeout": seconds},
        )
        assert client.integration.fetch_timeout().data == updated.data


def test_whoever_takes_longer_cannot_pay(client, emulator):
    client.integration.update_timeout(60)
    in_time, late = begun(client), begun(client)
    emulator.advance(59)
    at_page(client, in_time)
    emulator.advance(1)
    with pytest.raises(errors.InvalidRequestError, match="This payment session has expired"):
        at_page(client, late)
    assert (status(client, in_time), status(client, late)) == ("success", "abandoned")


def test_what_somebody_was_in_the_middle_of_is_abandoned(client, emulator):
    client.integration.update_timeout(60)
    reference, other = begun(client), begun(client)
    at_page(client, reference, entered=PIN_OTP)
    at_page(client, other, entered=BANK_PAGE)
    emulator.advance(59)
    assert (status(client, reference), status(client, other)) == ("ongoing", "ongoing")
    emulator.advance(1)
    assert (status(client, reference), status(client, other)) == ("abandoned", "abandoned")
    with pytest.raises(errors.InvalidRequestError):
        enter(client, reference, pin="1234")


def test_whoever_has_as_long_as_it_takes_pays_a_year_later(client, emulator):
    reference = begun(client)
    emulator.advance(365 * 86_400)
    at_page(client, reference)
    assert status(client, reference) == "success"


def test_the_timeout_is_taken_back_in_time(client, emulator):
    client.integration.update_timeout(60)
    reference = begun(client)
    at_page(client, reference, entered=PIN_OTP)
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
def test_what_is_no_time_is_refused(client, body, message):
    with pytest.raises(errors.InvalidRequestError) as refused:
        client.send(Request("PUT", "/integration/payment_session_timeout", body=body))
    assert refused.value.response.message == message
    assert client.integration.fetch_timeout().data == {"payment_session_timeout": 0}
