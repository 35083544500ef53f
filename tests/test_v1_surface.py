"""The public names of version 1: every module, class, method, parameter and enum member still exists."""

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

# Names


def test_every_module_can_be_imported():
    modules = SURFACE["import_paths"] + [module["import_path"] for module in SURFACE["modules"]]
    missing = {name for name in modules if importlib.util.find_spec(name) is None}
    assert missing == {name for name in IMPORTS if name in modules}
    for name in set(modules) - missing:
        importlib.import_module(name)


def test_every_package_has_its_exports():
    for package, names in {"paystackease": SURFACE["top_level_exports"], **SURFACE["subpackage_exports"]}.items():
        module = importlib.import_module(package)
        assert [name for name in names if not hasattr(module, name)] == []
        assert set(names) <= set(getattr(module, "__all__", vars(module)))


def test_the_private_modules_have_the_bases():
    for private, client_kind in {"paystackease._base": "sync", "paystackease._abase": "async"}.items():
        module = importlib.import_module(private)
        missing = {
            f"{private}.{entry['name']}"
            for entry in SURFACE["base_classes"][client_kind]
            if not hasattr(module, entry["name"])
        } | {f"{private}.{name}" for name in ["PAYSTACK_SECRET_KEY"] if not hasattr(module, name)}
        assert missing == {name for name in IMPORTS if name.startswith(f"{private}.")}


def test_every_error_has_its_base_classes_and_arguments():
    for entry in SURFACE["errors"]:
        error = getattr(errors, entry["name"])
        for base in entry["bases"]:
            assert issubclass(error, Exception if base == "Exception" else getattr(errors, base))
        instance = error("request failed")
        assert (str(instance), instance.message, instance.status_code) == ("request failed", "request failed", None)
    assert errors.PayStackError("request failed", 400).status_code == 400


def test_every_function_has_its_parameters():
    for entry in SURFACE["functions"]:
        function = getattr(importlib.import_module(entry["module"]), entry["name"])
        for package in entry["exported_from"]:
            assert getattr(importlib.import_module(package), entry["name"]) is function
        parameters = [
            (parameter.name, str(parameter.default))
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        ]
        assert parameters == [
            (parameter["name"], parameter.get("default", str(inspect.Parameter.empty))) for parameter in entry["params"]
        ]
    assert convert_to_subunit(amount=100, currency=tool_kit.Currency.KES) == 10000


def test_every_enum_has_its_members_and_their_values():
    changed_values = {}
    for name, entry in SURFACE["enums"].items():
        enum = getattr(tool_kit, name)
        assert issubclass(enum, Enum)
        for member, value in entry["members"].items():
            if enum[member].value != value:
                changed_values[f"{name}.{member}"] = enum[member].value
    assert changed_values == {name: value for name, (value, _) in ENUM_VALUES.items()}


# The clients


def test_the_clients_take_a_key_and_have_every_resource():
    for name, entry in SURFACE["clients"].items():
        client = getattr(importlib.import_module(entry["module"]), name)
        assert client is {"PayStackBase": PayStackBase, "AsyncPayStackBase": AsyncPayStackBase}[name]
        assert [base.__name__ for base in client.__bases__] == entry["base"]
        instance = client(transport=ScriptedTransport())
        package = "apis" if name == "PayStackBase" else "async_apis"
        for attribute in entry["attributes"]:
            module, _, cls = attribute["class"].partition(".")
            cls = getattr(importlib.import_module(f"paystackease.{package}.{module}"), cls)
            assert type(getattr(instance, attribute["attribute"])) is cls


@pytest.mark.parametrize(("module", "entry"), list_classes())
def test_every_class_has_its_methods_with_their_parameters(module, entry):
    cls = getattr(importlib.import_module(module), entry["name"])
    bases = {"PayStackBaseClientAPI": PayStackBaseClientAPI, "AsyncPayStackBaseClientAPI": AsyncPayStackBaseClientAPI}
    assert all(issubclass(cls, bases[base]) for base in entry["bases"])
    secret_key, *options = inspect.signature(cls).parameters.values()
    assert (secret_key.name, secret_key.default, secret_key.kind) == (
        "secret_key",
        None,
        secret_key.POSITIONAL_OR_KEYWORD,
    )
    assert all(option.kind is option.KEYWORD_ONLY for option in options)
    for method in entry["methods"]:
        function = getattr(cls, method["name"])
        assert inspect.iscoroutinefunction(function) is method["async"]
        _, *parameters = inspect.signature(function).parameters.values()
        for old, current in zip(method["params"], parameters, strict=False):
            assert (current.name, current.kind) == (old["name"], current.POSITIONAL_OR_KEYWORD)
        # New parameters are keyword-only.
        assert all(added.kind is added.KEYWORD_ONLY for added in parameters[len(method["params"]) :])
        assert len(parameters) >= len(method["params"])


def test_the_parametrized_tests_cover_all_methods():
    assert len(METHODS) == SURFACE["counts"]["methods_apis"] == SURFACE["counts"]["methods_async_apis"] == 128
    assert sum(len(param.values[1]["methods"]) for param in list_classes()) == 2 * 128


@each_method
def test_a_default_value_is_no_longer_sent_unless_the_table_lists_it(method):
    parameters = inspect.signature(method.bind(PayStackBase(transport=ScriptedTransport()))).parameters
    for parameter in method.parameters:
        if parameter["required"] or parameter["name"] in NEWLY_REQUIRED.get(method.name, ()):
            continue
        assert parameters[parameter["name"]].default is None
        # Version 1 sent it implicitly: the table has the reason.
        assert parameter["default_value"] is None or parameter["name"] in REQUESTS[method.name]["implicit"]
