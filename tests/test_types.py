"""Every response that Paystack has published fits the type of its endpoint: no extra and no missing keys."""

import functools
import importlib
import pkgutil
import typing

import pydantic
import pytest
from paystack_facts import answer_shapes, operations, path_template
from pydantic_types import strict_type
from sample_bodies import make_body

import paystackease.apis
from paystackease._core.endpoint import endpoints_of
from paystackease.response import Response
from paystackease.types.envelope import AnswerBody, ErrorBody


def import_modules(package):
    return [
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]


@functools.cache
def response_types():
    """Return the type of ``data`` of each endpoint, by method and path."""
    types_by_route = {}
    for module in import_modules(paystackease.apis):
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                for endpoint in endpoints_of(cls).values():
                    (data,) = typing.get_args(typing.get_type_hints(endpoint.function)["return"])
                    types_by_route[endpoint.method, path_template(endpoint.path)] = data
    return types_by_route


def published_responses():
    return [
        pytest.param(
            (operation["method"], path_template(operation["path"])),
            status,
            shape,
            id=f"{operation['id']}-{status}-{number}",
        )
        for operation in operations()
        for status, shapes in answer_shapes(operation["id"]).items()
        for number, shape in enumerate(shapes)
    ]


@pytest.mark.parametrize(("route", "status", "shape"), published_responses())
def test_a_published_response_fits_the_type_of_its_endpoint(route, status, shape):
    body = make_body(shape)
    data = response_types()[route]
    if not status.startswith("2"):
        pydantic.TypeAdapter(strict_type(ErrorBody)).validate_python(body)
        return
    pydantic.TypeAdapter(strict_type(AnswerBody)).validate_python(body)
    # An acknowledgement has no `data`, which is None in a response.
    pydantic.TypeAdapter(strict_type(data)).validate_python(body.get("data"), strict=True)


def test_a_response_names_only_the_envelope():
    assert {name for name in vars(Response) if not name.startswith("_")} == {"http", "data", "message", "meta"}
