"""QR codes, in South Africa: the customer scans one with a banking app.

pay_offline > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Kept, Offline, Way, instrument, invalid, text
from paystackease.emulator.storage.store import Document
from paystackease.emulator.transactions import transaction

PROVIDERS = ("scan-to-pay", "visa")
LIMIT = 600.0
"""For how long a code can be scanned is nowhere to be found (an assumption)."""


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``provider``."""
    provider = text(entered, "provider")
    if provider not in PROVIDERS:
        raise invalid("provider")
    return {"provider": provider}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes once the code was scanned. The picture of it is not here: its address is that of the page."""
    code = call.stable_code("qr", tx.id, length=10, alphabet="0123456789")
    shown = {
        "qr_code": code,
        "url": transaction.checkout_url(call, tx),
        "display_text": "Please scan the QR code to pay",
    }
    more = {"card_type": "CREDIT", "brand": "VISA", "country_code": "ZA", "bank": "TEST BANK"}
    paid_with = instrument("qr", {"bin": "408408", "last4": "4081"}, **more)
    offline = Offline("pay_offline", shown, LIMIT)
    return Way(paid_with, offline=offline, message="madePayment", gateway_response="Payment successful")
