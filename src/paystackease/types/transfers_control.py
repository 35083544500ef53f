"""The balance from which transfers are paid."""

from typing import TypedDict


class Balance(TypedDict):
    """The balance in a currency."""

    currency: str
    balance: int
    """In subunits of the currency."""


class LedgerEntry(TypedDict):
    """A change of the balance."""

    id: int
    balance: int
    """The balance after the change, in subunits of the currency."""
    difference: int
    """The change in subunits of the currency; negative for a debit."""
    currency: str
    reason: str
    model_responsible: str
    """The cause of the change: ``"Transaction"``, ``"Transfer"``, ``"Refund"`` and others."""
    model_row: int
    """The ``id`` of that."""
    integration: int
    domain: str
    """``"test"`` or ``"live"``."""
    createdAt: str
    updatedAt: str
