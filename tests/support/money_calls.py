"""Calls that move money. The test counts how often each was processed, by its name."""

import pytest
from fake_paystack import FakePaystack, fault_sequence

from paystackease import Retry, errors

NO_DELAY = Retry(initial_delay=0.0)


# Each function makes one kind of call, with a name and optionally with the caller's reference.


def transfer(client, name, reference=None, amount=5000):
    return client.transfers.initiate_transfer("balance", amount, "RCP_1", name, reference=reference)


def charge_authorization(client, name, reference=None, amount=5000):
    metadata = {"name": name}
    return client.transactions.charge_authorization("a@b.c", amount, "AUTH_1", reference=reference, metadata=metadata)


def charge(client, name, reference=None, amount=5000):
    return client.charges.create_charge(
        "a@b.c", amount, authorization_code="AUTH_1", reference=reference, metadata={"name": name}
    )


def bulk_transfer(client, name, reference=None, amount=5000):
    items = [{"amount": amount, "recipient": f"RCP_{number}", "reason": f"{name}.{number}"} for number in range(3)]
    if reference is not None:
        items[0]["reference"] = reference
    return client.transfers.initiate_bulk_transfer("balance", items)


def bulk_charge(client, name, reference=None, amount=5000):
    items = [
        {"authorization": "AUTH_1", "amount": amount, "metadata": {"name": f"{name}.{number}"}} for number in range(3)
    ]
    if reference is not None:
        items[0]["reference"] = reference
    return client.bulk_charges.initiate_bulk_charge(items)


IDEMPOTENT_CALLS = (transfer, charge_authorization, charge)
BULK_CALLS = (bulk_transfer, bulk_charge)


def call_with_faults(connect, call, *faults, retry=NO_DELAY, **options):
    """Make a call with these faults; return the fake Paystack and the response."""
    fake_paystack = FakePaystack(fault_sequence(*faults))
    client = connect(transport=fake_paystack, retry=retry)
    return fake_paystack, call(client, "rent", **options)


def fail_with_faults(connect, call, *faults, error=errors.OutcomeUnknownError, retry=NO_DELAY, rejected=(), **options):
    fake_paystack = FakePaystack(fault_sequence(*faults))
    fake_paystack.rejected = set(rejected)
    with pytest.raises(error) as caught:
        call(connect(transport=fake_paystack, retry=retry), "rent", **options)
    return fake_paystack, caught.value
