"""What a customer may enter at the checkout: the fields of each channel, and Paystack's test instruments at one click.

A chip is a button of which only the key is sent; what it stands for is looked up here, so that the number of a card is
in no page's address and in no form.
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
"""What the tabs say."""


class Field(msgspec.Struct, frozen=True):
    """A field of a form."""

    name: str
    label: str
    hint: str = ""
    numeric: bool = True
    secret: bool = False
    optional: bool = False
    options: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])
    """What it may be, by what is sent for it; empty, anything."""


class Chip(msgspec.Struct, frozen=True):
    """A test instrument, or an answer to what is asked for, that is entered with one click."""

    key: str
    label: str
    note: str
    entered: Mapping[str, str]
    older: bool = False
    """Whether Paystack's documentation has it on an older page alone."""


def fields(channel: str, currency: str) -> tuple[Field, ...]:
    """What is to be filled in."""
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
        Field("token", "Token", "For Kuda alone", secret=True, optional=True),
    ),
    "ussd": (Field("type", "Your bank", options={kind: f"{bank} (*{kind}#)" for kind, bank in ussd.BANKS.items()}),),
    "bank_transfer": (),
    "eft": (Field("account_number", "Account number", "Any, or none", optional=True),),
    "qr": (
        Field("provider", "Scan with", options={kind: kind.replace("-", " ").capitalize() for kind in qr.PROVIDERS}),
    ),
    "capitec_pay": (
        Field("identifier_key", "Identify with", options={key: key.capitalize() for key in KEYS}),
        Field("identifier_value", "Number"),
    ),
}


def chips(channel: str, currency: str, now: float) -> list[Chip]:
    """The test instruments of a channel."""
    match channel:
        case "card":
            return [_card(card, now) for card in CARDS.values()]
        case "bank":
            return [
                Chip(
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
                Chip(
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
                Chip(number, f"Account {number}", f"Paid; a refund of it: {spoken}", {"account_number": number})
                for number, outcome in REFUND_ACCOUNTS.items()
                for spoken in [outcome.replace("-", " ")]
            ]
        case "capitec_pay":
            given = {"identifier_key": KEYS[0], "identifier_value": "0600000000"}
            return [Chip("phone", given["identifier_value"], "Any number is taken, and none is kept", given)]
        case _:
            return []


def entered(channel: str, given: Mapping[str, str], found: Iterable[Chip]) -> dict[str, Any]:
    """What was entered, by the names that ``/charge`` has: in a form's fields, or with a chip."""
    given = next((chip.entered for chip in found if chip.key == given.get("chip")), given)
    known = {name: value.strip() for name, value in given.items() if name not in {"act", "channel", "chip"}}
    if channel == "card":
        digits = "".join(letter for letter in known.pop("expiry", "") if letter.isdecimal())
        known["expiry_month"], known["expiry_year"] = digits[:2], digits[2:]
    return known


def answers(tx: Document, step: str) -> list[Chip]:
    """What may be given where something is asked for: what the test instrument takes, and what it does not."""
    charge = tx.body["charge"]
    kept, channel = charge["kept"], charge["channel"]
    right: str | None = None
    match step:
        case "send_pin":
            card = card_of(kept.get("bin"), kept.get("last4"))
            right = card.pin if card else None
        case "send_otp":
            wallets = {name: wallet.otp for wallet in WALLETS for name in wallet.providers}
            right = wallets.get(kept.get("provider", "")) if channel == "mobile_money" else OTP
        case "send_birthday":
            right = next((account.birthday for account in BANK_ACCOUNTS if account.code == kept.get("code")), None)
        case "send_phone":
            return [Chip("right", "0800 000 0000", "Any ten digits are taken", {"value": "08000000000"})]
        case _:
            pass
    if right is None:
        return []
    wrong = "2000-01-01" if step == "send_birthday" else "9" * len(right)
    return [
        Chip("right", right, "Right", {"value": right}),
        Chip("wrong", wrong, "Wrong: the payment fails", {"value": wrong}),
    ]


_OLDER = ("0784", "0409", "0064", "6067")
"""How the cards end that are on the older page alone."""


def _card(card: Card, now: float) -> Chip:
    year = dt.datetime.fromtimestamp(now, dt.UTC).year + 4
    groups = " ".join(card.number[at : at + 4] for at in range(0, len(card.number), 4))
    given = {"number": card.number, "expiry": f"12{year}", "cvv": card.cvv}
    return Chip(card.last4, groups, _behaviour(card), given, card.last4 in _OLDER)


def _behaviour(card: Card) -> str:
    steps = {"pin": "PIN", "phone": "phone", "otp": "OTP", "bank": "page of the bank (3-D Secure)"}
    asked = ", ".join(steps[step] for step in card.challenges)
    match card.decline_reason:
        case None if card.refund_outcome != "processed":
            end = f"paid; a refund {'fails' if card.refund_outcome == 'failed' else 'needs attention'}"
        case None:
            end = "paid"
        case reason if reason == SERVER_ERROR:
            end = "Paystack breaks (500)"
        case reason if reason == TIMEOUT:
            end = "times out"
        case reason:
            end = reason.partition(".")[0].lower()
    whole = f"{asked}, then {end}" if asked else end
    return whole[0].upper() + whole[1:]
