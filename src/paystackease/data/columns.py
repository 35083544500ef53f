"""The columns of an exported list, derived from the type of its items. They are the same for every export.

A nested object becomes columns with dotted names, such as ``customer.email``. A list, or a field of several types, is
one column of JSON. Amounts are as Paystack sends them: whole numbers of subunits, with the currency in its own column.

The last column, ``other``, holds JSON with everything that fits no column, by its path: fields that Paystack has added,
and values of another type than Paystack documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

from paystackease._core.annotations import strip_qualifiers, union_members
from paystackease._core.endpoint import Endpoint

ColumnType: TypeAlias = Literal["integer", "number", "text", "boolean", "json"]

MAX_DEPTH = 4
"""An object at this depth within an item is a column of JSON."""

OTHER = "other"
"""The name of the last column."""

_COLUMN_TYPES: Mapping[type, ColumnType] = {bool: "boolean", int: "integer", float: "number", str: "text"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    """The path of the value in an item, joined by dots."""
    path: tuple[str, ...]
    type: ColumnType


def columns_of(endpoint: Endpoint[..., Any]) -> list[Column]:
    """Return the columns of a list's items, in the order of the type's fields, with ``other`` as the last one."""
    return [*_columns_of_object(item_type(endpoint), ()), Column(OTHER, (), "json")]


def item_type(endpoint: Endpoint[..., Any]) -> type:
    """Return the type of a list's items.

    :raises TypeError: If the endpoint does not return a list.
    """
    (data,) = get_args(get_type_hints(endpoint.function)["return"])
    if get_origin(data) is not list:
        raise TypeError(f"{endpoint.name} does not return a list")
    return cast("type", get_args(data)[0])


def row_converter(columns: Sequence[Column]) -> Callable[[Mapping[str, object]], list[object]]:
    """Return a function that converts an item to a row.

    A row has one value for each column: a number, text, a boolean, JSON as text, or None.
    """
    tree: _ColumnTree = {}
    for index, column in enumerate(columns[:-1]):
        branch = tree
        for name in column.path[:-1]:
            branch = cast("_ColumnTree", branch.setdefault(name, {}))
        branch[column.path[-1]] = (index, column.type)
    width = len(columns)

    def to_row(item: Mapping[str, object]) -> list[object]:
        values: list[object] = [None] * width
        other: dict[str, object] = {}
        _fill_row(item, tree, "", values, other)
        if other:
            values[-1] = _encode_json(other)
        return values

    return to_row


_ColumnTree: TypeAlias = "dict[str, tuple[int, ColumnType] | _ColumnTree]"
"""For each field of an item, the index and type of its column, or the same for the fields of a nested object."""


def _fill_row(
    item: Mapping[str, object], tree: _ColumnTree, path: str, values: list[object], other: dict[str, object]
) -> None:
    for name, value in item.items():
        if value is None:
            continue
        target = tree.get(name)
        if isinstance(target, tuple):
            index, column_type = target
            if column_type == "json":
                values[index] = _encode_json(value)
                continue
            if _fits(value, column_type):
                values[index] = value
                continue
        elif target is not None and isinstance(value, Mapping):
            _fill_row(cast("Mapping[str, object]", value), target, f"{path}{name}.", values, other)
            continue
        other[f"{path}{name}"] = value  # so that no value is lost


def _encode_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _columns_of_object(shape: type, path: tuple[str, ...]) -> Iterator[Column]:
    for name, annotation in get_type_hints(shape, include_extras=False).items():
        column_path = (*path, name)
        column_type = _column_type(annotation)
        if isinstance(column_type, str) or len(column_path) >= MAX_DEPTH:
            yield Column(".".join(column_path), column_path, column_type if isinstance(column_type, str) else "json")
        else:
            yield from _columns_of_object(column_type, column_path)


def _column_type(annotation: Any) -> ColumnType | type:
    """Return the type of a column, or the type of the nested object whose fields are columns."""
    annotation = strip_qualifiers(annotation)
    members = union_members(annotation)
    if members is not None:
        column_types: set[ColumnType | type] = {_column_type(member) for member in members}
        if len(column_types) == 1:
            return column_types.pop()
        return "number" if column_types == {"integer", "number"} else "json"
    if get_origin(annotation) is Literal:
        return "text" if all(isinstance(value, str) for value in get_args(annotation)) else "json"
    if is_typeddict(annotation):
        return cast("type", annotation)
    return _COLUMN_TYPES.get(annotation, "json")


def _fits(value: object, column_type: ColumnType) -> bool:
    match column_type:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str) and "\0" not in value  # PostgreSQL cannot store it in text
        case "boolean":
            return isinstance(value, bool)
        case "json":
            return True
