"""What an event is known by: the same however often it comes, another for a later state, and nothing personal."""

import copy
import json
import re

import pytest
from paystack_facts import official_events, read_facts
from sample_bodies import make_event, make_text
from signed_events import verified_event

from paystackease.webhooks import deduplication

PERSONAL = re.compile(
    r"email|name$|phone|account_number|account_name|bvn|sender|receiver|last4|bin$|ip_address|signature|narration|"
    r"address|metadata|description|note|reason$|message$"
)
"""Keys of Paystack's events under which stands what is personal, or may be."""


SENTENCES = {("customeridentification.failed", ("reason",))}
"""Where Paystack itself writes a sentence, of which a key has the digest."""


def published_events(*series):
    """Bodies of the shapes that Paystack has published. Each series tells of other things."""
    return [
        pytest.param(make_event(name, shape, one), id=f"{name}.{number}-{one}")
        for name, shapes in read_facts("event_shapes").items()
        for number, shape in enumerate(shapes)
        for one in series
    ]


def iterate_values(value, path=()):
    """Every value in JSON that holds no other, with its path."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from iterate_values(inner, (*path, key))
    else:
        yield path, value


def set_value(data, path, value):
    changed = copy.deepcopy(data)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def known_by(name):
    """The paths of what an event is known by."""
    return {tuple(path.removesuffix("?").split(".")) for path in deduplication.IDENTITIES[name].key_paths}


def is_identifying(name, path):
    """Whether what stands at a path makes the event itself."""
    return not known_by(name) or any(path[: len(known)] == known for known in known_by(name))


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
def test_a_key_is_another_for_a_later_state(body):
    name, data = body["event"], body["data"]
    key = deduplication.key(name, data)
    tried = 0
    for path, _ in iterate_values(data):
        if is_identifying(name, path):
            tried += 1
            assert deduplication.key(name, set_value(data, path, "another")) != key, path
    assert tried, "something makes it itself"


@pytest.mark.parametrize("body", published_events(1, 2))
def test_nothing_personal_is_in_a_key_or_a_subject(body):
    name, data = body["event"], body["data"]
    told = f"{deduplication.key(name, data)} {deduplication.ordering_key(name, data)}"
    for path, value in iterate_values(data):
        if any(PERSONAL.search(str(step)) for step in path) and len(str(value)) > 3:
            assert str(value) not in told, path
    # Not even if it is one plain word, as a name or a description may be.
    for path, value in iterate_values(data):
        if (
            isinstance(value, str)
            and any(PERSONAL.search(str(step)) for step in path)
            and (name, path) not in SENTENCES
        ):
            other = set_value(data, path, "Adaeze")
            assert "Adaeze" not in deduplication.key(name, other) + deduplication.ordering_key(name, other), path
    # Not even where somebody has put it into a field that is for something else.
    for path, _ in iterate_values(data):
        for personal in "ada@example.com", "Ada Obi", "+2348031234567 ":
            other = set_value(data, path, personal)
            assert personal not in deduplication.key(name, other) + deduplication.ordering_key(name, other)


def test_published_events_with_one_key_tell_of_one_thing_in_one_state():
    found = {}
    bodies = [param.values[0] for param in published_events(1, 2, 3)]
    for body in bodies:
        name, data = body["event"], body["data"]
        state = found.setdefault(deduplication.key(name, data), (name, deduplication.ordering_key(name, data)))
        assert state == (name, deduplication.ordering_key(name, data))
    subjects = {}
    for body in bodies:
        subjects.setdefault(deduplication.ordering_key(body["event"], body["data"]), set()).add(body["event"])
    # What belongs in one order: the life of one thing.
    for series in 1, 2, 3:
        subscription, request = make_text("subscription_code", series), make_text("request_code", series)
        assert subjects[f"subscription:{subscription}"] == {
            "subscription.create",
            "subscription.disable",
            "subscription.not_renew",
        }
        assert subjects[f"payment_request:{request}"] == {"paymentrequest.pending", "paymentrequest.success"}


def test_every_official_event_has_an_identity_and_no_other_has():
    assert set(deduplication.IDENTITIES) == official_events()


def test_what_happens_to_one_payment_has_one_subject():
    payment = verified_event("charge.success", reference="T1", id=1, status="success")
    refund = verified_event("refund.processed", transaction_reference="T1", amount="500", status="processed")
    dispute = verified_event(
        "charge.dispute.create", id=7, transaction={"reference": "T1"}, status="awaiting-merchant-feedback"
    )
    assert {one.ordering_key for one in (payment, refund, dispute)} == {"transaction:T1"}
    assert len({one.key for one in (payment, refund, dispute)}) == 3


def test_the_states_of_a_refund_are_events_of_their_own():
    states = "pending", "processing", "processed", "failed", "needs-attention"
    told = [
        verified_event(f"refund.{state}", transaction_reference="T1", amount="500", status=state) for state in states
    ]
    assert len({one.key for one in told}) == 5
    assert len({one.ordering_key for one in told}) == 1


def test_an_unknown_event_is_identified_by_all_of_its_data():
    first = verified_event("brand.new", id=1, at="2026-01-01")
    assert first.key == verified_event("brand.new", at="2026-01-01", id=1).key
    assert first.key != verified_event("brand.new", id=1, at="2026-01-02").key
    assert first.key != verified_event("brand.newer", id=1, at="2026-01-01").key
    assert (first.ordering_key, verified_event("brand.new", more=1).ordering_key) == ("brand:1", "brand.new")


def test_an_event_that_lacks_what_it_is_known_by_is_known_by_all_of_its_data():
    first, second = verified_event("charge.success", id=1, at=1), verified_event("charge.success", id=1, at=2)
    assert first.key != second.key
    assert first.key == verified_event("charge.success", id=1, at=1).key
    assert first.ordering_key == "charge.success"


def test_a_number_is_the_same_as_its_digits_and_odd_texts_cannot_forge_a_key():
    assert verified_event("charge.success", id=1, reference="T1", status="success").key == (
        verified_event("charge.success", id="1", reference="T1", status="success").key
    )
    odd = verified_event("charge.success", id=1, reference="T1:1", status="success")
    assert odd.key.count(":") == 3
