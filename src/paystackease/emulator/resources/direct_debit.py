"""The direct debit mandates of all customers. Those of one, and their life, are in
:mod:`~paystackease.emulator.resources.mandate`.
"""

from __future__ import annotations

import base64
import binascii

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import mandate

direct_debit = RouteGroup()


@direct_debit.route("PUT", "/directdebit/activation-charge")
def activation_charge(context: RequestContext) -> ApiResponse:
    wanted: object = context.require("customer_ids", "Customer ids")
    if not isinstance(wanted, list) or not all(type(number) is int for number in wanted):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # JSON
        raise ApiError(400, '"customer_ids" must be an array of numbers', "invalid_params")  # an assumption
    # Who is not there is told before anything is done for the others (an assumption).
    found = [customers.by_id(context, str(number)) for number in wanted]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # as above
    for whose in found:
        for one in context.children_of("mandate", whose.id):
            if one.body["status"] == "pending":
                mandate.retry(context, one)
    return message_only("Mandate is queued for retry")


@direct_debit.route("GET", "/directdebit/mandate-authorizations")
def list_(context: RequestContext) -> ApiResponse:
    status = context.query.get("status")
    agreed = [found for found in context.find_all("mandate") if found.body["status"] != "asked"]
    wanted = [found for found in agreed if status in {None, "", found.body["status"]}]
    return mandate.page(context, wanted, _read(context.query.get("cursor")), show_next=_written)


def _written(number: int) -> str:
    return base64.b64encode(str(number).encode()).decode()


def _read(cursor: str | None) -> str:
    # Text in base 64 here, a bare number where they are those of one customer.
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor, validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    if not text.isdecimal() or len(text) > 18:
        raise ApiError(400, "Invalid 'cursor' passed", "invalid_params")  # the wording is an assumption
    return text
