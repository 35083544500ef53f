"""Settings of the business: the timeout of payment sessions.

It starts when the transaction is created. After it, the checkout page shows that the session has expired, and an
unfinished payment is abandoned: :mod:`paystackease.emulator.resources.checkout`.
"""

from __future__ import annotations

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.http.response import ApiResponse
from paystackease.emulator.http.routing import RouteGroup

routes = RouteGroup()

KIND, KEY = "integration", "payment_session_timeout"


@routes.route("GET", "/integration/payment_session_timeout")
def fetch_timeout(context: RequestContext) -> ApiResponse:
    return ApiResponse("Payment session timeout retrieved", {KEY: session_timeout_seconds(context)})


@routes.route("PUT", "/integration/payment_session_timeout")
def update_timeout(context: RequestContext) -> ApiResponse:
    seconds = fields.optional_count(context.body, "timeout")
    if seconds is None:
        raise missing_field('"timeout"')  # the wording is an assumption
    documents = context.find_all(KIND, limit=1)
    if documents:
        documents[0].body[KEY] = seconds
        context.save(documents[0])
    else:
        context.create(KIND, {KEY: seconds})
    return ApiResponse("Payment session timeout updated", {KEY: seconds})


def session_timeout_seconds(context: RequestContext) -> int:
    """Return how many seconds a customer has to pay. 0, the default, means no limit."""
    documents = context.find_all(KIND, limit=1)
    return int(documents[0].body[KEY]) if documents else 0
