"""Instant EFT, in South Africa: the customer enters an account at the provider's page.

open_url > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import REFUND_ACCOUNTS
from paystackease.emulator.context import RequestContext
from paystackease.emulator.payments import PaymentPlan, StoredInput, instrument_details, invalid_field, mask, text_of
from paystackease.emulator.payments.card import bank_page
from paystackease.emulator.storage.document import Document

PROVIDERS = ("ozow",)


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``provider``, and ``account_number`` if the customer has entered it."""
    provider = text_of(entered, "provider") or PROVIDERS[0]
    if provider not in PROVIDERS:
        raise invalid_field("provider")
    number = text_of(entered, "account_number")
    # The account determines the result of a refund. Nothing else is stored of it.
    ends = mask(number) if number in REFUND_ACCOUNTS else mask("0000000000")
    return {"provider": provider, **ends, "refund": REFUND_ACCOUNTS.get(number, "processed")}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a payment at the provider's page."""
    instrument = instrument_details("eft", stored, bank=None, brand="eft", card_type="eft", country_code="ZA")
    return PaymentPlan(
        instrument,
        (bank_page(context, tx),),
        message="madePayment",
        gateway_response="Payment successful",
        refund_outcome=stored["refund"],
    )
