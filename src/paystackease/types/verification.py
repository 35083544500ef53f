"""Holders of accounts, and issuers of cards."""

from typing import NotRequired, TypedDict


class ResolvedAccount(TypedDict):
    """The customer of an account."""

    account_number: str
    account_name: str
    bank_id: NotRequired[int]


class ValidatedAccount(TypedDict):
    """The result of an account validation."""

    verified: bool
    verificationMessage: str
    accountHolderMatch: bool
    accountOpen: bool
    accountOpenForMoreThanThreeMonths: bool
    accountAcceptsDebits: bool
    accountAcceptsCredits: bool


class CardBIN(TypedDict):
    """The issuer of a card, by its first digits."""

    bin: str
    brand: str
    """Such as ``"Mastercard"``."""
    sub_brand: str
    card_type: str
    """Such as ``"DEBIT"``."""
    country_code: str
    country_name: str
    bank: str
    linked_bank_id: int
    """The ``id`` of the bank in ``list_banks``."""
    currency: NotRequired[str]
