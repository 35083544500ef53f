"""Calls that move money over an unreliable connection: each is processed once, or reported as unknown."""

import random

import pytest
from fake_paystack import FAULTS, FakePaystack, fault_sequence, json_response, random_faults
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from money_calls import BULK_CALLS, IDEMPOTENT_CALLS, NO_DELAY, call_with_faults, fail_with_faults, transfer

from paystackease import Paystack, Retry, errors


def refund(client, name, reference=None, amount=5000):
    return client.refund.create_refund(f"T-{name}", amount, merchant_note=name)


CALLS = (*IDEMPOTENT_CALLS, *BULK_CALLS, refund)


class ProcessedCalls:
    """Compares the result that the caller got of each call with what was processed."""

    def __init__(self, client, fake_paystack):
        self.client, self.fake_paystack = client, fake_paystack
        self.allowed_counts = {}

    def make(self, call, name, **options):
        names = [f"{name}.{number}" for number in range(3)] if call in BULK_CALLS else [name]
        allowed_counts = {"response": {1}, "lost": {1}, "unknown": {0, 1}, "rejected": {0}}
        result = "response"
        try:
            call(self.client, name, **options)
        except errors.OutcomeUnknownError:
            result = "unknown"
        except errors.ResponseLostError:
            result = "lost"
        except errors.PaystackError:
            result = "rejected"
        self.allowed_counts |= dict.fromkeys(names, allowed_counts[result])
        return result

    def check(self):
        self.fake_paystack.deliver_late()
        for name, times in self.allowed_counts.items():
            assert self.fake_paystack.processed[name] in times, (name, self.fake_paystack.processed[name], times)
        assert self.fake_paystack.processed.keys() <= self.allowed_counts.keys()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_of_ten_thousand_calls_is_processed_once_or_reported_unknown(connect, seed):
    generator = random.Random(seed)
    fake_paystack = FakePaystack(random_faults(seed))
    calls = ProcessedCalls(connect(transport=fake_paystack, retry=NO_DELAY), fake_paystack)
    result_counts = dict.fromkeys(("response", "unknown", "lost", "rejected"), 0)
    for number in range(10_000):
        call, name, options = generator.choice(CALLS), f"call {number}", {}
        if generator.random() < 0.1:
            fake_paystack.rejected = {name}
        if generator.random() < 0.3:
            options["reference"] = f"mine-{number:016}"
        elif generator.random() < 0.1 and fake_paystack.references:
            # The caller's mistake: a reference that was used for something else.
            options |= {"reference": generator.choice(list(fake_paystack.references)[-50:]), "amount": 7000}
        result_counts[calls.make(call, name, **options)] += 1
    calls.check()
    assert result_counts["response"] > 6_000  # reporting everything as unknown is not enough
    assert all(result_counts.values())


class MoneyCallMachine(RuleBasedStateMachine):
    """The same, with faults that Hypothesis chooses and shrinks."""

    def __init__(self):
        super().__init__()
        self.faults = []
        self.fake_paystack = FakePaystack(lambda: self.faults.pop(0) if self.faults else None)
        self.calls = ProcessedCalls(Paystack(transport=self.fake_paystack, retry=NO_DELAY), self.fake_paystack)
        self.number = 0

    @rule(
        call=st.sampled_from(CALLS),
        faults=st.lists(st.sampled_from([None, "stale", *FAULTS]), max_size=8),
        reference_kind=st.sampled_from(["", "new", "used"]),
        is_rejected=st.booleans(),
    )
    def make(self, call, faults, reference_kind, is_rejected):
        self.number += 1
        self.faults = list(faults)
        name, options = f"call {self.number}", {}
        self.fake_paystack.rejected = {name} if is_rejected else set()
        if reference_kind == "used" and self.fake_paystack.references:
            options = {"reference": next(reversed(self.fake_paystack.references)), "amount": 7000 + self.number}
        elif reference_kind:
            options = {"reference": f"mine-{self.number}"}
        result = self.calls.make(call, name, **options)
        if not [fault for fault in faults if fault] and not is_rejected and reference_kind != "used":
            assert result == "response"

    @invariant()
    def each_call_is_processed_once_or_reported_unknown(self):
        self.calls.check()


TestMoneyCalls = MoneyCallMachine.TestCase


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_reference_is_generated_before_the_first_attempt_and_does_not_change(connect, call):
    fake_paystack, response = call_with_faults(connect, call, "timeout", None, "unreached", "429")
    (reference,) = fake_paystack.references
    assert response.http.reference == reference
    assert response.data["reference"] == reference
    assert 16 <= len(reference) <= 50
    assert set(reference) <= set("0123456789abcdefghijklmnopqrstuvwxyz-_")


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.endswith("done")])
def test_a_processed_call_whose_response_was_lost_is_recovered(connect, call, fault):
    fake_paystack, response = call_with_faults(connect, call, fault)
    assert fake_paystack.processed["rent"] == 1
    assert response.http.recovered
    assert response.http.attempts == 1
    assert response.data["amount"] == 5000
    assert response["status"] is True


def test_a_recovered_transfer_has_the_shape_of_a_new_one(connect):
    _, recovered = call_with_faults(connect, transfer, "timeout, done")
    _, plain = call_with_faults(connect, transfer)
    assert recovered.data["recipient"] == plain.data["recipient"] == 7
    assert not plain.http.recovered


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
@pytest.mark.parametrize("fault", ["timeout", "500"])
def test_a_call_that_was_provably_not_processed_is_retried_with_the_same_reference(connect, call, fault):
    fake_paystack, response = call_with_faults(connect, call, fault)
    assert fake_paystack.processed["rent"] == 1
    assert not response.http.recovered
    assert response.http.attempts == 2


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_duplicate_error_of_our_own_retry_is_a_success(connect, call):
    # The request arrived late: after the verification, but before the retry.
    fake_paystack, response = call_with_faults(connect, call, "late", "stale")
    assert fake_paystack.processed["rent"] == 1
    assert response.http.recovered


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_duplicate_error_of_a_first_attempt_is_raised(connect, call):
    fake_paystack = FakePaystack(fault_sequence())
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError) as caught:
        call(client, "food", reference="mine-000000000001")
    assert caught.value.reference == "mine-000000000001"
    assert isinstance(caught.value, errors.InvalidRequestError)
    assert fake_paystack.processed["food"] == 0


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_earlier_use_of_a_reference_is_not_accepted_as_this_call(connect, call):
    fake_paystack = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=fake_paystack, retry=NO_DELAY)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError):
        call(client, "food", reference="mine-000000000001", amount=900)
    assert (fake_paystack.processed["rent"], fake_paystack.processed["food"]) == (1, 0)


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_unknown_outcome_is_raised_with_the_call_that_verifies_it(connect, call):
    fake_paystack, error = fail_with_faults(connect, call, "timeout, done", "500", "500", "500")
    assert fake_paystack.processed["rent"] == 1
    (reference,) = fake_paystack.references
    assert error.reference == reference
    assert reference in str(error)
    assert "outcome unknown. Check before retrying, with client.send(error.verify_request)" in str(error)
    assert isinstance(error.__cause__, errors.APITimeoutError)
    assert not error.was_not_found
    assert connect(transport=fake_paystack).send(error.verify_request).data["reference"] == reference


def test_an_unexpected_verification_response_does_not_prove_absence(connect):
    for status, message in (401, "Invalid key"), (400, "Invalid key"), (403, "no"), (404, "Not found"), (422, "no"):
        fake_paystack = FakePaystack(fault_sequence("timeout"))
        fake_paystack.verify_reference = lambda path, stale, status=status, message=message: json_response(
            status, {"status": False, "message": message}
        )
        with pytest.raises(errors.OutcomeUnknownError):
            transfer(connect(transport=fake_paystack, retry=NO_DELAY), "rent")
        assert sum(fake_paystack.processed.values()) == 0


def test_a_rejection_after_an_ambiguous_attempt_leaves_the_outcome_unknown(connect):
    # This attempt was rejected. The first one may still arrive.
    fake_paystack, error = fail_with_faults(connect, transfer, "timeout", rejected={"rent"})
    assert isinstance(error.__cause__, errors.InvalidRequestError)
    assert error.was_not_found
    fake_paystack, error = fail_with_faults(connect, transfer, rejected={"rent"}, error=errors.InvalidRequestError)
    assert fake_paystack.processed["rent"] == 0


def test_without_retries_an_unknown_outcome_is_raised_immediately(connect):
    fake_paystack, error = fail_with_faults(
        connect, transfer, "timeout, done", retry=Retry(max_attempts=1, recover=False)
    )
    assert fake_paystack.request_counts["GET"] == 0
    assert error.verify_request is not None
    fake_paystack, response = call_with_faults(connect, transfer, "timeout, done", retry=Retry(max_attempts=1))
    assert response.http.recovered  # verifying is not a retry


@pytest.mark.parametrize("call", CALLS)
def test_every_call_that_never_arrived_or_was_not_processed_is_retried(connect, call):
    fake_paystack, response = call_with_faults(connect, call, "unreached", "429")
    assert response.http.attempts == 3
    assert set(fake_paystack.processed.values()) == {1}


def test_a_call_without_a_reference_is_never_retried_if_ambiguous(connect):
    for fault in "timeout", "timeout, done", "500", "502, done", "half, done", "reset, done":
        fake_paystack, error = fail_with_faults(connect, refund, fault)
        assert fake_paystack.request_counts["POST"] == 1
        assert error.reference is None
        assert error.verify_request.target == "/refund"  # its filter does not find references
        assert "GET /refund" in str(error)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=FakePaystack(fault_sequence("timeout")), retry=NO_DELAY).refund.create_refund(
            512, merchant_note="x"
        )
    assert caught.value.verify_request.target == "/refund?transaction=512"


def test_initializing_a_payment_is_retried_with_a_new_reference(connect):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    response = connect(transport=fake_paystack, retry=NO_DELAY).transactions.initialize("a@b.c", 5000)
    first, second = fake_paystack.references
    assert first != second
    assert response.http.reference == second
    assert fake_paystack.request_counts["GET"] == 0


def test_initializing_a_payment_twice_with_the_callers_reference_is_reported(connect):
    fake_paystack = FakePaystack(fault_sequence("timeout, done"))
    with pytest.raises(errors.ResponseLostError, match="another reference"):
        connect(transport=fake_paystack, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
    fake_paystack = FakePaystack(fault_sequence("timeout"))
    response = connect(transport=fake_paystack, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
    assert response.http.reference == "mine"
    with pytest.raises(errors.DuplicateReferenceError):
        connect(transport=fake_paystack, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
