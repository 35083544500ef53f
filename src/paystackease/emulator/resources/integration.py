"""The settings of the business itself: how long a customer has to pay.

The time counts from when the transaction was begun. Then the checkout page says that it is over, and what somebody was
in the middle of is abandoned: :mod:`paystackease.emulator.resources.checkout`.
"""

from __future__ import annotations

from paystackease.emulator.http import fields
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

integration = RouteGroup()

KIND, KEY = "integration", "payment_session_timeout"


@integration.route("GET", "/integration/payment_session_timeout")
def fetch_timeout(context: RequestContext) -> ApiResponse:
    return ApiResponse("Payment session timeout retrieved", {KEY: session_timeout(context)})


@integration.route("PUT", "/integration/payment_session_timeout")
def update_timeout(context: RequestContext) -> ApiResponse:
    seconds = fields.optional_count(context.body, "timeout")
    if seconds is None:
        raise missing_field('"timeout"')  # the wording is an assumption
    kept = context.find_all(KIND, limit=1)
    if kept:
        kept[0].body[KEY] = seconds
        context.save(kept[0])
    else:
        context.create(KIND, {KEY: seconds})
    return ApiResponse("Payment session timeout updated", {KEY: seconds})


def session_timeout(context: RequestContext) -> int:
    """How many seconds a customer has to pay. 0, which it is until somebody sets it: as many as it takes."""
    kept = context.find_all(KIND, limit=1)
    return int(kept[0].body[KEY]) if kept else 0
