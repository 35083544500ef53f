"""Paystack's documented test instruments: https://paystack.com/docs/payments/test-payments/

Nothing here is invented. Only the first six and last four digits of a card are stored, which identify a test card.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Card(msgspec.Struct, frozen=True):
    """A test card, and how it behaves."""

    number: str
    brand: str
    cvv: str = "408"
    challenges: tuple[str, ...] = ()
    """The challenges of a payment, in order: ``pin``, ``phone``, ``otp``, or ``bank``, the bank's page."""
    pin: str | None = None
    decline_reason: str | None = None
    """Why a payment fails; None if it succeeds."""
    refund_outcome: str = "processed"
    """The status that a refund gets."""
    reusable: bool = False

    @property
    def bin(self) -> str:
        return self.number[:6]

    @property
    def last4(self) -> str:
        return self.number[-4:]


OTP = "123456"
NO_TOKEN = (
    "Token Not Generated. Customer Not Registered on Token Platform"  # the documentation breaks off at "Generated"
)
SERVER_ERROR, TIMEOUT = "500", "timeout"
"""How two cards of an older list fail without a decline."""

CARDS = {
    card.number: card
    for card in (
        Card("4084084084084081", "visa", "408", reusable=True),
        Card("507850785078507812", "verve", "081", ("pin",), "1111"),
        Card("5060666666666666666", "verve", "123", ("pin", "otp"), "1234"),
        Card("507850785078507804", "verve", "884", ("pin", "phone", "otp"), "0000"),
        Card("5192602720584796", "mastercard", "123", ("bank",), reusable=True),
        Card("4084080000005408", "visa", "001", decline_reason="Declined"),
        Card("507850785078507853", "verve", "082", ("pin",), "0000", decline_reason=NO_TOKEN),
        Card("4084080000670037", "visa", "787", decline_reason="Insufficient Funds"),
        Card("4084080000671803", "visa", "180", refund_outcome="failed"),
        Card("4084080000671902", "visa", "190", refund_outcome="needs-attention"),
        # From an older list of Paystack. The other cards of that list are above.
        Card("50785078507850784", "verve", "884", ("pin", "phone", "otp"), "0000"),
        Card("4084080000000409", "visa", "000", ("bank",), reusable=True),
        Card("5060660000000064", "verve", "606", decline_reason=SERVER_ERROR),
        Card("506066506066506067", "verve", "060", decline_reason=TIMEOUT),
    )
}
"""By card number."""

_BY_ENDS = {(card.bin, card.last4): card for card in reversed(CARDS.values())}


def card_of(bin_: object, last4: object) -> Card | None:
    """Return the test card with these first six and last four digits, or None."""
    return _BY_ENDS.get((str(bin_), str(last4)))


CARD_BANK = "TEST BANK"

MARKETS = {"NGN": "NG", "GHS": "GH", "ZAR": "ZA", "KES": "KE", "XOF": "CI", "USD": "NG"}
"""The country of each currency. A test card is from the country of the currency it is charged in, as in the samples."""


class BankAccount(msgspec.Struct, frozen=True):
    """A bank account that can be charged."""

    code: str
    bank: str
    number: str
    birthday: str | None = None
    token: str | None = None


BANK_ACCOUNTS = (
    BankAccount("057", "Zenith Bank", "0000000000", birthday="2007-04-15"),
    BankAccount("50211", "Kuda Bank", "+2348100000000", token=OTP),
)
"""Kuda's is charged by phone number."""


class Wallet(msgspec.Struct, frozen=True):
    """A mobile money wallet."""

    providers: tuple[str, ...]
    name: str
    phone: str
    currency: str
    otp: str | None = None


WALLETS = (
    Wallet(("mtn", "atl", "vod"), "MTN Mobile Money", "0551234987", "GHS"),
    Wallet(("mpesa", "mpesa_offline", "mptill"), "M-PESA", "+254710000000", "KES"),
    Wallet(("orange", "wave"), "Orange Money", "0700000000", "XOF", otp="1234"),
)
"""Paystack documents one number for each of three providers; the others of the same country accept it too
(an assumption)."""

REFUND_ACCOUNTS = {"1012204936": "failed", "1012204935": "needs-attention"}
"""The status that a refund to these accounts gets: after an EFT from them, or if it is sent to them."""

IDENTITY: Mapping[str, str] = {
    "first_name": "Uchenna",
    "last_name": "Okoro",
    "country": "NG",
    "type": "bank_account",
    "account_number": "0111111111",
    "bank_code": "007",
    "bvn": "222222222221",
}
"""The only person whom identity verification finds."""
