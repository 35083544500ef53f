"""OpenTelemetry: a span of each sending, below the caller's, that names the call and no person."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import NO_DELAY, SECRET_KEY
from fake_paystack import FakePaystack, fault_sequence
from opentelemetry import trace
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from scripted_transport import ScriptedTransport, error_response, minimal_success, outcome_label, success_response

from paystackease import AsyncPaystack, Paystack, Request, __version__, errors
from paystackease._core.transport import RawResponse
from paystackease.otel import OpenTelemetry

EMAIL = "zora@example.com"  # and no "ada", which is a number in base 16 as well
READ = Request("GET", "/customer/{code}", {"code": EMAIL})


class SpanRecorder:
    """An SDK whose spans stay here."""

    def __init__(self):
        self.exporter, self.provider, self.begun = InMemorySpanExporter(), TracerProvider(), []
        begun = self.begun

        class Begun(SpanProcessor):
            def on_start(self, span, parent_context=None):
                begun.append(span)

        self.provider.add_span_processor(Begun())
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.observers = [OpenTelemetry(self.provider)]

    @property
    def sendings(self):
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    def calling(self, name):
        """A span of the caller's, while it lasts."""
        return self.provider.get_tracer("shop").start_as_current_span(name)

    def parents(self):
        """The name of what each sending is below, beside its reference."""
        names = {span.context.span_id: span.name for span in self.exporter.get_finished_spans()}
        return [
            (span.attributes.get("paystack.reference"), span.parent and names[span.parent.span_id])
            for span in self.sendings
        ]


@pytest.fixture
def traces():
    traces = SpanRecorder()
    yield traces
    traces.provider.shutdown()


def test_a_sending_is_a_client_span_with_the_name_of_the_call(connect, traces):
    connect(transport=ScriptedTransport(success_response()), observers=traces.observers).customers.fetch_customer(EMAIL)
    (span,) = traces.sendings
    assert span.name == "GET /customer/{email_or_code}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "url.template": "/customer/{email_or_code}",
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("paystackease", __version__)
    assert span.parent is None


def test_a_span_lasts_as_long_as_the_sending(connect, traces):
    script = ScriptedTransport()
    script.send = lambda request: (time.sleep(0.05), success_response())[1]
    began = time.time_ns()
    connect(transport=script, observers=traces.observers).customers.list_customers()
    (span,) = traces.sendings
    assert 0.05e9 <= span.end_time - span.start_time < 5e9
    assert began <= span.end_time <= time.time_ns()
    traces.observers[0].after(READ, 1, success_response(), 0.25)
    assert traces.sendings[1].end_time - traces.sendings[1].start_time == 250_000_000


def test_each_repeat_is_a_span_that_counts(connect, traces):
    client = connect(
        transport=ScriptedTransport(error_response(503), error_response(429), success_response()),
        observers=traces.observers,
    )
    client.customers.list_customers()
    assert [span.attributes.get("http.request.resend_count") for span in traces.sendings] == [None, 1, 2]
    assert [span.attributes.get("error.type") for span in traces.sendings] == ["503", "429", None]


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (error_response(400), "400"),
        (error_response(404), "404"),
        (error_response(500), "500"),
        (RawResponse(502, {}, b"<html>"), "502"),
        (errors.APIConnectionError("lost", request=READ, may_have_arrived=False), "APIConnectionError"),
        (errors.APITimeoutError("late", request=READ, may_have_arrived=True), "APITimeoutError"),
        (RawResponse(302, {}, b""), None),
        (error_response(200), None),  # a no that HTTP does not know of
    ],
    ids=outcome_label,
)
def test_what_fails_is_an_error_of_its_kind(connect, traces, outcome, error):
    with pytest.raises(errors.PaystackError):
        connect(transport=ScriptedTransport(*[outcome] * 3), observers=traces.observers).send(READ)
    span = traces.sendings[0]
    assert span.attributes.get("error.type") == error
    assert span.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)
    assert span.status.description is None
    assert span.attributes.get("http.response.status_code") == getattr(outcome, "status", None)


def test_a_transfer_is_found_by_its_reference(connect, traces):
    bank = FakePaystack(fault_sequence("timeout", None, "unreached"))
    client = connect(transport=bank, observers=traces.observers)
    response = client.transfers.initiate_transfer("balance", 5000, "RCP_1", "rent")
    reference = response.http.reference
    assert [(span.name, span.attributes.get("paystack.reference")) for span in traces.sendings] == [
        ("POST /transfer", reference),
        ("GET /transfer/verify/{reference}", None),
        ("POST /transfer", reference),
        ("GET /transfer/verify/{reference}", None),
        ("POST /transfer", reference),
    ]
    assert [span.attributes.get("http.request.resend_count") for span in traces.sendings] == [None, None, 1, None, 2]


def test_nothing_personal_leaves_with_a_span(connect, traces, paystack_url):
    client = connect(SECRET_KEY, base_url=paystack_url, observers=traces.observers)
    client.customers.create_customer(EMAIL, "Zora", "Obi", "+2348030000001", metadata={"note": "likes yam"})
    client.customers.fetch_customer(EMAIL)
    client.send(Request("GET", "/customer", query={"search": EMAIL}))
    for path in f"/customer/{EMAIL}", "/customer/CUS_zora", f"/customer?email={EMAIL}":
        with suppress(errors.NotFoundError):
            client.send(Request("GET", path, headers={"x-who": EMAIL}).with_query(who="zora"))
    lost = errors.APIConnectionError(f"{EMAIL} with {SECRET_KEY}", request=READ, may_have_arrived=False)
    with pytest.raises(errors.PaystackError):
        connect(
            transport=ScriptedTransport(lost, error_response(400, EMAIL)), observers=traces.observers
        ).customers.fetch_customer(EMAIL)
    exported = "\n".join(span.to_json() for span in traces.sendings)
    assert len(traces.sendings) == 8
    for secret in "zora", "obi", "2348030000001", "yam", "example.com", "sk_test", "cus_", "127.0.0.1", "localhost":
        assert secret not in exported.lower()
    assert {json.loads(span.to_json())["attributes"]["url.template"] for span in traces.sendings} == {
        "/customer",
        "/customer/{email_or_code}",
        "/customer/…",
        "/…",
    }


# Below the caller's span. The asyncio flavours are run where the caller's context is, which `connect` has no part in.


def client_of(flavour, transport, traces):
    kind = Paystack if flavour == "blocking" else AsyncPaystack
    return kind(transport=transport, retry=NO_DELAY, observers=traces.observers)


def test_the_callers_span_is_the_parent_and_stays_the_current_one(flavour, traces):
    client = client_of(flavour, ScriptedTransport(error_response(503), success_response()), traces)
    with traces.calling("order") as order:
        if flavour == "blocking":
            client.customers.list_customers()
            assert trace.get_current_span() is order
        else:

            async def call():
                await client.customers.list_customers()
                assert trace.get_current_span() is order

            asyncio.run(call())
    assert traces.parents() == [(None, "order")] * 2
    assert {span.context.trace_id for span in traces.sendings} == {order.get_span_context().trace_id}


def test_of_many_calls_at_once_each_is_below_its_callers(flavour, traces):
    names = [f"order-{number}" for number in range(8)]

    class Together(ScriptedTransport):
        """Answers nobody before all have asked, and wants to be asked twice."""

        def __init__(self, barrier):
            super().__init__()
            self.barrier = barrier

        def send(self, request):
            if flavour == "asyncio":
                return self._awaited(request)
            self.barrier.wait(5)
            return self._answer(request)

        async def _awaited(self, request):
            await self.barrier.wait()
            return self._answer(request)

        def _answer(self, request):
            self.requests.append(request.reference)
            return error_response(429) if self.requests.count(request.reference) == 1 else minimal_success(request)

    def transfer(client, name):
        return client.transfers.initiate_transfer("balance", 5000, "RCP_1", reference=name)

    if flavour == "blocking":
        client = client_of(flavour, Together(threading.Barrier(len(names))), traces)

        def order(name):
            with traces.calling(name):
                transfer(client, name)

        threads = [threading.Thread(target=order, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:

        async def orders():
            client = client_of(flavour, Together(asyncio.Barrier(len(names))), traces)

            async def order(name):
                with traces.calling(name):
                    await transfer(client, name)

            await asyncio.gather(*map(order, names))

        asyncio.run(orders())
    told = traces.parents()
    assert sorted(reference for reference, _ in told) == sorted(names * 2)
    assert all(reference == parent for reference, parent in told)


def test_pages_that_are_fetched_ahead_are_below_the_reader(flavour, traces):
    class Pages(ScriptedTransport):
        def send(self, request):
            number = int(parse_qs(urlsplit(request.target).query).get("page", ["1"])[0])
            return success_response([{"id": number}], meta={"page": number, "pageCount": 5, "perPage": 1, "total": 5})

    client = client_of(flavour, Pages(), traces)
    with traces.calling("report"):
        if flavour == "blocking":
            read = [item["id"] for item in client.iterate(client.customers.list_customers())]
        else:

            async def each():
                return [item["id"] async for item in client.iterate(await client.customers.list_customers())]

            read = asyncio.run(each())
    assert read == [1, 2, 3, 4, 5]
    assert traces.parents() == [(None, "report")] * 5


def test_a_call_that_is_cancelled_leaves_nothing(traces):
    asked = []

    class Silent(ScriptedTransport):
        async def send(self, request):
            asked.append(request)
            await asyncio.Event().wait()

    async def cancel():
        client = client_of("asyncio", Silent(), traces)
        with traces.calling("order") as order:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await client.customers.list_customers()
            assert trace.get_current_span() is order
        assert trace.get_current_span() is trace.INVALID_SPAN

    asyncio.run(cancel())
    assert len(asked) == 1
    assert [span.name for span in traces.begun] == ["order"]


def test_a_call_that_is_interrupted_leaves_nothing(connect, traces):
    with pytest.raises(KeyboardInterrupt):
        connect(transport=ScriptedTransport(KeyboardInterrupt()), observers=traces.observers).customers.list_customers()
    assert traces.begun == []
    assert trace.get_current_span() is trace.INVALID_SPAN


# Importing


def python(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)


def test_opentelemetry_is_imported_only_on_demand():
    done = python(
        "import sys, paystackease\n"
        "from paystackease import *\n"
        "Paystack('sk_test_1').customers, AsyncPaystack('sk_test_1').customers\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "[]", "")


def test_the_module_says_what_it_needs():
    done = python("import sys; sys.modules['opentelemetry'] = None; import paystackease.otel")
    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        "ImportError: paystackease.otel needs OpenTelemetry. Install it with: pip install 'paystackease[otel]'"
    )


def test_without_an_sdk_nothing_is_recorded_and_nothing_fails(connect):
    client = connect(transport=ScriptedTransport(success_response([])), observers=[OpenTelemetry()])
    assert client.customers.list_customers().data == []
