"""The check after an ambiguous outcome of a call that must not be repeated."""

import inspect
import re

import argument_factory
import pytest
from paystack_facts import path_template

from paystackease._core.request import RetrySafety
from paystackease.endpoints import endpoints

ALL = {f"{found.resource}.{found.endpoint.name}": found.endpoint for found in endpoints()}
NEVER = {name: found for name, found in ALL.items() if found.retry_safety is RetrySafety.NEVER}
GETS = {
    path_template(found.path): found
    for found in ALL.values()
    if found.method == "GET" and found.retry_safety is RetrySafety.ALWAYS and found.documented
}

NOTHING_TO_ASK = {
    # endpoint: why
    "customers.initialize_authorization": "it prepares a page at most, which only the lost answer leads to",
    "customers.initialize_direct_debit": "it prepares a page at most, which only the lost answer leads to",
    "integration.resend_matching_webhook_events": "your own server sees what comes once more, and must know a repeat",
    "integration.resend_webhook_events": "your own server sees what comes once more, and must know a repeat",
    "subscriptions.send_update_subscription_link": "it sends an e-mail, of which Paystack keeps nothing to ask for",
    "terminal.send_event": "an event is asked for by its id, which was lost; the terminal shows it",
    "transactions.check_authorization": "it changes nothing that could be looked at",
    "transfer_control.disable_otp": "it sends an OTP, and whoever has the phone sees it",
    "transfer_control.finalize_disable_otp": "no call says whether transfers need an OTP; the next transfer does",
    "transfer_control.resend_otp": "it sends an OTP, and whoever has the phone sees it",
    "verification.validate_account": "it changes nothing that could be looked at",
}
"""Where Paystack has nothing that tells."""

CHECKED = {name: found for name, found in NEVER.items() if name not in NOTHING_TO_ASK}


def parametrize_endpoints(found):
    return pytest.mark.parametrize("endpoint", [pytest.param(one, id=name) for name, one in found.items()])


each_checked = parametrize_endpoints(CHECKED)
each_that_moves_money = parametrize_endpoints({name: found for name, found in ALL.items() if found.moves_money})


def make_all_arguments(endpoint):
    """Arguments for all that an endpoint takes and that its rules let stand together."""
    given = argument_factory.make_arguments(endpoint)
    for name, parameter in endpoint.parameters.items():
        more = {**given, name: given.get(name, argument_factory.make_value(parameter.annotation))}
        given = given if any(rule(more) for rule in endpoint.rules) else more
    return given


@parametrize_endpoints(ALL)
def test_only_what_may_never_be_repeated_has_a_check_of_its_own(endpoint):
    assert endpoint.verify_path is None or (endpoint.retry_safety is RetrySafety.NEVER and endpoint.idempotency is None)


@parametrize_endpoints(NEVER)
def test_an_endpoint_that_is_never_retried_names_a_call_that_verifies_it(endpoint):
    assert (endpoint.verify_path is None) == (endpoint not in CHECKED.values())


def test_an_endpoint_without_verification_is_never_retried_and_moves_no_money():
    assert set(NOTHING_TO_ASK) <= set(NEVER)
    assert not [name for name in NOTHING_TO_ASK if NEVER[name].moves_money]
    assert all(NOTHING_TO_ASK.values())


@each_checked
@pytest.mark.parametrize(
    "arguments", [argument_factory.make_arguments, make_all_arguments], ids=["required", "everything"]
)
def test_a_check_is_a_documented_get_that_changes_nothing_and_it_is_filled(endpoint, arguments):
    check = endpoint.build(**arguments(endpoint)).verify_request
    assert check.method == "GET"
    assert check.body is None
    target = GETS[path_template(check.path)]
    assert set(check.query) <= {found.wire_name for found in target.parameters.values() if found.location == "query"}
    assert not re.search(r"[{}]|%7B|%7D|None", check.target)
    assert set(check.path_params) == set(re.findall(r"{(\w+)}", check.path))


@each_checked
def test_a_check_asks_by_what_was_sent(endpoint):
    wanted = set(re.findall(r"{(\w+)}", endpoint.verify_path))
    sent = {found.wire_name: found for found in endpoint.parameters.values() if found.location != "root"}
    assert wanted <= set(sent)
    path = endpoint.verify_path.partition("?")[0]
    assert all(sent[name].required for name in re.findall(r"{(\w+)}", path))
    given = argument_factory.make_arguments(endpoint)
    check = endpoint.build(**given).verify_request
    filled = {**check.path_params, **check.query}
    by_key = {endpoint.parameters[name].wire_name: value for name, value in given.items()}
    assert {key: value for key, value in filled.items() if key in wanted} == {
        key: by_key[key] for key in filled if key in wanted
    }


@each_checked
def test_a_check_leaves_out_what_was_not_sent(endpoint):
    given = argument_factory.make_arguments(endpoint)
    sent = {endpoint.parameters[name].wire_name for name in given}
    check = endpoint.build(**given).verify_request
    template = endpoint.verify_path.partition("?")[2]
    wanted = dict(part.split("=") for part in template.split("&")) if template else {}
    there = {key for key, value in wanted.items() if not value.startswith("{") or value.strip("{}") in sent}
    assert {key for key, value in check.query.items() if value is not None} == there
    assert set(re.findall(r"[?&](\w+)=", check.target)) == there


@each_that_moves_money
def test_the_docstring_of_an_endpoint_that_moves_money_says_what_to_do_if_the_outcome_is_unknown(endpoint):
    text = inspect.getdoc(endpoint.function)
    raises = dict(re.findall(r"^:raises paystackease\.errors\.(\w+): (.*(?:\n    .*)*)", text, re.MULTILINE))
    assert list(raises)[-1] == "OutcomeUnknownError"
    said = " ".join(raises["OutcomeUnknownError"].split())
    assert said.startswith("If the outcome is unknown")
    if endpoint.idempotency is not None:
        assert "even after the reference" in said
        assert "already exists" in raises["DuplicateReferenceError"]
        assert "already exists" not in raises["InvalidRequestError"]
        return
    named = re.search(r"Check with :meth:`(\w+)` .*before you retry", said)[1]
    check = endpoint.build(**argument_factory.make_arguments(endpoint)).verify_request
    assert named == GETS[path_template(check.path)].name
