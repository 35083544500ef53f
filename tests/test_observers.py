"""Observers: called before and after each attempt; they cannot alter or break a call."""

import asyncio
import dataclasses
import time

import pytest
from fake_paystack import FakePaystack, fault_sequence
from scripted_transport import AcceptingTransport, ScriptedTransport, error_response, success_response

from paystackease import AsyncPaystack, Observer, Paystack, Request, errors
from paystackease._core.transport import RawResponse

EMAIL = "ada@example.com"


class RecordingObserver(Observer):
    """Records its calls. Several observers may share a list."""

    def __init__(self, calls=None, name=None):
        self.calls = [] if calls is None else calls
        self.name = name
        self.seconds = []

    def before(self, request, attempt):
        self._record("before", request, attempt)

    def after(self, request, attempt, outcome, seconds):
        self._record("after", request, attempt, outcome.status if isinstance(outcome, RawResponse) else outcome)
        self.seconds.append(seconds)

    def _record(self, hook, request, *details):
        self.calls.append((hook, repr(request), *details) if self.name is None else (self.name, hook))


class FailingObserver(Observer):
    def before(self, *_):
        raise RuntimeError("no disk")

    def after(self, *_):
        raise RuntimeError("no disk")


class LoggingTransport(ScriptedTransport):
    """Adds each request to the calls of an observer."""

    def __init__(self, observer, *outcomes):
        super().__init__(*outcomes)
        self.observer = observer

    def send(self, request):
        self.observer.calls.append("sent")
        return super().send(request)


def test_observers_are_called_before_and_after_each_attempt(connect):
    observer = RecordingObserver()
    connect(
        transport=LoggingTransport(observer, error_response(503), success_response()), observers=[observer]
    ).customers.fetch_customer(EMAIL)
    assert observer.calls == [
        ("before", "GET /customer/{email_or_code}", 1),
        "sent",
        ("after", "GET /customer/{email_or_code}", 1, 503),
        ("before", "GET /customer/{email_or_code}", 2),
        "sent",
        ("after", "GET /customer/{email_or_code}", 2, 200),
    ]


def test_an_attempt_without_a_response_is_observed_with_its_error(connect):
    observer = RecordingObserver()
    error = errors.APITimeoutError("late", request=Request("GET", "/bank"), may_have_arrived=True)
    connect(transport=ScriptedTransport(error, success_response()), observers=[observer]).send(Request("GET", "/bank"))
    assert [details for hook, _, _, *details in observer.calls if hook == "after"] == [[error], [200]]


def test_the_seconds_are_the_duration_of_the_attempt(connect):
    observer = RecordingObserver()
    script = ScriptedTransport(success_response())
    script.send = lambda request: (time.sleep(0.05), success_response())[1]
    connect(transport=script, observers=[observer]).customers.list_customers()
    assert 0.05 <= observer.seconds[0] < 5


def test_verification_requests_are_observed_too(connect):
    observer = RecordingObserver()
    fake_paystack = FakePaystack(fault_sequence("timeout, done", "500"))
    response = connect(transport=fake_paystack, observers=[observer]).transfers.initiate_transfer(
        "balance", 5000, "RCP_1", "rent"
    )
    assert response.http.recovered
    assert [call[:3] for call in observer.calls if call[0] == "before"] == [
        ("before", "POST /transfer", 1),
        ("before", "GET /transfer/verify/{reference}", 1),
        ("before", "GET /transfer/verify/{reference}", 2),
    ]
    assert [call[3] for call in observer.calls if call[0] == "after"][1:] == [500, 200]


def test_the_reference_exists_before_the_first_attempt(connect):
    references = []

    class ReferenceObserver(Observer):
        def before(self, request, attempt):
            references.append(request.reference)

    response = connect(transport=AcceptingTransport(), observers=[ReferenceObserver()]).transfers.initiate_transfer(
        "balance", 5000, "RCP_1"
    )
    assert references == [response.http.reference]


def test_several_observers_are_called_in_order(connect):
    calls = []
    client = connect(
        transport=ScriptedTransport(success_response()),
        observers=[RecordingObserver(calls, "one"), RecordingObserver(calls, "other")],
    )
    client.send(Request("GET", "/bank"))
    assert calls == [("one", "before"), ("other", "before"), ("one", "after"), ("other", "after")]


def test_a_client_with_other_options_and_its_resources_call_the_same_observers(flavour):
    observer = RecordingObserver()
    client_class = Paystack if flavour == "blocking" else AsyncPaystack
    call = (
        client_class(transport=ScriptedTransport(success_response()), observers=[observer])
        .options(timeout=5)
        .customers.list_customers()
    )
    if flavour == "asyncio":
        asyncio.run(call)
    assert [hook for hook, *_ in observer.calls] == ["before", "after"]


def test_an_observer_alters_nothing(connect):
    caught = []

    class AlteringObserver(Observer):
        def before(self, request, attempt):
            request.body["amount"] = 1
            self.change(request, "path", "/refund")

        def after(self, request, attempt, outcome, seconds):
            self.change(outcome, "status", 500)
            return error_response(500)

        def change(self, target, name, value):
            with pytest.raises(dataclasses.FrozenInstanceError) as error:
                setattr(target, name, value)
            caught.append(error)

    script = ScriptedTransport(success_response({"amount": 5000, "reference": "mine-000000000001"}))
    response = connect(transport=script, observers=[AlteringObserver()]).transfers.initiate_transfer(
        "balance", 5000, "RCP_1", reference="mine-000000000001"
    )
    method, target, body = script.last_sent
    assert (method, target, body["amount"]) == ("POST", "/transfer", 5000)
    assert (response.http.status, response.data["amount"]) == (200, 5000)
    assert len(caught) == 2


def test_a_failing_observer_breaks_nothing_and_is_logged_without_request_data(connect, caplog):
    observer = RecordingObserver()
    client = connect(
        transport=ScriptedTransport(error_response(503), success_response({"email": EMAIL})),
        observers=[FailingObserver(), observer, FailingObserver()],
    )
    assert client.customers.fetch_customer(EMAIL).data == {"email": EMAIL}
    assert len(observer.calls) == 4
    assert [(record.name, record.levelname, record.getMessage()) for record in caplog.records] == [
        ("paystackease", "ERROR", "an observer failed with RuntimeError; the call goes on")
    ] * 8
    assert "no disk" not in caplog.text  # the message may have request data


def test_a_failing_observer_does_not_hide_the_error(connect):
    with pytest.raises(errors.NotFoundError) as caught:
        connect(
            transport=ScriptedTransport(error_response(404)), observers=[FailingObserver()]
        ).customers.fetch_customer(EMAIL)
    assert "no disk" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_an_interrupted_attempt_has_no_after_call(connect):
    observer = RecordingObserver()
    with pytest.raises(KeyboardInterrupt):
        connect(transport=ScriptedTransport(KeyboardInterrupt()), observers=[observer]).customers.list_customers()
    assert [hook for hook, *_ in observer.calls] == ["before"]


def test_a_cancelled_attempt_has_no_after_call():
    observer = RecordingObserver()

    class SilentTransport(ScriptedTransport):
        async def send(self, request):
            await asyncio.Event().wait()

    async def cancel():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await AsyncPaystack(transport=SilentTransport(), observers=[observer]).customers.list_customers()

    asyncio.run(cancel())
    assert [hook for hook, *_ in observer.calls] == ["before"]


def test_an_observer_may_implement_only_one_hook():
    class AfterObserver(Observer):
        count = 0

        def after(self, *_):
            self.count += 1

    observer = AfterObserver()
    Paystack(transport=ScriptedTransport(success_response()), observers=[observer]).customers.list_customers()
    assert observer.count == 1
