"""is_paid: nothing but the order's own payment, in full, pays for an order."""

import hashlib
import hmac
import json

import paying
import pytest

from paystackease import Currency, webhooks
from paystackease.errors import InvalidArgumentError
from paystackease.fees import is_paid

ORDER = {"reference": "order-1", "amount": 500_000, "currency": "NGN"}
PAID = {"status": "success", "reference": "order-1", "amount": 500_000, "currency": "NGN", "fees": 17_500}


def envelope(**changes):
    return {"status": True, "message": "Verification successful", "data": {**PAID, **changes}}


def test_what_verify_and_the_webhook_say_of_a_payment_is_paid(connect):
    with paying.frozen() as emulator:
        client = connect(transport=emulator)
        reference = paying.begun(client, 500_000, reference="order-1")
        assert not is_paid(client.transactions.verify_transaction(reference), **ORDER)
        paying.at_page(client, reference)
        verified = client.transactions.verify_transaction(reference)
        assert is_paid(verified, **ORDER)
        assert is_paid(verified.data, **ORDER)
        (event,) = (event for event in emulator.events() if event.name == "charge.success")
        assert is_paid({"event": "charge.success", "data": event.data}, **ORDER)
        client.refund.create_refund(reference)
        emulator.advance(65)
        assert not is_paid(client.transactions.verify_transaction(reference), **ORDER)


def test_a_verified_event_and_its_body_are_taken():
    body = json.dumps({"event": "charge.success", "data": PAID}).encode()
    signature = hmac.new(b"sk_test_x", body, hashlib.sha512).hexdigest()
    event = webhooks.verify(body, signature, "sk_test_x")
    assert is_paid(event, **ORDER)
    assert is_paid(event.body, **ORDER)
    assert is_paid(event.data, **ORDER)


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"status": status}
            for status in ("reversed", "reversal-pending", "abandoned", "ongoing", "pending", "failed")
        ),
        *({"status": status} for status in (None, True, 1, "Success", "SUCCESS", ["success"])),
        *({"reference": reference} for reference in ("order-2", "ORDER-1", "order-1 ", "", None, 1)),
        *({"amount": amount} for amount in (499_999, 500_001, 5_000, 0, -500_000, None, True, 500_000.0, "5000.00")),
        *(
            {"amount": amount}
            for amount in ("500000.0", "+500000", "5_00000", "\u0665\u0660\u0660\u0660\u0660\u0660", [500_000])
        ),
        *({"currency": currency} for currency in ("GHS", "ngn", None, "", 1)),
        {"amount": 100_000, "requested_amount": 500_000},  # partial debit
        {"amount": 600_000, "requested_amount": 500_000},  # more than the fee
        {"amount": 517_500, "requested_amount": 400_000},
        {"amount": 482_500, "requested_amount": 500_000, "fees": -17_500},
        {"amount": 517_500, "requested_amount": 500_000, "fees": None},
    ],
    ids=repr,
)
def test_anything_else_is_not_paid(changes):
    assert is_paid(envelope(), **ORDER)
    assert not is_paid(envelope(**changes), **ORDER)
    assert not is_paid({"event": "charge.success", "data": {**PAID, **changes}}, **ORDER)
    assert not is_paid({**PAID, **changes}, **ORDER)


@pytest.mark.parametrize("name", [name for name in PAID if name != "fees"])
def test_what_is_missing_does_not_pay(name):
    assert not is_paid({key: value for key, value in PAID.items() if key != name}, **ORDER)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": True},
        {"status": True, "data": None},
        {"status": True, "data": []},
        {"status": True, "data": "success"},
        {"status": False, "data": PAID},
        {"status": "true", "data": PAID},
        {"data": PAID},
        {"event": "transfer.success", "data": PAID},
        {"event": "charge.dispute.create", "data": PAID},
        {"event": None, "data": PAID},
        {"event": "charge.success"},
        {"event": "charge.success", **PAID},
        {"event": "charge.success", "status": True, "data": {"transaction": PAID}},
    ],
    ids=repr,
)
def test_what_is_no_verified_payment_does_not_pay(body):
    assert not is_paid(body, **ORDER)


def test_amounts_that_paystack_sends_as_text_are_read():
    assert is_paid(envelope(amount="500000"), **ORDER)
    assert not is_paid(envelope(amount="9" * 5_000), **ORDER)


def test_a_customer_may_bear_exactly_the_fee():
    # As Paystack's own sample of 2024-08-22: 30050 asked for, 40333 paid, of which 10283 are its fee.
    passed_on = {**PAID, "amount": 40_333, "requested_amount": 30_050, "fees": 10_283}
    assert is_paid(passed_on, reference="order-1", amount=30_050, currency=Currency.NGN)
    assert not is_paid(passed_on, reference="order-1", amount=30_051, currency="NGN")


@pytest.mark.parametrize(
    ("response", "order", "said"),
    [
        (None, {}, "response must be"),
        ("success", {}, "response must be"),
        ([PAID], {}, "response must be"),
        (PAID, {"reference": ""}, "reference must be a text"),
        (PAID, {"reference": None}, "reference must be a text"),
        (PAID, {"amount": 500_000.0}, "not float"),
        (PAID, {"amount": True}, "not bool"),
        (PAID, {"amount": "500000"}, "not str"),
        (PAID, {"amount": 0}, "1 or more"),
        (PAID, {"amount": -1}, "0 or more"),
        (PAID, {"currency": None}, "currency must be a text"),
    ],
)
def test_a_mistake_of_the_caller_is_an_error_and_not_an_unpaid_order(response, order, said):
    with pytest.raises(InvalidArgumentError, match=said):
        is_paid(response, **{**ORDER, **order})
