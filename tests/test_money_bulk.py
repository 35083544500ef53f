"""Bulk calls that move money: references of items, recovery item by item."""

import pytest
from fake_paystack import FakePaystack, fault_sequence
from money_calls import BULK_CALLS, NO_DELAY, bulk_charge, bulk_transfer, call_with_faults, fail_with_faults

from paystackease import errors


@pytest.mark.parametrize("call", BULK_CALLS)
def test_every_item_of_a_bulk_call_gets_its_reference(connect, call):
    fake_paystack, _ = call_with_faults(connect, call, reference="mine-000000000001")
    assert len(fake_paystack.references) == 3
    assert "mine-000000000001" in fake_paystack.references


def test_two_items_with_the_same_reference_are_rejected_before_anything_is_sent(connect):
    fake_paystack = FakePaystack(fault_sequence())
    items = [{"amount": 1, "recipient": "RCP_1", "reference": "ref-1"}] * 2
    with pytest.raises(errors.InvalidArgumentError, match="same reference"):
        connect(transport=fake_paystack).transfers.initiate_bulk_transfer("balance", items)
    assert not fake_paystack.request_counts


def test_a_bulk_transfer_is_recovered_item_by_item(connect):
    fake_paystack, response = call_with_faults(connect, bulk_transfer, "timeout, done")
    assert set(fake_paystack.processed.values()) == {1}
    assert [item["recipient"] for item in response.data] == ["RCP_0", "RCP_1", "RCP_2"]
    assert [item["reference"] for item in response.data] == list(fake_paystack.references)
    assert set(response.http.items.values()) == {"recovered"}


def test_only_missing_items_of_a_bulk_transfer_are_retried(connect):
    fake_paystack = FakePaystack(fault_sequence("timeout"))
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    items = [
        {"amount": 5000, "recipient": f"RCP_{number}", "reason": f"rent.{number}", "reference": f"ref-{number}"}
        for number in range(3)
    ]
    fake_paystack.record(items[1])  # one item of the lost request was processed
    response = client.transfers.initiate_bulk_transfer("balance", items)
    assert set(fake_paystack.processed.values()) == {1}
    assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
    assert response.http.items == {"ref-0": "answered", "ref-1": "recovered", "ref-2": "answered"}


def test_an_ambiguous_bulk_transfer_reports_the_known_state_of_each_item(connect):
    fake_paystack, error = fail_with_faults(connect, bulk_transfer, "timeout, done", None, "500", "500", "500")
    assert sorted(error.items.values()) == ["found", "found", "unknown"]
    assert set(error.items) == set(fake_paystack.references)


def test_an_accepted_bulk_charge_is_reported_though_its_batch_code_is_lost(connect):
    fake_paystack, error = fail_with_faults(connect, bulk_charge, "timeout, done", error=errors.ResponseLostError)
    assert error.verified_data.keys() == fake_paystack.references.keys()
    assert set(fake_paystack.processed.values()) == {1}
