"""Who accounts belong to, and where cards come from."""

from typing import NotRequired, TypedDict


class ResolvedAccount(TypedDict):
    """Whose an account is."""

    account_number: str
    account_name: str
    bank_id: NotRequired[int]


class ValidatedAccount(TypedDict):
    """Whether an account is somebody's, and what it can do."""

    verified: bool
    verificationMessage: str
    accountHolderMatch: bool
    accountOpen: bool
    accountOpenForMoreThanThreeMonths: bool
    accountAcceptsDebits: bool
    accountAcceptsCredits: bool


class CardBIN(TypedDict):
    """What the first digits of a card say."""

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
