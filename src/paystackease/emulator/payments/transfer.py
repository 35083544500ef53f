"""Pay with transfer: the customer transfers the amount to an account that is there for this payment alone.

pending_bank_transfer > success         the whole amount came in
> the same        another amount did: it goes back, and bank.transfer.rejected tells
> abandoned       nothing came in before the account expired
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import MARKETS
from paystackease.emulator.clock import format_time
from paystackease.emulator.clock import parse_time as read_moment
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Kept, Offline, Way, instrument, invalid, masked
from paystackease.emulator.storage.store import Document

SHORTEST, LONGEST = 15 * 60.0, 8 * 3_600.0
PESALINK = 25 * 60.0
ASK = {"display_text": "Please make a transfer to the account specified"}
BANK = {"id": 24, "name": "Test Bank", "slug": "test-bank"}
DIGITS = "0123456789"


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``account_expires_at``, kept between 15 minutes and 8 hours from now."""
    wanted = entered.get("account_expires_at")
    moment = None if wanted is None else read_moment(str(wanted))
    if wanted is not None and moment is None:
        raise invalid("account_expires_at")
    seconds = LONGEST if moment is None else min(max(moment - call.now, SHORTEST), LONGEST)
    return {"expires": call.now + (PESALINK if tx.body["currency"] == "KES" else seconds)}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes once the money comes."""
    number = call.stable_code("account", tx.id, length=10, alphabet=DIGITS)
    shown = {
        **ASK,
        "account_name": "TEST-MANAGED-ACCOUNT",
        "account_number": number,
        "account_expires_at": format_time(kept["expires"]),
        "bank": BANK,
    }
    if tx.body["currency"] == "KES":
        shown["transaction_reference"] = call.stable_code("narration", tx.id, length=8)
    offline = Offline("pending_bank_transfer", shown, max(0.0, kept["expires"] - call.now))
    return Way(_sender(call, tx, number), offline=offline, gateway_response="Approved")


def _sender(call: RequestContext, tx: Document, number: str) -> dict[str, Any]:
    ends = masked(call.stable_code("sender", tx.id, length=10, alphabet=DIGITS))
    now = dt.datetime.fromtimestamp(call.now, dt.UTC)
    country = MARKETS[tx.body["currency"]]
    return instrument(
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
