"""QR codes, in South Africa: the customer scans one with a banking app.

pay_offline > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.payments import (
    OfflineStep,
    PaymentPlan,
    StoredInput,
    instrument_details,
    invalid_field,
    text_of,
)
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import transaction

PROVIDERS = ("scan-to-pay", "visa")
LIMIT = 600.0
"""How long a code can be scanned is not documented (an assumption)."""


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``provider``."""
    provider = text_of(entered, "provider")
    if provider not in PROVIDERS:
        raise invalid_field("provider")
    return {"provider": provider}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a payment by QR code. There is no image of it: its URL is that of the checkout page."""
    code = context.stable_code("qr", tx.id, length=10, alphabet="0123456789")
    details = {
        "qr_code": code,
        "url": transaction.checkout_url(context, tx),
        "display_text": "Please scan the QR code to pay",
    }
    terms = {"card_type": "CREDIT", "brand": "VISA", "country_code": "ZA", "bank": "TEST BANK"}
    instrument = instrument_details("qr", {"bin": "408408", "last4": "4081"}, **terms)
    offline = OfflineStep("pay_offline", details, LIMIT)
    return PaymentPlan(instrument, offline=offline, message="madePayment", gateway_response="Payment successful")
