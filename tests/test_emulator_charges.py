"""Charges, step by step, with each test instrument that Paystack documents."""

import datetime as dt

import paying
import pytest
from paying import at_page, begun, card, charge, elsewhere, told

from paystackease import Request, errors

OTP = "123456"
STEPS = {
    # a card: what is asked for, and what is entered
    "at once": (paying.AT_ONCE, []),
    "PIN": (paying.PIN, [("pin", "1111")]),
    "PIN and OTP": (paying.PIN_OTP, [("pin", "1234"), ("otp", OTP)]),
    "PIN, phone and OTP": (paying.PIN_PHONE_OTP, [("pin", "0000"), ("phone", "080 1234 5678"), ("otp", OTP)]),
    "PIN, phone and OTP, older": (
        ("50785078507850784", "884"),
        [("pin", "0000"), ("phone", "08012345678"), ("otp", OTP)],
    ),
    "pays, refund fails": (("4084080000671803", "180"), []),
    "pays, refund waits": (("4084080000671902", "190"), []),
}
REFUSED = {
    "declined": (paying.DECLINED, [], "Declined"),
    "no token": (paying.NO_TOKEN, [("pin", "0000")], "Token Not Generated. Customer Not Registered on Token Platform"),
    "no funds": (paying.NO_FUNDS, [], "Insufficient Funds"),
}


def submit(client, step, entered, reference):
    if step == "birthday":
        entered = dt.date.fromisoformat(entered)
    return paying.asked(getattr(client.charges, f"submit_{step}"), entered, reference)


def verified(client, reference):
    return client.transactions.verify_transaction(reference).data


# Cards


@pytest.mark.parametrize("words", STEPS)
def test_a_card_is_paid_with_in_its_documented_steps(client, emulator, words):
    instrument, steps = STEPS[words]
    answer = charge(client, card=card(*instrument))
    reference = answer.data["reference"]
    for step, entered in steps:
        assert answer.http.status == 200
        assert answer.data["status"] == f"send_{step}"
        assert told(emulator) == []
        assert client.charges.check_pending_charge(reference).data["status"] == f"send_{step}"
        answer = submit(client, step, entered, reference)
    assert answer.message == "Charge attempted"
    assert answer.data["status"] == "success"
    assert answer.data["authorization"]["bin"] == instrument[0][:6]
    assert answer.data["authorization"]["last4"] == instrument[0][-4:]
    assert verified(client, reference)["status"] == "success"
    assert [event["reference"] for event in told(emulator)] == [reference]


@pytest.mark.parametrize("instrument", [paying.BANK_PAGE, ("4084080000000409", "000")], ids=["card", "older card"])
def test_a_card_whose_bank_asks_is_paid_with_at_the_banks_page(client, emulator, instrument):
    answer = charge(client, card=card(*instrument))
    reference = answer.data["reference"]
    assert answer.data["status"] == "open_url"
    assert answer.data["url"].startswith(emulator.url)
    assert client.charges.check_pending_charge(reference).data["status"] == "open_url"
    elsewhere(client, reference)
    paid = verified(client, reference)
    assert (paid["status"], paid["authorization"]["reusable"]) == ("success", True)
    assert len(told(emulator)) == 1


def test_at_the_banks_page_the_customer_can_say_no(client, emulator):
    reference = charge(client, card=card(*paying.BANK_PAGE)).data["reference"]
    elsewhere(client, reference, "fail")
    assert verified(client, reference)["status"] == "failed"
    assert told(emulator) == []


@pytest.mark.parametrize("words", REFUSED)
def test_a_card_that_is_refused_fails_with_http_200_and_no_event(client, emulator, words):
    instrument, steps, reason = REFUSED[words]
    answer = charge(client, card=card(*instrument))
    reference = answer.data["reference"]
    for step, entered in steps:
        answer = submit(client, step, entered, reference)
    assert answer.http.status == 200
    assert (answer.data["status"], answer.data["message"]) == ("failed", reason)
    assert client.charges.check_pending_charge(reference).data == {
        "reference": reference,
        "status": "failed",
        "message": reason,
    }
    shown = verified(client, reference)
    assert (shown["status"], shown["gateway_response"], shown["fees"]) == ("failed", reason, None)
    assert told(emulator) == []


def test_the_display_texts_are_paystacks(client):
    reference = charge(client, card=card(*paying.PIN_PHONE_OTP)).data["reference"]
    asked = submit(client, "pin", "0000", reference)
    assert asked.data["display_text"] == "Kindly enter a mobile no (at least 10 digits)"
    asked = submit(client, "phone", "08012345678", reference)
    assert asked.data["display_text"] == "Please enter OTP (none will be sent to your phone)"


@pytest.mark.parametrize(
    ("instrument", "right", "wrong", "reason"),
    [
        (paying.PIN, [], ("pin", "9999"), "Incorrect PIN"),
        (
            paying.PIN_OTP,
            [("pin", "1234")],
            ("otp", "000000"),
            "Token Authorization Not Successful. Incorrect token supplied.",
        ),
    ],
    ids=["pin", "otp"],
)
def test_what_is_entered_wrong_ends_a_charge_for_good(client, emulator, instrument, right, wrong, reason):
    reference = charge(client, card=card(*instrument)).data["reference"]
    for step, entered in right:
        submit(client, step, entered, reference)
    answer = submit(client, *wrong, reference)
    assert answer.http.status == 400
    assert answer["data"] == {"reference": reference, "status": "failed", "message": reason}
    again = submit(client, wrong[0], {"pin": "1111", "otp": OTP}[wrong[0]], reference)
    assert (again.http.status, again["data"]["status"]) == (400, "failed")
    assert verified(client, reference)["status"] == "failed"
    assert told(emulator) == []


def test_a_phone_number_that_is_too_short_is_asked_for_again(client, emulator):
    reference = charge(client, card=card(*paying.PIN_PHONE_OTP)).data["reference"]
    submit(client, "pin", "0000", reference)
    assert submit(client, "phone", "0801234", reference).data["status"] == "send_phone"
    assert submit(client, "phone", "08012345678", reference).data["status"] == "send_otp"


def test_a_card_that_paystack_does_not_document_is_not_paid_with(client, emulator):
    answer = charge(client, card=card("4111111111111111", "123"))
    assert answer.data["status"] == "failed"
    assert "emulator knows no such card" in answer.data["message"]
    assert told(emulator) == []


@pytest.mark.parametrize(
    ("entered", "reason"),
    [
        (card("4084084084084081", "409"), "Incorrect CVV"),
        (card("4084084084084081", "408", "09", "26"), "Expired Card"),
        (card("4084084084084081", "408", "13", "30"), "Expired Card"),
    ],
    ids=["cvv", "expired", "no month"],
)
def test_a_card_wants_its_cvv_and_a_date_to_come(client, entered, reason):
    answer = charge(client, card=entered)
    assert (answer.data["status"], answer.data["message"].partition(":")[0]) == ("failed", reason)


def test_a_card_that_expires_this_month_is_still_good(client):
    shown = charge(client, card=card("4084 0840 8408 4081", "408", "10", "2026")).data["authorization"]
    assert (shown["exp_month"], shown["exp_year"]) == ("10", "2026")


def test_two_cards_of_an_older_list_break_the_processor_and_the_clock(client, emulator):
    with pytest.raises(errors.OutcomeUnknownError):
        client.charges.create_charge("ada@example.com", 10_000, card=card("5060660000000064", "606"))
    assert charge(client, card=card("506066506066506067", "060")).data["status"] == "timeout"
    assert told(emulator) == []


# Other channels

ZENITH = {"code": "057", "account_number": "0000000000"}


def test_a_bank_account_wants_the_birthday_and_a_password(client, emulator):
    answer = charge(client, bank=ZENITH)
    reference = answer.data["reference"]
    assert (answer.data["status"], answer.data["display_text"]) == ("send_birthday", "Please enter your birthday")
    answer = submit(client, "birthday", "2007-04-15", reference)
    assert answer.data["status"] == "send_otp"
    assert "reference" not in answer.data  # here the sample has none
    paid = submit(client, "otp", OTP, reference).data
    assert (paid["status"], paid["channel"], paid["authorization"]["bin"]) == ("success", "bank", "000XXX")
    assert len(told(emulator)) == 1


def test_a_birthday_that_is_given_at_once_is_not_asked_for(client):
    answer = charge(client, bank=ZENITH, birthday=dt.date(2007, 4, 15))
    assert answer.data["status"] == "send_otp"


def test_a_wrong_birthday_ends_the_charge(client):
    reference = charge(client, bank=ZENITH).data["reference"]
    answer = submit(client, "birthday", "1990-01-01", reference)
    assert (answer.http.status, answer["data"]["status"]) == (400, "failed")


def test_kuda_is_charged_by_phone_and_token(client, emulator):
    kuda = {"code": "50211", "phone": "+2348100000000"}
    assert charge(client, bank={**kuda, "token": OTP}).data["status"] == "success"
    assert charge(client, bank={**kuda, "token": "000000"}).data["status"] == "failed"
    assert charge(client, bank={"code": "058", "account_number": "0123456789"}).data["status"] == "failed"
    assert len(told(emulator)) == 1


@pytest.mark.parametrize(
    ("provider", "phone", "currency"), [("mtn", "0551234987", "GHS"), ("mpesa", "+254710000000", "KES")]
)
def test_a_wallet_pays_at_once_in_test_mode(client, emulator, provider, phone, currency):
    paid = charge(client, mobile_money={"provider": provider, "phone": phone}, currency=currency).data
    assert (paid["status"], paid["channel"], paid["currency"]) == ("success", "mobile_money", currency)
    assert paid["authorization"]["last4"] == f"X{phone[-3:]}"
    assert len(told(emulator)) == 1


def test_orange_wants_its_own_password(client, emulator):
    wallet = {"provider": "orange", "phone": "0700000000"}
    reference = charge(client, mobile_money=wallet, currency="XOF").data["reference"]
    assert submit(client, "otp", "1234", reference).data["status"] == "success"
    reference = charge(client, mobile_money=wallet, currency="XOF").data["reference"]
    assert submit(client, "otp", OTP, reference).http.status == 400


@pytest.mark.parametrize("phone", ["055", "0559999999"], ids=["short", "another"])
def test_a_wallet_that_is_none_fails_with_http_200(client, emulator, phone):
    answer = charge(client, mobile_money={"provider": "mtn", "phone": phone}, currency="GHS")
    assert (answer.http.status, answer.data["status"]) == (200, "failed")
    assert told(emulator) == []


def test_a_provider_of_another_country_is_invalid(client):
    answer = charge(client, mobile_money={"provider": "mpesa", "phone": "+254710000000"}, currency="GHS")
    assert (answer.http.status, answer.message) == (400, "Invalid provider")


@pytest.mark.parametrize(("seconds", "status"), [(60, "success"), (200, "failed")])
def test_a_wallet_takes_its_time_where_customers_do_and_at_most_three_minutes(client, emulator, seconds, status):
    paying.arrange(client, offline_seconds=seconds)
    answer = charge(client, mobile_money={"provider": "mtn", "phone": "0551234987"}, currency="GHS")
    assert answer.data["status"] == "pay_offline"
    assert answer.data["display_text"] == "Please complete authorization process on your mobile phone"
    waiting = client.charges.check_pending_charge(answer.data["reference"])
    assert (waiting.message, waiting.data["status"]) == ("Reference check successful", "pending")
    emulator.advance(59)
    assert told(emulator) == []
    emulator.advance(121)
    assert client.charges.check_pending_charge(answer.data["reference"]).data["status"] == status
    assert len(told(emulator)) == (status == "success")


def test_a_code_is_dialled(client, emulator):
    paying.arrange(client, offline_seconds=30)
    asked = charge(client, ussd={"type": "737"}).data
    assert asked["status"] == "pay_offline"
    assert asked["ussd_code"].startswith("*737*33*4*")
    text = f"Please dial {asked['ussd_code']} on your mobile phone to complete the transaction"
    assert asked["display_text"] == text
    emulator.advance(30)
    assert verified(client, asked["reference"])["status"] == "success"
    assert charge(client, ussd={"type": "000"}).http.status == 400


def test_an_eft_is_paid_at_its_providers_page(client, emulator):
    answer = charge(client, eft={"provider": "ozow"}, currency="ZAR")
    assert answer.data["status"] == "open_url"
    elsewhere(client, answer.data["reference"])
    paid = verified(client, answer.data["reference"])
    assert (paid["status"], paid["channel"], paid["fees"]) == ("success", "eft", 230)  # 2%, and 15% VAT of it


@pytest.mark.parametrize(
    ("number", "status"),
    [("1012204936", "failed"), ("1012204935", "needs-attention"), ("1234567890", "processed")],
)
def test_the_account_that_an_eft_came_from_decides_what_becomes_of_its_refund(client, emulator, number, status):
    reference = begun(client, currency="ZAR")
    at_page(client, reference, "eft", {"provider": "ozow", "account_number": number})
    elsewhere(client, reference)
    assert paying.everything_kept(emulator) & {number} == set()
    refund = client.refund.create_refund(reference).data
    emulator.advance(86_400)
    assert client.refund.fetch_refund(refund["id"]).data["status"] == status


def test_a_qr_code_is_scanned(client, emulator):
    paying.arrange(client, offline_seconds=30)
    answer = charge(client, qr={"provider": "scan-to-pay"}, currency="ZAR")
    assert answer.data["status"] == "pay_offline"
    assert answer.data["qr_code"].isdecimal()
    elsewhere(client, answer.data["reference"])
    assert verified(client, answer.data["reference"])["channel"] == "qr"
    emulator.advance(60)
    assert len(told(emulator)) == 1


CAPITEC = {"identifier_key": "CELLPHONE", "identifier_value": "0812345678"}


@pytest.mark.parametrize(("what", "status"), [("complete", "success"), ("fail", "failed"), (None, "failed")])
def test_capitec_says_success_before_anyone_has_agreed_and_requery_says_what_is_true(
    client, connect, emulator, what, status
):
    paying.arrange(client, offline_seconds=600)
    answer = charge(client, capitec_pay=CAPITEC, currency="ZAR")
    assert "status" not in answer  # as in Paystack's sample
    assert (answer.data["status"], answer.data["timeToLive"]) == ("success", 120)
    assert answer.data["expiryDate"] == "2026-10-01T12:02:00.000Z"
    reference = answer.data["transaction"]["reference"]
    assert told(emulator) == []
    public = connect(transport=emulator.for_key(emulator.secret_key.replace("sk_", "pk_")))
    assert public.capitec_pay.requery_transaction(reference).data == {"status": "pending"}
    if what is None:
        emulator.advance(120)
    else:
        elsewhere(client, reference, what)
    asked = public.capitec_pay.requery_transaction(reference)
    assert (asked["type"], asked["code"], asked.data["status"]) == ("success", "ok", status)
    assert len(told(emulator)) == (status == "success")


def test_requery_knows_no_other_transaction(client):
    with pytest.raises(errors.InvalidRequestError, match="Transaction not found") as refused:
        client.capitec_pay.requery_transaction(charge(client, card=card(*paying.AT_ONCE)).data["reference"])
    assert refused.value.response["code"] == "transaction_not_found"


# Pay with transfer


def test_a_transfer_is_made_to_an_account_of_its_own(client, emulator):
    paying.arrange(client, offline_seconds=60)
    asked = charge(client, bank_transfer={}).data
    assert asked["status"] == "pending_bank_transfer"
    assert (asked["account_name"], asked["bank"]["slug"]) == ("TEST-MANAGED-ACCOUNT", "test-bank")
    assert asked["account_expires_at"] == "2026-10-01T20:00:00.000Z"
    emulator.advance(60)
    paid = verified(client, asked["reference"])
    assert (paid["status"], paid["channel"]) == ("success", "bank_transfer")
    event = told(emulator)[0]
    assert event["authorization"]["receiver_bank_account_number"] == asked["account_number"]


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("2026-10-01T12:01:00Z", "12:15:00"), ("2026-10-01T13:00:00Z", "13:00:00"), ("2026-10-03T12:00:00Z", "20:00:00")],
    ids=["sooner", "between", "later"],
)
def test_the_account_lives_between_a_quarter_and_eight_hours(client, wanted, given):
    paying.arrange(client, offline_seconds=10)
    asked = charge(client, bank_transfer={"account_expires_at": wanted}).data
    assert asked["account_expires_at"] == f"2026-10-01T{given}.000Z"


def test_a_transfer_of_another_amount_goes_back_and_is_told(client, emulator):
    paying.arrange(client, offline_seconds=600)
    reference = charge(client, bank_transfer={}).data["reference"]
    elsewhere(client, reference, amount=9_999)
    (event,) = told(emulator, "bank.transfer.rejected")
    assert event["bank_transfer"]["amount"] == "9999"
    assert event["bank_transfer"]["message_type"] == "INCORRECT_AMOUNT"
    assert event["bank_transfer"]["transaction_id"] == str(verified(client, reference)["id"])
    assert told(emulator) == []
    elsewhere(client, reference)
    assert verified(client, reference)["status"] == "success"


def test_a_transfer_that_nobody_makes_is_abandoned(client, emulator):
    paying.arrange(client, offline_seconds=10**6)
    reference = charge(client, bank_transfer={}).data["reference"]
    emulator.advance(8 * 3_600)
    assert verified(client, reference)["status"] == "abandoned"
    assert client.charges.check_pending_charge(reference).data["status"] == "timeout"
    assert told(emulator) == []


# What was saved


def test_a_saved_card_can_be_charged_by_its_code(client, emulator):
    code = charge(client, card=card(*paying.AT_ONCE)).data["authorization"]["authorization_code"]
    assert charge(client, authorization_code=code).data["status"] == "success"
    assert len(told(emulator)) == 2


def test_a_card_that_is_not_reusable_asks_again(client, emulator):
    reference = charge(client, card=card(*paying.PIN)).data["reference"]
    code = submit(client, "pin", "1111", reference).data["authorization"]["authorization_code"]
    assert charge(client, authorization_code=code).data["status"] == "send_pin"
    assert charge(client, authorization_code=code, pin="1111").data["status"] == "success"


def test_another_customers_card_is_not_charged(client, emulator):
    code = charge(client, card=card(*paying.AT_ONCE)).data["authorization"]["authorization_code"]
    assert charge(client, email="bola@example.com", authorization_code=code).http.status == 400
    assert len(told(emulator)) == 1


# Refusals


@pytest.mark.parametrize("step", ["pin", "otp", "phone", "birthday"])
def test_no_step_is_taken_of_a_charge_that_is_not_there_or_does_not_wait_for_it(client, step):
    paid = charge(client, card=card(*paying.AT_ONCE)).data["reference"]
    for reference in "unknown", paid:
        answer = submit(client, step, "2000-01-01" if step == "birthday" else "1234", reference)
        assert (answer.http.status, dict(answer)) == (
            400,
            {"status": False, "message": "Transaction reference is invalid"},
        )


def test_an_address_is_asked_for_by_no_test_card(client):
    reference = charge(client, card=card(*paying.PIN)).data["reference"]
    answer = paying.asked(client.charges.submit_address, reference, "1 Marina", "Lagos", "Lagos", "100001")
    assert (answer.http.status, answer.message) == (400, "Transaction reference is invalid")


ASKED = {"email": "ada@example.com", "amount": 100}


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"amount": 100}, 400, "Email address is required for association with card"),
        ({"email": "ada@example.com", "card": {}}, 400, "Amount is required"),
        ({**ASKED, "amount": 0, "card": {}}, 400, "Invalid Amount Sent"),
        ({**ASKED, "amount": 100.5, "card": {}}, 400, '"amount" must be an integer'),
        ({**ASKED, "card": "4084"}, 400, '"card" must be of type object'),
        (ASKED, 400, "Payment channel is required"),
        (
            {**ASKED, "bank": {}, "currency": "XXX"},
            400,
            "Currency not supported by merchant",
        ),
        ({**ASKED, "card": {}, "split_code": "SPL_no"}, 404, "Invalid Split code."),
        ({**ASKED, "card": {}, "subaccount": "ACCT_no"}, 404, "Invalid Subaccount."),
    ],
)
def test_what_cannot_be_charged_is_refused_in_paystacks_words(client, emulator, body, status, message):
    answer = paying.asked(client.send, Request("POST", "/charge", body=body))
    assert (answer.http.status, answer.message) == (status, message)
    assert client.transactions.list_transactions().data == []


def test_a_reference_is_charged_once(client, emulator):
    assert charge(client, card=card(*paying.AT_ONCE), reference="order-1").data["status"] == "success"
    body = {"email": "ada@example.com", "amount": 100, "card": card(*paying.AT_ONCE), "reference": "order-1"}
    answer = paying.asked(client.send, Request("POST", "/charge", body=body))
    assert (answer.message, answer["code"]) == ("Duplicate Transaction Reference", "duplicate_reference")
    assert len(told(emulator)) == 1


def test_a_currency_without_the_channel_is_refused(client):
    assert charge(client, ussd={"type": "737"}, currency="GHS").http.status == 400


# What is kept


@pytest.mark.parametrize("way", ["charge", "page"])
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("words", [*STEPS, *REFUSED, "bank page", "unknown card"])
def test_no_number_cvv_pin_or_password_is_kept_anywhere(client, emulator, words, right, way):
    instrument, steps = {
        **STEPS,
        **{name: found[:2] for name, found in REFUSED.items()},
        "bank page": (paying.BANK_PAGE, []),
        "unknown card": (("4111111111111111", "737"), []),
    }[words]
    secrets = {instrument[0], instrument[1]}
    if way == "charge":
        reference = charge(client, card=card(*instrument)).data["reference"]
    else:
        reference = begun(client)
        at_page(client, reference, entered=instrument)
    for step, entered in steps:
        entered = entered if right else "7777"
        secrets |= {entered}
        if way == "charge":
            submit(client, step, entered, reference)
        else:
            paying.asked(paying.enter, client, reference, **{step: entered})
    if words == "bank page" and right:
        elsewhere(client, reference)
    kept = paying.everything_kept(emulator)
    assert kept & secrets == set()
    assert [text for text in kept if instrument[0] in text or instrument[0][6:] in text] == []


def test_no_password_or_number_of_an_account_or_a_person_is_kept(client, emulator):
    reference = charge(client, bank=ZENITH).data["reference"]
    submit(client, "birthday", "2007-04-15", reference)
    submit(client, "otp", OTP, reference)
    charge(client, bank={"code": "50211", "phone": "+2348100000000", "token": OTP})
    charge(client, bank={"code": "058", "account_number": "0123456789"})
    charge(client, mobile_money={"provider": "mtn", "phone": "0551234987"}, currency="GHS")
    charge(client, capitec_pay=CAPITEC, currency="ZAR")
    secrets = {"0000000000", "2007-04-15", OTP, "+2348100000000", "0123456789", "0551234987", "0812345678"}
    assert paying.everything_kept(emulator) & secrets == set()


def test_a_card_from_abroad_may_wait_for_an_address(client):
    client.send(Request("POST", "/_emulator/settings", body={"asks_address": True}))
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "99"}
    begun = client.charges.create_charge("ada@example.com", 10_000, card=card).data
    assert (begun["status"], begun["country_code"]) == ("send_address", "NG")
    ended = client.charges.submit_address(begun["reference"], "1 Marina", "Lagos", "Lagos", "100001").data
    assert ended["status"] == "success"
    assert client.transactions.verify_transaction(begun["reference"]).data["status"] == "success"
