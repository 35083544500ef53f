"""Bank accounts, in Nigeria: the birthday and a one-time password; at Kuda a token from its app.

send_birthday > send_otp > success | failed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paystackease.emulator.catalog.test_instruments import BANK_ACCOUNTS, OTP
from paystackease.emulator.http.context import RequestContext
from paystackease.emulator.http.errors import missing_field
from paystackease.emulator.payments import Ask, Kept, Way, instrument, masked, text, unknown
from paystackease.emulator.payments.card import WRONG_OTP
from paystackease.emulator.storage.store import Document

ASK_BIRTHDAY = {"display_text": "Please enter your birthday"}
ASK_OTP = {"display_text": "To confirm that you own this account, kindly enter the OTP sent to your phone"}


def read(call: RequestContext, tx: Document, entered: Mapping[str, Any]) -> Kept:
    """``code`` with ``account_number``, or with ``phone`` and ``token``; ``birthday`` where it is known already."""
    code = text(entered, "code")
    if not code:
        raise missing_field("bank.code")
    number = text(entered, "account_number") or text(entered, "phone")
    for account in BANK_ACCOUNTS:
        if (account.code, account.number) == (code, number):
            kept: Kept = {"code": code}
            if account.token is not None and text(entered, "token") != account.token:
                return {**kept, "refused": "Invalid token"}  # the wording is an assumption
            return {**kept, "birthday": text(entered, "birthday") == account.birthday}
    return {"refused": unknown("bank account")}


def way(call: RequestContext, tx: Document, kept: Kept) -> Way:
    """How it goes with a test account."""
    for account in BANK_ACCOUNTS:
        if account.code == kept.get("code"):
            known = {"bank": account.bank, "brand": f"{account.bank.split()[0]} Emandate"}
            shown = instrument("bank", masked(account.number), **known)
            refused, asks = kept.get("refused"), list[Ask]()
            if account.birthday is not None and refused is None:
                asks = [_otp()] if kept.get("birthday") else [_birthday(account.birthday), _otp()]
            return Way(shown, tuple(asks), refused=refused, message="madePayment", gateway_response="Approved")
    return Way({}, refused=kept["refused"])


def _birthday(right: str) -> Ask:
    # A date may come with a time of day behind it. The reason is an assumption.
    return Ask("send_birthday", lambda entered: entered[:10] == right, "Incorrect birthday", ASK_BIRTHDAY)


def _otp() -> Ask:
    return Ask("send_otp", lambda entered: entered == OTP, WRONG_OTP, ASK_OTP)
