"""The same client that makes its calls otherwise: ``client.options(...)``."""

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
    """What a server was sent, without its body: the header lines in lower case."""
    return request.partition(b"\r\n\r\n")[0].lower().decode().split("\r\n")[1:]


def test_options_are_the_clients_own_connections(connect, no_leaks):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for made in client, client.options(timeout=5), client.options(retry=ONCE).options(headers={"x-a": "1"}), client:
            made.customers.fetch_customer("x")
        assert server.connections == 1
        assert len(server.requests) == 4
        client.close()


def test_the_original_stays_as_it_was(connect):
    script = ScriptedTransport(success_response(), success_response(), error_response(503), success_response())
    client = connect(transport=script)
    made = client.options(timeout=5, retry=ONCE, headers={"x-a": "1"})
    made.send(FIRST)
    assert (script.requests[-1].timeout, dict(script.requests[-1].headers)) == (5.0, {"x-a": "1"})
    client.send(FIRST)
    assert (script.requests[-1].timeout, dict(script.requests[-1].headers)) == (None, {})
    assert client.send(FIRST).http.attempts == 2
    assert (FIRST.timeout, dict(FIRST.headers)) == (None, {})


def test_how_often_a_call_is_repeated_is_the_options(connect):
    script = ScriptedTransport(
        error_response(503),
        success_response(),
        error_response(503),
        error_response(503),
        error_response(503),
        error_response(503),
        success_response(),
    )
    client = connect(transport=script, retry=ONCE)
    assert client.options(retry=Retry(initial_delay=0.0)).send(FIRST).http.attempts == 2
    with pytest.raises(errors.ServerError):
        client.send(FIRST)
    assert len(script.requests) == 3
    assert client.options(retry=Retry(max_attempts=9, initial_delay=0.0)).send(FIRST).http.attempts == 4


def test_options_can_be_stacked(connect):
    script = ScriptedTransport(success_response(), success_response(), error_response(503))
    client = connect(transport=script)
    made = client.options(timeout=5, headers={"x-a": "1", "x-b": "1"})
    made = made.options(headers={"X-B": "2", "x-c": "3"}, retry=ONCE)
    made.send(FIRST)
    assert script.requests[-1].timeout == 5.0
    assert script.requests[-1].headers == {"x-a": "1", "x-b": "2", "x-c": "3"}
    made.options(timeout=7).send(FIRST)
    assert script.requests[-1].timeout == 7.0
    with pytest.raises(errors.ServerError):
        made.options(timeout=7).send(FIRST)


def test_without_any_they_are_the_clients(connect):
    script = ScriptedTransport(success_response())
    made = connect(transport=script).options()
    made.send(FIRST)
    assert (script.requests[-1].timeout, dict(script.requests[-1].headers)) == (None, {})


def test_a_calls_own_go_before_the_options(connect):
    script = ScriptedTransport(success_response())
    request = Request("GET", "/bank", timeout=2.0, headers={"x-a": "own"})
    connect(transport=script).options(timeout=5, headers={"x-a": "1", "x-b": "2"}).send(request)
    assert script.requests[-1].timeout == 2.0
    assert script.requests[-1].headers == {"x-a": "own", "x-b": "2"}


def test_they_hold_for_sections_and_of_sections(connect):
    script = ScriptedTransport(success_response(), success_response(), success_response())
    client = connect(transport=script)
    client.customers.fetch_customer("x")  # and so the client has this section before
    client.options(timeout=5).customers.fetch_customer("x")
    assert script.requests[-1].timeout == 5.0
    client.customers.options(timeout=6).fetch_customer("x")
    assert script.requests[-1].timeout == 6.0


def test_they_hold_for_what_finds_out_what_became_of_a_call(connect):
    seen = []

    class Seeing(FakePaystack):
        def send(self, request):
            seen.append((request.method, request.timeout, dict(request.headers)))
            return super().send(request)

    bank = Seeing(fault_sequence("timeout", None, "unreached"))
    made = connect(transport=bank).options(timeout=5, headers={"x-a": "1"}, retry=Retry(initial_delay=0.0))
    made.transfers.initiate_transfer("balance", 5000, "RCP_1", "rent")
    assert bank.processed["rent"] == 1
    assert seen == [(method, 5.0, {"x-a": "1"}) for method in ("POST", "GET", "POST", "GET", "POST")]


def test_they_hold_for_every_page_of_a_list(connect):
    pages = [success_response([{"id": number}], meta={"page": number, "pageCount": 4}) for number in range(1, 5)]
    script = ScriptedTransport(*pages)
    made = connect(transport=script).options(timeout=5, headers={"x-a": "1"})
    assert len(list(made.iterate(made.send(FIRST), prefetch=1))) == 4
    assert [(request.timeout, dict(request.headers)) for request in script.requests] == [(5.0, {"x-a": "1"})] * 4


def test_a_response_has_its_request_as_it_was_made(connect):
    made = connect(transport=ScriptedTransport(success_response())).options(timeout=5, headers={"x-a": "1"})
    assert made.send(FIRST).http.request is FIRST


def test_a_timeout_of_ones_own_takes_effect(connect, no_leaks):
    def stalls(connection):
        if b"/stall" in connection.read():
            connection.wait_for_close()
        else:
            connection.write(full_response())

    with FaultyServer(stalls) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=1000.0)
        with pytest.raises(errors.APITimeoutError, match=r"within 0\.05 seconds"):
            client.options(timeout=0.05, retry=ONCE).send(Request("GET", "/stall"))
        assert client.send(FIRST).data == {"id": 1}
        client.close()


def test_headers_are_sent_besides_the_clients_own(connect, no_leaks):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        client.send(FIRST)
        client.options(headers={"X-Shop": "Ada's, Lagos"}).send(FIRST)
        client.options(headers={"x-shop": "1"}).customers.create_customer("ada@example.com", "Ada", "Obi", "")
        client.close()
        plain, dressed, posted = map(header_lines, server.requests)
    assert set(dressed) - set(plain) == {"x-shop: ada's, lagos"}
    assert set(plain) <= set(dressed)
    assert f"authorization: bearer {SECRET_KEY}" in posted
    assert "content-type: application/json" in posted
    assert len({line.partition(":")[0] for line in posted}) == len(posted)


OWN = ("authorization", "Authorization", "AUTHORIZATION", "host", "Content-Length", "content-type", "transfer-encoding")


@pytest.mark.parametrize("name", OWN)
def test_the_clients_own_headers_cannot_be_given(connect, name):
    script = ScriptedTransport()
    with pytest.raises(errors.InvalidArgumentError, match=f"{name.lower()} is the client's own"):
        connect(transport=script).options(headers={"x-a": "1", name: "Bearer sk_test_other"})


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


@pytest.mark.parametrize("closes", ["original", "options", "with"])
def test_closing_either_closes_both(connect, no_leaks, closes):
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        made = client.options(timeout=5)
        section = made.customers
        section.fetch_customer("x")
        if closes == "with":
            with made:
                pass
        else:
            (client if closes == "original" else made).close()
        assert server.clients_leave()
        for one in client, made, client.options(timeout=6), made.options(timeout=6):
            with pytest.raises(errors.ClientClosedError):
                one.send(FIRST)
        with pytest.raises(errors.ClientClosedError):
            section.fetch_customer("x")
        assert server.connections == 1


def test_options_of_the_callers_own_transport_do_not_close_it(connect):
    script = ScriptedTransport(success_response())
    client = connect(transport=script)
    with client.options(timeout=5) as made:
        made.send(FIRST)
    assert not script.closed
    with pytest.raises(errors.ClientClosedError):
        client.send(FIRST)


@pytest.mark.parametrize("retry", [3, "3", object()])
def test_an_invalid_retry_is_rejected_when_the_client_is_created(connect, retry):
    with pytest.raises(errors.InvalidArgumentError, match="Retry"):
        connect(SECRET_KEY, retry=retry)


@pytest.mark.parametrize("headers", [{"authorization": "Bearer sk_test_x"}, {"x": 1}, {"x": "a\r\nb"}, ["x"]])
def test_a_request_of_ones_own_cannot_take_the_place_of_the_clients_headers(headers):
    with pytest.raises(errors.InvalidArgumentError, match="header"):
        Request("GET", "/balance", headers=headers)
