"""Cards: PIN, phone, one-time password or the bank's page, as the test card has it.

send_pin > send_phone > send_otp > success | failed
open_url > success | failed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import CARDS, MARKETS, OTP, Card, card_of
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.payments import Ask, Kept, Way, digits, text, unknown
from paystackease.emulator.resources import authorization as authorizations
from paystackease.emulator.resources import transaction
from paystackease.emulator.storage.store import Document

WRONG_PIN = "Incorrect PIN"
WRONG_OTP = "Token Authorization Not Successful. Incorrect token supplied."
ASK_OTP = {"display_text": "Please enter OTP (none will be sent to your phone)"}
ASK_ADDRESS = {"display_text": "Please enter your card's billing address"}  # the wording is an assumption
ASK_PHONE = {"display_text": "Kindly enter a mobile no (at least 10 digits)"}


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """Number, CVV and expiry. Of another number than a test card's nothing is kept: it may be a real one."""
    card = CARDS.get(digits(entered, "number"))
    if card is None:
        return {"refused": unknown("card")}
    month, year = digits(entered, "expiry_month").zfill(2), digits(entered, "expiry_year")
    year = f"20{year}" if len(year) == 2 else year
    kept = {"bin": card.bin, "last4": card.last4, "exp_month": month, "exp_year": year}
    if text(entered, "cvv") != card.cvv:
        return {**kept, "refused": "Incorrect CVV: each test card takes the one that Paystack documents with it"}
    if not _is_future(call, month, year):
        return {**kept, "refused": "Expired Card: a test card takes any date to come"}
    return kept


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes with a test card, or with a saved one whose bank wants the customer to confirm it."""
    if (number := kept.get("authorization")) is not None:
        return Way(call.get("authorization", number).body["shown"], (bank_page(call, tx),), gateway_response="Approved")
    card = card_of(kept.get("bin"), kept.get("last4"))
    if card is None:
        return Way({}, refused=kept["refused"])
    country = MARKETS.get(tx.body["currency"], "NG")
    shown = authorizations.as_card(call, card, kept["exp_month"], kept["exp_year"], country)
    steps = (*card.steps, "address") if call.settings.asks_address else card.steps
    asks = tuple(_ASKS[step](call, tx, card) for step in steps)
    refused = kept.get("refused")
    return Way(shown, () if refused else asks, refused=refused or card.refused, refund=card.refund)


def stored_input_of(shown: Mapping[str, Any]) -> Kept:
    """What was kept of a card that is shown so."""
    return {name: shown[name] for name in ("bin", "last4", "exp_month", "exp_year")}


def _is_future(call: RequestContext, month: str, year: str) -> bool:
    now = dt.datetime.fromtimestamp(call.now, dt.UTC)
    if not (len(month) == 2 and 1 <= int(month) <= 12 and len(year) == 4):
        return False
    return (int(year), int(month)) >= (now.year, now.month)


def _pin(call: RequestContext, tx: Document, card: Card) -> Ask:
    return Ask("send_pin", lambda entered: entered == card.pin, WRONG_PIN)


def _phone(call: RequestContext, tx: Document, card: Card) -> Ask:
    return Ask("send_phone", lambda entered: sum(map(str.isdecimal, entered)) >= 10, shown=ASK_PHONE)


def _address(call: RequestContext, tx: Document, card: Card) -> Ask:
    # Which address is right, no source says, so any is (an assumption).
    shown = {**ASK_ADDRESS, "country_code": MARKETS.get(tx.body["currency"], "NG")}
    return Ask("send_address", bool, shown=shown)


def _otp(call: RequestContext, tx: Document, card: Card) -> Ask:
    return Ask("send_otp", lambda entered: entered == OTP, WRONG_OTP, ASK_OTP)


def _bank(call: RequestContext, tx: Document, card: Card) -> Ask:
    return bank_page(call, tx)


def bank_page(call: RequestContext, tx: Document) -> Ask:
    """The page of the customer's bank, where the customer says yes or no."""
    url = f"{transaction.url(call, tx)}/bank"
    return Ask("open_url", lambda entered: entered == "yes", "Declined", {"url": url})


_ASKS: Mapping[str, Callable[[RequestContext, Document, Card], Ask]] = {
    "pin": _pin,
    "phone": _phone,
    "otp": _otp,
    "address": _address,
    "bank": _bank,
}
