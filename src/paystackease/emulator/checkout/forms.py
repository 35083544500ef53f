"""The fields of each channel at the checkout, and Paystack's test instruments as one-click values.

A test value is a button that submits only a key, for which the value is looked up here. So no card number is in a URL
or in a form.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from paystackease.emulator.catalog.test_instruments import (
    BANK_ACCOUNTS,
    CARDS,
    OTP,
    REFUND_ACCOUNTS,
    SERVER_ERROR,
    TIMEOUT,
    WALLETS,
    Card,
    card_of,
)
from paystackease.emulator.payments import qr, ussd
from paystackease.emulator.payments.capitec import KEYS
from paystackease.emulator.storage.document import Document

LABELS: Mapping[str, str] = {
    "card": "Card",
    "bank": "Bank",
    "mobile_money": "Mobile money",
    "ussd": "USSD",
    "bank_transfer": "Transfer",
    "eft": "EFT",
    "qr": "QR",
    "capitec_pay": "Capitec Pay",
}
"""The labels of the tabs."""


class Field(msgspec.Struct, frozen=True):
    """A field of a form."""

    name: str
    label: str
    hint: str = ""
    numeric: bool = True
    secret: bool = False
    optional: bool = False
    options: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    """The labels of the allowed values, by value. If it is empty, any value is allowed."""


class TestValue(msgspec.Struct, frozen=True):
    """A test instrument, or the input for a step, that is entered with one click."""

    key: str
    label: str
    note: str
    entered: Mapping[str, str]
    older: bool = False
    """Whether only an older page of Paystack's documentation has it."""


def fields(channel: str, currency: str) -> tuple[Field, ...]:
    """Return the fields of a channel."""
    if channel == "mobile_money":
        wallets = [wallet for wallet in WALLETS if wallet.currency == currency]
        providers = {name: name.replace("_", " ").upper() for wallet in wallets for name in wallet.providers}
        return (Field("provider", "Provider", options=providers), Field("phone", "Phone number"))
    return _FIELDS[channel]


_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "card": (
        Field("number", "Card number", "A test card"),
        Field("expiry", "Expiry", "MM / YY"),
        Field("cvv", "CVV", "3 digits", secret=True),
    ),
    "bank": (
        Field("code", "Bank", options={account.code: account.bank for account in BANK_ACCOUNTS}),
        Field("account_number", "Account or phone number"),
        Field("token", "Token", "Kuda only", secret=True, optional=True),
    ),
    "ussd": (Field("type", "Your bank", options={kind: f"{bank} (*{kind}#)" for kind, bank in ussd.BANKS.items()}),),
    "bank_transfer": (),
    "eft": (Field("account_number", "Account number", "Any number", optional=True),),
    "qr": (
        Field("provider", "Scan with", options={kind: kind.replace("-", " ").capitalize() for kind in qr.PROVIDERS}),
    ),
    "capitec_pay": (
        Field("identifier_key", "Identify with", options={key: key.capitalize() for key in KEYS}),
        Field("identifier_value", "Number"),
    ),
}


def test_values(channel: str, currency: str, now: float) -> list[TestValue]:
    """Return the test instruments of a channel."""
    match channel:
        case "card":
            return [_card_value(card, now) for card in CARDS.values()]
        case "bank":
            return [
                TestValue(
                    account.code,
                    f"{account.bank} {account.number}",
                    "Birthday, then OTP" if account.birthday else "With its token",
                    {
                        "code": account.code,
                        "account_number": account.number,
                        **({"token": account.token} if account.token else {}),
                    },
                )
                for account in BANK_ACCOUNTS
            ]
        case "mobile_money":
            return [
                TestValue(
                    wallet.providers[0],
                    f"{wallet.name} {wallet.phone}",
                    "OTP" if wallet.otp else "Confirmed on the phone",
                    {"provider": wallet.providers[0], "phone": wallet.phone},
                )
                for wallet in WALLETS
                if wallet.currency == currency
            ]
        case "eft":
            return [
                TestValue(number, f"Account {number}", f"Paid; refund: {described}", {"account_number": number})
                for number, outcome in REFUND_ACCOUNTS.items()
                for described in [outcome.replace("-", " ")]
            ]
        case "capitec_pay":
            entered = {"identifier_key": KEYS[0], "identifier_value": "0600000000"}
            return [TestValue("phone", entered["identifier_value"], "Any number; it is not stored", entered)]
        case _:
            return []


def resolve_entry(channel: str, form: Mapping[str, str], choices: Iterable[TestValue]) -> dict[str, Any]:
    """Return the values of the fields or of the chosen test value, with the field names of ``/charge``."""
    form = next((choice.entered for choice in choices if choice.key == form.get("chip")), form)
    entered = {name: value.strip() for name, value in form.items() if name not in {"act", "channel", "chip"}}
    if channel == "card":
        digits = "".join(letter for letter in entered.pop("expiry", "") if letter.isdecimal())
        entered["expiry_month"], entered["expiry_year"] = digits[:2], digits[2:]
    return entered


def step_values(tx: Document, step: str) -> list[TestValue]:
    """Return test values for a step: the right one, and a wrong one."""
    charge = tx.body["charge"]
    stored, channel = charge["input"], charge["channel"]
    right: str | None = None
    match step:
        case "send_pin":
            card = card_of(stored.get("bin"), stored.get("last4"))
            right = card.pin if card else None
        case "send_otp":
            wallets = {name: wallet.otp for wallet in WALLETS for name in wallet.providers}
            right = wallets.get(stored.get("provider", "")) if channel == "mobile_money" else OTP
        case "send_birthday":
            right = next((account.birthday for account in BANK_ACCOUNTS if account.code == stored.get("code")), None)
        case "send_phone":
            return [TestValue("right", "0800 000 0000", "Any ten digits are accepted", {"value": "08000000000"})]
        case _:
            pass
    if right is None:
        return []
    wrong = "2000-01-01" if step == "send_birthday" else "9" * len(right)
    return [
        TestValue("right", right, "Right", {"value": right}),
        TestValue("wrong", wrong, "Wrong: the payment fails", {"value": wrong}),
    ]


_OLDER_CARDS = ("0784", "0409", "0064", "6067")
"""The last digits of the cards that only the older page has."""


def _card_value(card: Card, now: float) -> TestValue:
    year = dt.datetime.fromtimestamp(now, dt.UTC).year + 4
    groups = " ".join(card.number[at : at + 4] for at in range(0, len(card.number), 4))
    entered = {"number": card.number, "expiry": f"12{year}", "cvv": card.cvv}
    return TestValue(card.last4, groups, _describe_card(card), entered, card.last4 in _OLDER_CARDS)


def _describe_card(card: Card) -> str:
    steps = {"pin": "PIN", "phone": "phone", "otp": "OTP", "bank": "bank page (3-D Secure)"}
    challenges = ", ".join(steps[step] for step in card.challenges)
    match card.decline_reason:
        case None if card.refund_outcome != "processed":
            outcome = f"paid; a refund {'fails' if card.refund_outcome == 'failed' else 'needs attention'}"
        case None:
            outcome = "paid"
        case reason if reason == SERVER_ERROR:
            outcome = "server error (500)"
        case reason if reason == TIMEOUT:
            outcome = "times out"
        case reason:
            outcome = reason.partition(".")[0].lower()
    description = f"{challenges}, then {outcome}" if challenges else outcome
    return description[0].upper() + description[1:]
