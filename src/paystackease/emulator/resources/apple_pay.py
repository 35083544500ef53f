"""Apple Pay: the domains on which it is taken.

registered > unregistered > registered

Paystack's samples have the yes alone: what it says to a domain that is not one, or not there, is an assumption.
"""

from __future__ import annotations

import re

from paystackease.emulator.http import fields
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.state_machine import Machine

apple_pay = RouteGroup()

MACHINE = Machine("apple_pay_domain", "registered > unregistered > registered")

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")


@apple_pay.route("POST", "/apple-pay/domain")
def register(call: RequestContext) -> ApiResponse:
    name = _asked(call)
    found = call.find(MACHINE.kind, name=name)
    if found is None:
        call.new(MACHINE.kind, {"domain": name, "status": "registered"}, name=name)
    elif MACHINE.may(found, "registered"):
        MACHINE.move(found, "registered")
        call.save(found)
    return message_only("Domain successfully registered on Apple Pay")


@apple_pay.route("GET", "/apple-pay/domain")
def list_(call: RequestContext) -> ApiResponse:
    # The parameters of a cursor are documented, and the sample has no meta: all of them come at once.
    names = [found.body["domain"] for found in call.some(MACHINE.kind, status="registered")]
    return ApiResponse("Apple Pay registered domains retrieved", {"domainNames": names})


@apple_pay.route("DELETE", "/apple-pay/domain")
def unregister(call: RequestContext) -> ApiResponse:
    found = call.find(MACHINE.kind, name=_asked(call))
    if found is None or not MACHINE.may(found, "unregistered"):
        raise ApiError(404, "Domain not found", "not_found")
    MACHINE.move(found, "unregistered")
    call.save(found)
    return message_only("Domain successfully unregistered on Apple Pay")


def _asked(call: RequestContext) -> str:
    name = fields.require_text(call.body, "domainName").casefold()
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise fields.invalid('"domainName" must be a valid domain name')
    return name
