"""Plans: how much a subscription charges, and how often.

A plan has no states. A change applies to its subscriptions too, unless the request disables that:
:mod:`paystackease.emulator.resources.subscription`.
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.accounting.intervals import INTERVALS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import plan_serializers as serializers
from paystackease.emulator.resources import subscription as subscriptions
from paystackease.emulator.storage.document import Document

routes = RouteGroup()


@routes.route("POST", "/plan")
def create(context: RequestContext) -> ApiResponse:
    context.require("name", "Name")
    context.require("amount", "Amount")
    context.require("interval", "Interval")
    defaults = {"description": None, "send_invoices": True, "send_sms": True, "invoice_limit": 0}
    body = {**defaults, "currency": context.currency(), **_read_terms(context), "status": "active"}
    plan = context.create("plan", body, code_prefix="PLN_")
    fields = (*(term for term in serializers.TERMS if term != "description"), *serializers.COMMON, "hosted_page")
    # The API responds with 201 (observed); the documentation has 200.
    return ApiResponse("Plan created", serializers.serialize(context, plan, *fields), 201)


@routes.route("GET", "/plan")
def list_(context: RequestContext) -> ApiResponse:
    having = {name: context.query[name] for name in ("interval", "status") if name in context.query}
    amount = id_filter(context, "amount")
    amount_filter = {} if amount is None else {"amount": amount}
    return paginate(
        context,
        "plan",
        "Plans retrieved",
        lambda plan: _serialize_with_subscriptions(context, plan),
        having={**having, **amount_filter},
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


def _serialize_with_subscriptions(context: RequestContext, plan: Document) -> dict[str, Any]:
    return {
        "subscriptions": subscriptions.serialize_for_plan(context, plan),
        **serializers.serialize_whole(context, plan),
    }


def _find(context: RequestContext) -> Document:
    return serializers.get_by_code(context, context.params["id_or_code"])


def _read_terms(context: RequestContext) -> dict[str, Any]:
    """Return the terms that the body has, as they are stored."""
    body = context.body
    terms: dict[str, Any] = {name: body[name] for name in ("send_invoices", "send_sms") if body.get(name) is not None}
    if body.get("name") is not None:
        terms["name"] = str(context.require("name", "Name"))
    if body.get("amount") is not None:
        terms["amount"] = context.require_amount()
    if (interval := body.get("interval")) is not None:
        if interval not in INTERVALS:
            raise ApiError(400, "Invalid interval selected", "invalid_params")
        terms["interval"] = interval
    if (description := body.get("description")) is not None:
        if not isinstance(description, str):
            raise ApiError(400, '"description" must be a string', "invalid_params")
        terms["description"] = description
    if body.get("currency") is not None:
        terms["currency"] = context.currency()
    if (limit := body.get("invoice_limit")) is not None:
        terms["invoice_limit"] = _read_invoice_limit(limit)
    return terms


def _read_invoice_limit(limit: object) -> int:
    """Return how many times a subscription is charged: 0 for no limit.

    :raises ApiError: If it is not an integer of 0 or more (the wording is an assumption).
    """
    if isinstance(limit, str) and limit.isdecimal() and len(limit) < 10:
        limit = int(limit)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise ApiError(400, '"invoice_limit" must be an integer', "invalid_params")
    return limit
