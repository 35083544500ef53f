"""Bank accounts, in Nigeria: the birthday and an OTP, or for Kuda a token from its app.

send_birthday > send_otp > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import BANK_ACCOUNTS, OTP
from paystackease.emulator.context import RequestContext
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.payments import (
    Challenge,
    PaymentPlan,
    StoredInput,
    instrument_details,
    mask,
    text_of,
    unknown_instrument,
)
from paystackease.emulator.payments.card import WRONG_OTP
from paystackease.emulator.storage.document import Document

BIRTHDAY_PROMPT = {"display_text": "Please enter your birthday"}
OTP_PROMPT = {"display_text": "To confirm that you own this account, kindly enter the OTP sent to your phone"}


def parse_input(context: RequestContext, tx: Document, entered: Mapping[str, Any]) -> StoredInput:
    """Validate ``code`` with ``account_number``, or with ``phone`` and ``token``; ``birthday`` is optional."""
    code = text_of(entered, "code")
    if not code:
        raise missing_field("bank.code")
    number = text_of(entered, "account_number") or text_of(entered, "phone")
    for account in BANK_ACCOUNTS:
        if (account.code, account.number) == (code, number):
            stored: StoredInput = {"code": code}
            if account.token is not None and text_of(entered, "token") != account.token:
                return {**stored, "decline_reason": "Invalid token"}  # the wording is an assumption
            return {**stored, "birthday": text_of(entered, "birthday") == account.birthday}
    return {"decline_reason": unknown_instrument("bank account")}


def plan(context: RequestContext, tx: Document, stored: StoredInput) -> PaymentPlan:
    """Return the plan of a test account."""
    for account in BANK_ACCOUNTS:
        if account.code == stored.get("code"):
            bank = {"bank": account.bank, "brand": f"{account.bank.split()[0]} Emandate"}
            instrument = instrument_details("bank", mask(account.number), **bank)
            reason, challenges = stored.get("decline_reason"), list[Challenge]()
            if account.birthday is not None and reason is None:
                challenges = (
                    [_otp_challenge()]
                    if stored.get("birthday")
                    else [_birthday_challenge(account.birthday), _otp_challenge()]
                )
            return PaymentPlan(
                instrument, tuple(challenges), decline_reason=reason, message="madePayment", gateway_response="Approved"
            )
    return PaymentPlan({}, decline_reason=stored["decline_reason"])


def _birthday_challenge(birthday: str) -> Challenge:
    # A time of day may follow the date. The reason is an assumption.
    return Challenge("send_birthday", lambda entered: entered[:10] == birthday, "Incorrect birthday", BIRTHDAY_PROMPT)


def _otp_challenge() -> Challenge:
    return Challenge("send_otp", lambda entered: entered == OTP, WRONG_OTP, OTP_PROMPT)
