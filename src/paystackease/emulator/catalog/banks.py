"""Banks by code, as recipients, subaccounts and mandates name them.

The larger banks of Nigeria, some of each other country, the mobile money providers, and the bank of Paystack's test
mode. Other codes are accepted too, since Paystack has hundreds of banks. Numbers from 900 on are the emulator's own.
"""

from __future__ import annotations

import re

import msgspec


class Bank(msgspec.Struct, frozen=True):
    """A bank with Paystack's number and name."""

    code: str
    id: int
    name: str
    country: str = "Nigeria"
    currency: str = "NGN"
    kind: str = "nuban"
    """The type of its accounts, Paystack's ``type``."""

    @property
    def slug(self) -> str:
        """Its name in URLs: ``wema-bank``."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


BANKS = {
    bank.code: bank
    for bank in (
        Bank("001", 24, "Test Bank"),
        Bank("044", 1, "Access Bank"),
        Bank("023", 2, "Citibank Nigeria"),
        Bank("050", 4, "Ecobank Nigeria"),
        Bank("070", 6, "Fidelity Bank"),
        Bank("011", 7, "First Bank of Nigeria"),
        Bank("214", 8, "First City Monument Bank"),
        Bank("058", 9, "Guaranty Trust Bank"),
        Bank("082", 11, "Keystone Bank"),
        Bank("076", 13, "Polaris Bank"),
        Bank("221", 14, "Stanbic IBTC Bank"),
        Bank("068", 15, "Standard Chartered Bank"),
        Bank("232", 16, "Sterling Bank"),
        Bank("032", 17, "Union Bank of Nigeria"),
        Bank("033", 18, "United Bank For Africa"),
        Bank("215", 19, "Unity Bank"),
        Bank("035", 20, "Wema Bank"),
        Bank("057", 21, "Zenith Bank"),
        Bank("301", 22, "Jaiz Bank"),
        Bank("101", 25, "Providus Bank"),
        Bank("50211", 67, "Kuda Bank"),
        Bank("999992", 171, "PayCom"),
        Bank("MTN", 28, "MTN", "Ghana", "GHS", "mobile_money"),
        Bank("ATL", 29, "AirtelTigo", "Ghana", "GHS", "mobile_money"),
        Bank("VOD", 66, "Vodafone", "Ghana", "GHS", "mobile_money"),
        Bank("MPESA", 231, "M-PESA", "Kenya", "KES", "mobile_money"),
        # These codes are general knowledge: each country's clearing system has them.
        Bank("030100", 900, "Absa Bank Ghana", "Ghana", "GHS", "ghipss"),
        Bank("040100", 901, "GCB Bank", "Ghana", "GHS", "ghipss"),
        Bank("130100", 902, "Ecobank Ghana", "Ghana", "GHS", "ghipss"),
        Bank("632005", 903, "Absa Bank", "South Africa", "ZAR", "basa"),
        Bank("470010", 904, "Capitec Bank Limited", "South Africa", "ZAR", "basa"),
        Bank("250655", 905, "First National Bank", "South Africa", "ZAR", "basa"),
        Bank("198765", 906, "Nedbank", "South Africa", "ZAR", "basa"),
        Bank("051001", 907, "Standard Bank South Africa", "South Africa", "ZAR", "basa"),
        Bank("01", 908, "Kenya Commercial Bank", "Kenya", "KES", "kepss"),
        Bank("68", 909, "Equity Bank", "Kenya", "KES", "kepss"),
    )
}

_CODE = re.compile(r"[A-Za-z0-9]{2,12}")


def find_bank(code: str) -> Bank | None:
    """Return the bank with this code; None if it is not in the format of a bank's code (an assumption)."""
    known = BANKS.get(code)
    if known is not None or not _CODE.fullmatch(code):
        return known
    return Bank(code, 1_000 + int(code, 36) % 1_000_000, f"Bank {code}")
