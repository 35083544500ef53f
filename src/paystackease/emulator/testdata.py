"""Paystack's documented test instruments: https://paystack.com/docs/payments/test-payments/

Nothing here is invented. Of a card that is used, its first six and last four digits are kept and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """A test card, and how it behaves."""

    number: str
    brand: str
    reusable: bool = True

    @property
    def bin(self) -> str:
        return self.number[:6]

    @property
    def last4(self) -> str:
        return self.number[-4:]


CARDS = {
    card.number: card
    for card in (
        Card("4084084084084081", "visa"),
        Card("5192602720584796", "mastercard"),
    )
}
"""The cards that Paystack documents as reusable."""

CARD_BANK = "TEST BANK"

IDENTITY = {
    "first_name": "Uchenna",
    "last_name": "Okoro",
    "country": "NG",
    "type": "bank_account",
    "account_number": "0111111111",
    "bank_code": "007",
    "bvn": "222222222221",
}
"""The one person whom identification finds."""
