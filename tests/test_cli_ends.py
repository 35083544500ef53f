"""How a command ends is in its exit code: 0 to 5, and 130. paystackease.cli.app says what each means."""

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
def shop(monkeypatch, tmp_path):
    """An emulator that commands reach, in a folder of the test's own."""
    with Emulator(KEY) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
        monkeypatch.chdir(tmp_path)
        yield Sandbox(emulator, KEY, url)


def run_to_end(*tokens):
    done = subprocess.run([*COMMAND, *tokens], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert KEY not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


TRANSFER = ("transfers", "initiate", "balance", "5000", "--currency", "NGN", "--yes")


def recipient(shop):
    with shop.client() as client:
        people = client.transfer_recipients
        return people.create_transfer_recipients("nuban", "Ada Obi", "0000000000", "057").data["recipient_code"]


def test_each_code_is_documented_where_the_commands_are():
    for code in ("0", "1", "2", "3", "4", "5", "130"):
        assert f"\n{code:4} " in app.__doc__, code


def test_0_it_was_done(shop):
    assert run_to_end("customers", "create", "ada@example.com", "Ada", "Obi", "")[0] == 0


def test_exit_code_1_paystack_rejected_the_call(shop):
    assert run_to_end("customers", "fetch", "nobody@example.com")[0] == 1


def test_2_it_cannot_be_right_and_nothing_was_sent(shop, monkeypatch):
    assert run_to_end("customers", "fly")[0] == 2
    assert run_to_end("customers", "list", "--from", "tomorrow")[0] == 2
    assert run_to_end("transfers", "initiate", "balance", "5000", "RCP_x")[0] == 2
    assert run_to_end("export", "transactions", "--out", "october.doc")[0] == 2
    monkeypatch.delenv("PAYSTACK_SECRET_KEY")
    assert run_to_end("customers", "list")[0] == 2


def test_3_paystack_could_not_be_reached(shop, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    assert run_to_end("customers", "list")[0] == 3
    code, _, err = run_to_end("export", "customers", "--out", "all.csv")
    assert (code, "run the same command again" in err) == (3, False)  # for nothing came


def test_4_it_is_not_known_whether_it_was_done(shop):
    code = recipient(shop)
    shop.add_fault("commit-then-drop", "transfers.initiate_transfer")
    shop.add_fault("500", "transfers.verify_transfer")
    ended_with, out, err = run_to_end(*TRANSFER[:4], code, *TRANSFER[4:])
    assert (ended_with, out) == (4, "")
    assert "Outcome unknown: check on Paystack before retrying." in err
    shop.clear_faults()
    with shop.client() as client:
        assert len(client.transfers.list_transfers().data) == 1


def test_a_verified_outcome_is_not_unknown(shop):
    code = recipient(shop)
    shop.add_fault("commit-then-drop", "transfers.initiate_transfer", times=1)
    assert run_to_end(*TRANSFER[:4], code, *TRANSFER[4:])[0] == 0
    with shop.client() as client:
        assert len(client.transfers.list_transfers().data) == 1


def test_5_something_does_not_agree(shop, tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("reference,amount\nT1,5000\n")
    tokens = ("reconcile", "--orders", str(orders), "--reference", "reference", "--amount", "amount")
    code, out, _ = run_to_end(*tokens)
    assert code == 5
    assert "There is an order, but no payment for it." in out
    with shop.client() as client:
        client.transactions.initialize("ada@example.com", 5000, reference="T1")
    shop.pay("T1")
    code, out, _ = run_to_end(*tokens)
    assert (code, out.splitlines()[-1]) == (0, "Everything matches.")


def test_exit_code_130_an_interruption_prints_how_to_resume(shop, tmp_path):
    with shop.client() as client:
        for number in range(250):
            client.customers.create_customer(f"person{number}@example.com", "Ada", "Obi", "")
    out = tmp_path / "all.csv"
    tokens = [*COMMAND, "export", "customers", "--out", str(out)]
    shop.add_fault("stall", "customers.list_customers", nth=2)
    with terminal(tokens) as (process, said):
        heard = b""
        while b"/250" not in heard:  # the bar, once a page has come
            heard += said()
        process.send_signal(signal.SIGINT)
        while more := said():
            heard += more
        assert process.wait() == 130
    told = b" ".join(heard.split()).decode()
    assert "Progress is saved in all.csv.part: run the same command again to resume." in told
    assert "Traceback" not in told
    assert not out.exists()
    shop.clear_faults()
    done = subprocess.run(tokens, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"Wrote 250 rows to {out}.\n")
    assert len(out.read_text().splitlines()) == 251


@contextlib.contextmanager
def terminal(tokens):
    """Run a command at a terminal of 100 columns: the process, and what gives the next that it shows."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "100", "TERM": "xterm-256color"}
    with subprocess.Popen(tokens, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)

        def said():
            try:
                return os.read(ours, 65_536)
            except OSError:  # it has ended
                return b""

        try:
            yield process, said
        finally:
            process.kill()
            os.close(ours)


@pytest.mark.parametrize("no_color", [False, True])
def test_colour_is_for_terminals_whose_owner_wants_it(shop, monkeypatch, no_color):
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    with terminal([*COMMAND, "customers", "fetch", "nobody@example.com"]) as (_, said):
        shown = b"".join(iter(said, b""))
    assert (b"\x1b[1;31mError:" in shown) is not no_color
    assert b"\x1b" not in run_to_end("customers", "fetch", "nobody@example.com")[2].encode()
