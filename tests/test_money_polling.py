"""Verifying and polling end in time: the deadline, interruptions, pending charges."""

import pytest
from fake_paystack import FakePaystack, fault_sequence
from money_calls import IDEMPOTENT_CALLS, NO_DELAY, call_with_faults, transfer
from scripted_transport import ScriptedTransport, error_response, success_response

from paystackease import Request, Retry, errors
from paystackease._core.call_flow import FirstAttempt, call_flow, poll_until_final


def run_flow(flow, transport, wait=lambda seconds: None):
    """Run a flow as a client does, without waiting."""
    outcome = None
    while True:
        try:
            step = flow.send(outcome)
        except StopIteration as stopped:
            return stopped.value
        outcome = transport.send(step) if isinstance(step, Request) else wait(step) and None


def test_a_call_that_is_retried_repeatedly_ends_in_time():
    seconds = iter(range(0, 6000, 20))
    fake_paystack = FakePaystack(lambda: "500")
    retry = Retry(max_attempts=99, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError):
        run_flow(call_flow(Request("GET", "/transfer/verify/x"), retry, clock=lambda: next(seconds)), fake_paystack)
    assert fake_paystack.request_counts["GET"] < 5


def test_max_elapsed_counts_from_the_first_attempt_of_the_fast_path():
    fake_paystack = FakePaystack(lambda: "500")
    request, retry = Request("GET", "/transfer/verify/x"), Retry(max_attempts=9, initial_delay=0.0, max_elapsed=60)
    with pytest.raises(errors.ServerError) as caught:
        run_flow(
            call_flow(request, retry, clock=lambda: 99.0, first=FirstAttempt(0.0, error_response(500))), fake_paystack
        )
    assert caught.value.response.http.attempts == 1
    assert fake_paystack.request_counts["GET"] == 0


def test_the_log_has_the_reference(connect, caplog):
    caplog.set_level("DEBUG", "paystackease")
    _, response = call_with_faults(connect, transfer, "timeout")
    lines = [record.getMessage() for record in caplog.records if record.getMessage().startswith("POST")]
    assert len(lines) == 2
    assert all(f"POST /transfer {response.http.reference}: " in line for line in lines)


@pytest.mark.parametrize("call", IDEMPOTENT_CALLS)
def test_an_interrupted_call_is_never_retried(connect, call):
    fake_paystack = FakePaystack(fault_sequence())

    def interrupt(request):
        fake_paystack.request_counts[request.method] += 1
        raise KeyboardInterrupt

    fake_paystack.send = interrupt
    with pytest.raises(KeyboardInterrupt):
        call(connect(transport=fake_paystack, retry=NO_DELAY), "rent")
    assert sum(fake_paystack.request_counts.values()) == 1


def charge_responses(*statuses):
    return [success_response({"reference": "T1", "status": status}) for status in statuses]


def test_a_pending_charge_is_polled_until_it_is_final(connect):
    for final_status in "success", "failed", "timeout":
        script = ScriptedTransport(
            *charge_responses("send_otp", "pay_offline", "pending", "ongoing", final_status),
            *charge_responses("never requested"),
        )
        response = connect(transport=script).charges.wait_for_charge("T1", every=0.0)
        assert response.data["status"] == final_status
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
    flow = poll_until_final(Request("GET", "/charge/T1"), NO_DELAY, every=10, deadline=120, clock=lambda: now[0])
    with pytest.raises(errors.ChargePendingError):
        run_flow(flow, script, lambda seconds: (waits.append(seconds), now.__setitem__(0, now[0] + seconds)))
    assert [wait for wait in waits if wait] == [10, 15, 22.5, 30, 30]
    assert now[0] <= 120
