"""The types of a form's values.

All values of a form are text. If the endpoint's parameter is a number or a boolean, the text of one is converted, as
Paystack's forms are (104 of its 254 snippets in PHP send forms). ``http_build_query`` writes booleans as ``1`` and
``0``. The endpoints declare the types, nested ones included. Fields without a declared type, such as those of
``metadata``, stay text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from types import UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Required,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from paystackease.emulator.http.operation_names import normalize_operation

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
_BOOLEANS: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


def convert_form(operation: str, body: Any) -> Any:
    """Return the body of a form with the types that the operation declares.

    :param operation: Method and path template, such as ``POST /transaction/initialize``.
    """
    fields, whole = _declared_types(normalize_operation(operation))
    if isinstance(body, dict):
        named = cast("dict[str, Any]", body)
        return {name: _convert(value, fields.get(name, ())) for name, value in named.items()}
    return _convert(body, whole)


@functools.cache
def _all_types() -> Mapping[str, tuple[Mapping[str, tuple[Any, ...]], tuple[Any, ...]]]:
    # Imported here: it imports all resources of the API, and few programs send forms.
    from paystackease.endpoints import endpoints

    types: dict[str, tuple[Mapping[str, tuple[Any, ...]], tuple[Any, ...]]] = {}
    for entry in endpoints():
        fields: dict[str, tuple[Any, ...]] = {}
        whole: tuple[Any, ...] = ()
        for parameter in entry.endpoint.parameters.values():
            if parameter.location == "root":
                whole = _members(parameter.annotation)
            elif parameter.location == "body":
                fields[parameter.wire_name] = _members(parameter.annotation)
        types[normalize_operation(f"{entry.endpoint.method} {entry.endpoint.path}")] = fields, whole
    return types


def _declared_types(operation: str) -> tuple[Mapping[str, tuple[Any, ...]], tuple[Any, ...]]:
    return _all_types().get(operation, ({}, ()))


def _members(annotation: Any) -> tuple[Any, ...]:
    """Return the types of a union, without what only qualifies them."""
    origin = get_origin(annotation)
    if origin in {Annotated, Required, NotRequired}:
        return _members(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return tuple(member for part in get_args(annotation) for member in _members(part))
    return (annotation,)


def _convert(value: Any, types: tuple[Any, ...]) -> Any:
    if isinstance(value, str):
        return value if str in types else _convert_text(value, types)
    if isinstance(value, list):
        item_types = next((_members(get_args(kind)[0]) for kind in types if _is_list(kind)), ())
        return [_convert(item, item_types) for item in cast("list[object]", value)]
    kind = next((kind for kind in types if is_typeddict(kind)), None)
    if kind is None:
        return value
    hints = _hints(kind)
    return {name: _convert(item, hints.get(name, ())) for name, item in value.items()}


def _convert_text(text: str, types: tuple[Any, ...]) -> Any:
    if int in types and _INTEGER.fullmatch(text):
        return int(text)
    if float in types and _NUMBER.fullmatch(text):
        return float(text)
    if bool in types:
        return _BOOLEANS.get(text, text)
    return text


def _is_list(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Sequence)


@functools.cache
def _hints(kind: type) -> Mapping[str, tuple[Any, ...]]:
    return {name: _members(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}
