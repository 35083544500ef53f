"""Mobile money: Ghana, Kenya, Côte d'Ivoire. The customer confirms on the phone; Orange has an OTP.

success                     immediately, as in Paystack's test mode
pay_offline > success       if ``offline_seconds`` is set
send_otp > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import MARKETS, WALLETS, Wallet
from paystackease.emulator.context import RequestContext
from paystackease.emulator.payments import (
    Challenge,
    OfflineStep,
    PaymentPlan,
    StoredInput,
    instrument_details,
    invalid_field,
    mask,
    text_of,
    unknown_instrument,
)
from paystackease.emulator.payments.card import OTP_PROMPT, WRONG_OTP
from paystackease.emulator.storage.document import Document

LIMIT = 180.0
PROMPT = {"display_text": "Please complete authorization process on your mobile phone"}


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``provider`` with ``phone``, or with ``account`` for a till."""
    provider = text_of(entered, "provider")
    wallet = _find_wallet(provider, tx)
    if wallet is None:
        raise invalid_field("provider")
    phone = text_of(entered, "phone") or text_of(entered, "account")
    if len(phone.lstrip("+")) < 10:
        return {"provider": provider, "decline_reason": "Invalid phone number"}  # HTTP 200, failed (observed)
    if phone != wallet.phone:
        return {"provider": provider, "decline_reason": unknown_instrument("wallet")}
    return {"provider": provider}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a test wallet."""
    wallet = _find_wallet(stored["provider"], tx)
    assert wallet is not None, "parse_input checked it"
    reason = stored.get("decline_reason")
    challenges = (
        (Challenge("send_otp", lambda entered: entered == wallet.otp, WRONG_OTP, OTP_PROMPT),) if wallet.otp else ()
    )
    # Paystack's spelling of the brand: "Mtn mobile money".
    country = {"country_code": MARKETS[wallet.currency]}
    instrument = instrument_details(
        "mobile_money", mask(wallet.phone), bank=wallet.name, brand=wallet.name.capitalize(), **country
    )
    return PaymentPlan(
        {} if reason else instrument,
        () if reason else challenges,
        OfflineStep("pay_offline", PROMPT, LIMIT, immediate_in_test_mode=True),
        reason,
        message="madePayment",
        gateway_response="Approved",
    )


def _find_wallet(provider: str, tx: Document) -> Wallet | None:
    for wallet in WALLETS:
        if provider in wallet.providers and wallet.currency == tx.body["currency"]:
            return wallet
    return None
