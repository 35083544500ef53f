"""Payment requests: drafted, finalized, updated, sent, paid and archived."""

import datetime as dt

from fidelity import expect_error
from paystackease import Request

DIFFERENCES = {}

# In Paystack's samples, the lines of some operations have a quantity, and those of others do not.
PLAIN = [{"name": "Water", "amount": 15_000}, {"name": "Bread", "amount": 30_000}]
COUNTED = [{"name": "Water", "amount": 15_000, "quantity": 2}]
VAT = [{"name": "VAT", "amount": 4_500}]


def exercise(client, emulator):
    requests = client.payment_requests
    ada = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    expect_error(requests.create_payment_request, ada, amount=0)
    request = requests.create_payment_request(
        ada, line_items=PLAIN, tax=VAT, due_date=dt.date(2026, 11, 1), description="Groceries"
    ).data
    code = request["request_code"]
    requests.send_notification(code)
    requests.list_payment_requests(status="pending")
    requests.fetch_payment_request(code)
    requests.verify_payment_request(code)
    expect_error(requests.verify_payment_request, "PRQ_nothing")
    requests.payment_request_total()
    draft = requests.create_payment_request(ada, draft=True, line_items=PLAIN).data["request_code"]
    requests.update_payment_request(draft, line_items=COUNTED)
    expect_error(requests.verify_payment_request, draft)
    requests.finalize_payment_request(draft)
    open_page = Request("POST", "/_emulator/payment_requests/{code}/open", {"code": code})
    reference = client.send(open_page).data["reference"]
    card = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
    payment = {"channel": "card", "card": card}
    client.send(Request("POST", "/_emulator/checkout/{reference}/pay", {"reference": reference}, body=payment))
    requests.fetch_payment_request(code)
    expect_error(requests.fetch_payment_request, "PRQ_nothing")
    requests.archive_payment_request(code)
