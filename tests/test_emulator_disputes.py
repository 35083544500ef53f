"""Disputes at the emulator: opened by the customer's bank, and accepted, declined or left open by the merchant."""

import pytest
from card_payments import account_balance, list_event_names, pay_by_card, total_balance

from paystackease import Request, errors

A_DAY, AN_HOUR = 86_400, 3_600
EVIDENCE = ("ada@example.com", "Ada Obi", "08012345678", "Three lessons of piano")


@pytest.fixture
def disputes(client):
    return client.disputes


@pytest.fixture
def tx(client):
    return pay_by_card(client, 10_000)


@pytest.fixture
def dispute(client, tx):
    return create_dispute(client, tx)


def create_dispute(client, tx, **more):
    """Create a dispute of a payment, as the customer's bank does."""
    return client.send(Request("POST", "/_emulator/disputes", body={"transaction": tx["reference"], **more})).data


def status(client, tx):
    return client.transactions.verify_transaction(tx["reference"]).data["status"]


def test_a_dispute_awaits_the_merchant_until_its_due_date(client, emulator, disputes, tx, dispute):
    fetched_dispute = disputes.fetch_dispute(dispute["id"])
    assert (fetched_dispute.message, fetched_dispute.data["status"]) == (
        "Dispute retrieved",
        "awaiting-merchant-feedback",
    )
    assert (fetched_dispute.data["refund_amount"], fetched_dispute.data["resolution"]) == (10_000, None)
    assert (fetched_dispute.data["bin"], fetched_dispute.data["last4"], fetched_dispute.data["category"]) == (
        "408408",
        "4081",
        "chargeback",
    )
    assert fetched_dispute.data["dueAt"] == "2026-10-02T18:00:00.000Z"
    assert fetched_dispute.data["transaction"]["reference"] == tx["reference"]
    assert [message["sender"] for message in fetched_dispute.data["messages"]] == ["ada@example.com"]
    assert list_event_names(emulator, "charge.dispute") == ["charge.dispute.create"]
    assert status(client, tx) == "success"


def test_the_merchant_is_reminded_and_then_the_dispute_is_auto_accepted(client, emulator, disputes, tx, dispute):
    emulator.advance(6 * AN_HOUR)
    assert list_event_names(emulator, "charge.dispute") == ["charge.dispute.create", "charge.dispute.remind"]
    emulator.advance(A_DAY)
    data = disputes.fetch_dispute(dispute["id"]).data
    assert (data["status"], data["resolution"]) == ("resolved", "auto-accepted")
    assert data["resolvedAt"] == data["dueAt"]
    last = emulator.events()[-1]
    assert last.name == "charge.dispute.resolve"
    assert last.data["transaction"]["status"] == "reversed" == status(client, tx)


@pytest.mark.parametrize(("hours", "due"), [(0, "2026-10-02"), (6, "2026-10-02"), (7, "2026-10-03")])
def test_there_is_always_a_full_day_to_respond_to_a_dispute(client, emulator, tx, hours, due):
    emulator.advance(hours * AN_HOUR)
    assert create_dispute(client, tx)["dueAt"] == f"{due}T18:00:00.000Z"


def test_an_accepted_dispute_is_refunded(client, emulator, disputes, tx, dispute):
    outside = account_balance(emulator, "outside")
    done = disputes.resolve_dispute(dispute["id"], "merchant-accepted", "Sorry", 10_000, "receipt.pdf")
    assert done.message == "Dispute successfully resolved"
    assert (done.data["status"], done.data["resolution"]) == ("resolved", "merchant-accepted")
    assert done.data["message"]["body"] == "Sorry"
    assert status(client, tx) == "reversed"
    assert account_balance(emulator, "outside") - outside == 10_000
    assert account_balance(emulator, "unsettled") == -tx["fees"]
    assert total_balance(emulator) == 0
    (refund,) = client.refund.list_refunds(transaction=tx["id"]).data
    assert (refund["status"], refund["dispute"], refund["amount"]) == ("processed", dispute["id"], 10_000)
    names = ["refund.pending", "refund.processing", "refund.processed", "charge.dispute.resolve"]
    assert list_event_names(emulator, "refund", "charge.dispute") == ["charge.dispute.create", *names]
    # A job that is due later does not repeat it.
    emulator.advance(3 * A_DAY)
    assert list_event_names(emulator, "charge.dispute", "refund")[-1] == "charge.dispute.resolve"
    assert account_balance(emulator, "outside") - outside == 10_000


def test_a_partial_refund_does_not_reverse_the_transaction(client, disputes, tx, dispute):
    disputes.resolve_dispute(dispute["id"], "merchant-accepted", "Half of it", 5_000, "receipt.pdf")
    assert status(client, tx) == "success"
    assert client.refund.list_refunds(transaction=tx["id"]).meta["partialAmountLeft"] == 5_000


def test_a_declined_dispute_is_resolved_for_the_merchant_after_the_bank_review(client, emulator, disputes, tx, dispute):
    before = account_balance(emulator, "unsettled")
    data = disputes.resolve_dispute(dispute["id"], "declined", "It was delivered", 0, "receipt.pdf").data
    assert (data["status"], data["resolution"]) == ("awaiting-bank-feedback", "declined")
    assert list_event_names(emulator, "charge.dispute") == ["charge.dispute.create"]
    emulator.advance(3 * A_DAY)
    fetched_dispute = disputes.fetch_dispute(dispute["id"]).data
    assert (fetched_dispute["status"], fetched_dispute["resolution"]) == ("resolved", "declined")
    assert list_event_names(emulator, "charge.dispute", "refund") == ["charge.dispute.create", "charge.dispute.resolve"]
    assert status(client, tx) == "success"
    assert account_balance(emulator, "bank") == before


def test_the_bank_can_decide_for_the_customer(client, emulator, disputes, tx, dispute):
    disputes.resolve_dispute(dispute["id"], "declined", "It was delivered", 0, "receipt.pdf")
    lost = client.send(Request("POST", f"/_emulator/disputes/{dispute['id']}/lose")).data
    assert (lost["status"], lost["resolution"]) == ("resolved", "auto-accepted")
    assert status(client, tx) == "reversed"
    with pytest.raises(errors.InvalidRequestError, match="resolved already"):
        client.send(Request("POST", f"/_emulator/disputes/{dispute['id']}/lose"))
    emulator.advance(3 * A_DAY)
    assert list_event_names(emulator, "charge.dispute").count("charge.dispute.resolve") == 1


def test_an_amount_refunded_meanwhile_is_not_refunded_twice(client, emulator, disputes, tx, dispute):
    outside = account_balance(emulator, "outside")
    client.refund.create_refund(tx["id"], 4_000)
    emulator.advance(2 * A_DAY)
    assert disputes.fetch_dispute(dispute["id"]).data["refund_amount"] == 6_000
    assert account_balance(emulator, "outside") - outside == 10_000
    assert status(client, tx) == "reversed"


def test_a_dispute_of_a_refunded_transaction_costs_nothing(client, emulator, disputes, tx, dispute):
    outside = account_balance(emulator, "outside")
    client.refund.create_refund(tx["id"])
    emulator.advance(2 * A_DAY)
    assert disputes.fetch_dispute(dispute["id"]).data["resolution"] == "auto-accepted"
    assert account_balance(emulator, "outside") - outside == 10_000


def test_the_refund_amount_can_be_set_before_the_due_date(client, emulator, disputes, tx, dispute):
    changed = disputes.update_dispute(dispute["id"], 3_000, "receipt.pdf")
    assert changed.message == "Dispute updated successfully"
    (fetched_dispute,) = changed.data
    assert (fetched_dispute["refund_amount"], fetched_dispute["attachments"]) == (3_000, "receipt.pdf")
    emulator.advance(2 * A_DAY)
    assert [refund["amount"] for refund in client.refund.list_refunds(transaction=tx["id"]).data] == [3_000]


def test_refunds_never_exceed_the_payment(client, emulator, disputes, tx, dispute):
    def refuse(call, *args):
        with pytest.raises(errors.InvalidRequestError, match="Refund amount cannot be greater") as exc_info:
            call(*args)
        assert exc_info.value.status_code == 400

    accept = (dispute["id"], "merchant-accepted", "Sorry")
    refuse(disputes.update_dispute, dispute["id"], 10_001)
    refuse(disputes.resolve_dispute, *accept, 10_001, "receipt.pdf")
    client.refund.create_refund(tx["id"], 4_000)
    refuse(disputes.resolve_dispute, *accept, 6_001, "receipt.pdf")
    refuse(lambda: create_dispute(client, pay_by_card(client, 500), refund_amount=501))
    disputes.resolve_dispute(*accept, 6_000, "receipt.pdf")


def test_evidence_is_accepted_and_not_stored(client, emulator, disputes, dispute):
    given = disputes.add_evidence(dispute["id"], *EVIDENCE, delivery_address="1 Allen Avenue")
    assert (given.message, given.data["customer_name"]) == ("Evidence created", "Ada Obi")
    assert (given.data["dispute"], given.data["delivery_address"]) == (dispute["id"], "1 Allen Avenue")
    assert disputes.fetch_dispute(dispute["id"]).data["evidence"] == given.data["id"]
    stored = emulator._services.store.execute("select body from document where kind in ('evidence', 'dispute')")
    assert not any("piano" in body or "Allen" in body or "08012345678" in body for (body,) in stored)
    answer = ("declined", "It was delivered", 0, "receipt.pdf")
    with pytest.raises(errors.NotFoundError, match="Evidence not found"):
        disputes.resolve_dispute(dispute["id"], *answer, given.data["id"] + 1)
    disputes.resolve_dispute(dispute["id"], *answer, given.data["id"])


def test_a_file_is_sent_to_its_own_address_without_a_key(client, emulator, disputes, dispute):
    place = disputes.get_upload_url(dispute["id"], "receipt.pdf")
    assert place.message == "Upload url generated"
    path = place.data["signedUrl"].removeprefix(emulator.url)
    assert path.endswith(place.data["fileName"])
    headers = {"content-type": "application/pdf"}
    assert emulator.respond("PUT", path, headers, b"%PDF-1.7 \xff not JSON").status == 200
    assert emulator.respond("PUT", f"{path}x", headers, b"%PDF-1.7").status == 404


def test_a_resolved_or_reviewed_dispute_accepts_no_further_response(client, disputes, tx, dispute):
    disputes.resolve_dispute(dispute["id"], "declined", "It was delivered", 0, "receipt.pdf")
    for call in (
        lambda: disputes.resolve_dispute(dispute["id"], "merchant-accepted", "Sorry", 10_000, "receipt.pdf"),
        lambda: disputes.update_dispute(dispute["id"], 1),
        lambda: disputes.add_evidence(dispute["id"], *EVIDENCE),
        lambda: disputes.get_upload_url(dispute["id"], "receipt.pdf"),
    ):
        with pytest.raises(errors.InvalidRequestError, match="awaiting-bank-feedback"):
            call()
    assert status(client, tx) == "success"


def test_a_dispute_is_fetched_by_its_transaction(client, disputes, tx, dispute):
    fetched_dispute = disputes.list_transaction_disputes(tx["id"])
    assert (fetched_dispute.message, fetched_dispute.data["id"]) == ("Dispute retrieved successfully", dispute["id"])
    assert [(past["status"], past["dispute"]) for past in fetched_dispute.data["history"]] == [
        ("pending", dispute["id"])
    ]
    with pytest.raises(errors.NotFoundError, match="Dispute not found"):
        disputes.list_transaction_disputes(pay_by_card(client, 500)["id"])


def test_disputes_are_listed_by_status_and_transaction(client, disputes, tx, dispute):
    other = create_dispute(client, pay_by_card(client, 500))
    disputes.resolve_dispute(other["id"], "merchant-accepted", "Sorry", 500, "receipt.pdf")
    assert [dispute["id"] for dispute in disputes.list_disputes(status="resolved").data] == [other["id"]]
    assert [dispute["id"] for dispute in disputes.list_disputes(transaction_id=tx["id"]).data] == [dispute["id"]]
    assert disputes.list_disputes(transaction_id=tx["reference"]).data == []
    assert len(list(client.iterate(disputes.list_disputes(per_page=1)))) == 2


def test_disputes_are_exported_to_a_file(client, emulator, disputes, tx):
    with pytest.raises(errors.NotFoundError, match="No disputes found"):
        disputes.export_disputes()
    dispute = create_dispute(client, tx)
    path = disputes.export_disputes(status="awaiting-merchant-feedback").data["path"]
    file = emulator.respond("GET", path.removeprefix(emulator.url), {}, None).content.decode()
    (line,) = file.splitlines()[1:]
    assert line.startswith(f"{dispute['id']},awaiting-merchant-feedback,,chargeback,10000,NGN,{tx['reference']},")
    with pytest.raises(errors.NotFoundError, match="No disputes found"):
        disputes.export_disputes(status="resolved")


def test_an_invalid_dispute_is_reported(client, tx):
    with pytest.raises(errors.NotFoundError, match="paid"):
        create_dispute(client, {"reference": "nothing"})
    transaction = client.transactions.initialize("ada@example.com", 10_000).data
    with pytest.raises(errors.NotFoundError, match="paid"):
        create_dispute(client, transaction)
    with pytest.raises(errors.InvalidRequestError, match="category is one of"):
        create_dispute(client, tx, category="regret")
    create_dispute(client, tx, category="fraud", message="It was not me", refund_amount=1)
    with pytest.raises(errors.InvalidRequestError, match="disputed already"):
        create_dispute(client, tx)


@pytest.mark.parametrize("missing", ["resolution", "message", "refund_amount", "uploaded_filename"])
def test_a_dispute_response_is_complete(client, dispute, missing):
    whole = {"resolution": "declined", "message": "No", "refund_amount": 0, "uploaded_filename": "receipt.pdf"}
    body = {name: value for name, value in whole.items() if name != missing}
    with pytest.raises(errors.InvalidRequestError, match="is required"):
        client.send(Request("PUT", f"/dispute/{dispute['id']}/resolve", body=body))
    with pytest.raises(errors.InvalidRequestError, match="Invalid resolution"):
        client.send(Request("PUT", f"/dispute/{dispute['id']}/resolve", body={**whole, "resolution": "maybe"}))


@pytest.mark.parametrize("what", [("GET", ""), ("PUT", ""), ("PUT", "/resolve"), ("POST", "/evidence")], ids=str)
def test_a_missing_object_gets_paystacks_message(client, what):
    method, rest = what
    for number in ("1", "x"):
        with pytest.raises(errors.NotFoundError, match="Dispute not found") as exc_info:
            client.send(Request(method, f"/dispute/{number}{rest}", body=None if method == "GET" else {}))
        assert exc_info.value.code == "not_found"
