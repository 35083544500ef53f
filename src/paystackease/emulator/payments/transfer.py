"""Pay with transfer: the customer transfers the amount to an account that exists for this payment only.

pending_bank_transfer > success         the exact amount was received
pending_bank_transfer                   another amount was received and returned: bank.transfer.rejected is sent
pending_bank_transfer > abandoned       nothing was received before the account expired
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import MARKETS
from paystackease.emulator.clock import format_time, parse_time
from paystackease.emulator.context import RequestContext
from paystackease.emulator.payments import (
    OfflineStep,
    PaymentPlan,
    StoredInput,
    instrument_details,
    invalid_field,
    mask,
)
from paystackease.emulator.storage.document import Document

MIN_SECONDS, MAX_SECONDS = 15 * 60.0, 8 * 3_600.0
PESALINK_SECONDS = 25 * 60.0
PROMPT = {"display_text": "Please make a transfer to the account specified"}
BANK = {"id": 24, "name": "Test Bank", "slug": "test-bank"}
DIGITS = "0123456789"


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``account_expires_at``. It is limited to 15 minutes to 8 hours from now."""
    expires_at = entered.get("account_expires_at")
    expiry = None if expires_at is None else parse_time(str(expires_at))
    if expires_at is not None and expiry is None:
        raise invalid_field("account_expires_at")
    seconds = MAX_SECONDS if expiry is None else min(max(expiry - context.now, MIN_SECONDS), MAX_SECONDS)
    return {"expires": context.now + (PESALINK_SECONDS if tx.body["currency"] == "KES" else seconds)}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a payment by transfer."""
    number = context.stable_code("account", tx.id, length=10, alphabet=DIGITS)
    details = {
        **PROMPT,
        "account_name": "TEST-MANAGED-ACCOUNT",
        "account_number": number,
        "account_expires_at": format_time(stored["expires"]),
        "bank": BANK,
    }
    if tx.body["currency"] == "KES":
        details["transaction_reference"] = context.stable_code("narration", tx.id, length=8)
    offline = OfflineStep("pending_bank_transfer", details, max(0.0, stored["expires"] - context.now))
    return PaymentPlan(_sender_details(context, tx, number), offline=offline, gateway_response="Approved")


def _sender_details(context: RequestContext, tx: Document, number: str) -> dict[str, Any]:
    ends = mask(context.stable_code("sender", tx.id, length=10, alphabet=DIGITS))
    now = dt.datetime.fromtimestamp(context.now, dt.UTC)
    country = MARKETS[tx.body["currency"]]
    return instrument_details(
        "bank_transfer",
        ends,
        exp_month=f"{now.month:02}",
        exp_year=str(now.year),
        card_type="transfer",
        brand="Managed Account",
        country_code=country,
        sender_country=country,
        sender_bank=None,
        sender_bank_account_number=f"XXXXXX{ends['last4']}",
        sender_name="Test Customer",
        narration="Test transfer",
        receiver_bank_account_number=number,
        receiver_bank=BANK["name"],
    )
