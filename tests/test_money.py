"""Calls that move money over an unreliable connection: each is done once, or reported as unknown."""

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
    """What the caller was told of each call, beside what really happened."""

    def __init__(self, client, bank):
        self.client, self.bank = client, bank
        self.told = {}

    def make(self, call, name, **more):
        names = [f"{name}.{number}" for number in range(3)] if call in BULK_CALLS else [name]
        may = {"answered": {1}, "lost": {1}, "unknown": {0, 1}, "no": {0}}
        came = "answered"
        try:
            call(self.client, name, **more)
        except errors.OutcomeUnknownError:
            came = "unknown"
        except errors.ResponseLostError:
            came = "lost"
        except errors.PaystackError:
            came = "no"
        self.told |= dict.fromkeys(names, may[came])
        return came

    def check(self):
        self.bank.deliver_late()
        for name, times in self.told.items():
            assert self.bank.processed[name] in times, (name, self.bank.processed[name], times)
        assert self.bank.processed.keys() <= self.told.keys()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_of_ten_thousand_calls_over_an_unreliable_connection_is_done_once_or_reported_unknown(connect, seed):
    chance = random.Random(seed)
    bank = FakePaystack(random_faults(seed))
    books = ProcessedCalls(connect(transport=bank, retry=NO_DELAY), bank)
    came = dict.fromkeys(("answered", "unknown", "lost", "no"), 0)
    for number in range(10_000):
        call, name, more = chance.choice(CALLS), f"call {number}", {}
        if chance.random() < 0.1:
            bank.rejected = {name}
        if chance.random() < 0.3:
            more["reference"] = f"mine-{number:016}"
        elif chance.random() < 0.1 and bank.references:
            # The caller's mistake: a reference that was used for something else.
            more |= {"reference": chance.choice(list(bank.references)[-50:]), "amount": 7000}
        came[books.make(call, name, **more)] += 1
    books.check()
    assert came["answered"] > 6_000  # and not by saying "unknown" to everything
    assert all(came.values())


class OneCallAtATime(RuleBasedStateMachine):
    """The same, with faults that Hypothesis chooses and makes small."""

    def __init__(self):
        super().__init__()
        self.faults = []
        self.bank = FakePaystack(lambda: self.faults.pop(0) if self.faults else None)
        self.books = ProcessedCalls(Paystack(transport=self.bank, retry=NO_DELAY), self.bank)
        self.number = 0

    @rule(
        call=st.sampled_from(CALLS),
        faults=st.lists(st.sampled_from([None, "stale", *FAULTS]), max_size=8),
        theirs=st.sampled_from(["", "fresh", "used"]),
        refused=st.booleans(),
    )
    def make(self, call, faults, theirs, refused):
        self.number += 1
        self.faults = list(faults)
        name, more = f"call {self.number}", {}
        self.bank.rejected = {name} if refused else set()
        if theirs == "used" and self.bank.references:
            more = {"reference": next(reversed(self.bank.references)), "amount": 7000 + self.number}
        elif theirs:
            more = {"reference": f"mine-{self.number}"}
        came = self.books.make(call, name, **more)
        if not [fault for fault in faults if fault] and not refused and theirs != "used":
            assert came == "answered"

    @invariant()
    def each_is_done_once_or_reported_unknown(self):
        self.books.check()


TestOneCallAtATime = OneCallAtATime.TestCase


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_reference_is_made_before_the_first_attempt_and_does_not_change(connect, call):
    bank, response = call_with_faults(connect, call, "timeout", None, "unreached", "429")
    (reference,) = bank.references
    assert response.http.reference == reference
    assert response.data["reference"] == reference
    assert 16 <= len(reference) <= 50
    assert set(reference) <= set("0123456789abcdefghijklmnopqrstuvwxyz-_")


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.endswith("done")])
def test_a_processed_call_whose_response_was_lost_is_recovered(connect, call, fault):
    bank, response = call_with_faults(connect, call, fault)
    assert bank.processed["rent"] == 1
    assert response.http.recovered
    assert response.http.attempts == 1
    assert response.data["amount"] == 5000
    assert response["status"] is True


def test_a_recovered_transfer_has_the_shape_of_a_new_one(connect):
    _, lost = call_with_faults(connect, transfer, "timeout, done")
    _, plain = call_with_faults(connect, transfer)
    assert lost.data["recipient"] == plain.data["recipient"] == 7
    assert not plain.http.recovered


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
@pytest.mark.parametrize("fault", ["timeout", "500"])
def test_a_call_that_was_surely_not_processed_is_retried_with_the_same_reference(connect, call, fault):
    bank, response = call_with_faults(connect, call, fault)
    assert bank.processed["rent"] == 1
    assert not response.http.recovered
    assert response.http.attempts == 2


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_duplicate_error_of_our_own_retry_is_a_success(connect, call):
    # It was late: not there when asked, and there when it was sent again.
    bank, response = call_with_faults(connect, call, "late", "stale")
    assert bank.processed["rent"] == 1
    assert response.http.recovered


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_a_duplicate_error_of_a_first_attempt_is_raised(connect, call):
    bank = FakePaystack(fault_sequence())
    client = connect(transport=bank, retry=NO_DELAY)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError) as caught:
        call(client, "food", reference="mine-000000000001")
    assert caught.value.reference == "mine-000000000001"
    assert isinstance(caught.value, errors.InvalidRequestError)
    assert bank.processed["food"] == 0


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_earlier_use_of_a_reference_is_not_accepted_as_this_call(connect, call):
    bank = FakePaystack(fault_sequence(None, "timeout"))
    client = connect(transport=bank, retry=NO_DELAY)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError):
        call(client, "food", reference="mine-000000000001", amount=900)
    assert (bank.processed["rent"], bank.processed["food"]) == (1, 0)


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_unknown_outcome_is_raised_with_the_call_that_verifies_it(connect, call):
    bank, error = fail_with_faults(connect, call, "timeout, done", "500", "500", "500")
    assert bank.processed["rent"] == 1
    (reference,) = bank.references
    assert error.reference == reference
    assert reference in str(error)
    assert "outcome unknown. Check before retrying, with client.send(error.verify_request)" in str(error)
    assert isinstance(error.__cause__, errors.APITimeoutError)
    assert not error.was_not_found
    assert connect(transport=bank).send(error.verify_request).data["reference"] == reference


def test_an_unexpected_verification_response_does_not_prove_absence(connect):
    for status, message in (401, "Invalid key"), (400, "Invalid key"), (403, "no"), (404, "Not found"), (422, "no"):
        bank = FakePaystack(fault_sequence("timeout"))
        bank.verify_reference = lambda path, stale, status=status, message=message: json_response(
            status, {"status": False, "message": message}
        )
        with pytest.raises(errors.OutcomeUnknownError):
            transfer(connect(transport=bank, retry=NO_DELAY), "rent")
        assert sum(bank.processed.values()) == 0


def test_a_rejection_after_an_ambiguous_attempt_leaves_the_outcome_unknown(connect):
    # This sending was refused. The first may still be on its way.
    bank, error = fail_with_faults(connect, transfer, "timeout", refuse={"rent"})
    assert isinstance(error.__cause__, errors.InvalidRequestError)
    assert error.was_not_found
    bank, error = fail_with_faults(connect, transfer, refuse={"rent"}, error=errors.InvalidRequestError)
    assert bank.processed["rent"] == 0


def test_without_retries_an_unknown_outcome_is_raised_immediately(connect):
    bank, error = fail_with_faults(connect, transfer, "timeout, done", retry=Retry(max_attempts=1, recover=False))
    assert bank.sent["GET"] == 0
    assert error.verify_request is not None
    bank, response = call_with_faults(connect, transfer, "timeout, done", retry=Retry(max_attempts=1))
    assert response.http.recovered  # asking is not repeating


@pytest.mark.parametrize("call", CALLS)
def test_every_call_that_never_arrived_or_was_not_processed_is_retried(connect, call):
    bank, response = call_with_faults(connect, call, "unreached", "429")
    assert response.http.attempts == 3
    assert set(bank.processed.values()) == {1}


def test_a_call_without_a_reference_is_never_retried_if_ambiguous(connect):
    for fault in "timeout", "timeout, done", "500", "502, done", "half, done", "reset, done":
        bank, error = fail_with_faults(connect, refund, fault)
        assert bank.sent["POST"] == 1
        assert error.reference is None
        assert error.verify_request.target == "/refund"  # by a reference, its filter would find nothing
        assert "GET /refund" in str(error)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=FakePaystack(fault_sequence("timeout")), retry=NO_DELAY).refund.create_refund(
            512, merchant_note="x"
        )
    assert caught.value.verify_request.target == "/refund?transaction=512"


def test_initializing_a_payment_is_retried_with_a_new_reference(connect):
    bank = FakePaystack(fault_sequence("timeout, done"))
    response = connect(transport=bank, retry=NO_DELAY).transactions.initialize("a@b.c", 5000)
    first, second = bank.references
    assert first != second
    assert response.http.reference == second
    assert bank.sent["GET"] == 0


def test_initializing_a_payment_twice_with_the_callers_reference_is_reported(connect):
    bank = FakePaystack(fault_sequence("timeout, done"))
    with pytest.raises(errors.ResponseLostError, match="another reference"):
        connect(transport=bank, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
    bank = FakePaystack(fault_sequence("timeout"))
    response = connect(transport=bank, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
    assert response.http.reference == "mine"
    with pytest.raises(errors.DuplicateReferenceError):
        connect(transport=bank, retry=NO_DELAY).transactions.initialize("a@b.c", 5000, reference="mine")
