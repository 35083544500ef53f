"""Every operation of the emulator, played through, and what came held to Paystack's published shapes.

Each module here plays one area: ``play(client, emulator)`` makes calls as a merchant would and lets happen what happens
then, and ``DIFFERENCES`` says of each way in which an answer or a webhook is not shaped like Paystack's why that is so.
Nothing in a play checks anything: an observer hears each answer, and the tests compare.
"""

import json
import pkgutil
from importlib import import_module

from shape_comparison import event_fits, likeness, operation_of

from paystackease import Emulator, Observer, Paystack, Retry, errors
from paystackease._core.transport import RawResponse
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time

NOW = "2026-10-01T12:00:00"
SECRET_KEY = "sk_test_fidelity"

AREAS = sorted(found.name for found in pkgutil.iter_modules(__path__))


class Heard(Observer):
    """Keeps what came: the operation's method and path, the status and the body."""

    def __init__(self):
        self.answers = []

    def after(self, request, attempt, outcome, seconds, /):
        assert isinstance(outcome, RawResponse), "the emulator answers"
        self.answers.append((request.method, request.path, outcome.status, json.loads(outcome.content)))


class Played:
    """What an area's play brought about."""

    def __init__(self, area):
        module = import_module(f"{__name__}.{area}")
        self.explained = dict(module.DIFFERENCES)
        heard = Heard()
        with Emulator(SECRET_KEY, clock=Clock(frozen_at=parse_time(NOW))) as emulator:
            client = Paystack(transport=emulator, observers=[heard], retry=Retry(max_attempts=1))
            module.play(client, emulator)
            self.events = [(event.name, json.loads(event.body)) for event in emulator.events()]
        self.answers = [answer for answer in heard.answers if not answer[1].startswith("/_emulator/")]

    @property
    def answered(self):
        """The operations that said yes."""
        return {(method, path) for method, path, status, _ in self.answers if status < 300}

    @property
    def differences(self):
        """Each way in which something is not shaped like Paystack's: ``(operation or event, difference)``."""
        found = set()
        for method, path, status, body in self.answers:
            operation = operation_of(method, path)
            if operation is not None:
                found |= {(operation, line) for line in likeness(operation, status, body)}
        for name, body in self.events:
            found |= {(name, line) for line in event_fits(name, body)}
        return found


def refused(call, *args, **kwargs):
    """Make a call that is refused."""
    try:
        call(*args, **kwargs)
    except errors.PaystackError as error:
        return error
    raise AssertionError(f"{call} was not refused")
