"""Answers with HTTP 200 to calls that Paystack knows by no reference, to reads, and to calls with many items."""

import pytest
from fake_paystack import FakePaystack, fault_sequence
from intercepting_transport import NOT_JSON, PORTALS, InterceptingTransport, every_portal, fixed_response
from money_calls import IDEMPOTENT_CALLS, NO_DELAY, bulk_transfer

from paystackease import Request, errors

# A call that Paystack knows by no reference


def refund(client):
    return client.refund.create_refund("T1", 5000)


def finalize(client):
    return client.transfers.finalize_transfer("TRF_1", "123456")


def submit_pin(client):
    return client.charges.submit_pin("1234", "T1")


def retry_refund(client):
    return client.refund.retry_refund(7, {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"})


def resolve(client):
    return client.disputes.resolve_dispute(7, "merchant-accepted", "sorry", 1002, "qesp.pdf")


def plan(client):
    return client.plans.create_plan("gym", 5000, "monthly")


def split(client):
    return client.transaction_splits.create_split("half", "percentage", "NGN", [{"subaccount": "ACCT_1", "share": 50}])


UNGUARDED = {
    refund: (
        {"id": 1, "transaction": {"id": 5, "reference": "T1"}},
        {"id": 1, "transaction": {"id": 6, "reference": "T2"}},
    ),
    retry_refund: ({"id": 7, "transaction": 5}, {"id": 8, "transaction": 5}),
    finalize: ({"transfer_code": "TRF_1"}, {"transfer_code": "TRF_2"}),
    submit_pin: ({"reference": "T1", "status": "success"}, {"reference": "T2", "status": "success"}),
    resolve: ({"id": 7, "resolution": "declined"}, {"id": 8, "resolution": "declined"}),
    plan: ({"plan_code": "PLN_1"}, {"split_code": "SPL_1", "name": "gym"}),
    split: ({"split_code": "SPL_1"}, {"plan_code": "PLN_1", "name": "half"}),
}


@pytest.mark.parametrize("call", UNGUARDED)
def test_a_call_without_a_reference_needs_an_answer_of_paystacks_about_what_it_named(connect, call):
    right, others = UNGUARDED[call]
    wrong = [*list(PORTALS.values())[:7], *NOT_JSON.values(), *(PORTALS[name] for name in ("no data", "data of null"))]
    wrong += [PORTALS["an empty list"], PORTALS["text for data"]]
    transferred = {"reference": "strange-000000001", "status": "success", "id": 9, "transfer_code": "TRF_9"}
    wrong += [{"status": True, "message": "ok", "data": data} for data in (others, transferred)]
    for body in wrong:
        between = InterceptingTransport(FakePaystack(fault_sequence()), fixed_response(body), "POST", "PUT")
        with pytest.raises(errors.OutcomeUnknownError):
            call(connect(transport=between, retry=NO_DELAY))
        assert len(between.requests) == 1
    between = InterceptingTransport(
        FakePaystack(fault_sequence()), fixed_response({"status": True, "message": "ok", "data": right}), "POST", "PUT"
    )
    assert call(connect(transport=between)).data == right


@pytest.mark.parametrize(
    ("named", "carried"),
    [
        (55, {"transaction": 55}),
        ("55", {"transaction": 55}),
        ("55", {"transaction": {"id": 55, "reference": "T1"}}),
        ("1600000000", {"transaction": 55}),  # a reference of digits, and the number of its transaction
        ("T1", {"transaction": 55}),
        (55, {"transaction": {"reference": "T1"}}),
    ],
)
def test_an_identifier_is_compared_only_with_one_of_its_kind(connect, named, carried):
    between = InterceptingTransport(None, fixed_response({"status": True, "message": "ok", "data": carried}), "POST")
    assert connect(transport=between).refund.create_refund(named).data == carried


# Reads


READS = {
    "verify_transaction": lambda client: client.transactions.verify_transaction("T1"),
    "verify_transfer": lambda client: client.transfers.verify_transfer("T1"),
    "check_pending_charge": lambda client: client.charges.check_pending_charge("T1"),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_a_payment_that_is_read_by_its_reference_is_never_another(connect, read):
    stranger = {"status": True, "message": "ok", "data": {"reference": "T2", "status": "success"}}
    own = {"status": True, "message": "ok", "data": {"reference": "T1", "status": "success"}}
    answers = [stranger, own]
    between = InterceptingTransport(None, lambda request: fixed_response(answers.pop(0))(request), "GET")
    assert read(connect(transport=between, retry=NO_DELAY)).data["reference"] == "T1"
    with pytest.raises(errors.MalformedResponseError, match="not about this call"):
        read(connect(transport=InterceptingTransport(None, fixed_response(stranger), "GET"), retry=NO_DELAY))


@every_portal
def test_a_read_accepts_only_responses_of_paystack(connect, body):
    between = InterceptingTransport(None, fixed_response(body), "GET")
    client = connect(transport=between, retry=NO_DELAY)
    if isinstance(body, dict) and body.get("status") is True:
        assert client.send(Request("GET", "/balance"))["status"] is True
    else:
        with pytest.raises(errors.MalformedResponseError):
            client.send(Request("GET", "/balance"))


# A bulk call


def test_a_response_to_a_bulk_transfer_must_have_each_item_once(connect):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    named = [{"reference": f"ref-{number}", "amount": 5000} for number in range(3)]
    for data in (
        [],
        named[:2],
        named[:2] + named[:1],
        [*named, named[0]],
        [*named[:2], None],
        [*named[:2], {}],
        named[0],
    ):
        bank = FakePaystack(fault_sequence())
        between = InterceptingTransport(
            bank, fixed_response({"status": True, "message": "ok", "data": data}), "POST", after=True
        )
        response = connect(transport=between, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
        assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
        assert set(response.http.items.values()) == {"recovered"}


@pytest.mark.parametrize("data", [None, [], [None], [{}], {}, [{"reference": "ref-0"}]], ids=str)
def test_the_response_to_a_retried_bulk_transfer_is_checked_in_the_same_way(connect, data):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    bank = FakePaystack(fault_sequence("timeout"))
    bank.record(items[1])  # of the sending that nobody answered, one was carried out

    def garble(request):
        bank.send(request)
        return fixed_response({"status": True, "data": data})(request)

    answers = [bank.send, garble]
    between = InterceptingTransport(bank, lambda request: answers.pop(0)(request), "POST")
    response = connect(transport=between, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
    assert set(bank.processed.values()) == {3}


def test_an_item_that_was_used_before_is_told_only_if_nothing_was_sent(connect):
    items = [{"amount": 5000, "recipient": f"RCP_{number}", "reference": f"ref-{number}"} for number in range(3)]
    bank = FakePaystack(fault_sequence("timeout"))
    bank.record({**items[1], "amount": 7})
    with pytest.raises(errors.DuplicateReferenceError):
        connect(transport=bank, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    bank.record(items[2])
    bank.faults = fault_sequence("timeout")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=bank, retry=NO_DELAY).transfers.initiate_bulk_transfer("balance", items)
    assert caught.value.items == {"ref-0": "absent", "ref-1": "unknown", "ref-2": "found"}


def test_a_proxy_that_sends_a_call_twice_makes_no_duplicate_of_it(connect):
    for call in (*IDEMPOTENT_CALLS, bulk_transfer):
        bank = FakePaystack(fault_sequence())
        between = InterceptingTransport(bank, lambda request, bank=bank: bank.send(request), "POST", after=True)
        assert call(connect(transport=between, retry=NO_DELAY), "rent").http.recovered
        assert set(bank.processed.values()) == {1}
