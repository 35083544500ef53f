"""Faults of calls: the effect of each on a client, and the calls that a rule matches."""

import contextlib
import json

import pytest
from conftest import NOON, SECRET_KEY
from fault_checks import ONCE
from webhook_shop import pay_reference

from paystackease import Emulator, Paystack, Request, errors
from paystackease.emulator.faults import rules as faults
from paystackease.emulator.server.server import run_in_background


@pytest.fixture(params=["in process", "over a socket"])
def connect_emulator(request, emulator, connect):
    """Return a function that creates clients of the emulator, in process or over a socket."""
    if request.param == "in process":
        yield lambda **options: connect(transport=emulator, **options)
        return
    with run_in_background(emulator) as url:
        yield lambda **options: connect(SECRET_KEY, base_url=url, timeout=2.0, **options)


def recipient(client):
    response = client.transfer_recipients.create_transfer_recipients("nuban", "Ada Obi", "0123456789", "058")
    return response.data["recipient_code"]


def list_transfers(client):
    return client.transfers.list_transfers().data


# Calls that move money


def test_a_transfer_whose_response_is_lost_is_verified_and_not_sent_twice(connect_emulator, emulator):
    client = connect_emulator()
    recipient_code = recipient(client)
    emulator.add_fault("commit-then-drop", "transfers.initiate_transfer", times=1)
    response = client.transfers.initiate_transfer("balance", 5_000, recipient_code)
    assert response.http.recovered
    assert len(list_transfers(client)) == 1


def test_a_transfer_that_never_arrived_is_sent_once(connect_emulator, emulator):
    client = connect_emulator()
    recipient_code = recipient(client)
    emulator.add_fault("reset", "POST /transfer", times=1)
    response = client.transfers.initiate_transfer("balance", 5_000, recipient_code)
    assert not response.http.recovered
    assert response.http.attempts == 2
    assert len(list_transfers(client)) == 1


@pytest.mark.parametrize("action", ["commit-then-drop", "commit-then-504", "reset", "500"])
def test_a_refund_of_which_nothing_is_heard_is_never_repeated(connect_emulator, emulator, action):
    client = connect_emulator()
    pay_reference(client, "one")
    emulator.add_fault(action, "refund.create_refund")
    with pytest.raises(errors.OutcomeUnknownError) as unknown:
        client.refund.create_refund("one")
    is_committed = action.startswith("commit")
    assert len(client.send(unknown.value.verify_request).data) == is_committed
    assert sum(request.operation == "POST /refund" for request in emulator.requests()) == 1


def test_a_stale_read_after_a_lost_response_leaves_the_outcome_unknown(connect_emulator, emulator):
    """A stale read denies an existing transfer: a repeated call must fail as a duplicate."""
    client = connect_emulator()
    recipient_code = recipient(client)
    emulator.add_fault("commit-then-drop", "POST /transfer", times=1)
    emulator.add_fault("stale", "GET /transfer/verify/{reference}", times=1)
    with contextlib.suppress(errors.PaystackError):
        client.transfers.initiate_transfer("balance", 5_000, recipient_code)
    emulator.clear_faults()
    assert len(list_transfers(client)) == 1


def test_a_stale_read_lags_by_the_last_write_and_then_catches_up(connect_emulator, emulator):
    client = connect_emulator(retry=ONCE)
    emulator.add_fault("stale", "GET /transaction/verify/{reference}", times=2)
    pay_reference(client, "one")
    for _ in range(2):
        with pytest.raises(errors.PaystackError, match="not found"):
            client.transactions.verify_transaction("one")
    assert client.transactions.verify_transaction("one").data["status"] == "success"
    assert [request.faults for request in emulator.requests()] == [(), ("stale",), ("stale",), ()]


# The effect of each fault


@pytest.mark.parametrize(
    ("action", "error", "is_committed"),
    [
        ("429", errors.RateLimitError, False),
        ("500", errors.ServerError, False),
        ("502", errors.ServerError, False),
        ("503", errors.ServerError, False),
        ("504", errors.ServerError, False),
        ("commit-then-504", errors.ServerError, True),
        ("reset", errors.APIConnectionError, False),
        ("empty", errors.APIConnectionError, False),
        ("half", errors.APIConnectionError, True),
        ("commit-then-drop", errors.APIConnectionError, True),
        ("bad-json", errors.MalformedResponseError, True),
        ("content-type", None, True),
        ("latency; seconds=0.01", None, True),
        ("drip; seconds=0.02", None, True),
    ],
)
def test_each_fault_behaves_as_named_in_process_and_over_a_socket(
    connect_emulator, emulator, action, error, is_committed
):
    client = connect_emulator(retry=ONCE).options(headers={"x-emulator-fault": action})
    try:
        client.customers.create_customer("ada@example.com", "Ada", "", "")
        raised = None
    except errors.PaystackError as caught:
        raised = caught.__cause__ if isinstance(caught, errors.OutcomeUnknownError) else caught
    assert type(raised) is (error or type(None))
    assert getattr(raised, "may_have_arrived", True)
    assert (len(connect_emulator().customers.list_customers().data) == 1) is is_committed
    log = emulator.requests()[-1]
    assert log.faults == (action.partition(";")[0],)


@pytest.mark.parametrize("action", ["stall", "commit-then-stall"])
def test_a_response_that_never_arrives_is_a_timeout(connect_emulator, emulator, action):
    client = connect_emulator(retry=ONCE)
    emulator.add_fault(action, "POST /customer", times=1)
    hurried = client.options(timeout=0.2)
    with pytest.raises((errors.APITimeoutError, errors.OutcomeUnknownError)) as exc_info:
        hurried.customers.create_customer("ada@example.com", "Ada", "", "")
    cause = exc_info.value.__cause__ if isinstance(exc_info.value, errors.OutcomeUnknownError) else exc_info.value
    assert isinstance(cause, errors.APITimeoutError)
    assert cause.may_have_arrived
    assert (len(client.customers.list_customers().data) == 1) is (action == "commit-then-stall")


def test_a_response_that_arrives_too_late_is_a_timeout_of_a_processed_call(connect_emulator, emulator):
    client = connect_emulator(retry=ONCE)
    emulator.add_fault("latency", "GET /customer", seconds=30.0, times=1)
    with pytest.raises(errors.APITimeoutError):
        client.options(timeout=0.2).customers.list_customers()
    assert emulator.requests()[0].waited == 30.0


def test_in_process_a_delay_advances_the_clock_without_waiting(emulator):
    client = Paystack(transport=emulator)
    emulator.add_fault("latency", seconds=20.0)
    client.customers.list_customers()
    assert emulator.clock.now() == NOON + 20
    emulator.clear_faults()
    emulator.add_fault("stall")
    with pytest.raises(errors.APITimeoutError):
        client.options(timeout=7.0, retry=ONCE).customers.list_customers()
    assert emulator.clock.now() == NOON + 27


def test_a_429_has_retry_after_and_a_gateway_error_is_html(emulator):
    def ask(fault):
        headers = {"authorization": f"Bearer {SECRET_KEY}", "x-emulator-fault": fault}
        return emulator.respond("GET", "/customer", headers, None)

    limited = ask("429; seconds=7")
    assert (limited.headers["retry-after"], limited.headers["x-ratelimit-reset"]) == ("7", "7")
    assert json.loads(limited.content)["status"] is False
    for status in 502, 504:
        gateway = ask(str(status))
        assert (gateway.status, gateway.headers["content-type"]) == (status, "text/html")
        assert b"<h1>" in gateway.content
    for status in 500, 503:
        assert json.loads(ask(str(status)).content)["status"] is False
    assert ask("content-type").headers["content-type"].startswith("text/html")
    spoilt = ask("bad-json")
    assert spoilt.status == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(spoilt.content)


# Matching of rules


def statuses(emulator, path="/customer", times=6, key=SECRET_KEY):
    headers = {"authorization": f"Bearer {key}"}
    return [emulator.respond("GET", path, headers, None).status for _ in range(times)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [503] * 6),
        ({"nth": 2}, [200, 503, 200, 200, 200, 200]),
        ({"every": 3}, [200, 200, 503, 200, 200, 503]),
        ({"times": 2}, [503, 503, 200, 200, 200, 200]),
        ({"every": 2, "times": 1}, [200, 503, 200, 200, 200, 200]),
        ({"chance": 0.0}, [200] * 6),
        ({"chance": 1.0}, [503] * 6),
    ],
)
def test_a_rule_selects_the_calls_that_fail(emulator, rule, expected):
    number = emulator.add_fault("503", **rule)
    assert statuses(emulator) == expected
    emulator.clear_faults(number)
    assert statuses(emulator) == [200] * 6


def test_chance_is_the_same_in_every_run_with_the_same_seed():
    runs = []
    for seed in 1, 1, 2:
        with Emulator(SECRET_KEY, seed=seed) as emulator:
            emulator.add_fault("500", chance=0.5)
            runs.append(statuses(emulator, times=40))
    assert runs[0] == runs[1] != runs[2]
    assert 5 < runs[0].count(500) < 35


@pytest.mark.parametrize("name", ["GET /customer/{code}", "GET /customer/{anything}", "customers.fetch_customer"])
def test_an_operation_is_named_by_its_path_or_as_the_client_has_it(emulator, name):
    emulator.add_fault("500", name)
    assert statuses(emulator, "/customer/CUS_x", 1) == [500]
    assert statuses(emulator, "/customer", 1) == [200]
    assert statuses(emulator, "/plan", 1) == [200]


def test_faults_do_not_affect_other_keys_or_control_paths(emulator):
    emulator.add_fault("500")
    assert statuses(emulator, times=1, key="sk_test_other") == [200]
    assert statuses(emulator, "/_emulator/clock", 1) == [200]


@pytest.mark.parametrize(
    ("fault_fields", "reason"),
    [
        ({"action": "earthquake"}, "action is one of"),
        ({"action": "500", "operation": "POST /nothing"}, "matches none"),
        ({"action": "500", "operation": "/customer"}, "matches 2: add the method"),
        ({"action": "500", "operation": "customers.nothing"}, "matches none"),
        ({"action": "500", "nth": 0}, "1 or more"),
        ({"action": "500", "chance": 2}, "from 0 to 1"),
        ({"action": "500", "seconds": -1}, "from 0 to"),
        ({"action": "500", "often": True}, "unknown field"),
    ],
)
def test_an_invalid_fault_is_rejected_in_process_and_over_http(connect, emulator, fault_fields, reason):
    with pytest.raises(ValueError, match=reason):
        emulator.add_fault(**fault_fields)
    client = connect(transport=emulator)
    with pytest.raises(errors.InvalidRequestError) as exc_info:
        client.send(Request("POST", "/_emulator/faults", body=fault_fields))
    assert reason in exc_info.value.response.message
    assert client.send(Request("GET", "/_emulator/faults")).data == []


def test_faults_are_added_counted_and_removed_over_http(connect, emulator):
    client = connect(transport=emulator, retry=ONCE)
    body = {"action": "500", "operation": "GET /customer", "every": 2}
    (added_fault,) = client.send(Request("POST", "/_emulator/faults", body=body)).data
    assert statuses(emulator, times=3) == [200, 500, 200]
    (listed_fault,) = client.send(Request("GET", "/_emulator/faults")).data
    assert listed_fault == {**added_fault, "seen": 3, "hits": 1}
    one = Request("DELETE", "/_emulator/faults/{number}", {"number": added_fault["number"]})
    client.send(one)
    with pytest.raises(errors.NotFoundError):
        client.send(one)
    for preset in faults.PRESETS:
        client.send(Request("POST", "/_emulator/faults", body={"preset": preset}))
    assert client.send(Request("DELETE", "/_emulator/faults")).data == {
        "removed": sum(map(len, faults.PRESETS.values()))
    }
    with pytest.raises(errors.InvalidRequestError, match="flaky-network"):
        client.send(Request("POST", "/_emulator/faults", body={"preset": "doomsday"}))


def test_every_rule_of_a_preset_is_one():
    for rules in faults.PRESETS.values():
        for fields in rules:
            assert faults.parse_rule(fields)


def test_the_header_of_one_request_must_be_a_fault(emulator):
    for wrong in "earthquake", "500; often", "twice", "latency; seconds=soon":
        headers = {"authorization": f"Bearer {SECRET_KEY}", "x-emulator-fault": wrong}
        assert emulator.respond("GET", "/customer", headers, None).status == 400
