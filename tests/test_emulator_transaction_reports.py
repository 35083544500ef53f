"""Transaction reports: fetching, lists and their filters, totals, and exports."""

import base64
import csv
import datetime as dt
import io

import emulator_payments
import pytest
from emulator_payments import create_paid_transaction, pay_at_checkout, start_transaction

from paystackease import Request, errors


@pytest.fixture
def code(client):
    return create_paid_transaction(client)["authorization"]["authorization_code"]


def test_each_operation_has_its_own_message_for_an_unknown_transaction(client):
    unknown = emulator_payments.response_of(client.transactions.verify_transaction, "unknown")
    assert (unknown.http.status, unknown.message) == (400, "Transaction reference not found.")
    assert unknown["code"] == "transaction_not_found"
    step = "Ensure that you're passing the reference of a transaction that exists on this integration"
    assert unknown.meta == {"nextStep": step}
    unknown = emulator_payments.response_of(client.transactions.transaction_timeline, "unknown")
    assert dict(unknown) == {"status": False, "message": "Transaction ID or reference is invalid"}
    assert emulator_payments.response_of(client.transactions.fetch_transaction, 2**62).http.status == 404


def test_a_transaction_is_fetched_by_number_and_its_timeline_by_either(client):
    transaction = create_paid_transaction(client)
    fetched = client.transactions.fetch_transaction(transaction["id"])
    assert (fetched.message, fetched.data["reference"]) == ("Transaction retrieved", transaction["reference"])
    assert fetched.data["source"] == {"type": "api", "source": "merchant_api", "identifier": None}
    for item in transaction["id"], transaction["reference"]:
        assert client.transactions.transaction_timeline(item).data == transaction["log"]


@pytest.fixture
def four_transactions(client, emulator):
    """A failed, a paid, a Ghanaian and an unpaid transaction, one day apart."""
    failed = start_transaction(client, 100)
    pay_at_checkout(client, failed, entered=emulator_payments.DECLINED_CARD)
    emulator.advance(86_400)
    naira = create_paid_transaction(client, 200)["reference"]
    emulator.advance(86_400)
    cedi = create_paid_transaction(client, 300, email="bola@example.com", currency="GHS")["reference"]
    emulator.advance(86_400)
    return [failed, naira, cedi, start_transaction(client, 400, email="bola@example.com")]


def test_a_list_is_filtered(client, four_transactions):
    failed, naira, cedi, open_ = four_transactions
    bola = client.customers.fetch_customer("bola@example.com").data

    def list_references(**filters):
        return [tx["reference"] for tx in client.transactions.list_transactions(**filters).data]

    assert list_references() == [open_, cedi, naira, failed]
    assert list_references(status="success") == [cedi, naira]
    assert list_references(status="failed") == [failed]
    assert list_references(customer=bola["id"]) == [open_, cedi]
    assert list_references(amount=200) == [naira]
    assert list_references(from_date=dt.date(2026, 10, 2), to_date=dt.date(2026, 10, 3)) == [cedi, naira]
    code = Request("GET", "/transaction", query={"customer": bola["customer_code"]})
    assert client.send(code).data == []  # a filter by code returns nothing and no error
    paged = client.transactions.list_transactions(per_page=3)
    assert [tx["reference"] for tx in client.iterate(paged)] == [open_, cedi, naira, failed]
    assert paged.meta == {"total": 4, "total_volume": 500, "skipped": 0, "perPage": 3, "page": 1, "pageCount": 2}


def test_an_invalid_date_is_rejected(client):
    for name in "from", "to":
        response = emulator_payments.response_of(client.send, Request("GET", "/transaction", query={name: "yesterday"}))
        assert (response.http.status, response.message) == (400, f"Invalid '{name}' date passed")
        assert response["code"] == "invalid_params"


@pytest.mark.parametrize("text", ["nonsense", f"transaction:{'9' * 30}", "customer:4294967297"])
def test_an_invalid_cursor_is_rejected(client, text):
    cursor = base64.b64encode(text.encode()).decode()
    assert emulator_payments.response_of(client.transactions.list_transactions, next=cursor).http.status == 400


def test_totals_are_by_currency_and_of_successful_payments(client, four_transactions):
    totals = client.transactions.transaction_totals().data
    assert (totals["total_transactions"], totals["total_volume"]) == (2, 200)
    assert totals["total_volume_by_currency"] == [
        {"currency": "NGN", "amount": 200},
        {"currency": "GHS", "amount": 300},
    ]


def test_a_file_of_them_lasts_a_minute(client, emulator, four_transactions):
    exported = client.transactions.export_transactions(status="success").data
    assert exported["expiresAt"] == "2026-10-04 12:01:00"
    path = exported["path"].removeprefix(emulator.url)
    reply = emulator.respond("GET", path, {}, None)
    assert reply.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode())))
    assert [row["reference"] for row in rows] == [four_transactions[2], four_transactions[1]]
    assert rows[0]["email"] == "bola@example.com"
    emulator.advance(60)
    assert emulator.respond("GET", path, {}, None).status == 404


def test_transactions_of_another_key_are_not_listed(connect, emulator, client):
    reference = start_transaction(client)
    other = connect(transport=emulator.for_key("sk_test_other"))
    with pytest.raises(errors.InvalidRequestError):
        other.transactions.verify_transaction(reference)
    assert other.transactions.list_transactions().data == []
    other.transactions.initialize("ada@example.com", 1, reference=reference)
