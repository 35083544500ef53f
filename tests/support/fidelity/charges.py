"""Charges by each channel, with every challenge for the customer."""

import datetime as dt

from fidelity import expect_error
from paystackease import Request

_CAPITEC = "the reference has no sample of Capitec Pay; this follows the guide's sample, which has no status"
_STEP = "the next step of a documented test card; the samples of this operation have only the last one"
_WRONG = "the input is wrong: a response that was observed, and is in no sample"

DIFFERENCES = {
    ("charge.create", ".status is missing"): _CAPITEC,
    ("charge.create", ".data.reference is missing"): _CAPITEC,
    **{
        ("charge.create", f".{path} is not sent by Paystack"): _CAPITEC
        for path in (
            *("type", "code", "data.timeToLive", "data.expiryDate", "data.transaction", "data.transaction.customer"),
            *(f"data.transaction.{name}" for name in ("id", "reference", "domain", "amount", "currency", "createdAt")),
            "data.transaction.metadata",
            *(f"data.transaction.customer.{name}" for name in ("id", "customer_code", "email", "first_name")),
            *(f"data.transaction.customer.{name}" for name in ("last_name", "phone", "metadata", "risk_action")),
            "data.transaction.customer.international_format_phone",
        )
    },
    (
        "charge.create",
        ".data.message is not sent by Paystack",
    ): "declined immediately; the samples fail later, when they are checked",
    ("charge.submit_pin", ".data.display_text is not sent by Paystack"): _STEP,
    ("charge.submit_phone", ".data.display_text is not sent by Paystack"): _STEP,
    **{
        ("charge.submit_pin", f".{path} is not sent by Paystack"): _WRONG
        for path in ("data", "data.message", "data.reference", "data.status")
    },
}

CARDS = {
    "no challenge": ("4084084084084081", "408"),
    "PIN": ("507850785078507812", "081"),
    "PIN and OTP": ("5060666666666666666", "123"),
    "PIN, phone and OTP": ("507850785078507804", "884"),
    "bank": ("5192602720584796", "123"),
    "declined": ("4084080000005408", "001"),
}


def exercise(client, emulator):
    charges = client.charges
    expect_error(client.send, Request("POST", "/charge", body={"amount": 10_000}))
    expect_error(charges.check_pending_charge, "unknown")
    for submit in charges.submit_pin, charges.submit_otp, charges.submit_phone:
        expect_error(submit, "1234567890", "unknown")
    expect_error(charges.submit_birthday, dt.date(1990, 1, 1), "unknown")
    expect_error(charges.submit_address, "unknown", "1 Marina", "Lagos", "Lagos", "100001")

    client.send(Request("POST", "/_emulator/settings", body={"asks_address": True}))
    address_reference = _charge_card(client, *CARDS["no challenge"]).data["reference"]
    charges.submit_address(address_reference, "1 Marina", "Lagos", "Lagos", "100001")
    client.send(Request("POST", "/_emulator/settings", body={"asks_address": False}))

    references = {name: _charge_card(client, *card).data["reference"] for name, card in CARDS.items()}
    charges.check_pending_charge(references["no challenge"])
    charges.check_pending_charge(references["PIN"])
    charges.check_pending_charge(references["bank"])
    charges.check_pending_charge(references["declined"])
    charges.submit_pin("1111", references["PIN"])
    charges.submit_pin("1234", references["PIN and OTP"])
    charges.check_pending_charge(references["PIN and OTP"])
    charges.submit_otp("123456", references["PIN and OTP"])
    charges.submit_pin("0000", references["PIN, phone and OTP"])
    charges.check_pending_charge(references["PIN, phone and OTP"])
    charges.submit_phone("08012345678", references["PIN, phone and OTP"])
    charges.submit_otp("123456", references["PIN, phone and OTP"])
    wrong_pin_reference = _charge_card(client, *CARDS["PIN"]).data["reference"]
    expect_error(charges.submit_pin, "9999", wrong_pin_reference)

    account = {"code": "057", "account_number": "0000000000"}
    bank_reference = charges.create_charge("ada@example.com", 10_000, bank=account).data["reference"]
    charges.check_pending_charge(bank_reference)
    charges.submit_birthday(dt.date(2007, 4, 15), bank_reference)
    charges.submit_otp("123456", bank_reference)

    wallet = {"provider": "mtn", "phone": "0551234987"}
    charges.create_charge("ada@example.com", 100, mobile_money=wallet, currency="GHS")
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 60}))
    ussd = charges.create_charge("ada@example.com", 10_000, ussd={"type": "737"}).data["reference"]
    charges.check_pending_charge(ussd)
    emulator.advance(60)
    capitec = {"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}
    for action in "complete", "fail":
        response = charges.create_charge("ada@example.com", 10_000, capitec_pay=capitec, currency="ZAR")
        reference = response.data["transaction"]["reference"]
        client.capitec_pay.requery_transaction(reference)
        client.send(Request("POST", f"/_emulator/charges/{reference}/{action}"))
        client.capitec_pay.requery_transaction(reference)
    expect_error(client.capitec_pay.requery_transaction, "unknown")


def _charge_card(client, number, cvv):
    card = {"number": number, "cvv": cvv, "expiry_month": "12", "expiry_year": "30"}
    return client.charges.create_charge("ada@example.com", 10_000, card=card)
