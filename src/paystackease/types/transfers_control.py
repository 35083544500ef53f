"""The balance that transfers are made from."""

from typing import TypedDict


class Balance(TypedDict):
    """What there is of a currency."""

    currency: str
    balance: int
    """In subunits of the currency."""


class LedgerEntry(TypedDict):
    """A change of the balance."""

    id: int
    balance: int
    """What there was afterwards, in subunits of the currency."""
    difference: int
    """By how much it changed, in subunits of the currency: below 0 where money left."""
    currency: str
    reason: str
    model_responsible: str
    """What changed it: ``"Transaction"``, ``"Transfer"``, ``"Refund"`` and others."""
    model_row: int
    """The ``id`` of that."""
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str
