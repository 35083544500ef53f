"""Disputes: opened by a customer's bank, answered or not, won and lost."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

EVIDENCE = ("ada@example.com", "Ada Obi", "08012345678", "Three lessons of piano", "1 Allen Avenue")


def exercise(client, emulator):
    disputes = client.disputes
    lost, won, ignored = (_create_dispute(client) for _ in range(3))
    disputes.list_disputes()
    disputes.fetch_dispute(lost)
    expect_error(disputes.fetch_dispute, 1)
    disputes.list_transaction_disputes(disputes.fetch_dispute(lost).data["transaction"]["id"])
    disputes.get_upload_url(won, "receipt.pdf")
    disputes.add_evidence(won, *EVIDENCE)
    disputes.update_dispute(lost, 1_000)
    expect_error(disputes.update_dispute, lost, 10_001)
    disputes.resolve_dispute(lost, "merchant-accepted", "Sorry", 1_000, "receipt.pdf")
    disputes.resolve_dispute(won, "declined", "It was delivered", 0, "receipt.pdf")
    disputes.export_disputes()
    emulator.advance(4 * 86_400)
    disputes.fetch_dispute(ignored)


def _create_dispute(client):
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
    reference = client.charges.create_charge("ada@example.com", 10_000, card=card).data["reference"]
    return client.send(Request("POST", "/_emulator/disputes", body={"transaction": reference})).data["id"]
