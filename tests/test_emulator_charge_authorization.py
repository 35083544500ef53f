"""Charging saved authorizations: at once, queued, confirmed at the bank, partly, and checked beforehand."""

import emulator_payments
import pytest
from emulator_payments import create_paid_transaction, list_event_data, resolve_charge

from paystackease import Request


def verify_transaction(client, reference):
    return client.transactions.verify_transaction(reference).data


def expect_charge(client, code, **what):
    """Set how the bank responds to the next charge of a saved authorization."""
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body=what))


@pytest.fixture
def code(client):
    return create_paid_transaction(client)["authorization"]["authorization_code"]


def test_a_saved_card_is_charged_at_once(client, emulator, code):
    response = client.transactions.charge_authorization("ada@example.com", 35_247, code, metadata={"cart": 7})
    assert (response.http.status, response.message, response.data["status"]) == (200, "Charge attempted", "success")
    assert (response.data["amount"], response.data["gateway_response"]) == (35_247, "Approved")
    assert [event["reference"] for event in list_event_data(emulator)][1:] == [response.data["reference"]]
    assert verify_transaction(client, response.data["reference"])["metadata"] == {"cart": 7}


def test_a_declined_charge_responds_with_http_200_and_sends_no_event(client, emulator, code):
    expect_charge(client, code, declines="Insufficient Funds")
    response = client.transactions.charge_authorization("ada@example.com", 35_247, code)
    assert (response.http.status, response.data["status"]) == (200, "failed")
    assert response.data["gateway_response"] == "Insufficient Funds"
    assert verify_transaction(client, response.data["reference"])["status"] == "failed"
    assert len(list_event_data(emulator)) == 1


def test_a_bank_that_wants_the_customer_pauses_the_charge(client, emulator, code):
    expect_charge(client, code, confirms=True)
    response = client.transactions.charge_authorization("ada@example.com", 35_247, code)
    assert response.message == "Please, redirect your customer to the authorization url provided"
    assert response.data["paused"] is True
    assert response.data["authorization_url"].endswith(response.data["access_code"])
    assert len(list_event_data(emulator)) == 1
    resolve_charge(client, response.data["reference"])
    assert verify_transaction(client, response.data["reference"])["status"] == "success"
    assert len(list_event_data(emulator)) == 2


def test_a_queued_charge_is_made_later(client, emulator, code):
    response = client.transactions.charge_authorization("ada@example.com", 35_247, code, queue=True)
    assert response.data["status"] == "queued"
    assert len(list_event_data(emulator)) == 1
    emulator.advance(60)
    assert verify_transaction(client, response.data["reference"])["status"] == "success"
    assert len(list_event_data(emulator)) == 2


def test_a_reference_is_charged_once(client, emulator, code):
    first = client.transactions.charge_authorization("ada@example.com", 100, code, reference="order-1")
    body = {"email": "ada@example.com", "amount": 100, "authorization_code": code, "reference": "order-1"}
    response = emulator_payments.response_of(
        client.send, Request("POST", "/transaction/charge_authorization", body=body)
    )
    assert (response.message, response["code"]) == ("Duplicate Transaction Reference", "duplicate_reference")
    assert first.data["status"] == "success"
    assert len(list_event_data(emulator)) == 2


def test_an_authorization_is_charged_for_its_own_customer_and_while_it_is_active(client, emulator, code):
    create_paid_transaction(client, email="bola@example.com")
    charged = client.transactions.charge_authorization
    assert emulator_payments.response_of(charged, "bola@example.com", 100, code).http.status == 400
    assert emulator_payments.response_of(charged, "ada@example.com", 100, "AUTH_unknown").http.status == 400
    client.customers.deactivate_authorization(code)
    assert emulator_payments.response_of(charged, "ada@example.com", 100, code).http.status == 400
    assert len(list_event_data(emulator)) == 2


@pytest.mark.parametrize(
    ("available", "minimum", "status", "charged"),
    [
        (None, None, "success", 50_000),
        (30_000, None, "success", 30_000),
        (30_000, 30_000, "success", 30_000),
        (30_000, 30_001, "failed", 50_000),
        (0, None, "failed", 50_000),
    ],
    ids=["all", "some", "just enough", "too little", "nothing"],
)
def test_a_partial_debit_charges_the_available_funds(client, emulator, code, available, minimum, status, charged):
    expect_charge(client, code, available=available)
    debit = client.transactions.partial_debit("ada@example.com", code, 50_000, "NGN", at_least=minimum)
    assert (debit.http.status, debit.data["status"]) == (200, status)
    assert (debit.data["amount"], debit.data["requested_amount"]) == (charged, 50_000)
    transaction = verify_transaction(client, debit.data["reference"])
    assert (transaction["amount"], transaction["requested_amount"], transaction["status"]) == (charged, 50_000, status)
    assert len(list_event_data(emulator)) == 1 + (status == "success")


def test_a_partial_debit_reduces_the_funds_of_the_card(client, code):
    expect_charge(client, code, available=60_000)
    amounts = [
        client.transactions.partial_debit("ada@example.com", code, 50_000, "NGN").data["amount"] for _ in range(2)
    ]
    assert amounts == [50_000, 10_000]


def test_a_partial_debit_is_for_two_currencies_and_known_customers(client, code):
    debit = client.transactions.partial_debit
    assert emulator_payments.response_of(debit, "nobody@example.com", code, 100, "NGN").message == "Customer not found"
    body = {"email": "ada@example.com", "authorization_code": code, "amount": 100, "currency": "KES"}
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/partial_debit", body=body))
    assert response.message == "Currency not supported by merchant"


def test_check_authorization_compares_the_available_funds(client, code):
    expect_charge(client, code, available=5_000)
    check = client.transactions.check_authorization
    assert check("ada@example.com", 5_000, code).data == {"amount": "5000", "currency": "NGN"}
    assert emulator_payments.response_of(check, "ada@example.com", 5_001, code).http.status == 400
