"""Capitec Pay, in South Africa: the customer approves in the bank's app, within two minutes.

success (although not approved yet) > success | failed, in the responses of requery and verify
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.payments import (
    OfflineStep,
    PaymentPlan,
    StoredInput,
    instrument_details,
    invalid_field,
    text_of,
)
from paystackease.emulator.storage.document import Document

KEYS = ("CELLPHONE", "IDNUMBER", "ACCOUNTNUMBER")
LIMIT = 120.0


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``identifier_key`` and ``identifier_value``. Neither is stored: it identifies a person."""
    if text_of(entered, "identifier_key") not in KEYS:
        raise invalid_field("identifier_key")
    if not text_of(entered, "identifier_value"):
        raise missing_field("identifier_value")
    return {}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a payment that the customer approves."""
    instrument = instrument_details(
        "capitec_pay", {}, bank="Capitec Bank Limited", brand="capitec_pay", country_code="ZA"
    )
    return PaymentPlan(
        instrument, offline=OfflineStep("pending", {}, LIMIT), message="madePayment", gateway_response="Approved"
    )
