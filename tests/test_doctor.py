"""``paystackease doctor`` finds what stands in the way, and says what to do."""

import json
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from paystackease import Emulator
from paystackease.cli.app import run
from paystackease.emulator.server.server import run_in_background
from paystackease.webhooks.wsgi import Webhook

KEY = "sk_test_doctor0123456789"


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def make_application(status):
    """An application that always answers so, as one does that verifies nothing."""

    def application(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [("content-length", "0")])
        return [b""]

    return application


@pytest.fixture
def serve_application():
    """Serves a WSGI application, and gives its address."""
    servers = []

    def serve(application):
        server = make_server("127.0.0.1", 0, application, handler_class=QuietHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/paystack"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def run_doctor(monkeypatch, capfdbinary, tmp_path):
    """Runs it against an emulator: its exit code, and its findings by what was checked."""
    with Emulator() as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

        def examined(*options):
            code = run(["doctor", *options])
            out = capfdbinary.readouterr().out.decode()
            assert KEY not in out
            return code, [(found["check"], found["verdict"], found["says"]) for found in json.loads(out)]

        yield examined


def test_a_correct_setup_is_reported_as_correct(run_doctor, serve_application):
    code, found = run_doctor("--webhook", serve_application(Webhook(KEY, lambda event: None)))
    assert code == 0
    assert [(check, verdict) for check, verdict, _ in found] == [
        ("versions", "ok"),
        ("inbox", "ok"),
        ("key", "ok"),
        ("proxy", "ok"),
        ("address", "look"),
        ("API", "ok"),
        ("clock", "ok"),
        ("balance", "ok"),
        ("webhook", "ok"),
        ("signature", "ok"),
    ]


def failed_checks(found):
    return {check: says for check, verdict, says in found if verdict == "wrong"}


def test_a_webhook_that_accepts_unsigned_bodies_is_reported(run_doctor, serve_application):
    code, found = run_doctor("--webhook", serve_application(make_application("200 OK")))
    assert code == 1
    assert "anyone can send events" in failed_checks(found)["signature"]


def test_a_webhook_with_another_key_or_status_is_reported(run_doctor, serve_application):
    code, found = run_doctor("--webhook", serve_application(Webhook("sk_test_another", lambda event: None)))
    assert (code, list(failed_checks(found))) == (1, ["webhook"])
    assert "check which secret key" in failed_checks(found)["webhook"]
    code, found = run_doctor("--webhook", serve_application(make_application("204 No Content")))
    assert "Paystack accepts only 200" in failed_checks(found)["webhook"]
    code, found = run_doctor("--webhook", "http://127.0.0.1:1/")
    assert "cannot be reached" in failed_checks(found)["webhook"]


def test_a_missing_or_rejected_key_is_reported(run_doctor, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "")
    code, found = run_doctor()
    assert (code, list(failed_checks(found))) == (1, ["key"])
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_live_0123456789")
    code, found = run_doctor()
    assert code == 1
    assert next(says for check, _, says in found if check == "key").startswith("LIVE: sk_live_")
    assert "Paystack rejects it" in failed_checks(found)["key"]


def test_an_unreachable_webhook_is_reported(run_doctor, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    code, found = run_doctor()
    assert (code, list(failed_checks(found))) == (1, ["API"])
    monkeypatch.setenv("PAYSTACK_BASE_URL", "https://127.0.0.1:1")
    code, found = run_doctor()
    assert list(failed_checks(found)) == ["TLS", "API"]
