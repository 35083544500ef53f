"""A transport that responds in Paystack's place, as a captive portal, a proxy or a crossed connection does."""

import json

import pytest

from paystackease._core.transport import RawResponse

PORTALS = {
    "an empty object": {},
    "a portal": {"message": "please log in"},
    "a redirect in JSON": {"redirect": "https://portal.example/login"},
    "an error in text": {"status": "error", "message": "ok", "data": {"reference": "REFERENCE"}},
    "a success in text": {"status": "success", "message": "ok", "data": {"reference": "REFERENCE"}},
    "a number": {"status": 1, "message": "ok", "data": {"reference": "REFERENCE"}},
    "a status of null": {"status": None, "message": "ok", "data": {"reference": "REFERENCE"}},
    "no data": {"status": True, "message": "ok"},
    "data of null": {"status": True, "message": "ok", "data": None},
    "an empty list": {"status": True, "message": "ok", "data": []},
    "a list of null": {"status": True, "message": "ok", "data": [None]},
    "text for data": {"status": True, "message": "ok", "data": "REFERENCE"},
    "data without a reference": {"status": True, "message": "ok", "data": {"amount": 5000, "status": "success"}},
    "a reference of null": {"status": True, "message": "ok", "data": {"reference": None, "status": "success"}},
    "another's": {"status": True, "message": "ok", "data": {"reference": "strange-000000001", "status": "success"}},
    "another's list": {"status": True, "message": "ok", "data": [{"reference": "strange-000000001"}] * 3},
    "another's batch": {"status": True, "message": "ok", "data": {"batch_code": "BCH_9", "total_charges": 2}},
    "a batch without a code": {"status": True, "message": "ok", "data": {"total_charges": 3}},
}
NOT_JSON = {
    "a page": b"<html>Log in</html>",
    "nothing": b"",
    "a list": b"[]",
    "a word": b'"ok"',
    "half": b'{"status": tr',
}


class InterceptingTransport:
    """Passes requests to a fake Paystack, and responds to some methods itself."""

    def __init__(self, bank, answers, *methods, after=False):
        self.bank, self.answers, self.methods, self.after = bank, answers, methods, after
        self.requests = []

    def send(self, request):
        self.requests.append(request)
        if request.method not in self.methods:
            return self.bank.send(request)
        if self.after:  # the bank was reached, and its answer is replaced
            self.bank.send(request)
        return self.answers(request)

    def close(self): ...


def fixed_response(body, status=200):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda request: RawResponse(status, {}, content.replace(b"REFERENCE", (request.reference or "").encode()))


every_portal = pytest.mark.parametrize("body", [*PORTALS.values(), *NOT_JSON.values()], ids=[*PORTALS, *NOT_JSON])
