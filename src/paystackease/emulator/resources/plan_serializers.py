"""Finding and serializing plans. Separate from the operations, since subscriptions show their plans."""

from __future__ import annotations

from typing import Any

from paystackease.emulator.clock import format_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.document import Document

TERMS = ("name", "description", "amount", "interval", "send_invoices", "send_sms", "currency")
COMMON = ("id", "plan_code", "integration", "domain", "createdAt", "updatedAt")
_HOSTED = ("hosted_page", "hosted_page_url", "hosted_page_summary")
_ALL = (*TERMS, *COMMON, *_HOSTED)


def get_by_code(context: RequestContext, code: object) -> Document:
    """Return the plan with this code or number, as a payment or a subscription names it.

    :raises ApiError: If there is none.
    """
    plan = context.find_by_id_or_code("plan", str(code))
    if plan is None:
        raise ApiError(404, "Plan not found", "not_found")  # an assumption
    return plan


def serialize(context: RequestContext, plan: Document, *fields: str) -> dict[str, Any]:
    """Return these fields of a plan. Each operation has other fields."""
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
    """Return a plan without its subscriptions."""
    return serialize(context, plan, *_ALL, *more)


def serialize_brief(plan: Document, *, with_id: bool = True) -> dict[str, Any]:
    """Return a plan as events have it, most of them with its id."""
    data = {"plan_code": plan.code, **{name: plan.body[name] for name in TERMS}}
    return {"id": plan.id, **data} if with_id else data
