"""Payments through a page, and by what was saved of them."""

from fidelity import expect_error
from paystackease import Request

_NUMBERED = "the sample pages by cursor; here that takes use_cursor, for clients number their pages"
_KEY = "the sample refuses a wrong key; these are the words that the test API has for an unknown reference"

DIFFERENCES = {
    ("transaction.list", ".meta.next is missing"): _NUMBERED,
    ("transaction.list", ".meta.previous is missing"): _NUMBERED,
    **{
        ("transaction.list", f".meta.{name} is not sent by Paystack"): _NUMBERED
        for name in ("page", "pageCount", "skipped", "total", "total_volume")
    },
    **{
        ("transaction.verify", f".{name} is not sent by Paystack"): _KEY
        for name in ("code", "type", "meta", "meta.nextStep")
    },
}


def exercise(client, emulator):
    transactions = client.transactions
    expect_error(transactions.verify_transaction, "unknown")
    expect_error(transactions.transaction_timeline, "unknown")
    begun = transactions.initialize("ada@example.com", 40_333, callback_url="https://example.com/back").data
    transactions.verify_transaction(begun["reference"])
    _pay(client, begun["reference"], card={"number": "4084084084084081", "cvv": "408"})
    paid = transactions.verify_transaction(begun["reference"]).data
    transactions.fetch_transaction(paid["id"])
    transactions.transaction_timeline(begun["reference"])
    code = paid["authorization"]["authorization_code"]
    transactions.charge_authorization("ada@example.com", 35_247, code)
    transactions.partial_debit("ada@example.com", code, 50_000, "NGN", at_least=10_000)
    expect_error(transactions.partial_debit, "nobody@example.com", code, 50_000, "NGN")
    transactions.check_authorization("ada@example.com", 50_000, code)
    transactions.list_transactions()
    transactions.list_transactions(use_cursor=True, per_page=1)
    transactions.transaction_totals()
    transactions.export_transactions()
    transactions.transaction_event(paid["id"])
    transactions.transaction_session(paid["id"])
    by_transfer = transactions.initialize("ada@example.com", 10_000, channels=["bank_transfer"]).data["reference"]
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 60}))
    _pay(client, by_transfer, channel="bank_transfer")
    client.send(Request("POST", f"/_emulator/charges/{by_transfer}/complete", body={"amount": 9_000}))
    client.send(Request("POST", f"/_emulator/charges/{by_transfer}/complete"))


def _pay(client, reference, *, channel="card", card=None):
    body = {"channel": channel, "card": {**(card or {}), "expiry_month": "12", "expiry_year": "30"}}
    client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body=body))
