"""Refunds that succeed, fail, and need the customer's account."""

from fidelity import expect_error

DIFFERENCES = {
    ("refund.list", ".meta is not sent by Paystack"): "its guide's sample and the test API have it",
    ("refund.list", ".meta.total is not sent by Paystack"): "as above",
    ("refund.list", ".meta.skipped is not sent by Paystack"): "as above",
    ("refund.list", ".meta.perPage is not sent by Paystack"): "as above",
    ("refund.list", ".meta.page is not sent by Paystack"): "as above",
    ("refund.list", ".meta.pageCount is not sent by Paystack"): "as above",
    ("refund.list", ".meta.totalRetriable is not sent by Paystack"): "observed on the test API",
    ("refund.list", ".meta.partialAmountLeft is not sent by Paystack"): "observed on the test API",
}

DETAILS = {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"}


def exercise(client, emulator):
    refunds = client.refund
    ordinary, fails, needs_account = (
        _pay_by_card(client, number, cvv)
        for number, cvv in (("4084084084084081", "408"), ("4084080000671803", "180"), ("4084080000671902", "190"))
    )
    refund_ids = [refunds.create_refund(reference).data["id"] for reference in (ordinary, fails, needs_account)]
    expect_error(refunds.create_refund, "nothing")
    expect_error(refunds.create_refund, ordinary, 10_001)
    refunds.list_refunds()
    emulator.advance(65)
    refunds.list_refunds()
    refunds.fetch_refund(refund_ids[0])
    expect_error(refunds.fetch_refund, 1)
    expect_error(refunds.retry_refund, refund_ids[0], DETAILS)
    refunds.retry_refund(refund_ids[2], DETAILS)
    emulator.advance(60)


def _pay_by_card(client, number, cvv):
    card = {"number": number, "cvv": cvv, "expiry_month": "12", "expiry_year": "2030"}
    return client.charges.create_charge("ada@example.com", 10_000, card=card).data["reference"]
