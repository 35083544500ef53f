"""What Paystack keeps of a payment, and takes for a transfer: :mod:`paystackease.fees`, as the emulator uses it.

A business with rates of its own puts ``fees`` into its settings: by currency, one rule or several, of the fields of
:class:`paystackease.fees.Rate`, ``{"NGN": {"basis_points": 70, "flat": 10000}}``. They stand instead of Paystack's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from paystackease import fees
from paystackease.errors import InvalidArgumentError


class Rule(fees.Rate, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rate of a business's own."""

    def of(self, amount: int) -> int:
        """Return the fee of an amount, in subunits."""
        return self.compute(amount)


PREAUTHORIZATION = Rule(**{name: getattr(fees.PREAUTHORIZATION, name) for name in fees.Rate.__struct_fields__})
"""For holding an amount on a card, if it is captured or not."""


def of_payment(
    settings: Mapping[str, Any] | None,
    currency: str,
    amount: int,
    *,
    at: float,
    channel: str,
    brand: str,
    foreign: bool,
    country: str = "NG",
) -> int:
    """Return what Paystack keeps of a payment, in subunits: the amount at most.

    A channel of which no rate is published costs what a card does. Without any rate, nothing is taken.

    :param settings: The ``fees`` of the business's settings.
    :param country: The country of the business.
    :raises ValueError: If the settings hold a rule that is not valid.
    """
    on = dt.datetime.fromtimestamp(at, dt.UTC)
    own = _rules(settings, currency)
    if own is not None:
        for rule in own:
            if rule.applies_to(
                currency=currency, channel=channel, brand=brand, foreign=foreign, country=country, on=on
            ):
                return min(rule.compute(amount), amount)
        return 0
    for known in (channel, "card"):
        for home in (country, "NG"):
            try:
                return fees.fee(
                    amount,
                    currency,
                    channel=known,
                    international=foreign,
                    brand=brand or None,
                    country=home,
                    on=on,
                )
            except InvalidArgumentError:
                continue
    return 0


def check(settings: Mapping[str, Any]) -> None:
    """Check the ``fees`` of a business's settings.

    :raises ValueError: If they hold a rule that is not valid.
    """
    for currency in settings:
        _rules(settings, currency)


def of_transfer(currency: str, to: str, amount: int) -> int:
    """Return what Paystack takes for a transfer, in subunits.

    :param to: The type of the recipient, such as ``"nuban"`` or ``"mobile_money"``.
    """
    for kind in (to, None):
        try:
            return fees.transfer_fee(amount, currency, recipient_type=kind)
        except InvalidArgumentError:
            continue
    return 0


def _rules(settings: Mapping[str, Any] | None, currency: str) -> tuple[Rule, ...] | None:
    own = (settings or {}).get(currency)
    if own is None:
        return None
    return msgspec.convert(own if isinstance(own, list) else [own], tuple[Rule, ...])
