"""Cards: PIN, phone, OTP or the bank's page, depending on the test card.

send_pin > send_phone > send_otp > success | failed
open_url > success | failed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import CARDS, MARKETS, OTP, Card, card_of
from paystackease.emulator.context import RequestContext
from paystackease.emulator.payments import Challenge, PaymentPlan, StoredInput, digits_of, text_of, unknown_instrument
from paystackease.emulator.storage.document import Document
from paystackease.emulator.transactions import authorization as authorizations
from paystackease.emulator.transactions import transaction

WRONG_PIN = "Incorrect PIN"
WRONG_OTP = "Token Authorization Not Successful. Incorrect token supplied."
OTP_PROMPT = {"display_text": "Please enter OTP (none will be sent to your phone)"}
ADDRESS_PROMPT = {"display_text": "Please enter your card's billing address"}  # the wording is an assumption
PHONE_PROMPT = {"display_text": "Kindly enter a mobile no (at least 10 digits)"}


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate number, CVV and expiry. A number that is not a test card's is not stored: it may be a real card."""
    card = CARDS.get(digits_of(entered, "number"))
    if card is None:
        return {"decline_reason": unknown_instrument("card")}
    month, year = digits_of(entered, "expiry_month").zfill(2), digits_of(entered, "expiry_year")
    year = f"20{year}" if len(year) == 2 else year
    stored = {"bin": card.bin, "last4": card.last4, "exp_month": month, "exp_year": year}
    if text_of(entered, "cvv") != card.cvv:
        return {
            **stored,
            "decline_reason": "Incorrect CVV: use the CVV that Paystack documents for this test card",
        }
    if not _is_future(context, month, year):
        return {**stored, "decline_reason": "Expired Card: use a date in the future"}
    return stored


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a test card, or of a saved card if its bank requires a confirmation by the customer."""
    if (number := stored.get("authorization")) is not None:
        return PaymentPlan(
            context.get("authorization", number).body["instrument"],
            (bank_page(context, tx),),
            gateway_response="Approved",
        )
    card = card_of(stored.get("bin"), stored.get("last4"))
    if card is None:
        return PaymentPlan({}, decline_reason=stored["decline_reason"])
    country = MARKETS.get(tx.body["currency"], "NG")
    instrument = authorizations.serialize_card(context, card, stored["exp_month"], stored["exp_year"], country)
    steps = (*card.challenges, "address") if context.settings.asks_address else card.challenges
    challenges = tuple(_CHALLENGES[step](context, tx, card) for step in steps)
    reason = stored.get("decline_reason")
    return PaymentPlan(
        instrument,
        () if reason else challenges,
        decline_reason=reason or card.decline_reason,
        refund_outcome=card.refund_outcome,
    )


def stored_input_of(instrument: Mapping[str, Any]) -> StoredInput:
    """Return the stored input of a card, from its authorization."""
    return {name: instrument[name] for name in ("bin", "last4", "exp_month", "exp_year")}


def _is_future(context: RequestContext, month: str, year: str) -> bool:
    now = dt.datetime.fromtimestamp(context.now, dt.UTC)
    if not (len(month) == 2 and 1 <= int(month) <= 12 and len(year) == 4):
        return False
    return (int(year), int(month)) >= (now.year, now.month)


def _pin_challenge(context: RequestContext, tx: Document, card: Card) -> Challenge:
    return Challenge("send_pin", lambda entered: entered == card.pin, WRONG_PIN)


def _phone_challenge(context: RequestContext, tx: Document, card: Card) -> Challenge:
    return Challenge("send_phone", lambda entered: sum(map(str.isdecimal, entered)) >= 10, details=PHONE_PROMPT)


def _address_challenge(context: RequestContext, tx: Document, card: Card) -> Challenge:
    # No source documents a correct address, so any address is accepted (an assumption).
    details = {**ADDRESS_PROMPT, "country_code": MARKETS.get(tx.body["currency"], "NG")}
    return Challenge("send_address", bool, details=details)


def _otp_challenge(context: RequestContext, tx: Document, card: Card) -> Challenge:
    return Challenge("send_otp", lambda entered: entered == OTP, WRONG_OTP, OTP_PROMPT)


def _bank_challenge(context: RequestContext, tx: Document, card: Card) -> Challenge:
    return bank_page(context, tx)


def bank_page(context: RequestContext, tx: Document) -> Challenge:
    """Return the challenge at the bank's page, where the customer accepts or declines."""
    url = f"{transaction.checkout_url(context, tx)}/bank"
    return Challenge("open_url", lambda entered: entered == "yes", "Declined", {"url": url})


_CHALLENGES: Mapping[str, Callable[[RequestContext, Document, Card], Challenge]] = {
    "pin": _pin_challenge,
    "phone": _phone_challenge,
    "otp": _otp_challenge,
    "address": _address_challenge,
    "bank": _bank_challenge,
}
