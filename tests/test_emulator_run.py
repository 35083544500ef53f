"""``paystackease emulator run -- COMMAND``: a command finds Paystack on this machine, told where or not.

The clients here are other people's, just as they are published, and none is told an address.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest

from paystackease.emulator.server.api_host_override import HOST, HOSTS, UnsupportedError, override_api_host

try:
    with override_api_host():
        why_not = None
except UnsupportedError as missing:
    why_not = str(missing)

needs_private = pytest.mark.skipif(why_not is not None, reason=f"https://{HOST} cannot be served here: {why_not}")
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PAYSTACK_")}


def run_command(*command, **more):
    return subprocess.run(
        [sys.executable, "-m", "paystackease", "emulator", "run", *command],
        capture_output=True,
        text=True,
        timeout=60,
        env=CLEAN,
        **more,
    )


def run_python(code):
    done = run_command("--", sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_command_gets_the_address_and_a_key_and_its_exit_code_is_returned():
    output = run_python("import os; print(os.environ['PAYSTACK_BASE_URL'], os.environ['PAYSTACK_SECRET_KEY'][:8])")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ sk_test_", output)
    assert run_command("--", "sh", "-c", "exit 7").returncode == 7
    assert run_command("--", "sh", "-c", "kill -9 $$").returncode == 128 + 9
    missing = run_command("--", "there-is-no-such-command")
    assert missing.returncode == 127
    assert run_command().returncode == 2


def test_the_paystackease_client_needs_no_configuration():
    code = (
        "from paystackease import Paystack; print(Paystack().customers.create_customer('a@b.co', '', '', '').message)"
    )
    assert run_python(code) == "Customer created"


def test_a_live_key_is_rejected():
    process = subprocess.run(
        [sys.executable, "-m", "paystackease", "emulator", "run", "--", "true"],
        capture_output=True,
        text=True,
        env={**CLEAN, "PAYSTACK_SECRET_KEY": "sk_live_0123456789"},
    )
    assert process.returncode == 2
    assert "not a test key" in process.stderr
    assert "0123456789" not in process.stderr


def test_faults_can_be_selected():
    assert run_command("--preset", "flaky-network", "--", "true").returncode == 0
    assert run_command("--preset", "sunshine", "--", "true").returncode == 2


def test_a_signal_also_ends_the_command():
    command = [sys.executable, "-m", "paystackease", "emulator", "run", "--", "sh", "-c", "echo on; exec sleep 60"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=CLEAN)
    assert process.stdout.readline() == "on\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM


CALLS = {
    "urllib": """
import json, os, urllib.request
key = os.environ["PAYSTACK_SECRET_KEY"]
asked = urllib.request.Request("https://api.paystack.co/plan", headers={"authorization": f"Bearer {key}"})
print(json.load(urllib.request.urlopen(asked))["message"])
""",
    "pypaystack2": """
import os
from pypaystack2 import PaystackClient
client = PaystackClient(os.environ["PAYSTACK_SECRET_KEY"])
begun = client.transactions.initialize(amount=500000, email="ada@example.com")
print(begun.message, client.transactions.verify(begun.data.reference).data.status)
""",
    "paystackapi": """
import os
from paystackapi.paystack import Paystack
client = Paystack(secret_key=os.environ["PAYSTACK_SECRET_KEY"])
begun = client.transaction.initialize(amount=500000, email="ada@example.com")
print(begun["message"], client.transaction.verify(begun["data"]["reference"])["data"]["status"])
""",
}
SAYS = {
    "urllib": "Plans retrieved",
    "pypaystack2": "Authorization URL created abandoned",
    "paystackapi": "Authorization URL created abandoned",
}


@needs_private
@pytest.mark.parametrize("peer", CALLS)
def test_an_unmodified_client_of_another_author_works(peer):
    if importlib.util.find_spec(peer) is None:
        pytest.skip(f"{peer} is not installed")
    assert run_python(CALLS[peer]).casefold() == SAYS[peer].casefold()


@needs_private
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_works():
    done = run_command("--", "curl", "-sS", f"https://{HOST}/balance", "-H", "authorization: Bearer sk_test_emulator")
    assert '"message":"Balances retrieved"' in done.stdout


@needs_private
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_node_works():
    code = f"fetch('https://{HOST}/plan', {{headers: {{authorization: 'Bearer sk_test_x'}}}})"
    done = run_command("--", "node", "-e", f"{code}.then(r => r.json()).then(b => console.log(b.message))")
    assert done.stdout == "Plans retrieved\n"


@needs_private
def test_other_processes_are_not_redirected():
    command = [sys.executable, "-m", "paystackease", "emulator", "run", "--", "sh", "-c", "echo on; exec sleep 60"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=CLEAN)
    try:
        assert process.stdout.readline() == "on\n"
        assert HOST not in HOSTS.read_text()
    finally:
        process.terminate()
        process.communicate(timeout=20)
