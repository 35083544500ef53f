"""The commands that control an emulator send requests only to an emulator."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from conftest import NOON, SECRET_KEY

from paystackease import Emulator
from paystackease.cli.app import run
from paystackease.cli.emulator_connection import DEFAULT_KEY
from paystackease.emulator import Clock
from paystackease.emulator.emulator import SECRET_KEY as EMULATOR_KEY
from paystackease.emulator.server.server import run_in_background


@pytest.fixture
def command(capsys):
    """Return a function that runs ``paystackease emulator …``, and returns the exit code, the output and the errors."""

    def run_tokens(*tokens):
        try:
            code = run(("emulator", *tokens))
        except SystemExit as stop:
            code = stop.code
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run_tokens


@pytest.fixture
def emulator(monkeypatch):
    """An emulator on a port, whose frozen clock is at noon. Its URL and a key are in the environment."""
    with Emulator(SECRET_KEY, clock=Clock(frozen_at=NOON)) as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", SECRET_KEY)
        yield emulator


COMMANDS = [
    ("clock", "show"),
    ("clock", "advance", "1d"),
    ("fault", "list"),
    ("fault", "add", "503"),
    ("fault", "clear"),
    ("settings", "show"),
    ("settings", "set", "quirks=false"),
    ("snapshot", "list"),
    ("snapshot", "save", "x"),
    ("snapshot", "restore", "x"),
    ("reset", "--yes"),
    ("tail", "--no-follow"),
]


@pytest.mark.parametrize("tokens", COMMANDS, ids=" ".join)
def test_without_an_emulator_the_error_names_the_command_that_starts_one(command, tokens):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    code, out, err = command(*tokens, "--url", f"http://127.0.0.1:{port}")
    assert (code, out) == (3, "")
    assert f"no emulator responds at http://127.0.0.1:{port}. Start it: paystackease emulator up" in err


@pytest.mark.parametrize("url", ["https://api.paystack.co", "http://API.paystack.co.:80/x", "https://paystack.com"])
@pytest.mark.parametrize("tokens", COMMANDS, ids=" ".join)
def test_the_url_of_paystack_is_rejected_and_nothing_is_sent(command, tokens, url, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", url)
    code, out, err = command(*tokens)
    assert (code, out) == (2, "")
    assert f"{url.rstrip('/')} is not an emulator" in err


@pytest.mark.parametrize("status", [200, 404, 500])
def test_another_server_is_rejected_before_anything_is_changed(command, status):
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def respond(self):
            requests.append((self.command, self.path))
            body = json.dumps({"status": status == 200, "message": "Hello", "data": {"now": "noon"}}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = respond  # noqa: N815 # http.server calls them

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        code, _, err = command("reset", "--yes", "--url", f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
    assert code == 2
    assert "is not an emulator, and this command works only with one" in err
    assert requests == [("GET", "/_emulator/clock")]


@pytest.mark.parametrize("url", ["127.0.0.1:4010", "ftp://127.0.0.1", "http://", "http://[1", "nonsense"])
def test_an_invalid_url_is_rejected(command, url):
    code, _, err = command("clock", "show", "--url", url)
    assert code == 2
    assert "Error: " in err


def test_a_live_key_is_not_sent(command, emulator, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_live_0123456789abcdef")
    code, _, err = command("clock", "show")
    assert code == 2
    assert "PAYSTACK_SECRET_KEY is not a test key" in err
    assert "0123456789" not in err


def test_without_a_key_the_default_key_of_the_emulator_is_used(command, monkeypatch):
    assert DEFAULT_KEY == EMULATOR_KEY
    with Emulator() as emulator, run_in_background(emulator) as url:
        assert command("snapshot", "save", "empty", "--url", url)[0] == 0
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_test_another")
        assert json.loads(command("snapshot", "list", "--url", f"{url}/")[1]) == []
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", EMULATOR_KEY)
        assert [entry["name"] for entry in json.loads(command("snapshot", "list", "--url", url)[1])] == ["empty"]
