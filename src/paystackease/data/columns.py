"""The columns of a list, read from the type of its items: they are stable, and there is one place that says them.

An object within an item becomes columns of its own, ``customer.email``; a list, and what comes in several types, is one
column of JSON. Amounts are what Paystack sends: whole numbers of subunits, with the currency in a column beside them.

What has no column, because Paystack added it or sends another type than it publishes, is not lost: the last column,
``other``, has it as JSON, by its path.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    Any,
    Literal,
    NotRequired,
    Required,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import msgspec

from paystackease._endpoint import Endpoint

Kind: TypeAlias = Literal["integer", "number", "text", "boolean", "json"]

DEEPEST = 4
"""An object so deep within an item is a column of JSON."""

OTHER = "other"

_KINDS: Mapping[type, Kind] = {bool: "boolean", int: "integer", float: "number", str: "text"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    """Its path in an item, with dots."""
    path: tuple[str, ...]
    kind: Kind


def columns_of(endpoint: Endpoint[..., Any]) -> list[Column]:
    """The columns of a list's items, in the order in which the type has them, and ``other`` at the end."""
    return [*_columns(item_type(endpoint), ()), Column(OTHER, (), "json")]


def item_type(endpoint: Endpoint[..., Any]) -> type:
    """The type of a list's items.

    :raises TypeError: Where the endpoint gives no list.
    """
    (data,) = get_args(get_type_hints(endpoint.function)["return"])
    if get_origin(data) is not list:
        raise TypeError(f"{endpoint.name} gives no list")
    return cast("type", get_args(data)[0])


def values_of(columns: Sequence[Column], item: Mapping[str, object]) -> list[object]:
    """An item's values, one for each column: numbers, text, truth, and JSON as text."""
    rest = dict(_leaves(item, columns))
    values: list[object] = []
    for column in columns[:-1]:
        value = _at(item, column.path)
        if value is not None and not _fits(value, column.kind):
            value = None  # it goes where nothing is lost
        elif column.kind != "json" and value is not None:
            rest.pop(column.path, None)
        if column.kind == "json":
            rest = {path: left for path, left in rest.items() if path[: len(column.path)] != column.path}
            value = None if value is None else msgspec.json.encode(value).decode()
        values.append(value)
    other = {".".join(path): value for path, value in rest.items() if value is not None}
    return [*values, msgspec.json.encode(other).decode() if other else None]


def _columns(shape: type, path: tuple[str, ...]) -> Iterator[Column]:
    for name, hint in get_type_hints(shape, include_extras=False).items():
        here = (*path, name)
        kind = _kind(hint)
        if isinstance(kind, str) or len(here) >= DEEPEST:
            yield Column(".".join(here), here, kind if isinstance(kind, str) else "json")
        else:
            yield from _columns(kind, here)


def _kind(hint: Any) -> Kind | type:
    """The kind of a column, or the type of the object whose fields are columns."""
    origin: Any = get_origin(hint)
    if origin in {Required, NotRequired}:
        return _kind(get_args(hint)[0])
    if origin in {Union, types.UnionType}:
        kinds: set[Kind | type] = {_kind(option) for option in get_args(hint) if option is not types.NoneType}
        if len(kinds) == 1:
            return kinds.pop()
        return "number" if kinds == {"integer", "number"} else "json"
    if origin is Literal:
        return "text" if all(isinstance(value, str) for value in get_args(hint)) else "json"
    if is_typeddict(hint):
        return cast("type", hint)
    return _KINDS.get(hint, "json")


def _leaves(item: Mapping[str, object], columns: Sequence[Column]) -> Iterator[tuple[tuple[str, ...], object]]:
    branches = {column.path[:depth] for column in columns for depth in range(1, len(column.path))}
    yield from _walk(item, (), branches)


def _walk(
    item: Mapping[str, object], path: tuple[str, ...], branches: set[tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in item.items():
        here = (*path, name)
        if here in branches and isinstance(value, Mapping):
            yield from _walk(cast("Mapping[str, object]", value), here, branches)
        else:
            yield here, value


def _at(item: object, path: Sequence[str]) -> object:
    for name in path:
        if not isinstance(item, Mapping):
            return None
        item = cast("Mapping[str, object]", item).get(name)
    return item


def _fits(value: object, kind: Kind) -> bool:
    match kind:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "json":
            return True
