"""OpenTelemetry: a span of each attempt, a child of the caller's span, without personal data."""

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

EMAIL = "zora@example.com"  # not "ada", which may occur in a hexadecimal id
READ = Request("GET", "/customer/{code}", {"code": EMAIL})


class SpanRecorder:
    """An SDK that keeps the spans in memory."""

    def __init__(self):
        self.exporter, self.provider, self.started_spans = InMemorySpanExporter(), TracerProvider(), []
        started_spans = self.started_spans

        class StartRecorder(SpanProcessor):
            def on_start(self, span, parent_context=None):
                started_spans.append(span)

        self.provider.add_span_processor(StartRecorder())
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.observers = [OpenTelemetry(self.provider)]

    @property
    def client_spans(self):
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    def start_span(self, name):
        """Start a span of the caller as the current one."""
        return self.provider.get_tracer("shop").start_as_current_span(name)

    def parents_by_reference(self):
        """Return the reference of each attempt, with the name of its parent span."""
        names = {span.context.span_id: span.name for span in self.exporter.get_finished_spans()}
        return [
            (span.attributes.get("paystack.reference"), span.parent and names[span.parent.span_id])
            for span in self.client_spans
        ]


@pytest.fixture
def traces():
    traces = SpanRecorder()
    yield traces
    traces.provider.shutdown()


def test_an_attempt_is_a_client_span_with_the_name_of_the_call(connect, traces):
    connect(transport=ScriptedTransport(success_response()), observers=traces.observers).customers.fetch_customer(EMAIL)
    (span,) = traces.client_spans
    assert span.name == "GET /customer/{email_or_code}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "url.template": "/customer/{email_or_code}",
        "http.response.status_code": 200,
    }
    assert span.status.status_code is StatusCode.UNSET
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("paystackease", __version__)
    assert span.parent is None


def test_a_span_has_the_duration_of_the_attempt(connect, traces):
    transport = ScriptedTransport()
    transport.send = lambda request: (time.sleep(0.05), success_response())[1]
    started = time.time_ns()
    connect(transport=transport, observers=traces.observers).customers.list_customers()
    (span,) = traces.client_spans
    assert 0.05e9 <= span.end_time - span.start_time < 5e9
    assert started <= span.end_time <= time.time_ns()
    traces.observers[0].after(READ, 1, success_response(), 0.25)
    assert traces.client_spans[1].end_time - traces.client_spans[1].start_time == 250_000_000


def test_each_retry_is_a_span_with_its_number(connect, traces):
    client = connect(
        transport=ScriptedTransport(error_response(503), error_response(429), success_response()),
        observers=traces.observers,
    )
    client.customers.list_customers()
    assert [span.attributes.get("http.request.resend_count") for span in traces.client_spans] == [None, 1, 2]
    assert [span.attributes.get("error.type") for span in traces.client_spans] == ["503", "429", None]


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
        (error_response(200), None),  # a rejection with a successful HTTP status
    ],
    ids=outcome_label,
)
def test_a_failed_attempt_has_its_error_type(connect, traces, outcome, error):
    with pytest.raises(errors.PaystackError):
        connect(transport=ScriptedTransport(*[outcome] * 3), observers=traces.observers).send(READ)
    span = traces.client_spans[0]
    assert span.attributes.get("error.type") == error
    assert span.status.status_code is (StatusCode.ERROR if error else StatusCode.UNSET)
    assert span.status.description is None
    assert span.attributes.get("http.response.status_code") == getattr(outcome, "status", None)


def test_the_spans_of_a_transfer_have_its_reference(connect, traces):
    fake_paystack = FakePaystack(fault_sequence("timeout", None, "unreached"))
    client = connect(transport=fake_paystack, observers=traces.observers)
    response = client.transfers.initiate_transfer("balance", 5000, "RCP_1", "rent")
    reference = response.http.reference
    assert [(span.name, span.attributes.get("paystack.reference")) for span in traces.client_spans] == [
        ("POST /transfer", reference),
        ("GET /transfer/verify/{reference}", None),
        ("POST /transfer", reference),
        ("GET /transfer/verify/{reference}", None),
        ("POST /transfer", reference),
    ]
    assert [span.attributes.get("http.request.resend_count") for span in traces.client_spans] == [
        None,
        None,
        1,
        None,
        2,
    ]


def test_a_span_has_no_personal_data(connect, traces, paystack_url):
    client = connect(SECRET_KEY, base_url=paystack_url, observers=traces.observers)
    client.customers.create_customer(EMAIL, "Zora", "Obi", "+2348030000001", metadata={"note": "likes yam"})
    client.customers.fetch_customer(EMAIL)
    client.send(Request("GET", "/customer", query={"search": EMAIL}))
    for path in f"/customer/{EMAIL}", "/customer/CUS_zora", f"/customer?email={EMAIL}":
        with suppress(errors.NotFoundError):
            client.send(Request("GET", path, headers={"x-who": EMAIL}).with_query(who="zora"))
    error = errors.APIConnectionError(f"{EMAIL} with {SECRET_KEY}", request=READ, may_have_arrived=False)
    with pytest.raises(errors.PaystackError):
        connect(
            transport=ScriptedTransport(error, error_response(400, EMAIL)), observers=traces.observers
        ).customers.fetch_customer(EMAIL)
    exported = "\n".join(span.to_json() for span in traces.client_spans)
    assert len(traces.client_spans) == 8
    for secret in "zora", "obi", "2348030000001", "yam", "example.com", "sk_test", "cus_", "127.0.0.1", "localhost":
        assert secret not in exported.lower()
    assert {json.loads(span.to_json())["attributes"]["url.template"] for span in traces.client_spans} == {
        "/customer",
        "/customer/{email_or_code}",
        "/customer/…",
        "/…",
    }


# Parent spans. Asyncio clients run in the caller's context here, so these tests do not use `connect`.


def make_client(flavour, transport, traces):
    client_class = Paystack if flavour == "blocking" else AsyncPaystack
    return client_class(transport=transport, retry=NO_DELAY, observers=traces.observers)


def test_the_callers_span_is_the_parent_and_stays_current(flavour, traces):
    client = make_client(flavour, ScriptedTransport(error_response(503), success_response()), traces)
    with traces.start_span("order") as order:
        if flavour == "blocking":
            client.customers.list_customers()
            assert trace.get_current_span() is order
        else:

            async def call():
                await client.customers.list_customers()
                assert trace.get_current_span() is order

            asyncio.run(call())
    assert traces.parents_by_reference() == [(None, "order")] * 2
    assert {span.context.trace_id for span in traces.client_spans} == {order.get_span_context().trace_id}


def test_each_of_many_concurrent_calls_has_its_callers_span_as_parent(flavour, traces):
    names = [f"order-{number}" for number in range(8)]

    class BarrierTransport(ScriptedTransport):
        """Responds after all requests have arrived, and rejects the first attempt of each."""

        def __init__(self, barrier):
            super().__init__()
            self.barrier = barrier

        def send(self, request):
            if flavour == "asyncio":
                return self._wait_and_respond(request)
            self.barrier.wait(5)
            return self._respond(request)

        async def _wait_and_respond(self, request):
            await self.barrier.wait()
            return self._respond(request)

        def _respond(self, request):
            self.requests.append(request.reference)
            return error_response(429) if self.requests.count(request.reference) == 1 else minimal_success(request)

    def transfer(client, name):
        return client.transfers.initiate_transfer("balance", 5000, "RCP_1", reference=name)

    if flavour == "blocking":
        client = make_client(flavour, BarrierTransport(threading.Barrier(len(names))), traces)

        def order(name):
            with traces.start_span(name):
                transfer(client, name)

        threads = [threading.Thread(target=order, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:

        async def run_orders():
            client = make_client(flavour, BarrierTransport(asyncio.Barrier(len(names))), traces)

            async def order(name):
                with traces.start_span(name):
                    await transfer(client, name)

            await asyncio.gather(*map(order, names))

        asyncio.run(run_orders())
    parents = traces.parents_by_reference()
    assert sorted(reference for reference, _ in parents) == sorted(names * 2)
    assert all(reference == parent for reference, parent in parents)


def test_prefetched_pages_have_the_readers_span_as_parent(flavour, traces):
    class PagesTransport(ScriptedTransport):
        def send(self, request):
            number = int(parse_qs(urlsplit(request.target).query).get("page", ["1"])[0])
            return success_response([{"id": number}], meta={"page": number, "pageCount": 5, "perPage": 1, "total": 5})

    client = make_client(flavour, PagesTransport(), traces)
    with traces.start_span("report"):
        if flavour == "blocking":
            ids = [item["id"] for item in client.iterate(client.customers.list_customers())]
        else:

            async def read_ids():
                return [item["id"] async for item in client.iterate(await client.customers.list_customers())]

            ids = asyncio.run(read_ids())
    assert ids == [1, 2, 3, 4, 5]
    assert traces.parents_by_reference() == [(None, "report")] * 5


def test_a_cancelled_call_leaves_no_span(traces):
    requests = []

    class SilentTransport(ScriptedTransport):
        async def send(self, request):
            requests.append(request)
            await asyncio.Event().wait()

    async def cancel():
        client = make_client("asyncio", SilentTransport(), traces)
        with traces.start_span("order") as order:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await client.customers.list_customers()
            assert trace.get_current_span() is order
        assert trace.get_current_span() is trace.INVALID_SPAN

    asyncio.run(cancel())
    assert len(requests) == 1
    assert [span.name for span in traces.started_spans] == ["order"]


def test_an_interrupted_call_leaves_no_span(connect, traces):
    with pytest.raises(KeyboardInterrupt):
        connect(transport=ScriptedTransport(KeyboardInterrupt()), observers=traces.observers).customers.list_customers()
    assert traces.started_spans == []
    assert trace.get_current_span() is trace.INVALID_SPAN


# Importing


def run_python(code):
    return subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)


def test_opentelemetry_is_imported_only_on_demand():
    completed = run_python(
        "import sys, paystackease\n"
        "from paystackease import *\n"
        "Paystack('sk_test_1').customers, AsyncPaystack('sk_test_1').customers\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    assert (completed.returncode, completed.stdout.strip(), completed.stderr) == (0, "[]", "")


def test_the_module_names_the_missing_package():
    completed = run_python("import sys; sys.modules['opentelemetry'] = None; import paystackease.otel")
    assert completed.returncode == 1
    assert completed.stderr.strip().endswith(
        "ImportError: paystackease.otel needs OpenTelemetry. Install it with: pip install 'paystackease[otel]'"
    )


def test_without_an_sdk_nothing_is_recorded_and_nothing_fails(connect):
    client = connect(transport=ScriptedTransport(success_response([])), observers=[OpenTelemetry()])
    assert client.customers.list_customers().data == []
