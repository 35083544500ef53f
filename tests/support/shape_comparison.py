"""Compare responses and webhooks of the emulator with those that Paystack has published: key paths and JSON types.

``response_differences("transaction.verify", 200, body)`` returns the differences: keys that Paystack does not send,
keys that only Paystack sends, and other types. The merchant's metadata is not compared. An empty list or a null in a
sample allows any value.
"""

import functools

from paystack_facts import (
    TYPE_NAMES,
    answer_shapes,
    current_operations,
    event_shapes,
    merge_paths,
    path_template,
    read_facts,
)

__all__ = [
    "closest_differences",
    "event_differences",
    "find_operation",
    "key_paths",
    "merged_shapes",
    "published_events",
    "response_differences",
]


@functools.cache
def merged_shapes(operation_id):
    """Return the JSON types at each key path of an operation's responses, by the sample's status."""
    return {status: merge_paths(shapes) for status, shapes in answer_shapes(operation_id).items()}


def key_paths(value, path=""):
    """Yield the key path and JSON type of each value of a body."""
    yield path or ".", TYPE_NAMES[type(value)]
    if isinstance(value, dict):
        for key, item in value.items():
            yield from key_paths(item, f"{path}.{key}")
    if isinstance(value, list):
        for item in value:
            yield from key_paths(item, f"{path}[]")


def response_differences(operation_id, status, body):
    """Return the differences of a response from the samples of its operation and status.

    :param status: 200, or the name of a sample such as ``"200_otp"``.
    """
    return _differences(dict(body), merged_shapes(operation_id)[str(status)])


def closest_differences(operation_id, status, body):
    """Return the differences of a response from the most similar sample of its operation and status.

    The list is empty if no sample is published.
    """
    samples = merged_shapes(operation_id)
    candidates = [name for name in samples if name.partition("_")[0] == str(status)]
    return min((list(_differences(body, samples[name])) for name in candidates), key=len, default=[])


@functools.cache
def _operation_ids():
    return {
        (operation["method"], path_template(operation["path"])): operation["id"] for operation in current_operations()
    }


def find_operation(method, path):
    """Return the id of an operation, or None if the facts do not have it."""
    return _operation_ids().get((method, path_template(path)))


def published_events():
    """Return the names of all events that Paystack publishes."""
    return set(read_facts("event_shapes"))


def event_differences(name, body):
    """Return the differences of a webhook's body: keys that no sample has, and keys that the most similar sample has.

    The list is empty if Paystack publishes no sample of the event.
    """
    if name not in published_events():
        return []
    actual, union = _types_by_path(body), merge_paths(event_shapes(name))
    return [
        *_unexpected_paths(actual, union),
        *min((list(_missing_paths(actual, sample)) for sample in _event_types(name)), key=len),
    ]


@functools.cache
def _event_types(name):
    return [merge_paths([shape]) for shape in event_shapes(name)]


def _differences(body, published):
    actual = _types_by_path(body)
    return [*_unexpected_paths(actual, published), *_missing_paths(actual, published)]


def _types_by_path(body):
    types_by_path = {}
    for path, json_type in key_paths(body):
        types_by_path.setdefault(path, set()).add(json_type)
    return types_by_path


def _unexpected_paths(actual, published):
    for path, json_types in actual.items():
        if ".metadata." in path or _is_unknown(path, published):
            continue
        if path not in published:
            yield f"{path} is not sent by Paystack"
        elif not (json_types - {"null"} <= published[path] or "null" in published[path] or path.endswith(".metadata")):
            yield f"{path} is {'|'.join(sorted(json_types))} and not {'|'.join(sorted(published[path]))}"


def _missing_paths(actual, published):
    for path in published:
        if ".metadata." in path or path in actual or path.endswith("[]"):
            continue
        parent = path.rpartition(".")[0] or "."
        # Keys below a value that is absent, null or empty are not missing.
        if actual.get(parent, {"null"}) == {"null"} or _is_empty(parent, actual):
            continue
        yield f"{path} is missing"


def _is_empty(parent, actual):
    return parent != "." and not any(path.startswith(f"{parent}.") for path in actual)


def _is_unknown(path, published):
    # The samples do not show the keys below a value that is null or empty in them, such as `split: {}`.
    while path and path not in published:
        path = path.rpartition(".")[0] if path.rpartition(".")[0].count("[]") == path.count("[]") else path[:-2]
        if path in published and path != ".":
            return not any(published_path.startswith((f"{path}.", f"{path}[")) for published_path in published)
    return False
