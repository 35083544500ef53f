"""Settlements: payments are settled the next day, net of fees, shares and deductions."""

import datetime as dt

import emulator_payments
import pytest
from emulator_payments import create_paid_transaction

from paystackease import Request

DAY = 86_400


def test_a_day_is_settled_after_it_ends_and_the_bank_takes_an_hour(client, emulator):
    create_paid_transaction(client, 100_000)
    create_paid_transaction(client, 100_000)
    listed = client.settlements.list_settlements()
    assert listed.message == "Settlements retrieved"
    (waiting,) = listed.data
    assert (waiting["status"], waiting["total_processed"], waiting["total_fees"]) == ("pending", 200_000, 3_000)
    assert (waiting["total_amount"], waiting["effective_amount"]) == (197_000, 197_000)
    assert waiting["settlement_date"] == "2026-10-02T00:00:00.000Z"
    for seconds, status in (DAY // 2 - 1, "pending"), (1, "processing"), (3_599, "processing"), (1, "success"):
        emulator.advance(seconds)
        assert client.settlements.list_settlements().data[0]["status"] == status
    balances = emulator_payments.account_balances(emulator)
    assert (balances["unsettled", "NGN"], balances["bank", "NGN"], balances["paystack", "NGN"]) == (0, 197_000, 3_000)
    assert emulator_payments.find_imbalances(emulator) == []


def test_each_day_and_each_currency_has_one(client, emulator):
    create_paid_transaction(client, 100)
    create_paid_transaction(client, 100, currency="GHS")
    emulator.advance(DAY)
    create_paid_transaction(client, 100)
    settlements = client.settlements.list_settlements().data
    assert [(item["currency"], item["status"]) for item in settlements] == [
        ("NGN", "pending"),
        ("GHS", "success"),
        ("NGN", "success"),
    ]


def test_a_subaccount_has_its_own(client, emulator):
    subaccount = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 30).data
    transaction = create_paid_transaction(client, 100_000, subaccount=subaccount["subaccount_code"])
    emulator.advance(2 * DAY)
    (own,) = client.settlements.list_settlements(subaccount=str(subaccount["id"])).data
    (main,) = client.settlements.list_settlements(subaccount="none").data
    assert (own["effective_amount"], main["effective_amount"]) == (70_000, 28_500)
    for item in own, main:
        response = client.settlements.list_settlement_transactions(item["id"])
        assert [tx["reference"] for tx in response.data] == [transaction["reference"]]
        assert response.meta["total_volume"] == item["total_processed"]
    balances = emulator_payments.account_balances(emulator)
    assert (balances[f"subaccount:{subaccount['subaccount_code']}", "NGN"], balances["bank", "NGN"]) == (0, 28_500)
    assert emulator_payments.find_imbalances(emulator) == []


@pytest.mark.parametrize(
    ("schedule", "dates"),
    [
        ("auto", ["2026-10-02", "2026-10-03"]),
        ("weekly", ["2026-10-05"]),  # a Monday
        ("monthly", ["2026-11-01"]),
    ],
)
def test_a_subaccount_is_settled_on_its_schedule(client, emulator, schedule, dates):
    subaccount = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 0).data
    client.subaccounts.update_subaccount(subaccount["id"], settlement_schedule=schedule)
    for _ in range(2):
        create_paid_transaction(client, 100_000, subaccount=subaccount["subaccount_code"])
        emulator.advance(DAY)
    settlements = client.settlements.list_settlements(subaccount=str(subaccount["id"])).data
    assert [item["settlement_date"] for item in reversed(settlements)] == [f"{date}T00:00:00.000Z" for date in dates]
    emulator.advance(40 * DAY)
    settlements = client.settlements.list_settlements(subaccount=str(subaccount["id"])).data
    assert {item["status"] for item in settlements} == {"success"}
    assert sum(item["effective_amount"] for item in settlements) == 2 * (100_000 - 1_500)
    assert emulator_payments.account_balances(emulator)[f"subaccount:{subaccount['subaccount_code']}", "NGN"] == 0


def test_a_manual_settlement_is_pending_until_it_is_triggered(client, emulator):
    subaccount = client.subaccounts.create_subaccount("Obi Books", "058", "0123456789", 0).data
    client.subaccounts.update_subaccount(subaccount["id"], settlement_schedule="manual")
    create_paid_transaction(client, 100_000, subaccount=subaccount["subaccount_code"])
    emulator.advance(400 * DAY)
    (waiting,) = client.settlements.list_settlements(subaccount=str(subaccount["id"])).data
    assert (waiting["status"], waiting["settlement_date"]) == ("pending", None)
    client.send(Request("POST", f"/_emulator/settlements/{waiting['id']}/settle"))
    create_paid_transaction(client, 50_000, subaccount=subaccount["subaccount_code"])
    emulator.advance(DAY)
    later, settled = client.settlements.list_settlements(subaccount=str(subaccount["id"])).data
    assert (settled["status"], settled["effective_amount"]) == ("success", 98_500)
    assert (later["status"], later["effective_amount"]) == ("pending", 49_250)
    assert emulator_payments.find_imbalances(emulator) == []


def test_refunds_are_deducted_from_the_settlement(client, emulator):
    create_paid_transaction(client, 100_000)
    client.refund.create_refund(create_paid_transaction(client, 50_000)["reference"])
    emulator.advance(2 * DAY)
    (settlement,) = client.settlements.list_settlements().data
    assert (settlement["total_amount"], settlement["deductions"], settlement["effective_amount"]) == (
        147_750,
        50_000,
        97_750,
    )
    assert emulator_payments.account_balances(emulator)["unsettled", "NGN"] == 0
    assert emulator_payments.find_imbalances(emulator) == []


def test_a_list_is_narrowed_by_status_and_dates(client, emulator):
    create_paid_transaction(client, 100)
    emulator.advance(2 * DAY)
    create_paid_transaction(client, 100)
    listed = client.settlements.list_settlements
    assert [item["status"] for item in listed(status="success").data] == ["success"]
    assert len(listed(from_date=dt.date(2026, 10, 3)).data) == 1
    assert len(listed(to_date=dt.date(2026, 10, 2)).data) == 1
    assert listed(subaccount="ACCT_code").data == []


def test_transactions_can_be_filtered_by_their_settlement(client, emulator):
    first = create_paid_transaction(client, 100)
    emulator.advance(2 * DAY)
    create_paid_transaction(client, 100)
    (settled,) = client.settlements.list_settlements(status="success").data
    transactions = client.transactions.list_transactions(settlement=settled["id"]).data
    assert [tx["reference"] for tx in transactions] == [first["reference"]]
    for wanted, count in (True, 1), (False, 1):
        path = client.transactions.export_transactions(settled=wanted).data["path"].removeprefix(emulator.url)
        assert emulator.respond("GET", path, {}, None).content.count(b"\n") == 1 + count


def test_an_unknown_code_is_not_found(client):
    response = emulator_payments.response_of(client.send, Request("GET", "/settlement/1/transactions"))
    assert (response.http.status, response.message) == (404, "Settlement not found")
