"""Saved authorizations: cards that were paid with, and bank accounts that may be debited.

saved -> deactivated

What a bank will say the next time that one is charged is played by ``POST /_emulator/authorizations/{code}``: that it
declines, that the customer has to confirm it first, or how much there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from paystackease.emulator.catalog.test_instruments import CARD_BANK, CARDS, Card
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.http.response import ApiResponse, message_only
from paystackease.emulator.http.routing import RouteGroup
from paystackease.emulator.storage.document import Document

authorization = RouteGroup()

Listener: TypeAlias = Callable[[RequestContext, Document], None]
_LISTENERS: list[Listener] = []


def on_deactivated(listener: Listener) -> Listener:
    """Have a function called with each authorization that is deactivated."""
    _LISTENERS.append(listener)
    return listener


@authorization.route("POST", "/customer/authorization/deactivate")
def deactivate(context: RequestContext) -> ApiResponse:
    found = context.find("authorization", code=str(context.require("authorization_code", "Authorization code")))
    if found is None or not found.body["active"]:
        raise ApiError(404, "Authorization code not found.")
    found.body["active"] = False
    context.save(found)
    for listener in _LISTENERS:
        listener(context, found)
    return message_only("Authorization has been deactivated")


@authorization.route("POST", "/_emulator/authorizations/{code}")
def expect(context: RequestContext) -> ApiResponse:
    found = context.find("authorization", code=context.params["code"])
    if found is None:
        raise ApiError(404, "Authorization code not found.")
    declines, available = context.body.get("declines"), context.body.get("available")
    if declines is not None and not isinstance(declines, str):
        raise ApiError(400, "declines is the bank's reason, such as Insufficient Funds, or null", "invalid_params")
    if available is not None and (isinstance(available, bool) or not isinstance(available, int) or available < 0):
        raise ApiError(400, "available is an amount in subunits, or null", "invalid_params")
    confirms = context.body.get("confirms", False) is True
    found.body["bank"] = {"declines": declines, "available": available, "confirms": confirms}
    context.save(found)
    return ApiResponse("The bank will do so", found.body["bank"])


def bank(found: Document) -> Mapping[str, Any]:
    """What the bank does when it is charged: ``declines``, ``available``, ``confirms``."""
    return found.body.get("bank") or {"declines": None, "available": None, "confirms": False}


def serialize(found: Document) -> dict[str, Any]:
    """An authorization as what was paid with it shows it."""
    return {"authorization_code": found.code, **found.body["shown"]}


def saved(context: RequestContext, customer: Document) -> list[dict[str, Any]]:
    """The authorizations of a customer that can be charged, as a customer shows them."""
    return [serialize(found) for found in saved_for(context, customer)]


def saved_for(context: RequestContext, customer: Document) -> list[Document]:
    """The authorizations of a customer that can be charged, the oldest first."""
    found = context.children_of("authorization", customer.id)
    return [one for one in found if one.body["active"] and one.body["shown"]["reusable"]]


def save(context: RequestContext, customer: Document, instrument: Mapping[str, Any]) -> Document:
    """Save what was paid with. The same card of the same customer is the same authorization (an assumption)."""
    signature = instrument.get("signature")
    if signature is not None:
        for found in context.children_of("authorization", customer.id):
            if found.body["shown"] == instrument:
                if not found.body["active"]:
                    found.body["active"] = True  # paid with again, it is saved again (an assumption)
                    context.save(found)
                return found
    return context.create(
        "authorization", {"active": True, "shown": dict(instrument)}, code_prefix="AUTH_", parent_id=customer.id
    )


def save_card(context: RequestContext, customer: Document, number: str) -> Document:
    """Save a test card, as paying with it does.

    :raises Refusal: Where it is none of Paystack's reusable test cards.
    """
    card = CARDS.get("".join(number.split()))
    if card is None or not card.reusable:
        raise ApiError(400, "That is none of the test cards that Paystack documents as reusable", "unknown_test_card")
    return save(context, customer, as_card(context, card))


def as_card(
    context: RequestContext, card: Card, month: str = "12", year: str = "2030", country: str = "NG"
) -> dict[str, Any]:
    """What is shown of a card that was paid with: of its number the first six and the last four digits."""
    return {
        "bin": card.bin,
        "last4": card.last4,
        "exp_month": month,
        "exp_year": year,
        "channel": "card",
        "card_type": f"{card.brand} ",  # the blank is Paystack's
        "bank": CARD_BANK,
        "country_code": country,
        "brand": card.brand,
        "reusable": card.reusable,
        "signature": f"SIG_{context.stable_code('signature', card.number, length=20)}",
        "account_name": None,
    }
