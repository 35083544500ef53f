"""What the real API was observed to do is kept in ``tests/facts`` as facts, without a value of anybody's."""

import importlib.util
import json
import re

import pytest
from paystack_facts import (
    FACTS,
    TYPE_NAMES,
    answer_shapes,
    event_shapes,
    merge_paths,
    observations,
    observed_answers,
    observed_webhooks,
    operations,
    read_facts,
)
from sample_bodies import make_body, make_event
from shape_comparison import key_paths

FILES = sorted(file.stem for file in FACTS.glob("*.json"))
MADE = [name for name in FILES if name != "observations"]
OPERATIONS = {found["id"] for found in operations()}
RECORDED, SEEN = read_facts("observed_answers"), read_facts("observations")

KEYS_OF_A_RECORDING = {"operation", "status", "recorded", "message", "type", "code", "next_step", "item", "shape"}
KEYS_OF_AN_OBSERVATION = {
    *("operation", "when", "status", "message", "message_contains", "type", "code", "next_step", "recorded"),
    # Of the answer: some of its values, all keys of its data, some of them, and what has another form.
    *("data", "data_keys", "has_data_keys", "has_item_keys", "data_rule", "has_data"),
    *("meta", "meta_keys", "has_meta", "headers", "body", "state"),
}
KEYS_OF_A_WEBHOOK = {"event", "when", "data", "data_keys", "has_data_keys", "lacks_data_keys", "data_rule", "recorded"}


def load_script():
    spec = importlib.util.spec_from_file_location("make_facts", FACTS / "make_facts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def iterate_leaves(shape):
    if isinstance(shape, dict | list):
        for inner in shape.values() if isinstance(shape, dict) else shape:
            yield from iterate_leaves(inner)
    else:
        yield shape


def shapes():
    """All shapes of all files."""
    yield from (shape for one in read_facts("answer_shapes").values() for found in one.values() for shape in found)
    yield from (shape for found in read_facts("event_shapes").values() for shape in found)
    yield from (found["shape"] for found in [*RECORDED, *read_facts("observed_webhooks")])


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_a_recorded_answer_is_of_an_operation_and_says_what_its_shape_says(number):
    found = RECORDED[number]
    assert set(found) <= KEYS_OF_A_RECORDING
    assert found["operation"] in {*OPERATIONS, None}
    assert found in observed_answers(found["operation"])
    assert found["status"] is None or 200 <= found["status"] < 600
    if "item" in found:
        assert found["status"] == 200
        assert "message" not in found
    else:
        assert {"message", "type", "code"} & set(found) == {"message", "type", "code"} & set(found["shape"])
        assert found["shape"]["status"] == "bool"
    if found["status"] is None or found["status"] >= 400:
        assert found["message"]


@pytest.mark.parametrize("number", range(len(SEEN["answers"])))
def test_an_observation_is_of_an_operation_and_says_when(number):
    found = SEEN["answers"][number]
    assert {"operation", "when", "status", "recorded"} <= set(found) <= KEYS_OF_AN_OBSERVATION
    assert found["operation"] in {*OPERATIONS, None}
    assert found in observations(found["operation"])
    assert found["status"] is None or 200 <= found["status"] < 600
    assert re.fullmatch(r"20\d\d(-\d\d){0,2}", found["recorded"])
    assert found["when"]


def test_nothing_is_observed_twice():
    for found in SEEN["answers"], SEEN["webhooks"]:
        assert len({json.dumps(one) for one in found}) == len(found)


def test_an_observed_webhook_is_of_an_event():
    for found in read_facts("observed_webhooks"):
        assert found["shape"]["event"] == "str"
        assert found in observed_webhooks(found["event"])
        assert event_shapes(found["event"])
    for found in SEEN["webhooks"]:
        assert {"event", "recorded"} < set(found) <= KEYS_OF_A_WEBHOOK
        assert re.fullmatch(r"[a-z_]+(\.[a-z_-]+)+", found["event"])


def test_a_known_error_has_its_message_and_what_to_do():
    known = read_facts("error_messages")
    assert len(known) > 90
    assert all(set(found) == {"area", "message", "next_step"} and all(found.values()) for found in known)


def test_a_shape_has_types_for_values_and_keys_of_the_protocol():
    for shape in shapes():
        assert set(iterate_leaves(shape)) <= set(TYPE_NAMES.values()) - {"object", "array"}
        for path in merge_paths([shape]):
            assert re.fullmatch(r"\.|(\.[A-Za-z0-9_]+|\[\])+", path)
            assert ".metadata." not in path, "it is the merchant's own"


def test_every_published_answer_and_event_is_of_something_known():
    assert set(read_facts("answer_shapes")) <= OPERATIONS
    assert set(read_facts("event_shapes")) <= set(read_facts("events"))
    assert answer_shapes("transaction.verify")["200"]
    assert answer_shapes("unknown") == {}


@pytest.mark.parametrize("name", FILES)
def test_no_fact_has_a_value_of_anybodys(name):
    text = (FACTS / f"{name}.json").read_text()
    assert set(re.findall(r"[\w.+-]+@[\w.-]+", text)) <= {"support@paystack.com", "username@example.com"}
    assert set(re.findall(r"\d{6,}", text)) <= {"123456789"}, "the key in the message about a malformed header"
    assert not re.search(r"https?://|\b(AUTH|CUS|PLN|SUB|TRF|RCP|ACCT|INV|PRQ|SIG)_\w{8}", text)


@pytest.mark.parametrize("name", MADE)
def test_a_fact_file_is_as_the_script_writes_it(name):
    text = (FACTS / f"{name}.json").read_text()
    assert text == f"{load_script().written(json.loads(text))}\n"


def test_the_script_keeps_types_and_no_values():
    body = {
        "status": True,
        "data": [{"id": 7, "fee": 1.5, "note": None}, {"id": 8, "fee": 2.5, "note": None}, {"id": "A"}],
        "meta": {"metadata": {"email": "ada@example.com"}},
        "metadata": "{}",
    }
    assert load_script().shape_of(body) == {
        "data": [{"fee": "float", "id": "int", "note": "null"}, {"id": "str"}],
        "meta": {"metadata": {}},
        "metadata": "str",
        "status": "bool",
    }


def test_the_script_says_what_it_needs():
    for arguments in [], ["/no/such/folder"], ["a", "b"]:
        with pytest.raises(SystemExit, match="where FOLDER holds the sources"):
            load_script().main(arguments)


def test_a_body_of_a_shape_has_its_keys_and_types_and_is_the_same_each_time():
    for shape in shapes():
        body = make_body(shape)
        assert body == make_body(shape)
        kinds = {}
        for path, kind in key_paths(body):
            if ".metadata." not in path:
                kinds.setdefault(path, set()).add(kind)
        assert kinds == merge_paths([shape])


def test_another_series_tells_of_other_things():
    (shape,) = event_shapes("subscription.create")
    first, second = make_event("subscription.create", shape, 1), make_event("subscription.create", shape, 2)
    assert first["event"] == second["event"] == "subscription.create"
    assert first["data"]["subscription_code"] != second["data"]["subscription_code"]
