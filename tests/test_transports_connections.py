"""How the transports reuse connections, and what they do when a connection is closed."""

import asyncio
import gzip
import json
import threading
import time

import pytest
from conftest import SECRET_KEY
from faulty_server import (
    BODY,
    FaultyServer,
    full_response,
    handle_in_order,
    respond_with,
)
from faulty_server import no_leaks as no_leaks  # a fixture
from transport_cases import (
    CHUNKED,
    EMAIL,
    GZIP,
    HTML,
    LONG,
    ONCE,
    _no_log_records,  # noqa: F401 # fixtures
    close_before_second,
    read_customer,
    write_customer,
)

from paystackease import AsyncPaystack, Paystack, Request, errors
from paystackease._core.request import RetrySafety

CHARGE_REQUEST = Request(
    "PUT", "/customer/{id}/directdebit-activation-charge", {"id": 1}, body={}, retry_safety=RetrySafety.NEVER
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(full_response(), id="content-length"),
        pytest.param(full_response(gzip.compress(BODY), GZIP), id="gzip"),
        pytest.param(CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), id="chunked"),
        pytest.param(full_response(b"{}", status=404), id="rejections"),
        pytest.param(full_response(HTML), id="malformed"),
    ],
)
def test_sequential_calls_use_one_connection(connect, content):
    with FaultyServer(respond_with(content)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        for number in range(20):
            try:
                (read_customer, write_customer)[number % 2](client)
            except (errors.NotFoundError, errors.MalformedResponseError, errors.OutcomeUnknownError):
                continue
        client.close()
        assert (len(server.requests), server.connections) == (20, 1)
        assert server.clients_leave()


def test_thirty_concurrent_calls_open_at_most_thirty_connections():
    async def make_calls(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url) as client:
            for _ in range(2):
                responses = await asyncio.gather(*(client.customers.fetch_customer(EMAIL) for _ in range(30)))
                assert all(response.data == {"id": 1} for response in responses)

    with FaultyServer(respond_with(full_response())) as server:
        asyncio.run(make_calls(server.url))
        assert len(server.requests) == 60
        assert server.connections <= 30
        assert server.clients_leave()


def test_eight_threads_open_at_most_eight_connections():
    with FaultyServer(respond_with(full_response())) as server:
        with Paystack(SECRET_KEY, base_url=server.url) as client:
            threads = [threading.Thread(target=lambda: [read_customer(client) for _ in range(5)]) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(server.requests) == 40
        assert server.connections <= 8
        assert server.clients_leave()


def test_a_connection_closed_while_idle_does_not_fail_the_next_call(connect, flavour):
    with FaultyServer(respond_with(full_response(), close_after_first=True)) as server:
        client = connect(SECRET_KEY, base_url=server.url, retry=ONCE)
        for number in range(3):
            assert write_customer(client).http.attempts == 1
            assert server.connections == number + 1
            assert server.clients_leave()
            run_loop_briefly(client, flavour)
        client.close()


def run_loop_briefly(client, flavour):
    """Run the event loop for a moment, so that it processes received data."""
    if flavour == "asyncio":
        client._runner.run(asyncio.sleep(0.02))


@pytest.mark.parametrize(
    "request_", [CHARGE_REQUEST, Request("POST", "/refund", body={}), Request("DELETE", "/x"), Request("PUT", "/x")]
)
def test_a_connection_closed_during_a_call_that_moves_money_ends_the_call(connect, request_):
    with FaultyServer(close_before_second) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read_customer(client)
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.send(request_)
        assert caught.value.__cause__.may_have_arrived
        client.close()
        assert server.clients_leave()
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", request_.method]
        assert server.connections == 1


def test_a_connection_closed_during_an_idempotent_call_does_not_fail_it(connect):
    def respond_to_verification(connection):
        reference = connection.read().split(b" ")[1].rpartition(b"/")[2].decode()
        data = {
            "reference": reference,
            "amount": 5000,
            "currency": "NGN",
            "status": "success",
            "transfer_code": "TRF_1",
        }
        data["recipient"] = {"id": 7, "recipient_code": "RCP_1"}
        connection.write(full_response(json.dumps({"status": True, "message": "found", "data": data}).encode()))

    with FaultyServer(handle_in_order(close_before_second, respond_to_verification)) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read_customer(client)
        assert client.transfers.initiate_transfer("balance", 5000, "RCP_1").http.recovered
        client.close()
        assert [raw.split()[0].decode() for raw in server.requests] == ["GET", "POST", "GET"]


def test_a_read_is_retried_if_its_connection_is_closed(connect):
    with FaultyServer(handle_in_order(close_before_second, respond_with(full_response()))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        assert read_customer(client).http.attempts == 1
        assert read_customer(client).http.attempts == 2
        client.close()
        assert (len(server.requests), server.connections) == (3, 2)


def test_a_connection_that_was_idle_for_too_long_is_not_used(connect, flavour, monkeypatch):
    # The real limit is 15 seconds, and tests cannot change the clocks of the libraries.
    monkeypatch.setattr(
        f"paystackease._transports.{'urllib3' if flavour == 'blocking' else 'aiohttp'}.MAX_IDLE_SECONDS", 1.0
    )
    with FaultyServer(respond_with(full_response())) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read_customer(client)
        read_customer(client)
        assert server.connections == 1
        time.sleep(1.1)
        read_customer(client)
        assert (len(server.requests), server.connections) == (3, 2)
        client.close()


def test_a_connection_is_not_reused_if_the_server_closes_it(connect):
    def handle(connection):
        connection.read()
        connection.write(full_response(BODY, "connection: close"))
        connection.wait_for_close()

    with FaultyServer(handle) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        for _ in range(3):
            read_customer(client)
        assert server.clients_leave()
        assert server.connections == 3
        client.close()


UNSOLICITED = full_response(b'{"status":true,"data":"of another call"}')


@pytest.mark.parametrize(
    "extra",
    [UNSOLICITED, UNSOLICITED[:20], b"\r\n\r\n", b"x"],
    ids=["response", "partial response", "line breaks", "byte"],
)
@pytest.mark.parametrize("late", [False, True], ids=["immediately", "later"])
def test_unsolicited_bytes_are_never_accepted_as_a_response(connect, flavour, extra, late):
    all_written = threading.Event()

    def handle(connection):
        connection.read()
        connection.write(full_response() if late else full_response() + extra)
        if late:
            time.sleep(0.02)
            connection.write(extra)
        all_written.set()
        if connection.read() is not None:
            connection.write(full_response())

    with FaultyServer(handle_in_order(handle, respond_with(full_response()))) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        read_customer(client)
        assert all_written.wait(LONG)
        run_loop_briefly(client, flavour)
        assert read_customer(client).data == {"id": 1}
        client.close()
