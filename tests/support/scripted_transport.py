"""A transport that returns scripted responses and records requests, and makers of responses."""

import json

from paystackease import errors
from paystackease._core.transport import RawResponse


class ScriptedTransport:
    """Returns the given outcomes in order, and records the requests. An outcome that is an exception is raised."""

    def __init__(self, *outcomes):
        self.outcomes, self.requests, self.closed = list(outcomes), [], False

    def send(self, request):
        self.requests.append(request)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def close(self):
        self.closed = True

    @property
    def last_sent(self):
        """The method, target and body of the last request."""
        return request_parts(self.requests[-1])


class AcceptingTransport:
    """Returns the minimal successful response to every call, and records the requests."""

    def __init__(self):
        self.requests, self.closed = [], False

    def send(self, request):
        self.requests.append(request)
        return minimal_success(request)

    def close(self):
        self.closed = True

    @property
    def last_sent(self):
        """The method, target and body of the last request."""
        return request_parts(self.requests[-1])


def request_parts(request):
    """Return the method, target and body of a request."""
    return request.method, request.target, json.loads(request.content) if request.content else None


def minimal_success(request):
    """Return the minimal successful response to a request."""
    if request.idempotency is None:
        keys = dict.fromkeys(request.success.keys, 1.5)  # of a type that is not compared
        return success_response({"object": keys, "list": []}.get(request.success.data))
    if request.idempotency.returns_batch:
        return success_response({"batch_code": "BCH_1", "total_charges": len(request.body)})
    items = [{"reference": item["reference"]} for item in request.idempotency.items_of(request.body)]
    return success_response(items[0] if request.idempotency.items_field is None else items)


def success_response(data=None, **more):
    return RawResponse(200, {}, json.dumps({"status": True, "message": "ok", "data": data, **more}).encode())


def error_response(status, message="no", headers=None, **more):
    return RawResponse(status, headers or {}, json.dumps({"status": False, "message": message, **more}).encode())


def outcome_label(outcome):
    """Return the parametrize id of an outcome. A ``repr`` has an address, which differs between xdist's workers."""
    if not isinstance(outcome, RawResponse):
        return type(outcome).__name__ if isinstance(outcome, Exception) else None
    return f"{outcome.status} {outcome.content.decode(errors='replace')[:20]}".strip()


def underlying_error(error):
    """Return the cause of an unknown outcome, or the error itself."""
    return error.__cause__ if isinstance(error, errors.OutcomeUnknownError) else error
