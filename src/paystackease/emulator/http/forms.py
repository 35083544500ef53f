"""Bodies of type ``application/x-www-form-urlencoded``, from PHP's ``http_build_query`` and JavaScript's ``qs``.

Brackets nest: ``metadata[cart]=7`` is ``{"metadata": {"cart": "7"}}``, ``channels[]=card`` is a list with one element,
and ``0[authorization]=AUTH_x`` is a list as the whole body. Keys ``0`` to ``n - 1``, in any order, make a list; other
keys make an object. All values are text. :mod:`paystackease.emulator.http.form_types` converts those that are a number
or a boolean in JSON.

Nothing is dropped: a field that cannot be read, or that contradicts another one, is an error.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias, cast
from urllib.parse import unquote_to_bytes

from paystackease.emulator.http.nesting import MAX_DEPTH

FormValue: TypeAlias = "str | list[FormValue] | dict[str, FormValue]"

MAX_FIELDS = 10_000
"""The most fields in a form. PHP and Express read 1,000 by default."""

_KEY = re.compile(r"([^\[\]]*)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


class FormError(ValueError):
    """A form that cannot be read. The message names the field."""


def parse_form(content: bytes) -> dict[str, Any] | list[Any]:
    """Return the fields of a form: an object, or a list if the names of its fields are the numbers 0 to n - 1.

    :raises FormError: If a field cannot be read.
    """
    root: dict[str, Any] = {}
    pairs = [pair for pair in content.split(b"&") if pair]
    if len(pairs) > MAX_FIELDS:
        raise FormError(f"a form has at most {MAX_FIELDS:,} fields, and this one has {len(pairs):,}")
    for pair in pairs:
        raw_key, _, raw_value = pair.partition(b"=")
        key = _decode(raw_key, "the name of a field")
        _add(root, key, _split_key(key), _decode(raw_value, key))
    return cast("dict[str, Any] | list[Any]", _to_lists(root))


def _decode(raw: bytes, name: str) -> str:
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise FormError(f"{name[:100]} is not valid UTF-8") from None


def _split_key(key: str) -> list[str]:
    match = _KEY.fullmatch(key)
    if match is None or not key or (match[1] == "" and match[2]):
        raise FormError(f"the name of a field is not valid: {key[:100]!r}")
    parts = [match[1], *_PART.findall(match[2])]
    if len(parts) > MAX_DEPTH:
        raise FormError(f"{key[:100]} is nested more than {MAX_DEPTH} levels deep")
    return parts


def _add(root: dict[str, Any], key: str, parts: list[str], value: str) -> None:
    node = root
    for part in parts[:-1]:
        child = node.setdefault(_next_name(node, key) if part == "" else part, {})
        if not isinstance(child, dict):
            raise FormError(f"{key[:100]} is given as a text and as an object")
        node = cast("dict[str, Any]", child)
    name = _next_name(node, key) if parts[-1] == "" else parts[-1]
    if name not in node:
        node[name] = value
    elif isinstance(node[name], dict):
        raise FormError(f"{key[:100]} is given as a text and as an object")
    elif isinstance(node[name], list):
        node[name].append(value)
    else:
        node[name] = [node[name], value]  # as qs: a field that is given several times is a list


def _next_name(node: dict[str, Any], key: str) -> str:
    # ``[]`` appends to a list.
    name = str(len(node))
    if name in node:
        raise FormError(f"{key[:100]} is given with and without numbers")
    return name


def _to_lists(root: dict[str, Any]) -> FormValue:
    """Replace objects whose keys are 0 to n - 1 with lists. It uses no recursion, but the depth is bounded anyway."""
    holder: dict[str, Any] = {"": root}
    nodes: list[tuple[Any, Any]] = [(holder, "")]
    for parent, key in nodes:
        node = parent[key]
        if not isinstance(node, dict):
            continue
        fields = cast("dict[str, Any]", node)
        names = [str(index) for index in range(len(fields))]
        if fields and all(name in fields for name in names):
            parent[key] = [fields[name] for name in names]
            nodes.extend((parent[key], index) for index in range(len(names)))
        else:
            nodes.extend((fields, name) for name in fields)
    return cast("FormValue", holder[""])
