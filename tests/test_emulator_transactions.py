"""Transactions: initialized, paid at the checkout or by a saved authorization, fetched, and paid once."""

import emulator_payments
import pytest
from emulator_payments import (
    create_paid_transaction,
    list_event_data,
    pay_at_checkout,
    resolve_charge,
    start_transaction,
)

from paystackease import Request, errors
from paystackease.emulator.settings import Settings


def verify_transaction(client, reference):
    return client.transactions.verify_transaction(reference).data


def test_an_unpaid_transaction_is_abandoned(client, emulator):
    response = client.transactions.initialize("ada@example.com", 5_000, reference="order-1")
    assert response.message == "Authorization URL created"
    assert response.data["reference"] == "order-1"
    assert response.data["authorization_url"] == f"{emulator.url}/_emulator/checkout/{response.data['access_code']}"
    transaction = client.transactions.verify_transaction("order-1")
    assert transaction.message == "Verification successful"
    shown = transaction.data
    assert (shown["status"], shown["amount"], shown["fees"], shown["paid_at"]) == ("abandoned", 5_000, None, None)
    assert (shown["log"], shown["authorization"]) == (None, {})
    assert shown["gateway_response"] == "The transaction was not completed"
    assert list_event_data(emulator) == []


def test_ids_exceed_32_bits(client):
    assert create_paid_transaction(client)["id"] > 2**32


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"amount": 100}, "Email Address is required", "missing_params"),
        ({"email": "ada", "amount": 100}, "Invalid Email Address Passed", "invalid_email_address"),
        ({"email": "ada@example.com"}, "Amount is required", "missing_params"),
        ({"email": "ada@example.com", "amount": 0}, "Invalid Amount Sent", "invalid_params"),
        ({"email": "ada@example.com", "amount": -100}, "Invalid Amount Sent", "invalid_params"),
        ({"email": "ada@example.com", "amount": 100.5}, '"amount" must be an integer', "invalid_params"),
        ({"email": "ada@example.com", "amount": "100.50"}, '"amount" must be an integer', "invalid_params"),
        ({"email": "ada@example.com", "amount": True}, '"amount" must be an integer', "invalid_params"),
        ({"email": "ada@example.com", "amount": 2**53}, "Invalid Amount Sent", "invalid_params"),
        (
            {"email": "ada@example.com", "amount": 100, "currency": "EUR"},
            "Currency not supported by merchant",
            None,
        ),
    ],
)
def test_an_invalid_transaction_is_rejected_with_paystacks_message(client, body, message, code):
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/initialize", body=body))
    assert (response.http.status, response.message, response.get("code")) == (400, message, code)
    assert response.get("type") == ("validation_error" if code else None)
    if code == "missing_params":
        assert response.meta == {"nextStep": "Provide all required params "}


@pytest.mark.parametrize("amount", [100, "100", 100.0])
def test_an_amount_is_an_integer_as_number_or_text(client, amount):
    body = {"email": "ada@example.com", "amount": amount, "reference": "order-1"}
    client.send(Request("POST", "/transaction/initialize", body=body))
    assert verify_transaction(client, "order-1")["amount"] == 100


def test_a_reference_is_used_once(client):
    body = {"email": "ada@example.com", "amount": 100, "reference": "order-1"}
    client.send(Request("POST", "/transaction/initialize", body=body))
    response = emulator_payments.response_of(client.send, Request("POST", "/transaction/initialize", body=body))
    assert (response.http.status, response.message) == (400, "Duplicate Transaction Reference")
    assert (response["type"], response["code"]) == ("validation_error", "duplicate_reference")


def test_strict_mode_limits_the_characters_of_a_reference(connect):
    with emulator_payments.frozen_emulator(settings=Settings(strict=True)) as emulator:
        client = connect(transport=emulator)
        client.transactions.initialize("ada@example.com", 100, reference="order-1.a=b")
        with pytest.raises(errors.InvalidRequestError):
            client.transactions.initialize("ada@example.com", 100, reference="order_1")


@pytest.mark.parametrize(
    ("sent", "returned"),
    [
        ({"cart": 7}, {"cart": 7}),
        ('{"cart": 7}', {"cart": 7}),
        ("cart 7", "cart 7"),
        ("[1]", "[1]"),
        ("", ""),
        (0, 0),
        ({}, {}),
        (None, ""),
    ],
    ids=["object", "text of an object", "text", "text of a list", "empty text", "zero", "empty object", "null"],
)
def test_metadata_is_returned_in_paystacks_form(client, sent, returned):
    body = {"email": "ada@example.com", "amount": 100, "reference": "order-1", "metadata": sent}
    client.send(Request("POST", "/transaction/initialize", body=body))
    assert verify_transaction(client, "order-1")["metadata"] == returned


def test_without_quirks_no_metadata_is_null(client):
    emulator_payments.change_settings(client, quirks=False)
    assert verify_transaction(client, start_transaction(client))["metadata"] is None


def test_a_payment_is_verified_with_all_that_happened(client, emulator):
    emulator.advance(0.5)
    reference = start_transaction(client, 40_333, metadata={"cart": 7})
    emulator.advance(60)
    pay_at_checkout(client, reference)
    transaction = verify_transaction(client, reference)
    assert (transaction["status"], transaction["gateway_response"], transaction["channel"]) == (
        "success",
        "Successful",
        "card",
    )
    assert (transaction["amount"], transaction["requested_amount"], transaction["fees"]) == (40_333, 40_333, 605)
    assert (
        transaction["created_at"]
        == transaction["createdAt"]
        == transaction["transaction_date"]
        == "2026-10-01T12:00:00.500Z"
    )
    assert transaction["paid_at"] == transaction["paidAt"] == "2026-10-01T12:01:00.500Z"
    assert transaction["source"] == {
        "source": "merchant_api",
        "type": "api",
        "identifier": None,
        "entry_point": "transaction_initialize",
    }
    assert transaction["customer"]["email"] == "ada@example.com"
    assert transaction["authorization"]["reusable"] is True
    assert transaction["authorization"]["authorization_code"].startswith("AUTH_")
    assert (transaction["plan"], transaction["plan_object"], transaction["split"], transaction["subaccount"]) == (
        None,
        {},
        {},
        {},
    )
    assert transaction["log"]["history"] == [
        {"type": "action", "message": "Set payment method to: card", "time": 0},
        {"type": "input", "message": "Filled these fields: card number, card expiry, card cvv", "time": 0},
        {"type": "action", "message": "Attempted to pay with card", "time": 0},
        {"type": "success", "message": "Successfully paid with card", "time": 0},
    ]
    assert (transaction["log"]["attempts"], transaction["log"]["errors"], transaction["log"]["success"]) == (1, 0, True)


def test_success_sends_one_event_and_failure_sends_none(client, emulator):
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=emulator_payments.DECLINED_CARD)
    assert verify_transaction(client, reference)["status"] == "failed"
    assert list_event_data(emulator) == []
    pay_at_checkout(client, reference)
    (event,) = list_event_data(emulator)
    assert (event["reference"], event["status"], event["amount"]) == (reference, "success", 10_000)
    for again in "pay", "cancel":
        body = {"channel": "card", "card": emulator_payments.card_details(*emulator_payments.SUCCESS_CARD)}
        emulator_payments.response_of(
            client.send, Request("POST", f"/_emulator/checkout/{reference}/{again}", body=body)
        )
    assert emulator_payments.response_of(resolve_charge, client, reference).http.status == 400
    assert len(list_event_data(emulator)) == 1
    assert verify_transaction(client, reference)["status"] == "success"


def test_each_attempt_is_in_the_log(client, emulator):
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=emulator_payments.DECLINED_CARD)
    emulator.advance(30)
    pay_at_checkout(client, reference)
    log = verify_transaction(client, reference)["log"]
    assert (log["attempts"], log["errors"], log["success"], log["time_spent"]) == (2, 1, True, 30)
    assert {"type": "error", "message": "Error: Failed", "time": 0} in log["history"]


def test_each_step_is_in_the_log_and_nothing_that_was_entered(client):
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=emulator_payments.PIN_OTP_CARD, pin="1234", otp="123456")
    log = client.transactions.transaction_timeline(reference).data
    assert [step["message"] for step in log["history"] if step["type"] == "auth"] == [
        "Authentication Required: pin",
        "Authentication Required: otp",
    ]
    assert "1234" not in str(log["history"])


@pytest.mark.parametrize("seconds", [0, 600])
def test_a_page_that_is_open_for_too_long_is_abandoned(client, emulator, seconds):
    client.integration.update_timeout(seconds)
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=emulator_payments.PIN_OTP_CARD)
    assert verify_transaction(client, reference)["status"] == "ongoing"
    emulator.advance(599)
    assert verify_transaction(client, reference)["status"] == "ongoing"
    emulator.advance(1)
    if seconds:
        assert verify_transaction(client, reference)["status"] == "abandoned"
        assert (
            emulator_payments.response_of(pay_at_checkout, client, reference).message
            == "This payment session has expired"
        )
        assert list_event_data(emulator) == []
    else:
        assert (
            emulator_payments.submit_challenge(client, reference, pin="1234", otp="123456").data["status"] == "send_otp"
        )


def test_a_customer_can_cancel_to_the_merchants_url(client):
    where = {"callback_url": "https://example.com/back", "metadata": {"cancel_action": "https://example.com/cart"}}
    for more, back in (where, "https://example.com/cart"), ({}, None):
        reference = start_transaction(client, **more)
        pay_at_checkout(client, reference, entered=emulator_payments.PIN_OTP_CARD)
        response = client.send(Request("POST", f"/_emulator/checkout/{reference}/cancel"))
        assert response.data == {"reference": reference, "redirect_url": back}
        assert verify_transaction(client, reference)["status"] == "abandoned"
        pay_at_checkout(client, reference)
        assert verify_transaction(client, reference)["status"] == "success"


def test_a_previous_attempt_does_not_affect_the_next(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=100)
    reference = start_transaction(client)
    pay_at_checkout(client, reference, "ussd", {"type": "737"})
    emulator.advance(50)
    client.send(Request("POST", f"/_emulator/checkout/{reference}/cancel"))
    pay_at_checkout(client, reference, "bank_transfer", {})
    emulator.advance(50)
    assert verify_transaction(client, reference)["status"] == "pending"
    emulator.advance(50)
    transaction = verify_transaction(client, reference)
    assert (transaction["status"], transaction["channel"]) == ("success", "bank_transfer")
    assert len(list_event_data(emulator)) == 1


def test_only_the_channels_that_the_merchant_names_are_open(client):
    reference = start_transaction(client, channels=["bank"])
    assert emulator_payments.response_of(pay_at_checkout, client, reference).http.status == 400
    assert verify_transaction(client, reference)["status"] == "abandoned"


def test_one_card_of_one_customer_is_one_authorization(client):
    codes = [create_paid_transaction(client)["authorization"]["authorization_code"] for _ in range(2)]
    other = create_paid_transaction(client, email="bola@example.com")["authorization"]
    assert codes[0] == codes[1] != other["authorization_code"]
    assert (
        other["signature"] == client.customers.fetch_customer("bola@example.com").data["authorizations"][0]["signature"]
    )


def test_a_customer_has_the_total_of_successful_payments(client):
    create_paid_transaction(client, 10_000)
    create_paid_transaction(client, 2_000)
    create_paid_transaction(client, 700, currency="GHS")
    start_transaction(client, 9_999)
    customer = client.customers.fetch_customer("ada@example.com").data
    assert customer["total_transactions"] == 3
    assert customer["total_transaction_value"] == [
        {"currency": "GHS", "amount": 700},
        {"currency": "NGN", "amount": 12_000},
    ]


@pytest.fixture
def code(client):
    return create_paid_transaction(client)["authorization"]["authorization_code"]


def test_a_payment_is_in_the_ledger_net_of_its_fee_until_settlement(client, emulator):
    create_paid_transaction(client, 300_000)
    create_paid_transaction(client, 1_000, currency="GHS")
    balances = emulator_payments.account_balances(emulator)
    assert balances["unsettled", "NGN"] == 300_000 - 14_500
    assert balances["paystack", "NGN"] == 14_500
    assert balances["unsettled", "GHS"] == 1_000 - 20
    assert sum(balances.values()) == 0
    assert emulator_payments.find_imbalances(emulator) == []


def test_a_payment_that_fails_moves_nothing(client, emulator):
    reference = start_transaction(client)
    pay_at_checkout(client, reference, entered=emulator_payments.DECLINED_CARD)
    assert set(emulator_payments.account_balances(emulator)) <= {("balance", "NGN"), ("outside", "NGN")}
