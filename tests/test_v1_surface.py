"""The surface of version 1: every module, class, method, parameter and enum member is still there."""

import importlib.util
import inspect
from enum import Enum

import pytest
from scripted_transport import ScriptedTransport
from v1_differences import (
    ENUM_VALUES,
    IMPORTS,
    NEWLY_REQUIRED,
    REQUESTS,
)
from v1_methods import METHODS, SURFACE, each_method, list_classes

from paystackease import AsyncPayStackBase, PayStackBase, convert_to_subunit, errors
from paystackease.abase import AsyncPayStackBaseClientAPI
from paystackease.base import PayStackBaseClientAPI
from paystackease.helpers import tool_kit

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
        made = client(transport=ScriptedTransport())
        package = "apis" if name == "PayStackBase" else "async_apis"
        for section in found["attributes"]:
            module, _, cls = section["class"].partition(".")
            cls = getattr(importlib.import_module(f"paystackease.{package}.{module}"), cls)
            assert type(getattr(made, section["attribute"])) is cls


@pytest.mark.parametrize(("module", "found"), list_classes())
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
    assert sum(len(found.values[1]["methods"]) for found in list_classes()) == 2 * 128


@each_method
def test_a_default_is_as_it_was_or_is_not_sent_unasked_any_more(method):
    now = inspect.signature(method.of(PayStackBase(transport=ScriptedTransport()))).parameters
    for before in method.parameters:
        if before["required"] or before["name"] in NEWLY_REQUIRED.get(method.name, ()):
            continue
        assert now[before["name"]].default is None
        # Sent unasked, each with its reason.
        assert before["default_value"] is None or before["name"] in REQUESTS[method.name]["unasked"]
