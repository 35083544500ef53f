"""The card that a subscription charges: which it is at first, how its customer takes another, and that it expires.

Paystack's page on which a customer takes another card is not here;
``POST /_emulator/subscriptions/{code}/card`` is the customer.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from paystackease.emulator.core.call import Answer, Call, Resource, done
from paystackease.emulator.core.errors import Refusal
from paystackease.emulator.core.intervals import following
from paystackease.emulator.core.store import Document
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import subscription_views as views

subscription_card = Resource()


@subscription_card.on("GET", "/subscription/{code}/manage/link")
def link(call: Call) -> Answer:
    found = of(call, call.params["code"])
    return Answer("Link generated", {"link": f"{call.world.url()}/_emulator/subscriptions/{found.code}"})


@subscription_card.on("POST", "/subscription/{code}/manage/email")
def email(call: Call) -> Answer:
    of(call, call.params["code"])
    return done("Email successfully sent")


@subscription_card.on("POST", "/_emulator/subscriptions/{code}/card")
def take_another(call: Call) -> Answer:
    found = of(call, call.params["code"])
    change(call, found, call.require("authorization_code", "Authorization code"))
    return Answer("The card was changed", views.created(call, found))


def of(call: Call, id_or_code: str) -> Document:
    """The subscription with this code or number.

    :raises Refusal: Where there is none.
    """
    found = call.named("subscription", id_or_code)
    if found is None:
        raise Refusal(404, "Subscription not found", "not_found")  # an assumption
    return found


def chosen(call: Call, whose: Document, code: object = None) -> Document:
    """What a subscription of a customer is to charge: the card with this code, or the latest that is saved.

    :raises Refusal: Where it is none of the customer's, or none is saved.
    """
    saved = authorizations.saved_for(call, whose)
    if not saved:
        raise Refusal(404, "The customer specified has no saved authorizations")
    if code is None:
        return saved[-1]
    for found in saved:
        if found.code == code:
            return found
    raise Refusal(400, "Authorization specified is invalid or does not belong to customer", "invalid_params")


def change(call: Call, found: Document, code: object) -> None:
    """The customer has another saved card charged from now on.

    :raises Refusal: Where it is none of the customer's.
    """
    found.body["authorization"] = chosen(call, call.get("customer", found.owner), code).id
    call.save(found)


def look_next_month(call: Call) -> None:
    """When a month begins, have the cards looked at that expire in it."""
    call.after(following("monthly", 0.0, call.now) - call.now, "subscription.expiring_cards")


@subscription_card.job("subscription.expiring_cards")
def look(call: Call) -> None:
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
