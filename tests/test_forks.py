"""A client that parent and child use after a fork: each process has its own connections, limits and threads."""

import asyncio
import ctypes
import itertools
import json
import os
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
import trustme
from conftest import SECRET_KEY, BlockingAdapter
from faulty_server import TIMEOUT, FaultyServer, becomes_true, full_response
from forked_processes import FaultyServerProcess, ForkedChild
from forked_processes import kill_children as kill_children  # a fixture

from paystackease import AsyncPaystack, Paystack, RateLimit, errors

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork"),
    pytest.mark.usefixtures("kill_children"),
]

CALLS, THREADS = 24, 4
AUTHORITY = trustme.CA()


@pytest.fixture(params=["plain", "TLS"])
def tls(request, monkeypatch, tmp_path):
    if request.param == "plain":
        return None
    AUTHORITY.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    return context


def echo_response(request):
    email = unquote(request.split(b" ")[1].rpartition(b"/")[2].decode())
    return full_response(json.dumps({"status": True, "message": "ok", "data": {"email": email}}).encode())


def echo_handler(connection):
    """Answer each request with the customer of its path."""
    while (request := connection.read()) is not None:
        connection.write(echo_response(request))


def echo_with_delay(release, is_waiting=None):
    """Return a handler that does the same, but answers one customer only after ``release`` is set."""

    def handle(connection):
        while (request := connection.read()) is not None:
            if b"/delayed" in request:
                if is_waiting is not None:
                    is_waiting.set()
                release.wait(TIMEOUT)
            connection.write(echo_response(request))

    return handle


def count_crossed(client, name, calls=CALLS):
    """Return how many of several calls did not get their own response."""
    count = 0
    for turn in range(calls):
        email = f"{name}.{turn}@example.com"
        try:
            count += client.customers.fetch_customer(email).data != {"email": email}
        except errors.PaystackError:
            count += 1
    return count


def run_in_threads(client, name, pool=None):
    if pool is None:
        with ThreadPoolExecutor(THREADS) as own_pool:
            return run_in_threads(client, name, own_pool)
    barrier = threading.Barrier(THREADS)

    def call_repeatedly(number):
        barrier.wait(TIMEOUT)
        return count_crossed(client, f"{name}.{number}", CALLS // THREADS)

    return sum(pool.map(call_repeatedly, range(THREADS)))


def test_parent_and_child_get_their_own_responses_from_one_blocking_client(tls):
    with (
        FaultyServerProcess(echo_handler, tls=tls) as server,
        Paystack(SECRET_KEY, base_url=server.url) as client,
        ThreadPoolExecutor(THREADS) as pool,
    ):
        assert run_in_threads(client, "before", pool) == 0
        parent_connections = server.connections
        start_read, start_write = os.pipe()

        def child(number):
            os.read(start_read, 1)
            return run_in_threads(client, f"child{number}")

        children = [ForkedChild(lambda number=number: child(number)) for number in range(3)]  # while the server is idle
        os.write(start_write, b"xxx")
        assert run_in_threads(client, "parent", pool) == 0
        assert [child.result() for child in children] == [0, 0, 0]
        all_connections = server.connections
        assert all_connections >= parent_connections + 3  # each child opens its own
        assert count_crossed(client, "after", 3) == 0
        assert server.connections == all_connections  # the parent still uses its own
        os.close(start_read)
        os.close(start_write)


def test_closing_the_client_in_a_child_leaves_the_parents_connections_open(tls):
    with FaultyServerProcess(echo_handler, tls=tls) as server, Paystack(SECRET_KEY, base_url=server.url) as client:
        assert count_crossed(client, "before", 1) == 0
        assert ForkedChild(lambda: client.close()).result() is None
        assert ForkedChild(lambda: (count_crossed(client, "child", 2), client.close())[0]).result() == 0
        assert count_crossed(client, "after", 3) == 0
        assert server.connections == 2


def test_a_grandchild_opens_its_own_connections(tls):
    with FaultyServerProcess(echo_handler, tls=tls) as server, Paystack(SECRET_KEY, base_url=server.url) as client:
        assert count_crossed(client, "before", 1) == 0

        def child():
            count = count_crossed(client, "child", 3)
            grandchild = ForkedChild(lambda: count_crossed(client, "grandchild"))
            return count + count_crossed(client, "child", 30) + grandchild.result()

        assert ForkedChild(child).result() == 0
        assert count_crossed(client, "after", 3) == 0
        assert server.connections == 3


@pytest.fixture(params=["blocking", "asyncio"])
def open_client(request):
    """Return a function that creates clients of one kind, with a blocking interface."""
    with asyncio.Runner() as runner:
        yield (
            lambda url: (
                Paystack(SECRET_KEY, base_url=url)
                if request.param == "blocking"
                else BlockingAdapter(AsyncPaystack(SECRET_KEY, base_url=url), runner)
            )
        )


class WaitingChild:
    """A child process that waits until the ``with`` block ends."""

    def __enter__(self):
        self._read_end, self._write_end = os.pipe()
        self._child = ForkedChild(lambda: (os.close(self._write_end), os.read(self._read_end, 1))[0])

    def __exit__(self, *_):
        os.close(self._write_end)
        os.close(self._read_end)
        self._child.result()


def test_a_connection_that_the_parent_closes_is_closed_while_a_child_lives(open_client, tls):
    with FaultyServerProcess(echo_handler, tls=tls) as server:
        client = open_client(server.url)
        assert count_crossed(client, "before", 1) == 0
        with WaitingChild():
            client.close()
            assert server.clients_leave()


def test_a_connection_that_a_thread_of_the_parent_uses_is_closed_while_a_child_lives():
    is_waiting, release = threading.Event(), threading.Event()
    with FaultyServer(echo_with_delay(release, is_waiting)) as server:
        client = Paystack(SECRET_KEY, base_url=server.url)
        thread = threading.Thread(target=lambda: client.customers.fetch_customer("delayed"))
        thread.start()
        try:
            assert is_waiting.wait(TIMEOUT)
            with WaitingChild():
                release.set()
                thread.join()
                client.close()
                assert server.clients_leave()
        finally:
            release.set()


@pytest.fixture
def is_alone(request):
    """Return whether this process runs only this test. If not, run the test in a new process, which must succeed.

    Python does not notice such a fork. Locks that threads of other tests hold would stay locked in the child.
    """
    if "RUNS_ALONE" in os.environ:
        return True
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", request.node.nodeid]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    result = subprocess.run(
        command, cwd=request.config.rootpath, env={**environment, "RUNS_ALONE": "1"}, capture_output=True, timeout=120
    )
    assert result.returncode == 0, result.stdout.decode()
    return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems need a notification of a fork")
def test_a_child_of_a_fork_outside_python_gets_its_own_responses(is_alone, open_client, tls):
    if not is_alone:
        return
    with FaultyServerProcess(echo_handler, tls=tls) as server:
        client = open_client(server.url)
        assert count_crossed(client, "before", 1) == 0

        child = ForkedChild(
            lambda: count_crossed(client, "child", 3), fork=ctypes.PyDLL(None).fork
        )  # in the same event loop
        assert child.result() == 0
        assert count_crossed(client, "after", 3) == 0
        assert server.connections == 2
        client.close()


def test_a_concurrency_slot_of_a_parent_thread_is_free_in_the_child():
    is_waiting, release = threading.Event(), threading.Event()
    limit = RateLimit(max_concurrency=1)
    with (
        FaultyServer(echo_with_delay(release, is_waiting)) as server,
        Paystack(SECRET_KEY, base_url=server.url, limit=limit) as client,
    ):
        thread = threading.Thread(target=lambda: client.customers.fetch_customer("delayed"))
        thread.start()
        assert is_waiting.wait(TIMEOUT)
        queued = threading.Thread(target=lambda: client.customers.fetch_customer("a"))
        queued.start()  # queued behind the first
        try:
            assert ForkedChild(lambda: client.customers.fetch_customer("a").data).result() == {"email": "a"}
        finally:
            release.set()
            thread.join()
            queued.join()
        assert client.customers.fetch_customer("a").data == {"email": "a"}


def serve_pages(connection):
    """Answer requests with the pages of a list of 30 items."""
    while (request := connection.read()) is not None:
        number = int(request.split(b"page=")[1].split(b" ")[0].split(b"&")[0]) if b"page=" in request else 1
        items = [{"id": item} for item in range(number * 3 - 2, number * 3 + 1)]
        meta = {"total": 30, "perPage": 3, "page": number, "pageCount": 10}
        connection.write(
            full_response(json.dumps({"status": True, "message": "ok", "data": items, "meta": meta}).encode())
        )


def test_a_list_iteration_from_before_a_fork_completes_in_parent_and_child():
    with FaultyServer(serve_pages) as server, Paystack(SECRET_KEY, base_url=server.url) as client:
        items = client.iterate(client.customers.list_customers(per_page=3), prefetch=4)
        first = [item["id"] for item in itertools.islice(items, 2)]
        assert becomes_true(lambda: len(server.requests) > 1)
        child = ForkedChild(lambda: [item["id"] for item in items])
        assert child.result() == list(range(3, 31))
        assert first + [item["id"] for item in items] == list(range(1, 31))


def test_an_asyncio_client_calls_and_closes_in_a_child(tls):
    with FaultyServerProcess(echo_handler, tls=tls) as server, asyncio.Runner() as runner:
        client = BlockingAdapter(AsyncPaystack(SECRET_KEY, base_url=server.url), runner)
        assert count_crossed(client, "before", 3) == 0

        def child():
            with asyncio.Runner() as child_runner:
                child_client = BlockingAdapter(client.client, child_runner)
                count = count_crossed(child_client, "child")
                child_client.close()
                return count

        forked = ForkedChild(child)
        assert count_crossed(client, "parent") == 0
        assert forked.result() == 0
        assert ForkedChild(lambda: asyncio.run(client.client.close())).result() is None
        assert count_crossed(client, "after", 3) == 0
        assert server.connections == 2  # the parent still uses its own
        client.close()


def test_an_asyncio_client_of_a_loop_in_a_thread_closes_in_a_child(tls):
    with FaultyServerProcess(echo_handler, tls=tls) as server:
        client = AsyncPaystack(SECRET_KEY, base_url=server.url)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever)
        thread.start()

        def fetch_email(name):
            return asyncio.run_coroutine_threadsafe(client.customers.fetch_customer(name), loop).result(TIMEOUT).data

        assert fetch_email("a") == {"email": "a"}

        def child():
            asyncio.run(client.close())
            return "closed"

        assert ForkedChild(child).result() == "closed"
        assert fetch_email("b") == {"email": "b"}
        assert server.connections == 1
        asyncio.run_coroutine_threadsafe(client.close(), loop).result(TIMEOUT)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        assert server.clients_leave()


def test_concurrency_slots_of_parent_tasks_are_free_in_the_child():
    release = threading.Event()

    async def parent(client, server):
        task = asyncio.create_task(client.customers.fetch_customer("delayed"))
        assert await asyncio.to_thread(becomes_true, lambda: server.requests)

        def child():
            def run():
                return asyncio.run(client.customers.fetch_customer("a")).data

            with ThreadPoolExecutor(1) as pool:  # this thread's loop belongs to the parent
                return pool.submit(run).result()

        try:
            assert await asyncio.to_thread(ForkedChild(child).result) == {"email": "a"}
        finally:
            release.set()
        await task
        await client.close()

    with FaultyServer(echo_with_delay(release)) as server:
        asyncio.run(parent(AsyncPaystack(SECRET_KEY, base_url=server.url, limit=RateLimit(max_concurrency=1)), server))
