"""The response of a call whose own response was lost, built from what its verify endpoint returns. It does no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar, cast

from paystackease import errors
from paystackease._core.classify import sent_body
from paystackease._core.request import Request
from paystackease._core.success_criteria import Fields
from paystackease.response import Response

T = TypeVar("T")


def data_fields(response: Response[Any]) -> Fields:
    """Return the ``data`` of a response, or an empty mapping if it is not an object."""
    data: object = response.data
    return cast("Fields", data) if isinstance(data, Mapping) else {}


def recovered_response(request: Request[T], verified: Response[Any], attempts: int, item: Fields) -> Response[T]:
    """Return the response of a call with one reference.

    :param verified: The response of its verify endpoint.
    :param item: The fields that the call sent.
    """
    idempotency = request.idempotency
    assert idempotency is not None, "a recovered call has a reference"
    assert idempotency.build_response is not None, "verify returns what a call that moves money returns"
    http = replace(verified.http, request=request, attempts=attempts, recovered=True)
    return Response({**verified, "data": idempotency.build_response(data_fields(verified), item)}, http)


def item_request(request: Request[Any], item: Fields) -> Request[Any]:
    """Return a bulk call with the verify request of one of its items."""
    idempotency = request.idempotency
    assert idempotency is not None, "a bulk call has references"
    return replace(request, verify_request=idempotency.verify_request(str(item["reference"])))


def merge_recovered(
    request: Request[T], response: Response[Any] | None, verified: Mapping[str, Response[Any]], attempts: int
) -> Response[T]:
    """Return the response of a bulk call, from its items in the order in which they were sent.

    :param response: The response of the last attempt, for the items that it sent; None if it has none.
    :param verified: The responses of the verify endpoint for the other items, by reference.
    :raises paystackease.errors.ResponseLostError: If the verify endpoint does not return what the call returns.
    """
    idempotency = request.idempotency
    assert idempotency is not None, "a bulk call has references"
    if idempotency.build_response is None:
        data: dict[str, object] = {reference: data_fields(one) for reference, one in verified.items()}
        raise errors.ResponseLostError(
            request,
            "Paystack processed the items, but the response with the batch code was lost. Do not send them again: "
            "error.verified_data has each item by its reference",
            data,
        )
    answered: dict[str, object] = {}
    if response is not None:
        answered = {str(item["reference"]): item for item in cast("list[Fields]", response.data)}
    last = response if response is not None else list(verified.values())[-1]
    merged: list[object] = []
    sources: dict[str, Literal["answered", "recovered"]] = {}
    for item in idempotency.items_of(sent_body(request)):
        reference = str(item["reference"])
        found = verified.get(reference)
        merged.append(
            answered.get(reference) if found is None else idempotency.build_response(data_fields(found), item)
        )
        sources[reference] = "answered" if found is None else "recovered"
    http = replace(last.http, request=request, attempts=attempts, recovered=True, items=sources)
    return Response({**last, "data": merged}, http)
