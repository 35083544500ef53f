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
    ACCEPTED_VALUES,
    DOCUMENTED_KEYS,
    ENUM_VALUES,
    IMPORTS,
    JSON_TEXT,
    NEWLY_REQUIRED,
    REQUESTS,
    UNDOCUMENTED_FILTERS,
)
from v1_methods import METHODS, each_method

from paystackease import PayStackBase, errors

PLACES = ("path", "query", "body")
GUIDE = Path(__file__).parents[1] / "docs" / "migrating.md"
needs_guide = pytest.mark.skipif(not GUIDE.is_file(), reason="the documentation is not available")


# Requests


class RequestParts(NamedTuple):
    verb: str
    path: str
    query: dict[str, str]
    body: Any


def last_request(transport):
    verb, target, body = transport.last_sent
    if isinstance(body, dict) and re.fullmatch("[0-9a-f]{32}", str(body.get("reference"))):
        del body["reference"]  # generated; with version 1, Paystack generated it
    path, _, query = target.partition("?")
    return RequestParts(verb, path, dict(parse_qsl(query, keep_blank_values=True)), body or None)


def build_request(verb, path, parameters):
    """Build a request from ``(place, key, value)``. An empty body counts as none, which version 1 sent."""
    places = {name: {key: value for place, key, value in parameters if place == name} for name in PLACES}
    path = path.format_map({key: quote(to_text(value), safe="") for key, value in places["path"].items()})
    whole = [to_json(value) for place, _, value in parameters if place == "root"]
    body = whole[0] if whole else {key: to_json(value) for key, value in places["body"].items()}
    query = {
        key: DAY_LIMITS[key].format(value) if key in DAY_LIMITS else to_text(value)
        for key, value in places["query"].items()
    }
    return RequestParts(verb, path, query, body or None)


DAY_LIMITS = {"from": "{}T00:00:00.000Z", "to": "{}T23:59:59.999Z"}
"""A date stands for its whole day, in every call."""


def to_json(value):
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else getattr(value, "value", value)


def to_text(value):
    return json.dumps(value) if isinstance(value, bool) else str(to_json(value))


def documented_request(method, arguments):
    """Return the request that Paystack documents for these arguments."""
    operation, parts = method.operation, []
    places = {
        parameter["name"]: place for place in ("path", "query", "body") for parameter in operation[f"{place}_params"]
    }
    for name, value in arguments.items():
        method_parameter = method.name, name
        key = DOCUMENTED_KEYS.get(method_parameter, operation["v1"]["params"][name])
        place = "root" if "body_root" in operation else UNDOCUMENTED_FILTERS.get(method_parameter) or places.get(key)
        if place is None:  # Paystack's sources have two names for it
            place = next(
                place
                for place in ("query", "body")
                for parameter in operation[f"{place}_params"]
                if key in parameter.get("aliases", ())
            )
        if method_parameter in JSON_TEXT:
            value = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        parts.append((place, key, value))
    return build_request(operation["method"], operation["path"], parts)


def version_1_request(method, arguments):
    """Return version 1's request, normalized: without nulls, with JSON booleans and a quoted path."""
    v1 = method.operation["v1"]
    body = "root" if "body_root" in method.operation else "body"
    parts = []
    for name, value in arguments.items():
        place = v1["param_locations"][name]
        parts.append((body if place == "body" else place, name if place == "path" else v1["params"][name], value))
    return build_request(v1["http"]["method"], v1["http"]["path"], parts)


@each_method
def test_required_arguments_are_sufficient_and_nothing_else_is_sent(connect, method):
    transport = AcceptingTransport()
    call = method.bind(connect(transport=transport))
    if method.required_now != method.required:
        with pytest.raises((TypeError, errors.InvalidArgumentError)):
            call(**method.select_arguments(method.required))
        assert transport.requests == []
    call(**method.select_arguments(method.required_now))
    assert last_request(transport) == documented_request(method, method.select_arguments(method.required_now))


@each_method
def test_keyword_arguments_are_sent_as_paystack_documents_them(connect, method):
    transport = AcceptingTransport()
    method.bind(connect(transport=transport))(**method.accepted_arguments)
    assert last_request(transport) == documented_request(method, method.accepted_arguments)


@each_method
def test_positional_arguments_and_enum_values_send_the_same_request(connect, method):
    transport = AcceptingTransport()
    values = (value.value if isinstance(value, Enum) else value for value in method.accepted_arguments.values())
    method.bind(connect(transport=transport))(*values)
    assert last_request(transport) == documented_request(method, method.accepted_arguments)


@each_method
def test_none_sends_the_same_request_as_no_argument(connect, method):
    transport = AcceptingTransport()
    call = method.bind(connect(transport=transport))
    call(**method.select_arguments(method.required_now))
    request = last_request(transport)
    call(**(dict.fromkeys(method.accepted_arguments) | method.select_arguments(method.required_now)))
    assert last_request(transport) == request


# Differences


def find_differences(method):
    """Return the kinds of difference between the requests of a method and those of version 1."""
    transport = AcceptingTransport()
    call = method.bind(PayStackBase(transport=transport))
    is_different = {
        "implicit": bool(method.implicit_arguments),
        "required": method.required_now != method.required,
        "value": method.accepted_arguments != method.arguments,
    }
    kinds = {kind for kind, differs in is_different.items() if differs}
    for arguments in method.select_arguments(method.required_now), method.accepted_arguments:
        call(**arguments)
        old, new = version_1_request(method, arguments), last_request(transport)
        kinds |= {kind for kind in ("verb", "path") if getattr(old, kind) != getattr(new, kind)}
        for old_part, new_part in (old.query, new.query), (old.body, new.body):
            if isinstance(old_part, dict) and isinstance(new_part, dict) and old_part.keys() != new_part.keys():
                kinds.add("key")
            elif old_part != new_part:
                kinds.add("value")
    return kinds


def test_the_table_lists_exactly_the_requests_that_differ_and_how():
    kinds_by_method = {method.name: find_differences(method) for method in METHODS}
    assert {name: set(reasons) for name, reasons in REQUESTS.items()} == {
        name: kinds for name, kinds in kinds_by_method.items() if kinds
    }
    assert all(reason for reasons in REQUESTS.values() for reason in reasons.values())


def test_the_tables_list_no_unchanged_parameter():
    method = {entry.name: entry for entry in METHODS}
    for (name, parameter), key in DOCUMENTED_KEYS.items():
        assert method[name].operation["v1"]["params"][parameter] != key
    for name, parameter in UNDOCUMENTED_FILTERS:
        operation = method[name].operation
        assert operation["v1"]["params"][parameter] not in {entry["name"] for entry in operation["query_params"]}
    for name, parameter in JSON_TEXT:
        (entry,) = (facts for facts in method[name].operation["body_params"] if facts["name"] == parameter)
        assert "string" in entry["type"]
    for name, newly_required in NEWLY_REQUIRED.items():
        assert not method[name].required & set(newly_required)
    for name, parameter in ACCEPTED_VALUES:
        transport = ScriptedTransport()
        rejected = method[name].accepted_arguments | {parameter: method[name].arguments[parameter]}
        with pytest.raises(errors.InvalidArgumentError, match=parameter):
            method[name].bind(PayStackBase(transport=transport))(**rejected)
        assert transport.requests == []


# The migration guide


def read_table(heading):
    """Return the rows of the table below a heading, by the method's name in the first column."""
    _, heading_found, section = GUIDE.read_text().partition(f"\n### {heading}\n")
    assert heading_found
    table = re.findall(r"^\| `(\w+\.\w+)` \| (.+) \|$", section.partition("\n##")[0], re.MULTILINE)
    assert len(dict(table)) == len(table)
    return {name: cells.split(" | ") for name, cells in table}


@needs_guide
def test_the_guide_lists_exactly_the_requests_that_differ():
    rows = read_table("Requests that differ")
    assert list(rows) == sorted(REQUESTS)
    assert {name for name, cells in rows.items() if len(cells) != 3} == set()


@needs_guide
def test_the_guide_lists_arguments_that_became_optional_and_paystack_does_not_require_them():
    optional = {}
    for method in METHODS:
        parameters = inspect.signature(method.bind(PayStackBase(transport=ScriptedTransport()))).parameters
        if names := [name for name in parameters if name in method.required and parameters[name].default is None]:
            optional[method.name] = names
        required = {parameter["name"] for parameter in method.operation["body_params"] if parameter["required"]}
        assert not required & {method.operation["v1"]["params"][name] for name in names}
    rows = read_table("Arguments that became optional")
    assert {name: re.findall(r"`(\w+)`", cells[0]) for name, cells in rows.items()} == dict(sorted(optional.items()))
    assert list(rows) == sorted(rows)


@needs_guide
def test_the_guide_names_every_changed_value_and_import():
    text = GUIDE.read_text()
    assert [name for name in [*ENUM_VALUES, *IMPORTS] if f"`{name}`" not in text] == []
