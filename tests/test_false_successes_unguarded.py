"""Misleading HTTP 200 responses to calls without a reference, to reads, and to calls with many items."""

import pytest
from fake_paystack import FakePaystack, fault_sequence
from intercepting_transport import NOT_JSON, PORTALS, InterceptingTransport, every_portal, fixed_response
from money_calls import IDEMPOTENT_CALLS, NO_DELAY, bulk_transfer

from paystackease import Request, errors

# A call without a reference


def create_refund(client):
    return client.refund.create_refund("T1", 5000)


def finalize_transfer(client):
    return client.transfers.finalize_transfer("TRF_1", "123456")


def submit_pin(client):
    return client.charges.submit_pin("1234", "T1")


def retry_refund(client):
    return client.refund.retry_refund(7, {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"})


def resolve_dispute(client):
    return client.disputes.resolve_dispute(7, "merchant-accepted", "sorry", 1002, "qesp.pdf")


def create_plan(client):
    return client.plans.create_plan("gym", 5000, "monthly")


def create_split(client):
    return client.transaction_splits.create_split("half", "percentage", "NGN", [{"subaccount": "ACCT_1", "share": 50}])


CALLS = {
    create_refund: (
        {"id": 1, "transaction": {"id": 5, "reference": "T1"}},
        {"id": 1, "transaction": {"id": 6, "reference": "T2"}},
    ),
    retry_refund: ({"id": 7, "transaction": 5}, {"id": 8, "transaction": 5}),
    finalize_transfer: ({"transfer_code": "TRF_1"}, {"transfer_code": "TRF_2"}),
    submit_pin: ({"reference": "T1", "status": "success"}, {"reference": "T2", "status": "success"}),
    resolve_dispute: ({"id": 7, "resolution": "declined"}, {"id": 8, "resolution": "declined"}),
    create_plan: ({"plan_code": "PLN_1"}, {"split_code": "SPL_1", "name": "gym"}),
    create_split: ({"split_code": "SPL_1"}, {"plan_code": "PLN_1", "name": "half"}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_call_without_a_reference_accepts_only_a_response_about_its_object(connect, call):
    own_data, other_data = CALLS[call]
    bodies = [*list(PORTALS.values())[:7], *NOT_JSON.values(), *(PORTALS[name] for name in ("no data", "data of null"))]
    bodies += [PORTALS["an empty list"], PORTALS["text for data"]]
    transfer_data = {"reference": "strange-000000001", "status": "success", "id": 9, "transfer_code": "TRF_9"}
    bodies += [{"status": True, "message": "ok", "data": data} for data in (other_data, transfer_data)]
    for body in bodies:
        transport = InterceptingTransport(FakePaystack(fault_sequence()), fixed_response(body), "POST", "PUT")
        with pytest.raises(errors.OutcomeUnknownError):
            call(connect(transport=transport, retry=NO_DELAY))
        assert len(transport.requests) == 1
    transport = InterceptingTransport(
        FakePaystack(fault_sequence()),
        fixed_response({"status": True, "message": "ok", "data": own_data}),
        "POST",
        "PUT",
    )
    assert call(connect(transport=transport)).data == own_data


@pytest.mark.parametrize(
    ("identifier", "data"),
    [
        (55, {"transaction": 55}),
        ("55", {"transaction": 55}),
        ("55", {"transaction": {"id": 55, "reference": "T1"}}),
        ("1600000000", {"transaction": 55}),  # a numeric reference, and the id of its transaction
        ("T1", {"transaction": 55}),
        (55, {"transaction": {"reference": "T1"}}),
    ],
)
def test_an_identifier_is_compared_only_with_one_of_its_type(connect, identifier, data):
    transport = InterceptingTransport(None, fixed_response({"status": True, "message": "ok", "data": data}), "POST")
    assert connect(transport=transport).refund.create_refund(identifier).data == data


# Reads


READS = {
    "verify_transaction": lambda client: client.transactions.verify_transaction("T1"),
    "verify_transfer": lambda client: client.transfers.verify_transfer("T1"),
    "check_pending_charge": lambda client: client.charges.check_pending_charge("T1"),
}


@pytest.mark.parametrize("read_payment", READS.values(), ids=READS)
def test_reading_a_payment_by_reference_never_returns_another(connect, read_payment):
    other_body = {"status": True, "message": "ok", "data": {"reference": "T2", "status": "success"}}
    own_body = {"status": True, "message": "ok", "data": {"reference": "T1", "status": "success"}}
    bodies = [other_body, own_body]
    transport = InterceptingTransport(None, lambda request: fixed_response(bodies.pop(0))(request), "GET")
    assert read_payment(connect(transport=transport, retry=NO_DELAY)).data["reference"] == "T1"
    with pytest.raises(errors.MalformedResponseError, match="not about this call"):
        read_payment(connect(transport=InterceptingTransport(None, fixed_response(other_body), "GET"), retry=NO_DELAY))


@every_portal
def test_a_read_accepts_only_responses_of_paystack(connect, body):
    transport = InterceptingTransport(None, fixed_response(body), "GET")
    client = connect(transport=transport, retry=NO_DELAY)
    if isinstance(body, dict) and body.get("status") is True:
        assert client.send(Request("GET", "/balance"))["status"] is True
    else:
        with pytest.raises(errors.MalformedResponseError):
            client.send(Request("GET", "/balance"))


# A bulk call


def test_a_response_to_a_bulk_transfer_must_have_each_item_once(connect):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    response_items = [{"reference": f"ref-{number}", "amount": 5000} for number in range(3)]
    for data in (
        [],
        response_items[:2],
        response_items[:2] + response_items[:1],
        [*response_items, response_items[0]],
        [*response_items[:2], None],
        [*response_items[:2], {}],
        response_items[0],
    ):
        fake_paystack = FakePaystack(fault_sequence())
        transport = InterceptingTransport(
            fake_paystack, fixed_response({"status": True, "message": "ok", "data": data}), "POST", after=True
        )
        response = connect(transport=transport, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
        assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
        assert set(response.http.items.values()) == {"recovered"}


@pytest.mark.parametrize("data", [None, [], [None], [{}], {}, [{"reference": "ref-0"}]], ids=str)
def test_the_response_to_a_retried_bulk_transfer_is_checked_in_the_same_way(connect, data):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    fake_paystack = FakePaystack(fault_sequence("timeout"))
    fake_paystack.record(items[1])  # the request that timed out processed one item

    def replace_response(request):
        fake_paystack.send(request)
        return fixed_response({"status": True, "data": data})(request)

    handlers = [fake_paystack.send, replace_response]
    transport = InterceptingTransport(fake_paystack, lambda request: handlers.pop(0)(request), "POST")
    response = connect(transport=transport, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
    assert set(fake_paystack.processed.values()) == {3}


def test_a_duplicate_item_is_reported_only_if_nothing_was_processed(connect):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    fake_paystack = FakePaystack(fault_sequence("timeout"))
    fake_paystack.record({**items[1], "amount": 7})
    with pytest.raises(errors.DuplicateReferenceError):
        connect(transport=fake_paystack, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    fake_paystack.record(items[2])
    fake_paystack.faults = fault_sequence("timeout")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=fake_paystack, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    assert caught.value.items == {"ref-0": "absent", "ref-1": "unknown", "ref-2": "found"}


def test_a_proxy_that_sends_a_call_twice_makes_no_duplicate_of_it(connect):
    for call in (*IDEMPOTENT_CALLS, bulk_transfer):
        fake_paystack = FakePaystack(fault_sequence())
        transport = InterceptingTransport(
            fake_paystack, lambda request, fake_paystack=fake_paystack: fake_paystack.send(request), "POST", after=True
        )
        assert call(connect(transport=transport, retry=NO_DELAY), "rent").http.recovered
        assert set(fake_paystack.processed.values()) == {1}
