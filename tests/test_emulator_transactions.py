"""Transactions: begun, paid at the page or with what was saved, looked at, and never paid twice."""

import base64
import csv
import datetime as dt
import io

import paying
import pytest
from paying import at_page, begun, elsewhere, paid, told

from paystackease import Request, errors
from paystackease.emulator.settings import Settings


def verified(client, reference):
    return client.transactions.verify_transaction(reference).data


def expect(client, code, **what):
    """What the bank does the next time that a saved authorization is charged."""
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body=what))


# Begun


def test_a_transaction_that_nobody_has_paid_is_abandoned(client, emulator):
    made = client.transactions.initialize("ada@example.com", 5_000, reference="order-1")
    assert made.message == "Authorization URL created"
    assert made.data["reference"] == "order-1"
    assert made.data["authorization_url"] == f"{emulator.url}/_emulator/checkout/{made.data['access_code']}"
    found = client.transactions.verify_transaction("order-1")
    assert found.message == "Verification successful"
    shown = found.data
    assert (shown["status"], shown["amount"], shown["fees"], shown["paid_at"]) == ("abandoned", 5_000, None, None)
    assert (shown["log"], shown["authorization"]) == (None, {})
    assert shown["gateway_response"] == "The transaction was not completed"
    assert told(emulator) == []


def test_ids_are_beyond_what_32_bits_hold(client):
    assert paid(client)["id"] > 2**32


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
def test_what_cannot_be_begun_is_refused_in_paystacks_words(client, body, message, code):
    answer = paying.asked(client.send, Request("POST", "/transaction/initialize", body=body))
    assert (answer.http.status, answer.message, answer.get("code")) == (400, message, code)
    assert answer.get("type") == ("validation_error" if code else None)
    if code == "missing_params":
        assert answer.meta == {"nextStep": "Provide all required params "}


@pytest.mark.parametrize("amount", [100, "100", 100.0])
def test_an_amount_is_a_whole_number_however_it_is_written(client, amount):
    body = {"email": "ada@example.com", "amount": amount, "reference": "order-1"}
    client.send(Request("POST", "/transaction/initialize", body=body))
    assert verified(client, "order-1")["amount"] == 100


def test_a_reference_is_used_once(client):
    body = {"email": "ada@example.com", "amount": 100, "reference": "order-1"}
    client.send(Request("POST", "/transaction/initialize", body=body))
    answer = paying.asked(client.send, Request("POST", "/transaction/initialize", body=body))
    assert (answer.http.status, answer.message) == (400, "Duplicate Transaction Reference")
    assert (answer["type"], answer["code"]) == ("validation_error", "duplicate_reference")


def test_where_paystacks_rules_are_held_a_reference_has_few_characters(connect):
    with paying.frozen(settings=Settings(strict=True)) as emulator:
        client = connect(transport=emulator)
        client.transactions.initialize("ada@example.com", 100, reference="order-1.a=b")
        with pytest.raises(errors.InvalidRequestError):
            client.transactions.initialize("ada@example.com", 100, reference="order_1")


@pytest.mark.parametrize(
    ("given", "shown"),
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
def test_metadata_comes_back_in_the_form_that_paystack_gives_it(client, given, shown):
    body = {"email": "ada@example.com", "amount": 100, "reference": "order-1", "metadata": given}
    client.send(Request("POST", "/transaction/initialize", body=body))
    assert verified(client, "order-1")["metadata"] == shown


def test_without_quirks_no_metadata_is_null(client):
    paying.arrange(client, quirks=False)
    assert verified(client, begun(client))["metadata"] is None


# Paid at the page


def test_a_payment_is_verified_with_all_that_happened(client, emulator):
    emulator.advance(0.5)
    reference = begun(client, 40_333, metadata={"cart": 7})
    emulator.advance(60)
    at_page(client, reference)
    shown = verified(client, reference)
    assert (shown["status"], shown["gateway_response"], shown["channel"]) == ("success", "Successful", "card")
    assert (shown["amount"], shown["requested_amount"], shown["fees"]) == (40_333, 40_333, 605)
    assert shown["created_at"] == shown["createdAt"] == shown["transaction_date"] == "2026-10-01T12:00:00.500Z"
    assert shown["paid_at"] == shown["paidAt"] == "2026-10-01T12:01:00.500Z"
    assert shown["source"] == {
        "source": "merchant_api",
        "type": "api",
        "identifier": None,
        "entry_point": "transaction_initialize",
    }
    assert shown["customer"]["email"] == "ada@example.com"
    assert shown["authorization"]["reusable"] is True
    assert shown["authorization"]["authorization_code"].startswith("AUTH_")
    assert (shown["plan"], shown["plan_object"], shown["split"], shown["subaccount"]) == (None, {}, {}, {})
    assert shown["log"]["history"] == [
        {"type": "action", "message": "Set payment method to: card", "time": 0},
        {"type": "input", "message": "Filled these fields: card number, card expiry, card cvv", "time": 0},
        {"type": "action", "message": "Attempted to pay with card", "time": 0},
        {"type": "success", "message": "Successfully paid with card", "time": 0},
    ]
    assert (shown["log"]["attempts"], shown["log"]["errors"], shown["log"]["success"]) == (1, 0, True)


def test_success_is_told_once_and_failure_never(client, emulator):
    reference = begun(client)
    at_page(client, reference, entered=paying.DECLINED)
    assert verified(client, reference)["status"] == "failed"
    assert told(emulator) == []
    at_page(client, reference)
    (event,) = told(emulator)
    assert (event["reference"], event["status"], event["amount"]) == (reference, "success", 10_000)
    for again in "pay", "cancel":
        body = {"channel": "card", "card": paying.card(*paying.AT_ONCE)}
        paying.asked(client.send, Request("POST", f"/_emulator/checkout/{reference}/{again}", body=body))
    assert paying.asked(elsewhere, client, reference).http.status == 400
    assert len(told(emulator)) == 1
    assert verified(client, reference)["status"] == "success"


def test_who_tries_again_has_it_in_the_log(client, emulator):
    reference = begun(client)
    at_page(client, reference, entered=paying.DECLINED)
    emulator.advance(30)
    at_page(client, reference)
    log = verified(client, reference)["log"]
    assert (log["attempts"], log["errors"], log["success"], log["time_spent"]) == (2, 1, True, 30)
    assert {"type": "error", "message": "Error: Failed", "time": 0} in log["history"]


def test_each_step_is_in_the_log_and_nothing_that_was_entered(client):
    reference = begun(client)
    at_page(client, reference, entered=paying.PIN_OTP, pin="1234", otp="123456")
    log = client.transactions.transaction_timeline(reference).data
    assert [step["message"] for step in log["history"] if step["type"] == "auth"] == [
        "Authentication Required: pin",
        "Authentication Required: otp",
    ]
    assert "1234" not in str(log["history"])


@pytest.mark.parametrize("seconds", [0, 600])
def test_a_page_that_is_open_for_too_long_is_abandoned(client, emulator, seconds):
    client.integration.update_timeout(seconds)
    reference = begun(client)
    at_page(client, reference, entered=paying.PIN_OTP)
    assert verified(client, reference)["status"] == "ongoing"
    emulator.advance(599)
    assert verified(client, reference)["status"] == "ongoing"
    emulator.advance(1)
    if seconds:
        assert verified(client, reference)["status"] == "abandoned"
        assert paying.asked(at_page, client, reference).message == "This payment session has expired"
        assert told(emulator) == []
    else:
        assert paying.enter(client, reference, pin="1234", otp="123456").data["status"] == "send_otp"


def test_a_customer_can_go_back_to_where_the_merchant_says(client):
    where = {"callback_url": "https://example.com/back", "metadata": {"cancel_action": "https://example.com/cart"}}
    for more, back in (where, "https://example.com/cart"), ({}, None):
        reference = begun(client, **more)
        at_page(client, reference, entered=paying.PIN_OTP)
        answer = client.send(Request("POST", f"/_emulator/checkout/{reference}/cancel"))
        assert answer.data == {"reference": reference, "redirect_url": back}
        assert verified(client, reference)["status"] == "abandoned"
        at_page(client, reference)
        assert verified(client, reference)["status"] == "success"


def test_what_was_tried_before_says_nothing_of_what_is_tried_now(client, emulator):
    paying.arrange(client, offline_seconds=100)
    reference = begun(client)
    at_page(client, reference, "ussd", {"type": "737"})
    emulator.advance(50)
    client.send(Request("POST", f"/_emulator/checkout/{reference}/cancel"))
    at_page(client, reference, "bank_transfer", {})
    emulator.advance(50)
    assert verified(client, reference)["status"] == "pending"
    emulator.advance(50)
    shown = verified(client, reference)
    assert (shown["status"], shown["channel"]) == ("success", "bank_transfer")
    assert len(told(emulator)) == 1


def test_only_the_channels_that_the_merchant_names_are_open(client):
    reference = begun(client, channels=["bank"])
    assert paying.asked(at_page, client, reference).http.status == 400
    assert verified(client, reference)["status"] == "abandoned"


def test_one_card_of_one_customer_is_one_authorization(client):
    codes = [paid(client)["authorization"]["authorization_code"] for _ in range(2)]
    other = paid(client, email="bola@example.com")["authorization"]
    assert codes[0] == codes[1] != other["authorization_code"]
    assert (
        other["signature"] == client.customers.fetch_customer("bola@example.com").data["authorizations"][0]["signature"]
    )


def test_a_customer_has_the_sum_of_what_was_paid(client):
    paid(client, 10_000)
    paid(client, 2_000)
    paid(client, 700, currency="GHS")
    begun(client, 9_999)
    shown = client.customers.fetch_customer("ada@example.com").data
    assert shown["total_transactions"] == 3
    assert shown["total_transaction_value"] == [
        {"currency": "GHS", "amount": 700},
        {"currency": "NGN", "amount": 12_000},
    ]


# Paid with what was saved


@pytest.fixture
def code(client):
    return paid(client)["authorization"]["authorization_code"]


def test_a_saved_card_is_charged_at_once(client, emulator, code):
    answer = client.transactions.charge_authorization("ada@example.com", 35_247, code, metadata={"cart": 7})
    assert (answer.http.status, answer.message, answer.data["status"]) == (200, "Charge attempted", "success")
    assert (answer.data["amount"], answer.data["gateway_response"]) == (35_247, "Approved")
    assert [event["reference"] for event in told(emulator)][1:] == [answer.data["reference"]]
    assert verified(client, answer.data["reference"])["metadata"] == {"cart": 7}


def test_a_bank_that_declines_is_told_with_http_200_and_no_event(client, emulator, code):
    expect(client, code, declines="Insufficient Funds")
    answer = client.transactions.charge_authorization("ada@example.com", 35_247, code)
    assert (answer.http.status, answer.data["status"]) == (200, "failed")
    assert answer.data["gateway_response"] == "Insufficient Funds"
    assert verified(client, answer.data["reference"])["status"] == "failed"
    assert len(told(emulator)) == 1


def test_a_bank_that_wants_the_customer_pauses_the_charge(client, emulator, code):
    expect(client, code, confirms=True)
    answer = client.transactions.charge_authorization("ada@example.com", 35_247, code)
    assert answer.message == "Please, redirect your customer to the authorization url provided"
    assert answer.data["paused"] is True
    assert answer.data["authorization_url"].endswith(answer.data["access_code"])
    assert len(told(emulator)) == 1
    elsewhere(client, answer.data["reference"])
    assert verified(client, answer.data["reference"])["status"] == "success"
    assert len(told(emulator)) == 2


def test_a_queued_charge_is_made_later(client, emulator, code):
    answer = client.transactions.charge_authorization("ada@example.com", 35_247, code, queue=True)
    assert answer.data["status"] == "queued"
    assert len(told(emulator)) == 1
    emulator.advance(60)
    assert verified(client, answer.data["reference"])["status"] == "success"
    assert len(told(emulator)) == 2


def test_a_reference_is_charged_once(client, emulator, code):
    first = client.transactions.charge_authorization("ada@example.com", 100, code, reference="order-1")
    body = {"email": "ada@example.com", "amount": 100, "authorization_code": code, "reference": "order-1"}
    answer = paying.asked(client.send, Request("POST", "/transaction/charge_authorization", body=body))
    assert (answer.message, answer["code"]) == ("Duplicate Transaction Reference", "duplicate_reference")
    assert first.data["status"] == "success"
    assert len(told(emulator)) == 2


def test_an_authorization_is_charged_for_its_own_customer_and_while_it_is_active(client, emulator, code):
    paid(client, email="bola@example.com")
    charged = client.transactions.charge_authorization
    assert paying.asked(charged, "bola@example.com", 100, code).http.status == 400
    assert paying.asked(charged, "ada@example.com", 100, "AUTH_unknown").http.status == 400
    client.customers.deactivate_authorization(code)
    assert paying.asked(charged, "ada@example.com", 100, code).http.status == 400
    assert len(told(emulator)) == 2


@pytest.mark.parametrize(
    ("there", "least", "status", "taken"),
    [
        (None, None, "success", 50_000),
        (30_000, None, "success", 30_000),
        (30_000, 30_000, "success", 30_000),
        (30_000, 30_001, "failed", 50_000),
        (0, None, "failed", 50_000),
    ],
    ids=["all", "some", "just enough", "too little", "nothing"],
)
def test_a_partial_debit_takes_what_is_there(client, emulator, code, there, least, status, taken):
    expect(client, code, available=there)
    debit = client.transactions.partial_debit("ada@example.com", code, 50_000, "NGN", at_least=least)
    assert (debit.http.status, debit.data["status"]) == (200, status)
    assert (debit.data["amount"], debit.data["requested_amount"]) == (taken, 50_000)
    shown = verified(client, debit.data["reference"])
    assert (shown["amount"], shown["requested_amount"], shown["status"]) == (taken, 50_000, status)
    assert len(told(emulator)) == 1 + (status == "success")


def test_what_a_partial_debit_took_is_gone(client, code):
    expect(client, code, available=60_000)
    amounts = [
        client.transactions.partial_debit("ada@example.com", code, 50_000, "NGN").data["amount"] for _ in range(2)
    ]
    assert amounts == [50_000, 10_000]


def test_a_partial_debit_is_for_two_currencies_and_known_customers(client, code):
    debit = client.transactions.partial_debit
    assert paying.asked(debit, "nobody@example.com", code, 100, "NGN").message == "Customer not found"
    body = {"email": "ada@example.com", "authorization_code": code, "amount": 100, "currency": "KES"}
    refused = paying.asked(client.send, Request("POST", "/transaction/partial_debit", body=body))
    assert refused.message == "Currency not supported by merchant"


def test_a_card_can_be_asked_whether_it_has_enough(client, code):
    expect(client, code, available=5_000)
    check = client.transactions.check_authorization
    assert check("ada@example.com", 5_000, code).data == {"amount": "5000", "currency": "NGN"}
    assert paying.asked(check, "ada@example.com", 5_001, code).http.status == 400


# Looked at


def test_an_unknown_transaction_is_told_in_each_operations_own_words(client):
    unknown = paying.asked(client.transactions.verify_transaction, "unknown")
    assert (unknown.http.status, unknown.message) == (400, "Transaction reference not found.")
    assert unknown["code"] == "transaction_not_found"
    step = "Ensure that you're passing the reference of a transaction that exists on this integration"
    assert unknown.meta == {"nextStep": step}
    unknown = paying.asked(client.transactions.transaction_timeline, "unknown")
    assert dict(unknown) == {"status": False, "message": "Transaction ID or reference is invalid"}
    assert paying.asked(client.transactions.fetch_transaction, 2**62).http.status == 404


def test_a_transaction_is_fetched_by_number_and_its_timeline_by_either(client):
    shown = paid(client)
    fetched = client.transactions.fetch_transaction(shown["id"])
    assert (fetched.message, fetched.data["reference"]) == ("Transaction retrieved", shown["reference"])
    assert fetched.data["source"] == {"type": "api", "source": "merchant_api", "identifier": None}
    for named in shown["id"], shown["reference"]:
        assert client.transactions.transaction_timeline(named).data == shown["log"]


@pytest.fixture
def several(client, emulator):
    """A failed one, a paid one, one of another customer's in Ghana, and one that nobody paid; a day apart."""
    failed = begun(client, 100)
    at_page(client, failed, entered=paying.DECLINED)
    emulator.advance(86_400)
    naira = paid(client, 200)["reference"]
    emulator.advance(86_400)
    cedi = paid(client, 300, email="bola@example.com", currency="GHS")["reference"]
    emulator.advance(86_400)
    return [failed, naira, cedi, begun(client, 400, email="bola@example.com")]


def test_a_list_is_narrowed_by_what_is_asked_for(client, several):
    failed, naira, cedi, open_ = several
    bola = client.customers.fetch_customer("bola@example.com").data

    def found(**filters):
        return [tx["reference"] for tx in client.transactions.list_transactions(**filters).data]

    assert found() == [open_, cedi, naira, failed]
    assert found(status="success") == [cedi, naira]
    assert found(status="failed") == [failed]
    assert found(customer=bola["id"]) == [open_, cedi]
    assert found(amount=200) == [naira]
    assert found(from_date=dt.date(2026, 10, 2), to_date=dt.date(2026, 10, 3)) == [cedi, naira]
    code = Request("GET", "/transaction", query={"customer": bola["customer_code"]})
    assert client.send(code).data == []  # a code finds nothing, and nothing is said of it
    paged = client.transactions.list_transactions(per_page=3)
    assert [tx["reference"] for tx in client.iterate(paged)] == [open_, cedi, naira, failed]
    assert paged.meta == {"total": 4, "total_volume": 500, "skipped": 0, "perPage": 3, "page": 1, "pageCount": 2}


def test_a_date_that_is_none_is_refused(client):
    for name in "from", "to":
        answer = paying.asked(client.send, Request("GET", "/transaction", query={name: "yesterday"}))
        assert (answer.http.status, answer.message) == (400, f"Invalid '{name}' date passed")
        assert answer["code"] == "invalid_params"


@pytest.mark.parametrize("text", ["nonsense", f"transaction:{'9' * 30}", "customer:4294967297"])
def test_a_cursor_of_nothing_is_refused(client, text):
    cursor = base64.b64encode(text.encode()).decode()
    assert paying.asked(client.transactions.list_transactions, next=cursor).http.status == 400


def test_totals_are_by_currency_and_of_what_was_paid(client, several):
    totals = client.transactions.transaction_totals().data
    assert (totals["total_transactions"], totals["total_volume"]) == (2, 200)
    assert totals["total_volume_by_currency"] == [
        {"currency": "NGN", "amount": 200},
        {"currency": "GHS", "amount": 300},
    ]


def test_a_file_of_them_lasts_a_minute(client, emulator, several):
    exported = client.transactions.export_transactions(status="success").data
    assert exported["expiresAt"] == "2026-10-04 12:01:00"
    path = exported["path"].removeprefix(emulator.url)
    reply = emulator.respond("GET", path, {}, None)
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode())))
    assert [row["reference"] for row in rows] == [several[2], several[1]]
    assert rows[0]["email"] == "bola@example.com"
    emulator.advance(60)
    assert emulator.respond("GET", path, {}, None).status == 404


def test_what_is_anothers_is_not_there(connect, emulator, client):
    reference = begun(client)
    other = connect(transport=emulator.for_key("sk_test_other"))
    with pytest.raises(errors.InvalidRequestError):
        other.transactions.verify_transaction(reference)
    assert other.transactions.list_transactions().data == []
    other.transactions.initialize("ada@example.com", 1, reference=reference)


# Where the money is


def test_a_payment_is_in_the_books_less_its_fee_until_it_is_settled(client, emulator):
    paid(client, 300_000)
    paid(client, 1_000, currency="GHS")
    held = paying.held(emulator)
    assert held["unsettled", "NGN"] == 300_000 - 14_500
    assert held["paystack", "NGN"] == 14_500
    assert held["unsettled", "GHS"] == 1_000 - 20
    assert sum(held.values()) == 0
    assert paying.unbalanced(emulator) == []


def test_a_payment_that_fails_moves_nothing(client, emulator):
    reference = begun(client)
    at_page(client, reference, entered=paying.DECLINED)
    assert set(paying.held(emulator)) <= {("balance", "NGN"), ("outside", "NGN")}
