"""The request that verifies an ambiguous outcome of a call that is never retried."""

import inspect
import re

import argument_factory
import pytest
from paystack_facts import path_template

from paystackease._core.request import RetrySafety
from paystackease.endpoints import endpoints

ALL = {f"{entry.resource}.{entry.endpoint.name}": entry.endpoint for entry in endpoints()}
NEVER = {name: endpoint for name, endpoint in ALL.items() if endpoint.retry_safety is RetrySafety.NEVER}
GETS = {
    path_template(endpoint.path): endpoint
    for endpoint in ALL.values()
    if endpoint.method == "GET" and endpoint.retry_safety is RetrySafety.ALWAYS and endpoint.documented
}

UNVERIFIABLE = {
    # endpoint: why
    "customers.initialize_authorization": "it only creates a page, whose address was in the lost response",
    "customers.initialize_direct_debit": "it only creates a page, whose address was in the lost response",
    "integration.resend_matching_webhook_events": "your server receives the events again, and must deduplicate them",
    "integration.resend_webhook_events": "your server receives the events again, and must deduplicate them",
    "subscriptions.send_update_subscription_link": "it sends an e-mail, which no endpoint returns",
    "terminal.send_event": "an event is fetched by its id, which was lost; the terminal shows it",
    "transactions.check_authorization": "it changes nothing that an endpoint returns",
    "transfer_control.disable_otp": "it sends an OTP to the phone of the business",
    "transfer_control.finalize_disable_otp": "no endpoint returns the setting; the next transfer shows it",
    "transfer_control.resend_otp": "it sends an OTP to the phone of the business",
    "verification.validate_account": "it changes nothing that an endpoint returns",
}
"""Endpoints whose outcome no other endpoint returns, with the reason."""

VERIFIABLE = {name: endpoint for name, endpoint in NEVER.items() if name not in UNVERIFIABLE}


def parametrize_endpoints(named_endpoints):
    return pytest.mark.parametrize(
        "endpoint", [pytest.param(endpoint, id=name) for name, endpoint in named_endpoints.items()]
    )


each_verifiable_endpoint = parametrize_endpoints(VERIFIABLE)
each_money_moving_endpoint = parametrize_endpoints(
    {name: endpoint for name, endpoint in ALL.items() if endpoint.moves_money}
)


def make_all_arguments(endpoint):
    """Return arguments for all parameters of an endpoint that its rules allow together."""
    arguments = argument_factory.make_arguments(endpoint)
    for name, parameter in endpoint.parameters.items():
        candidate = {**arguments, name: arguments.get(name, argument_factory.make_value(parameter.annotation))}
        arguments = arguments if any(rule(candidate) for rule in endpoint.rules) else candidate
    return arguments


@parametrize_endpoints(ALL)
def test_only_an_endpoint_that_is_never_retried_names_a_verifying_call(endpoint):
    assert endpoint.verify_path is None or (endpoint.retry_safety is RetrySafety.NEVER and endpoint.idempotency is None)


@parametrize_endpoints(NEVER)
def test_an_endpoint_that_is_never_retried_names_a_call_that_verifies_it(endpoint):
    assert (endpoint.verify_path is None) == (endpoint not in VERIFIABLE.values())


def test_an_endpoint_without_verification_is_never_retried_and_moves_no_money():
    assert set(UNVERIFIABLE) <= set(NEVER)
    assert not [name for name in UNVERIFIABLE if NEVER[name].moves_money]
    assert all(UNVERIFIABLE.values())


@each_verifiable_endpoint
@pytest.mark.parametrize(
    "arguments", [argument_factory.make_arguments, make_all_arguments], ids=["required", "everything"]
)
def test_a_verify_request_is_a_documented_get_with_all_its_fields(endpoint, arguments):
    verify_request = endpoint.build(**arguments(endpoint)).verify_request
    assert verify_request.method == "GET"
    assert verify_request.body is None
    target = GETS[path_template(verify_request.path)]
    assert set(verify_request.query) <= {
        field.wire_name for field in target.parameters.values() if field.location == "query"
    }
    assert not re.search(r"[{}]|%7B|%7D|None", verify_request.target)
    assert set(verify_request.path_params) == set(re.findall(r"{(\w+)}", verify_request.path))


@each_verifiable_endpoint
def test_a_verify_request_uses_the_fields_that_were_sent(endpoint):
    placeholders = set(re.findall(r"{(\w+)}", endpoint.verify_path))
    fields = {field.wire_name: field for field in endpoint.parameters.values() if field.location != "root"}
    assert placeholders <= set(fields)
    path = endpoint.verify_path.partition("?")[0]
    assert all(fields[name].required for name in re.findall(r"{(\w+)}", path))
    arguments = argument_factory.make_arguments(endpoint)
    verify_request = endpoint.build(**arguments).verify_request
    filled = {**verify_request.path_params, **verify_request.query}
    by_key = {endpoint.parameters[name].wire_name: value for name, value in arguments.items()}
    assert {key: value for key, value in filled.items() if key in placeholders} == {
        key: by_key[key] for key in filled if key in placeholders
    }


@each_verifiable_endpoint
def test_a_verify_request_omits_fields_that_were_not_sent(endpoint):
    arguments = argument_factory.make_arguments(endpoint)
    sent_fields = {endpoint.parameters[name].wire_name for name in arguments}
    verify_request = endpoint.build(**arguments).verify_request
    template = endpoint.verify_path.partition("?")[2]
    template_query = dict(part.split("=") for part in template.split("&")) if template else {}
    expected_keys = {
        key for key, value in template_query.items() if not value.startswith("{") or value.strip("{}") in sent_fields
    }
    assert {key for key, value in verify_request.query.items() if value is not None} == expected_keys
    assert set(re.findall(r"[?&](\w+)=", verify_request.target)) == expected_keys


@each_money_moving_endpoint
def test_the_docstring_of_an_endpoint_that_moves_money_says_what_to_do_if_the_outcome_is_unknown(endpoint):
    text = inspect.getdoc(endpoint.function)
    raises = dict(re.findall(r"^:raises paystackease\.errors\.(\w+): (.*(?:\n    .*)*)", text, re.MULTILINE))
    assert list(raises)[-1] == "OutcomeUnknownError"
    advice = " ".join(raises["OutcomeUnknownError"].split())
    assert advice.startswith("If the outcome is unknown")
    if endpoint.idempotency is not None:
        assert "even after the reference" in advice
        assert "already exists" in raises["DuplicateReferenceError"]
        assert "already exists" not in raises["InvalidRequestError"]
        return
    method = re.search(r"Check with :meth:`(\w+)` .*before you retry", advice)[1]
    verify_request = endpoint.build(**argument_factory.make_arguments(endpoint)).verify_request
    assert method == GETS[path_template(verify_request.path)].name
