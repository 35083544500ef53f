"""Makes arguments for endpoints from their annotations."""

import collections.abc
import datetime as dt
import enum
import types
import typing

from paystackease._core.validation import Digits, Email, Ge

PLAIN_VALUES = {str: "x", int: 1, float: 1.5, bool: True, dt.date: dt.date(2026, 10, 1)}


def make_value(annotation):
    """Return a value that an annotation allows."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        for constraint in arguments[1:]:
            if isinstance(constraint, Email):
                return "ada@example.com"
            if isinstance(constraint, Digits):
                return "0123456789"
            if isinstance(constraint, Ge):
                return constraint.minimum
        return make_value(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return make_value(arguments[0])
    if origin is typing.Literal:
        return arguments[0]
    if origin in {typing.Required, typing.NotRequired}:
        return make_value(arguments[0])
    if typing.is_typeddict(annotation):
        hints = typing.get_type_hints(annotation, include_extras=True)
        return {key: make_value(hints[key]) for key in annotation.__required_keys__}
    value_type = origin or annotation
    if value_type in PLAIN_VALUES:
        return PLAIN_VALUES[value_type]
    if issubclass(value_type, enum.Enum):
        return next(iter(value_type))
    if issubclass(value_type, collections.abc.Mapping):
        return {}
    return [make_value(arguments[0])]


def make_arguments(endpoint, **overrides):
    """Return valid arguments of an endpoint: the required ones, those that its rules need, and the overrides."""
    parameters = endpoint.parameters
    required = {name: make_value(parameter.annotation) for name, parameter in parameters.items() if parameter.required}
    for names in parameters, reversed(parameters):  # an order has one of two bodies, so try both ends
        arguments = required | overrides
        for name in names:
            if any(rule(arguments) for rule in endpoint.rules):
                arguments.setdefault(name, make_value(parameters[name].annotation))
        if not any(rule(arguments) for rule in endpoint.rules):
            break
    return arguments


def plain_types(annotation):
    """Return the plain types at the top of an annotation."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return plain_types(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return {plain_type for option in arguments for plain_type in plain_types(option)}
    return {origin or annotation}
