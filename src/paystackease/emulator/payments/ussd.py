"""USSD, in Nigeria: the customer dials a code.

pay_offline > success | failed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Kept, Offline, Way, instrument, invalid, text
from paystackease.emulator.storage.store import Document

BANKS = {"737": "Guaranty Trust Bank", "919": "United Bank For Africa", "822": "Sterling Bank", "966": "Zenith Bank"}
LIMIT = 180.0
"""Documented for mobile money; for this it is an assumption."""


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``type``: the digits that the bank's code begins with."""
    kind = text(entered, "type").strip("*#")
    if kind not in BANKS:
        raise invalid("USSD type")
    return {"type": kind}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes once the code was dialled."""
    kind = kept["type"]
    code = f"*{kind}*33*4*{call.stable_code('ussd', tx.id, length=6, alphabet='0123456789')}#"
    ask = f"Please dial {code} on your mobile phone to complete the transaction"
    now = dt.datetime.fromtimestamp(call.now, dt.UTC)
    more = {"exp_month": f"{now.month:02}", "exp_year": str(now.year), "card_type": "offline", "brand": "offline"}
    shown = instrument("ussd", {"bin": "XXXXXX", "last4": "XXXX"}, bank=BANKS[kind], **more)
    offline = Offline("pay_offline", {"display_text": ask, "ussd_code": code}, LIMIT)
    return Way(shown, offline=offline, message="madePayment", gateway_response="Payment successful")
