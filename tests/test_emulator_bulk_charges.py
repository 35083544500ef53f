"""Bulk charges at the emulator: items are charged in order, once each, and verified by reference."""

import re

import pytest
from card_payments import NOON, list_event_names, pay_by_card
from conftest import SECRET_KEY

from paystackease import Emulator, Request, errors
from paystackease.emulator import Clock
from paystackease.emulator.settings import Settings


@pytest.fixture
def bulk(client):
    return client.bulk_charges


@pytest.fixture
def saved_code(client):
    return pay_by_card(client, 100)["authorization"]["authorization_code"]


def items(code, *amounts):
    return [{"authorization": code, "amount": amount, "reference": f"item-{amount}"} for amount in amounts]


def set_card_behavior(client, code, **bank):
    """Set how the bank responds to charges of this authorization."""
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body=bank))


def item_statuses(bulk, batch):
    return [item["status"] for item in reversed(bulk.fetch_charge_bulk_batch(batch["batch_code"]).data)]


def test_a_batch_is_charged_item_by_item_and_then_complete(client, emulator, bulk, saved_code):
    response = bulk.initiate_bulk_charge(items(saved_code, 1_000, 2_000))
    batch = response.data
    assert response.message == "Charges have been queued"
    assert (batch["status"], batch["total_charges"], batch["pending_charges"]) == ("active", 2, 2)
    assert re.fullmatch(r"bulkcharge-1790856000000-[a-z0-9]{10}", batch["reference"])
    assert client.transactions.verify_transaction("item-1000").data["status"] == "queued"
    assert item_statuses(bulk, batch) == ["pending", "pending"]

    emulator.advance(1)
    assert item_statuses(bulk, batch) == ["success", "pending"]
    assert bulk.fetch_bulk_charge_batch(batch["id"]).data["pending_charges"] == 1
    emulator.advance(1)
    data = bulk.fetch_bulk_charge_batch(batch["batch_code"]).data
    assert (data["status"], data["pending_charges"], data["total_charges"]) == ("complete", 0, 2)
    charges = [event.data["reference"] for event in emulator.events() if event.name == "charge.success"]
    assert charges[-2:] == ["item-1000", "item-2000"]
    (_, first) = bulk.fetch_charge_bulk_batch(batch["id"]).data
    assert (first["reference"], first["message"], first["bulkcharge"]) == ("item-1000", "Approved", batch["id"])
    assert first["transaction"]["status"] == "success"


def test_each_item_has_its_own_status(client, emulator, bulk, saved_code):
    other = pay_by_card(client, 100, email="bola@example.com")["authorization"]["authorization_code"]
    inactive = pay_by_card(client, 100, email="chidi@example.com")["authorization"]["authorization_code"]
    once = pay_by_card(client, 100, card={**CARD_FOR_ONCE}, email="dayo@example.com")["authorization"][
        "authorization_code"
    ]
    set_card_behavior(client, other, declines="Declined")
    batch = bulk.initiate_bulk_charge(
        [{"authorization": code, "amount": 1_000} for code in (saved_code, other, inactive, once)]
    ).data
    client.customers.deactivate_authorization(inactive)
    emulator.advance(4)
    assert item_statuses(bulk, batch) == ["success", "failed", "inactive_authorization", "error"]
    assert bulk.fetch_bulk_charge_batch(batch["id"]).data["status"] == "complete"
    failed = bulk.fetch_charge_bulk_batch(batch["id"], status="failed").data
    assert [item["message"] for item in failed] == ["Declined"]
    assert list_event_names(emulator, "charge.success") == ["charge.success"] * 5


CARD_FOR_ONCE = {"number": "4084080000671803", "cvv": "180", "expiry_month": "12", "expiry_year": "2030"}
"""It is not reusable."""


def test_a_batch_that_is_paused_charges_nothing_until_it_is_resumed(client, emulator, bulk, saved_code):
    batch = bulk.initiate_bulk_charge(items(saved_code, 1_000, 2_000, 3_000)).data
    emulator.advance(1)
    assert bulk.pause_bulk_charge_batch(batch["batch_code"]).message == "Bulk charge batch has been paused"
    emulator.advance(600)
    assert item_statuses(bulk, batch) == ["success", "pending", "pending"]
    assert bulk.fetch_bulk_charge_batch(batch["id"]).data["status"] == "paused"
    assert bulk.resume_bulk_charge_batch(batch["batch_code"]).message == "Bulk charge batch has been resumed"
    emulator.advance(2)
    assert item_statuses(bulk, batch) == ["success"] * 3
    assert bulk.fetch_bulk_charge_batch(batch["id"]).data["status"] == "complete"


def test_repeated_pauses_and_resumes_charge_each_item_once(client, emulator, bulk, saved_code):
    amounts = range(1_000, 1_010)
    batch = bulk.initiate_bulk_charge(items(saved_code, *amounts)).data
    for _ in amounts:
        for call in (bulk.pause_bulk_charge_batch, bulk.resume_bulk_charge_batch) * 2:
            call(batch["batch_code"])
            call(batch["batch_code"])
        emulator.advance(1)
        emulator.advance(0)
    charges = [event.data["reference"] for event in emulator.events() if event.name == "charge.success"]
    assert charges[1:] == [f"item-{amount}" for amount in amounts]
    assert bulk.fetch_bulk_charge_batch(batch["id"]).data["status"] == "complete"


def test_a_batch_that_is_complete_is_not_paused_or_resumed(client, emulator, bulk, saved_code):
    batch = bulk.initiate_bulk_charge(items(saved_code, 1_000)).data
    emulator.advance(1)
    for call in bulk.pause_bulk_charge_batch, bulk.resume_bulk_charge_batch:
        with pytest.raises(errors.InvalidRequestError, match="complete"):
            call(batch["batch_code"])


def test_a_used_reference_rejects_the_complete_call(client, emulator, bulk, saved_code):
    bulk.initiate_bulk_charge(items(saved_code, 1_000))
    with pytest.raises(errors.DuplicateReferenceError) as exc_info:
        bulk.initiate_bulk_charge(items(saved_code, 500, 1_000))
    assert (exc_info.value.status_code, exc_info.value.code) == (400, "duplicate_reference")
    twice = [{"authorization": saved_code, "amount": amount, "reference": "twice"} for amount in (1, 2)]
    with pytest.raises(errors.InvalidRequestError, match="Duplicate Transaction Reference"):
        client.send(Request("POST", "/bulkcharge", body=twice))
    for reference in "item-500", "twice":
        with pytest.raises(errors.InvalidRequestError, match="not found"):
            client.transactions.verify_transaction(reference)
    emulator.advance(60)
    assert len(bulk.list_bulk_charge_batches().data) == 1
    assert list_event_names(emulator, "charge.success") == ["charge.success"] * 2


class LossyTransport:
    """A transport to the emulator that loses the response to the first bulk charge."""

    def __init__(self, emulator):
        self._emulator = emulator
        self.lost = 0

    def send(self, request):
        reply = self._emulator.send(request)
        if request.path == "/bulkcharge" and request.method == "POST" and not self.lost:
            self.lost += 1
            raise errors.APITimeoutError("lost", request=request, may_have_arrived=True)
        return reply

    def close(self): ...


def test_a_batch_whose_response_was_lost_is_verified_by_item_and_charged_once(connect, emulator, client, saved_code):
    line = LossyTransport(emulator)
    charges = [{"authorization": saved_code, "amount": amount} for amount in (1_000, 2_000)]
    with pytest.raises(errors.ResponseLostError) as exc_info:
        connect(transport=line).bulk_charges.initiate_bulk_charge(charges)
    assert line.lost == 1
    references = list(exc_info.value.verified_data)
    emulator.advance(60)
    paid = [client.transactions.verify_transaction(reference).data for reference in references]
    assert [(item["status"], item["amount"]) for item in paid] == [("success", 1_000), ("success", 2_000)]
    assert list_event_names(emulator, "charge.success") == ["charge.success"] * 3
    assert len(client.bulk_charges.list_bulk_charge_batches().data) == 1


def test_an_item_is_partially_debited_if_allowed(client, emulator, bulk, saved_code):
    set_card_behavior(client, saved_code, available=700)
    batch = bulk.initiate_bulk_charge(
        [
            {"authorization": saved_code, "amount": 1_000, "attempt_partial_debit": True, "at_least": 800},
            {"authorization": saved_code, "amount": 1_000, "at_least": 500},
            {"authorization": saved_code, "amount": 1_000, "attempt_partial_debit": True, "at_least": 500},
        ]
    ).data
    emulator.advance(3)
    assert item_statuses(bulk, batch) == ["failed", "failed", "success"]
    assert bulk.fetch_charge_bulk_batch(batch["id"], status="success").data[0]["transaction"]["amount"] == 700


def test_the_metadata_of_an_item_is_copied_to_its_transaction(client, bulk, saved_code):
    bulk.initiate_bulk_charge([{**items(saved_code, 1_000)[0], "metadata": {"order": 7}}])
    assert client.transactions.verify_transaction("item-1000").data["metadata"] == {"order": 7}


def test_a_slow_direct_debit_is_pending_until_the_bank_responds(connect):
    slow = Settings(offline_seconds=3_600)
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=slow) as emulator:
        client = connect(transport=emulator)
        data = client.customers.initialize_authorization("ada@example.com", "direct_debit").data
        client.send(Request("POST", f"/_emulator/mandates/{data['reference']}/approve"))
        emulator.advance(10)
        code = client.customers.verify_authorization(data["reference"]).data["authorization_code"]
        batch = client.bulk_charges.initiate_bulk_charge(items(code, 1_000, 2_000)).data
        emulator.advance(2)
        assert client.transactions.verify_transaction("item-1000").data["status"] == "processing"
        assert item_statuses(client.bulk_charges, batch) == ["pending", "pending"]
        client.bulk_charges.pause_bulk_charge_batch(batch["batch_code"])
        client.bulk_charges.resume_bulk_charge_batch(batch["batch_code"])
        emulator.advance(3_600)
        assert item_statuses(client.bulk_charges, batch) == ["success", "success"]
        assert client.bulk_charges.fetch_bulk_charge_batch(batch["id"]).data["status"] == "complete"
        assert list_event_names(emulator, "charge.success") == ["charge.success"] * 2


def test_batches_and_items_are_listed(client, emulator, bulk, saved_code):
    first = bulk.initiate_bulk_charge(items(saved_code, 1_000, 2_000)).data
    emulator.advance(2)
    second = bulk.initiate_bulk_charge(items(saved_code, 3_000)).data
    assert [batch["batch_code"] for batch in bulk.list_bulk_charge_batches(status="complete").data] == [
        first["batch_code"]
    ]
    assert len(list(client.iterate(bulk.list_bulk_charge_batches(per_page=1)))) == 2
    assert len(list(client.iterate(bulk.fetch_charge_bulk_batch(first["id"], per_page=1)))) == 2
    assert [item["amount"] for item in bulk.fetch_charge_bulk_batch(second["id"]).data] == [3_000]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "required"),
        ([7], "required"),
        ([{"amount": 1}], "Authorization is required"),
        ([{"authorization": "AUTH_nothing", "amount": 1}], "Authorization code is invalid"),
        ([{"authorization": "saved_code"}], "Amount is required"),
        ([{"authorization": "saved_code", "amount": 0}], "Invalid Amount Sent"),
        ([{"authorization": "saved_code", "amount": 1, "reference": ""}], "Reference is required"),
        ({"authorization": "saved_code", "amount": 1}, "required"),
    ],
    ids=["empty", "not-objects", "no-authorization", "unknown", "no-amount", "nothing", "no-reference", "an-object"],
)
def test_an_invalid_item_rejects_the_complete_batch(client, saved_code, body, message):
    if isinstance(body, list):
        body = [{**item, "authorization": saved_code} if _is_placeholder(item) else item for item in body]
    with pytest.raises(errors.InvalidRequestError, match=message):
        client.send(Request("POST", "/bulkcharge", body=body))
    assert client.bulk_charges.list_bulk_charge_batches().data == []


def _is_placeholder(one):
    return isinstance(one, dict) and one.get("authorization") == "saved_code"


def test_an_unknown_batch_gets_paystacks_message(bulk):
    for call in (
        bulk.fetch_bulk_charge_batch,
        bulk.fetch_charge_bulk_batch,
        bulk.pause_bulk_charge_batch,
        bulk.resume_bulk_charge_batch,
    ):
        with pytest.raises(errors.NotFoundError, match="Bulk charge code not found") as exc_info:
            call("BCH_nothing")
        assert exc_info.value.code == "not_found"


def test_strict_mode_rejects_undocumented_reference_characters(connect):
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON), settings=Settings(strict=True)) as emulator:
        client = connect(transport=emulator)
        code = pay_by_card(client, 100)["authorization"]["authorization_code"]
        with pytest.raises(errors.InvalidRequestError, match="Invalid transaction reference"):
            client.bulk_charges.initiate_bulk_charge([{**items(code, 1_000)[0], "reference": "Item.1"}])
        client.bulk_charges.initiate_bulk_charge([{**items(code, 1_000)[0], "reference": "item_1-a"}])
