"""paystackease mirror sync, as it is typed: tables that are brought up to date, and kept up by webhooks."""

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from paystackease import Emulator
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import Sandbox

KEY = "sk_test_mirror0123456789"
COMMAND = [sys.executable, "-m", "paystackease", "mirror", "sync"]


@pytest.fixture
def shop(monkeypatch, tmp_path):
    with Emulator(KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.chdir(tmp_path)
        yield Sandbox(emulator, KEY, url)


def statuses(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("select reference, status from transactions"))


def begin(shop, reference):
    with shop.client() as client:
        client.transactions.initialize("ada@example.com", 5000, reference=reference)


def test_it_reports_the_rows_of_each_table(shop, tmp_path):
    begin(shop, "T1")
    done = subprocess.run([*COMMAND, "sqlite:///m.db", "--only", "transactions"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "transactions  1\n", "")
    assert statuses(tmp_path / "m.db") == {"T1": "abandoned"}


@pytest.mark.parametrize(
    "options", [["nonsense"], ["sqlite:///m.db", "--only", "cheques"], ["sqlite:///m.db", "--follow", "--listen", "x"]]
)
def test_invalid_arguments_are_reported_before_any_request(shop, options):
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_webhooks_keep_it_up(shop, tmp_path):
    begin(shop, "T1")
    options = ["sqlite:///m.db", "--follow", "--listen", "127.0.0.1:0", "--only", "transactions"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "transactions  1\n"
            said = process.stdout.readline()
            assert said.startswith("Receiving webhooks at http://127.0.0.1:"), said + process.stderr.read()
            shop.set_webhook_target(said.split()[3].rstrip("."))
            shop.pay("T1")
            begin(shop, "T2")
            shop.pay("T2")
            until = time.monotonic() + 60
            while statuses(tmp_path / "m.db") != {"T1": "success", "T2": "success"}:
                assert time.monotonic() < until, statuses(tmp_path / "m.db")
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=60)
            assert process.returncode == 0
            assert "Traceback" not in complaints
        finally:
            process.kill()
