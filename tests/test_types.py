"""Every answer that Paystack has published fits the type that its endpoint promises: strictly, key for key."""

import functools
import importlib
import pkgutil
import types
import typing

import pydantic
import pytest
import typing_extensions
from paystack_facts import answer_shapes, operations
from sample_bodies import make_body

import paystackease.apis
from paystackease._core.endpoint import endpoints_of
from paystackease.response import Response
from paystackease.types.envelope import AnswerBody, ErrorBody


def modules(package):
    return [
        importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]


@functools.cache
def strict(shape):
    """The same type for pydantic, which before Python 3.12 takes no TypedDict but typing_extensions' own."""
    if typing.is_typeddict(shape):
        hints = typing.get_type_hints(shape, include_extras=True)
        made = typing_extensions.TypedDict(
            shape.__name__,
            {
                key: strict(hint) if key in shape.__required_keys__ else typing_extensions.NotRequired[strict(hint)]
                for key, hint in hints.items()
            },
        )
        made.__pydantic_config__ = pydantic.ConfigDict(strict=True, extra="forbid")
        return made
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin is typing.NotRequired or origin is typing.Required:
        return strict(arguments[0])
    if origin is types.UnionType or origin is typing.Union:
        return typing.Union[tuple(strict(option) for option in arguments)]  # of a tuple
    if origin in {list, dict}:
        return origin[tuple(strict(part) for part in arguments)]
    return shape


@functools.cache
def promised():
    """The type of ``data`` that each endpoint promises, by method and path."""
    found = {}
    for module in modules(paystackease.apis):
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                for endpoint in endpoints_of(cls).values():
                    (data,) = typing.get_args(typing.get_type_hints(endpoint.function)["return"])
                    found[endpoint.method, shape_of(endpoint.path)] = data
    return found


def shape_of(path):
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def published_answers():
    return [
        pytest.param(
            (operation["method"], shape_of(operation["path"])), status, shape, id=f"{operation['id']}-{status}-{number}"
        )
        for operation in operations()
        for status, shapes in answer_shapes(operation["id"]).items()
        for number, shape in enumerate(shapes)
    ]


@pytest.mark.parametrize(("route", "status", "shape"), published_answers())
def test_a_published_answer_fits_the_type_that_its_endpoint_promises(route, status, shape):
    body = make_body(shape)
    data = promised()[route]
    if not status.startswith("2"):
        pydantic.TypeAdapter(strict(ErrorBody)).validate_python(body)
        return
    pydantic.TypeAdapter(strict(AnswerBody)).validate_python(body)
    # An acknowledgement has no `data`, which is None in a response.
    pydantic.TypeAdapter(strict(data)).validate_python(body.get("data"), strict=True)


def test_a_response_names_only_the_envelope():
    assert {name for name in vars(Response) if not name.startswith("_")} == {"http", "data", "message", "meta"}
