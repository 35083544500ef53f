"""USSD, in Nigeria: the customer dials a code.

pay_offline > success | failed
"""

from __future__ import annotations

import datetime as dt
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

BANKS = {"737": "Guaranty Trust Bank", "919": "United Bank For Africa", "822": "Sterling Bank", "966": "Zenith Bank"}
LIMIT = 180.0
"""Documented for mobile money; an assumption for USSD."""


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``type``, the first digits of the bank's code."""
    kind = text_of(entered, "type").strip("*#")
    if kind not in BANKS:
        raise invalid_field("USSD type")
    return {"type": kind}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a payment by USSD code."""
    kind = stored["type"]
    code = f"*{kind}*33*4*{context.stable_code('ussd', tx.id, length=6, alphabet='0123456789')}#"
    prompt = f"Please dial {code} on your mobile phone to complete the transaction"
    now = dt.datetime.fromtimestamp(context.now, dt.UTC)
    more = {"exp_month": f"{now.month:02}", "exp_year": str(now.year), "card_type": "offline", "brand": "offline"}
    instrument = instrument_details("ussd", {"bin": "XXXXXX", "last4": "XXXX"}, bank=BANKS[kind], **more)
    offline = OfflineStep("pay_offline", {"display_text": prompt, "ussd_code": code}, LIMIT)
    return PaymentPlan(instrument, offline=offline, message="madePayment", gateway_response="Payment successful")
