"""The card of a subscription: its choice, its change by the customer, and its expiry.

The link of ``manage/link`` leads to a page of the emulator that needs no key: its URL holds the subscription's token,
as Paystack's does. Its data and changes are here and in :mod:`paystackease.emulator.resources.subscription`; the HTML
is in :mod:`paystackease.emulator.checkout`. ``POST /_emulator/subscriptions/{code}/card`` does the same with the key.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from paystackease.emulator.accounting.intervals import next_charge_after
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import subscription_serializers as serializers
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations

routes = RouteGroup()


@routes.route("GET", "/subscription/{code}/manage/link")
def create_link(context: RequestContext) -> ApiResponse:
    subscription = get_by_id_or_code(context, context.params["code"])
    return ApiResponse(
        "Link generated",
        {"link": f"{context.services.base_url()}/_emulator/manage/{context.tenant.id}/{subscription.unique_key}"},
    )


@routes.route("POST", "/subscription/{code}/manage/email")
def email_link(context: RequestContext) -> ApiResponse:
    get_by_id_or_code(context, context.params["code"])
    return message_only("Email successfully sent")


@routes.route("POST", "/_emulator/subscriptions/{code}/card")
def simulate_card_change(context: RequestContext) -> ApiResponse:
    subscription = get_by_id_or_code(context, context.params["code"])
    change_card(context, subscription)
    return ApiResponse("The card was changed", serializers.serialize_created(context, subscription))


@routes.route("GET", "/_emulator/manage/{tenant}/{token}", keyless=True)
def show_link_page(context: RequestContext) -> ApiResponse:
    return link_response(context, get_by_token(context), "Subscription retrieved successfully")


@routes.route("POST", "/_emulator/manage/{tenant}/{token}/card", keyless=True)
def change_card_by_link(context: RequestContext) -> ApiResponse:
    subscription = get_by_token(context)
    change_card(context, subscription)
    return link_response(context, subscription, "The card was changed")


def get_by_id_or_code(context: RequestContext, id_or_code: str) -> Document:
    """Return the subscription with this code or number.

    :raises ApiError: If there is none.
    """
    subscription = context.find_by_id_or_code("subscription", id_or_code)
    if subscription is None:
        raise ApiError(404, "Subscription not found", "not_found")  # an assumption
    return subscription


def choose_authorization(context: RequestContext, customer: Document, code: object = None) -> Document:
    """Return the authorization that a subscription charges: the one with this code, or the latest saved.

    :raises ApiError: If the customer has no such authorization, or no reusable one.
    """
    reusable = authorizations.list_reusable(context, customer)
    if not reusable:
        raise ApiError(404, "The customer specified has no saved authorizations")
    if code is None:
        return reusable[-1]
    for authorization in reusable:
        if authorization.code == code:
            return authorization
    raise ApiError(400, "Authorization specified is invalid or does not belong to customer", "invalid_params")


def change_card(context: RequestContext, subscription: Document) -> None:
    """Change the card that is charged, on the customer's behalf.

    The body has the ``authorization_code`` of a saved card, or the number of a test ``card``, which is saved.

    :raises ApiError: If the customer has no such authorization, or the card is not a reusable test card.
    """
    customer, number = context.get("customer", subscription.parent_id), context.body.get("card")
    if isinstance(number, str):
        card = authorizations.save_test_card(context, customer, number)
    else:
        card = choose_authorization(context, customer, context.require("authorization_code", "Authorization code"))
    subscription.body["authorization"] = card.id
    context.save(subscription)


def schedule_expiry_check(context: RequestContext) -> None:
    """Schedule the check for expiring cards at the start of the next month."""
    context.schedule(next_charge_after("monthly", 0.0, context.now) - context.now, "subscription.expiring_cards")


@routes.job("subscription.expiring_cards")
def emit_expiring_cards(context: RequestContext) -> None:
    schedule_expiry_check(context)
    month = dt.datetime.fromtimestamp(context.now, dt.UTC).strftime("%m/%Y")
    expiring: list[dict[str, Any]] = []
    for subscription in context.find_all("subscription"):
        if subscription.body["status"] in serializers.RENEWS:
            card = context.get("authorization", subscription.body["authorization"])
            if serializers.expiry_month(card) == month:
                expiring.append(serializers.serialize_expiring(context, subscription, card))
    if expiring:
        context.emit("subscription.expiring_cards", expiring)


def get_by_token(context: RequestContext) -> Document:
    """Return the subscription whose token is in the URL of a page.

    :raises ApiError: If there is none.
    """
    subscription = context.find("subscription", unique_key=context.params["token"])
    if subscription is None:
        raise ApiError(404, "Subscription not found", "not_found")
    return subscription


def link_response(context: RequestContext, subscription: Document, message: str) -> ApiResponse:
    """Return the data of the customer's page of a subscription."""
    customer, plan = context.get("customer", subscription.parent_id), context.get("plan", subscription.body["plan"])
    charged = context.get("authorization", subscription.body["authorization"])
    data = {
        "business": context.settings.business_name,
        "plan": {name: plan.body[name] for name in ("name", "description", "interval")},
        "email": customer.body["email"],
        **serializers.serialize(
            context, subscription, ("subscription_code", "status", "amount", "currency", "next_payment_date")
        ),
        "authorization_code": charged.code,
        "cards": [_serialize_card(card) for card in authorizations.list_reusable(context, customer)],
    }
    return ApiResponse(message, data)


def _serialize_card(card: Document) -> dict[str, Any]:
    names = ("brand", "last4", "exp_month", "exp_year", "bank")
    return {"authorization_code": card.code, **{name: card.body["instrument"].get(name) for name in names}}
