"""Clients with other options on the same connections: ``client.options(...)``."""

import pytest
from conftest import SECRET_KEY
from fake_paystack import FakePaystack, fault_sequence
from faulty_server import FaultyServer, full_response, respond_with
from faulty_server import no_leaks as no_leaks  # a fixture
from scripted_transport import ScriptedTransport, error_response, success_response

from paystackease import Request, Retry, errors

ONCE = Retry(max_attempts=1)
FIRST = Request("GET", "/bank")


def header_lines(request):
    """Return the header lines of a request, in lower case."""
    return request.partition(b"\r\n\r\n")[0].lower().decode().split("\r\n")[1:]


def test_clients_with_options_share_the_connections(connect, no_leaks):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for each_client in (
            client,
            client.options(timeout=5),
            client.options(retry=ONCE).options(headers={"x-a": "1"}),
            client,
        ):
            each_client.customers.fetch_customer("x")
        assert server.connections == 1
        assert len(server.requests) == 4
        client.close()


def test_the_original_client_is_unchanged(connect):
    transport = ScriptedTransport(success_response(), success_response(), error_response(503), success_response())
    client = connect(transport=transport)
    client_with_options = client.options(timeout=5, retry=ONCE, headers={"x-a": "1"})
    client_with_options.send(FIRST)
    assert (transport.requests[-1].timeout, dict(transport.requests[-1].headers)) == (5.0, {"x-a": "1"})
    client.send(FIRST)
    assert (transport.requests[-1].timeout, dict(transport.requests[-1].headers)) == (None, {})
    assert client.send(FIRST).http.attempts == 2
    assert (FIRST.timeout, dict(FIRST.headers)) == (None, {})


def test_the_retries_of_the_options_apply(connect):
    transport = ScriptedTransport(
        error_response(503),
        success_response(),
        error_response(503),
        error_response(503),
        error_response(503),
        error_response(503),
        success_response(),
    )
    client = connect(transport=transport, retry=ONCE)
    assert client.options(retry=Retry(initial_delay=0.0)).send(FIRST).http.attempts == 2
    with pytest.raises(errors.ServerError):
        client.send(FIRST)
    assert len(transport.requests) == 3
    assert client.options(retry=Retry(max_attempts=9, initial_delay=0.0)).send(FIRST).http.attempts == 4


def test_options_can_be_stacked(connect):
    transport = ScriptedTransport(success_response(), success_response(), error_response(503))
    client = connect(transport=transport)
    client_with_options = client.options(timeout=5, headers={"x-a": "1", "x-b": "1"})
    client_with_options = client_with_options.options(headers={"X-B": "2", "x-c": "3"}, retry=ONCE)
    client_with_options.send(FIRST)
    assert transport.requests[-1].timeout == 5.0
    assert transport.requests[-1].headers == {"x-a": "1", "x-b": "2", "x-c": "3"}
    client_with_options.options(timeout=7).send(FIRST)
    assert transport.requests[-1].timeout == 7.0
    with pytest.raises(errors.ServerError):
        client_with_options.options(timeout=7).send(FIRST)


def test_empty_options_change_nothing(connect):
    transport = ScriptedTransport(success_response())
    client_with_options = connect(transport=transport).options()
    client_with_options.send(FIRST)
    assert (transport.requests[-1].timeout, dict(transport.requests[-1].headers)) == (None, {})


def test_options_of_a_request_take_precedence(connect):
    transport = ScriptedTransport(success_response())
    request = Request("GET", "/bank", timeout=2.0, headers={"x-a": "own"})
    connect(transport=transport).options(timeout=5, headers={"x-a": "1", "x-b": "2"}).send(request)
    assert transport.requests[-1].timeout == 2.0
    assert transport.requests[-1].headers == {"x-a": "own", "x-b": "2"}


def test_options_apply_to_resources_and_resources_have_options(connect):
    transport = ScriptedTransport(success_response(), success_response(), success_response())
    client = connect(transport=transport)
    client.customers.fetch_customer("x")  # so that the client already has this resource
    client.options(timeout=5).customers.fetch_customer("x")
    assert transport.requests[-1].timeout == 5.0
    client.customers.options(timeout=6).fetch_customer("x")
    assert transport.requests[-1].timeout == 6.0


def test_options_apply_to_verification_requests(connect):
    requests = []

    class RecordingPaystack(FakePaystack):
        def send(self, request):
            requests.append((request.method, request.timeout, dict(request.headers)))
            return super().send(request)

    fake_paystack = RecordingPaystack(fault_sequence("timeout", None, "unreached"))
    client_with_options = connect(transport=fake_paystack).options(
        timeout=5, headers={"x-a": "1"}, retry=Retry(initial_delay=0.0)
    )
    client_with_options.transfers.initiate_transfer("balance", 5000, "RCP_1", "rent")
    assert fake_paystack.processed["rent"] == 1
    assert requests == [(method, 5.0, {"x-a": "1"}) for method in ("POST", "GET", "POST", "GET", "POST")]


def test_options_apply_to_every_page_of_a_list(connect):
    pages = [success_response([{"id": number}], meta={"page": number, "pageCount": 4}) for number in range(1, 5)]
    transport = ScriptedTransport(*pages)
    client_with_options = connect(transport=transport).options(timeout=5, headers={"x-a": "1"})
    assert len(list(client_with_options.iterate(client_with_options.send(FIRST), prefetch=1))) == 4
    assert [(request.timeout, dict(request.headers)) for request in transport.requests] == [(5.0, {"x-a": "1"})] * 4


def test_a_response_has_its_original_request(connect):
    client_with_options = connect(transport=ScriptedTransport(success_response())).options(
        timeout=5, headers={"x-a": "1"}
    )
    assert client_with_options.send(FIRST).http.request is FIRST


def test_a_timeout_in_the_options_takes_effect(connect, no_leaks):
    def handle(connection):
        request = connection.read()
        if request is None:
            return  # on a busy machine, the timeout may end the call before the request is sent
        if b"/stall" in request:
            connection.wait_for_close()
        else:
            connection.write(full_response())

    with FaultyServer(handle) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=1000.0)
        with pytest.raises(errors.APITimeoutError, match=r"within 0\.05 seconds"):
            client.options(timeout=0.05, retry=ONCE).send(Request("GET", "/stall"))
        assert client.send(FIRST).data == {"id": 1}
        client.close()


def test_headers_are_sent_in_addition_to_the_clients_own(connect, no_leaks):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(FIRST)
        client.options(headers={"X-Shop": "Ada's, Lagos"}).send(FIRST)
        client.options(headers={"x-shop": "1"}).customers.create_customer("ada@example.com", "Ada", "Obi", "")
        client.close()
        without_options, with_options, posted = map(header_lines, server.requests)
    assert set(with_options) - set(without_options) == {"x-shop: ada's, lagos"}
    assert set(without_options) <= set(with_options)
    assert f"authorization: bearer {SECRET_KEY}" in posted
    assert "content-type: application/json" in posted
    assert len({line.partition(":")[0] for line in posted}) == len(posted)


OWN_HEADERS = (
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "host",
    "Content-Length",
    "content-type",
    "transfer-encoding",
)


@pytest.mark.parametrize("name", OWN_HEADERS)
def test_the_clients_own_headers_cannot_be_replaced(connect, name):
    transport = ScriptedTransport()
    with pytest.raises(errors.InvalidArgumentError, match=f"{name.lower()} is the client's own"):
        connect(transport=transport).options(headers={"x-a": "1", name: "Bearer sk_test_other"})


@pytest.mark.parametrize(
    "headers",
    [
        {"x-a": "1\r\nauthorization: Bearer sk_test_other"},
        {"x-a": "1\n"},
        {"x-a": "\r"},
        {"x-a": "\x00"},
        {"x-a": "\x7f"},
        {"x-a": "é"},
        {"x-a": "a\u2028b"},
        {"x-a\r\nauthorization": "1"},
        {"x-a:": "1"},
        {"x a": "1"},
        {"x-é": "1"},
        {"": "1"},
        {"-": "1"},
    ],
    ids=repr,
)
def test_an_invalid_header_is_rejected(connect, headers):
    with pytest.raises(errors.InvalidArgumentError, match="header") as caught:
        connect(transport=ScriptedTransport()).options(headers=headers)
    assert "sk_test" not in str(caught.value)


@pytest.mark.parametrize("timeout", [0, -1, "30", True, float("inf"), float("nan")], ids=repr)
def test_an_infinite_timeout_is_rejected(connect, timeout):
    with pytest.raises(errors.InvalidArgumentError, match="timeout"):
        connect(transport=ScriptedTransport()).options(timeout=timeout)


@pytest.mark.parametrize("retry", [3, 0, False, "never", Retry], ids=repr)
def test_an_invalid_retry_is_rejected(connect, retry):
    with pytest.raises(errors.InvalidArgumentError, match="retry"):
        connect(transport=ScriptedTransport()).options(retry=retry)


def test_an_unknown_option_is_rejected(connect):
    with pytest.raises(TypeError):
        connect(transport=ScriptedTransport()).options(secret_key="sk_test_other")
    with pytest.raises(TypeError):
        connect(transport=ScriptedTransport()).options(5)


@pytest.mark.parametrize("closed_by", ["original", "options", "with"])
def test_closing_either_closes_both(connect, no_leaks, closed_by):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client_with_options = client.options(timeout=5)
        customers = client_with_options.customers
        customers.fetch_customer("x")
        if closed_by == "with":
            with client_with_options:
                pass
        else:
            (client if closed_by == "original" else client_with_options).close()
        assert server.clients_leave()
        for each_client in (
            client,
            client_with_options,
            client.options(timeout=6),
            client_with_options.options(timeout=6),
        ):
            with pytest.raises(errors.ClientClosedError):
                each_client.send(FIRST)
        with pytest.raises(errors.ClientClosedError):
            customers.fetch_customer("x")
        assert server.connections == 1


def test_options_of_the_callers_own_transport_do_not_close_it(connect):
    transport = ScriptedTransport(success_response())
    client = connect(transport=transport)
    with client.options(timeout=5) as client_with_options:
        client_with_options.send(FIRST)
    assert not transport.closed
    with pytest.raises(errors.ClientClosedError):
        client.send(FIRST)


@pytest.mark.parametrize("retry", [3, "3", object()])
def test_an_invalid_retry_is_rejected_when_the_client_is_created(connect, retry):
    with pytest.raises(errors.InvalidArgumentError, match="Retry"):
        connect(SECRET_KEY, retry=retry)


@pytest.mark.parametrize("headers", [{"authorization": "Bearer sk_test_x"}, {"x": 1}, {"x": "a\r\nb"}, ["x"]])
def test_a_request_cannot_replace_the_clients_headers(headers):
    with pytest.raises(errors.InvalidArgumentError, match="header"):
        Request("GET", "/balance", headers=headers)
