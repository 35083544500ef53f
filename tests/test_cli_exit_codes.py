"""The exit codes of commands: 0 to 5, and 130. paystackease.cli.app documents them."""

import contextlib
import os
import pty
import signal
import subprocess
import sys

import pytest

from paystackease import Emulator
from paystackease.cli import app
from paystackease.emulator.server.server import run_in_background
from paystackease.testing import Sandbox

KEY = "sk_test_ends0123456789"
COMMAND = [sys.executable, "-W", "error", "-m", "paystackease"]


@pytest.fixture
def sandbox(monkeypatch, tmp_path):
    """An emulator whose URL and key are in the environment, and an empty working directory."""
    with Emulator(KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        monkeypatch.chdir(tmp_path)
        yield Sandbox(emulator, KEY, url)


def run_command(*tokens):
    result = subprocess.run([*COMMAND, *tokens], capture_output=True, text=True)
    assert "Traceback" not in result.stderr
    assert KEY not in result.stdout + result.stderr
    return result.returncode, result.stdout, result.stderr


TRANSFER = ("transfers", "initiate", "balance", "5000", "--currency", "NGN", "--yes")


def create_recipient(sandbox):
    with sandbox.client() as client:
        recipients = client.transfer_recipients
        return recipients.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data["recipient_code"]


def test_every_exit_code_is_documented():
    for code in ("0", "1", "2", "3", "4", "5", "130"):
        assert f"\n{code:4} " in app.__doc__, code


def test_exit_code_0_the_call_succeeded(sandbox):
    assert run_command("customers", "create", "ada@example.com", "Ada", "Obi", "")[0] == 0


def test_exit_code_1_paystack_rejects_the_call(sandbox):
    assert run_command("customers", "fetch", "nobody@example.com")[0] == 1


def test_exit_code_2_the_arguments_are_invalid_and_nothing_is_sent(sandbox, monkeypatch):
    assert run_command("customers", "fly")[0] == 2
    assert run_command("customers", "list", "--from", "tomorrow")[0] == 2
    assert run_command("transfers", "initiate", "balance", "5000", "RCP_x")[0] == 2
    assert run_command("export", "transactions", "--out", "october.doc")[0] == 2
    monkeypatch.delenv("PAYSTACK_SECRET_KEY")
    assert run_command("customers", "list")[0] == 2


def test_exit_code_3_paystack_cannot_be_reached(sandbox, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    assert run_command("customers", "list")[0] == 3
    code, _, err = run_command("export", "customers", "--out", "all.csv")
    assert (code, "run the same command again" in err) == (3, False)  # no page was received


def test_exit_code_4_the_outcome_is_unknown(sandbox):
    code = create_recipient(sandbox)
    sandbox.add_fault("commit-then-drop", "transfers.initiate_transfer")
    sandbox.add_fault("500", "transfers.verify_transfer")
    exit_code, out, err = run_command(*TRANSFER[:4], code, *TRANSFER[4:])
    assert (exit_code, out) == (4, "")
    assert "Outcome unknown: check on Paystack before retrying." in err
    sandbox.clear_faults()
    with sandbox.client() as client:
        assert len(client.transfers.list_transfers().data) == 1


def test_exit_code_0_the_outcome_is_verified(sandbox):
    code = create_recipient(sandbox)
    sandbox.add_fault("commit-then-drop", "transfers.initiate_transfer", times=1)
    assert run_command(*TRANSFER[:4], code, *TRANSFER[4:])[0] == 0
    with sandbox.client() as client:
        assert len(client.transfers.list_transfers().data) == 1


def test_exit_code_5_reconciliation_finds_differences(sandbox, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("reference,amount\nT1,5000\n")
    tokens = ("reconcile", "--orders", str(orders), "--reference", "reference", "--amount", "amount")
    code, out, _ = run_command(*tokens)
    assert code == 5
    assert "There is an order, but no payment for it." in out
    with sandbox.client() as client:
        client.transactions.initialize("ada@example.com", 5000, reference="T1")
    sandbox.pay("T1")
    code, out, _ = run_command(*tokens)
    assert (code, out.splitlines()[-1]) == (0, "Everything matches.")


def test_exit_code_130_an_interruption_prints_how_to_resume(sandbox, tmp_path):
    with sandbox.client() as client:
        for number in range(250):
            client.customers.create_customer(f"person{number}@example.com", "Ada", "Obi", "")
    out = tmp_path / "all.csv"
    tokens = [*COMMAND, "export", "customers", "--out", str(out)]
    sandbox.add_fault("stall", "customers.list_customers", nth=2)
    with run_at_terminal(tokens) as (process, read_output):
        raw_output = b""
        while b"/250" not in raw_output:  # the progress bar, after the first page
            raw_output += read_output()
        process.send_signal(signal.SIGINT)
        while chunk := read_output():
            raw_output += chunk
        assert process.wait() == 130
    output = b" ".join(raw_output.split()).decode()
    assert "Progress is saved in all.csv.part: run the same command again to resume." in output
    assert "Traceback" not in output
    assert not out.exists()
    sandbox.clear_faults()
    result = subprocess.run(tokens, capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", f"Wrote 250 rows to {out}.\n")
    assert len(out.read_text().splitlines()) == 251


@contextlib.contextmanager
def run_at_terminal(tokens):
    """Run a command at a terminal of 100 columns; yield its process and a function that reads its output."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm-256color"}
    with subprocess.Popen(tokens, stdin=terminal, stdout=terminal, stderr=terminal, env=environment) as process:
        os.close(terminal)

        def read_output():
            try:
                return os.read(controller, 65_536)
            except OSError:  # the process has ended
                return b""

        try:
            yield process, read_output
        finally:
            process.kill()
            os.close(controller)


@pytest.mark.parametrize("no_color", [False, True])
def test_colour_is_used_at_terminals_unless_no_color_is_set(sandbox, monkeypatch, no_color):
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    with run_at_terminal([*COMMAND, "customers", "fetch", "nobody@example.com"]) as (_, read_output):
        output = b"".join(iter(read_output, b""))
    assert (b"\x1b[1;31mError:" in output) is not no_color
    assert b"\x1b" not in run_command("customers", "fetch", "nobody@example.com")[2].encode()
