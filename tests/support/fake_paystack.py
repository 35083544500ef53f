"""A fake of Paystack for calls that move money, over an unreliable connection.

It is a transport that processes or loses requests, and returns or loses responses. ``processed`` counts how often each
call was processed, by the name that the test gives it.
"""

import json
import random
from collections import Counter

from paystackease import errors
from paystackease._core.transport import RawResponse

FAULTS = (
    "unreached",  # no connection
    "429",
    "timeout",  # arrived, but is not processed
    "timeout, done",
    "reset, done",
    "late",  # no response; it is processed later
    "500",
    "500, done",
    "502, done",  # in HTML
    "half, done",  # the response is truncated JSON
    "portal",  # a proxy responds with HTTP 200; Paystack is not reached
    "portal, done",
    "crossed",  # the response belongs to another call; this one never arrives
    "crossed, done",
    "moved, done",
    "404, done",  # in HTML
)


class FakePaystack:
    """:param faults: A function that returns each request's fault: of FAULTS, ``"stale"`` (a lagging read), or None."""

    def __init__(self, faults):
        self.faults = faults
        self.processed = Counter()
        self.request_counts = Counter()
        self.references = {}
        self.rejected = set()
        self._late = []
        self._other_response = {
            "status": True,
            "message": "ok",
            "data": {"reference": "strange-000000001", "status": "success"},
        }

    # The transport

    def send(self, request):
        fault = self.faults()
        self.request_counts[request.method] += 1
        if fault == "unreached":
            raise errors.APIConnectionError("no connection", request=request, may_have_arrived=False)
        if fault != "429":
            self.deliver_late()
        if fault == "429":
            return json_response(429, {"status": False, "message": "Too many requests"})
        if fault == "late":
            self._late.append(request)
            raise errors.APITimeoutError("late", request=request, may_have_arrived=True)
        if fault == "timeout":
            raise errors.APITimeoutError("timeout", request=request, may_have_arrived=True)
        if fault == "500":
            return json_response(500, {"status": False, "message": "An error occurred"})
        if fault == "portal":
            return CAPTIVE_PORTAL
        if fault == "crossed":
            return json_response(200, self._other_response)
        response = self.process(request, stale=fault == "stale")
        match fault:
            case "portal, done":
                return CAPTIVE_PORTAL
            case "moved, done":
                return RawResponse(302, {"location": "https://portal.example"}, b"")
            case "404, done":
                return RawResponse(404, {}, b"<html>Not found</html>")
            case "crossed, done":
                other_response = json_response(200, self._other_response)
                # The next one that is crossed gets this. Two batches of as many charges cannot be told apart.
                if response.status == 200 and b"batch_code" not in response.content:
                    self._other_response = json.loads(response.content)
                return other_response
            case "timeout, done":
                raise errors.APITimeoutError("timeout", request=request, may_have_arrived=True)
            case "reset, done":
                raise errors.APIConnectionError("reset", request=request, may_have_arrived=True)
            case "500, done":
                return json_response(500, {"status": False, "message": "An error occurred"})
            case "502, done":
                return RawResponse(502, {}, b"<html>Bad gateway</html>")
            case "half, done":
                return RawResponse(response.status, {}, response.content[: len(response.content) // 2])
        return response

    def close(self): ...

    def deliver_late(self):
        """Process the requests that were delayed."""
        late, self._late = self._late, []
        for request in late:
            self.process(request)

    # Paystack's side

    def process(self, request, *, stale=False):
        body = json.loads(request.content) if request.content else None
        path = request.target
        if request.method == "GET":
            return self.verify_reference(path, stale)
        if path == "/transfer/bulk":
            return self.process_bulk(body["transfers"], self.queued_transfers)
        if path == "/bulkcharge":
            return self.process_bulk(body, lambda items: {"batch_code": "BCH_1", "total_charges": len(items)})
        if path == "/refund":
            if body["merchant_note"] in self.rejected:
                return json_response(400, {"status": False, "message": "Refund amount exceeds transaction amount"})
            self.processed[body["merchant_note"]] += 1
            data = {"id": 1, "transaction": {"id": 5, "reference": body["transaction"]}, "amount": body.get("amount")}
            return json_response(200, {"status": True, "message": "Refund has been queued", "data": data})
        if body["reference"] in self.references:
            return json_response(
                400,
                {
                    "status": False,
                    "message": "Duplicate Transaction Reference",
                    "type": "validation_error",
                    "code": "duplicate_reference",
                },
            )
        if call_name(body) in self.rejected:
            return json_response(400, {"status": False, "message": "Your balance is not enough to fulfil this request"})
        entry = self.record(body)
        if path.endswith("/initialize"):
            self.references[body["reference"]]["status"] = "abandoned"  # until it is paid
        return json_response(200, {"status": True, "message": "ok", "data": entry})

    def process_bulk(self, items, build_data):
        duplicates = [item["reference"] for item in items if item["reference"] in self.references]
        if duplicates:
            return json_response(
                404, {"status": False, "message": f"Duplicate reference(s) found: {','.join(duplicates)}"}
            )
        for item in items:
            self.record(item)
        return json_response(200, {"status": True, "message": "queued", "data": build_data(items)})

    def queued_transfers(self, items):
        return [
            {
                "reference": item["reference"],
                "recipient": item["recipient"],
                "amount": item["amount"],
                "status": "success",
            }
            for item in items
        ]

    def record(self, body):
        self.processed[call_name(body)] += 1
        currency = str(body.get("currency") or "NGN").upper()
        entry = {"reference": body["reference"], "amount": body["amount"], "status": "success", "currency": currency}
        if "recipient" in body:
            entry |= {"recipient": {"id": 7, "recipient_code": body["recipient"]}, "transfer_code": "TRF_1"}
        else:
            code = body.get("authorization_code") or body.get("authorization")
            entry |= {
                "requested_amount": body["amount"],
                "customer": {"email": body.get("email") or "a@b.c"},
                "authorization": {"authorization_code": code},
            }
        self.references[body["reference"]] = entry
        return entry | ({"recipient": 7} if "recipient" in body else {})

    def verify_reference(self, path, stale):
        entry = None if stale else self.references.get(path.rpartition("/")[2])
        if entry is not None:
            return json_response(200, {"status": True, "message": "found", "data": entry})
        if path.startswith("/transfer/"):
            return json_response(404, {"status": False, "message": "Transfer not found"})
        if path.startswith("/charge/"):
            return json_response(400, {"status": False, "message": "Transaction reference is invalid"})
        return json_response(
            400, {"status": False, "message": "Transaction reference not found.", "code": "transaction_not_found"}
        )


CAPTIVE_PORTAL = RawResponse(200, {}, b'{"message": "please log in"}')


def call_name(body):
    """Return the name that the test gave a call, from the field that each kind of call has for it."""
    return body.get("reason") or body.get("metadata", {}).get("name") or body.get("account_reference")


def json_response(status, body):
    return RawResponse(status, {}, json.dumps(body).encode())


def random_faults(seed, rate=0.5):
    """Return a function that gives a random fault for this share of the requests."""
    generator = random.Random(seed)
    return lambda: generator.choice((*FAULTS, "stale")) if generator.random() < rate else None


def fault_sequence(*faults):
    """Return a function that gives these faults in order, and then None."""
    remaining = list(faults)
    return lambda: remaining.pop(0) if remaining else None
