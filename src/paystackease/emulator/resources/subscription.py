"""Subscriptions: a customer is charged regularly, with the terms of a plan.

    active > attention (a charge failed) > active (the next one succeeded)
    active | attention > non-renewing (disabled, or the plan's limit is reached) > cancelled | completed
    non-renewing > active (enabled again before the period ended)

A subscription is created by a payment for its plan, or here, with a saved card. A job runs at the end of each period:
it charges the next (:mod:`paystackease.emulator.resources.invoice`) or ends the subscription. The card that is charged
is in :mod:`paystackease.emulator.resources.subscription_card`.
"""

from __future__ import annotations

import functools
from typing import Any

from paystackease.emulator.accounting.intervals import DAY, cron_expression, next_charge_after
from paystackease.emulator.clock import parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.pagination import id_filter, paginate
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import customer as customers
from paystackease.emulator.resources import plan_serializers as plans
from paystackease.emulator.resources import subscription_card
from paystackease.emulator.resources import subscription_serializers as serializers
from paystackease.emulator.resources.subscription_serializers import RENEWS
from paystackease.emulator.state_machine import StateMachine
from paystackease.emulator.storage.document import FIRST_ID, Document

routes = RouteGroup()

MACHINE = StateMachine(
    "subscription",
    "active > attention | non-renewing > cancelled | completed",
    "attention | non-renewing > active",
    "attention > non-renewing",
)

LIVE = (*RENEWS, "non-renewing")
"""The statuses of a subscription that has not ended."""

INVOICE_LEAD_SECONDS = 3 * DAY
"""How long before the charge the invoice is created. If the period is shorter, it is created with the charge."""


@routes.route("POST", "/subscription")
def create(context: RequestContext) -> ApiResponse | ApiError:
    customer = _find_customer(context, str(context.require("customer", "Customer")))
    plan = plans.get_by_code(context, context.require("plan", "Plan"))
    card = subscription_card.choose_authorization(context, customer, context.body.get("authorization"))
    if has_renewing(context, customer, plan):
        raise ApiError(400, "This subscription is already in place.", "duplicate_subscription")
    start_date = context.body.get("start_date")
    start = parse_time(start_date) if isinstance(start_date, str) else None
    error = None
    if start_date is not None and start is None:
        error = ApiError(400, "Invalid start date passed", "invalid_params")  # the wording is an assumption
        if not context.settings.quirks:
            raise error
    # A start in the past is replaced by now (an assumption).
    subscription = create_subscription(context, customer, plan, card, start=max(start or context.now, context.now))
    # Paystack responds with an error to an invalid date, but creates the subscription (observed).
    return error or ApiResponse(
        "Subscription successfully created", serializers.serialize_created(context, subscription)
    )


@routes.route("GET", "/subscription")
def list_(context: RequestContext) -> ApiResponse:
    plan = id_filter(context, "plan")
    having = {} if plan is None else {"plan": plan}
    customer_id = id_filter(context, "customer")
    serialize = functools.partial(serializers.serialize_listed, context)
    return paginate(context, "subscription", "Subscriptions retrieved", serialize, parent_id=customer_id, having=having)


@routes.route("GET", "/subscription/{id_or_code}")
def fetch(context: RequestContext) -> ApiResponse:
    subscription = subscription_card.get_by_id_or_code(context, context.params["id_or_code"])
    return ApiResponse(
        "Subscription retrieved successfully",
        serializers.serialize_fetched(context, subscription, context.children_of("invoice", subscription.id)),
    )


@routes.route("POST", "/subscription/disable")
def disable(context: RequestContext) -> ApiResponse:
    subscription = _find_by_token(context)
    _disable_renewing(context, subscription)
    return message_only("Subscription disabled successfully")


@routes.route("POST", "/_emulator/manage/{tenant}/{token}/cancel", keyless=True)
def cancel_by_link(context: RequestContext) -> ApiResponse:
    subscription = subscription_card.get_by_token(context)
    _disable_renewing(context, subscription)
    return subscription_card.link_response(context, subscription, "The subscription does not renew")


@routes.route("POST", "/subscription/enable")
def enable(context: RequestContext) -> ApiResponse:
    subscription = _find_by_token(context)
    if subscription is None:
        raise ApiError(404, "Subscription with code not found or already active", "not_found")  # an assumption
    # Enabling a renewing subscription changes nothing (an assumption).
    if subscription.body["status"] not in RENEWS:
        # That it can be enabled until its period ends, but not after the last charge, is an assumption. So is that a
        # second renewing one to the same plan is rejected.
        if subscription.body["status"] != "non-renewing" or has_reached_limit(subscription):
            raise ApiError(400, "Subscription has been cancelled, and cannot be reactivated", "invalid_params")
        if has_renewing(
            context, context.get("customer", subscription.parent_id), context.get("plan", subscription.body["plan"])
        ):
            raise ApiError(400, "This subscription is already in place.", "duplicate_subscription")
        MACHINE.transition(subscription, "active")
        context.save(subscription)
    return message_only("Subscription enabled successfully")


def create_subscription(
    context: RequestContext,
    customer: Document,
    plan: Document,
    card: Document,
    *,
    start: float,
    paid: bool = False,
    limit: int | None = None,
) -> Document:
    """Subscribe a customer to a plan.

    :param start: When its first period begins, and is charged.
    :param paid: Whether the first period is paid already.
    :param limit: How many times it is charged; None for the limit of the plan.
    """
    interval = plan.body["interval"]
    body: dict[str, Any] = {
        "status": "active",
        "plan": plan.id,
        "plan_code": plan.code,
        "authorization": card.id,
        "amount": plan.body["amount"],
        "currency": plan.body["currency"],
        "interval": interval,
        "cron_expression": cron_expression(interval, start),
        "quantity": 1,
        "start": int(start),
        # The end of the paid period, when the next is charged.
        "period_end": next_charge_after(interval, start, start) if paid else start,
        "invoice_limit": plan.body["invoice_limit"] if limit is None else limit,
        "payments_count": int(paid),
        "charges_in_flight": 0,  # charges without a result yet
        "unpaid": None,
        "open_invoice": None,
    }
    subscription = context.create(
        "subscription", body, code_prefix="SUB_", unique_key=context.next_code("email_token"), parent_id=customer.id
    )
    context.emit(
        "subscription.create",
        serializers.webhook_payload(context, subscription, serializers.WEBHOOK_CREATED, customer, plan, card),
    )
    schedule_renewal(context, subscription)
    if subscription.id == FIRST_ID:
        subscription_card.schedule_expiry_check(context)
    if has_reached_limit(subscription):
        stop_renewing(context, subscription)
    return subscription


def schedule_renewal(context: RequestContext, subscription: Document) -> None:
    """Schedule the invoice and the charge at the end of the period."""
    left = subscription.body["period_end"] - context.now
    if left > INVOICE_LEAD_SECONDS:
        context.schedule(left - INVOICE_LEAD_SECONDS, "invoice.create", id=subscription.id)
    context.schedule(left, "invoice.charge", id=subscription.id)


def stop_renewing(context: RequestContext, subscription: Document) -> None:
    """Stop a subscription at the end of its period."""
    MACHINE.transition(subscription, "non-renewing")
    context.save(subscription)
    _emit(context, subscription, "subscription.not_renew", serializers.WEBHOOK_NOT_RENEWING)


def end_subscription(context: RequestContext, subscription: Document) -> None:
    """End a subscription after its last period."""
    MACHINE.transition(subscription, "completed" if has_reached_limit(subscription) else "cancelled")
    context.save(subscription)
    _emit(context, subscription, "subscription.disable", serializers.WEBHOOK_ENDED)


def has_reached_limit(subscription: Document) -> bool:
    """Return whether the subscription was charged as often as its limit allows."""
    limit: int = subscription.body["invoice_limit"]
    payments: int = subscription.body["payments_count"]
    return 0 < limit <= payments


def can_charge(subscription: Document) -> bool:
    """Return whether the limit allows another charge, if all charges in flight succeed."""
    limit, payments, in_flight = (
        subscription.body[name] for name in ("invoice_limit", "payments_count", "charges_in_flight")
    )
    return not limit or payments + in_flight < limit


def has_renewing(context: RequestContext, customer: Document, plan: Document) -> bool:
    """Return whether a customer has a renewing subscription to a plan."""
    subscriptions = context.children_of("subscription", customer.id)
    return any(
        subscription.body["plan"] == plan.id and subscription.body["status"] in RENEWS for subscription in subscriptions
    )


def serialize_for_plan(context: RequestContext, plan: Document) -> list[dict[str, Any]]:
    """Return the subscriptions to a plan, as plans have them."""
    return [
        serializers.serialize_for_plan(context, subscription)
        for subscription in context.find_all("subscription", having={"plan": plan.id})
    ]


def apply_plan_changes(context: RequestContext, plan: Document) -> int:
    """Apply a plan's current terms to its subscriptions that have not ended.

    The paid period is not changed (an assumption).

    :return: The number of these subscriptions.
    """
    live = [
        subscription
        for subscription in context.find_all("subscription", having={"plan": plan.id})
        if subscription.body["status"] in LIVE
    ]
    for subscription in live:
        subscription.body.update(
            {name: plan.body[name] for name in ("amount", "currency", "interval", "invoice_limit")}
        )
        subscription.body["cron_expression"] = cron_expression(
            subscription.body["interval"], subscription.body["start"]
        )
        context.save(subscription)
        if has_reached_limit(subscription) and subscription.body["status"] in RENEWS:
            stop_renewing(context, subscription)
    return len(live)


def _emit(context: RequestContext, subscription: Document, event: str, fields: tuple[str, ...]) -> None:
    customer, plan = context.get("customer", subscription.parent_id), context.get("plan", subscription.body["plan"])
    card = context.get("authorization", subscription.body["authorization"])
    context.emit(event, serializers.webhook_payload(context, subscription, fields, customer, plan, card))


def _disable_renewing(context: RequestContext, subscription: Document | None) -> None:
    if subscription is None or subscription.body["status"] not in RENEWS:
        raise ApiError(404, "Subscription with code not found or already inactive", "not_found")
    stop_renewing(context, subscription)


def _find_by_token(context: RequestContext) -> Document | None:
    # The token authorizes the change. It is in the e-mails to the customer.
    subscription = context.find("subscription", code=str(context.require("code", "Code")))
    token = context.require("token", "Token")
    return subscription if subscription is not None and subscription.unique_key == token else None


def _find_customer(context: RequestContext, id_or_code_or_email: str) -> Document:
    customer = (
        customers.find_by_email(context, id_or_code_or_email)
        if "@" in id_or_code_or_email
        else context.find_by_id_or_code("customer", id_or_code_or_email)
    )
    if customer is None:
        raise ApiError(400, "Customer not found", "not_found")  # as for partial_debit
    return customer
