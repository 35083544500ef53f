"""Customer identification: the test identity succeeds, all others fail with a reason."""

import pytest
from card_payments import NOON, list_event_names
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.settings import Settings

PERSON = {
    "first_name": "Uchenna",
    "last_name": "Okoro",
    "type": "bank_account",
    "country": "NG",
    "bvn": "222222222221",
    "bank_code": "007",
    "account_number": "0111111111",
}
"""The test identity of Paystack's documentation."""


@pytest.fixture
def uche(client):
    return client.customers.create_customer("uche@example.com", "Uchenna", "Okoro", "08012345678").data["customer_code"]


def identify(client, code, **change):
    body = {name: value for name, value in {**PERSON, **change}.items() if value is not None}
    return client.send(Request("POST", f"/customer/{code}/identification", body=body))


def test_the_one_person_is_identified_later(client, emulator, uche):
    response = identify(client, uche)
    assert (response.http.status, response.message) == (202, "Customer Identification in progress")
    assert list_event_names(emulator, "") == []
    emulator.advance(2)
    assert list_event_names(emulator, "") == ["customeridentification.success"]
    customer = client.customers.fetch_customer(uche).data
    assert (customer["identified"], customer["identifications"]["bvn"]) == (True, "222******221")


@pytest.mark.parametrize("name", [name for name in PERSON if name != "type"])
def test_one_wrong_value_fails_the_identification(client, emulator, uche, name):
    identify(client, uche, **{name: "98765432101"})
    emulator.advance(2)
    (event,) = emulator.events()
    assert event.name == "customeridentification.failed"
    assert event.data["reason"] == "Account number or BVN is incorrect"
    assert client.customers.fetch_customer(uche).data["identified"] is False


@pytest.mark.parametrize("name", sorted(PERSON))
def test_each_field_of_an_identification_is_required(client, emulator, uche, name):
    with pytest.raises(errors.InvalidRequestError, match=f"{name} is required") as exc_info:
        identify(client, uche, **{name: None})
    assert exc_info.value.status_code == 400
    emulator.advance(2)
    assert list_event_names(emulator, "") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [({"bvn": "22222222222x"}, "Invalid BVN"), ({"type": "passport"}, "Invalid identification type")],
    ids=["bvn", "type"],
)
def test_an_invalid_identification_is_rejected(client, emulator, uche, change, message):
    with pytest.raises(errors.InvalidRequestError, match=message):
        identify(client, uche, **change)
    emulator.advance(2)
    assert list_event_names(emulator, "") == []


def test_a_failed_identification_can_be_retried_and_a_successful_one_is_final(client, emulator, uche):
    identify(client, uche, bvn="12345678901")
    emulator.advance(2)
    identify(client, uche)
    emulator.advance(2)
    with pytest.raises(errors.InvalidRequestError, match="already validated using the same credentials"):
        identify(client, uche)
    emulator.advance(2)
    assert list_event_names(emulator, "") == ["customeridentification.failed", "customeridentification.success"]


def test_an_unknown_customer_is_not_identified(client):
    with pytest.raises(errors.NotFoundError):
        identify(client, "CUS_nothing")


def test_the_customer_id_is_text_unless_quirks_are_off(connect, client, emulator, uche):
    identify(client, uche)
    emulator.advance(2)
    assert isinstance(emulator.events()[-1].data["customer_id"], str)
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=Settings(quirks=False)) as plain:
        other = connect(transport=plain)
        code = other.customers.create_customer("uche@example.com", "Uchenna", "Okoro", "08012345678").data
        identify(other, code["customer_code"])
        plain.advance(2)
        assert plain.events()[-1].data["customer_id"] == code["id"]
