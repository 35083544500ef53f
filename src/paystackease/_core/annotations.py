"""Functions that read type annotations."""

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


def metadata_of(annotation: Any) -> list[object]:
    """Return the metadata of ``Annotated``, also that of the members of a union."""
    if get_origin(annotation) is Annotated:
        return list(get_args(annotation)[1:])
    return [mark for member in get_args(annotation) for mark in metadata_of(member)]


def without_metadata(annotation: Any) -> Any:
    """Return an annotation without ``Annotated``, also within a union."""
    if get_origin(annotation) is Annotated:
        return without_metadata(get_args(annotation)[0])
    if metadata_of(annotation):  # `Annotated[int, ...] | None`
        plain = [without_metadata(member) for member in get_args(annotation)]
        union = plain[0]
        for member in plain[1:]:
            union = union | member
        return union
    return annotation
