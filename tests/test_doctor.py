"""``paystackease doctor`` reports configuration errors and how to correct them."""

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
    """Return an application that always responds with this status and verifies nothing."""

    def application(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [("content-length", "0")])
        return [b""]

    return application


@pytest.fixture
def serve_application():
    """Return a function that serves a WSGI application, and returns its URL."""
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
    """Return a function that runs the doctor against an emulator, and returns the exit code and the results."""
    with Emulator() as emulator, run_in_background(emulator) as url:
        monkeypatch.setenv("PAYSTACK_BASE_URL", url)
        monkeypatch.setenv("PAYSTACK_SECRET_KEY", KEY)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

        def run_checks(*options):
            code = run(["doctor", *options])
            out = capfdbinary.readouterr().out.decode()
            assert KEY not in out
            return code, [(result["check"], result["verdict"], result["says"]) for result in json.loads(out)]

        yield run_checks


def test_a_correct_setup_is_reported_as_correct(run_doctor, serve_application):
    code, results = run_doctor("--webhook", serve_application(Webhook(KEY, lambda event: None)))
    assert code == 0
    assert [(check, verdict) for check, verdict, _ in results] == [
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


def failed_checks(results):
    return {check: message for check, verdict, message in results if verdict == "wrong"}


def test_a_webhook_that_accepts_unsigned_bodies_is_reported(run_doctor, serve_application):
    code, results = run_doctor("--webhook", serve_application(make_application("200 OK")))
    assert code == 1
    assert "anyone can send events" in failed_checks(results)["signature"]


def test_a_webhook_with_another_key_or_status_is_reported(run_doctor, serve_application):
    code, results = run_doctor("--webhook", serve_application(Webhook("sk_test_another", lambda event: None)))
    assert (code, list(failed_checks(results))) == (1, ["webhook"])
    assert "check which secret key" in failed_checks(results)["webhook"]
    code, results = run_doctor("--webhook", serve_application(make_application("204 No Content")))
    assert "Paystack accepts only 200" in failed_checks(results)["webhook"]
    code, results = run_doctor("--webhook", "http://127.0.0.1:1/")
    assert "cannot be reached" in failed_checks(results)["webhook"]


def test_a_missing_or_rejected_key_is_reported(run_doctor, monkeypatch):
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "")
    code, results = run_doctor()
    assert (code, list(failed_checks(results))) == (1, ["key"])
    monkeypatch.setenv("PAYSTACK_SECRET_KEY", "sk_live_0123456789")
    code, results = run_doctor()
    assert code == 1
    assert next(message for check, _, message in results if check == "key").startswith("LIVE: sk_live_")
    assert "Paystack rejects it" in failed_checks(results)["key"]


def test_an_unreachable_webhook_is_reported(run_doctor, monkeypatch):
    monkeypatch.setenv("PAYSTACK_BASE_URL", "http://127.0.0.1:1")
    code, results = run_doctor()
    assert (code, list(failed_checks(results))) == (1, ["API"])
    monkeypatch.setenv("PAYSTACK_BASE_URL", "https://127.0.0.1:1")
    code, results = run_doctor()
    assert list(failed_checks(results)) == ["TLS", "API"]
