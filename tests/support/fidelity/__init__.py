"""Calls of every operation of the emulator, whose responses and webhooks are compared with Paystack's published shapes.

Each module covers one area. ``exercise(client, emulator)`` makes calls as a merchant would. ``DIFFERENCES`` gives the
reason for each difference between a response or webhook and Paystack's shapes. ``exercise`` checks nothing: an observer
records each response, and the tests compare.
"""

import json
import pkgutil
from importlib import import_module

from shape_comparison import closest_differences, event_differences, find_operation

from paystackease import Emulator, Observer, Paystack, Retry, errors
from paystackease._core.transport import RawResponse
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time

NOW = "2026-10-01T12:00:00"
SECRET_KEY = "sk_test_fidelity"

AREAS = sorted(module.name for module in pkgutil.iter_modules(__path__))


class RecordingObserver(Observer):
    """Records each response: the operation's method and path, the status and the body."""

    def __init__(self):
        self.responses = []

    def after(self, request, attempt, outcome, seconds, /):
        assert isinstance(outcome, RawResponse), "the emulator always responds"
        self.responses.append((request.method, request.path, outcome.status, json.loads(outcome.content)))


class AreaRun:
    """The responses and events of one area."""

    def __init__(self, area):
        module = import_module(f"{__name__}.{area}")
        self.reasons = dict(module.DIFFERENCES)
        observer = RecordingObserver()
        with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(NOW))) as emulator:
            client = Paystack(transport=emulator, observers=[observer], retry=Retry(max_attempts=1))
            module.exercise(client, emulator)
            self.events = [(event.name, json.loads(event.body)) for event in emulator.events()]
        self.responses = [response for response in observer.responses if not response[1].startswith("/_emulator/")]

    @property
    def successful_operations(self):
        """The operations that had a successful response."""
        return {(method, path) for method, path, status, _ in self.responses if status < 300}

    @property
    def differences(self):
        """Each difference from Paystack's shapes: ``(operation or event, difference)``."""
        differences = set()
        for method, path, status, body in self.responses:
            operation = find_operation(method, path)
            if operation is not None:
                differences |= {(operation, difference) for difference in closest_differences(operation, status, body)}
        for name, body in self.events:
            differences |= {(name, difference) for difference in event_differences(name, body)}
        return differences


def expect_error(call, *args, **kwargs):
    """Make a call that must fail, and return its error."""
    try:
        call(*args, **kwargs)
    except errors.PaystackError as error:
        return error
    raise AssertionError(f"{call} did not fail")
