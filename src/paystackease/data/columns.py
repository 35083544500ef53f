"""The columns of a list, read from the type of its items: they are stable, and there is one place that says them.

An object within an item becomes columns of its own, ``customer.email``; a list, and what comes in several types, is one
column of JSON. Amounts are what Paystack sends: whole numbers of subunits, with the currency in a column beside them.

What has no column, because Paystack added it or sends another type than it publishes, is not lost: the last column,
``other``, has it as JSON, by its path.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
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

from paystackease._core.endpoint import Endpoint

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


def rows_of(columns: Sequence[Column]) -> Callable[[Mapping[str, object]], list[object]]:
    """What makes an item a row: its values, one for each column, as numbers, text, truth, and JSON as text."""
    tree: _Tree = {}
    for index, column in enumerate(columns[:-1]):
        branch = tree
        for name in column.path[:-1]:
            branch = cast("_Tree", branch.setdefault(name, {}))
        branch[column.path[-1]] = (index, column.kind)
    width = len(columns)

    def row(item: Mapping[str, object]) -> list[object]:
        values: list[object] = [None] * width
        other: dict[str, object] = {}
        _take(item, tree, "", values, other)
        if other:
            values[-1] = _as_json(other)
        return values

    return row


_Tree: TypeAlias = "dict[str, tuple[int, Kind] | _Tree]"
"""Where the values of an item go, by their names: into which column, or further down."""


def _take(item: Mapping[str, object], tree: _Tree, path: str, values: list[object], other: dict[str, object]) -> None:
    for name, value in item.items():
        if value is None:
            continue
        goes = tree.get(name)
        if isinstance(goes, tuple):
            index, kind = goes
            if kind == "json":
                values[index] = _as_json(value)
                continue
            if _fits(value, kind):
                values[index] = value
                continue
        elif goes is not None and isinstance(value, Mapping):
            _take(cast("Mapping[str, object]", value), goes, f"{path}{name}.", values, other)
            continue
        other[f"{path}{name}"] = value  # where nothing is lost


def _as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


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


def _fits(value: object, kind: Kind) -> bool:
    match kind:
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str) and "\0" not in value  # which PostgreSQL has no text for
        case "boolean":
            return isinstance(value, bool)
        case "json":
            return True
