"""Preauthorized amounts: captured, released, and declined by the bank."""

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

EMAIL = "ada@example.com"


def exercise(client, emulator):
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
    payment = client.charges.create_charge(EMAIL, 10_000, card=card, currency="ZAR").data
    code = payment["authorization"]["authorization_code"]
    holds = client.preauthorization
    reference = holds.initialize_preauthorization(EMAIL, 10_000, "ZAR").data["reference"]
    expect_error(client.send, Request("POST", "/preauthorization/initialize", body={}))
    client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body={"channel": "card", "card": card}))
    to_capture, to_release = (
        holds.reserve_preauthorization(EMAIL, 10_000, code, "ZAR").data["reference"] for _ in range(2)
    )
    holds.verify_preauthorization(to_capture)
    expect_error(holds.verify_preauthorization, "nothing")
    expect_error(holds.capture_preauthorization, to_capture, 10_001, "ZAR")
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body={"declines": "Declined"}))
    expect_error(holds.reserve_preauthorization, EMAIL, 10_000, code, "ZAR")
    holds.capture_preauthorization(to_capture, 10_000, "ZAR")
    expect_error(holds.release_preauthorization, to_release)
    client.send(Request("POST", f"/_emulator/authorizations/{code}", body={}))
    holds.capture_preauthorization(to_capture, 10_000, "ZAR")
    holds.release_preauthorization(to_release)
    expect_error(holds.release_preauthorization, "nothing")
    holds.list_preauthorizations()
    emulator.advance(6 * 86_400)
