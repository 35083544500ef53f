"""Calls that move money: each is carried out once, or it is said that nobody knows."""

import random

import pytest
from fake_paystack import FAULTS, Bank, at_random, in_order, reply
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from scripted_transport import Script, no, yes

from paystackease import Paystack, Request, Retry, errors
from paystackease._core.call_flow import FirstAttempt, call_flow, poll_until_final

AT_ONCE = Retry(initial_delay=0.0)

# How each kind of call is made, under a name and perhaps with a reference of the caller's.


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


def refund(client, name, reference=None, amount=5000):
    return client.refund.create_refund(f"T-{name}", amount, merchant_note=name)


GUARDED = (transfer, charge_authorization, charge)
BULK = (bulk_transfer, bulk_charge)
CALLS = (*GUARDED, *BULK, refund)


class Books:
    """What the caller was told of each call, beside what really happened."""

    def __init__(self, client, bank):
        self.client, self.bank = client, bank
        self.told = {}

    def make(self, call, name, **more):
        names = [f"{name}.{number}" for number in range(3)] if call in BULK else [name]
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
        self.bank.arrive()
        for name, times in self.told.items():
            assert self.bank.done[name] in times, (name, self.bank.done[name], times)
        assert self.bank.done.keys() <= self.told.keys()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_ten_thousand_calls_on_a_bad_line_each_is_done_once_or_reported_unknown(connect, seed):
    chance = random.Random(seed)
    bank = Bank(at_random(seed))
    books = Books(connect(transport=bank, retry=AT_ONCE), bank)
    came = dict.fromkeys(("answered", "unknown", "lost", "no"), 0)
    for number in range(10_000):
        call, name, more = chance.choice(CALLS), f"call {number}", {}
        if chance.random() < 0.1:
            bank.refuse = {name}
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
        self.bank = Bank(lambda: self.faults.pop(0) if self.faults else None)
        self.books = Books(Paystack(transport=self.bank, retry=AT_ONCE), self.bank)
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
        self.bank.refuse = {name} if refused else set()
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


def made(connect, call, *faults, retry=AT_ONCE, **more):
    """A call on a line with these faults: the bank, and what came."""
    bank = Bank(in_order(*faults))
    client = connect(transport=bank, retry=retry)
    return bank, call(client, "rent", **more)


def failed(connect, call, *faults, error=errors.OutcomeUnknownError, retry=AT_ONCE, refuse=(), **more):
    bank = Bank(in_order(*faults))
    bank.refuse = set(refuse)
    with pytest.raises(error) as caught:
        call(connect(transport=bank, retry=retry), "rent", **more)
    return bank, caught.value


@pytest.mark.parametrize("call", GUARDED)
def test_a_reference_is_made_before_the_first_sending_and_stays(connect, call):
    bank, response = made(connect, call, "timeout", None, "unreached", "429")
    (reference,) = bank.references
    assert response.http.reference == reference
    assert response.data["reference"] == reference
    assert 16 <= len(reference) <= 50
    assert set(reference) <= set("0123456789abcdefghijklmnopqrstuvwxyz-_")


@pytest.mark.parametrize("call", GUARDED)
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.endswith("done")])
def test_what_was_done_though_the_answer_was_lost_is_answered_all_the_same(connect, call, fault):
    bank, response = made(connect, call, fault)
    assert bank.done["rent"] == 1
    assert response.http.recovered
    assert response.http.attempts == 1
    assert response.data["amount"] == 5000
    assert response["status"] is True


def test_a_recovered_transfer_has_the_shape_of_a_new_one(connect):
    _, lost = made(connect, transfer, "timeout, done")
    _, plain = made(connect, transfer)
    assert lost.data["recipient"] == plain.data["recipient"] == 7
    assert not plain.http.recovered


@pytest.mark.parametrize("call", GUARDED)
@pytest.mark.parametrize("fault", ["timeout", "500"])
def test_what_was_surely_not_done_is_sent_again_with_the_same_reference(connect, call, fault):
    bank, response = made(connect, call, fault)
    assert bank.done["rent"] == 1
    assert not response.http.recovered
    assert response.http.attempts == 2


@pytest.mark.parametrize("call", GUARDED)
def test_a_duplicate_that_answers_our_own_repeat_is_the_answer(connect, call):
    # It was late: not there when asked, and there when it was sent again.
    bank, response = made(connect, call, "late", "stale")
    assert bank.done["rent"] == 1
    assert response.http.recovered


@pytest.mark.parametrize("call", GUARDED)
def test_a_duplicate_that_answers_a_first_sending_is_the_callers(connect, call):
    bank = Bank(in_order())
    client = connect(transport=bank, retry=AT_ONCE)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError) as caught:
        call(client, "food", reference="mine-000000000001")
    assert caught.value.reference == "mine-000000000001"
    assert isinstance(caught.value, errors.InvalidRequestError)
    assert bank.done["food"] == 0


@pytest.mark.parametrize("call", GUARDED)
def test_what_a_reference_was_used_for_before_is_not_taken_for_this_call(connect, call):
    bank = Bank(in_order(None, "timeout"))
    client = connect(transport=bank, retry=AT_ONCE)
    call(client, "rent", reference="mine-000000000001")
    with pytest.raises(errors.DuplicateReferenceError):
        call(client, "food", reference="mine-000000000001", amount=900)
    assert (bank.done["rent"], bank.done["food"]) == (1, 0)


@pytest.mark.parametrize("call", GUARDED)
def test_what_stays_unclear_is_said_so_with_the_call_that_checks_it(connect, call):
    bank, error = failed(connect, call, "timeout, done", "500", "500", "500")
    assert bank.done["rent"] == 1
    (reference,) = bank.references
    assert error.reference == reference
    assert reference in str(error)
    assert "outcome unknown. Check before retrying, with client.send(error.verify_request)" in str(error)
    assert isinstance(error.__cause__, errors.APITimeoutError)
    assert not error.was_not_found
    assert connect(transport=bank).send(error.verify_request).data["reference"] == reference


def test_a_verify_that_answers_with_anything_else_is_no_proof_of_absence(connect):
    for status, message in (401, "Invalid key"), (400, "Invalid key"), (403, "no"), (404, "Not found"), (422, "no"):
        bank = Bank(in_order("timeout"))
        bank.verify = lambda path, stale, status=status, message=message: reply(
            status, {"status": False, "message": message}
        )
        with pytest.raises(errors.OutcomeUnknownError):
            transfer(connect(transport=bank, retry=AT_ONCE), "rent")
        assert sum(bank.done.values()) == 0


def test_a_refusal_after_an_unclear_sending_leaves_it_unclear(connect):
    # This sending was refused. The first may still be on its way.
    bank, error = failed(connect, transfer, "timeout", refuse={"rent"})
    assert isinstance(error.__cause__, errors.InvalidRequestError)
    assert error.was_not_found
    bank, error = failed(connect, transfer, refuse={"rent"}, error=errors.InvalidRequestError)
    assert bank.done["rent"] == 0


def test_who_switches_repeating_off_is_told_at_once(connect):
    bank, error = failed(connect, transfer, "timeout, done", retry=Retry(max_attempts=1, recover=False))
    assert bank.sent["GET"] == 0
    assert error.verify_request is not None
    bank, response = made(connect, transfer, "timeout, done", retry=Retry(max_attempts=1))
    assert response.http.recovered  # asking is not repeating


@pytest.mark.parametrize("call", CALLS)
def test_what_never_arrived_or_was_turned_away_is_sent_again_whatever_it_is(connect, call):
    bank, response = made(connect, call, "unreached", "429")
    assert response.http.attempts == 3
    assert set(bank.done.values()) == {1}


def test_what_paystack_knows_by_no_reference_is_never_sent_again(connect):
    for fault in "timeout", "timeout, done", "500", "502, done", "half, done", "reset, done":
        bank, error = failed(connect, refund, fault)
        assert bank.sent["POST"] == 1
        assert error.reference is None
        assert error.verify_request.target == "/refund"  # by a reference, its filter would find nothing
        assert "GET /refund" in str(error)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        connect(transport=Bank(in_order("timeout")), retry=AT_ONCE).refund.create_refund(512, merchant_note="x")
    assert caught.value.verify_request.target == "/refund?transaction=512"


def test_preparing_a_payment_is_done_anew_with_a_fresh_reference(connect):
    bank = Bank(in_order("timeout, done"))
    response = connect(transport=bank, retry=AT_ONCE).transactions.initialize("a@b.c", 5000)
    first, second = bank.references
    assert first != second
    assert response.http.reference == second
    assert bank.sent["GET"] == 0


def test_preparing_a_payment_twice_by_the_callers_reference_is_told_as_such(connect):
    bank = Bank(in_order("timeout, done"))
    with pytest.raises(errors.ResponseLostError, match="another reference"):
        connect(transport=bank, retry=AT_ONCE).transactions.initialize("a@b.c", 5000, reference="mine")
    bank = Bank(in_order("timeout"))
    response = connect(transport=bank, retry=AT_ONCE).transactions.initialize("a@b.c", 5000, reference="mine")
    assert response.http.reference == "mine"
    with pytest.raises(errors.DuplicateReferenceError):
        connect(transport=bank, retry=AT_ONCE).transactions.initialize("a@b.c", 5000, reference="mine")


@pytest.mark.parametrize("call", BULK)
def test_every_item_of_a_bulk_call_gets_its_reference(connect, call):
    bank, _ = made(connect, call, reference="mine-000000000001")
    assert len(bank.references) == 3
    assert "mine-000000000001" in bank.references


def test_two_items_with_the_same_reference_are_refused_before_anything_is_sent(connect):
    bank = Bank(in_order())
    items = [{"amount": 1, "recipient": "RCP_1", "reference": "ref-1"}] * 2
    with pytest.raises(errors.InvalidArgumentError, match="same reference"):
        connect(transport=bank).transfers.initiate_bulk_transfer("balance", items)
    assert not bank.sent


def test_a_bulk_transfer_is_recovered_item_by_item(connect):
    bank, response = made(connect, bulk_transfer, "timeout, done")
    assert set(bank.done.values()) == {1}
    assert [item["recipient"] for item in response.data] == ["RCP_0", "RCP_1", "RCP_2"]
    assert [item["reference"] for item in response.data] == list(bank.references)
    assert set(response.http.items.values()) == {"recovered"}


def test_of_a_bulk_transfer_only_what_is_not_there_is_sent_again(connect):
    bank = Bank(in_order("timeout"))
    client = connect(transport=bank, retry=AT_ONCE)
    items = [
        {"amount": 5000, "recipient": f"RCP_{number}", "reason": f"rent.{number}", "reference": f"ref-{number}"}
        for number in range(3)
    ]
    bank.enter(items[1])  # of the sending that nobody answered, one was carried out
    response = client.transfers.initiate_bulk_transfer("balance", items)
    assert set(bank.done.values()) == {1}
    assert [item["reference"] for item in response.data] == ["ref-0", "ref-1", "ref-2"]
    assert response.http.items == {"ref-0": "answered", "ref-1": "recovered", "ref-2": "answered"}


def test_a_bulk_transfer_that_stays_unclear_says_of_each_item_what_is_known(connect):
    bank, error = failed(connect, bulk_transfer, "timeout, done", None, "500", "500", "500")
    assert sorted(error.items.values()) == ["found", "found", "unknown"]
    assert set(error.items) == set(bank.references)


def test_a_bulk_charge_that_was_taken_says_so_though_its_batch_is_lost(connect):
    bank, error = failed(connect, bulk_charge, "timeout, done", error=errors.ResponseLostError)
    assert error.verified_data.keys() == bank.references.keys()
    assert set(bank.done.values()) == {1}


def drive(steps, transport, wait=lambda seconds: None):
    """What a client does, without waiting."""
    outcome = None
    while True:
        try:
            step = steps.send(outcome)
        except StopIteration as end:
            return end.value
        outcome = transport.send(step) if isinstance(step, Request) else wait(step) and None


def test_what_is_asked_again_and_again_ends_in_time():
    minutes = iter(range(0, 6000, 20))
    bank = Bank(lambda: "500")
    patient = Retry(max_attempts=99, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError):
        drive(call_flow(Request("GET", "/transfer/verify/x"), patient, clock=lambda: next(minutes)), bank)
    assert bank.sent["GET"] < 5


def test_patience_counts_from_a_first_sending_that_was_made_before_there_was_a_conversation():
    bank = Bank(lambda: "500")
    request, patient = Request("GET", "/transfer/verify/x"), Retry(max_attempts=9, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError) as caught:
        drive(call_flow(request, patient, clock=lambda: 99.0, first=FirstAttempt(0.0, no(500))), bank)
    assert caught.value.response.http.attempts == 1
    assert bank.sent["GET"] == 0


def test_the_log_has_the_reference(connect, caplog):
    caplog.set_level("DEBUG", "paystackease")
    _, response = made(connect, transfer, "timeout")
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("POST")]
    assert len(lines) == 2
    assert all(f"POST /transfer {response.http.reference}: " in line for line in lines)


@pytest.mark.parametrize("call", GUARDED)
def test_an_interruption_is_never_followed_by_a_repeat(connect, call):
    bank = Bank(in_order())

    def interrupted(request):
        bank.sent[request.method] += 1
        raise KeyboardInterrupt

    bank.send = interrupted
    with pytest.raises(KeyboardInterrupt):
        call(connect(transport=bank, retry=AT_ONCE), "rent")
    assert sum(bank.sent.values()) == 1


def standing(*statuses):
    return [yes({"reference": "T1", "status": status}) for status in statuses]


def test_a_charge_that_pends_is_waited_for_until_it_has_ended(connect):
    for end in "success", "failed", "timeout":
        script = Script(*standing("send_otp", "pay_offline", "pending", "ongoing", end), *standing("never asked"))
        found = connect(transport=script).charges.wait_for_charge("T1", every=0.0)
        assert found.data["status"] == end
        assert [request.target for request in script.asked] == ["/charge/T1"] * 5


def test_a_charge_that_has_not_ended_by_the_deadline_says_where_it_stands(connect):
    with pytest.raises(errors.ChargePendingError) as caught:
        connect(transport=Script(*standing("pending"))).charges.wait_for_charge("T1", every=0.0, deadline=-1)
    assert caught.value.response.data["status"] == "pending"


def test_a_charge_is_asked_for_ever_less_often_and_through_trouble():
    now, waits = [0.0], []
    script = Script(*standing("pending"), no(503), *standing(*["pending"] * 9))
    steps = poll_until_final(Request("GET", "/charge/T1"), AT_ONCE, every=10, deadline=120, clock=lambda: now[0])
    with pytest.raises(errors.ChargePendingError):
        drive(steps, script, lambda seconds: (waits.append(seconds), now.__setitem__(0, now[0] + seconds)))
    assert [wait for wait in waits if wait] == [10, 15, 22.5, 30, 30]
    assert now[0] <= 120
