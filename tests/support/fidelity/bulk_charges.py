"""Bulk charges of saved cards: created, paused, resumed and fetched."""

from fidelity import expect_error

DIFFERENCES = {
    ("bulk_charge.charges", ".data[].reference is not sent by Paystack"): "observed; the sample is of 2017",
    ("bulk_charge.charges", ".data[].message is not sent by Paystack"): "observed; the sample is of 2017",
}


def exercise(client, emulator):
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
    paid = client.charges.create_charge("ada@example.com", 10_000, card=card).data
    code = paid["authorization"]["authorization_code"]
    bulk = client.bulk_charges
    charges = [{"authorization": code, "amount": amount} for amount in (1_000, 2_000)]
    batch = bulk.initiate_bulk_charge(charges).data["batch_code"]
    bulk.pause_bulk_charge_batch(batch)
    bulk.resume_bulk_charge_batch(batch)
    emulator.advance(60)
    bulk.list_bulk_charge_batches()
    bulk.fetch_bulk_charge_batch(batch)
    bulk.fetch_charge_bulk_batch(batch)
    expect_error(bulk.fetch_bulk_charge_batch, "BCH_nothing")
