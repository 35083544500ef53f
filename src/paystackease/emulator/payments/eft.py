"""Instant EFT, in South Africa: the customer goes to the provider's page, and names an account there.

open_url > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import REFUND_ACCOUNTS
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Kept, Way, instrument, invalid, masked, text
from paystackease.emulator.payments.card import bank_page
from paystackease.emulator.storage.store import Document

PROVIDERS = ("ozow",)


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``provider``, and where the customer has named it, ``account_number``."""
    provider = text(entered, "provider") or PROVIDERS[0]
    if provider not in PROVIDERS:
        raise invalid("provider")
    number = text(entered, "account_number")
    # What becomes of a refund is decided by the account, of which nothing else is kept.
    ends = masked(number) if number in REFUND_ACCOUNTS else masked("0000000000")
    return {"provider": provider, **ends, "refund": REFUND_ACCOUNTS.get(number, "processed")}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes at the provider's page."""
    shown = instrument("eft", kept, bank=None, brand="eft", card_type="eft", country_code="ZA")
    return Way(
        shown,
        (bank_page(call, tx),),
        message="madePayment",
        gateway_response="Payment successful",
        refund=kept["refund"],
    )
