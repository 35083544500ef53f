"""The facts about Paystack in ``tests/facts``, as the tests read them.

``facts/make_facts.py`` says what each file holds and where the facts come from.
"""

import functools
import json
from pathlib import Path

FACTS = Path(__file__).parents[1] / "facts"
TYPE_NAMES = {dict: "object", list: "array", str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}


@functools.cache
def read_facts(name):
    """The contents of a fact file. All callers share them, so none may change them."""
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def operations():
    """Each operation with its ``id``, in the order of the ids."""
    return [{"id": operation, **facts} for operation, facts in read_facts("operations").items()]


def current_operations():
    """The operations that Paystack has today."""
    return [operation for operation in operations() if operation["group"] != "legacy"]


def official_events():
    """The names of the events that Paystack documents."""
    return {name for name, event in read_facts("events").items() if event["status"] == "official"}


def answer_shapes(operation):
    """The shapes of an operation's published answers, by status: ``{"200": [shape], "200_otp": [shape]}``."""
    return read_facts("answer_shapes").get(operation, {})


def event_shapes(event):
    """The shapes of an event's published bodies."""
    return read_facts("event_shapes").get(event, [])


def merge_paths(shapes):
    """The JSON types at each key path of several shapes: ``{".data[].amount": {"int", "null"}}``."""
    found = {}
    for shape in shapes:
        for path, kind in _paths_of_shape(shape):
            found.setdefault(path, set()).add(kind)
    return found


def _paths_of_shape(shape, path=""):
    if isinstance(shape, str):
        yield path or ".", shape
        return
    yield path or ".", TYPE_NAMES[type(shape)]
    for key, inner in shape.items() if isinstance(shape, dict) else (("[]", item) for item in shape):
        yield from _paths_of_shape(inner, f"{path}{key}" if key == "[]" else f"{path}.{key}")


def observed_answers(operation):
    """What the real API was recorded to answer, with the shapes.

    :param operation: The operation's id, or None for answers that any operation may give.
    """
    return [found for found in read_facts("observed_answers") if found["operation"] == operation]


def observations(operation):
    """What else was seen of the real API's answers: when, and what of the answer is known.

    :param operation: The operation's id, or None for answers that any operation may give.
    """
    return [found for found in read_facts("observations")["answers"] if found["operation"] == operation]


def observed_webhooks(event):
    """The shapes of webhooks that Paystack was recorded to send."""
    return [found for found in read_facts("observed_webhooks") if found["event"] == event]


def path_template(path):
    """A path with ``{}`` for each of its parameters, whatever they are called."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
