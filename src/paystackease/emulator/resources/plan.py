"""Plans: how much a subscription charges, and how often.

A plan has no life of its own: it is there from when it is made. What changes in it changes the subscriptions to it
too, unless the call says otherwise; :mod:`paystackease.emulator.resources.subscription` has those.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting.intervals import INTERVALS
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup

# Each shows the other: a plan its subscriptions, a subscription its plan.
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.storage.document import Document

plan = RouteGroup()

_TERMS = ("name", "description", "amount", "interval", "send_invoices", "send_sms", "currency")
_PLACE = ("id", "plan_code", "integration", "domain", "createdAt", "updatedAt")
_HOSTED = ("hosted_page", "hosted_page_url", "hosted_page_summary")
_WHOLE = (*_TERMS, *_PLACE, *_HOSTED)


@plan.route("POST", "/plan")
def create(context: RequestContext) -> ApiResponse:
    context.require("name", "Name")
    context.require("amount", "Amount")
    context.require("interval", "Interval")
    usual = {"description": None, "send_invoices": True, "send_sms": True, "invoice_limit": 0}
    body = {**usual, "currency": context.currency(), **_given(context), "status": "active"}
    found = context.create("plan", body, code_prefix="PLN_")
    fields = (*(term for term in _TERMS if term != "description"), *_PLACE, "hosted_page")
    # 201 is what the API was seen to answer; Paystack's documentation says 200.
    return ApiResponse("Plan created", serialize(context, found, *fields), 201)


@plan.route("GET", "/plan")
def list_(context: RequestContext) -> ApiResponse:
    having = {name: context.query[name] for name in ("interval", "status") if name in context.query}
    amount = id_filter(context, "amount")
    more = {} if amount is None else {"amount": amount}
    return paginate(context, "plan", "Plans retrieved", lambda found: _whole(context, found), having={**having, **more})


@plan.route("GET", "/plan/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Plan retrieved", _whole(context, _find(context)))


@plan.route("PUT", "/plan/{id_or_code}")
def update(context: RequestContext) -> ApiResponse:
    found = _find(context)
    found.body.update(_given(context))
    context.save(found)
    affected = 0 if context.body.get("update_existing_subscriptions") is False else subscriptions.follow(context, found)
    return message_only(f"Plan updated. {affected} subscription(s) affected")


def by_code(context: RequestContext, code: object) -> Document:
    """The plan with this code or number, as a payment or a subscription names it.

    :raises Refusal: Where there is none.
    """
    found = context.find_by_id_or_code("plan", str(code))
    if found is None:
        raise ApiError(404, "Plan not found", "not_found")  # an assumption
    return found


def serialize(context: RequestContext, found: Document, *fields: str) -> dict[str, Any]:
    """These fields of a plan: each place shows others."""
    everything = {
        **found.body,
        "id": found.id,
        "plan_code": found.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "hosted_page": False,
        "hosted_page_url": None,
        "hosted_page_summary": None,
        "migrate": None,
        "createdAt": format_time(found.created),
        "updatedAt": format_time(found.updated),
    }
    return {name: everything[name] for name in fields}


def whole(context: RequestContext, found: Document, *more: str) -> dict[str, Any]:
    """A plan without its subscriptions."""
    return serialize(context, found, *_WHOLE, *more)


def brief(found: Document, *, number: bool = True) -> dict[str, Any]:
    """A plan as events quote it, most of them with its number."""
    quoted = {"plan_code": found.code, **{name: found.body[name] for name in _TERMS}}
    return {"id": found.id, **quoted} if number else quoted


def _whole(context: RequestContext, found: Document) -> dict[str, Any]:
    return {"subscriptions": subscriptions.to(context, found), **whole(context, found)}


def _find(context: RequestContext) -> Document:
    return by_code(context, context.params["id_or_code"])


def _given(context: RequestContext) -> dict[str, Any]:
    """The terms that the body has, as they are kept."""
    body = context.body
    given: dict[str, Any] = {name: body[name] for name in ("send_invoices", "send_sms") if body.get(name) is not None}
    if body.get("name") is not None:
        given["name"] = str(context.require("name", "Name"))
    if body.get("amount") is not None:
        given["amount"] = context.require_amount()
    if (interval := body.get("interval")) is not None:
        if interval not in INTERVALS:
            raise ApiError(400, "Invalid interval selected", "invalid_params")
        given["interval"] = interval
    if (description := body.get("description")) is not None:
        if not isinstance(description, str):
            raise ApiError(400, '"description" must be a string', "invalid_params")
        given["description"] = description
    if body.get("currency") is not None:
        given["currency"] = context.currency()
    if (limit := body.get("invoice_limit")) is not None:
        given["invoice_limit"] = times(limit)
    return given


def times(limit: object) -> int:
    """How many times a subscription is charged: 0 for without end.

    :raises Refusal: Where it is no such number (the wording is an assumption).
    """
    if isinstance(limit, str) and limit.isdecimal() and len(limit) < 10:
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ApiError(400, '"invoice_limit" must be an integer', "invalid_params")
    return limit
