"""Many concurrent calls over real sockets: each gets its own response, on no more connections than are needed."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from conftest import SECRET_KEY
from faulty_server import TIMEOUT, FaultyServer, becomes_true, full_response
from faulty_server import no_leaks as no_leaks  # a fixture

from paystackease import AsyncPaystack, Paystack, RateLimit

pytestmark = pytest.mark.usefixtures("no_leaks")

THREADS, TURNS, TASKS = 16, 20, 500


def echo_handler(connection):
    """Answer each request with the customer of its path."""
    while (request := connection.read()) is not None:
        connection.write(echo_response(request))


def echo_response(request):
    email = unquote(request.split(b" ")[1].rpartition(b"/")[2].decode())
    return full_response(json.dumps({"status": True, "message": "ok", "data": {"email": email}}).encode())


def run_in_threads(client, check):
    with ThreadPoolExecutor(THREADS) as pool:
        barrier = threading.Barrier(THREADS)

        def call_repeatedly(name):
            barrier.wait(TIMEOUT)
            for turn in range(TURNS):
                check(client, f"{name}.{turn}@example.com")

        list(pool.map(call_repeatedly, range(THREADS)))


def check_customer(client, email):
    created = client.customers.create_customer(email, "", "", "").data
    fetched = client.customers.fetch_customer(created["customer_code"]).data
    assert (fetched["email"], fetched["id"]) == (email, created["id"])


async def check_customer_async(client, email):
    created = (await client.customers.create_customer(email, "", "", "")).data
    fetched = (await client.customers.fetch_customer(created["customer_code"])).data
    assert (fetched["email"], fetched["id"]) == (email, created["id"])


def test_each_of_many_threads_gets_its_own_response(paystack_url):
    with Paystack(SECRET_KEY, base_url=paystack_url) as client:
        run_in_threads(client, check_customer)
        assert client.customers.list_customers().meta["total"] == THREADS * TURNS


def test_each_of_many_tasks_gets_its_own_response(paystack_url):
    async def run_tasks():
        async with AsyncPaystack(SECRET_KEY, base_url=paystack_url) as client:
            await asyncio.gather(*(check_customer_async(client, f"{name}@example.com") for name in range(TASKS)))
            return (await client.customers.list_customers()).meta["total"]

    assert asyncio.run(run_tasks()) == TASKS


def check_response(client, email):
    assert client.customers.fetch_customer(email).data == {"email": email}


async def check_response_async(client, email):
    assert (await client.customers.fetch_customer(email)).data == {"email": email}


@pytest.mark.parametrize(("limit", "max_connections"), [(None, THREADS), (RateLimit(max_concurrency=3), 3)])
def test_threads_open_no_more_connections_than_concurrent_calls(limit, max_connections):
    with FaultyServer(echo_handler) as server, Paystack(SECRET_KEY, base_url=server.url, limit=limit) as client:
        run_in_threads(client, check_response)
        assert len(server.requests) == THREADS * TURNS
        assert server.connections <= max_connections


@pytest.mark.parametrize(("limit", "max_connections"), [(None, 50), (RateLimit(max_concurrency=3), 3)])
def test_tasks_open_no_more_connections_than_concurrent_calls(limit, max_connections):
    async def run_tasks(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url, limit=limit) as client:
            for turn in range(4):
                await asyncio.gather(
                    *(check_response_async(client, f"{turn}.{name}@example.com") for name in range(50))
                )

    with FaultyServer(echo_handler) as server:
        asyncio.run(run_tasks(server.url))
        assert len(server.requests) == 200
        assert server.connections <= max_connections
        assert server.clients_leave()


def test_cancelled_calls_leave_other_calls_correct_and_no_connection_open():
    hold = threading.Event()

    def hold_response(connection):
        while (request := connection.read()) is not None:
            if not hold.wait(TIMEOUT):
                return
            connection.write(echo_response(request))

    async def run_tasks(server):
        async with AsyncPaystack(SECRET_KEY, base_url=server.url) as client:
            tasks = [asyncio.create_task(check_response_async(client, f"{name}@example.com")) for name in range(200)]
            assert await asyncio.to_thread(becomes_true, lambda: len(server.requests) == 200, TIMEOUT)
            for task in tasks[::2]:
                task.cancel()
            cancelled = await asyncio.gather(*tasks[::2], return_exceptions=True)
            assert {type(error) for error in cancelled} == {asyncio.CancelledError}
            hold.set()
            await asyncio.gather(*tasks[1::2])
            # The response to a cancelled call reaches no other call.
            await asyncio.gather(*(check_response_async(client, f"later.{name}@example.com") for name in range(100)))

    with FaultyServer(hold_response) as server:
        asyncio.run(run_tasks(server))
        assert server.clients_leave()
        assert server.connections <= 300


def test_calls_cancelled_at_any_point_leave_other_calls_correct(paystack_url):
    async def run_tasks():
        async with AsyncPaystack(SECRET_KEY, base_url=paystack_url, limit=RateLimit(max_concurrency=20)) as client:
            completed, thirty_done = [], asyncio.Event()

            async def create_customer(name):
                await check_customer_async(client, f"{name}@example.com")
                completed.append(name)
                if len(completed) == 30:
                    thirty_done.set()

            tasks = [asyncio.create_task(create_customer(name)) for name in range(200)]
            await asyncio.wait_for(thirty_done.wait(), TIMEOUT)
            cancelled = [task for task in tasks if not task.done()][:100]
            for task in cancelled:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert [task for task in tasks if task.cancelled()] == cancelled
            assert len(completed) == 100
            assert not [task for task in tasks if not task.cancelled() and task.exception()]

    asyncio.run(run_tasks())
