"""Charges, step by step, with each test instrument that Paystack documents."""

import datetime as dt

import emulator_payments
import pytest
from emulator_payments import (
    card_details,
    create_charge,
    list_event_data,
    pay_at_checkout,
    resolve_charge,
    start_transaction,
)

from paystackease import Request, errors

OTP = "123456"


STEPS = {
    # label: (card, [(step, entered value)])
    "at once": (emulator_payments.SUCCESS_CARD, []),
    "PIN": (emulator_payments.PIN_CARD, [("pin", "1111")]),
    "PIN and OTP": (emulator_payments.PIN_OTP_CARD, [("pin", "1234"), ("otp", OTP)]),
    "PIN, phone and OTP": (
        emulator_payments.PIN_PHONE_OTP_CARD,
        [("pin", "0000"), ("phone", "080 1234 5678"), ("otp", OTP)],
    ),
    "PIN, phone and OTP, older": (
        ("50785078507850784", "884"),
        [("pin", "0000"), ("phone", "08012345678"), ("otp", OTP)],
    ),
    "pays, refund fails": (("4084080000671803", "180"), []),
    "pays, refund waits": (("4084080000671902", "190"), []),
}


REFUSED = {
    "declined": (emulator_payments.DECLINED_CARD, [], "Declined"),
    "no token": (
        emulator_payments.NO_TOKEN_CARD,
        [("pin", "0000")],
        "Token Not Generated. Customer Not Registered on Token Platform",
    ),
    "no funds": (emulator_payments.NO_FUNDS_CARD, [], "Insufficient Funds"),
}


def submit(client, step, entered, reference):
    if step == "birthday":
        entered = dt.date.fromisoformat(entered)
    return emulator_payments.response_of(getattr(client.charges, f"submit_{step}"), entered, reference)


def verify_transaction(client, reference):
    return client.transactions.verify_transaction(reference).data


@pytest.mark.parametrize("label", STEPS)
def test_each_card_requires_its_documented_steps(client, emulator, label):
    instrument, steps = STEPS[label]
    response = create_charge(client, card=card_details(*instrument))
    reference = response.data["reference"]
    for step, entered in steps:
        assert response.http.status == 200
        assert response.data["status"] == f"send_{step}"
        assert list_event_data(emulator) == []
        assert client.charges.check_pending_charge(reference).data["status"] == f"send_{step}"
        response = submit(client, step, entered, reference)
    assert response.message == "Charge attempted"
    assert response.data["status"] == "success"
    assert response.data["authorization"]["bin"] == instrument[0][:6]
    assert response.data["authorization"]["last4"] == instrument[0][-4:]
    assert verify_transaction(client, reference)["status"] == "success"
    assert [event["reference"] for event in list_event_data(emulator)] == [reference]


@pytest.mark.parametrize(
    "instrument", [emulator_payments.BANK_PAGE_CARD, ("4084080000000409", "000")], ids=["card", "older card"]
)
def test_a_card_with_3d_secure_is_authorized_on_the_banks_page(client, emulator, instrument):
    response = create_charge(client, card=card_details(*instrument))
    reference = response.data["reference"]
    assert response.data["status"] == "open_url"
    assert response.data["url"].startswith(emulator.url)
    assert client.charges.check_pending_charge(reference).data["status"] == "open_url"
    resolve_charge(client, reference)
    paid = verify_transaction(client, reference)
    assert (paid["status"], paid["authorization"]["reusable"]) == ("success", True)
    assert len(list_event_data(emulator)) == 1


def test_the_customer_can_decline_on_the_banks_page(client, emulator):
    reference = create_charge(client, card=card_details(*emulator_payments.BANK_PAGE_CARD)).data["reference"]
    resolve_charge(client, reference, "fail")
    assert verify_transaction(client, reference)["status"] == "failed"
    assert list_event_data(emulator) == []


@pytest.mark.parametrize("label", REFUSED)
def test_a_declined_card_fails_with_http_200_and_sends_no_event(client, emulator, label):
    instrument, steps, reason = REFUSED[label]
    response = create_charge(client, card=card_details(*instrument))
    reference = response.data["reference"]
    for step, entered in steps:
        response = submit(client, step, entered, reference)
    assert response.http.status == 200
    assert (response.data["status"], response.data["message"]) == ("failed", reason)
    assert client.charges.check_pending_charge(reference).data == {
        "reference": reference,
        "status": "failed",
        "message": reason,
    }
    transaction = verify_transaction(client, reference)
    assert (transaction["status"], transaction["gateway_response"], transaction["fees"]) == ("failed", reason, None)
    assert list_event_data(emulator) == []


def test_the_display_texts_are_paystacks(client):
    reference = create_charge(client, card=card_details(*emulator_payments.PIN_PHONE_OTP_CARD)).data["reference"]
    response = submit(client, "pin", "0000", reference)
    assert response.data["display_text"] == "Kindly enter a mobile no (at least 10 digits)"
    response = submit(client, "phone", "08012345678", reference)
    assert response.data["display_text"] == "Please enter OTP (none will be sent to your phone)"


@pytest.mark.parametrize(
    ("instrument", "right", "wrong", "reason"),
    [
        (emulator_payments.PIN_CARD, [], ("pin", "9999"), "Incorrect PIN"),
        (
            emulator_payments.PIN_OTP_CARD,
            [("pin", "1234")],
            ("otp", "000000"),
            "Token Authorization Not Successful. Incorrect token supplied.",
        ),
    ],
    ids=["pin", "otp"],
)
def test_a_wrong_entry_fails_the_charge_permanently(client, emulator, instrument, right, wrong, reason):
    reference = create_charge(client, card=card_details(*instrument)).data["reference"]
    for step, entered in right:
        submit(client, step, entered, reference)
    response = submit(client, *wrong, reference)
    assert response.http.status == 400
    assert response["data"] == {"reference": reference, "status": "failed", "message": reason}
    again = submit(client, wrong[0], {"pin": "1111", "otp": OTP}[wrong[0]], reference)
    assert (again.http.status, again["data"]["status"]) == (400, "failed")
    assert verify_transaction(client, reference)["status"] == "failed"
    assert list_event_data(emulator) == []


def test_a_phone_number_that_is_too_short_is_requested_again(client, emulator):
    reference = create_charge(client, card=card_details(*emulator_payments.PIN_PHONE_OTP_CARD)).data["reference"]
    submit(client, "pin", "0000", reference)
    assert submit(client, "phone", "0801234", reference).data["status"] == "send_phone"
    assert submit(client, "phone", "08012345678", reference).data["status"] == "send_otp"


def test_an_undocumented_card_fails(client, emulator):
    response = create_charge(client, card=card_details("4111111111111111", "123"))
    assert response.data["status"] == "failed"
    assert "Unknown test card" in response.data["message"]
    assert list_event_data(emulator) == []


@pytest.mark.parametrize(
    ("entered", "reason"),
    [
        (card_details("4084084084084081", "409"), "Incorrect CVV"),
        (card_details("4084084084084081", "408", "09", "26"), "Expired Card"),
        (card_details("4084084084084081", "408", "13", "30"), "Expired Card"),
    ],
    ids=["cvv", "expired", "no month"],
)
def test_a_card_needs_its_cvv_and_a_future_expiry(client, entered, reason):
    response = create_charge(client, card=entered)
    assert (response.data["status"], response.data["message"].partition(":")[0]) == ("failed", reason)


def test_a_card_that_expires_this_month_is_still_good(client):
    authorization = create_charge(client, card=card_details("4084 0840 8408 4081", "408", "10", "2026")).data[
        "authorization"
    ]
    assert (authorization["exp_month"], authorization["exp_year"]) == ("10", "2026")


def test_two_legacy_cards_cause_a_processor_error_and_a_timeout(client, emulator):
    with pytest.raises(errors.OutcomeUnknownError):
        client.charges.create_charge("ada@example.com", 10_000, card=card_details("5060660000000064", "606"))
    assert create_charge(client, card=card_details("506066506066506067", "060")).data["status"] == "timeout"
    assert list_event_data(emulator) == []


ZENITH = {"code": "057", "account_number": "0000000000"}


CAPITEC = {"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}


def test_a_saved_card_can_be_charged_by_its_code(client, emulator):
    code = create_charge(client, card=card_details(*emulator_payments.SUCCESS_CARD)).data["authorization"][
        "authorization_code"
    ]
    assert create_charge(client, authorization_code=code).data["status"] == "success"
    assert len(list_event_data(emulator)) == 2


def test_a_card_that_is_not_reusable_requires_its_steps_again(client, emulator):
    reference = create_charge(client, card=card_details(*emulator_payments.PIN_CARD)).data["reference"]
    code = submit(client, "pin", "1111", reference).data["authorization"]["authorization_code"]
    assert create_charge(client, authorization_code=code).data["status"] == "send_pin"
    assert create_charge(client, authorization_code=code, pin="1111").data["status"] == "success"


def test_another_customers_card_is_not_charged(client, emulator):
    code = create_charge(client, card=card_details(*emulator_payments.SUCCESS_CARD)).data["authorization"][
        "authorization_code"
    ]
    assert create_charge(client, email="bola@example.com", authorization_code=code).http.status == 400
    assert len(list_event_data(emulator)) == 1


@pytest.mark.parametrize("step", ["pin", "otp", "phone", "birthday"])
def test_a_step_of_an_unknown_or_finished_charge_is_rejected(client, step):
    paid = create_charge(client, card=card_details(*emulator_payments.SUCCESS_CARD)).data["reference"]
    for reference in "unknown", paid:
        response = submit(client, step, "2000-01-01" if step == "birthday" else "1234", reference)
        assert (response.http.status, dict(response)) == (
            400,
            {"status": False, "message": "Transaction reference is invalid"},
        )


def test_no_test_card_requests_an_address(client):
    reference = create_charge(client, card=card_details(*emulator_payments.PIN_CARD)).data["reference"]
    response = emulator_payments.response_of(
        client.charges.submit_address, reference, "1 Marina", "Lagos", "Lagos", "100001"
    )
    assert (response.http.status, response.message) == (400, "Transaction reference is invalid")


VALID_BODY = {"email": "ada@example.com", "amount": 100}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"amount": 100}, 400, "Email address is required for association with card"),
        ({"email": "ada@example.com", "card": {}}, 400, "Amount is required"),
        ({**VALID_BODY, "amount": 0, "card": {}}, 400, "Invalid Amount Sent"),
        ({**VALID_BODY, "amount": 100.5, "card": {}}, 400, '"amount" must be an integer'),
        ({**VALID_BODY, "card": "4084"}, 400, '"card" must be of type object'),
        (VALID_BODY, 400, "Payment channel is required"),
        (
            {**VALID_BODY, "bank": {}, "currency": "XXX"},
            400,
            "Currency not supported by merchant",
        ),
        ({**VALID_BODY, "card": {}, "split_code": "SPL_no"}, 404, "Invalid Split code."),
        ({**VALID_BODY, "card": {}, "subaccount": "ACCT_no"}, 404, "Invalid Subaccount."),
    ],
)
def test_an_invalid_charge_is_rejected_with_paystacks_message(client, emulator, body, status, message):
    response = emulator_payments.response_of(client.send, Request("POST", "/charge", body=body))
    assert (response.http.status, response.message) == (status, message)
    assert client.transactions.list_transactions().data == []


def test_a_reference_is_charged_once(client, emulator):
    assert (
        create_charge(client, card=card_details(*emulator_payments.SUCCESS_CARD), reference="order-1").data["status"]
        == "success"
    )
    body = {
        "email": "ada@example.com",
        "amount": 100,
        "card": card_details(*emulator_payments.SUCCESS_CARD),
        "reference": "order-1",
    }
    response = emulator_payments.response_of(client.send, Request("POST", "/charge", body=body))
    assert (response.message, response["code"]) == ("Duplicate Transaction Reference", "duplicate_reference")
    assert len(list_event_data(emulator)) == 1


def test_a_channel_is_rejected_for_currencies_without_it(client):
    assert create_charge(client, ussd={"type": "737"}, currency="GHS").http.status == 400


@pytest.mark.parametrize("source", ["charge", "page"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("label", [*STEPS, *REFUSED, "bank page", "unknown card"])
def test_no_card_number_cvv_pin_or_password_is_stored(client, emulator, label, right, source):
    instrument, steps = {
        **STEPS,
        **{name: case[:2] for name, case in REFUSED.items()},
        "bank page": (emulator_payments.BANK_PAGE_CARD, []),
        "unknown card": (("4111111111111111", "737"), []),
    }[label]
    secrets = {instrument[0], instrument[1]}
    if source == "charge":
        reference = create_charge(client, card=card_details(*instrument)).data["reference"]
    else:
        reference = start_transaction(client)
        pay_at_checkout(client, reference, entered=instrument)
    for step, entered in steps:
        entered = entered if right else "7777"
        secrets |= {entered}
        if source == "charge":
            submit(client, step, entered, reference)
        else:
            emulator_payments.response_of(emulator_payments.submit_challenge, client, reference, **{step: entered})
    if label == "bank page" and right:
        resolve_charge(client, reference)
    stored = emulator_payments.stored_values(emulator)
    assert stored & secrets == set()
    assert [text for text in stored if instrument[0] in text or instrument[0][6:] in text] == []


def test_no_password_and_no_number_of_an_account_or_person_is_stored(client, emulator):
    reference = create_charge(client, bank=ZENITH).data["reference"]
    submit(client, "birthday", "2007-04-15", reference)
    submit(client, "otp", OTP, reference)
    create_charge(client, bank={"code": "50211", "phone": "+2348100000000", "token": OTP})
    create_charge(client, bank={"code": "058", "account_number": "0123456789"})
    create_charge(client, mobile_money={"provider": "mtn", "phone": "0551234987"}, currency="GHS")
    create_charge(client, capitec_pay=CAPITEC, currency="ZAR")
    secrets = {"0000000000", "2007-04-15", OTP, "+2348100000000", "0123456789", "0551234987", "0812345678"}
    assert emulator_payments.stored_values(emulator) & secrets == set()


def test_a_foreign_card_may_require_an_address(client):
    client.send(Request("POST", "/_emulator/settings", body={"asks_address": True}))
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "99"}
    charge = client.charges.create_charge("ada@example.com", 10_000, card=card).data
    assert (charge["status"], charge["country_code"]) == ("send_address", "NG")
    ended = client.charges.submit_address(charge["reference"], "1 Marina", "Lagos", "Lagos", "100001").data
    assert ended["status"] == "success"
    assert client.transactions.verify_transaction(charge["reference"]).data["status"] == "success"
