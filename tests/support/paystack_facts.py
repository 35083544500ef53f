"""Reads the facts about Paystack in ``tests/facts``.

``facts/make_facts.py`` documents each file and its sources.
"""

import functools
import json
from pathlib import Path

FACTS = Path(__file__).parents[1] / "facts"
TYPE_NAMES = {dict: "object", list: "array", str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}


@functools.cache
def read_facts(name):
    """Return the contents of a fact file. All callers share one object, so do not change it."""
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def operations():
    """Return each operation with its ``id``, in the order of the ids."""
    return [{"id": operation, **facts} for operation, facts in read_facts("operations").items()]


def current_operations():
    """Return the operations that Paystack has today."""
    return [operation for operation in operations() if operation["group"] != "legacy"]


def official_events():
    """Return the names of the events that Paystack documents."""
    return {name for name, event in read_facts("events").items() if event["status"] == "official"}


def answer_shapes(operation):
    """Return the shapes of an operation's published responses, by status: ``{"200": [shape], "200_otp": [shape]}``."""
    return read_facts("answer_shapes").get(operation, {})


def event_shapes(event):
    """Return the shapes of an event's published bodies."""
    return read_facts("event_shapes").get(event, [])


def merge_paths(shapes):
    """Return the JSON types at each key path of several shapes: ``{".data[].amount": {"int", "null"}}``."""
    types_by_path = {}
    for shape in shapes:
        for path, json_type in _paths_of_shape(shape):
            types_by_path.setdefault(path, set()).add(json_type)
    return types_by_path


def _paths_of_shape(shape, path=""):
    if isinstance(shape, str):
        yield path or ".", shape
        return
    yield path or ".", TYPE_NAMES[type(shape)]
    for key, item in shape.items() if isinstance(shape, dict) else (("[]", item) for item in shape):
        yield from _paths_of_shape(item, f"{path}{key}" if key == "[]" else f"{path}.{key}")


def observed_answers(operation):
    """Return recorded responses of the real API, with their shapes.

    :param operation: The operation's id, or None for responses that any operation may have.
    """
    return [response for response in read_facts("observed_answers") if response["operation"] == operation]


def observations(operation):
    """Return other observations of the real API's responses: when, and which part of the response is known.

    :param operation: The operation's id, or None for responses that any operation may have.
    """
    return [
        observation for observation in read_facts("observations")["answers"] if observation["operation"] == operation
    ]


def observed_webhooks(event):
    """Return the shapes of recorded webhooks."""
    return [webhook for webhook in read_facts("observed_webhooks") if webhook["event"] == event]


def path_template(path):
    """Return a path with ``{}`` in place of each parameter."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
