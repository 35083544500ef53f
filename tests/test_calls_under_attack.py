"""What strangers did to calls that move money, kept: closing, altering, cancelling, and answers of odd types."""

import asyncio
import enum
import json
import threading

import pytest
from fake_paystack import FakePaystack, fault_sequence, json_response
from intercepting_transport import InterceptingTransport
from money_calls import IDEMPOTENT_CALLS, NO_DELAY, bulk_transfer, charge_authorization, transfer
from scripted_transport import ScriptedTransport, error_response, success_response

from paystackease import AsyncPaystack, Paystack, Retry, errors
from paystackease._core.transport import RawResponse


@pytest.mark.parametrize(
    "call",
    [transfer, bulk_transfer, lambda client, name: client.refund.create_refund("T1", 5000, merchant_note=name)],
    ids=["transfer", "bulk transfer", "refund"],
)
def test_a_call_that_was_sent_never_raises_a_closed_client_error(connect, call):
    bank = FakePaystack(fault_sequence("502, done"))

    def close_meanwhile(request):
        answer = bank.send(request)
        if made and isinstance(getattr(made[0], "client", made[0]), AsyncPaystack):
            made[0].client._state.closed = True  # a task's `close()`, without a second loop to run it in
        elif made:
            made[0].close()
        return answer

    made = []
    made.append(connect(transport=InterceptingTransport(bank, close_meanwhile, "POST"), retry=NO_DELAY))
    with pytest.raises(errors.OutcomeUnknownError):
        call(made[0], "rent")
    assert sum(bank.processed.values()) >= 1
    assert bank.request_counts["POST"] == 1
    with pytest.raises(errors.ClientClosedError):  # and nothing is sent any more
        call(made[0], "food")


def test_a_bulk_call_is_sent_again_as_it_was_sent_first(connect):
    item = {"amount": 5000, "recipient": "RCP_1", "reason": "rent", "reference": "ref-0"}
    bank = FakePaystack(fault_sequence("timeout"))

    def alter_meanwhile(request):
        item.update(reference="ref-1", amount=7000)  # the caller uses the dict for its next payment
        return bank.send(request)

    response = connect(
        transport=InterceptingTransport(bank, alter_meanwhile, "POST"), retry=NO_DELAY
    ).transfers.initiate_bulk_transfer("balance", [item])
    assert bank.references.keys() == {"ref-0"}
    assert response.data[0]["amount"] == 5000


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_429_whose_call_was_processed_is_verified(connect, call):
    bank = FakePaystack(fault_sequence())
    answers = [lambda request: (bank.send(request), RawResponse(429, {}, b"<html>slow down"))[1], bank.send]
    between = InterceptingTransport(bank, lambda request: answers.pop(0)(request), "POST")
    assert call(connect(transport=between, retry=NO_DELAY), "rent", reference="mine-000000000001").http.recovered
    assert set(bank.processed.values()) == {1}


def test_a_429_with_a_success_in_it_is_not_a_refusal(connect):
    done = {"status": True, "message": "ok", "data": {"id": 1, "transaction": {"reference": "T1"}}}
    script = ScriptedTransport(RawResponse(429, {}, json.dumps(done).encode()))
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=script).refund.create_refund("T1")


@pytest.mark.parametrize("status", ["success", "reversed"])
def test_a_paid_reference_is_not_reported_as_unpaid(connect, status):
    bank = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=bank, retry=NO_DELAY)
    charge_authorization(client, "last week", reference="order-1")
    bank.references["order-1"]["status"] = status
    with pytest.raises(errors.DuplicateReferenceError):
        client.transactions.initialize("a@b.c", 5000, reference="order-1")


def test_a_reference_that_was_prepared_before_says_to_verify_it(connect):
    bank = FakePaystack(fault_sequence("timeout, done"))
    with pytest.raises(errors.ResponseLostError, match="Verify the reference"):
        connect(transport=bank, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="order-1")


@pytest.mark.parametrize("code", [[], {}, ["not_found"], 1, None], ids=str)
def test_a_response_code_of_another_type_hides_no_error(connect, code):
    refusal = error_response(400, "Transfer not found", code=code)
    with pytest.raises(errors.InvalidRequestError):
        transfer(connect(transport=ScriptedTransport(refusal)), "rent")
    bank = FakePaystack(fault_sequence("timeout, done"))
    bank.verify_reference = lambda path, stale: json_response(400, {"status": False, "message": "no", "code": code})
    with pytest.raises(errors.OutcomeUnknownError):
        transfer(connect(transport=bank, retry=NO_DELAY), "rent")
    pending = success_response({"reference": "T1", "status": code})
    with pytest.raises(errors.ChargePendingError):
        connect(transport=ScriptedTransport(*[pending] * 5)).charges.wait_for_charge("T1", every=0.0, deadline=-1)


class Ref(enum.StrEnum):
    RENT = "payout-rent-0001"


def test_an_enum_reference_is_verified_by_its_value(connect):
    bank = FakePaystack(fault_sequence("timeout, done", "500", "500", "500"))
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        transfer(connect(transport=bank, retry=NO_DELAY), "rent", reference=Ref.RENT)
    assert caught.value.reference == "payout-rent-0001"
    assert connect(transport=bank).send(caught.value.verify_request).data["reference"] == "payout-rent-0001"


@pytest.mark.parametrize("named", ["ORD_1", "ada@example.com", "1600000000", "T1"])
def test_a_response_about_another_reference_is_never_accepted(connect, named):
    stranger = success_response({"reference": "re4lyvq3s3", "status": "success"})
    with pytest.raises(errors.MalformedResponseError):
        connect(transport=ScriptedTransport(*[stranger] * 3)).transactions.verify_transaction(named)
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=ScriptedTransport(stranger)).charges.submit_otp("123456", named)


def test_a_bulk_charge_that_was_acknowledged_is_not_sent_again(connect):
    bank = FakePaystack(fault_sequence())
    wrong = success_response({"batch_code": "BCH_1", "total_charges": 1})
    items = [{"authorization": "AUTH_1", "amount": 100}] * 2
    between = InterceptingTransport(bank, lambda request: wrong, "POST")
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=between, retry=NO_DELAY).bulk_charges.initiate_bulk_charge(items)
    assert [request.method for request in between.requests].count("POST") == 1


def test_a_success_is_never_reported_as_a_duplicate_after_verification(connect):
    bank = FakePaystack(fault_sequence())
    honest = bank.record
    bank.record = lambda body: honest({**body, "amount": 4999})
    with pytest.raises(errors.OutcomeUnknownError):
        transfer(connect(transport=bank, retry=NO_DELAY), "rent", reference="mine-000000000001")


def test_a_rejected_retry_may_be_caused_by_the_first_attempt(connect):
    script = ScriptedTransport(
        error_response(502), error_response(404, "Subscription with code not found or already inactive")
    )
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=script).transfer_recipients.delete_transfer_recipient("RCP_1")
    assert isinstance(caught.value.__cause__, errors.NotFoundError)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit])
def test_a_call_that_is_interrupted_leaves_its_reference(connect, raised):
    bank = FakePaystack(fault_sequence("timeout, done"))

    def interrupt(request):
        raise raised

    with pytest.raises(raised) as caught:
        transfer(connect(transport=InterceptingTransport(bank, interrupt, "GET"), retry=NO_DELAY), "rent")
    (reference,) = bank.references
    assert any(reference in note and "may have been processed" in note for note in caught.value.__notes__)


def test_a_call_that_is_cancelled_leaves_its_reference():
    sent = []

    class Silent(ScriptedTransport):
        async def send(self, request):
            sent.append(request.reference)
            arrived.set()
            await asyncio.sleep(60)

    async def cancel():
        client = AsyncPaystack(transport=Silent())
        call = asyncio.create_task(client.transfers.initiate_transfer("balance", 5000, "RCP_1"))
        await arrived.wait()
        call.cancel()
        await call

    arrived = asyncio.Event()
    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancel())
    assert sent[0] in caught.value.__notes__[0]


def test_threads_with_one_reference_pay_once():
    bank = FakePaystack(fault_sequence())
    client = Paystack(transport=bank, retry=Retry(initial_delay=0.0))
    told = []

    def pay():
        try:
            told.append(transfer(client, "rent", reference="mine-000000000001").data["reference"])
        except errors.DuplicateReferenceError as error:
            told.append(error.reference)

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["mine-000000000001"] * 4
    assert bank.processed["rent"] == 1
