"""The endpoint table, compared with the facts about Paystack's API."""

import inspect
import re
import subprocess
import sys

import argument_factory
import pytest
from paystack_facts import current_operations, path_template
from scripted_transport import AcceptingTransport

from paystackease import AsyncPaystack, Paystack, errors
from paystackease._core.annotations import metadata_of
from paystackease._core.request import RetrySafety
from paystackease._core.validation import Subunits
from paystackease.endpoints import endpoints

ALL = list(endpoints())
each_endpoint = pytest.mark.parametrize("listed", ALL, ids=[f"{found.resource}.{found.endpoint.name}" for found in ALL])

OBSERVED = "/integration/webhooks/events"
"""Five operations that neither of Paystack's lists of operations has."""

DIFFERENCES = {
    # operation: (only in our table, only in operations.json, reason)
    "charge.create": ({"body card"}, set(), "its quirks there say that cards are taken"),
    "dedicated_account.list": (
        {"query use_cursor", "query next", "query previous"},
        set(),
        "Paystack's page about pagination names this list",
    ),
    "payment_page.add_products": (
        {"body products"},
        {"body product"},
        "the OpenAPI file's key, and the one that the test API was seen to take",
    ),
    "plan.create": (set(), {"body metadata"}, "in the community's OpenAPI file alone"),
    "plan.update": (set(), {"body metadata"}, "in the community's OpenAPI file alone"),
    "preauthorization.reserve": (
        {
            "body bearer",
            "body expire_action",
            "body expire_after_days",
            "body metadata",
            "body split_code",
            "body subaccount",
            "body transaction_charge",
        },
        set(),
        "the guide says that reserving takes what initializing takes",
    ),
    "refund.list": ({"query reference"}, set(), "version 1 has it as its first, and positions must hold"),
    "transaction.charge_authorization": (
        {"body callback_url"},
        set(),
        "in the guide to recurring charges, for customers who must confirm",
    ),
    "transaction.list": ({"query customer_code"}, set(), "a filter of its own in the OpenAPI file; here an alias"),
    "transfer.list": ({"query customer"}, set(), "version 1 has it as its third, and positions must hold"),
}
"""Where an endpoint takes other parameters than operations.json says, with the reason."""

OTHER_FACTS = {
    # operation: other facts, and the reason
    "dedicated_account.list": {"pages": ("both", "Paystack's page about pagination names this list")},
    "subscription.create": {"moves_money": (True, "without a start_date the customer is charged at once (inferred)")},
}


def operations():
    return [pytest.param(operation, id=operation["id"]) for operation in current_operations()]


def route(method, path):
    return method, path_template(path)


@pytest.mark.parametrize("client", [Paystack, AsyncPaystack])
def test_there_are_173_operations_and_the_five_observed_in_each_flavour(client):
    listed = list(endpoints(client))
    assert len(listed) == 173 + 5
    assert len({route(item.endpoint.method, item.endpoint.path) for item in listed}) == 178
    assert len({(item.resource, item.endpoint.name) for item in listed}) == 178
    assert sum(item.endpoint.path.startswith(OBSERVED) for item in listed) == 5
    for item in listed:
        method = getattr(vars(client)[item.resource].client_class, item.endpoint.name)
        assert inspect.iscoroutinefunction(method) == (client is AsyncPaystack)


def test_no_endpoint_is_written_twice():
    for blocking, awaited in zip(endpoints(Paystack), endpoints(AsyncPaystack), strict=True):
        assert blocking == awaited
        assert blocking.endpoint is awaited.endpoint


@pytest.mark.parametrize("operation", operations())
def test_an_operation_has_its_endpoint_with_the_same_verb_path_and_parameters(operation):
    wanted = route(operation["method"], operation["path"])
    (found,) = (item.endpoint for item in ALL if route(item.endpoint.method, item.endpoint.path) == wanted)
    assert found.path == operation["path"]
    our_fields = {f"{parameter.location} {parameter.wire_name}" for parameter in found.parameters.values()}
    documented_fields = {
        f"{location} {parameter['name']}"
        for location in ("path", "query", "body")
        for parameter in operation[f"{location}_params"]
    }
    if operation.get("body_root") == "array":
        assert {name for name in our_fields if name.startswith("root ")}
        our_fields = {name for name in our_fields if not name.startswith("root ")}
        documented_fields = {name for name in documented_fields if not name.startswith("body ")}
    more, fewer, _why = DIFFERENCES.get(operation["id"], (set(), set(), ""))
    assert (our_fields - documented_fields, documented_fields - our_fields) == (more, fewer)
    facts = {
        "moves_money": operation["moves_money"],
        "pages": None if operation["pagination"] == "none" else operation["pagination"],
        "documented": operation["availability"] == "documented",
    }
    facts |= {name: our_fields for name, (our_fields, _why) in OTHER_FACTS.get(operation["id"], {}).items()}
    assert {name: getattr(found, name) for name in facts} == facts


def test_a_difference_that_is_no_more_is_not_listed():
    assert set(DIFFERENCES) | set(OTHER_FACTS) <= {item.id for item in operations()}
    assert all(why for *_, why in DIFFERENCES.values())


@each_endpoint
def test_an_endpoint_has_its_parameters_and_documentation_url(listed):
    text = inspect.getdoc(listed.endpoint.function)
    assert re.findall(r":param (\w+):", text) == list(listed.endpoint.parameters)
    assert ":returns:" in text
    assert listed.endpoint.summary
    assert "client." not in listed.endpoint.summary, "the command line shows it too"
    assert len(listed.endpoint.summary.splitlines()) <= 2
    if listed.endpoint.documented:
        assert listed.endpoint.docs_url
    else:
        assert re.search("undocumented|not documented|does not document|does not have it", text)
    if listed.endpoint.parameters:
        assert "InvalidArgumentError" in text


@each_endpoint
def test_an_endpoint_that_moves_money_is_never_repeated_freely(listed):
    if listed.endpoint.moves_money:
        assert listed.endpoint.retry_safety is not RetrySafety.ALWAYS
    assert (listed.endpoint.retry_safety is RetrySafety.BY_REFERENCE) == (listed.endpoint.idempotency is not None)


@each_endpoint
def test_an_endpoint_sends_its_arguments_and_nothing_else(listed, connect):
    found = listed.endpoint
    arguments = argument_factory.make_arguments(
        found,
        **{name: parameter.default for name, parameter in found.parameters.items() if parameter.default is not None},
    )  # sent by default: Paystack requires it
    transport = AcceptingTransport()
    getattr(getattr(connect(transport=transport), listed.resource), found.name)(**arguments)
    (request,) = transport.requests
    keys = {
        location: {
            found.parameters[name].wire_name for name in arguments if found.parameters[name].location == location
        }
        for location in ("path", "query", "body")
    }
    assert request.method == found.method
    assert set(request.path_params) == keys["path"]
    assert set(request.query) == keys["query"]
    if isinstance(request.body, dict):
        generated = {"reference"} if found.idempotency and found.idempotency.items_field is None else set()
        assert set(request.body) == keys["body"] | generated
    assert None not in [*request.query.values(), *request.path_params.values()]
    assert "{" not in request.target


@each_endpoint
def test_every_parameter_of_an_endpoint_is_accepted(listed):
    for name, parameter in listed.endpoint.parameters.items():
        arguments = argument_factory.make_arguments(
            listed.endpoint, **{name: argument_factory.make_value(parameter.annotation)}
        )
        listed.endpoint.build(**arguments)


def refuse(endpoint, **wrong):
    with pytest.raises(errors.InvalidArgumentError) as exc_info:
        endpoint.build(**argument_factory.make_arguments(endpoint, **wrong))
    return str(exc_info.value)


@each_endpoint
def test_amounts_are_whole_numbers_of_the_subunit(listed):
    for name, parameter in listed.endpoint.parameters.items():
        if any(isinstance(mark, Subunits) for mark in metadata_of(parameter.annotation)):
            assert "subunit" in refuse(listed.endpoint, **{name: 100.5})
            assert refuse(listed.endpoint, **{name: True})
            assert "negative" in refuse(listed.endpoint, **{name: -1})


def test_amounts_are_found_in_every_section_that_has_them():
    names = {
        f"{item.resource}.{name}"
        for item in ALL
        for name, parameter in item.endpoint.parameters.items()
        if any(isinstance(mark, Subunits) for mark in metadata_of(parameter.annotation))
    }
    assert {name for name in names if name.endswith(".amount")} >= {
        "transactions.amount",
        "charges.amount",
        "transfers.amount",
        "plans.amount",
        "payment_pages.amount",
    }


TEXT = re.compile(r"^(pin|otp|phone|.*_number|bvn|bank_code|birthday|.*_code)$")


@each_endpoint
def test_numbers_with_leading_zeros_are_text(listed):
    for name, parameter in listed.endpoint.parameters.items():
        if TEXT.match(name) and argument_factory.plain_types(parameter.annotation) <= {str, type(None)}:
            assert "leading zero" in refuse(listed.endpoint, **{name: 1234})
        if name in {"pin", "otp", "phone", "account_number", "bvn", "bank_code"}:
            assert int not in argument_factory.plain_types(parameter.annotation)


def test_the_table_can_be_printed_from_the_command_line():
    process = subprocess.run(
        [sys.executable, "-m", "paystackease.endpoints"], capture_output=True, text=True, check=True
    )
    assert process.stdout.count("\n") == 178 + 3
    assert process.stdout.rstrip().endswith("178 endpoints")
    assert re.search(r"^refund\.create_refund +POST +/refund +moves money +never$", process.stdout, re.MULTILINE)
