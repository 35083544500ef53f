"""Apple Pay: the domains on which it is offered.

    registered > unregistered > registered

Paystack's samples show success only. The responses to an invalid or unknown domain are assumptions.
"""

from __future__ import annotations

import re

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http import fields
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.state_machine import StateMachine

routes = RouteGroup()

MACHINE = StateMachine("apple_pay_domain", "registered > unregistered > registered")

_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})+")


@routes.route("POST", "/apple-pay/domain")
def register(context: RequestContext) -> ApiResponse:
    name = _domain_name(context)
    domain = context.find(MACHINE.kind, unique_key=name)
    if domain is None:
        context.create(MACHINE.kind, {"domain": name, "status": "registered"}, unique_key=name)
    elif MACHINE.can(domain, "registered"):
        MACHINE.transition(domain, "registered")
        context.save(domain)
    return message_only("Domain successfully registered on Apple Pay")


@routes.route("GET", "/apple-pay/domain")
def list_(context: RequestContext) -> ApiResponse:
    # Cursor parameters are documented, but the sample has no meta: the response has all domains.
    names = [domain.body["domain"] for domain in context.find_all(MACHINE.kind, having={"status": "registered"})]
    return ApiResponse("Apple Pay registered domains retrieved", {"domainNames": names})


@routes.route("DELETE", "/apple-pay/domain")
def unregister(context: RequestContext) -> ApiResponse:
    domain = context.find(MACHINE.kind, unique_key=_domain_name(context))
    if domain is None or not MACHINE.can(domain, "unregistered"):
        raise ApiError(404, "Domain not found", "not_found")
    MACHINE.transition(domain, "unregistered")
    context.save(domain)
    return message_only("Domain successfully unregistered on Apple Pay")


def _domain_name(context: RequestContext) -> str:
    name = fields.require_text(context.body, "domainName").casefold()
    if len(name) > 253 or not _DOMAIN.fullmatch(name):
        raise fields.invalid_value('"domainName" must be a valid domain name')
    return name
