"""Sets of values that Paystack may extend, such as currencies and channels.

A value that is not in the set is sent, because Paystack may have added it. A near miss of a known value, such as
``"crad"``, is rejected, and so is a value of the wrong shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# ISO 4217, for countries. Paystack may add one of them, so none of them is a misspelling of another.
_CURRENCIES = frozenset(
    re.findall(
        "[A-Z]{3}",
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
        "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
        "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD "
        "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN "
        "PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY "
        "TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ",
    )
)


@dataclass(frozen=True, slots=True)
class KnownValues:
    """The known values of a parameter whose set Paystack may extend."""

    values: tuple[str, ...]
    noun: str
    """What a value is, for error messages."""
    shape: str = "[a-z0-9_]+"
    """A regular expression that every value matches."""
    others: frozenset[str] = frozenset()
    """Values that are valid, although they may resemble a known one."""
    similarity: float = 0.75
    """From 0 to 1: how similar a misspelling is to a known value."""

    def find_problem(self, name: str, value: str) -> str | None:
        """Return an error message if a value is a near miss, or has the wrong shape; else None."""
        if value in self.values or value in self.others:
            return None
        near = find_nearest(value, self.values, self.similarity)
        if near is None and re.fullmatch(self.shape, value):
            return None
        hint = "" if near is None else f"; did you mean {near!r}?"
        return f"{name} must be {self.noun}, such as {', '.join(map(repr, self.values))}{hint}"


def find_nearest(value: str, values: Iterable[str], similarity: float = 0.75) -> str | None:
    """Return the known value that a misspelled one resembles most, or None.

    :param similarity: From 0 to 1: how similar they must be at least.
    """
    from difflib import get_close_matches  # imported late: only errors need it

    by_key = {_normalize(known): known for known in values}
    key = _normalize(value)
    # The comparison takes time that grows with the square of the length.
    nearest = [key] if key in by_key else get_close_matches(key[:100], by_key, 1, similarity)
    return by_key[nearest[0]] if nearest else None


def _normalize(value: str) -> str:
    return re.sub(r"[\s_-]+", "_", value.strip().casefold())


CURRENCIES = KnownValues(
    ("GHS", "KES", "NGN", "USD", "XOF", "ZAR"),
    "the three capital letters of a currency",
    "[A-Z]{3}",
    _CURRENCIES,
    0.6,
)
CHANNELS = KnownValues(
    (
        "apple_pay",
        "bank",
        "bank_transfer",
        "capitec_pay",
        "card",
        "eft",
        "mobile_money",
        "payattitude",
        "qr",
        "ussd",
    ),
    "a payment channel",
    others=frozenset({"dedicated_nuban", "direct_debit", "pos", "preauth"}),
)
RECIPIENT_TYPES = KnownValues(
    ("authorization", "basa", "ghipss", "mobile_money", "mobile_money_business", "nuban"),
    "a type of recipient",
    others=frozenset({"kepss"}),
)
DEDICATED_ACCOUNT_BANKS = KnownValues(
    ("titan-paystack", "wema-bank", "test-bank"), "a bank of dedicated virtual accounts", "[a-z0-9-]+"
)
GATEWAYS = KnownValues(("emandate", "digitalbankmandate"), "a gateway")
