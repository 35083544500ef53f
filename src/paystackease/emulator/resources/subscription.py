"""Subscriptions: a customer who is charged again and again, as a plan says.

    active > attention (a charge failed) > active (the next went through)
    active | attention > non-renewing (disabled, or charged as often as the plan says) > cancelled | completed
    non-renewing > active (enabled again before the period is over)

One begins when its plan is paid for, or here, with a card that is saved. A job waits for the end of its period: then it
is charged again, which :mod:`paystackease.emulator.resources.invoice` does, or it is over.
Which card it charges is :mod:`paystackease.emulator.resources.subscription_card`'s.
"""

from __future__ import annotations

import functools
from typing import Any

from paystackease.emulator.accounting.intervals import DAY, cron_expression, next_charge_after
from paystackease.emulator.clock import parse_time
from paystackease.emulator.http.context import FIRST_ID, RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import plan as plans
from paystackease.emulator.resources import subscription_card
from paystackease.emulator.resources import subscription_serializers as views
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import Document

subscription = RouteGroup()

MACHINE = StateMachine(
    "subscription",
    "active > attention | non-renewing > cancelled | completed",
    "attention | non-renewing > active",
    "attention > non-renewing",
)

LIVE = (*RENEWS, "non-renewing")
"""What is not over."""

AHEAD = 3 * DAY
"""How long before the charge its invoice is made; where the period is shorter, it is made when it is charged."""


@subscription.route("POST", "/subscription")
def create(context: RequestContext) -> ApiResponse | ApiError:
    whose = _customer(context, str(context.require("customer", "Customer")))
    planned = plans.by_code(context, context.require("plan", "Plan"))
    card = subscription_card.chosen(context, whose, context.body.get("authorization"))
    if is_on(context, whose, planned):
        raise ApiError(400, "This subscription is already in place.", "duplicate_subscription")
    asked = context.body.get("start_date")
    start = parse_time(asked) if isinstance(asked, str) else None
    wrong = None
    if asked is not None and start is None:
        wrong = ApiError(400, "Invalid start date passed", "invalid_params")  # the wording is an assumption
        if not context.settings.quirks:
            raise wrong
    # One that should begin in the past begins now (an assumption).
    found = begin(context, whose, planned, card, start=max(start or context.now, context.now))
    # Paystack says no to a date that is none, and has the subscription begin all the same (observed).
    return wrong or ApiResponse("Subscription successfully created", views.created(context, found))


@subscription.route("GET", "/subscription")
def list_(context: RequestContext) -> ApiResponse:
    planned = id_filter(context, "plan")
    having = {} if planned is None else {"plan": planned}
    owner = id_filter(context, "customer")
    show = functools.partial(views.listed, context)
    return paginate(context, "subscription", "Subscriptions retrieved", show, parent_id=owner, having=having)


@subscription.route("GET", "/subscription/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    found = subscription_card.of(context, context.params["id_or_code"])
    return ApiResponse(
        "Subscription retrieved successfully", views.fetched(context, found, context.children_of("invoice", found.id))
    )


@subscription.route("POST", "/subscription/disable")
def disable(context: RequestContext) -> ApiResponse:
    found = _held(context)
    _disable(context, found)
    return message_only("Subscription disabled successfully")


@subscription.route("POST", "/_emulator/manage/{tenant}/{token}/cancel", keyless=True)
def cancelled(context: RequestContext) -> ApiResponse:
    found = subscription_card.linked(context)
    _disable(context, found)
    return subscription_card.link_response(context, found, "The subscription does not renew")


@subscription.route("POST", "/subscription/enable")
def enable(context: RequestContext) -> ApiResponse:
    found = _held(context)
    if found is None:
        raise ApiError(404, "Subscription with code not found or already active", "not_found")  # an assumption
    # One that renews goes on doing so (an assumption).
    if found.body["status"] not in RENEWS:
        # That one may be enabled until its period is over, and not where it was charged as often as it may be, is an
        # assumption; so is that there is no second to the same plan then either.
        if found.body["status"] != "non-renewing" or is_charged_out(found):
            raise ApiError(400, "Subscription has been cancelled, and cannot be reactivated", "invalid_params")
        if is_on(context, context.get("customer", found.parent_id), context.get("plan", found.body["plan"])):
            raise ApiError(400, "This subscription is already in place.", "duplicate_subscription")
        MACHINE.transition(found, "active")
        context.save(found)
    return message_only("Subscription enabled successfully")


def begin(
    context: RequestContext,
    whose: Document,
    planned: Document,
    card: Document,
    *,
    start: float,
    paid: bool = False,
    limit: int | None = None,
) -> Document:
    """Have a customer subscribed to a plan.

    :param start: When its first period begins, and is charged.
    :param paid: Whether that was paid for already.
    :param limit: How many times it is charged, where the plan does not say.
    """
    interval = planned.body["interval"]
    body: dict[str, Any] = {
        "status": "active",
        "plan": planned.id,
        "plan_code": planned.code,
        "authorization": card.id,
        "amount": planned.body["amount"],
        "currency": planned.body["currency"],
        "interval": interval,
        "cron_expression": cron_expression(interval, start),
        "quantity": 1,
        "start": int(start),
        # The end of the period that is paid for, which is when the next is.
        "period_end": next_charge_after(interval, start, start) if paid else start,
        "invoice_limit": planned.body["invoice_limit"] if limit is None else limit,
        "payments_count": int(paid),
        "under_way": 0,  # charges that a bank has not answered yet
        "unpaid": None,
        "open_invoice": None,
    }
    found = context.create(
        "subscription", body, code_prefix="SUB_", unique_key=context.next_code("email_token"), parent_id=whose.id
    )
    context.emit(
        "subscription.create", views.webhook_payload(context, found, views.TOLD_OF_CREATED, whose, planned, card)
    )
    wait(context, found)
    if found.id == FIRST_ID:
        subscription_card.look_next_month(context)
    if is_charged_out(found):
        stop(context, found)
    return found


def wait(context: RequestContext, found: Document) -> None:
    """Have what is to be done at the end of its period done then."""
    left = found.body["period_end"] - context.now
    if left > AHEAD:
        context.schedule(left - AHEAD, "invoice.create", id=found.id)
    context.schedule(left, "invoice.charge", id=found.id)


def stop(context: RequestContext, found: Document) -> None:
    """It does not renew."""
    MACHINE.transition(found, "non-renewing")
    context.save(found)
    _tell(context, found, "subscription.not_renew", views.TOLD_OF_STOP)


def end(context: RequestContext, found: Document) -> None:
    """The last of its periods is over."""
    MACHINE.transition(found, "completed" if is_charged_out(found) else "cancelled")
    context.save(found)
    _tell(context, found, "subscription.disable", views.TOLD_OF_END)


def is_charged_out(found: Document) -> bool:
    """Whether it was charged as often as it may be."""
    limit: int = found.body["invoice_limit"]
    payments: int = found.body["payments_count"]
    return 0 < limit <= payments


def may_be_charged(found: Document) -> bool:
    """Whether it is charged once more, where all that is under way is paid."""
    limit, payments, under_way = (found.body[name] for name in ("invoice_limit", "payments_count", "under_way"))
    return not limit or payments + under_way < limit


def is_on(context: RequestContext, whose: Document, planned: Document) -> bool:
    """Whether a customer has a subscription to a plan that renews."""
    mine = context.children_of("subscription", whose.id)
    return any(found.body["plan"] == planned.id and found.body["status"] in RENEWS for found in mine)


def to(context: RequestContext, planned: Document) -> list[dict[str, Any]]:
    """The subscriptions to a plan, as it shows them."""
    return [views.of_plan(context, found) for found in context.find_all("subscription", plan=planned.id)]


def follow(context: RequestContext, planned: Document) -> int:
    """Have the subscriptions to a plan that are not over go on as it says now.

    The period that is paid for stays as long as it is (an assumption).

    :return: How many they are.
    """
    live = [found for found in context.find_all("subscription", plan=planned.id) if found.body["status"] in LIVE]
    for found in live:
        found.body.update({name: planned.body[name] for name in ("amount", "currency", "interval", "invoice_limit")})
        found.body["cron_expression"] = cron_expression(found.body["interval"], found.body["start"])
        context.save(found)
        if is_charged_out(found) and found.body["status"] in RENEWS:
            stop(context, found)
    return len(live)


def _tell(context: RequestContext, found: Document, event: str, fields: tuple[str, ...]) -> None:
    whose, planned = context.get("customer", found.parent_id), context.get("plan", found.body["plan"])
    card = context.get("authorization", found.body["authorization"])
    context.emit(event, views.webhook_payload(context, found, fields, whose, planned, card))


def _disable(context: RequestContext, found: Document | None) -> None:
    if found is None or found.body["status"] not in RENEWS:
        raise ApiError(404, "Subscription with code not found or already inactive", "not_found")
    stop(context, found)


def _held(context: RequestContext) -> Document | None:
    # Who has the token may stop it: it stands in the e-mails to the customer.
    found = context.find("subscription", code=str(context.require("code", "Code")))
    token = context.require("token", "Token")
    return found if found is not None and found.unique_key == token else None


def _customer(context: RequestContext, named: str) -> Document:
    found = customers.by_email(context, named) if "@" in named else context.find_by_id_or_code("customer", named)
    if found is None:
        raise ApiError(400, "Customer not found", "not_found")  # as for partial_debit
    return found
