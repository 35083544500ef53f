"""Refunds at the emulator: each payment is refunded at most once in full."""

import pytest
from card_payments import (
    NOON,
    REFUND_FAILS_CARD,
    REFUND_NEEDS_ATTENTION_CARD,
    account_balance,
    list_event_names,
    pay_by_card,
    total_balance,
)
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.settings import Settings

A_DAY = 86_400
DETAILS = {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"}


@pytest.fixture
def refunds(client):
    return client.refund


def status(client, tx):
    return client.transactions.verify_transaction(tx["reference"]).data["status"]


def test_a_full_refund_is_processed_and_reverses_the_transaction(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    created = refunds.create_refund(tx["reference"])
    assert created.message == "Refund has been queued for processing"
    assert (created.data["status"], created.data["amount"], created.data["deducted_amount"]) == ("pending", 10_000, 0)
    assert created.data["transaction"]["reference"] == tx["reference"]
    # Seven working days: a Thursday, and a Monday eleven days later.
    assert created.data["expected_at"] == "2026-10-12T12:00:00.000Z"
    assert list_event_names(emulator, "refund") == ["refund.pending"]
    assert status(client, tx) == "success"

    emulator.advance(5)
    assert refunds.fetch_refund(created.data["id"]).data["status"] == "processing"
    emulator.advance(60)
    refund = refunds.fetch_refund(created.data["id"]).data
    assert (refund["status"], refund["fully_deducted"], refund["transaction"]) == ("processed", True, tx["id"])
    assert refund["refunded_at"] == "2026-10-01T12:01:05.000Z"
    assert list_event_names(emulator, "refund") == ["refund.pending", "refund.processing", "refund.processed"]
    assert status(client, tx) == "reversed"


def test_a_transaction_is_named_by_its_number_too(client, refunds):
    tx = pay_by_card(client, 10_000)
    assert refunds.create_refund(tx["id"], 100).data["transaction"]["id"] == tx["id"]


def test_the_notes_are_the_merchants_or_made(client, refunds):
    tx = pay_by_card(client, 10_000)
    own = refunds.create_refund(tx["id"], 100, customer_note="Sorry", merchant_note="Broken").data
    assert (own["customer_note"], own["merchant_note"]) == ("Sorry", "Broken")
    refund = refunds.create_refund(tx["id"], 100).data
    assert refund["customer_note"] == f"Refund for transaction {tx['reference']}"


def test_partial_refunds_reverse_the_transaction_when_complete(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    refunds.create_refund(tx["reference"], 4_000)
    emulator.advance(65)
    assert status(client, tx) == "success"
    # Without an amount, the rest is refunded.
    assert refunds.create_refund(tx["reference"]).data["amount"] == 6_000
    emulator.advance(65)
    assert status(client, tx) == "reversed"


def test_refunds_never_exceed_the_payment(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    refunds.create_refund(tx["reference"], 7_000)
    with pytest.raises(errors.InvalidRequestError, match="Refund amount exceeds transaction amount") as exc_info:
        refunds.create_refund(tx["reference"], 3_001)
    assert (exc_info.value.status_code, exc_info.value.code) == (400, "refund_amount_exceeds_transaction_amount")
    # Pending and processed refunds both count.
    emulator.advance(65)
    with pytest.raises(errors.InvalidRequestError):
        refunds.create_refund(tx["reference"], 3_001)
    refunds.create_refund(tx["reference"], 3_000)
    for _ in range(2):
        with pytest.raises(errors.InvalidRequestError, match="Transaction has been fully reversed") as exc_info:
            refunds.create_refund(tx["reference"], 1)
        assert exc_info.value.code == "transaction_reversed"
        emulator.advance(65)


def test_the_amount_of_a_failed_refund_can_be_refunded_again(client, emulator, refunds):
    tx = pay_by_card(client, 10_000, card=REFUND_FAILS_CARD)
    refund = refunds.create_refund(tx["reference"]).data
    emulator.advance(65)
    failed = refunds.fetch_refund(refund["id"]).data
    assert (failed["status"], failed["deducted_amount"], failed["refunded_at"]) == ("failed", 0, None)
    assert list_event_names(emulator, "refund") == ["refund.pending", "refund.processing", "refund.failed"]
    assert status(client, tx) == "success"
    assert refunds.create_refund(tx["reference"]).data["amount"] == 10_000


def test_a_processed_refund_debits_the_merchant_and_the_ledger_balances(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    fee = tx["fees"]
    assert account_balance(emulator, "unsettled") == 10_000 - fee
    paid = account_balance(emulator, "outside")
    refunds.create_refund(tx["reference"], 6_000)
    assert account_balance(emulator, "unsettled") == 10_000 - fee
    emulator.advance(5)
    assert (account_balance(emulator, "unsettled"), account_balance(emulator, "refunds")) == (4_000 - fee, 6_000)
    emulator.advance(60)
    assert (account_balance(emulator, "refunds"), account_balance(emulator, "outside")) == (0, paid + 6_000)
    assert total_balance(emulator) == 0


def test_a_failed_refund_returns_its_amount(client, emulator, refunds):
    tx = pay_by_card(client, 10_000, card=REFUND_FAILS_CARD)
    before = account_balance(emulator, "unsettled"), account_balance(emulator, "outside")
    refunds.create_refund(tx["reference"])
    emulator.advance(65)
    assert (account_balance(emulator, "unsettled"), account_balance(emulator, "outside")) == before
    assert account_balance(emulator, "refunds") == 0


def test_a_refund_is_deducted_from_the_next_settlement(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    refunds.create_refund(tx["reference"], 6_000)
    emulator.advance(A_DAY)
    (settled,) = client.settlements.list_settlements().data
    assert (settled["total_amount"], settled["deductions"]) == (10_000 - tx["fees"], 6_000)
    assert (settled["status"], settled["effective_amount"]) == ("success", 4_000 - tx["fees"])
    assert account_balance(emulator, "bank") == 4_000 - tx["fees"]


def test_a_refund_after_settlement_is_deducted_from_later_payments(client, emulator, refunds):
    tx = pay_by_card(client, 10_000)
    emulator.advance(A_DAY)
    assert account_balance(emulator, "bank") == 10_000 - tx["fees"]
    refunds.create_refund(tx["reference"])
    emulator.advance(65)
    assert account_balance(emulator, "unsettled") == -10_000
    later = pay_by_card(client, 15_000)
    emulator.advance(A_DAY)
    assert account_balance(emulator, "unsettled") == 0
    assert account_balance(emulator, "bank") == 25_000 - tx["fees"] - later["fees"] - 10_000


def test_a_refund_that_needs_attention_waits_for_an_account_of_the_customer(client, emulator, refunds):
    tx = pay_by_card(client, 10_000, card=REFUND_NEEDS_ATTENTION_CARD)
    refund = refunds.create_refund(tx["reference"]).data
    emulator.advance(A_DAY)
    assert refunds.fetch_refund(refund["id"]).data["status"] == "needs-attention"
    assert account_balance(emulator, "refunds") == 10_000
    event = emulator.events()[-1]
    assert (event.name, event.data["id"]) == ("refund.needs-attention", str(refund["id"]))

    again = refunds.retry_refund(int(event.data["id"]), DETAILS)
    assert again.message == "Refund retried and has been queued for processing"
    assert (again.data["status"], again.data["reason"]) == ("processing", "PROCESSING")
    emulator.advance(60)
    assert refunds.fetch_refund(refund["id"]).data["status"] == "processed"
    assert account_balance(emulator, "refunds") == 0
    names = ["pending", "processing", "needs-attention", "processing", "processed"]
    assert list_event_names(emulator, "refund") == [f"refund.{name}" for name in names]
    assert status(client, tx) == "reversed"


@pytest.mark.parametrize(
    ("number", "becomes"),
    [("1012204936", "failed"), ("1012204935", "needs-attention"), ("0123456789", "processed")],
    ids=["fails", "needs-attention", "goes-through"],
)
def test_the_account_of_a_retry_decides_its_outcome(client, emulator, refunds, number, becomes):
    tx = pay_by_card(client, 10_000, card=REFUND_NEEDS_ATTENTION_CARD)
    refund = refunds.create_refund(tx["reference"]).data
    emulator.advance(65)
    refunds.retry_refund(refund["id"], {**DETAILS, "account_number": number})
    emulator.advance(60)
    assert refunds.fetch_refund(refund["id"]).data["status"] == becomes
    stored = emulator._services.store.execute("select body from document where kind = 'refund'")
    assert number not in stored[0][0]


def test_only_a_refund_that_needs_attention_is_retried(client, emulator, refunds):
    refund = refunds.create_refund(pay_by_card(client, 10_000)["id"]).data
    for _ in range(3):
        with pytest.raises(errors.PaystackError, match='should be "needs-attention"') as exc_info:
            refunds.retry_refund(refund["id"], DETAILS)
        assert (exc_info.value.status_code, exc_info.value.code) == (422, "invalid_params")
        emulator.advance(60)
    assert list_event_names(emulator, "refund")[-1] == "refund.processed"


@pytest.mark.parametrize("missing", sorted(DETAILS))
def test_a_retry_requires_an_account(client, emulator, refunds, missing):
    refund = refunds.create_refund(pay_by_card(client, 10_000, card=REFUND_NEEDS_ATTENTION_CARD)["id"]).data
    emulator.advance(65)
    details = {name: value for name, value in DETAILS.items() if name != missing}
    path = f"/refund/retry_with_customer_details/{refund['id']}"
    with pytest.raises(errors.InvalidRequestError, match=f"{missing} is required"):
        client.send(Request("POST", path, body={"refund_account_details": details}))
    with pytest.raises(errors.InvalidRequestError, match="currency"):
        refunds.retry_refund(refund["id"], {**DETAILS, "currency": "GHS"})


def test_an_unpaid_transaction_cannot_be_refunded(client, refunds):
    transaction = client.transactions.initialize("ada@example.com", 10_000).data
    with pytest.raises(errors.InvalidRequestError, match="paid"):
        refunds.create_refund(transaction["reference"])


def test_a_missing_object_gets_paystacks_message(client, refunds):
    with pytest.raises(errors.InvalidRequestError, match="Transaction not found") as exc_info:
        refunds.create_refund("nothing")
    assert (exc_info.value.status_code, exc_info.value.code) == (400, "transaction_not_found")
    with pytest.raises(errors.NotFoundError, match="Refund not found") as exc_info:
        refunds.fetch_refund(1)
    assert exc_info.value.code == "not_found"
    with pytest.raises(errors.NotFoundError, match="Refund not found"):
        refunds.retry_refund(1, DETAILS)
    with pytest.raises(errors.InvalidRequestError, match="Transaction is required"):
        client.send(Request("POST", "/refund", body={}))


@pytest.mark.parametrize("amount", [0, -1, 10.5, "1.5", True], ids=str)
def test_an_amount_is_a_whole_number_above_nothing(client, amount):
    tx = pay_by_card(client, 10_000)
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("POST", "/refund", body={"transaction": tx["id"], "amount": amount}))
    assert exc_info.value.status_code == 400


def test_the_currency_is_that_of_the_payment(client, refunds):
    tx = pay_by_card(client, 10_000)
    with pytest.raises(errors.InvalidRequestError, match="currency"):
        refunds.create_refund(tx["id"], currency="GHS")
    assert refunds.create_refund(tx["id"], currency="NGN").data["currency"] == "NGN"


def test_the_list_reports_the_remaining_refundable_amount(client, emulator, refunds):
    tx, other = pay_by_card(client, 10_000, card=REFUND_NEEDS_ATTENTION_CARD), pay_by_card(client, 500, currency="GHS")
    refund = refunds.create_refund(tx["id"], 2_500).data
    refunds.create_refund(other["id"])
    refund_list = refunds.list_refunds(transaction=tx["id"])
    assert [item["id"] for item in refund_list.data] == [refund["id"]]
    assert (refund_list.meta["partialAmountLeft"], refund_list.meta["totalRetriable"]) == (7_500, 0)
    emulator.advance(65)
    assert refunds.list_refunds(transaction=tx["id"]).meta["totalRetriable"] == 1
    # A filter by reference returns nothing, as at Paystack.
    assert refunds.list_refunds(transaction=tx["reference"]).data == []
    assert [refund["currency"] for refund in refunds.list_refunds(currency="GHS").data] == ["GHS"]
    assert len(list(client.iterate(refunds.list_refunds(per_page=1)))) == 2


def test_amounts_are_text_in_some_webhooks_and_numbers_without_quirks(connect, client, emulator, refunds):
    refunds.create_refund(pay_by_card(client, 10_000)["id"], 2_500)
    refunds.create_refund(pay_by_card(client, 10_000, card=REFUND_FAILS_CARD)["id"])
    emulator.advance(65)
    amounts = [(event.name, event.data["amount"]) for event in emulator.events() if event.name.startswith("refund")]
    assert amounts[-2:] == [("refund.processed", "2500"), ("refund.failed", 10_000)]
    assert refunds.list_refunds().data[1]["fully_deducted"] == 1
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=Settings(quirks=False)) as plain:
        other = connect(transport=plain)
        other.refund.create_refund(pay_by_card(other, 10_000)["id"], 2_500)
        assert plain.events()[-1].data["amount"] == 2_500
        assert other.refund.list_refunds().data[0]["fully_deducted"] is False
