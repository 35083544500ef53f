"""Verifying and polling end in time: the deadline, interruptions, pending charges."""

import pytest
from fake_paystack import FakePaystack, fault_sequence
from money_calls import IDEMPOTENT_CALLS, NO_DELAY, call_with_faults, transfer
from scripted_transport import ScriptedTransport, error_response, success_response

from paystackease import Request, Retry, errors
from paystackease._core.call_flow import FirstAttempt, call_flow, poll_until_final


def run_flow(steps, transport, wait=lambda seconds: None):
    """What a client does, without waiting."""
    outcome = None
    while True:
        try:
            step = steps.send(outcome)
        except StopIteration as end:
            return end.value
        outcome = transport.send(step) if isinstance(step, Request) else wait(step) and None


def test_a_call_that_is_retried_repeatedly_ends_in_time():
    minutes = iter(range(0, 6000, 20))
    bank = FakePaystack(lambda: "500")
    patient = Retry(max_attempts=99, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError):
        run_flow(call_flow(Request("GET", "/transfer/verify/x"), patient, clock=lambda: next(minutes)), bank)
    assert bank.sent["GET"] < 5


def test_max_elapsed_counts_from_the_first_attempt_of_the_fast_path():
    bank = FakePaystack(lambda: "500")
    request, patient = Request("GET", "/transfer/verify/x"), Retry(max_attempts=9, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError) as caught:
        run_flow(call_flow(request, patient, clock=lambda: 99.0, first=FirstAttempt(0.0, error_response(500))), bank)
    assert caught.value.response.http.attempts == 1
    assert bank.sent["GET"] == 0


def test_the_log_has_the_reference(connect, caplog):
    caplog.set_level("DEBUG", "paystackease")
    _, response = call_with_faults(connect, transfer, "timeout")
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("POST")]
    assert len(lines) == 2
    assert all(f"POST /transfer {response.http.reference}: " in line for line in lines)


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_interrupted_call_is_never_retried(connect, call):
    bank = FakePaystack(fault_sequence())

    def interrupted(request):
        bank.sent[request.method] += 1
        raise KeyboardInterrupt

    bank.send = interrupted
    with pytest.raises(KeyboardInterrupt):
        call(connect(transport=bank, retry=NO_DELAY), "rent")
    assert sum(bank.sent.values()) == 1


def charge_responses(*statuses):
    return [success_response({"reference": "T1", "status": status}) for status in statuses]


def test_a_pending_charge_is_polled_until_it_is_final(connect):
    for end in "success", "failed", "timeout":
        script = ScriptedTransport(
            *charge_responses("send_otp", "pay_offline", "pending", "ongoing", end), *charge_responses("never asked")
        )
        found = connect(transport=script).charges.wait_for_charge("T1", every=0.0)
        assert found.data["status"] == end
        assert [request.target for request in script.requests] == ["/charge/T1"] * 5


def test_a_charge_that_is_pending_at_the_deadline_raises_its_status(connect):
    with pytest.raises(errors.ChargePendingError) as caught:
        connect(transport=ScriptedTransport(*charge_responses("pending"))).charges.wait_for_charge(
            "T1", every=0.0, deadline=-1
        )
    assert caught.value.response.data["status"] == "pending"


def test_polling_intervals_grow_and_errors_do_not_end_the_polling():
    now, waits = [0.0], []
    script = ScriptedTransport(*charge_responses("pending"), error_response(503), *charge_responses(*["pending"] * 9))
    steps = poll_until_final(Request("GET", "/charge/T1"), NO_DELAY, every=10, deadline=120, clock=lambda: now[0])
    with pytest.raises(errors.ChargePendingError):
        run_flow(steps, script, lambda seconds: (waits.append(seconds), now.__setitem__(0, now[0] + seconds)))
    assert [wait for wait in waits if wait] == [10, 15, 22.5, 30, 30]
    assert now[0] <= 120
