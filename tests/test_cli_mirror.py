"""The command ``paystackease mirror sync``: it updates the tables, and follows webhooks."""

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
def sandbox(monkeypatch, tmp_path):
    with Emulator(KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.chdir(tmp_path)
        yield Sandbox(emulator, KEY, url)


def read_statuses(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("select reference, status from transactions"))


def initialize_payment(sandbox, reference):
    with sandbox.client() as client:
        client.transactions.initialize("ada@example.com", 5000, reference=reference)


def test_sync_reports_the_rows_of_each_table(sandbox, tmp_path):
    initialize_payment(sandbox, "T1")
    result = subprocess.run([*COMMAND, "sqlite:///m.db", "--only", "transactions"], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "transactions  1\n", "")
    assert read_statuses(tmp_path / "m.db") == {"T1": "abandoned"}


@pytest.mark.parametrize(
    "options", [["nonsense"], ["sqlite:///m.db", "--only", "cheques"], ["sqlite:///m.db", "--follow", "--listen", "x"]]
)
def test_invalid_arguments_are_reported_before_any_request(sandbox, options):
    result = subprocess.run([*COMMAND, *options], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_follow_updates_the_mirror_from_webhooks(sandbox, tmp_path):
    initialize_payment(sandbox, "T1")
    options = ["sqlite:///m.db", "--follow", "--listen", "127.0.0.1:0", "--only", "transactions"]
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "transactions  1\n"
            line = process.stdout.readline()
            assert line.startswith("Receiving webhooks at http://127.0.0.1:"), line + process.stderr.read()
            sandbox.set_webhook_target(line.split()[3].rstrip("."))
            sandbox.pay("T1")
            initialize_payment(sandbox, "T2")
            sandbox.pay("T2")
            deadline = time.monotonic() + 60
            while read_statuses(tmp_path / "m.db") != {"T1": "success", "T2": "success"}:
                assert time.monotonic() < deadline, read_statuses(tmp_path / "m.db")
                assert process.poll() is None
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            _, error_output = process.communicate(timeout=60)
            assert process.returncode == 0
            assert "Traceback" not in error_output
        finally:
            process.kill()
