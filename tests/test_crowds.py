"""Many at once, over real sockets: each gets its own answer, and no more connections are opened than are needed."""

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
    """A play: each is answered with the customer that was asked for."""
    while (request := connection.read()) is not None:
        connection.write(echo_response(request))


def echo_response(request):
    email = unquote(request.split(b" ")[1].rpartition(b"/")[2].decode())
    return full_response(json.dumps({"status": True, "message": "ok", "data": {"email": email}}).encode())


def run_in_threads(client, work):
    with ThreadPoolExecutor(THREADS) as pool:
        together = threading.Barrier(THREADS)

        def begin(name):
            together.wait(TIMEOUT)
            for turn in range(TURNS):
                work(client, f"{name}.{turn}@example.com")

        list(pool.map(begin, range(THREADS)))


def own_customer(client, email):
    made = client.customers.create_customer(email, "", "", "").data
    found = client.customers.fetch_customer(made["customer_code"]).data
    assert (found["email"], found["id"]) == (email, made["id"])


async def own_customer_as_task(client, email):
    made = (await client.customers.create_customer(email, "", "", "")).data
    found = (await client.customers.fetch_customer(made["customer_code"])).data
    assert (found["email"], found["id"]) == (email, made["id"])


def test_each_of_many_threads_gets_its_own_response(paystack_url):
    with Paystack(SECRET_KEY, base_url=paystack_url) as client:
        run_in_threads(client, own_customer)
        assert client.customers.list_customers().meta["total"] == THREADS * TURNS


def test_each_of_many_tasks_gets_its_own_response(paystack_url):
    async def crowd():
        async with AsyncPaystack(SECRET_KEY, base_url=paystack_url) as client:
            await asyncio.gather(*(own_customer_as_task(client, f"{name}@example.com") for name in range(TASKS)))
            return (await client.customers.list_customers()).meta["total"]

    assert asyncio.run(crowd()) == TASKS


def check_response(client, email):
    assert client.customers.fetch_customer(email).data == {"email": email}


async def right_as_task(client, email):
    assert (await client.customers.fetch_customer(email)).data == {"email": email}


@pytest.mark.parametrize(("limit", "most"), [(None, THREADS), (RateLimit(max_concurrency=3), 3)])
def test_threads_open_no_more_connections_than_they_have_calls_under_way(limit, most):
    with FaultyServer(echo_handler) as server, Paystack(SECRET_KEY, base_url=server.url, limit=limit) as client:
        run_in_threads(client, check_response)
        assert len(server.requests) == THREADS * TURNS
        assert server.connections <= most


@pytest.mark.parametrize(("limit", "most"), [(None, 50), (RateLimit(max_concurrency=3), 3)])
def test_tasks_open_no_more_connections_than_they_have_calls_under_way(limit, most):
    async def crowd(url):
        async with AsyncPaystack(SECRET_KEY, base_url=url, limit=limit) as client:
            for turn in range(4):
                await asyncio.gather(*(right_as_task(client, f"{turn}.{name}@example.com") for name in range(50)))

    with FaultyServer(echo_handler) as server:
        asyncio.run(crowd(server.url))
        assert len(server.requests) == 200
        assert server.connections <= most
        assert server.clients_leave()


def test_cancelled_calls_leave_other_calls_correct_and_no_connection_open():
    hold = threading.Event()

    def hold_response(connection):
        while (request := connection.read()) is not None:
            if not hold.wait(TIMEOUT):
                return
            connection.write(echo_response(request))

    async def crowd(server):
        async with AsyncPaystack(SECRET_KEY, base_url=server.url) as client:
            tasks = [asyncio.create_task(right_as_task(client, f"{name}@example.com")) for name in range(200)]
            assert await asyncio.to_thread(becomes_true, lambda: len(server.requests) == 200, TIMEOUT)
            for task in tasks[::2]:
                task.cancel()
            cancelled = await asyncio.gather(*tasks[::2], return_exceptions=True)
            assert {type(one) for one in cancelled} == {asyncio.CancelledError}
            hold.set()
            await asyncio.gather(*tasks[1::2])
            # What is answered to a call that was given up reaches no other.
            await asyncio.gather(*(right_as_task(client, f"later.{name}@example.com") for name in range(100)))

    with FaultyServer(hold_response) as server:
        asyncio.run(crowd(server))
        assert server.clients_leave()
        assert server.connections <= 300


def test_calls_cancelled_at_any_point_leave_other_calls_correct(paystack_url):
    async def crowd():
        async with AsyncPaystack(SECRET_KEY, base_url=paystack_url, limit=RateLimit(max_concurrency=20)) as client:
            done, some = [], asyncio.Event()

            async def work(name):
                await own_customer_as_task(client, f"{name}@example.com")
                done.append(name)
                if len(done) == 30:
                    some.set()

            tasks = [asyncio.create_task(work(name)) for name in range(200)]
            await asyncio.wait_for(some.wait(), TIMEOUT)
            given_up = [task for task in tasks if not task.done()][:100]
            for task in given_up:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert [task for task in tasks if task.cancelled()] == given_up
            assert len(done) == 100
            assert not [task for task in tasks if not task.cancelled() and task.exception()]

    asyncio.run(crowd())
