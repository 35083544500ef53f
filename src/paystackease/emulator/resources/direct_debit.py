"""The direct debit mandates of all customers. The mandates of one customer, and their states, are in
:mod:`~paystackease.emulator.resources.mandate`.
"""

from __future__ import annotations

import base64
import binascii

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import mandate

routes = RouteGroup()


@routes.route("PUT", "/directdebit/activation-charge")
def activation_charge(context: RequestContext) -> ApiResponse:
    ids: object = context.require("customer_ids", "Customer ids")
    if not isinstance(ids, list) or not all(type(number) is int for number in ids):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # JSON
        raise ApiError(400, '"customer_ids" must be an array of numbers', "invalid_params")  # an assumption
    # An unknown customer is reported before any mandate is activated (an assumption).
    customers_to_charge = [customers.get_by_id(context, str(number)) for number in ids]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # as above
    for customer in customers_to_charge:
        for document in context.children_of("mandate", customer.id):
            if document.body["status"] == "pending":
                mandate.schedule_activation(context, document)
    return message_only("Mandate is queued for retry")


@routes.route("GET", "/directdebit/mandate-authorizations")
def list_(context: RequestContext) -> ApiResponse:
    status = context.query.get("status")
    approved = [document for document in context.find_all("mandate") if document.body["status"] != "requested"]
    selected = [document for document in approved if status in {None, "", document.body["status"]}]
    return mandate.paginate_mandates(
        context, selected, _decode_cursor(context.query.get("cursor")), encode_cursor=_encode_cursor
    )


def _encode_cursor(number: int) -> str:
    return base64.b64encode(str(number).encode()).decode()


def _decode_cursor(cursor: str | None) -> str:
    # The cursor is base64 text here, and a bare number in the list of one customer.
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.isdecimal() or len(text) > 18:
        raise ApiError(400, "Invalid 'cursor' passed", "invalid_params")  # the wording is an assumption
    return text
