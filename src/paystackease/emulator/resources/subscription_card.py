"""The card that a subscription charges: which it is at first, how its customer takes another, and that it expires.

The link of ``manage/link`` leads to a page of the emulator's own, which takes no key: its address holds the token of
the subscription, as Paystack's does. Here is what the page shows, what it changes is here and in
:mod:`paystackease.emulator.resources.subscription`; the HTML is made elsewhere. ``POST
/_emulator/subscriptions/{code}/card`` does the same for who has the key.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from paystackease.emulator.accounting.intervals import following
from paystackease.emulator.http.context import ApiResponse, RequestContext, RouteGroup, message_only
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import subscription_serializers as views
from paystackease.emulator.storage.store import Document

subscription_card = RouteGroup()


@subscription_card.route("GET", "/subscription/{code}/manage/link")
def link(call: RequestContext) -> ApiResponse:
    found = of(call, call.params["code"])
    return ApiResponse(
        "Link generated", {"link": f"{call.services.base_url()}/_emulator/manage/{call.tenant.id}/{found.unique_key}"}
    )


@subscription_card.route("POST", "/subscription/{code}/manage/email")
def email(call: RequestContext) -> ApiResponse:
    of(call, call.params["code"])
    return message_only("Email successfully sent")


@subscription_card.route("POST", "/_emulator/subscriptions/{code}/card")
def take_another(call: RequestContext) -> ApiResponse:
    found = of(call, call.params["code"])
    change(call, found)
    return ApiResponse("The card was changed", views.created(call, found))


@subscription_card.route("GET", "/_emulator/manage/{tenant}/{token}", open=True)
def page(call: RequestContext) -> ApiResponse:
    return link_response(call, linked(call), "Subscription retrieved successfully")


@subscription_card.route("POST", "/_emulator/manage/{tenant}/{token}/card", open=True)
def take_another_there(call: RequestContext) -> ApiResponse:
    found = linked(call)
    change(call, found)
    return link_response(call, found, "The card was changed")


def of(call: RequestContext, id_or_code: str) -> Document:
    """The subscription with this code or number.

    :raises Refusal: Where there is none.
    """
    found = call.find_by_id_or_code("subscription", id_or_code)
    if found is None:
        raise ApiError(404, "Subscription not found", "not_found")  # an assumption
    return found


def chosen(call: RequestContext, whose: Document, code: object = None) -> Document:
    """What a subscription of a customer is to charge: the card with this code, or the latest that is saved.

    :raises Refusal: Where it is none of the customer's, or none is saved.
    """
    saved = authorizations.saved_for(call, whose)
    if not saved:
        raise ApiError(404, "The customer specified has no saved authorizations")
    if code is None:
        return saved[-1]
    for found in saved:
        if found.code == code:
            return found
    raise ApiError(400, "Authorization specified is invalid or does not belong to customer", "invalid_params")


def change(call: RequestContext, found: Document) -> None:
    """The customer has another card charged from now on: the saved one of ``authorization_code``, or a test card that
    is entered as ``card``, which is saved as paying with it would.

    :raises Refusal: Where it is none of the customer's, or no reusable test card.
    """
    whose, number = call.get("customer", found.parent_id), call.body.get("card")
    if isinstance(number, str):
        card = authorizations.save_card(call, whose, number)
    else:
        card = chosen(call, whose, call.require("authorization_code", "Authorization code"))
    found.body["authorization"] = card.id
    call.save(found)


def look_next_month(call: RequestContext) -> None:
    """When a month begins, have the cards looked at that expire in it."""
    call.schedule(following("monthly", 0.0, call.now) - call.now, "subscription.expiring_cards")


@subscription_card.job("subscription.expiring_cards")
def look(call: RequestContext) -> None:
    look_next_month(call)
    month = dt.datetime.fromtimestamp(call.now, dt.UTC).strftime("%m/%Y")
    expiring: list[dict[str, Any]] = []
    for found in call.some("subscription"):
        if found.body["status"] in views.RENEWS:
            card = call.get("authorization", found.body["authorization"])
            if views.expiry(card) == month:
                expiring.append(views.expiring(call, found, card))
    if expiring:
        call.emit("subscription.expiring_cards", expiring)


def linked(call: RequestContext) -> Document:
    """The subscription whose token is in the address of a page.

    :raises Refusal: Where there is none.
    """
    found = call.find("subscription", name=call.params["token"])
    if found is None:
        raise ApiError(404, "Subscription not found", "not_found")
    return found


def link_response(call: RequestContext, found: Document, message: str) -> ApiResponse:
    """What its customer sees of a subscription."""
    whose, planned = call.get("customer", found.parent_id), call.get("plan", found.body["plan"])
    charged = call.get("authorization", found.body["authorization"])
    data = {
        "business": call.settings.business_name,
        "plan": {name: planned.body[name] for name in ("name", "description", "interval")},
        "email": whose.body["email"],
        **views.show(call, found, ("subscription_code", "status", "amount", "currency", "next_payment_date")),
        "authorization_code": charged.code,
        "cards": [_choice(one) for one in authorizations.saved_for(call, whose)],
    }
    return ApiResponse(message, data)


def _choice(card: Document) -> dict[str, Any]:
    names = ("brand", "last4", "exp_month", "exp_year", "bank")
    return {"authorization_code": card.code, **{name: card.body["shown"].get(name) for name in names}}
