"""The common errors of new users say what to do."""

import asyncio

import pytest
from conftest import SECRET_KEY
from faulty_server import FaultyServer, full_response, respond_with, unused_address

from paystackease import AsyncPaystack, Emulator, Paystack, Request, Retry, errors
from paystackease.apis.capitec_pay import CapitecPayClientAPI
from paystackease.async_apis.acapitec_pay import AsyncCapitecPayClientAPI

NO_RETRY = Retry(max_attempts=1)


def test_a_list_call_without_await_is_an_error_with_advice():
    client = AsyncPaystack(SECRET_KEY)
    with pytest.raises(errors.InvalidArgumentError, match="await the call first"), asyncio.Runner() as runner:
        runner.run(anext(client.iterate(client.customers.list_customers())))


@pytest.mark.parametrize("value", [[], None, "customers"])
def test_iterating_over_anything_but_a_response_is_an_error(connect, value):
    with pytest.raises(errors.InvalidArgumentError, match=f"pass the response of a list, .*not {type(value).__name__}"):
        next(connect(transport=Emulator()).iterate(value))


def test_iterating_over_one_object_is_an_error(connect):
    client = connect(transport=Emulator())
    code = client.customers.create_customer("ada@example.com", "Ada", "Obi", "").data["customer_code"]
    with pytest.raises(errors.InvalidArgumentError, match=r"GET /customer/.* returns one object") as caught:
        next(client.iterate(client.customers.fetch_customer(code)))
    assert code not in str(caught.value)


def connection_error_message(connect, host, **options):
    _, port = unused_address()
    with pytest.raises(errors.APIConnectionError) as caught:
        connect(SECRET_KEY, base_url=f"http://{host}:{port}", retry=NO_RETRY, **options).send(
            Request("GET", "/balance")
        )
    return str(caught.value)


def test_a_connection_refused_on_this_machine_says_how_to_start_the_emulator(connect):
    for host in "127.0.0.1", "localhost":
        assert "start it: paystackease emulator up" in connection_error_message(connect, host)


def test_a_connection_refused_by_a_proxy_does_not_mention_the_emulator(connect, monkeypatch):
    host, port = unused_address()
    monkeypatch.setenv("HTTP_PROXY", f"http://{host}:{port}")
    message = connection_error_message(connect, "paystack.invalid")
    assert "through the proxy" in message
    assert "emulator" not in message


def test_a_failed_handshake_does_not_mention_the_emulator(connect):
    with FaultyServer(lambda connection: connection.write(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url.replace("http", "https"), retry=NO_RETRY)
        with pytest.raises(errors.APIConnectionError) as caught:
            client.send(Request("GET", "/balance"))
        assert "emulator" not in str(caught.value)
        client.close()


def rejection_message(connect, body, status):
    with FaultyServer(respond_with(full_response(body, status=status))) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=NO_RETRY)
        with pytest.raises(errors.APIStatusError) as caught:
            client.send(Request("GET", "/charge/{reference}", {"reference": "T1"}))
        client.close()
    return str(caught.value)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"status":false,"message":"Charge attempted","data":{"message":"Incorrect PIN"}}', "Charge attempted: "),
        (b'{"status":false,"message":"","data":{"message":"Incorrect PIN"}}', ""),
        (b'{"status":false,"message":"Incorrect PIN.","data":{"message":"Incorrect PIN"}}', ""),
        (b'{"status":false,"message":"Incorrect PIN","data":{"message":1}}', ""),
    ],
)
def test_a_reason_in_data_is_in_the_message(connect, body, message):
    assert rejection_message(connect, body, 400) == f"{message}Incorrect PIN (GET /charge/{{reference}}: 400)"


def test_a_reason_in_data_shows_nothing_personal(connect):
    body = b'{"status":false,"message":"No","data":{"message":"ada@example.com has no card"}}'
    assert rejection_message(connect, body, 400) == "No: … has no card (GET /charge/{reference}: 400)"


def test_an_empty_404_says_that_it_is_empty(connect):
    assert rejection_message(connect, b"", 404) == "The response is empty (GET /charge/{reference}: 404)"
    assert rejection_message(connect, b"<p>", 404) == "The response is not a JSON object (GET /charge/{reference}: 404)"


@pytest.mark.parametrize("client_class", [Paystack, AsyncPaystack])
def test_a_public_key_is_rejected_with_the_required_kind_of_key(client_class, monkeypatch):
    with pytest.raises(errors.SecretKeyError, match="begins with sk_test_ or sk_live_") as caught:
        client_class("pk_test_0123456789")
    assert "0123456789" not in str(caught.value)
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "pk_live_0123456789")
    with pytest.raises(errors.SecretKeyError, match="public key"):
        client_class()


@pytest.mark.parametrize("client_class", [CapitecPayClientAPI, AsyncCapitecPayClientAPI])
def test_capitec_pay_accepts_a_public_key(client_class):
    assert client_class("pk_test_0123456789")
