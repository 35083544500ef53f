"""Host names that the emulator is configured to allow, over a socket and by the command line."""

import os
import re
import socket
import subprocess
import sys

import pytest
from host_requests import KEY

from paystackease import Emulator
from paystackease.emulator.server.asgi import Application
from paystackease.emulator.server.host_check import allowed_name
from paystackease.emulator.server.server import run_in_background

CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PAYSTACK_")}


@pytest.fixture(scope="module")
def url():
    with Emulator(KEY) as emulator, run_in_background(emulator, allowed_hosts=["paystack", "Shop.Example."]) as url:
        yield url


def raw(url, request):
    """Send raw bytes to a server and return the status, the headers and the body."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(request)
        content = b""
        while chunk := sock.recv(65_536):
            content += chunk
    head, _, body = content.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), body


def format_request(method, path, *hosts, version="1.1", more=""):
    lines = [f"{method} {path} HTTP/{version}", *(f"Host: {host}" for host in hosts), "Connection: close"]
    return ("\r\n".join([*lines, f"Authorization: Bearer {KEY}", *more.splitlines()]) + "\r\n\r\n").encode()


# Over a socket


@pytest.mark.parametrize("host", ["paystack:4010", "PAYSTACK", "paystack.", "shop.example", "127.0.0.1", "localhost:1"])
def test_names_that_are_allowed_pass(url, host):
    assert raw(url, format_request("GET", "/customer", host))[0] == 200
    assert raw(url, format_request("GET", "/_emulator/", host))[0] == 303


@pytest.mark.parametrize(
    "host", ["attacker.example", "x.paystack", "paystack.attacker.example", "127.0.0.1.nip.io", ""]
)
def test_names_that_are_not_do_not(url, host):
    for path in "/customer", "/_emulator/clock", "/_emulator/":
        status, _, body = raw(url, format_request("GET", path, host))
        assert status == 421
        assert b"--allow-host" in body


@pytest.mark.parametrize("target", ["/customer", "/_emulator/requests", "/_emulator/", "http://localhost/customer"])
@pytest.mark.parametrize("hosts", [["localhost", "attacker.example"], ["attacker.example", "localhost"], []])
def test_two_host_headers_or_none_are_rejected(url, hosts, target):
    for version in "1.0", "1.1":
        assert raw(url, format_request("GET", target, *hosts, version=version))[0] in {400, 421}


@pytest.mark.parametrize("target", ["http://localhost/customer", "http://attacker.example/customer"])
def test_an_absolute_url_in_place_of_a_path_is_rejected(url, target):
    for host in "localhost", "attacker.example":
        assert raw(url, format_request("GET", target, host))[0] in {400, 421}


def test_forwarded_host_headers_are_ignored(url):
    more = (
        "X-Forwarded-Host: localhost\nForwarded: host=localhost\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Proto: https"
    )
    assert raw(url, format_request("GET", "/customer", "attacker.example", more=more))[0] == 421


def test_a_web_socket_upgrade_with_another_host_is_rejected(url):
    more = "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    request = format_request("GET", "/_emulator/", "attacker.example", more=more).replace(b"Connection: close\r\n", b"")
    request = request.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade, close\r\n\r\n")
    assert raw(url, request)[0] == 421


# Valid names


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("paystack", "paystack"),
        ("Paystack.", "paystack"),
        ("my_service", "my_service"),
        ("host.docker.internal", "host.docker.internal"),
        ("xn--pystack-8va.example", "xn--pystack-8va.example"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_a_name_is_allowed_as_it_is_resolved(given, name):
    assert allowed_name(given) == name


@pytest.mark.parametrize(
    "given",
    ["", "*", "*.example", ".example", "paystack:4010", "http://paystack", "a b", "a,b", "p\u00e4ystack", "a..b"],
)
def test_an_invalid_host_name_cannot_be_allowed(given):
    with pytest.raises(ValueError, match="one name, without a port"):
        allowed_name(given)
    with Emulator(KEY) as emulator, pytest.raises(ValueError, match="one name"):
        Application(emulator, allowed_hosts=[given])


def start_emulator(*more, **variables):
    """Start the command and return its process and address."""
    command = [sys.executable, "-m", "paystackease", "emulator", "up", "--port", "0", *more]
    environment = {**CLEAN, **variables}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    url_match = re.search(r"http://\S+", process.stdout.readline())
    return process, url_match and url_match[0]


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--allow-host", "paystack", "--allow-host", "Other.Example"], {}),
        (["--allow-host", "paystack"], {"PAYSTACK_EMULATOR_ALLOW_HOST": " third.example other.example, "}),
    ],
    ids=["flags", "both"],
)
def test_the_command_reads_host_names_from_flags_and_the_environment(flags, variables):
    process, url = start_emulator(*flags, **variables)
    try:
        for host in "paystack:4010", "other.example", "127.0.0.1":
            assert raw(url, format_request("GET", "/customer", host))[0] == 200
        assert raw(url, format_request("GET", "/customer", "attacker.example"))[0] == 421
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("flags", "variables"), [(["--allow-host", "*"], {}), ([], {"PAYSTACK_EMULATOR_ALLOW_HOST": "*"})]
)
def test_the_command_reports_hosts_that_cannot_be_allowed(flags, variables):
    process, url = start_emulator(*flags, **variables)
    stderr = process.communicate(timeout=20)[1]
    assert url is None
    assert process.returncode == 1
    assert "one name, without a port" in stderr
    assert "Traceback" not in stderr


def test_a_command_that_is_run_reaches_paystacks_name_and_those_that_are_allowed():
    code = """
import os, urllib.error
from urllib.request import Request, urlopen
for host in "api.paystack.co", "paystack", "attacker.example":
    headers = {"host": host, "authorization": "Bearer sk_test_emulator"}
    try:
        print(urlopen(Request(os.environ["PAYSTACK_BASE_URL"] + "/plan", headers=headers)).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"""
    command = [sys.executable, "-m", "paystackease", "emulator", "run", "--allow-host", "paystack", "--"]
    process = subprocess.run(
        [*command, sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=CLEAN
    )
    assert process.stdout.split() == ["200", "200", "421"], process.stderr
