"""Every request gets a valid response: a success or an error in Paystack's envelope, never an internal error.

An emulator in which every area has been played is asked anything: what the plays asked, with one thing or another put
wrong, and what nobody would ask. Each answer is held to what every answer is; after each, the emulator is as before.
"""

import functools
import json
import logging
from collections import Counter, defaultdict
from contextlib import suppress
from importlib import import_module
from itertools import chain
from urllib.parse import quote, urlencode

import fidelity
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paystackease import Emulator, Observer, Paystack, Request, Retry, errors
from paystackease.emulator import Clock
from paystackease.emulator.clock import parse_time
from paystackease.emulator.control_api.control import control_routes
from paystackease.emulator.http.routing import Router
from paystackease.emulator.resources import resources
from paystackease.endpoints import endpoints

LEFT_OUT = {
    ("POST", "/_emulator/clock"): "it moves the time, and a far time has everything happen that is due until then",
    ("POST", "/_emulator/faults"): "it has others go wrong, as it should",
}

LONG, DEEP = "9" * 400, json.loads("[" * 200 + "]" * 200)
WORDS = ("0", "-1", "1.5", str(2**63), LONG, " ", "\0", "\u0663", "\u202e\U0001f600", "@", "../..", "2026-02-30")
NOTHING_GOOD = (
    *(None, True, 0, -1, 1, 1.5, 1e300, 2**53, 2**63 - 1, 2**63, 2**64, 10**40, float("nan"), *WORDS),
    *("", "true", "\ud800", '{"a": 1}', "ada@", "a" * 2_000, "9999-12-31T23:59:59-14:00"),
    *([], {}, [[]], [None], [{}], [1, "a"], {"a": {"b": [{}]}}, {"id": 2**70}, DEEP),
)
WILD = st.sampled_from(NOTHING_GOOD) | st.sampled_from(NOTHING_GOOD) | st.text(max_size=8) | st.integers()
QUERIES = (
    "page",
    "perPage",
    "from",
    "to",
    "next",
    "previous",
    "use_cursor",
    "customer",
    "status",
    "currency",
    "search",
)
SAVED = "when everything was played"


class RequestRecorder(Observer):
    """Records the requests, and each value of a body or a response by its name."""

    def __init__(self):
        self.requests, self.said_yes = defaultdict(list), Counter()
        self.values = defaultdict(dict)
        self._likely = {}

    def after(self, request, attempt, outcome, seconds, /):
        if (found := ROUTER.find(request.method, request.target.partition("?")[0])) is None:
            return  # it is left out
        route, params = found
        body = None if request.content is None else json.loads(request.content)
        # Successful requests come first, as they reach more code.
        at = len(self.requests[route]) if outcome.status >= 300 else self.said_yes[route]
        self.said_yes[route] += outcome.status < 300
        self.requests[route].insert(at, Request(*route, params, request.query, body))
        for name, value in {**request.path_params, **request.query}.items():
            self._keep(name, value)
        for content in request.content, outcome.content:
            with suppress(TypeError, ValueError):
                self._keep("", json.loads(content))

    def likely(self, name):
        """Return the recorded values of a name, or an unknown value."""
        if name not in self._likely:
            of = self.values.get(name) or {**self.values["id"], **self.values["reference"]}
            self._likely[name] = st.sampled_from([*of.values()]) | WILD
        return self._likely[name]

    @functools.cached_property
    def names(self):
        """Return all recorded names."""
        return st.sampled_from(sorted(self.values))

    def _keep(self, name, value):
        if isinstance(value, dict):
            for key, part in value.items():
                self._keep(key, part)
        elif isinstance(value, list):
            for part in value:
                self._keep(name, part)
        else:
            self.values[name].setdefault(repr(value), value)


class ErrorRecorder(logging.Handler):
    """Records the emulator's own log messages."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.records = []

    def emit(self, record):
        self.records.append(record)


@pytest.fixture(scope="module")
def fuzzed_emulator():
    """Return an emulator after all areas' calls, and the recorders."""
    recorder = RequestRecorder()
    with Emulator(fidelity.SECRET_KEY, clock=Clock(frozen_at=parse_time(fidelity.NOW))) as emulator:
        client = Paystack(transport=emulator, observers=[recorder], retry=Retry(max_attempts=1))
        for area in fidelity.AREAS:
            # Areas may conflict, for example by products of one name: the calls until then
            # are used.
            with suppress(errors.PaystackError, AssertionError):
                import_module(f"fidelity.{area}").exercise(client, emulator)
        emulator.save_snapshot(SAVED)
        log, broken = logging.getLogger("paystackease.emulator"), ErrorRecorder()
        log.addHandler(broken)
        yield emulator, recorder, broken
        log.removeHandler(broken)


def routes():
    """Return the emulator's routes by the first part of the path."""
    found = defaultdict(list)
    with Emulator() as emulator:
        for resource in (*resources(), control_routes(emulator)):
            for method, path in resource.operations:
                if (method, path) not in LEFT_OUT:
                    own = path.startswith("/_emulator/")
                    found["/".join(path.split("/")[: 3 if own else 2])].append((method, path))
    return {name: sorted(of) for name, of in found.items()}


ROUTES, ROUTER = routes(), Router()
for route in chain.from_iterable(ROUTES.values()):
    ROUTER.add(*route, route)
ENDPOINTS = {ROUTER.find(found.endpoint.method, found.endpoint.path)[0]: found.endpoint for found in endpoints()}


def test_every_operation_is_among_them():
    assert len(ENDPOINTS) == len([*endpoints()])


@pytest.mark.parametrize("part", sorted(ROUTES))
def test_each_field_is_made_invalid_in_each_way(fuzzed_emulator, part):
    emulator, recorder, broken = fuzzed_emulator
    reads = [
        request.target for route in ROUTES[part] for request in recorder.requests.get(route, ()) if route[0] == "GET"
    ]
    for route in ROUTES[part]:
        for request in distinct_requests(recorder.requests.get(route) or plausible_request(recorder, route)):
            emulator.restore_snapshot(SAVED)
            for target, content in invalid_requests(request):
                respond_checked(emulator, broken, request.method, target, content)
        # Accepted values can be shown too.
        for target in dict.fromkeys(reads):
            respond_checked(emulator, broken, "GET", target, None)
    emulator.restore_snapshot(SAVED)


@pytest.mark.parametrize("part", sorted(ROUTES))
def test_any_request_gets_a_valid_response(fuzzed_emulator, part):
    emulator, recorder, broken = fuzzed_emulator
    of = ROUTES[part]

    @settings(
        max_examples=6 * len(of),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(fuzzed_requests(of, recorder))
    def answers(request):
        if respond_checked(emulator, broken, *request) < 300:  # an error has changed nothing relevant here
            emulator.restore_snapshot(SAVED)

    answers()


def respond_checked(emulator, broken, method, target, content):
    """Send a request, check the response, and return its status."""
    kind = "application/x-www-form-urlencoded" if content and content.startswith(b"form=") else "application/json"
    headers = {"authorization": f"Bearer {fidelity.SECRET_KEY}", "content-type": kind}
    broken.records.clear()
    reply = emulator.respond(method, target, headers, content)
    assert [record.exc_text or record.getMessage() for record in broken.records] == [], (target, content)
    is_paystacks(reply)
    return reply.status


def plausible_request(recorder, route):
    """Return a request with all parameters of an endpoint without recorded requests; none for control paths."""
    if (endpoint := ENDPOINTS.get(route)) is None:
        return
    arguments = defaultdict(dict)
    for parameter in endpoint.parameters.values():
        found = [*recorder.values.get(parameter.wire_name, {"": "1"}).values()]
        arguments[parameter.location][parameter.wire_name] = found[0]
    path = endpoint.path.format(**{name: _quoted(value) for name, value in arguments["path"].items()})
    yield Request(*route, ROUTER.find(route[0], path)[1], arguments["query"], arguments["body"] or None)


def distinct_requests(requests):
    """Return the first three requests to an operation that differ in their fields."""
    differ = {}
    for request in requests:
        differ.setdefault(request.content and str([*_leaves(json.loads(request.content))]), request)
    return [*differ.values()][:3]


def invalid_requests(request):
    """Yield the target and content of a request with one invalid value, for each field and each value."""
    path = request.target.partition("?")[0]
    body = None if request.content is None else json.loads(request.content)
    for wrong in WORDS:
        for name in request.path_params:
            filled = {**request.path_params, name: wrong}
            yield request.path.format(**{key: _quoted(value) for key, value in filled.items()}), request.content
        for name in dict.fromkeys((*request.query, *QUERIES)) if request.method == "GET" else ():
            yield f"{path}?{urlencode({**request.query, name: wrong}, errors='replace')}", request.content
    for leaf in () if body is None else _leaves(body):
        for wrong in NOTHING_GOOD:
            yield request.target, json.dumps(_with(body, leaf, wrong)).encode()


def each_leaf(body):
    """Return the paths of a body's own fields; of a list, those of a few items."""
    found = [leaf for leaf in _leaves(body) if len(leaf) == 1 or (isinstance(body, list) and len(leaf) == 2)]
    more = [("metadata",)] if isinstance(body, dict) else []
    return dict.fromkeys([(), *found[:12], *more])


def _leaves(value, at=()):
    """Yield the path of each value in a body, its own first."""
    yield at
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _leaves(part, (*at, key))


def _with(value, at, wrong):
    if not at:
        return wrong
    copied = [*value] if isinstance(value, list) else {**value}
    copied[at[0]] = _with(value[at[0]], at[1:], wrong)
    return copied


def _quoted(value):
    return quote(str(value), safe="", errors="replace") or "0"


def is_paystacks(reply):
    """Assert that a response has a form that Paystack uses."""
    if not reply.headers["content-type"].startswith("application/json"):
        assert reply.status < 300  # a page, or a file
        return
    body = json.loads(reply.content)
    assert isinstance(body["message"], str)
    assert body["message"]
    if reply.status < 300:
        return
    assert 400 <= reply.status < 500
    assert body["status"] is False
    assert set(body) <= {"status", "message", "data", "meta", "type", "code"}
    assert body.get("type", "api_error") in {"validation_error", "api_error", "processor_error"}
    assert isinstance(body.get("code", "unknown"), str)
    assert ("type" in body) == ("code" in body)


@st.composite
def fuzzed_requests(draw, of, recorder):
    """A request to one of these operations: method, target and content."""
    method, path = draw(st.sampled_from(of))
    before = recorder.requests.get((method, path))
    played = draw(st.sampled_from(before)) if before else None
    known = {} if played is None else played.path_params
    parts = []
    for part in path.split("/"):
        if part.startswith("{"):
            name = part.strip("{}")
            value = known[name] if name in known and draw(st.integers(0, 3)) else draw(recorder.likely(name))
            parts.append(_quoted(value))
        else:
            parts.append(part)
    query = {} if played is None else {name: str(value) for name, value in played.query.items()}
    if method == "GET" or not draw(st.integers(0, 9)):
        for name in draw(st.lists(st.sampled_from(QUERIES), max_size=3)):
            query[name] = str(draw(recorder.likely(name)))
    target = "/".join(parts) + (f"?{urlencode(query, errors='replace')}" if query else "")
    return (
        method,
        target,
        None if method == "GET" else draw(fuzzed_contents(recorder, None if played is None else played.content)),
    )


@st.composite
def fuzzed_contents(draw, recorder, played):
    """Draw a body: usually a recorded one with an invalid value."""
    how = draw(st.integers(0, 19))
    if how == 0:
        return draw(st.sampled_from([None, b"", b"{", b"null", b"\xff", b'"a"', b"[]", b"form=1&amount=x&email=%ff"]))
    if how == 1:
        return json.dumps(draw(WILD)).encode()
    body = json.loads(played or b"{}")
    names = st.sampled_from(sorted(body)) if isinstance(body, dict) and body and how > 3 else recorder.names
    for _ in range(draw(st.integers(0, 3))):
        if isinstance(body, dict):
            name = draw(names)
            body[name] = draw(draw_invalid(recorder, name, body.get(name)))
            if draw(st.integers(0, 7)) == 0:
                del body[name]
        else:
            body = draw(draw_invalid(recorder, "", body))
    return json.dumps(body).encode()


@st.composite
def draw_invalid(draw, recorder, name, value):
    """Draw another value, or the same with an invalid value in it."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(draw_invalid(recorder, key, value[key]))}
    if isinstance(value, list) and value and draw(st.booleans()):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(draw_invalid(recorder, name, value[at])), *value[at + 1 :]]
    return draw(recorder.likely(name))
