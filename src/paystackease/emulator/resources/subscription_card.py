"""The card that a subscription charges: which it is at first, how its customer takes another, and that it expires.

The link of ``manage/link`` leads to a page of the emulator's own, which takes no key: its address holds the token of
the subscription, as Paystack's does. Here is what the page shows, what it changes is here and in
:mod:`paystackease.emulator.resources.subscription`; the HTML is made elsewhere. ``POST
/_emulator/subscriptions/{code}/card`` does the same for who has the key.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from paystackease.emulator.accounting.intervals import next_charge_after
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import subscription_serializers as views
from paystackease.emulator.storage.document import Document

subscription_card = RouteGroup()


@subscription_card.route("GET", "/subscription/{code}/manage/link")
def link(context: RequestContext) -> ApiResponse:
    found = of(context, context.params["code"])
    return ApiResponse(
        "Link generated",
        {"link": f"{context.services.base_url()}/_emulator/manage/{context.tenant.id}/{found.unique_key}"},
    )


@subscription_card.route("POST", "/subscription/{code}/manage/email")
def email(context: RequestContext) -> ApiResponse:
    of(context, context.params["code"])
    return message_only("Email successfully sent")


@subscription_card.route("POST", "/_emulator/subscriptions/{code}/card")
def take_another(context: RequestContext) -> ApiResponse:
    found = of(context, context.params["code"])
    change(context, found)
    return ApiResponse("The card was changed", views.created(context, found))


@subscription_card.route("GET", "/_emulator/manage/{tenant}/{token}", keyless=True)
def page(context: RequestContext) -> ApiResponse:
    return link_response(context, linked(context), "Subscription retrieved successfully")


@subscription_card.route("POST", "/_emulator/manage/{tenant}/{token}/card", keyless=True)
def take_another_there(context: RequestContext) -> ApiResponse:
    found = linked(context)
    change(context, found)
    return link_response(context, found, "The card was changed")


def of(context: RequestContext, id_or_code: str) -> Document:
    """The subscription with this code or number.

    :raises Refusal: Where there is none.
    """
    found = context.find_by_id_or_code("subscription", id_or_code)
    if found is None:
        raise ApiError(404, "Subscription not found", "not_found")  # an assumption
    return found


def chosen(context: RequestContext, whose: Document, code: object = None) -> Document:
    """What a subscription of a customer is to charge: the card with this code, or the latest that is saved.

    :raises Refusal: Where it is none of the customer's, or none is saved.
    """
    saved = authorizations.saved_for(context, whose)
    if not saved:
        raise ApiError(404, "The customer specified has no saved authorizations")
    if code is None:
        return saved[-1]
    for found in saved:
        if found.code == code:
            return found
    raise ApiError(400, "Authorization specified is invalid or does not belong to customer", "invalid_params")


def change(context: RequestContext, found: Document) -> None:
    """The customer has another card charged from now on: the saved one of ``authorization_code``, or a test card that
    is entered as ``card``, which is saved as paying with it would.

    :raises Refusal: Where it is none of the customer's, or no reusable test card.
    """
    whose, number = context.get("customer", found.parent_id), context.body.get("card")
    if isinstance(number, str):
        card = authorizations.save_card(context, whose, number)
    else:
        card = chosen(context, whose, context.require("authorization_code", "Authorization code"))
    found.body["authorization"] = card.id
    context.save(found)


def look_next_month(context: RequestContext) -> None:
    """When a month begins, have the cards looked at that expire in it."""
    context.schedule(next_charge_after("monthly", 0.0, context.now) - context.now, "subscription.expiring_cards")


@subscription_card.job("subscription.expiring_cards")
def look(context: RequestContext) -> None:
    look_next_month(context)
    month = dt.datetime.fromtimestamp(context.now, dt.UTC).strftime("%m/%Y")
    expiring: list[dict[str, Any]] = []
    for found in context.find_all("subscription"):
        if found.body["status"] in views.RENEWS:
            card = context.get("authorization", found.body["authorization"])
            if views.expiry(card) == month:
                expiring.append(views.expiring(context, found, card))
    if expiring:
        context.emit("subscription.expiring_cards", expiring)


def linked(context: RequestContext) -> Document:
    """The subscription whose token is in the address of a page.

    :raises Refusal: Where there is none.
    """
    found = context.find("subscription", name=context.params["token"])
    if found is None:
        raise ApiError(404, "Subscription not found", "not_found")
    return found


def link_response(context: RequestContext, found: Document, message: str) -> ApiResponse:
    """What its customer sees of a subscription."""
    whose, planned = context.get("customer", found.parent_id), context.get("plan", found.body["plan"])
    charged = context.get("authorization", found.body["authorization"])
    data = {
        "business": context.settings.business_name,
        "plan": {name: planned.body[name] for name in ("name", "description", "interval")},
        "email": whose.body["email"],
        **views.show(context, found, ("subscription_code", "status", "amount", "currency", "next_payment_date")),
        "authorization_code": charged.code,
        "cards": [_choice(one) for one in authorizations.saved_for(context, whose)],
    }
    return ApiResponse(message, data)


def _choice(card: Document) -> dict[str, Any]:
    names = ("brand", "last4", "exp_month", "exp_year", "bank")
    return {"authorization_code": card.code, **{name: card.body["shown"].get(name) for name in names}}
