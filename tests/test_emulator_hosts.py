"""Only names of this machine reach the emulator: a name that an attacker resolves to it (DNS rebinding) does not.

What is sent here is sent as bytes, as a browser, a proxy or something hostile may write it.
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys

import pytest

from paystackease import Emulator
from paystackease.emulator.server.asgi import Application
from paystackease.emulator.server.host_check import allowed_name
from paystackease.emulator.server.server import run_in_background

KEY = "sk_test_emulator"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PAYSTACK_")}
ROUTES = (
    ("GET", "/customer"),
    ("POST", "/customer"),
    ("GET", "/_emulator/requests"),
    ("POST", "/_emulator/reset"),
    ("PUT", "/_emulator/snapshots/x"),
    ("DELETE", "/_emulator/faults"),
    ("GET", "/_emulator/"),
    ("GET", "/_emulator/static/pages.css"),
    ("HEAD", "/_emulator/"),
    ("POST", "/_emulator/123456/clock/advance"),
    ("PUT", "/_emulator/uploads/x/y"),
    ("OPTIONS", "/customer"),
    ("GET", "/there-is-no-such-path"),
)
"""The API, the control paths, those without a key, pages, and what is nowhere."""

MINE = (
    "localhost",
    "localhost:4010",
    "localhost:",
    "LOCALHOST:80",
    "localhost.",
    "a.localhost",
    "a.b.LocalHost:1",
    "127.0.0.1",
    "127.0.0.1:4010",
    "127.80.83.1",
    "172.17.0.2:4010",
    "192.168.1.20",
    "0.0.0.0:4010",
    "[::1]",
    "[::1]:4010",
    "[::ffff:127.0.0.1]:4010",
    "[0:0:0:0:0:0:0:1]",
    "[FE80::1]",
)
OTHERS = (
    "",
    " ",
    "attacker.example",
    "attacker.example:4010",
    "api.paystack.co",
    "paystack",
    "emulator.invalid.attacker.example",
    "localhost.attacker.example",
    "127.0.0.1.attacker.example",
    "127.0.0.1.nip.io",
    "localhost-attacker.example",
    "alocalhost",
    "localhost..",
    ".localhost",
    "a..localhost",
    ".",
    "localtest.me",
    "attacker.example#.localhost",
    "attacker.example/.localhost",
    "attacker.example?.localhost",
    "attacker.example\\.localhost",
    "attacker.example%2elocalhost",
    "attacker.example@localhost",
    "localhost@attacker.example",
    "localhost, attacker.example",
    "attacker.example localhost",
    "localhost:x",
    "localhost:99999",
    "localhost:-1",
    "localhost:80:80",
    "a:b:c",
    "[::1",
    "::1",
    "[::1]x",
    "[::1].attacker.example",
    "[::1%25attacker.example]",
    "[::1%attacker]",
    "[v1.localhost]",
    "[127.0.0.1]",
    "[localhost]",
    # Browsers write these as 127.0.0.1; what does not is no browser, and may mean anything.
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "127.0.0.01",
    "127.0.0.1.1",
    "127.0.0.256",
    # Letters and digits that look alike.
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    "loc\u0430lhost",
    "\uff11\uff12\uff17.0.0.1",
    "\u0661\u0662\u0667.0.0.1",
    "localho\u017ft",
    "localhost\x00",
    "localhost\x0b",
    "x" * 5_000 + ".localhost",
)


@pytest.fixture(scope="module")
def url():
    with Emulator(KEY) as emulator, run_in_background(emulator, allowed_hosts=["paystack", "Shop.Example."]) as url:
        yield url


def ask(application, method, path, headers, kind="http"):
    """What an ASGI application sends for a request with these headers."""
    sent = []
    scope = {
        "type": kind,
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"authorization", f"Bearer {KEY}".encode()), *headers],
        "server": ("127.0.0.1", 4010),
        "client": ("127.0.0.1", 1),
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


def raw(url, request):
    """What a server answers to these bytes: the status, the headers and the body."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(request)
        content = b""
        while chunk := sock.recv(65_536):
            content += chunk
    head, _, body = content.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode().lower(), body


def written(method, path, *hosts, version="1.1", more=""):
    lines = [f"{method} {path} HTTP/{version}", *(f"Host: {host}" for host in hosts), "Connection: close"]
    return ("\r\n".join([*lines, f"Authorization: Bearer {KEY}", *more.splitlines()]) + "\r\n\r\n").encode()


def encoded(host):
    try:
        return host.encode("latin-1")
    except UnicodeEncodeError:
        return host.encode()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_name_of_somebody_elses_reaches_nothing(method, path):
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        for host in OTHERS:
            start, body = ask(application, method, path, [(b"host", encoded(host))])
            assert start["status"] == 421, host
            assert "--allow-host" in body["body"].decode() or method == "HEAD"
        assert emulator.requests() == []
        assert emulator.tenants() == []


@pytest.mark.parametrize("host", MINE)
def test_a_name_or_an_address_of_this_machine_reaches_everything(host):
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        for path in "/customer", "/_emulator/requests", "/_emulator/":
            assert ask(application, "GET", path, [(b"host", host.encode())])[0]["status"] in {200, 303}


def test_the_address_that_the_emulator_is_told_to_have_may_be_a_name():
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        given = [(b"host", b"paystack.internal:80")]
        assert ask(application, "GET", "/customer", given)[0]["status"] == 421
        emulator.url = "http://paystack.internal"
        assert ask(application, "GET", "/customer", given)[0]["status"] == 200


@pytest.mark.parametrize("headers", [[], [b"localhost", b"localhost"], [b"localhost", b"a.example"]])
def test_there_is_exactly_one_host(headers):
    with Emulator(KEY) as emulator:
        found = ask(Application(emulator), "GET", "/customer", [(b"host", host) for host in headers])
        assert found[0]["status"] == 421


@pytest.mark.parametrize(
    "name", ["x-forwarded-host", "forwarded", "x-original-host", "x-host", "x-forwarded-server", ":authority"]
)
def test_no_other_header_says_the_name(name):
    with Emulator(KEY) as emulator:
        value = b"host=localhost" if name == "forwarded" else b"localhost"
        given = [(name.encode(), value), (b"host", b"attacker.example"), (name.encode(), value)]
        assert ask(Application(emulator), "GET", "/customer", given)[0]["status"] == 421


@pytest.mark.parametrize("target", ["http://localhost/customer", "http://attacker.example/customer", "*", "customer"])
def test_a_target_is_a_path(target):
    with Emulator(KEY) as emulator:
        start, body = ask(Application(emulator), "GET", target, [(b"host", b"localhost")])
        assert start["status"] == 421
        assert json.loads(body["body"])["status"] is False


def test_the_refusal_of_an_api_call_is_json_and_names_the_flag():
    with Emulator(KEY) as emulator:
        start, body = ask(Application(emulator), "GET", "/customer", [(b"host", b"Paystack:4010")])
        said = json.loads(body["body"])
        assert dict(start["headers"])[b"content-type"] == b"application/json; charset=utf-8"
        assert set(said) == {"status", "message", "type", "code"}
        assert said["status"] is False
        assert "--allow-host paystack" in said["message"]


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", "$(reboot)", "`id`", "a b", "-x", "x" * 300])
def test_the_refusal_repeats_nothing_that_is_not_a_name(host):
    with Emulator(KEY) as emulator:
        for path in "/customer", "/_emulator/":
            _, body = ask(Application(emulator), "GET", path, [(b"host", host.encode())])
            assert host not in body["body"].decode()
            assert "--allow-host NAME" in body["body"].decode()


def test_the_refusal_of_a_page_is_text_that_no_browser_takes_for_more():
    with Emulator(KEY) as emulator:
        start, body = ask(Application(emulator), "GET", "/_emulator/", [(b"host", b"attacker.example")])
        headers = dict(start["headers"])
        assert headers[b"content-type"].startswith(b"text/plain")
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert b"--allow-host attacker.example" in body["body"]


def test_a_body_is_not_read_before_the_name_is_checked():
    async def receive():
        raise AssertionError("the body was asked for")

    async def send(message):
        sent.append(message)

    sent = []
    with Emulator(KEY) as emulator:
        headers = [(b"host", b"attacker.example")]
        scope = {"type": "http", "method": "POST", "path": "/customer", "headers": headers, "query_string": b""}
        asyncio.run(Application(emulator)(scope, receive, send))
    assert sent[0]["status"] == 421


def test_a_web_socket_is_closed():
    with Emulator(KEY) as emulator:
        for host in b"localhost", b"attacker.example":
            found = ask(Application(emulator), "GET", "/_emulator/", [(b"host", host)], kind="websocket")
            assert found == [{"type": "websocket.close", "code": 1008, "reason": ""}]


# Behind a port


@pytest.mark.parametrize("host", ["paystack:4010", "PAYSTACK", "paystack.", "shop.example", "127.0.0.1", "localhost:1"])
def test_names_that_are_allowed_pass(url, host):
    assert raw(url, written("GET", "/customer", host))[0] == 200
    assert raw(url, written("GET", "/_emulator/", host))[0] == 303


@pytest.mark.parametrize(
    "host", ["attacker.example", "x.paystack", "paystack.attacker.example", "127.0.0.1.nip.io", ""]
)
def test_names_that_are_not_do_not(url, host):
    for path in "/customer", "/_emulator/clock", "/_emulator/":
        status, _, body = raw(url, written("GET", path, host))
        assert status == 421
        assert b"--allow-host" in body


@pytest.mark.parametrize("target", ["/customer", "/_emulator/requests", "/_emulator/", "http://localhost/customer"])
@pytest.mark.parametrize("hosts", [["localhost", "attacker.example"], ["attacker.example", "localhost"], []])
def test_two_hosts_or_none_are_refused(url, hosts, target):
    for version in "1.0", "1.1":
        assert raw(url, written("GET", target, *hosts, version=version))[0] in {400, 421}


@pytest.mark.parametrize("target", ["http://localhost/customer", "http://attacker.example/customer"])
def test_a_whole_address_in_place_of_a_path_is_refused(url, target):
    for host in "localhost", "attacker.example":
        assert raw(url, written("GET", target, host))[0] in {400, 421}


def test_what_a_proxy_says_of_a_name_is_not_believed(url):
    more = (
        "X-Forwarded-Host: localhost\nForwarded: host=localhost\nX-Forwarded-For: 127.0.0.1\nX-Forwarded-Proto: https"
    )
    assert raw(url, written("GET", "/customer", "attacker.example", more=more))[0] == 421


def test_an_upgrade_to_a_web_socket_is_refused_by_its_name_too(url):
    more = "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    request = written("GET", "/_emulator/", "attacker.example", more=more).replace(b"Connection: close\r\n", b"")
    request = request.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade, close\r\n\r\n")
    assert raw(url, request)[0] == 421


# What may be allowed


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
def test_what_is_not_one_name_cannot_be_allowed(given):
    with pytest.raises(ValueError, match="one name, without a port"):
        allowed_name(given)
    with Emulator(KEY) as emulator, pytest.raises(ValueError, match="one name"):
        Application(emulator, allowed_hosts=[given])


def up(*more, **variables):
    """Starts the command, and gives it and its address."""
    command = [sys.executable, "-m", "paystackease", "emulator", "up", "--port", "0", *more]
    environment = {**CLEAN, **variables}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    found = re.search(r"http://\S+", process.stdout.readline())
    return process, found and found[0]


@pytest.mark.parametrize(
    ("flags", "variables"),
    [
        (["--allow-host", "paystack", "--allow-host", "Other.Example"], {}),
        (["--allow-host", "paystack"], {"PAYSTACK_EMULATOR_ALLOW_HOST": " third.example other.example, "}),
    ],
    ids=["flags", "both"],
)
def test_the_command_takes_names_as_flags_and_from_the_environment(flags, variables):
    process, url = up(*flags, **variables)
    try:
        for host in "paystack:4010", "other.example", "127.0.0.1":
            assert raw(url, written("GET", "/customer", host))[0] == 200
        assert raw(url, written("GET", "/customer", "attacker.example"))[0] == 421
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("flags", "variables"), [(["--allow-host", "*"], {}), ([], {"PAYSTACK_EMULATOR_ALLOW_HOST": "*"})]
)
def test_the_command_says_what_cannot_be_allowed(flags, variables):
    process, url = up(*flags, **variables)
    said = process.communicate(timeout=20)[1]
    assert url is None
    assert process.returncode == 1
    assert "one name, without a port" in said
    assert "Traceback" not in said


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
    done = subprocess.run([*command, sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=CLEAN)
    assert done.stdout.split() == ["200", "200", "421"], done.stderr
