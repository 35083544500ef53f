"""Deduplication keys: equal for each delivery, different for a later state, without personal data."""

import copy
import json
import re

import pytest
from paystack_facts import official_events, read_facts
from sample_bodies import make_event, make_text
from signed_events import verified_event

from paystackease.webhooks import deduplication

PERSONAL_KEYS = re.compile(
    r"email|name$|phone|account_number|account_name|bvn|sender|receiver|last4|bin$|ip_address|signature|narration|"
    r"address|metadata|description|note|reason$|message$"
)
"""Keys of Paystack's events whose values are personal, or may be."""


SENTENCES = {("customeridentification.failed", ("reason",))}
"""Fields with a sentence by Paystack, of which a key has the digest."""


def published_events(*series):
    """Return bodies of the shapes that Paystack has published. Each series has other values."""
    return [
        pytest.param(make_event(name, shape, series_number), id=f"{name}.{number}-{series_number}")
        for name, shapes in read_facts("event_shapes").items()
        for number, shape in enumerate(shapes)
        for series_number in series
    ]


def iterate_values(value, path=()):
    """Yield every scalar value in JSON, with its path."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from iterate_values(item, (*path, key))
    else:
        yield path, value


def set_value(data, path, value):
    changed = copy.deepcopy(data)
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


def key_paths_of(name):
    """Return the paths of the fields in an event's key."""
    return {tuple(path.removesuffix("?").split(".")) for path in deduplication.IDENTITIES[name].key_paths}


def is_identifying(name, path):
    """Return whether the value at a path is part of the event's key."""
    return not key_paths_of(name) or any(path[: len(key_path)] == key_path for key_path in key_paths_of(name))


@pytest.mark.parametrize("body", published_events(1, 2))
def test_the_key_of_an_event_is_the_same_for_each_delivery(body):
    name, data = body["event"], body["data"]
    key = deduplication.key(name, data)
    assert deduplication.key(name, json.loads(json.dumps(data))) == key
    if isinstance(data, dict):
        assert deduplication.key(name, dict(reversed(data.items()))) == key
    for path, value in iterate_values(data):
        other = set_value(data, path, "something else" if value != "something else" else None)
        if not is_identifying(name, path):
            assert deduplication.key(name, other) == key, path
            assert deduplication.key(name, {**other, "new": 1}) == key


@pytest.mark.parametrize("body", published_events(1, 2))
def test_a_later_state_has_another_key(body):
    name, data = body["event"], body["data"]
    key = deduplication.key(name, data)
    count = 0
    for path, _ in iterate_values(data):
        if is_identifying(name, path):
            count += 1
            assert deduplication.key(name, set_value(data, path, "another")) != key, path
    assert count, "no field identifies the event"


@pytest.mark.parametrize("body", published_events(1, 2))
def test_no_personal_data_is_in_a_key_or_an_ordering_key(body):
    name, data = body["event"], body["data"]
    keys = f"{deduplication.key(name, data)} {deduplication.ordering_key(name, data)}"
    for path, value in iterate_values(data):
        if any(PERSONAL_KEYS.search(str(step)) for step in path) and len(str(value)) > 3:
            assert str(value) not in keys, path
    # Also if the value is a single word, as a name or a description may be.
    for path, value in iterate_values(data):
        if (
            isinstance(value, str)
            and any(PERSONAL_KEYS.search(str(step)) for step in path)
            and (name, path) not in SENTENCES
        ):
            other = set_value(data, path, "Adaeze")
            assert "Adaeze" not in deduplication.key(name, other) + deduplication.ordering_key(name, other), path
    # Also if personal data is in a field for something else.
    for path, _ in iterate_values(data):
        for personal in "ada@example.com", "Ada Obi", "+2348031234567 ":
            other = set_value(data, path, personal)
            assert personal not in deduplication.key(name, other) + deduplication.ordering_key(name, other)


def test_published_events_with_the_same_key_have_the_same_object_and_state():
    states = {}
    bodies = [param.values[0] for param in published_events(1, 2, 3)]
    for body in bodies:
        name, data = body["event"], body["data"]
        state = states.setdefault(deduplication.key(name, data), (name, deduplication.ordering_key(name, data)))
        assert state == (name, deduplication.ordering_key(name, data))
    names_by_ordering_key = {}
    for body in bodies:
        names_by_ordering_key.setdefault(deduplication.ordering_key(body["event"], body["data"]), set()).add(
            body["event"]
        )
    # The events of one object have one ordering key.
    for series in 1, 2, 3:
        subscription, request = make_text("subscription_code", series), make_text("request_code", series)
        assert names_by_ordering_key[f"subscription:{subscription}"] == {
            "subscription.create",
            "subscription.disable",
            "subscription.not_renew",
        }
        assert names_by_ordering_key[f"payment_request:{request}"] == {
            "paymentrequest.pending",
            "paymentrequest.success",
        }


def test_exactly_the_official_events_have_an_identity():
    assert set(deduplication.IDENTITIES) == official_events()


def test_all_events_of_a_payment_have_one_ordering_key():
    payment = verified_event("charge.success", reference="T1", id=1, status="success")
    refund = verified_event("refund.processed", transaction_reference="T1", amount="500", status="processed")
    dispute = verified_event(
        "charge.dispute.create", id=7, transaction={"reference": "T1"}, status="awaiting-merchant-feedback"
    )
    assert {event.ordering_key for event in (payment, refund, dispute)} == {"transaction:T1"}
    assert len({event.key for event in (payment, refund, dispute)}) == 3


def test_each_state_of_a_refund_is_a_separate_event():
    states = "pending", "processing", "processed", "failed", "needs-attention"
    events = [
        verified_event(f"refund.{state}", transaction_reference="T1", amount="500", status=state) for state in states
    ]
    assert len({event.key for event in events}) == 5
    assert len({event.ordering_key for event in events}) == 1


def test_an_unknown_event_is_identified_by_all_of_its_data():
    first = verified_event("brand.new", id=1, at="2026-01-01")
    assert first.key == verified_event("brand.new", at="2026-01-01", id=1).key
    assert first.key != verified_event("brand.new", id=1, at="2026-01-02").key
    assert first.key != verified_event("brand.newer", id=1, at="2026-01-01").key
    assert (first.ordering_key, verified_event("brand.new", more=1).ordering_key) == ("brand:1", "brand.new")


def test_an_event_without_its_key_fields_is_identified_by_all_of_its_data():
    first, second = verified_event("charge.success", id=1, at=1), verified_event("charge.success", id=1, at=2)
    assert first.key != second.key
    assert first.key == verified_event("charge.success", id=1, at=1).key
    assert first.ordering_key == "charge.success"


def test_a_number_equals_its_digits_and_colons_cannot_forge_a_key():
    assert verified_event("charge.success", id=1, reference="T1", status="success").key == (
        verified_event("charge.success", id="1", reference="T1", status="success").key
    )
    odd = verified_event("charge.success", id=1, reference="T1:1", status="success")
    assert odd.key.count(":") == 3
