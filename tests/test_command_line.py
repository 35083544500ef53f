"""The command line: the emulator on a port, and the demo."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from conftest import SECRET_KEY

from paystackease import Emulator, Paystack
from paystackease.emulator.server.server import run_in_background

COMMAND = [sys.executable, "-W", "error", "-m", "paystackease"]


def run_command(*args, **kwargs):
    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, timeout=30, **kwargs)


@pytest.fixture
def start_emulator():
    """Return a function that starts ``paystackease emulator up``, and returns the process and its URL."""
    processes = []

    def start(*args):
        command = [*COMMAND, "emulator", "up", "--port", "0", *args]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        line = process.stdout.readline()
        assert line.startswith("Paystack emulator ready on http://127.0.0.1:"), line + process.stderr.read()
        return process, line.split()[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_emulator_prints_its_address_once_it_is_ready(start_emulator):
    _, url = start_emulator()
    with Paystack(SECRET_KEY, base_url=url) as client:
        assert client.customers.create_customer("ada@example.com", "Ada", "", "").message == "Customer created"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_emulator_stops_on_a_signal(start_emulator, stop):
    process, url = start_emulator()
    with Paystack(SECRET_KEY, base_url=url) as client:
        client.customers.list_customers()
        process.send_signal(stop)  # while a connection is open
        _, error_output = process.communicate(timeout=5)
    assert "Traceback" not in error_output


def test_data_in_a_file_survives_a_restart(start_emulator, tmp_path):
    for emails in [], ["ada@example.com"]:
        process, url = start_emulator("--db", str(tmp_path / "paystack.db"))
        with Paystack(SECRET_KEY, base_url=url) as client:
            assert [customer["email"] for customer in client.customers.list_customers().data] == emails
            client.customers.create_customer("ada@example.com", "Ada", "", "")
        process.terminate()
        process.communicate(timeout=5)


def test_invalid_options_are_reported_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        result = run_command("emulator", "up", "--port", str(listener.getsockname()[1]))
    assert result.returncode == 1
    assert re.match(r"The emulator cannot listen on 127\.0\.0\.1:\d+: .*in use", result.stderr)
    result = run_command("emulator", "up", "--db", str(tmp_path / "nowhere" / "x.db"))
    assert result.returncode == 1
    assert "folder" in result.stderr
    assert "Traceback" not in result.stderr
    assert run_command("emulator", "up", "--port", "x").returncode != 0


def test_help_and_version_are_printed():
    assert "emulator" in run_command("--help").stdout
    assert "--db" in run_command("emulator", "up", "--help").stdout
    assert run_command("--version").stdout.strip()


def test_the_demo_prints_the_calls_and_events_of_a_customer():
    result = run_command("demo", env={"COLUMNS": "120", "NO_COLOR": "1", "PATH": ""})
    assert (result.returncode, result.stderr) == (0, "")
    for text in (
        "await customers.create_customer('uchenna@example.com', 'Uchenna', 'Okoro', '08030000001')",
        "Customer created: CUS_",
        "7 customers on 3 pages",
        "customeridentification.success",
        "risk_action is now allow",
        "Authorization has been deactivated",
        "NotFoundError: Customer email is invalid for your live domain (GET /customer/{email_or_code}: 404)",
        "InvalidArgumentError: update_customer: phone must be text",
    ):
        assert text in result.stdout
    assert "\x1b" not in result.stdout


def test_an_encoded_path_is_decoded_once_and_head_has_no_body():
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        assert emulator.url == url
        with Paystack(SECRET_KEY, base_url=url) as client:
            client.customers.create_customer("a/b@example.com", "", "", "")
            assert client.customers.fetch_customer("a/b@example.com").data["email"] == "a/b@example.com"
        request = urllib.request.Request(f"{url}/customer", method="HEAD")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        assert (caught.value.code, caught.value.read()) == (401, b"")
        caught.value.close()


def test_a_body_that_is_too_long_is_rejected():
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator) as url:
        request = urllib.request.Request(f"{url}/customer", data=b"x" * (9 * 1024 * 1024), method="POST")
        with pytest.raises((urllib.error.HTTPError, OSError)) as caught:
            urllib.request.urlopen(request)
        if isinstance(caught.value, urllib.error.HTTPError):
            assert caught.value.code == 413
            caught.value.close()
        with Paystack(SECRET_KEY, base_url=url) as client:
            assert client.customers.list_customers().data == []


def has_ipv6():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback address")
def test_an_emulator_can_be_reached_by_ipv6():
    with Emulator(SECRET_KEY) as emulator, run_in_background(emulator, "::1") as url:
        assert url.startswith("http://[::1]:")
        with Paystack(SECRET_KEY, base_url=url) as client:
            assert client.customers.list_customers().data == []
