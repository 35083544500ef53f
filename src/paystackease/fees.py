"""Paystack's fees, who gets what of a payment, and whether an order is paid. Integers only, and nothing is sent.

Every amount is an ``int`` in the subunit of its currency (kobo, pesewa, cent). Floats and bools are refused.

:data:`RATES` and :data:`TRANSFER_RATES` are what Paystack publishes. Each rate says where it was read and when, what is
an assumption, and where sources disagree. Paystack changes its prices, and gives some businesses rates of their own:
compare with your dashboard, and pass ``rates=`` if yours differ.

Rounding, as recorded fees show it: a percentage is rounded up to a whole subunit (1.5% of 39100 is 587). Tax is added
to the rounded and capped fee, and is rounded up as well (ZAR 186677: 5514, with 15% VAT 6342).

    from paystackease import fees

    fees.fee(300_000, "NGN")  # 14500: 1.5%, and 100 naira
    fees.charge_for(285_500, "NGN")  # 300000: the least amount of which 285500 remain
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from fractions import Fraction
from functools import lru_cache, partial
from typing import Protocol, TypeAlias, cast

import msgspec

from paystackease.errors import InvalidArgumentError

__all__ = [
    "BEARERS",
    "PREAUTHORIZATION",
    "RATES",
    "SPLIT_TYPES",
    "STAMP_DUTY",
    "TRANSFER_RATES",
    "Rate",
    "SplitPreview",
    "TransferRate",
    "allocate",
    "charge_for",
    "fee",
    "find_rate",
    "is_paid",
    "percentage_of",
    "split_preview",
    "transfer_fee",
]

LONG_AGO = "2016-01-01"
"""The ``since`` of published rates: none of the sources says since when its rates hold."""
READ_ON = "2026-11-30"
"""When the sources were last read. Paystack's pages are undated."""

SUPPORT = "https://support.paystack.com/hc/en-us/articles/360009973579"
"""Paystack's support article "Transactions pricing"."""
PRICING = "https://paystack.com/pricing"
"""Paystack's price list; read in the copy that pypaystack2 3.4.0 holds."""
RECORDED = "fees of recorded payments"

MAX_NUMBER = 2**53 - 1
"""The largest number in a rate: what every JSON parser reads exactly."""
_WHOLE = 10_000  # basis points

Date: TypeAlias = dt.date | dt.datetime
Text: TypeAlias = str | Enum
"""A text, or a member of an enum such as :class:`paystackease.Currency`."""


def _share(amount: int, basis_points: int) -> int:
    return -(-amount * basis_points // _WHOLE)


def _check_number(name: str, value: object, *, most: int | None = MAX_NUMBER) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidArgumentError(f"{name} must be an int in subunits, not {type(value).__name__}")
    if value < 0 or (most is not None and value > most):
        allowed = "0 or more" if most is None else f"from 0 to {most}"
        raise InvalidArgumentError(f"{name} must be {allowed}")


def _as_time(on: Date) -> dt.datetime:
    if not isinstance(on, dt.datetime):
        if not isinstance(on, dt.date):  # pyright: ignore[reportUnnecessaryIsInstance] # callers need no type checker
            raise InvalidArgumentError("on must be a date or a datetime")
        on = dt.datetime(on.year, on.month, on.day)
    return on.replace(tzinfo=dt.UTC) if on.tzinfo is None else on


@lru_cache(maxsize=256)
def _instant(text: str) -> dt.datetime:
    try:
        return _as_time(dt.datetime.fromisoformat(text))
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError("since must be a date in ISO 8601, such as 2026-01-31") from error


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Paystack takes of payments of one kind.

    :raises InvalidArgumentError: If a number is not an ``int`` from 0 to :data:`MAX_NUMBER`, or ``since`` not a date.
    """

    basis_points: int
    """The percentage, in hundredths of a percent: 150 is 1.5%."""
    flat: int = 0
    """What is added to the percentage, in subunits."""
    flat_above: int = 0
    """Up to and including this amount, the flat part is waived; in subunits."""
    cap: int | None = None
    """The most that the percentage and the flat part come to, before tax; in subunits."""
    tax: int = 0
    """VAT on the fee, in basis points of it: 1500 is 15%. It is added after rounding and cap."""
    channels: tuple[str, ...] = ()
    """The channels for which it holds, such as ``"card"``; empty is for all."""
    brand: str | None = None
    """The brand of the card, in lower case, for which alone it holds; None is for all."""
    foreign: bool | None = None
    """True: for cards from abroad alone. False: for the others alone. None: for both."""
    since: str = LONG_AGO
    """The date, or the time, from which it holds: ISO 8601, in UTC if it does not say otherwise."""
    currency: str = ""
    """The currency of the payment; empty in a rate of your own means the one that you ask for."""
    country: str | None = None
    """The country of the business, two letters, if the rate differs between countries; None is for all."""
    source: str = ""
    """Where it was read."""
    as_of: str = ""
    """When it was read, ISO 8601."""
    assumptions: tuple[str, ...] = ()
    """What no source says."""
    conflicts: tuple[str, ...] = ()
    """Where sources disagree, and which one is followed."""

    def __post_init__(self) -> None:
        for name in ("basis_points", "flat", "flat_above", "tax"):
            _check_number(name, getattr(self, name))
        if self.cap is not None:
            _check_number("cap", self.cap)
        _instant(self.since)

    def compute(self, amount: int) -> int:
        """Return the fee of an amount, in subunits; it may exceed the amount."""
        charged = _share(amount, self.basis_points) + (self.flat if amount > self.flat_above else 0)
        if self.cap is not None:
            charged = min(charged, self.cap)
        return charged + _share(charged, self.tax)

    def applies_to(
        self, *, currency: str, channel: str, brand: str | None, foreign: bool, country: str | None, on: Date
    ) -> bool:
        """Return whether it is the rate of such a payment at that time."""
        return (
            self.currency in {"", currency}
            and (not self.channels or channel in self.channels)
            and (self.brand is None or self.brand == brand)
            and (self.foreign is None or self.foreign == foreign)
            and (self.country is None or self.country == country)
            and _instant(self.since) <= _as_time(on)
        )


class TransferRate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What Paystack takes for transfers to one kind of recipient.

    :raises InvalidArgumentError: If the bands do not rise, or the last one has an end.
    """

    bands: tuple[tuple[int | None, int], ...]
    """Up to and including which amount, and the fee, both in subunits. The last band ends at None."""
    recipient_types: tuple[str, ...] = ()
    """The types of recipient, such as ``"nuban"``; empty is for all."""
    since: str = LONG_AGO
    """The date from which it holds, ISO 8601."""
    currency: str = ""
    """The currency; empty in a rate of your own means the one that you ask for."""
    source: str = ""
    """Where it was read."""
    as_of: str = ""
    """When it was read, ISO 8601."""
    assumptions: tuple[str, ...] = ()
    """What no source says."""
    conflicts: tuple[str, ...] = ()
    """Where sources disagree, and which one is followed."""

    def __post_init__(self) -> None:
        before = -1
        for end, charged in self.bands:
            _check_number("bands", charged)
            if end is not None:
                _check_number("bands", end)
                if end <= before:
                    raise InvalidArgumentError("bands must rise: each ends above the one before")
                before = end
        if not self.bands or self.bands[-1][0] is not None or any(end is None for end, _ in self.bands[:-1]):
            raise InvalidArgumentError("the last of the bands, and no other, must end at None")
        _instant(self.since)

    def compute(self, amount: int) -> int:
        """Return the fee of a transfer, in subunits."""
        return next(charged for end, charged in self.bands if end is None or amount <= end)


_CARDS = ("card", "apple_pay")
_NGN_LOCAL = ("card", "apple_pay", "bank", "bank_transfer", "payattitude", "qr", "ussd")
_ZA_VAT = 1_500
_CI_VAT = 1_800

_NGN_WAIVER = (
    "At exactly 250000: Paystack's pages waive the flat part 'below' it, pypaystack2 'up to' it. No recorded payment "
    "shows which. 'Up to' is followed.",
)
_NGN_ABROAD = (
    "An older help page does not waive the flat part for cards from abroad. Payments of 10000 recorded in 2020 and in "
    "2022 show 390, so it is waived. The recordings are followed.",
)
_EMANDATE = (
    "The article prices all local channels at 1.5% and 100 naira. Payments of 10000 recorded in 2022 show 50, as for a "
    "direct debit. The recording is followed.",
)
_DIRECT_DEBIT = ("A sample of October 2023 shows a fee of 0 for 10000. The article is newer and is followed.",)
_GHS_OLD = ("Samples of November 2018 show 153 for 100, by a price list that is gone. The article is followed.",)
_EFT_VAT = ("That VAT comes on top for EFT as well: the article says so of the other rates of South Africa.",)
_CI_VAT_RATE = ("The article says 'VAT excl.' and not which rate: 18% is the standard rate of Côte d'Ivoire.",)
_AMEX = ("That American Express is never a local card: the article names it under international cards alone.",)


_published = partial(Rate, source=SUPPORT, as_of=READ_ON)

RATES: tuple[Rate, ...] = (
    _published(currency="NGN", basis_points=50, cap=100_000, channels=("direct_debit",), conflicts=_DIRECT_DEBIT),
    _published(
        currency="NGN",
        basis_points=50,
        cap=100_000,
        channels=("bank",),
        brand="zenith emandate",
        source=RECORDED,
        assumptions=("The cap: that of a direct debit.",),
        conflicts=_EMANDATE,
    ),
    _published(currency="NGN", basis_points=100, cap=30_000, channels=("dedicated_nuban",)),
    _published(currency="NGN", basis_points=50, cap=100_000, channels=("pos",), source=PRICING),
    _published(currency="NGN", basis_points=450, channels=_CARDS, brand="american express", assumptions=_AMEX),
    _published(
        currency="NGN",
        basis_points=390,
        flat=10_000,
        flat_above=250_000,
        channels=_CARDS,
        foreign=True,
        conflicts=_NGN_ABROAD,
    ),
    _published(
        currency="NGN",
        basis_points=150,
        flat=10_000,
        flat_above=250_000,
        cap=200_000,
        channels=_NGN_LOCAL,
        foreign=False,
        assumptions=("The waiver and the cap: of the price list. The article does not name them.",),
        conflicts=_NGN_WAIVER,
    ),
    _published(currency="GHS", basis_points=195, channels=("card", "apple_pay", "mobile_money"), conflicts=_GHS_OLD),
    _published(currency="ZAR", basis_points=200, tax=_ZA_VAT, channels=("eft",), assumptions=_EFT_VAT),
    _published(currency="ZAR", basis_points=310, flat=100, tax=_ZA_VAT, channels=_CARDS, foreign=True),
    _published(
        currency="ZAR",
        basis_points=290,
        flat=100,
        flat_above=1_000,
        tax=_ZA_VAT,
        channels=("card", "apple_pay", "qr", "capitec_pay"),
        foreign=False,
        assumptions=("The waiver up to 1000: of the price list. The article does not name it.",),
    ),
    _published(currency="KES", basis_points=150, channels=("mobile_money",)),
    _published(currency="KES", basis_points=150, channels=("bank_transfer",), source=RECORDED),
    _published(currency="KES", basis_points=380, channels=_CARDS, foreign=True),
    _published(currency="KES", basis_points=290, channels=_CARDS, foreign=False),
    _published(currency="XOF", basis_points=195, tax=_CI_VAT, channels=("mobile_money",), assumptions=_CI_VAT_RATE),
    _published(currency="XOF", basis_points=380, tax=_CI_VAT, channels=_CARDS, foreign=True, assumptions=_CI_VAT_RATE),
    _published(
        currency="XOF", basis_points=320, tax=_CI_VAT, channels=("card",), foreign=False, assumptions=_CI_VAT_RATE
    ),
    _published(currency="USD", country="KE", basis_points=380, channels=_CARDS),
    _published(currency="USD", country="NG", basis_points=450, channels=_CARDS, brand="american express"),
    _published(currency="USD", country="NG", basis_points=390, channels=_CARDS),
    _published(currency="EGP", basis_points=350, flat=250, channels=_CARDS, foreign=True),
    _published(currency="EGP", basis_points=200, flat=250, channels=("card",), brand="meeza", foreign=False),
    _published(currency="EGP", basis_points=270, flat=250, channels=("card",), foreign=False),
    _published(currency="RWF", basis_points=380, channels=("card",), foreign=True),
    _published(currency="RWF", basis_points=290, channels=("card",), foreign=False),
)
"""Paystack's published rates for payments. The first one that applies is the one that holds."""

PREAUTHORIZATION = Rate(
    currency="ZAR",
    basis_points=0,
    flat=100,
    tax=_ZA_VAT,
    source=RECORDED,
    as_of=READ_ON,
    conflicts=("Samples of 2023 show 100, without VAT. Those of 2025 show 115, and are followed.",),
)
"""What Paystack takes for holding an amount on a card, which no payment's rate includes."""

_TEST_TRANSFERS = (
    "Some transfers recorded in test mode show a fee of 0. One of 100000 recorded in August 2025 shows 1000, as the "
    "price list says, which is followed.",
)
_KES_ENDS = ("What holds between two bands, whose ends the price list writes in whole shillings.",)


_listed = partial(TransferRate, source=PRICING, as_of=READ_ON)

TRANSFER_RATES: tuple[TransferRate, ...] = (
    _listed(
        currency="NGN",
        bands=((500_000, 1_000), (5_000_000, 2_500), (None, 5_000)),
        recipient_types=("nuban", "authorization"),
        conflicts=_TEST_TRANSFERS,
    ),
    _listed(currency="GHS", bands=((None, 800),), recipient_types=("ghipss",)),
    _listed(currency="GHS", bands=((None, 100),), recipient_types=("mobile_money",)),
    _listed(currency="ZAR", bands=((None, 300),), recipient_types=("basa",)),
    _listed(
        currency="KES",
        bands=((1_000_000, 8_000), (5_000_000, 14_000), (99_999_999, 18_000), (None, 35_000)),
        recipient_types=("kepss",),
        assumptions=_KES_ENDS,
    ),
    _listed(
        currency="KES",
        bands=((150_000, 2_000), (2_000_000, 4_000), (None, 6_000)),
        recipient_types=("mobile_money",),
        assumptions=_KES_ENDS,
    ),
    _listed(
        currency="KES",
        bands=((150_000, 4_000), (1_000_000, 8_000), (4_000_000, 14_000), (99_999_999, 18_000), (None, 35_000)),
        recipient_types=("mobile_money_business",),
        assumptions=_KES_ENDS,
    ),
)
"""Paystack's published rates for transfers. The first one of a currency is that of its bank accounts."""

STAMP_DUTY = (1_000_000, 5_000, "2026-01-01")
"""Nigeria's duty on transfers, which the sender bears: from which amount and how much, in kobo, and since when.

From public notices. Whether Paystack adds it to its fee is not known, so :func:`transfer_fee` does so only if told.
"""

SPLIT_TYPES = ("percentage", "flat")
"""The types of a split."""
BEARERS = ("subaccount", "account", "all-proportional", "all")
"""Who can bear Paystack's fee of a payment that is split."""


def fee(
    amount: int,
    currency: Text,
    *,
    channel: Text = "card",
    international: bool = False,
    brand: str | None = None,
    country: str | None = None,
    on: Date | None = None,
    rates: Rate | Iterable[Rate] = (),
) -> int:
    """Return Paystack's fee of a payment, in subunits.

    It never exceeds the amount (an assumption).

    :param amount: What the customer pays, in subunits; 0 or more.
    :param currency: Such as ``"NGN"``.
    :param channel: The ``channel`` of the transaction, such as ``"card"`` or ``"bank_transfer"``.
    :param international: Whether the card was issued abroad.
    :param brand: The card's brand, such as ``"visa"`` or ``"american express"``.
    :param country: The country of the business, two letters; needed for USD, whose rates differ between countries.
    :param on: When it is paid; now if omitted.
    :param rates: Rates that you agreed on with Paystack. They come before the published ones.
    :raises InvalidArgumentError: If an argument is not of its type, or no rate is known; the text says what is known.
    """
    _check_number("amount", amount, most=None)
    rate = find_rate(
        currency, channel=channel, international=international, brand=brand, country=country, on=on, rates=rates
    )
    return min(rate.compute(amount), amount)


def charge_for(
    net: int,
    currency: Text,
    *,
    channel: Text = "card",
    international: bool = False,
    brand: str | None = None,
    country: str | None = None,
    on: Date | None = None,
    rates: Rate | Iterable[Rate] = (),
) -> int:
    """Return the least amount to charge of which at least ``net`` remains after Paystack's fee, in subunits.

    It is exact at the step of a waiver, at a cap, and with rounded tax. One subunit less would leave less than ``net``.

    :param net: What has to remain, in subunits; 0 or more.
    :raises InvalidArgumentError: As :func:`fee`, and if no amount leaves ``net``. A rate of yours of more than 50
        percent, with tax on top, is refused as well.

    The other parameters are those of :func:`fee`.
    """
    _check_number("net", net, most=None)
    rate = find_rate(
        currency, channel=channel, international=international, brand=brand, country=country, on=on, rates=rates
    )
    if net == 0:
        return 0
    if rate.flat_above:
        gross = _least_gross(rate, net, flat=0, least=1)
        if gross <= rate.flat_above:
            return gross
    return _least_gross(rate, net, flat=rate.flat, least=rate.flat_above + 1)


def find_rate(
    currency: Text,
    *,
    channel: Text = "card",
    international: bool = False,
    brand: str | None = None,
    country: str | None = None,
    on: Date | None = None,
    rates: Rate | Iterable[Rate] = (),
) -> Rate:
    """Return the rate of a payment: the first that applies of yours, then of the published ones.

    Its ``source``, ``as_of``, ``assumptions`` and ``conflicts`` say how far it can be relied on.

    :raises InvalidArgumentError: As :func:`fee`, whose parameters these are.
    """
    code, way = _text("currency", currency), _text("channel", channel)
    if type(international) is not bool:
        raise InvalidArgumentError("international must be True or False")
    kind = None if brand is None else _text("brand", brand).strip().casefold()
    home = None if country is None else _text("country", country)
    when = _now() if on is None else on
    if not isinstance(when, dt.date):  # pyright: ignore[reportUnnecessaryIsInstance] # callers need no type checker
        raise InvalidArgumentError("on must be a date or a datetime")
    own = (rates,) if isinstance(rates, Rate) else tuple(rates)
    if not all(isinstance(rate, Rate) for rate in own):  # pyright: ignore[reportUnnecessaryIsInstance] # as above
        raise InvalidArgumentError("rates must be a Rate, or several")
    for rate in (*own, *RATES):
        if rate.applies_to(currency=code, channel=way, brand=kind, foreign=international, country=home, on=when):
            return rate
    raise InvalidArgumentError(_unknown(code, way, international))


def transfer_fee(
    amount: int,
    currency: Text,
    *,
    recipient_type: Text | None = None,
    stamp_duty: bool = False,
    on: Date | None = None,
    rates: TransferRate | Iterable[TransferRate] = (),
) -> int:
    """Return Paystack's fee for a transfer, in subunits. It is taken from the balance beside the amount.

    :param amount: What the recipient gets, in subunits; 0 or more.
    :param currency: Such as ``"NGN"``.
    :param recipient_type: The recipient's ``type``, such as ``"mobile_money"``; a bank account if omitted.
    :param stamp_duty: Whether to add Nigeria's :data:`STAMP_DUTY` if it is due.
    :param on: When it is sent; now if omitted.
    :param rates: Rates that you agreed on with Paystack. They come before the published ones.
    :raises InvalidArgumentError: If an argument is not of its type, or no rate is known; the text says what is known.
    """
    _check_number("amount", amount, most=None)
    code = _text("currency", currency)
    kind = None if recipient_type is None else _text("recipient_type", recipient_type)
    when = _as_time(_now() if on is None else on)
    own = (rates,) if isinstance(rates, TransferRate) else tuple(rates)
    if not all(isinstance(rate, TransferRate) for rate in own):  # pyright: ignore[reportUnnecessaryIsInstance] # as above
        raise InvalidArgumentError("rates must be a TransferRate, or several")
    for rate in (*own, *TRANSFER_RATES):
        if (
            rate.currency in {"", code}
            and (kind is None or not rate.recipient_types or kind in rate.recipient_types)
            and _instant(rate.since) <= when
        ):
            least, duty, since = STAMP_DUTY
            due = stamp_duty and code == "NGN" and amount >= least and _instant(since) <= when
            return rate.compute(amount) + (duty if due else 0)
    known = [rate for rate in TRANSFER_RATES if rate.currency == code]
    if not known:
        currencies = _join(rate.currency for rate in TRANSFER_RATES)
        raise InvalidArgumentError(f"no fee for transfers is known in this currency: known are {currencies}")
    types = _join(name for rate in known for name in rate.recipient_types)
    raise InvalidArgumentError(f"no fee for transfers in {code} to this recipient_type is known: known are {types}")


@dataclass(frozen=True, slots=True)
class SplitPreview:
    """Who gets what of a payment, in subunits. All of it adds up to the amount."""

    paystack: int
    """Paystack's fee."""
    integration: int
    """What the main account gets."""
    subaccounts: Mapping[str, int]
    """What each subaccount gets, by the names that were given."""

    @property
    def total(self) -> int:
        """The amount of the payment."""
        return self.paystack + self.integration + sum(self.subaccounts.values())


def split_preview(
    amount: int,
    currency: Text,
    shares: Mapping[str, int | str | Decimal],
    *,
    split_type: Text = "percentage",
    bearer: Text = "account",
    bearer_subaccount: str | None = None,
    fees: int | None = None,
    channel: Text = "card",
    international: bool = False,
    brand: str | None = None,
    country: str | None = None,
    on: Date | None = None,
    rates: Rate | Iterable[Rate] = (),
) -> SplitPreview:
    """Return who gets what of a payment that is split.

    A percentage is rounded down to a whole subunit, and the main account has the rest (an assumption). If the shares
    exceed the amount, the later ones get less. A part of the fee that its bearer cannot pay, or that does not divide,
    is borne by the main account, then by the subaccounts in their order (an assumption).

    For a payment with a single subaccount, its share is 100 less its ``percentage_charge``. With a
    ``transaction_charge``, it is a flat share: the amount less that charge.

    :param amount: What the customer pays, in subunits; 0 or more.
    :param shares: The share of each subaccount, by its code. Percentages are an ``int``, text or a ``Decimal`` from 0
        to 100, flat shares an ``int`` in subunits.
    :param split_type: One of :data:`SPLIT_TYPES`.
    :param bearer: Who bears Paystack's fee, one of :data:`BEARERS`.
    :param bearer_subaccount: The code of the subaccount that bears it if ``bearer`` is ``"subaccount"``. It can be
        omitted if there is one subaccount.
    :param fees: Paystack's fee, in subunits, if you know it. If omitted, it is :func:`fee` of the other parameters.
    :raises InvalidArgumentError: As :func:`fee`, and if the split is one that Paystack rejects.
    """
    _check_number("amount", amount, most=None)
    kind, who = _text("split_type", split_type), _text("bearer", bearer)
    if kind not in SPLIT_TYPES:
        raise InvalidArgumentError(f"split_type must be one of: {', '.join(SPLIT_TYPES)}")
    if who not in BEARERS:
        raise InvalidArgumentError(f"bearer must be one of: {', '.join(BEARERS)}")
    if not isinstance(shares, Mapping) or not shares:  # pyright: ignore[reportUnnecessaryIsInstance] # as above
        raise InvalidArgumentError("shares must have a subaccount at least")
    codes = list(shares)
    if kind == "flat":
        for share in shares.values():
            _check_number("a flat share", share, most=None)
        parts = [cast(int, share) for share in shares.values()]
    else:
        percentages = [_percentage(share) for share in shares.values()]
        if sum(percentages) > 100:
            raise InvalidArgumentError("the shares of a split must be 100 percent at most, together")
        parts = [percentage_of(amount, percentage) for percentage in percentages]
    bearing = None
    if who == "subaccount":
        code = codes[0] if bearer_subaccount is None and len(codes) == 1 else bearer_subaccount
        if code is None or code not in shares:
            raise InvalidArgumentError("bearer_subaccount must be one of the subaccounts in shares")
        bearing = codes.index(code)
    if fees is None:
        fees = fee(
            amount,
            currency,
            channel=channel,
            international=international,
            brand=brand,
            country=country,
            on=on,
            rates=rates,
        )
    _check_number("fees", fees, most=None)
    if fees > amount:
        raise InvalidArgumentError("fees must be the amount at most")
    left = allocate(amount, fees, parts, bearer=who, bearing=bearing)
    return SplitPreview(fees, left[0], dict(zip(codes, left[1:], strict=True)))


def allocate(amount: int, fees: int, shares: Sequence[int], *, bearer: str, bearing: int | None = None) -> list[int]:
    """Return what is left to the main account, and to each subaccount in order, once the fee is borne.

    :param amount: What is paid, in subunits.
    :param fees: Paystack's fee, in subunits, at most ``amount``.
    :param shares: The share of each subaccount, in subunits. Nobody gets what is not there: later ones get less.
    :param bearer: One of :data:`BEARERS`.
    :param bearing: Which of the shares bears the fee if ``bearer`` is ``"subaccount"``, from 0.
    """
    parts: list[int] = []
    rest = amount
    for share in shares:
        parts.append(max(0, min(share, rest)))
        rest -= parts[-1]
    parts.insert(0, rest)
    match bearer:
        case "subaccount":
            borne = [0] * len(parts)
            if bearing is not None:
                borne[1 + bearing] = fees
        case "all":
            borne = [fees // len(parts)] * len(parts)
        case "all-proportional":
            borne = [fees * part // (amount or 1) for part in parts]
        case _:
            borne = [0] * len(parts)
    borne = [min(part_of_fee, part) for part_of_fee, part in zip(borne, parts, strict=True)]
    open_fee = fees - sum(borne)
    left: list[int] = []
    for part, part_of_fee in zip(parts, borne, strict=True):
        more = min(part - part_of_fee, open_fee)
        open_fee -= more
        left.append(part - part_of_fee - more)
    return left


def percentage_of(amount: int, percentage: int | Decimal) -> int:
    """Return a percentage of an amount, rounded down to a whole subunit."""
    return int(amount * Fraction(percentage) / 100)


class HasBody(Protocol):
    """A verified webhook event: see :func:`paystackease.webhooks.verify`."""

    @property
    def body(self) -> Mapping[str, object]:
        """All that Paystack sent."""
        ...


def is_paid(response: Mapping[str, object] | HasBody, *, reference: str, amount: int, currency: Text) -> bool:
    """Return whether an order is paid, by what Paystack says of its transaction.

    All of this has to be so: the transaction has the order's reference and currency, its status is ``"success"``, and
    the amount is the order's. If the customer bears Paystack's fee, the amount may be more by exactly that fee.

    A payment that was reversed, or is about to be, is not paid. Neither is one of another amount, less or more: look at
    it, as it may belong to another order.

    :param response: What ``client.transactions.verify_transaction`` returned, its ``data``, or a ``charge.success``
        webhook that you verified: the event, or its body. Never pass what a browser sent.
    :param reference: The reference that you keep with the order; not the one that came with the request.
    :param amount: What the order costs, in subunits, 1 or more.
    :param currency: The currency of the order, such as ``"NGN"``.
    :raises InvalidArgumentError: If an argument is not of its type.
    """
    code = _text("currency", currency)
    if not isinstance(reference, str) or not reference:  # pyright: ignore[reportUnnecessaryIsInstance] # as above
        raise InvalidArgumentError("reference must be a text: the one that you keep with the order")
    _check_number("amount", amount, most=None)
    if amount == 0:
        raise InvalidArgumentError("amount must be 1 or more: there is nothing to pay for otherwise")
    data = _transaction_of(response)
    if data is None or data.get("status") != "success":
        return False
    if data.get("reference") != reference or data.get("currency") != code:
        return False
    paid = _read_amount(data.get("amount"))
    if paid == amount:
        return True
    charged = _read_amount(data.get("fees"))
    return (
        paid is not None
        and charged is not None
        and charged >= 0
        and _read_amount(data.get("requested_amount")) == amount
        and paid - charged == amount
    )


def _transaction_of(response: Mapping[str, object] | HasBody) -> Mapping[str, object] | None:
    body: object = response if isinstance(response, Mapping) else getattr(response, "body", None)
    if not isinstance(body, Mapping):
        raise InvalidArgumentError("response must be what verify_transaction returned, its data, or a webhook's event")
    found = cast("Mapping[str, object]", body)
    if "event" in found:
        if found["event"] != "charge.success":
            return None
    elif "data" in found:
        if found.get("status") is not True:
            return None
    else:
        return found
    data = found.get("data")
    return cast("Mapping[str, object]", data) if isinstance(data, Mapping) else None


def _read_amount(value: object) -> int | None:
    # Paystack sends the amounts of some events as text.
    if type(value) is int:
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 20:
        return int(value)
    return None


def _least_gross(rate: Rate, net: int, *, flat: int, least: int) -> int:
    # The fee before tax, `charged`, rises with the amount by 0 or 1. While it stays, what remains rises by 1 with each
    # subunit, so that the most remains at the last amount of each `charged`, and that rises with `charged`.
    # Enough is the first `charged` whose last amount leaves the net. The one before did not leave it, so the amount
    # that follows from the net is always one of this `charged`.
    points, cap = rate.basis_points, rate.cap

    def total(charged: int) -> int:
        return charged + _share(charged, rate.tax)

    def last(charged: int) -> int:
        return (charged - flat) * _WHOLE // points

    def is_enough(charged: int) -> bool:
        return (cap is not None and charged >= cap) or last(charged) - total(charged) >= net

    low = _share(least, points) + flat
    low = low if cap is None else min(low, cap)
    if points == 0:
        return max(least, net + total(low))
    if cap is None and points * (_WHOLE + rate.tax) >= _WHOLE * _WHOLE:
        raise InvalidArgumentError("no amount leaves this net: the rate takes all of what is added")
    if _WHOLE // points < 1 - (-rate.tax // _WHOLE):
        raise InvalidArgumentError("charge_for takes rates up to 50 percent with a tax up to 100 percent of the fee")
    high = low
    while not is_enough(high):
        low, high = high + 1, 2 * high + 1 if cap is None else min(2 * high + 1, cap)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return max(least, net + total(low))


def _percentage(share: object) -> Decimal:
    if isinstance(share, bool) or not isinstance(share, int | str | Decimal):
        raise InvalidArgumentError("a percentage must be an int, text or a Decimal, such as '12.5'; not a float")
    try:
        found = Decimal(share)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not 0 <= found <= 100:
        raise InvalidArgumentError("a percentage must be from 0 to 100")
    return found


def _text(name: str, value: object) -> str:
    found = value.value if isinstance(value, Enum) else value
    if not isinstance(found, str) or not found:
        raise InvalidArgumentError(f"{name} must be a text, not {type(value).__name__}")
    return found


def _unknown(currency: str, channel: str, international: bool) -> str:
    known = [rate for rate in RATES if rate.currency == currency]
    if not known:
        return f"no rate is known in this currency: known are {_join(rate.currency for rate in RATES)}"
    origin = "cards from abroad" if international else "local payments"
    fitting = [rate for rate in known if rate.foreign in {None, international}]
    channels = {name for rate in fitting for name in rate.channels}
    if channel in channels and all(rate.country for rate in known):
        countries = _join(rate.country or "" for rate in known)
        return f"the rates in {currency} differ between countries: pass country=, one of {countries}"
    return f"no rate in {currency} is known for {origin} by this channel: known are {_join(channels)}"


def _join(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names)))


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
