"""The examples that take webhooks: a payment at the emulator, from the checkout to the order that is shipped once."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Paystack, Request
from paystackease.emulator.server.server import run_in_background

EXAMPLES = Path(__file__).parents[1] / "examples"
CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
SHOPS = {"fastapi": 1, "starlette": 2, "django": 1, "flask": 1}
"""Each example and its processes: one of the two has a separate worker."""


@pytest.fixture
def paystack():
    with (
        Emulator(SECRET_KEY) as emulator,
        run_in_background(emulator) as url,
        Paystack(SECRET_KEY, base_url=url) as client,
    ):
        client.url = url
        yield client


@contextlib.contextmanager
def shop(name, paystack_url, directory):
    """Run the example's server by the command of its docstring and return its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        **os.environ,
        "PAYSTACK_SECRET_KEY": SECRET_KEY,
        "PAYSTACK_BASE_URL": paystack_url,
        "SHOP_DATABASE": f"sqlite:///{directory}/shop.db",
        "PORT": port,
    }
    program = [sys.executable, str(EXAMPLES / f"webhooks_{name}.py")]
    commands = [program, [*program, "worker"]][: SHOPS[name]]
    processes, url = [], f"http://127.0.0.1:{port}"
    with (directory / "log").open("w+") as log:
        try:
            for command in commands:
                processes.append(
                    subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=subprocess.STDOUT)
                )
                until(lambda: answers(url), processes, directory / "log")
            yield url
        finally:
            for process in reversed(processes):
                process.send_signal(signal.SIGINT)
            for process in reversed(processes):
                process.wait(60)


def answers(url):
    try:
        urllib.request.urlopen(url, timeout=10).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


def until(true, processes, log):
    deadline = time.monotonic() + 60
    while not true():
        assert all(process.poll() is None for process in processes), log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def ask(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("name", SHOPS)
def test_a_payment_goes_from_the_checkout_to_an_order_that_is_shipped_once(name, paystack, tmp_path):
    with shop(name, paystack.url, tmp_path) as url:
        paystack.send(Request("POST", "/_emulator/settings", body={"webhook_url": f"{url}/webhooks"}))
        response = ask(f"{url}/orders?email=ada@example.com", "POST")
        order = f"{url}/orders/{response['reference']}"
        assert response["authorization_url"].startswith(paystack.url)
        assert ask(order) == {"status": "open", "shipments": 0}

        checkout = f"/_emulator/checkout/{response['reference']}/pay"
        paystack.send(Request("POST", checkout, body={"channel": "card", "card": CARD}))
        deadline = time.monotonic() + 60
        while ask(order) != {"status": "shipped", "shipments": 1}:
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)

        # A duplicate delivery, as Paystack sends them, is recognized.
        (webhook,) = paystack.send(Request("GET", "/_emulator/webhooks")).data
        assert (webhook["event"], webhook["status"], webhook["tries"]) == ("charge.success", "Delivered", 1)
        again = paystack.send(Request("POST", f"/_emulator/webhooks/{webhook['id']}/replay")).data
        assert [attempt["status"] for attempt in again["attempts"]] == [200, 200]
        assert ask(order) == {"status": "shipped", "shipments": 1}

        # A forged webhook is rejected.
        forged = urllib.request.Request(f"{url}/webhooks", b"{}", {"x-paystack-signature": "0" * 128}, method="POST")
        with pytest.raises(urllib.error.HTTPError) as exc_info:
            urllib.request.urlopen(forged, timeout=30)
        assert exc_info.value.code == 401
        exc_info.value.close()
