"""Fixtures of all tests.

A test that uses ``connect`` runs twice: with the blocking clients, and with the asyncio ones behind a blocking adapter.
"""

import asyncio
import inspect

import pytest
from constants import NO_DELAY, NOON, SECRET_KEY

from paystackease import AsyncPaystack, Emulator, Paystack, Request
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.apis.customers import CustomerClientAPI
from paystackease.async_apis.acustomers import AsyncCustomerClientAPI
from paystackease.emulator import Clock
from paystackease.emulator.server.server import run_in_background


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let idle workers steal tests: slow tests are adjacent, and one worker would get them all."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


class BlockingAdapter:
    """A blocking adapter of an asyncio client."""

    def __init__(self, client, runner):
        self.client, self._runner = client, runner

    def __getattr__(self, name):
        return self._wrap(getattr(self.client, name))

    def _wrap(self, attribute):
        if inspect.iscoroutinefunction(attribute):
            return lambda *args, **kwargs: self._runner.run(attribute(*args, **kwargs))
        if inspect.isasyncgenfunction(attribute):
            return lambda *args, **kwargs: self._iterate(attribute(*args, **kwargs))
        if getattr(attribute, "__name__", "") == "options":
            return lambda **kwargs: BlockingAdapter(attribute(**kwargs), self._runner)
        return (
            BlockingAdapter(attribute, self._runner) if isinstance(attribute, AsyncPayStackBaseClientAPI) else attribute
        )

    def _iterate(self, items):
        while True:
            try:
                yield self._runner.run(anext(items))
            except StopAsyncIteration:
                return

    def __enter__(self):
        self._runner.run(self.client.__aenter__())
        return self

    def __exit__(self, *error):
        self._runner.run(self.client.__aexit__(*error))


@pytest.fixture(params=["blocking", "asyncio"])
def flavour(request):
    return request.param


@pytest.fixture
def connect(flavour):
    """Return a function that makes clients, ``connect(SECRET_KEY, base_url=...)``; close them at the end."""
    with asyncio.Runner() as runner:
        clients = []

        def make_client(*args, api="Paystack", **kwargs):
            kwargs.setdefault("retry", NO_DELAY)
            blocking, asyncio_ = {
                "Paystack": (Paystack, AsyncPaystack),
                "Customers": (CustomerClientAPI, AsyncCustomerClientAPI),
            }[api]
            client = (
                blocking(*args, **kwargs)
                if flavour == "blocking"
                else BlockingAdapter(asyncio_(*args, **kwargs), runner)
            )
            clients.append(client)
            return client

        yield make_client
        for client in clients:
            client.close()


@pytest.fixture
def emulator():
    """An emulator whose clock is frozen at noon until a test advances it."""
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator:
        yield emulator


@pytest.fixture
def client(connect, emulator):
    """A client of the emulator, of either flavour."""
    return connect(transport=emulator)


@pytest.fixture(autouse=True)
def _no_account(monkeypatch):
    """Remove the keys and proxies of this machine from the environment."""
    for name in ("PAYSTACK_SECRET_KEY", "PAYSTACK_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def _emulator_url():
    with Emulator() as emulator, run_in_background(emulator) as url:
        yield url


@pytest.fixture
def paystack_url(_emulator_url):
    """The URL of an emulator that has no data for this test's key."""
    for key in (SECRET_KEY, "sk_test_one", "sk_test_other", "sk_test_environment"):
        with Paystack(key, base_url=_emulator_url) as client:
            client.send(Request("POST", "/_emulator/reset"))
    return _emulator_url


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a PostgreSQL server. Tests must not stop it."""
    from postgres_cluster import find_binaries, run_cluster

    if find_binaries() is None:
        pytest.skip("PostgreSQL is not installed in /usr/lib/postgresql")
    with run_cluster(fsync=False) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    """A SQLite file with an empty inbox, to be copied: migrations take longer than a copy."""
    from inbox_fixtures import create_tables

    path = tmp_path_factory.mktemp("migrated") / "inbox.db"
    create_tables(f"sqlite:///{path}")
    return path
