"""Observers: told of each sending, before and after; they look, and alter and break nothing."""

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
    """Writes down what it is told. Several may share a list."""

    def __init__(self, told=None, name=None):
        self.told = [] if told is None else told
        self.name = name
        self.seconds = []

    def before(self, request, attempt):
        self._note("before", request, attempt)

    def after(self, request, attempt, outcome, seconds):
        self._note("after", request, attempt, outcome.status if isinstance(outcome, RawResponse) else outcome)
        self.seconds.append(seconds)

    def _note(self, when, request, *what):
        self.told.append((when, repr(request), *what) if self.name is None else (self.name, when))


class FailingObserver(Observer):
    def before(self, *_):
        raise RuntimeError("no disk")

    def after(self, *_):
        raise RuntimeError("no disk")


class LoggingTransport(ScriptedTransport):
    """Notes its sendings among what the observer is told."""

    def __init__(self, notes, *outcomes):
        super().__init__(*outcomes)
        self.notes = notes

    def send(self, request):
        self.notes.told.append("sent")
        return super().send(request)


def test_observers_are_called_before_and_after_each_attempt(connect):
    notes = RecordingObserver()
    connect(
        transport=LoggingTransport(notes, error_response(503), success_response()), observers=[notes]
    ).customers.fetch_customer(EMAIL)
    assert notes.told == [
        ("before", "GET /customer/{email_or_code}", 1),
        "sent",
        ("after", "GET /customer/{email_or_code}", 1, 503),
        ("before", "GET /customer/{email_or_code}", 2),
        "sent",
        ("after", "GET /customer/{email_or_code}", 2, 200),
    ]


def test_an_attempt_without_a_response_is_observed_with_its_error(connect):
    notes = RecordingObserver()
    lost = errors.APITimeoutError("late", request=Request("GET", "/bank"), may_have_arrived=True)
    connect(transport=ScriptedTransport(lost, success_response()), observers=[notes]).send(Request("GET", "/bank"))
    assert [what for when, _, _, *what in notes.told if when == "after"] == [[lost], [200]]


def test_the_seconds_are_those_of_the_sending(connect):
    notes = RecordingObserver()
    script = ScriptedTransport(success_response())
    script.send = lambda request: (time.sleep(0.05), success_response())[1]
    connect(transport=script, observers=[notes]).customers.list_customers()
    assert 0.05 <= notes.seconds[0] < 5


def test_verification_requests_are_observed_too(connect):
    notes = RecordingObserver()
    bank = FakePaystack(fault_sequence("timeout, done", "500"))
    response = connect(transport=bank, observers=[notes]).transfers.initiate_transfer("balance", 5000, "RCP_1", "rent")
    assert response.http.recovered
    assert [what[:3] for what in notes.told if what[0] == "before"] == [
        ("before", "POST /transfer", 1),
        ("before", "GET /transfer/verify/{reference}", 1),
        ("before", "GET /transfer/verify/{reference}", 2),
    ]
    assert [what[3] for what in notes.told if what[0] == "after"][1:] == [500, 200]


def test_the_reference_is_there_before_the_first_sending(connect):
    seen = []

    class References(Observer):
        def before(self, request, attempt):
            seen.append(request.reference)

    response = connect(transport=AcceptingTransport(), observers=[References()]).transfers.initiate_transfer(
        "balance", 5000, "RCP_1"
    )
    assert seen == [response.http.reference]


def test_several_observers_are_called_in_order(connect):
    told = []
    client = connect(
        transport=ScriptedTransport(success_response()),
        observers=[RecordingObserver(told, "one"), RecordingObserver(told, "other")],
    )
    client.send(Request("GET", "/bank"))
    assert told == [("one", "before"), ("other", "before"), ("one", "after"), ("other", "after")]


def test_a_client_with_other_options_and_its_sections_tell_the_same_observers(flavour):
    notes = RecordingObserver()
    kind = Paystack if flavour == "blocking" else AsyncPaystack
    call = (
        kind(transport=ScriptedTransport(success_response()), observers=[notes])
        .options(timeout=5)
        .customers.list_customers()
    )
    if flavour == "asyncio":
        asyncio.run(call)
    assert [when for when, *_ in notes.told] == ["before", "after"]


def test_an_observer_alters_nothing(connect):
    caught = []

    class Meddler(Observer):
        def before(self, request, attempt):
            request.body["amount"] = 1
            self.change(request, "path", "/refund")

        def after(self, request, attempt, outcome, seconds):
            self.change(outcome, "status", 500)
            return error_response(500)

        def change(self, what, name, value):
            with pytest.raises(dataclasses.FrozenInstanceError) as error:
                setattr(what, name, value)
            caught.append(error)

    script = ScriptedTransport(success_response({"amount": 5000, "reference": "mine-000000000001"}))
    response = connect(transport=script, observers=[Meddler()]).transfers.initiate_transfer(
        "balance", 5000, "RCP_1", reference="mine-000000000001"
    )
    method, target, body = script.last_sent
    assert (method, target, body["amount"]) == ("POST", "/transfer", 5000)
    assert (response.http.status, response.data["amount"]) == (200, 5000)
    assert len(caught) == 2


def test_an_observer_that_fails_breaks_nothing_and_is_logged_with_nothing_that_was_sent(connect, caplog):
    notes = RecordingObserver()
    client = connect(
        transport=ScriptedTransport(error_response(503), success_response({"email": EMAIL})),
        observers=[FailingObserver(), notes, FailingObserver()],
    )
    assert client.customers.fetch_customer(EMAIL).data == {"email": EMAIL}
    assert len(notes.told) == 4
    assert [(record.name, record.levelname, record.getMessage()) for record in caplog.records] == [
        ("paystackease", "ERROR", "an observer failed with RuntimeError; the call goes on")
    ] * 8
    assert "no disk" not in caplog.text  # it might hold what the observer saw


def test_an_observer_that_fails_does_not_hide_what_went_wrong(connect):
    with pytest.raises(errors.NotFoundError) as caught:
        connect(
            transport=ScriptedTransport(error_response(404)), observers=[FailingObserver()]
        ).customers.fetch_customer(EMAIL)
    assert "no disk" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_an_interrupted_attempt_has_no_after_call(connect):
    notes = RecordingObserver()
    with pytest.raises(KeyboardInterrupt):
        connect(transport=ScriptedTransport(KeyboardInterrupt()), observers=[notes]).customers.list_customers()
    assert [when for when, *_ in notes.told] == ["before"]


def test_a_cancelled_attempt_has_no_after_call():
    notes = RecordingObserver()

    class Silent(ScriptedTransport):
        async def send(self, request):
            await asyncio.Event().wait()

    async def cancel():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await AsyncPaystack(transport=Silent(), observers=[notes]).customers.list_customers()

    asyncio.run(cancel())
    assert [when for when, *_ in notes.told] == ["before"]


def test_one_that_only_looks_at_one_side_needs_no_other():
    class Ends(Observer):
        count = 0

        def after(self, *_):
            self.count += 1

    ends = Ends()
    Paystack(transport=ScriptedTransport(success_response()), observers=[ends]).customers.list_customers()
    assert ends.count == 1
