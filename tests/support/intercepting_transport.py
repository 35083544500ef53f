"""A transport that responds instead of Paystack, as a captive portal, a proxy or a crossed connection does."""

import json

import pytest

from paystackease._core.transport import RawResponse

PORTALS = {
    "an empty object": {},
    "a portal": {"message": "please log in"},
    "a redirect in JSON": {"redirect": "https://portal.example/login"},
    "error as text": {"status": "error", "message": "ok", "data": {"reference": "REFERENCE"}},
    "success as text": {"status": "success", "message": "ok", "data": {"reference": "REFERENCE"}},
    "a number": {"status": 1, "message": "ok", "data": {"reference": "REFERENCE"}},
    "a status of null": {"status": None, "message": "ok", "data": {"reference": "REFERENCE"}},
    "no data": {"status": True, "message": "ok"},
    "data of null": {"status": True, "message": "ok", "data": None},
    "an empty list": {"status": True, "message": "ok", "data": []},
    "a list of null": {"status": True, "message": "ok", "data": [None]},
    "text for data": {"status": True, "message": "ok", "data": "REFERENCE"},
    "data without a reference": {"status": True, "message": "ok", "data": {"amount": 5000, "status": "success"}},
    "a reference of null": {"status": True, "message": "ok", "data": {"reference": None, "status": "success"}},
    "another reference": {
        "status": True,
        "message": "ok",
        "data": {"reference": "strange-000000001", "status": "success"},
    },
    "a list of another reference": {"status": True, "message": "ok", "data": [{"reference": "strange-000000001"}] * 3},
    "another batch": {"status": True, "message": "ok", "data": {"batch_code": "BCH_9", "total_charges": 2}},
    "a batch without a code": {"status": True, "message": "ok", "data": {"total_charges": 3}},
}
NOT_JSON = {
    "an HTML page": b"<html>Log in</html>",
    "an empty body": b"",
    "a list": b"[]",
    "a string": b'"ok"',
    "truncated JSON": b'{"status": tr',
}


class InterceptingTransport:
    """Passes requests to a fake Paystack, and responds to some methods itself."""

    def __init__(self, fake_paystack, respond, *methods, after=False):
        self.fake_paystack, self.respond, self.methods, self.after = fake_paystack, respond, methods, after
        self.requests = []

    def send(self, request):
        self.requests.append(request)
        if request.method not in self.methods:
            return self.fake_paystack.send(request)
        if self.after:  # Paystack receives the request, and its response is replaced
            self.fake_paystack.send(request)
        return self.respond(request)

    def close(self): ...


def fixed_response(body, status=200):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: RawResponse(status, {}, content.replace(b"REFERENCE", (request.reference or "").encode()))


every_portal = pytest.mark.parametrize("body", [*PORTALS.values(), *NOT_JSON.values()], ids=[*PORTALS, *NOT_JSON])
