"""The emulator checks the host name of every request: unknown names are rejected."""

import asyncio
import json

import pytest
from host_requests import KEY

from paystackease import Emulator
from paystackease.emulator.server.asgi import Application

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
"""The API, control paths, paths without a key, pages, and unknown paths."""
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
    # Browsers normalize these to 127.0.0.1; other clients may interpret them differently.
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "127.0.0.01",
    "127.0.0.1.1",
    "127.0.0.256",
    # Unicode lookalikes.
    "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
    "loc\u0430lhost",
    "\uff11\uff12\uff17.0.0.1",
    "\u0661\u0662\u0667.0.0.1",
    "localho\u017ft",
    "localhost\x00",
    "localhost\x0b",
    "x" * 5_000 + ".localhost",
)


def ask(application, method, path, headers, kind="http"):
    """Return the messages of an ASGI application for a request with these headers."""
    messages = []
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
        messages.append(message)

    asyncio.run(application(scope, receive, send))
    return messages


def encode_host(host):
    try:
        return host.encode("latin-1")
    except UnicodeEncodeError:
        return host.encode()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_unknown_host_name_is_rejected(method, path):
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        for host in OTHERS:
            start, body = ask(application, method, path, [(b"host", encode_host(host))])
            assert start["status"] == 421, host
            assert "--allow-host" in body["body"].decode() or method == "HEAD"
        assert emulator.requests() == []
        assert emulator.tenants() == []


@pytest.mark.parametrize("host", MINE)
def test_local_names_and_addresses_are_accepted(host):
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        for path in "/customer", "/_emulator/requests", "/_emulator/":
            assert ask(application, "GET", path, [(b"host", host.encode())])[0]["status"] in {200, 303}


def test_the_configured_address_can_be_a_host_name():
    with Emulator(KEY) as emulator:
        application = Application(emulator)
        request_headers = [(b"host", b"paystack.internal:80")]
        assert ask(application, "GET", "/customer", request_headers)[0]["status"] == 421
        emulator.url = "http://paystack.internal"
        assert ask(application, "GET", "/customer", request_headers)[0]["status"] == 200


@pytest.mark.parametrize("headers", [[], [b"localhost", b"localhost"], [b"localhost", b"a.example"]])
def test_there_is_exactly_one_host(headers):
    with Emulator(KEY) as emulator:
        response = ask(Application(emulator), "GET", "/customer", [(b"host", host) for host in headers])
        assert response[0]["status"] == 421


@pytest.mark.parametrize(
    "name", ["x-forwarded-host", "forwarded", "x-original-host", "x-host", "x-forwarded-server", ":authority"]
)
def test_no_other_header_sets_the_host(name):
    with Emulator(KEY) as emulator:
        value = b"host=localhost" if name == "forwarded" else b"localhost"
        request_headers = [(name.encode(), value), (b"host", b"attacker.example"), (name.encode(), value)]
        assert ask(Application(emulator), "GET", "/customer", request_headers)[0]["status"] == 421


@pytest.mark.parametrize("target", ["http://localhost/customer", "http://attacker.example/customer", "*", "customer"])
def test_a_target_is_a_path(target):
    with Emulator(KEY) as emulator:
        start, body = ask(Application(emulator), "GET", target, [(b"host", b"localhost")])
        assert start["status"] == 421
        assert json.loads(body["body"])["status"] is False


def test_a_rejected_api_call_gets_json_that_names_the_flag():
    with Emulator(KEY) as emulator:
        start, body = ask(Application(emulator), "GET", "/customer", [(b"host", b"Paystack:4010")])
        data = json.loads(body["body"])
        assert dict(start["headers"])[b"content-type"] == b"application/json; charset=utf-8"
        assert set(data) == {"status", "message", "type", "code"}
        assert data["status"] is False
        assert "--allow-host paystack" in data["message"]


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", "$(reboot)", "`id`", "a b", "-x", "x" * 300])
def test_the_refusal_repeats_nothing_that_is_not_a_name(host):
    with Emulator(KEY) as emulator:
        for path in "/customer", "/_emulator/":
            _, body = ask(Application(emulator), "GET", path, [(b"host", host.encode())])
            assert host not in body["body"].decode()
            assert "--allow-host NAME" in body["body"].decode()


def test_a_rejected_page_request_gets_plain_text():
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
        messages.append(message)

    messages = []
    with Emulator(KEY) as emulator:
        headers = [(b"host", b"attacker.example")]
        scope = {"type": "http", "method": "POST", "path": "/customer", "headers": headers, "query_string": b""}
        asyncio.run(Application(emulator)(scope, receive, send))
    assert messages[0]["status"] == 421


def test_a_web_socket_is_closed():
    with Emulator(KEY) as emulator:
        for host in b"localhost", b"attacker.example":
            response = ask(Application(emulator), "GET", "/_emulator/", [(b"host", host)], kind="websocket")
            assert response == [{"type": "websocket.close", "code": 1008, "reason": ""}]
