"""Attacks on calls that move money: closing, mutation, cancellation, and responses with unexpected types."""

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
    fake_paystack = FakePaystack(fault_sequence("502, done"))

    def send_and_close(request):
        response = fake_paystack.send(request)
        if clients and isinstance(getattr(clients[0], "client", clients[0]), AsyncPaystack):
            clients[0].client._state.closed = True  # a task's `close()`, without a second loop to run it in
        elif clients:
            clients[0].close()
        return response

    clients = []
    clients.append(connect(transport=InterceptingTransport(fake_paystack, send_and_close, "POST"), retry=NO_DELAY))
    with pytest.raises(errors.OutcomeUnknownError):
        call(clients[0], "rent")
    assert sum(fake_paystack.processed.values()) >= 1
    assert fake_paystack.request_counts["POST"] == 1
    with pytest.raises(errors.ClientClosedError):  # and nothing more is sent
        call(clients[0], "food")


def test_a_bulk_call_is_retried_with_its_original_body(connect):
    item = {"amount": 5000, "recipient": "RCP_1", "reason": "rent", "reference": "ref-0"}
    fake_paystack = FakePaystack(fault_sequence("timeout"))

    def send_and_mutate(request):
        item.update(reference="ref-1", amount=7000)  # the caller reuses the dict for its next payment
        return fake_paystack.send(request)

    response = connect(
        transport=InterceptingTransport(fake_paystack, send_and_mutate, "POST"), retry=NO_DELAY
    ).transfers.initiate_bulk_transfer("balance", [item])
    assert fake_paystack.references.keys() == {"ref-0"}
    assert response.data[0]["amount"] == 5000


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_429_whose_call_was_processed_is_verified(connect, call):
    fake_paystack = FakePaystack(fault_sequence())
    handlers = [
        lambda request: (fake_paystack.send(request), RawResponse(429, {}, b"<html>slow down"))[1],
        fake_paystack.send,
    ]
    transport = InterceptingTransport(fake_paystack, lambda request: handlers.pop(0)(request), "POST")
    assert call(connect(transport=transport, retry=NO_DELAY), "rent", reference="mine-000000000001").http.recovered
    assert set(fake_paystack.processed.values()) == {1}


def test_a_429_with_a_success_body_is_not_a_rejection(connect):
    body = {"status": True, "message": "ok", "data": {"id": 1, "transaction": {"reference": "T1"}}}
    transport = ScriptedTransport(RawResponse(429, {}, json.dumps(body).encode()))
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=transport).refund.create_refund("T1")


@pytest.mark.parametrize("status", ["success", "reversed"])
def test_a_paid_reference_is_not_reported_as_unpaid(connect, status):
    fake_paystack = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    charge_authorization(client, "last week", reference="order-1")
    fake_paystack.references["order-1"]["status"] = status
    with pytest.raises(errors.DuplicateReferenceError):
        client.transactions.initialize("a@b.c", 5000, reference="order-1")


def test_a_lost_response_to_initialize_says_to_verify_the_reference(connect):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    with pytest.raises(errors.ResponseLostError, match="Verify the reference"):
        connect(transport=fake_paystack, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="order-1")


@pytest.mark.parametrize("code", [[], {}, ["not_found"], 1, None], ids=str)
def test_a_response_code_of_another_type_hides_no_error(connect, code):
    rejection = error_response(400, "Transfer not found", code=code)
    with pytest.raises(errors.InvalidRequestError):
        transfer(connect(transport=ScriptedTransport(rejection)), "rent")
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    fake_paystack.verify_reference = lambda path, stale: json_response(
        400, {"status": False, "message": "no", "code": code}
    )
    with pytest.raises(errors.OutcomeUnknownError):
        transfer(connect(transport=fake_paystack, retry=NO_DELAY), "rent")
    pending = success_response({"reference": "T1", "status": code})
    with pytest.raises(errors.ChargePendingError):
        connect(transport=ScriptedTransport(*[pending] * 5)).charges.wait_for_charge("T1", every=0.0, deadline=-1)


class Ref(enum.StrEnum):
    RENT = "payout-rent-0001"


def test_an_enum_reference_is_verified_by_its_value(connect):
    fake_paystack = FakePaystack(fault_sequence("timeout, done", "500", "500", "500"))
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        transfer(connect(transport=fake_paystack, retry=NO_DELAY), "rent", reference=Ref.RENT)
    assert caught.value.reference == "payout-rent-0001"
    assert connect(transport=fake_paystack).send(caught.value.verify_request).data["reference"] == "payout-rent-0001"


@pytest.mark.parametrize("reference", ["ORD_1", "ada@example.com", "1600000000", "T1"])
def test_a_response_about_another_reference_is_never_accepted(connect, reference):
    other_response = success_response({"reference": "re4lyvq3s3", "status": "success"})
    with pytest.raises(errors.MalformedResponseError):
        connect(transport=ScriptedTransport(*[other_response] * 3)).transactions.verify_transaction(reference)
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=ScriptedTransport(other_response)).charges.submit_otp("123456", reference)


def test_an_acknowledged_bulk_charge_is_not_retried(connect):
    fake_paystack = FakePaystack(fault_sequence())
    short_response = success_response({"batch_code": "BCH_1", "total_charges": 1})
    items = [{"authorization": "AUTH_1", "amount": 100}] * 2
    transport = InterceptingTransport(fake_paystack, lambda request: short_response, "POST")
    with pytest.raises(errors.OutcomeUnknownError):
        connect(transport=transport, retry=NO_DELAY).bulk_charges.initiate_bulk_charge(items)
    assert [request.method for request in transport.requests].count("POST") == 1


def test_a_success_is_never_reported_as_a_duplicate_after_verification(connect):
    fake_paystack = FakePaystack(fault_sequence())
    record = fake_paystack.record
    fake_paystack.record = lambda body: record({**body, "amount": 4999})
    with pytest.raises(errors.OutcomeUnknownError):
        transfer(connect(transport=fake_paystack, retry=NO_DELAY), "rent", reference="mine-000000000001")


def test_a_rejected_retry_may_be_caused_by_the_first_attempt(connect):
    transport = ScriptedTransport(
        error_response(502), error_response(404, "Subscription with code not found or already inactive")
    )
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=transport).transfer_recipients.delete_transfer_recipient("RCP_1")
    assert isinstance(caught.value.__cause__, errors.NotFoundError)


@pytest.mark.parametrize("exception", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_call_reports_its_reference(connect, exception):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))

    def interrupt(request):
        raise exception

    with pytest.raises(exception) as caught:
        transfer(connect(transport=InterceptingTransport(fake_paystack, interrupt, "GET"), retry=NO_DELAY), "rent")
    (reference,) = fake_paystack.references
    assert any(reference in note and "may have been processed" in note for note in caught.value.__notes__)


def test_a_cancelled_call_reports_its_reference():
    references = []

    class HangingTransport(ScriptedTransport):
        async def send(self, request):
            references.append(request.reference)
            arrived.set()
            await asyncio.sleep(60)

    async def cancel():
        client = AsyncPaystack(transport=HangingTransport())
        call = asyncio.create_task(client.transfers.initiate_transfer("balance", 5000, "RCP_1"))
        await arrived.wait()
        call.cancel()
        await call

    arrived = asyncio.Event()
    with pytest.raises(asyncio.CancelledError) as caught:
        asyncio.run(cancel())
    assert references[0] in caught.value.__notes__[0]


def test_threads_with_one_reference_pay_once():
    fake_paystack = FakePaystack(fault_sequence())
    client = Paystack(transport=fake_paystack, retry=Retry(initial_delay=0.0))
    references = []

    def pay():
        try:
            references.append(transfer(client, "rent", reference="mine-000000000001").data["reference"])
        except errors.DuplicateReferenceError as error:
            references.append(error.reference)

    threads = [threading.Thread(target=pay) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert references == ["mine-000000000001"] * 4
    assert fake_paystack.processed["rent"] == 1
