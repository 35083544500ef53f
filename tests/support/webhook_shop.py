"""A merchant that receives the webhooks of an emulator, and a payment that causes one."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from constants import SECRET_KEY

from paystackease import Request, errors
from paystackease.webhooks.signature import verify

CARD = {"number": "4084084084084081", "cvv": "408", "expiry_month": "12", "expiry_year": "2030"}
HOUR = 3_600.0


def pay_reference(client, reference, **more):
    charge = {"email": "ada@example.com", "amount": 5_000, "reference": reference, "card": CARD, **more}
    return client.send(Request("POST", "/charge", body=charge)).data


class WebhookShop:
    """A merchant's WSGI application that responds with the given statuses, and records the webhooks it receives."""

    def __init__(self, *statuses):
        self.statuses, self.webhooks, self.signatures_valid = list(statuses), [], []

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.webhooks.append(json.loads(body))
        try:
            verify(body, environ.get("HTTP_X_PAYSTACK_SIGNATURE"), SECRET_KEY)
            self.signatures_valid.append(True)
        except errors.SignatureError:
            self.signatures_valid.append(False)
        status = self.statuses.pop(0) if self.statuses else 200
        start_response(f"{status} Status", [])
        return [b"thanks"]

    @property
    def references(self):
        return [webhooks["data"]["reference"] for webhooks in self.webhooks]


@contextmanager
def listen_for_webhooks(*statuses):
    """Run a merchant's server that responds with these statuses in turn."""
    requests, lock = [], threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            with lock:
                status = statuses[len(requests)] if len(requests) < len(statuses) else 200
                requests.append((self.path, dict(self.headers), body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/paystack", requests
        server.shutdown()
        thread.join()
