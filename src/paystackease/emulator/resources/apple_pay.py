"""Apple Pay: the domains on which it is taken.

registered > unregistered > registered

Paystack's samples have the yes alone: what it says to a domain that is not one, or not there, is an assumption.
"""

from __future__ import annotations

import re

from paystackease.emulator.http import fields
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.state_machine import StateMachine

apple_pay = RouteGroup()

MACHINE = StateMachine("apple_pay_domain", "registered > unregistered > registered")

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")


@apple_pay.route("POST", "/apple-pay/domain")
def register(context: RequestContext) -> ApiResponse:
    name = _asked(context)
    found = context.find(MACHINE.kind, name=name)
    if found is None:
        context.create(MACHINE.kind, {"domain": name, "status": "registered"}, unique_key=name)
    elif MACHINE.can(found, "registered"):
        MACHINE.transition(found, "registered")
        context.save(found)
    return message_only("Domain successfully registered on Apple Pay")


@apple_pay.route("GET", "/apple-pay/domain")
def list_(context: RequestContext) -> ApiResponse:
    # The parameters of a cursor are documented, and the sample has no meta: all of them come at once.
    names = [found.body["domain"] for found in context.find_all(MACHINE.kind, status="registered")]
    return ApiResponse("Apple Pay registered domains retrieved", {"domainNames": names})


@apple_pay.route("DELETE", "/apple-pay/domain")
def unregister(context: RequestContext) -> ApiResponse:
    found = context.find(MACHINE.kind, name=_asked(context))
    if found is None or not MACHINE.can(found, "unregistered"):
        raise ApiError(404, "Domain not found", "not_found")
    MACHINE.transition(found, "unregistered")
    context.save(found)
    return message_only("Domain successfully unregistered on Apple Pay")


def _asked(context: RequestContext) -> str:
    name = fields.require_text(context.body, "domainName").casefold()
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise fields.invalid_value('"domainName" must be a valid domain name')
    return name
