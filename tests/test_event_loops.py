"""One asyncio client in many event loops, one after another and in several threads at once."""

import asyncio
import gc
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
from asgiref.sync import async_to_sync
from conftest import SECRET_KEY
from faulty_server import TIMEOUT, FaultyServer, becomes_true, full_response

from paystackease import AsyncPaystack, RateLimit, errors

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),  # a loop that ends leaves its sockets open
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),  # and what it did not come to
    pytest.mark.usefixtures("_loops_are_collected"),
]

THREADS = 8


@pytest.fixture
def _loops_are_collected():
    """Collect unclosed loops here, so that their warnings belong to this test."""
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()


def echo_handler(connection):
    while (request := connection.read()) is not None:
        email = unquote(request.split(b" ")[1].rpartition(b"/")[2].decode())
        connection.write(
            full_response(json.dumps({"status": True, "message": "ok", "data": {"email": email}}).encode())
        )


def run_in_threads(work, turns):
    together = threading.Barrier(THREADS)

    def begin(number):
        together.wait(TIMEOUT)
        return [work(f"{number}.{turn}@example.com") for turn in range(turns)]

    with ThreadPoolExecutor(THREADS) as pool:
        return [item for each in pool.map(begin, range(THREADS)) for item in each]


@pytest.mark.parametrize("runs", [asyncio.run, async_to_sync], ids=["asyncio.run", "async_to_sync"])
@pytest.mark.parametrize("limit", [None, RateLimit(max_concurrency=2)], ids=["unlimited", "limited"])
@pytest.mark.parametrize("turns", [8, pytest.param(50, marks=pytest.mark.long)])
def test_loops_of_many_threads_share_a_client(runs, limit, turns):
    with FaultyServer(echo_handler) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url, limit=limit)

        def call(email):
            async def ask():
                return (await client.customers.fetch_customer(email)).data

            return (asyncio.run(ask()) if runs is asyncio.run else async_to_sync(ask)()) == {"email": email}

        assert run_in_threads(call, turns) == [True] * THREADS * turns
        asyncio.run(client.close())
        assert server.clients_leave()


def test_a_client_that_is_closed_while_loops_begin_is_closed_for_all_of_them():
    with FaultyServer(echo_handler) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)

        def call(email):
            async def ask():
                if email.startswith("0.5@"):
                    await client.close()
                try:
                    return (await client.customers.fetch_customer(email)).data == {"email": email}
                except errors.ClientClosedError:
                    return "closed"
                except errors.APIConnectionError:
                    return "ended"  # while it was under way

            return asyncio.run(ask())

        results = run_in_threads(call, 12)
        assert set(results) <= {True, "closed", "ended"}
        assert "closed" in results
        assert becomes_true(lambda: server.open_connections == 0)


class EndingLoop(asyncio.SelectorEventLoop):
    """A loop that is closed between two calls of ``is_closed``: the first returns False, the next True."""

    is_ending = False

    def is_closed(self):
        if self.is_ending:
            self.is_ending = False
            return False
        return super().is_closed()


def test_a_loop_that_ends_during_the_start_of_another_leaves_no_open_connection():
    with FaultyServer(echo_handler) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        ending = EndingLoop()
        ending.run_until_complete(client.customers.fetch_customer("a@example.com"))
        ending.close()
        ending.is_ending = True

        async def call_and_close():
            await client.customers.fetch_customer("b@example.com")
            await client.close()

        asyncio.run(call_and_close())
        assert becomes_true(lambda: server.open_connections == 0)


def test_a_client_closes_after_one_of_its_loops_stopped():
    with FaultyServer(echo_handler) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        stopped = asyncio.new_event_loop()
        stopped.run_until_complete(client.customers.fetch_customer("a"))

        async def close():
            await asyncio.wait_for(client.close(), TIMEOUT)

        asyncio.run(close())
        stopped.run_until_complete(asyncio.sleep(0.01))
        assert server.clients_leave()
        stopped.close()


@pytest.mark.parametrize("turns", range(6))
def test_a_client_closes_though_a_loop_that_runs_in_a_thread_ends_meanwhile(turns):
    started, scheduled = threading.Event(), threading.Event()
    loop = asyncio.new_event_loop()

    def stop_after(number):
        if number:
            loop.call_soon(stop_after, number - 1)
        else:
            loop.stop()

    def wait():
        started.set()
        scheduled.wait(TIMEOUT)
        stop_after(turns)

    def run(client):
        loop.run_until_complete(client.customers.fetch_customer("a"))
        loop.call_soon(wait)
        loop.run_forever()
        loop.close()

    async def close(client):
        closing = asyncio.create_task(client.close())
        await asyncio.sleep(0)
        scheduled.set()
        await asyncio.wait_for(closing, TIMEOUT)

    with FaultyServer(echo_handler) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        thread = threading.Thread(target=run, args=[client])
        thread.start()
        assert started.wait(TIMEOUT)
        asyncio.run(close(client))
        assert server.clients_leave()
        thread.join()


@pytest.mark.parametrize("turns", range(8))
def test_a_client_that_is_closed_while_its_first_call_begins_leaves_nothing(caplog, turns):
    async def use(url):
        client = AsyncPaystack(SECRET_KEY, base_url=url)
        call = asyncio.create_task(client.customers.fetch_customer("a"))
        for _ in range(turns):
            await asyncio.sleep(0)
        await client.close()
        with pytest.raises((errors.ClientClosedError, errors.APIConnectionError)):
            await call

    with FaultyServer(echo_handler) as server:
        asyncio.run(use(server.url))
        gc.collect()
        assert server.clients_leave()
    assert not [record for record in caplog.records if record.name == "asyncio"]  # which names what is not closed
