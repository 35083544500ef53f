"""Compare answers and webhooks of the emulator with those that Paystack has published: key paths and JSON types.

``fits("transaction.verify", 200, body)`` says where an answer of ours differs: a key that Paystack does not send, one
that it does and we do not, another type. What is in the merchant's metadata is nobody's shape, and an empty list or a
null in a sample says nothing of what might be there.
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
    """The JSON types at each key path of an operation's answers, by the sample's status."""
    return {status: merge_paths(shapes) for status, shapes in answer_shapes(operation_id).items()}


def key_paths(value, path=""):
    """Key path and JSON type, for the whole of a body."""
    yield path or ".", TYPE_NAMES[type(value)]
    if isinstance(value, dict):
        for key, item in value.items():
            yield from key_paths(item, f"{path}.{key}")
    if isinstance(value, list):
        for item in value:
            yield from key_paths(item, f"{path}[]")


def response_differences(operation_id, status, body):
    """Where an answer differs from all samples of its operation and status; nothing, where it is like one of them.

    :param status: 200, or the name of a sample such as ``"200_otp"``.
    """
    return _differences(dict(body), merged_shapes(operation_id)[str(status)])


def closest_differences(operation_id, status, body):
    """Where an answer differs from the sample of its operation that it is most like, of those with its status.

    Of an operation, or a status, of which nothing is published, nothing is known.
    """
    samples = merged_shapes(operation_id)
    same = [name for name in samples if name.partition("_")[0] == str(status)]
    return min((list(_differences(body, samples[name])) for name in same), key=len, default=[])


@functools.cache
def _operation_ids():
    return {(one["method"], path_template(one["path"])): one["id"] for one in current_operations()}


def find_operation(method, path):
    """The id of an operation, or None if the facts do not have it."""
    return _operation_ids().get((method, path_template(path)))


def published_events():
    """The names of all events that Paystack publishes."""
    return set(read_facts("event_shapes"))


def event_differences(name, body):
    """Where a webhook's body differs from Paystack's samples of it: what none of them has, and what it lacks of the one
    that it is most like. Of an event that Paystack does not publish nothing is known.
    """
    if name not in published_events():
        return []
    ours, union = _types_by_path(body), merge_paths(event_shapes(name))
    return [
        *_unexpected_paths(ours, union),
        *min((list(_missing_paths(ours, one)) for one in _event_types(name)), key=len),
    ]


@functools.cache
def _event_types(name):
    return [merge_paths([shape]) for shape in event_shapes(name)]


def _differences(ours, theirs):
    found = _types_by_path(ours)
    return [*_unexpected_paths(found, theirs), *_missing_paths(found, theirs)]


def _types_by_path(body):
    found = {}
    for path, kind in key_paths(body):
        found.setdefault(path, set()).add(kind)
    return found


def _unexpected_paths(found, theirs):
    for path, kinds in found.items():
        if ".metadata." in path or _is_unknown(path, theirs):
            continue
        if path not in theirs:
            yield f"{path} is not sent by Paystack"
        elif not (kinds - {"null"} <= theirs[path] or "null" in theirs[path] or path.endswith(".metadata")):
            yield f"{path} is {'|'.join(sorted(kinds))} and not {'|'.join(sorted(theirs[path]))}"


def _missing_paths(found, theirs):
    for path in theirs:
        if ".metadata." in path or path in found or path.endswith("[]"):
            continue
        parent = path.rpartition(".")[0] or "."
        # Of what is within something that is not there, is null or is empty, nothing is missing.
        if found.get(parent, {"null"}) == {"null"} or _is_empty(parent, found):
            continue
        yield f"{path} is missing"


def _is_empty(parent, found):
    return parent != "." and not any(path.startswith(f"{parent}.") for path in found)


def _is_unknown(path, theirs):
    # What is within something that is null or empty in the samples, such as `split: {}`, they do not tell.
    while path and path not in theirs:
        path = path.rpartition(".")[0] if path.rpartition(".")[0].count("[]") == path.count("[]") else path[:-2]
        if path in theirs and path != ".":
            return not any(other.startswith((f"{path}.", f"{path}[")) for other in theirs)
    return False
