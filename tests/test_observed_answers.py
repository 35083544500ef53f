"""The observations of the real API in ``tests/facts`` are well-formed, and have no personal values."""

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
GENERATED = [name for name in FILES if name != "observations"]
OPERATIONS = {operation["id"] for operation in operations()}
RECORDINGS, OBSERVATIONS = read_facts("observed_answers"), read_facts("observations")

KEYS_OF_A_RECORDING = {"operation", "status", "recorded", "message", "type", "code", "next_step", "item", "shape"}
KEYS_OF_AN_OBSERVATION = {
    *("operation", "when", "status", "message", "message_contains", "type", "code", "next_step", "recorded"),
    # Of the response: some of its values, all or some keys of its data, and other forms.
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
        for item in shape.values() if isinstance(shape, dict) else shape:
            yield from iterate_leaves(item)
    else:
        yield shape


def iterate_shapes():
    """Yield all shapes of all files."""
    yield from (
        shape for samples in read_facts("answer_shapes").values() for entry in samples.values() for shape in entry
    )
    yield from (shape for entry in read_facts("event_shapes").values() for shape in entry)
    yield from (entry["shape"] for entry in [*RECORDINGS, *read_facts("observed_webhooks")])


@pytest.mark.parametrize("number", range(len(RECORDINGS)))
def test_a_recorded_response_belongs_to_an_operation_and_agrees_with_its_shape(number):
    recording = RECORDINGS[number]
    assert set(recording) <= KEYS_OF_A_RECORDING
    assert recording["operation"] in {*OPERATIONS, None}
    assert recording in observed_answers(recording["operation"])
    assert recording["status"] is None or 200 <= recording["status"] < 600
    if "item" in recording:
        assert recording["status"] == 200
        assert "message" not in recording
    else:
        assert {"message", "type", "code"} & set(recording) == {"message", "type", "code"} & set(recording["shape"])
        assert recording["shape"]["status"] == "bool"
    if recording["status"] is None or recording["status"] >= 400:
        assert recording["message"]


@pytest.mark.parametrize("number", range(len(OBSERVATIONS["answers"])))
def test_an_observation_belongs_to_an_operation_and_has_a_condition_and_a_date(number):
    observation = OBSERVATIONS["answers"][number]
    assert {"operation", "when", "status", "recorded"} <= set(observation) <= KEYS_OF_AN_OBSERVATION
    assert observation["operation"] in {*OPERATIONS, None}
    assert observation in observations(observation["operation"])
    assert observation["status"] is None or 200 <= observation["status"] < 600
    assert re.fullmatch(r"20\d\d(-\d\d){0,2}", observation["recorded"])
    assert observation["when"]


def test_there_are_no_duplicate_observations():
    for entries in OBSERVATIONS["answers"], OBSERVATIONS["webhooks"]:
        assert len({json.dumps(entry) for entry in entries}) == len(entries)


def test_an_observed_webhook_belongs_to_an_event():
    for webhook in read_facts("observed_webhooks"):
        assert webhook["shape"]["event"] == "str"
        assert webhook in observed_webhooks(webhook["event"])
        assert event_shapes(webhook["event"])
    for webhook in OBSERVATIONS["webhooks"]:
        assert {"event", "recorded"} < set(webhook) <= KEYS_OF_A_WEBHOOK
        assert re.fullmatch(r"[a-z_]+(\.[a-z_-]+)+", webhook["event"])


def test_a_known_error_has_a_message_and_a_next_step():
    messages = read_facts("error_messages")
    assert len(messages) > 90
    assert all(set(entry) == {"area", "message", "next_step"} and all(entry.values()) for entry in messages)


def test_a_shape_has_types_for_values_and_keys_of_the_protocol():
    for shape in iterate_shapes():
        assert set(iterate_leaves(shape)) <= set(TYPE_NAMES.values()) - {"object", "array"}
        for path in merge_paths([shape]):
            assert re.fullmatch(r"\.|(\.[A-Za-z0-9_]+|\[\])+", path)
            assert ".metadata." not in path, "metadata belongs to the merchant"


def test_every_published_response_and_event_belongs_to_a_known_operation_or_event():
    assert set(read_facts("answer_shapes")) <= OPERATIONS
    assert set(read_facts("event_shapes")) <= set(read_facts("events"))
    assert answer_shapes("transaction.verify")["200"]
    assert answer_shapes("unknown") == {}


@pytest.mark.parametrize("name", FILES)
def test_no_fact_has_a_personal_value(name):
    text = (FACTS / f"{name}.json").read_text()
    assert set(re.findall(r"[\w.+-]+@[\w.-]+", text)) <= {"support@paystack.com", "username@example.com"}
    assert set(re.findall(r"\d{6,}", text)) <= {"123456789"}, "the key in the message about a malformed header"
    assert not re.search(r"https?://|\b(AUTH|CUS|PLN|SUB|TRF|RCP|ACCT|INV|PRQ|SIG)_\w{8}", text)


@pytest.mark.parametrize("name", GENERATED)
def test_a_fact_file_has_the_format_of_the_script(name):
    text = (FACTS / f"{name}.json").read_text()
    assert text == f"{load_script().format_json(json.loads(text))}\n"


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


def test_the_script_prints_its_usage_for_wrong_arguments():
    for arguments in [], ["/no/such/folder"], ["a", "b"]:
        with pytest.raises(SystemExit, match="with the FOLDER of the sources"):
            load_script().main(arguments)


def test_a_body_of_a_shape_has_its_keys_and_types_and_is_deterministic():
    for shape in iterate_shapes():
        body = make_body(shape)
        assert body == make_body(shape)
        types_by_path = {}
        for path, json_type in key_paths(body):
            if ".metadata." not in path:
                types_by_path.setdefault(path, set()).add(json_type)
        assert types_by_path == merge_paths([shape])


def test_another_series_has_other_values():
    (shape,) = event_shapes("subscription.create")
    first, second = make_event("subscription.create", shape, 1), make_event("subscription.create", shape, 2)
    assert first["event"] == second["event"] == "subscription.create"
    assert first["data"]["subscription_code"] != second["data"]["subscription_code"]
