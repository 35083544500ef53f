"""Filters of the checkout: the metadata's ``custom_filters`` restrict the accepted instruments:
https://paystack.com/docs/payments/metadata/

    recurring                           only cards that can be charged again
    card_brands                         only cards of these brands: verve, visa, mastercard, amex
    banks                               only cards of these banks, by their codes: the test cards' is 001
    supported_bank_providers            only accounts at these banks, by their codes
    supported_mobile_money_providers    only these wallets: mtn, atl, vod

Paystack does not document its response to other instruments: the wordings are assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import CARDS, Card
from paystackease.emulator.payments import digits_of, text_of
from paystackease.emulator.storage.document import Document

TEST_BANK = "001"
"""The code of the test cards' bank. No source has it: it is the code of the bank with that name (an assumption)."""

_BRANDS = {"amex": "american express"}
"""By the name of a brand in filters: its name in authorizations, if they differ."""


def rejection_reason(tx: Document, channel: str, entered: Mapping[str, Any]) -> str | None:
    """Return why an instrument is not accepted, or None if it is.

    :param entered: The customer's input, with the field names of ``/charge``.
    """
    filters = _read_filters(tx)
    match channel if filters else None:
        case "card":
            card = CARDS.get(digits_of(entered, "number"))
            return None if card is None else _card_rejection(filters, card)
        case "bank" if not _allows(filters, "supported_bank_providers", text_of(entered, "code")):
            return "This bank is not accepted for this payment"
        case "mobile_money" if not _allows(filters, "supported_mobile_money_providers", text_of(entered, "provider")):
            return "This provider is not accepted for this payment"
        case _:
            return None


def _card_rejection(filters: Mapping[str, Any], card: Card) -> str | None:
    if filters.get("recurring") is True and not card.reusable:
        return "Only a card that can be charged again is accepted for this payment"
    brands = {_BRANDS.get(brand, brand) for brand in map(str.lower, _read_texts(filters, "card_brands"))}
    if brands and card.brand not in brands:
        return "Cards of this brand are not accepted for this payment"
    if not _allows(filters, "banks", TEST_BANK):
        return "Cards of this bank are not accepted for this payment"
    return None


def _read_filters(tx: Document) -> Mapping[str, Any]:
    metadata: Any = tx.body.get("metadata")
    filters: Any = metadata.get("custom_filters") if isinstance(metadata, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # JSON
    return filters if isinstance(filters, dict) else {}  # pyright: ignore[reportUnknownVariableType] # JSON


def _allows(filters: Mapping[str, Any], name: str, value: str) -> bool:
    # An empty filter accepts every value.
    texts = _read_texts(filters, name)
    return not texts or value in texts


def _read_texts(filters: Mapping[str, Any], name: str) -> list[str]:
    values = filters.get(name)
    return [str(value) for value in values] if isinstance(values, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # JSON
