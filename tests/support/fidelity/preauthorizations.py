"""Amounts that are held on cards: taken, let go, and refused by the bank."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

EMAIL = "ada@example.com"


def exercise(client, emulator):
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
    paid = client.charges.create_charge(EMAIL, 10_000, card=card, currency="ZAR").data
    code = paid["authorization"]["authorization_code"]
    holds = client.preauthorization
    asked = holds.initialize_preauthorization(EMAIL, 10_000, "ZAR").data["reference"]
    expect_error(client.send, Request("POST", "/preauthorization/initialize", body={}))
    client.send(Request("POST", f"/_emulator/checkout/{asked}/pay", body={"channel": "card", "card": card}))
    taken, let_go = (holds.reserve_preauthorization(EMAIL, 10_000, code, "ZAR").data["reference"] for _ in range(2))
    holds.verify_preauthorization(taken)
    expect_error(holds.verify_preauthorization, "nothing")
    expect_error(holds.capture_preauthorization, taken, 10_001, "ZAR")
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body={"declines": "Declined"}))
    expect_error(holds.reserve_preauthorization, EMAIL, 10_000, code, "ZAR")
    holds.capture_preauthorization(taken, 10_000, "ZAR")
    expect_error(holds.release_preauthorization, let_go)
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body={}))
    holds.capture_preauthorization(taken, 10_000, "ZAR")
    holds.release_preauthorization(let_go)
    expect_error(holds.release_preauthorization, "nothing")
    holds.list_preauthorizations()
    emulator.advance(6 * 86_400)
