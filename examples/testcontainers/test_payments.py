"""Tests that use the emulator in its container."""

from paystackease import Paystack


def test_a_payment_can_be_started(paystack: Paystack) -> None:
    payment = paystack.transactions.initialize("ada@example.com", 500_000)
    assert payment.data["authorization_url"].startswith("http")
    assert paystack.transactions.verify_transaction(payment.data["reference"]).data["status"] == "abandoned"


def test_each_business_begins_empty(paystack: Paystack) -> None:
    assert paystack.customers.list_customers().data == []
