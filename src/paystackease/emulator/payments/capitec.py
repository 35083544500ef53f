"""Capitec Pay, in South Africa: the customer agrees in the bank's app, within two minutes.

success (though nobody has agreed yet) > success | failed, as requery and verify tell
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.payments import Kept, Offline, Way, instrument, invalid, text
from paystackease.emulator.storage.store import Document

KEYS = ("CELLPHONE", "IDNUMBER", "ACCOUNTNUMBER")
LIMIT = 120.0


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``identifier_key`` and ``identifier_value``, of which nothing is kept: it is a person's number."""
    if text(entered, "identifier_key") not in KEYS:
        raise invalid("identifier_key")
    if not text(entered, "identifier_value"):
        raise missing_field("identifier_value")
    return {}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes once the customer agrees."""
    shown = instrument("capitec_pay", {}, bank="Capitec Bank Limited", brand="capitec_pay", country_code="ZA")
    return Way(shown, offline=Offline("pending", {}, LIMIT), message="madePayment", gateway_response="Approved")
