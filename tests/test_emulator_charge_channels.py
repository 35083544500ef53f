"""Charges by channels other than cards: bank, mobile money, USSD, EFT, QR, Capitec Pay, and transfer."""

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

from paystackease import errors

OTP = "123456"


def submit(client, step, entered, reference):
    if step == "birthday":
        entered = dt.date.fromisoformat(entered)
    return emulator_payments.response_of(getattr(client.charges, f"submit_{step}"), entered, reference)


def verify_transaction(client, reference):
    return client.transactions.verify_transaction(reference).data


ZENITH = {"code": "057", "account_number": "0000000000"}


def test_a_bank_account_wants_the_birthday_and_a_password(client, emulator):
    response = create_charge(client, bank=ZENITH)
    reference = response.data["reference"]
    assert (response.data["status"], response.data["display_text"]) == ("send_birthday", "Please enter your birthday")
    response = submit(client, "birthday", "2007-04-15", reference)
    assert response.data["status"] == "send_otp"
    assert "reference" not in response.data  # here the sample has none
    paid = submit(client, "otp", OTP, reference).data
    assert (paid["status"], paid["channel"], paid["authorization"]["bin"]) == ("success", "bank", "000XXX")
    assert len(list_event_data(emulator)) == 1


def test_a_birthday_in_the_charge_is_not_requested_again(client):
    response = create_charge(client, bank=ZENITH, birthday=dt.date(2007, 4, 15))
    assert response.data["status"] == "send_otp"


def test_a_wrong_birthday_ends_the_charge(client):
    reference = create_charge(client, bank=ZENITH).data["reference"]
    response = submit(client, "birthday", "1990-01-01", reference)
    assert (response.http.status, response["data"]["status"]) == (400, "failed")


def test_kuda_is_charged_by_phone_and_token(client, emulator):
    kuda = {"code": "50211", "phone": "+2348100000000"}
    assert create_charge(client, bank={**kuda, "token": OTP}).data["status"] == "success"
    assert create_charge(client, bank={**kuda, "token": "000000"}).data["status"] == "failed"
    assert create_charge(client, bank={"code": "058", "account_number": "0123456789"}).data["status"] == "failed"
    assert len(list_event_data(emulator)) == 1


@pytest.mark.parametrize(
    ("provider", "phone", "currency"), [("mtn", "0551234987", "GHS"), ("mpesa", "+254710000000", "KES")]
)
def test_a_wallet_pays_at_once_in_test_mode(client, emulator, provider, phone, currency):
    paid = create_charge(client, mobile_money={"provider": provider, "phone": phone}, currency=currency).data
    assert (paid["status"], paid["channel"], paid["currency"]) == ("success", "mobile_money", currency)
    assert paid["authorization"]["last4"] == f"X{phone[-3:]}"
    assert len(list_event_data(emulator)) == 1


def test_orange_wants_its_own_password(client, emulator):
    wallet = {"provider": "orange", "phone": "0700000000"}
    reference = create_charge(client, mobile_money=wallet, currency="XOF").data["reference"]
    assert submit(client, "otp", "1234", reference).data["status"] == "success"
    reference = create_charge(client, mobile_money=wallet, currency="XOF").data["reference"]
    assert submit(client, "otp", OTP, reference).http.status == 400


@pytest.mark.parametrize("phone", ["055", "0559999999"], ids=["short", "another"])
def test_an_unknown_wallet_fails_with_http_200(client, emulator, phone):
    response = create_charge(client, mobile_money={"provider": "mtn", "phone": phone}, currency="GHS")
    assert (response.http.status, response.data["status"]) == (200, "failed")
    assert list_event_data(emulator) == []


def test_a_provider_of_another_country_is_invalid(client):
    response = create_charge(client, mobile_money={"provider": "mpesa", "phone": "+254710000000"}, currency="GHS")
    assert (response.http.status, response.message) == (400, "Invalid provider")


@pytest.mark.parametrize(("seconds", "status"), [(60, "success"), (200, "failed")])
def test_a_wallet_payment_takes_the_configured_time_and_at_most_three_minutes(client, emulator, seconds, status):
    emulator_payments.change_settings(client, offline_seconds=seconds)
    response = create_charge(client, mobile_money={"provider": "mtn", "phone": "0551234987"}, currency="GHS")
    assert response.data["status"] == "pay_offline"
    assert response.data["display_text"] == "Please complete authorization process on your mobile phone"
    waiting = client.charges.check_pending_charge(response.data["reference"])
    assert (waiting.message, waiting.data["status"]) == ("Reference check successful", "pending")
    emulator.advance(59)
    assert list_event_data(emulator) == []
    emulator.advance(121)
    assert client.charges.check_pending_charge(response.data["reference"]).data["status"] == status
    assert len(list_event_data(emulator)) == (status == "success")


def test_a_ussd_code_is_dialled(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=30)
    charge = create_charge(client, ussd={"type": "737"}).data
    assert charge["status"] == "pay_offline"
    assert charge["ussd_code"].startswith("*737*33*4*")
    text = f"Please dial {charge['ussd_code']} on your mobile phone to complete the transaction"
    assert charge["display_text"] == text
    emulator.advance(30)
    assert verify_transaction(client, charge["reference"])["status"] == "success"
    assert create_charge(client, ussd={"type": "000"}).http.status == 400


def test_an_eft_is_paid_at_its_providers_page(client, emulator):
    response = create_charge(client, eft={"provider": "ozow"}, currency="ZAR")
    assert response.data["status"] == "open_url"
    resolve_charge(client, response.data["reference"])
    paid = verify_transaction(client, response.data["reference"])
    assert (paid["status"], paid["channel"], paid["fees"]) == ("success", "eft", 230)  # 2%, and 15% VAT of it


@pytest.mark.parametrize(
    ("number", "status"),
    [("1012204936", "failed"), ("1012204935", "needs-attention"), ("1234567890", "processed")],
)
def test_the_account_of_an_eft_decides_the_outcome_of_its_refund(client, emulator, number, status):
    reference = start_transaction(client, currency="ZAR")
    pay_at_checkout(client, reference, "eft", {"provider": "ozow", "account_number": number})
    resolve_charge(client, reference)
    assert emulator_payments.stored_values(emulator) & {number} == set()
    refund = client.refund.create_refund(reference).data
    emulator.advance(86_400)
    assert client.refund.fetch_refund(refund["id"]).data["status"] == status


def test_a_qr_code_is_scanned(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=30)
    response = create_charge(client, qr={"provider": "scan-to-pay"}, currency="ZAR")
    assert response.data["status"] == "pay_offline"
    assert response.data["qr_code"].isdecimal()
    resolve_charge(client, response.data["reference"])
    assert verify_transaction(client, response.data["reference"])["channel"] == "qr"
    emulator.advance(60)
    assert len(list_event_data(emulator)) == 1


CAPITEC = {"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}


@pytest.mark.parametrize(("what", "status"), [("complete", "success"), ("fail", "failed"), (None, "failed")])
def test_capitec_reports_success_before_approval_and_requery_reports_the_true_status(
    client, connect, emulator, what, status
):
    emulator_payments.change_settings(client, offline_seconds=600)
    response = create_charge(client, capitec_pay=CAPITEC, currency="ZAR")
    assert "status" not in response  # as in Paystack's sample
    assert (response.data["status"], response.data["timeToLive"]) == ("success", 120)
    assert response.data["expiryDate"] == "2026-10-01T12:02:00.000Z"
    reference = response.data["transaction"]["reference"]
    assert list_event_data(emulator) == []
    public = connect(transport=emulator.for_key(emulator.secret_key.replace("sk_", "pk_")))
    assert public.capitec_pay.requery_transaction(reference).data == {"status": "pending"}
    if what is None:
        emulator.advance(120)
    else:
        resolve_charge(client, reference, what)
    requeried = public.capitec_pay.requery_transaction(reference)
    assert (requeried["type"], requeried["code"], requeried.data["status"]) == ("success", "ok", status)
    assert len(list_event_data(emulator)) == (status == "success")


def test_requery_knows_no_other_transaction(client):
    with pytest.raises(errors.InvalidRequestError, match="Transaction not found") as exc_info:
        client.capitec_pay.requery_transaction(
            create_charge(client, card=card_details(*emulator_payments.SUCCESS_CARD)).data["reference"]
        )
    assert exc_info.value.response["code"] == "transaction_not_found"


def test_each_bank_transfer_charge_has_its_own_account(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=60)
    charge = create_charge(client, bank_transfer={}).data
    assert charge["status"] == "pending_bank_transfer"
    assert (charge["account_name"], charge["bank"]["slug"]) == ("TEST-MANAGED-ACCOUNT", "test-bank")
    assert charge["account_expires_at"] == "2026-10-01T20:00:00.000Z"
    emulator.advance(60)
    paid = verify_transaction(client, charge["reference"])
    assert (paid["status"], paid["channel"]) == ("success", "bank_transfer")
    event = list_event_data(emulator)[0]
    assert event["authorization"]["receiver_bank_account_number"] == charge["account_number"]


@pytest.mark.parametrize(
    ("requested", "expected"),
    [("2026-10-01T12:01:00Z", "12:15:00"), ("2026-10-01T13:00:00Z", "13:00:00"), ("2026-10-03T12:00:00Z", "20:00:00")],
    ids=["sooner", "between", "later"],
)
def test_the_account_expires_after_15_minutes_to_eight_hours(client, requested, expected):
    emulator_payments.change_settings(client, offline_seconds=10)
    charge = create_charge(client, bank_transfer={"account_expires_at": requested}).data
    assert charge["account_expires_at"] == f"2026-10-01T{expected}.000Z"


def test_a_transfer_of_another_amount_is_returned_and_reported(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=600)
    reference = create_charge(client, bank_transfer={}).data["reference"]
    resolve_charge(client, reference, amount=9_999)
    (event,) = list_event_data(emulator, "bank.transfer.rejected")
    assert event["bank_transfer"]["amount"] == "9999"
    assert event["bank_transfer"]["message_type"] == "INCORRECT_AMOUNT"
    assert event["bank_transfer"]["transaction_id"] == str(verify_transaction(client, reference)["id"])
    assert list_event_data(emulator) == []
    resolve_charge(client, reference)
    assert verify_transaction(client, reference)["status"] == "success"


def test_a_bank_transfer_that_never_arrives_is_abandoned(client, emulator):
    emulator_payments.change_settings(client, offline_seconds=10**6)
    reference = create_charge(client, bank_transfer={}).data["reference"]
    emulator.advance(8 * 3_600)
    assert verify_transaction(client, reference)["status"] == "abandoned"
    assert client.charges.check_pending_charge(reference).data["status"] == "timeout"
    assert list_event_data(emulator) == []
