"""Plans: how much a subscription charges, and how often.

A plan has no life of its own: it is there from when it is made. What changes in it changes the subscriptions to it
too, unless the call says otherwise; :mod:`paystackease.emulator.resources.subscription` has those.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting.intervals import INTERVALS
from paystackease.emulator.clock import format_time
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import asked_for, paginate

# Each shows the other: a plan its subscriptions, a subscription its plan.
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.storage.store import Document

routes = RouteGroup()

_TERMS = ("name", "description", "amount", "interval", "send_invoices", "send_sms", "currency")
_PLACE = ("id", "plan_code", "integration", "domain", "createdAt", "updatedAt")
_HOSTED = ("hosted_page", "hosted_page_url", "hosted_page_summary")
_WHOLE = (*_TERMS, *_PLACE, *_HOSTED)


@routes.route("POST", "/plan")
def create(context: RequestContext) -> ApiResponse:
    context.require("name", "Name")
    context.require("amount", "Amount")
    context.require("interval", "Interval")
    usual = {"description": None, "send_invoices": True, "send_sms": True, "invoice_limit": 0}
    body = {**usual, "currency": context.currency(), **_read_terms(context), "status": "active"}
    plan = context.new("plan", body, code="PLN_")
    fields = (*(term for term in _TERMS if term != "description"), *_PLACE, "hosted_page")
    # 201 is what the API was seen to answer; Paystack's documentation says 200.
    return ApiResponse("Plan created", serialize(context, plan, *fields), 201)


@routes.route("GET", "/plan")
def list_(context: RequestContext) -> ApiResponse:
    having = {name: context.query[name] for name in ("interval", "status") if name in context.query}
    amount = asked_for(context, "amount")
    more = {} if amount is None else {"amount": amount}
    return paginate(
        context,
        "plan",
        "Plans retrieved",
        lambda plan: _serialize_with_subscriptions(context, plan),
        having={**having, **more},
    )


@routes.route("GET", "/plan/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    return ApiResponse("Plan retrieved", _serialize_with_subscriptions(context, _find(context)))


@routes.route("PUT", "/plan/{id_or_code}")
def update(context: RequestContext) -> ApiResponse:
    plan = _find(context)
    plan.body.update(_read_terms(context))
    context.save(plan)
    affected = (
        0
        if context.body.get("update_existing_subscriptions") is False
        else subscriptions.apply_plan_changes(context, plan)
    )
    return message_only(f"Plan updated. {affected} subscription(s) affected")


def get_by_code(context: RequestContext, code: object) -> Document:
    """The plan with this code or number, as a payment or a subscription names it.

    :raises Refusal: Where there is none.
    """
    plan = context.find_by_id_or_code("plan", str(code))
    if plan is None:
        raise ApiError(404, "Plan not found", "not_found")  # an assumption
    return plan


def serialize(context: RequestContext, plan: Document, *fields: str) -> dict[str, Any]:
    """These fields of a plan: each place shows others."""
    everything = {
        **plan.body,
        "id": plan.id,
        "plan_code": plan.code,
        "integration": context.tenant.integration,
        "domain": "test",
        "hosted_page": False,
        "hosted_page_url": None,
        "hosted_page_summary": None,
        "migrate": None,
        "createdAt": format_time(plan.created),
        "updatedAt": format_time(plan.updated),
    }
    return {name: everything[name] for name in fields}


def serialize_whole(context: RequestContext, plan: Document, *more: str) -> dict[str, Any]:
    """A plan without its subscriptions."""
    return serialize(context, plan, *_WHOLE, *more)


def serialize_brief(plan: Document, *, number: bool = True) -> dict[str, Any]:
    """A plan as events quote it, most of them with its number."""
    quoted = {"plan_code": plan.code, **{name: plan.body[name] for name in _TERMS}}
    return {"id": plan.id, **quoted} if number else quoted


def _serialize_with_subscriptions(context: RequestContext, plan: Document) -> dict[str, Any]:
    return {"subscriptions": subscriptions.serialize_for_plan(context, plan), **serialize_whole(context, plan)}


def _find(context: RequestContext) -> Document:
    return get_by_code(context, context.params["id_or_code"])


def _read_terms(context: RequestContext) -> dict[str, Any]:
    """The terms that the body has, as they are kept."""
    body = context.body
    given: dict[str, Any] = {name: body[name] for name in ("send_invoices", "send_sms") if body.get(name) is not None}
    if body.get("name") is not None:
        given["name"] = str(context.require("name", "Name"))
    if body.get("amount") is not None:
        given["amount"] = context.amount()
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
        given["invoice_limit"] = _read_invoice_limit(limit)
    return given


def _read_invoice_limit(limit: object) -> int:
    """How many times a subscription is charged: 0 for without end.

    :raises Refusal: Where it is no such number (the wording is an assumption).
    """
    if isinstance(limit, str) and limit.isdecimal() and len(limit) < 10:
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ApiError(400, '"invoice_limit" must be an integer', "invalid_params")
    return limit
