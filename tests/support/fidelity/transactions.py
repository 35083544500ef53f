"""Payments at the checkout page, and by saved authorizations."""

from fidelity import expect_error
from paystackease import Request

_NUMBERED = "the sample is paginated by cursor; here that needs use_cursor, because clients number their pages"
_KEY = "the sample rejects a wrong key; this is the test API's response to an unknown reference (observed)"

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
    transaction = transactions.initialize("ada@example.com", 40_333, callback_url="https://example.com/back").data
    transactions.verify_transaction(transaction["reference"])
    _pay(client, transaction["reference"], card={"number": "4084084084084081", "cvv": "408"})
    paid = transactions.verify_transaction(transaction["reference"]).data
    transactions.fetch_transaction(paid["id"])
    transactions.transaction_timeline(transaction["reference"])
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
    transfer_reference = transactions.initialize("ada@example.com", 10_000, channels=["bank_transfer"]).data[
        "reference"
    ]
    client.send(Request("POST", "/_emulator/settings", body={"offline_seconds": 60}))
    _pay(client, transfer_reference, channel="bank_transfer")
    client.send(Request("POST", f"/_emulator/charges/{transfer_reference}/complete", body={"amount": 9_000}))
    client.send(Request("POST", f"/_emulator/charges/{transfer_reference}/complete"))


def _pay(client, reference, *, channel="card", card=None):
    body = {"channel": channel, "card": {**(card or {}), "expiry_month": "12", "expiry_year": "30"}}
    client.send(Request("POST", f"/_emulator/checkout/{reference}/pay", body=body))
