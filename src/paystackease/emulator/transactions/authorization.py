"""Saved authorizations: cards that were used for a payment, and bank accounts that may be debited.

    active -> inactive

``POST /_emulator/authorizations/{code}`` sets what the bank does when an authorization is charged: it declines, asks
the customer to confirm, or has only a certain amount available.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import CARD_BANK, CARDS, Card
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import ApiError
from paystackease.emulator.storage.document import Document


def bank_behavior(authorization: Document) -> Mapping[str, Any]:
    """Return what the bank does when the authorization is charged: ``declines``, ``available``, ``confirms``."""
    return authorization.body.get("bank") or {"declines": None, "available": None, "confirms": False}


def serialize(authorization: Document) -> dict[str, Any]:
    """Return an authorization as transactions have it."""
    return {"authorization_code": authorization.code, **authorization.body["instrument"]}


def serialize_reusable(context: RequestContext, customer: Document) -> list[dict[str, Any]]:
    """Return the reusable authorizations of a customer, as customers have them."""
    return [serialize(authorization) for authorization in list_reusable(context, customer)]


def list_reusable(context: RequestContext, customer: Document) -> list[Document]:
    """Return the reusable authorizations of a customer, oldest first."""
    return [
        authorization
        for authorization in context.children_of("authorization", customer.id)
        if authorization.body["active"] and authorization.body["instrument"]["reusable"]
    ]


def save_authorization(context: RequestContext, customer: Document, instrument: Mapping[str, Any]) -> Document:
    """Save a payment instrument. The same card of the same customer is the same authorization (an assumption)."""
    signature = instrument.get("signature")
    if signature is not None:
        for authorization in context.children_of("authorization", customer.id):
            if authorization.body["instrument"] == instrument:
                if not authorization.body["active"]:
                    authorization.body["active"] = True  # a payment with it saves it again (an assumption)
                    context.save(authorization)
                return authorization
    return context.create(
        "authorization", {"active": True, "instrument": dict(instrument)}, code_prefix="AUTH_", parent_id=customer.id
    )


def save_test_card(context: RequestContext, customer: Document, number: str) -> Document:
    """Save a test card, as a payment with it does.

    :raises ApiError: If it is not one of Paystack's reusable test cards.
    """
    card = CARDS.get("".join(number.split()))
    if card is None or not card.reusable:
        raise ApiError(400, "The card is not one of Paystack's documented reusable test cards", "unknown_test_card")
    return save_authorization(context, customer, serialize_card(context, card))


def serialize_card(
    context: RequestContext, card: Card, month: str = "12", year: str = "2030", country: str = "NG"
) -> dict[str, Any]:
    """Return a card as an authorization has it, with the first six and last four digits of its number."""
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
