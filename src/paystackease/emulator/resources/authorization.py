"""Saved authorizations: cards that were paid with, and bank accounts that may be debited.

saved -> deactivated
"""

from __future__ import annotations

from typing import Any

from paystackease.emulator.core.call import Answer, Call, Resource, done
from paystackease.emulator.core.errors import Refusal
from paystackease.emulator.core.store import Document
from paystackease.emulator.testdata import CARD_BANK, CARDS

authorization = Resource()


@authorization.on("POST", "/customer/authorization/deactivate")
def deactivate(call: Call) -> Answer:
    found = call.find("authorization", code=call.require("authorization_code", "Authorization code"))
    if found is None or not found.body["active"]:
        raise Refusal(404, "Authorization code not found.")
    found.body["active"] = False
    call.save(found)
    return done("Authorization has been deactivated")


def saved(call: Call, customer: Document) -> list[dict[str, Any]]:
    """The authorizations of a customer that can be charged, as a customer shows them."""
    active = [found for found in call.owned("authorization", customer.id) if found.body["active"]]
    return [{"authorization_code": found.code, **found.body["shown"]} for found in active]


def save_card(call: Call, customer: Document, number: str) -> Document:
    """Save a test card, as paying with it does.

    :raises Refusal: Where it is none of Paystack's reusable test cards.
    """
    card = CARDS.get("".join(number.split()))
    if card is None:
        raise Refusal(400, "That is none of the test cards that Paystack documents as reusable", "unknown_test_card")
    shown = {
        "bin": card.bin,
        "last4": card.last4,
        "exp_month": "12",
        "exp_year": "2030",
        "channel": "card",
        "card_type": f"{card.brand} ",  # the blank is Paystack's
        "bank": CARD_BANK,
        "country_code": "NG",
        "brand": card.brand,
        "reusable": True,
        "signature": f"SIG_{call.letters('signature', card.number, length=20)}",
        "account_name": None,
    }
    return call.new("authorization", {"active": True, "shown": shown}, code="AUTH_", owner=customer.id)
