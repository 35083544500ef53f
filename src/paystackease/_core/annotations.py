"""Reading type annotations."""

from __future__ import annotations

import types
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin


def strip_qualifiers(annotation: Any) -> Any:
    """Return an annotation without ``Annotated``, ``Required`` and ``NotRequired`` around it."""
    while get_origin(annotation) in {Annotated, Required, NotRequired}:
        annotation = get_args(annotation)[0]
    return annotation


def union_members(annotation: Any) -> list[Any] | None:
    """Return the members of a union except None, in order, or None if the annotation is not a union."""
    if get_origin(annotation) not in {Union, types.UnionType}:
        return None
    return [member for member in get_args(annotation) if member is not types.NoneType]
