"""Ten lines that outlive any mock library: a transport that plays replies and keeps what it was asked."""

import json

from paystackease import errors
from paystackease._core.transport import RawResponse


class ScriptedTransport:
    """Plays what it is given, in order, and keeps what it was asked. An exception is raised."""

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
        """What it was last asked, as it would have been sent."""
        return request_parts(self.requests[-1])


class AcceptingTransport:
    """Answers every call with the least that is a success of it, and keeps what it was asked."""

    def __init__(self):
        self.requests, self.closed = [], False

    def send(self, request):
        self.requests.append(request)
        return minimal_success(request)

    def close(self):
        self.closed = True

    @property
    def last_sent(self):
        """What it was last asked, as it would have been sent."""
        return request_parts(self.requests[-1])


def request_parts(request):
    """A request as it would have been sent."""
    return request.method, request.target, json.loads(request.content) if request.content else None


def minimal_success(request):
    """The least that is a success of a call."""
    if request.idempotency is None:
        keys = dict.fromkeys(request.success.keys, 1.5)  # of no kind that is compared
        return success_response({"object": keys, "list": []}.get(request.success.data))
    if request.idempotency.returns_batch:
        return success_response({"batch_code": "BCH_1", "total_charges": len(request.body)})
    named = [{"reference": item["reference"]} for item in request.idempotency.items_of(request.body)]
    return success_response(named[0] if request.idempotency.items_field is None else named)


def success_response(data=None, **more):
    return RawResponse(200, {}, json.dumps({"status": True, "message": "ok", "data": data, **more}).encode())


def error_response(status, message="no", headers=None, **more):
    return RawResponse(status, headers or {}, json.dumps({"status": False, "message": message, **more}).encode())


def outcome_label(outcome):
    """What a test calls an outcome: a ``repr`` would hold an address, which each of pytest-xdist's workers has another
    of.
    """
    if not isinstance(outcome, RawResponse):
        return type(outcome).__name__ if isinstance(outcome, Exception) else None
    return f"{outcome.status} {outcome.content.decode(errors='replace')[:20]}".strip()


def underlying_error(error):
    """What went wrong. Of a call that is never repeated, nobody knows then whether it was done."""
    return error.__cause__ if isinstance(error, errors.OutcomeUnknownError) else error
