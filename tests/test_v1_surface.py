"""What was written for paystackease 1 works: its names, its arguments by name and in order, and what calls send.

What a call sends is held to what Paystack documents. Where version 1 sent something else, ``v1_differences`` says so,
and ``docs/migrating.md`` tells people; neither says so of anything that is as it was.
"""

import datetime as dt
import importlib.util
import inspect
import json
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

import pytest
from paystack_facts import operations, read_facts
from scripted_transport import Accepting, Script
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

from paystackease import AsyncPayStackBase, PayStackBase, convert_to_subunit, errors
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers import tool_kit

GUIDE = Path(__file__).parents[1] / "docs" / "migrating.md"
needs_guide = pytest.mark.skipif(not GUIDE.is_file(), reason="the documentation is not here")
SURFACE = read_facts("v1_surface")
OPERATIONS = operations()

OF_TYPE = {
    "Dict[str, Any]": {"cart": 398},
    "Dict[str, List[Dict[str, Any]]]": {"custom_fields": [{"display_name": "Size", "value": "é"}]},
    "List[Channels]": [tool_kit.Channels.CARD, tool_kit.Channels.MOBILE_MONEY],
    "List[int]": [489, 490],
    "bool": False,
    "date": dt.date(2026, 10, 1),
    "float": 18.5,
    "int": 5000,
    "str": "A text/1",
}
"""What version 1 took for a parameter of a type. Of an enum it took the first member."""

OF_NAME = {
    "account_type": "personal",
    "bank": {"code": "057", "account_number": "0000000000"},
    "bank_transfer": {"account_expires_at": "2026-10-01T12:00:00Z"},
    "batch": [{"type": "nuban", "name": "Ada", "account_number": "0123456789", "bank_code": "058"}],
    "bearer_type": "subaccount",
    "bin_code": "539983",
    "custom_fields": [{"display_name": "Size", "variable_name": "size"}],
    "customer_email": "ada@example.com",
    "data_object": {"id": "7895939", "reference": "4634337895939"},
    "document_type": "identityNumber",
    "email": "ada@example.com",
    "email_or_code": "ada+1@example.com",
    "line_items": [{"name": "Cake", "amount": 20000, "quantity": 2}],
    "mobile_money": {"phone": "0551234987", "provider": "mtn"},
    "objects": [{"authorization_code": "AUTH_1", "amount": 2500, "reference": "bulk-charge-1"}],
    "primary_contact_email": "ada@example.com",
    "product_id": "489",
    "qr": {"provider": "scan-to-pay"},
    "reason": "transfer",
    "recipient_email": "ada@example.com",
    "subaccounts": [{"subaccount": "ACCT_1", "share": 20}],
    "tax": [{"name": "VAT", "amount": 2000}],
    "transaction_split_type": "percentage",
    "transfers": [{"amount": 20000, "recipient": "RCP_1", "reference": "bulk-transfer-0001"}],
    "ussd": {"type": "737"},
}
"""The same, where the type says too little."""


@dataclass(frozen=True)
class Method:
    """A method of version 1, and the operation that it was for."""

    name: str
    """The client's attribute and the method: ``customers.fetch_customer``."""
    parameters: list[dict[str, Any]]
    operation: dict[str, Any]

    @property
    def required(self):
        return {found["name"] for found in self.parameters if found["required"]}

    @property
    def enough(self):
        """What must be given now."""
        return self.required | set(NOW_NEEDED.get(self.name, ()))

    @property
    def unasked(self):
        """What version 1 sent though nobody had given it, by the names of the parameters."""
        found = {found["name"]: found.get("default_value") for found in self.parameters}
        return {name: value for name, value in found.items() if value is not None}

    @property
    def arguments(self):
        """An argument of the type that version 1 took for each parameter, by name, in order."""
        return {found["name"]: self._argument(**found) for found in self.parameters}

    def _argument(self, *, name, annotation, **_):
        kind = re.sub(r"^Optional\[(?:Union\[)?(.*?)(?:, (?:None|Any)\])?\]$", r"\1", annotation)
        if name in OF_NAME or kind in OF_TYPE:
            return OF_NAME.get(name, OF_TYPE.get(kind))
        return getattr(tool_kit, kind)[next(iter(SURFACE["enums"][kind]["members"]))]

    @property
    def taken_now(self):
        """The same, with arguments of other types where those of version 1 are refused."""
        return {name: TAKEN_NOW.get((self.name, name), value) for name, value in self.arguments.items()}

    def some(self, names):
        return {name: value for name, value in self.taken_now.items() if name in names}

    def of(self, client):
        section, _, method = self.name.partition(".")
        return getattr(getattr(client, section), method)


def methods():
    attributes = {
        found["class"].partition(".")[0]: found["attribute"]
        for found in SURFACE["clients"]["PayStackBase"]["attributes"]
    }
    by_id = {found["id"]: found for found in OPERATIONS}
    return [
        Method(f"{attributes[module['module']]}.{method['name']}", method["params"], by_id[method["operation_id"]])
        for module in SURFACE["modules"]
        if module["package"] == "paystackease.apis"
        for cls in module["classes"]
        for method in cls["methods"]
    ]


def classes():
    return [
        pytest.param(module["import_path"], cls, id=cls["name"])
        for module in SURFACE["modules"]
        for cls in module["classes"]
    ]


METHODS = methods()
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


# The names


def test_every_module_can_be_imported():
    modules = SURFACE["import_paths"] + [found["import_path"] for found in SURFACE["modules"]]
    missing = {name for name in modules if importlib.util.find_spec(name) is None}
    assert missing == {name for name in IMPORTS if name in modules}
    for name in set(modules) - missing:
        importlib.import_module(name)


def test_every_package_has_its_exports():
    for package, names in {"paystackease": SURFACE["top_level_exports"], **SURFACE["subpackage_exports"]}.items():
        found = importlib.import_module(package)
        assert [name for name in names if not hasattr(found, name)] == []
        assert set(names) <= set(getattr(found, "__all__", vars(found)))


def test_the_private_modules_have_the_bases():
    for private, kind in {"paystackease._base": "sync", "paystackease._abase": "async"}.items():
        module = importlib.import_module(private)
        missing = {
            f"{private}.{found['name']}"
            for found in SURFACE["base_classes"][kind]
            if not hasattr(module, found["name"])
        } | {f"{private}.{name}" for name in ["PAYSTACK_SECRET_KEY"] if not hasattr(module, name)}
        assert missing == {name for name in IMPORTS if name.startswith(f"{private}.")}


def test_every_error_is_an_error_of_its_kind():
    for found in SURFACE["errors"]:
        error = getattr(errors, found["name"])
        for base in found["bases"]:
            assert issubclass(error, Exception if base == "Exception" else getattr(errors, base))
        made = error("it went wrong")
        assert (str(made), made.message, made.status_code) == ("it went wrong", "it went wrong", None)
    assert errors.PayStackError("it went wrong", 400).status_code == 400


def test_every_function_takes_what_it_took():
    for found in SURFACE["functions"]:
        function = getattr(importlib.import_module(found["module"]), found["name"])
        for package in found["exported_from"]:
            assert getattr(importlib.import_module(package), found["name"]) is function
        now = [
            (each.name, str(each.default))
            for each in inspect.signature(function).parameters.values()
            if each.kind is each.POSITIONAL_OR_KEYWORD
        ]
        assert now == [(each["name"], each.get("default", str(inspect.Parameter.empty))) for each in found["params"]]
    assert convert_to_subunit(amount=100, currency=tool_kit.Currency.KES) == 10000


def test_every_enum_has_its_members_and_their_values():
    differ = {}
    for name, found in SURFACE["enums"].items():
        enum = getattr(tool_kit, name)
        assert issubclass(enum, Enum)
        for member, value in found["members"].items():
            if enum[member].value != value:
                differ[f"{name}.{member}"] = enum[member].value
    assert differ == {name: value for name, (value, _) in ENUM_VALUES.items()}


# The clients


def test_the_clients_take_a_key_and_have_every_section():
    for name, found in SURFACE["clients"].items():
        client = getattr(importlib.import_module(found["module"]), name)
        assert client is {"PayStackBase": PayStackBase, "AsyncPayStackBase": AsyncPayStackBase}[name]
        assert [base.__name__ for base in client.__bases__] == found["base"]
        made = client(transport=Script())
        package = "apis" if name == "PayStackBase" else "async_apis"
        for section in found["attributes"]:
            module, _, cls = section["class"].partition(".")
            cls = getattr(importlib.import_module(f"paystackease.{package}.{module}"), cls)
            assert type(getattr(made, section["attribute"])) is cls


@pytest.mark.parametrize(("module", "found"), classes())
def test_every_class_has_its_methods_and_they_their_parameters(module, found):
    cls = getattr(importlib.import_module(module), found["name"])
    bases = {"PayStackBaseClientAPI": PayStackBaseClientAPI, "AsyncPayStackBaseClientAPI": AsyncPayStackBaseClientAPI}
    assert all(issubclass(cls, bases[base]) for base in found["bases"])
    secret_key, *others = inspect.signature(cls).parameters.values()
    assert (secret_key.name, secret_key.default, secret_key.kind) == (
        "secret_key",
        None,
        secret_key.POSITIONAL_OR_KEYWORD,
    )
    assert all(other.kind is other.KEYWORD_ONLY for other in others)
    for method in found["methods"]:
        function = getattr(cls, method["name"])
        assert inspect.iscoroutinefunction(function) is method["async"]
        _, *parameters = inspect.signature(function).parameters.values()
        for before, now in zip(method["params"], parameters, strict=False):
            assert (now.name, now.kind) == (before["name"], now.POSITIONAL_OR_KEYWORD)
        # What is new can only be given by name.
        assert all(new.kind is new.KEYWORD_ONLY for new in parameters[len(method["params"]) :])
        assert len(parameters) >= len(method["params"])


def test_all_methods_are_tried_here():
    assert len(METHODS) == SURFACE["counts"]["methods_apis"] == SURFACE["counts"]["methods_async_apis"] == 128
    assert sum(len(found.values[1]["methods"]) for found in classes()) == 2 * 128


@each_method
def test_a_default_is_as_it_was_or_is_not_sent_unasked_any_more(method):
    now = inspect.signature(method.of(PayStackBase(transport=Script()))).parameters
    for before in method.parameters:
        if before["required"] or before["name"] in NOW_NEEDED.get(method.name, ()):
            continue
        assert now[before["name"]].default is None
        # Sent unasked, each with its reason.
        assert before["default_value"] is None or before["name"] in REQUESTS[method.name]["unasked"]


# What is sent


class Sent(NamedTuple):
    verb: str
    path: str
    query: dict[str, str]
    body: Any


def sent(transport):
    verb, target, body = transport.sent
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


def documented(method, arguments):
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


def of_version_1(method, arguments):
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
    transport = Accepting()
    call = method.of(connect(transport=transport))
    if method.enough != method.required:
        with pytest.raises((TypeError, errors.InvalidArgumentError)):
            call(**method.some(method.required))
        assert transport.asked == []
    call(**method.some(method.enough))
    assert sent(transport) == documented(method, method.some(method.enough))


@each_method
def test_every_argument_goes_by_its_name_to_where_paystack_documents_it(connect, method):
    transport = Accepting()
    method.of(connect(transport=transport))(**method.taken_now)
    assert sent(transport) == documented(method, method.taken_now)


@each_method
def test_every_argument_goes_by_its_place_and_a_member_by_its_value(connect, method):
    transport = Accepting()
    values = (value.value if isinstance(value, Enum) else value for value in method.taken_now.values())
    method.of(connect(transport=transport))(*values)
    assert sent(transport) == documented(method, method.taken_now)


@each_method
def test_none_is_the_same_as_nothing(connect, method):
    transport = Accepting()
    call = method.of(connect(transport=transport))
    call(**method.some(method.enough))
    without = sent(transport)
    call(**(dict.fromkeys(method.taken_now) | method.some(method.enough)))
    assert sent(transport) == without


# What differs


def differences(method):
    """In which ways the requests of a method are other than version 1's."""
    transport = Accepting()
    call = method.of(PayStackBase(transport=transport))
    ways = {
        "unasked": bool(method.unasked),
        "needed": method.enough != method.required,
        "value": method.taken_now != method.arguments,
    }
    found = {way for way, differs in ways.items() if differs}
    for arguments in method.some(method.enough), method.taken_now:
        call(**arguments)
        before, now = of_version_1(method, arguments), sent(transport)
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
        transport = Script()
        refused = method[name].taken_now | {parameter: method[name].arguments[parameter]}
        with pytest.raises(errors.InvalidArgumentError, match=parameter):
            method[name].of(PayStackBase(transport=transport))(**refused)
        assert transport.asked == []


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
        now = inspect.signature(method.of(PayStackBase(transport=Script()))).parameters
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
