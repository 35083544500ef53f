"""Methods of version 1 send what Paystack documents; the table of differences and the migration guide agree."""

import datetime as dt
import inspect
import json
import re
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import pytest
from scripted_transport import AcceptingTransport, ScriptedTransport
from v1_differences import (
    DOCUMENTED_KEYS,
    ENUM_VALUES,
    IMPORTS,
    JSON_TEXT,
    NOW_NEEDED,
    REQUESTS,
    STILL_SENT,
    TAKEN_NOW,
)
from v1_methods import METHODS, each_method

from paystackease import PayStackBase, errors

GUIDE = Path(__file__).parents[1] / "docs" / "migrating.md"
needs_guide = pytest.mark.skipif(not GUIDE.is_file(), reason="the documentation is not here")


# What is sent


class Sent(NamedTuple):
    verb: str
    path: str
    query: dict[str, str]
    body: Any


def last_request(transport):
    verb, target, body = transport.last_sent
    if isinstance(body, dict) and re.fullmatch("[0-9a-f]{32}", str(body.get("reference"))):
        del body["reference"]  # made for the call, which version 1 left to Paystack
    path, _, query = target.partition("?")
    return Sent(verb, path, dict(parse_qsl(query, keep_blank_values=True)), body or None)


def put_together(verb, path, parts):
    """What is sent, of ``(place, key, value)``. An empty body says no more than none, which version 1 sent then."""
    places = {
        place: {key: value for where, key, value in parts if where == place} for place in ("path", "query", "body")
    }
    path = path.format_map({key: quote(as_text(value), safe="") for key, value in places["path"].items()})
    whole = [as_json(value) for place, _, value in parts if place == "root"]
    body = whole[0] if whole else {key: as_json(value) for key, value in places["body"].items()}
    query = {
        key: OF_DAY[key].format(value) if key in OF_DAY else as_text(value) for key, value in places["query"].items()
    }
    return Sent(verb, path, query, body or None)


OF_DAY = {"from": "{}T00:00:00.000Z", "to": "{}T23:59:59.999Z"}
"""A date is its whole day, in every call."""


def as_json(value):
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else getattr(value, "value", value)


def as_text(value):
    return json.dumps(value) if isinstance(value, bool) else str(as_json(value))


def documented_request(method, arguments):
    """What Paystack documents for these arguments."""
    operation, parts = method.operation, []
    places = {found["name"]: place for place in ("path", "query", "body") for found in operation[f"{place}_params"]}
    for name, value in arguments.items():
        at = method.name, name
        key = DOCUMENTED_KEYS.get(at, operation["v1"]["params"][name])
        place = "root" if "body_root" in operation else STILL_SENT.get(at) or places.get(key)
        if place is None:  # Paystack's sources give it two names
            place = next(
                place
                for place in ("query", "body")
                for found in operation[f"{place}_params"]
                if key in found.get("aliases", ())
            )
        if at in JSON_TEXT:
            value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        parts.append((place, key, value))
    return put_together(operation["method"], operation["path"], parts)


def version_1_request(method, arguments):
    """What version 1 sent, as far as it was given: without nulls, True for 'True', and the path quoted."""
    v1 = method.operation["v1"]
    body = "root" if "body_root" in method.operation else "body"
    parts = []
    for name, value in arguments.items():
        place = v1["param_locations"][name]
        parts.append((body if place == "body" else place, name if place == "path" else v1["params"][name], value))
    return put_together(v1["http"]["method"], v1["http"]["path"], parts)


@each_method
def test_what_version_1_required_is_enough_and_nothing_else_is_sent(connect, method):
    transport = AcceptingTransport()
    call = method.of(connect(transport=transport))
    if method.enough != method.required:
        with pytest.raises((TypeError, errors.InvalidArgumentError)):
            call(**method.some(method.required))
        assert transport.requests == []
    call(**method.some(method.enough))
    assert last_request(transport) == documented_request(method, method.some(method.enough))


@each_method
def test_every_argument_goes_by_its_name_to_where_paystack_documents_it(connect, method):
    transport = AcceptingTransport()
    method.of(connect(transport=transport))(**method.taken_now)
    assert last_request(transport) == documented_request(method, method.taken_now)


@each_method
def test_every_argument_goes_by_its_place_and_a_member_by_its_value(connect, method):
    transport = AcceptingTransport()
    values = (value.value if isinstance(value, Enum) else value for value in method.taken_now.values())
    method.of(connect(transport=transport))(*values)
    assert last_request(transport) == documented_request(method, method.taken_now)


@each_method
def test_none_is_the_same_as_nothing(connect, method):
    transport = AcceptingTransport()
    call = method.of(connect(transport=transport))
    call(**method.some(method.enough))
    without = last_request(transport)
    call(**(dict.fromkeys(method.taken_now) | method.some(method.enough)))
    assert last_request(transport) == without


# What differs


def differences(method):
    """In which ways the requests of a method are other than version 1's."""
    transport = AcceptingTransport()
    call = method.of(PayStackBase(transport=transport))
    ways = {
        "unasked": bool(method.unasked),
        "needed": method.enough != method.required,
        "value": method.taken_now != method.arguments,
    }
    found = {way for way, differs in ways.items() if differs}
    for arguments in method.some(method.enough), method.taken_now:
        call(**arguments)
        before, now = version_1_request(method, arguments), last_request(transport)
        found |= {way for way in ("verb", "path") if getattr(before, way) != getattr(now, way)}
        for then, here in (before.query, now.query), (before.body, now.body):
            if isinstance(then, dict) and isinstance(here, dict) and then.keys() != here.keys():
                found.add("key")
            elif then != here:
                found.add("value")
    return found


def test_the_table_says_which_requests_differ_and_in_which_ways_and_nothing_else():
    found = {method.name: differences(method) for method in METHODS}
    assert {name: set(reasons) for name, reasons in REQUESTS.items()} == {
        name: ways for name, ways in found.items() if ways
    }
    assert all(reason for reasons in REQUESTS.values() for reason in reasons.values())


def test_the_tables_list_nothing_that_is_as_it_was():
    method = {found.name: found for found in METHODS}
    for (name, parameter), key in DOCUMENTED_KEYS.items():
        assert method[name].operation["v1"]["params"][parameter] != key
    for name, parameter in STILL_SENT:
        operation = method[name].operation
        assert operation["v1"]["params"][parameter] not in {found["name"] for found in operation["query_params"]}
    for name, parameter in JSON_TEXT:
        (found,) = (each for each in method[name].operation["body_params"] if each["name"] == parameter)
        assert "string" in found["type"]
    for name, needed in NOW_NEEDED.items():
        assert not method[name].required & set(needed)
    for name, parameter in TAKEN_NOW:
        transport = ScriptedTransport()
        refused = method[name].taken_now | {parameter: method[name].arguments[parameter]}
        with pytest.raises(errors.InvalidArgumentError, match=parameter):
            method[name].of(PayStackBase(transport=transport))(**refused)
        assert transport.requests == []


# What people are told


def rows(heading):
    """The rows of the table beneath a heading, by the name of the method at their beginning."""
    _, found, section = GUIDE.read_text().partition(f"\n### {heading}\n")
    assert found
    table = re.findall(r"^\| `(\w+\.\w+)` \| (.+) \|$", section.partition("\n##")[0], re.MULTILINE)
    assert len(dict(table)) == len(table)
    return {name: cells.split(" | ") for name, cells in table}


@needs_guide
def test_the_guide_has_a_line_for_each_request_that_differs_and_for_no_other():
    told = rows("Requests that differ")
    assert list(told) == sorted(REQUESTS)
    assert {name for name, cells in told.items() if len(cells) != 3} == set()


@needs_guide
def test_the_guide_says_what_can_be_left_out_now_and_paystack_does_not_require_it():
    can = {}
    for method in METHODS:
        now = inspect.signature(method.of(PayStackBase(transport=ScriptedTransport()))).parameters
        if names := [name for name in now if name in method.required and now[name].default is None]:
            can[method.name] = names
        required = {found["name"] for found in method.operation["body_params"] if found["required"]}
        assert not required & {method.operation["v1"]["params"][name] for name in names}
    told = rows("Arguments that became optional")
    assert {name: re.findall(r"`(\w+)`", cells[0]) for name, cells in told.items()} == dict(sorted(can.items()))
    assert list(told) == sorted(told)


@needs_guide
def test_the_guide_names_every_value_and_import_that_is_another():
    text = GUIDE.read_text()
    assert [name for name in [*ENUM_VALUES, *IMPORTS] if f"`{name}`" not in text] == []
