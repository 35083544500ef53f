"""The types of responses and events, for strict checks by pydantic: no extra and no missing keys."""

import functools
import types
import typing

import pydantic
import typing_extensions

from paystackease.types.events import WebhookEvent


@functools.cache
def strict_type(shape):
    """Return a type for pydantic that allows no further keys.

    Before Python 3.12, pydantic supports only the TypedDict of typing_extensions.
    """
    if typing.is_typeddict(shape):
        hints = typing.get_type_hints(shape, include_extras=True)
        strict_dict = typing_extensions.TypedDict(
            shape.__name__,
            {
                key: strict_type(hint)
                if key in shape.__required_keys__
                else typing_extensions.NotRequired[strict_type(hint)]
                for key, hint in hints.items()
            },
        )
        strict_dict.__pydantic_config__ = pydantic.ConfigDict(strict=True, extra="forbid")
        return strict_dict
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin is typing.NotRequired or origin is typing.Required:
        return strict_type(arguments[0])
    if origin is types.UnionType or origin is typing.Union:
        return typing.Union[tuple(strict_type(option) for option in arguments)]  # noqa: UP007 # | does not accept a tuple
    if origin in {list, dict}:
        return origin[tuple(strict_type(part) for part in arguments)]
    return shape


def event_types():
    """Return the type of each event's body, by the event's name."""
    types_by_name = {}
    for shape in typing.get_args(WebhookEvent):
        (name,) = typing.get_args(typing.get_type_hints(shape)["event"])
        assert name not in types_by_name
        types_by_name[name] = shape
    return types_by_name
