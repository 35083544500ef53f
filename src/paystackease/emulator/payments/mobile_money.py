"""Mobile money: Ghana, Kenya, Côte d'Ivoire. The customer confirms on the phone; Orange has a one-time password.

success                     at once, as in Paystack's test mode
pay_offline > success       where customers take their time
send_otp > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import MARKETS, WALLETS, Wallet
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Ask, Kept, Offline, Way, instrument, invalid, masked, text, unknown
from paystackease.emulator.payments.card import ASK_OTP, WRONG_OTP
from paystackease.emulator.storage.store import Document

LIMIT = 180.0
ASK = {"display_text": "Please complete authorization process on your mobile phone"}


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``provider`` with ``phone``, or with ``account`` for a till."""
    provider = text(entered, "provider")
    wallet = _wallet(provider, tx)
    if wallet is None:
        raise invalid("provider")
    phone = text(entered, "phone") or text(entered, "account")
    if len(phone.lstrip("+")) < 10:
        return {"provider": provider, "refused": "Invalid phone number"}  # HTTP 200, failed (observed)
    if phone != wallet.phone:
        return {"provider": provider, "refused": unknown("wallet")}
    return {"provider": provider}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes with a test wallet."""
    wallet = _wallet(kept["provider"], tx)
    assert wallet is not None, "it was there when it was read"
    refused = kept.get("refused")
    asks = (Ask("send_otp", lambda entered: entered == wallet.otp, WRONG_OTP, ASK_OTP),) if wallet.otp else ()
    # A brand as Paystack writes it: "Mtn mobile money".
    country = {"country_code": MARKETS[wallet.currency]}
    shown = instrument(
        "mobile_money", masked(wallet.phone), bank=wallet.name, brand=wallet.name.capitalize(), **country
    )
    return Way(
        {} if refused else shown,
        () if refused else asks,
        Offline("pay_offline", ASK, LIMIT, at_once=True),
        refused,
        message="madePayment",
        gateway_response="Approved",
    )


def _wallet(provider: str, tx: Document) -> Wallet | None:
    for wallet in WALLETS:
        if provider in wallet.providers and wallet.currency == tx.body["currency"]:
            return wallet
    return None
