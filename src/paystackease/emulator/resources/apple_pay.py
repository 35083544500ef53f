"""Apple Pay: the domains on which it is offered.

    registered > unregistered > registered

Paystack's samples show success only. The answers to an invalid or unknown domain are assumptions.
"""

from __future__ import annotations

import re

from paystackease.emulator.http import fields
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.state_machine import Machine

routes = RouteGroup()

MACHINE = Machine("apple_pay_domain", "registered > unregistered > registered")

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")


@routes.route("POST", "/apple-pay/domain")
def register(context: RequestContext) -> ApiResponse:
    name = _domain_name(context)
    domain = context.find(MACHINE.kind, name=name)
    if domain is None:
        context.new(MACHINE.kind, {"domain": name, "status": "registered"}, name=name)
    elif MACHINE.may(domain, "registered"):
        MACHINE.move(domain, "registered")
        context.save(domain)
    return message_only("Domain successfully registered on Apple Pay")


@routes.route("GET", "/apple-pay/domain")
def list_(context: RequestContext) -> ApiResponse:
    # The parameters of a cursor are documented, and the sample has no meta: all of them come at once.
    names = [domain.body["domain"] for domain in context.some(MACHINE.kind, status="registered")]
    return ApiResponse("Apple Pay registered domains retrieved", {"domainNames": names})


@routes.route("DELETE", "/apple-pay/domain")
def unregister(context: RequestContext) -> ApiResponse:
    domain = context.find(MACHINE.kind, name=_domain_name(context))
    if domain is None or not MACHINE.may(domain, "unregistered"):
        raise ApiError(404, "Domain not found", "not_found")
    MACHINE.move(domain, "unregistered")
    context.save(domain)
    return message_only("Domain successfully unregistered on Apple Pay")


def _domain_name(context: RequestContext) -> str:
    name = fields.required_text(context.body, "domainName").casefold()
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise fields.invalid('"domainName" must be a valid domain name')
    return name
