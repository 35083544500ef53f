"""Calls that are interrupted or cancelled leave no connection, and are not sent again."""

import asyncio
import signal
import threading
import time

import pytest
from conftest import SECRET_KEY
from faulty_server import (
    BODY,
    FaultyServer,
    becomes_true,
    full_response,
    handle_in_order,
    respond_with,
)
from faulty_server import no_leaks as no_leaks  # a fixture
from transport_cases import HEAD, ONCE, SHORT, read_customer, send_and_stall
from transport_cases import _no_log_records as _no_log_records  # a fixture
from transport_cases import call as call  # a fixture

from paystackease import AsyncPaystack, errors


def send_and_interrupt(prefix):
    def handle(connection):
        connection.read()
        connection.write(prefix)
        time.sleep(0.02)
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        connection.wait_for_close()

    return handle


@pytest.mark.parametrize("prefix", [b"", HEAD, HEAD + BODY[:10]], ids=["no response", "head", "half the body"])
def test_an_interrupted_call_leaves_no_connection_and_is_not_retried(connect, call, prefix):
    with FaultyServer(send_and_interrupt(prefix)) as server:
        client = connect(SECRET_KEY, base_url=server.url)
        with pytest.raises(KeyboardInterrupt):
            call(client)
        assert server.clients_leave()  # before the client is closed
        client.close()
        assert (len(server.requests), server.connections) == (1, 1)


@pytest.mark.parametrize("reason", ["cancelled", "timed out"])
@pytest.mark.parametrize("prefix", [b"", HEAD, HEAD + BODY[:10]], ids=["no response", "head", "half the body"])
def test_a_cancelled_call_leaves_no_connection_and_is_not_retried(call, prefix, reason):
    async def cancel_call(server):
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        timeout = asyncio.timeout(None)

        async def call_with_timeout():
            async with timeout:
                await call(client)

        task = asyncio.create_task(call_with_timeout())
        assert await asyncio.to_thread(becomes_true, lambda: server.requests)
        await asyncio.sleep(0.01)
        if reason == "cancelled":
            task.cancel()
        else:
            timeout.reschedule(0.0)
        with pytest.raises(asyncio.CancelledError if reason == "cancelled" else TimeoutError):
            await task
        assert await asyncio.to_thread(server.clients_leave)
        await client.close()

    with FaultyServer(send_and_stall(prefix)) as server:
        asyncio.run(cancel_call(server))
        assert (len(server.requests), server.connections) == (1, 1)


def test_a_call_after_a_cancelled_one_gets_its_own_response(connect):
    timed_out = threading.Event()

    def respond_late(connection):
        connection.read()
        connection.write(HEAD)
        timed_out.wait(5)
        connection.write(BODY)
        connection.wait_for_close()

    own_response = full_response(b'{"status":true,"data":"mine"}')
    with FaultyServer(handle_in_order(respond_late, respond_with(own_response))) as server:
        client = connect(SECRET_KEY, base_url=server.url, timeout=SHORT, retry=ONCE)
        with pytest.raises(errors.APITimeoutError):
            read_customer(client)
        timed_out.set()
        assert read_customer(client).data == "mine"
        client.close()
