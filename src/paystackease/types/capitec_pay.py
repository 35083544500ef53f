"""Payments by Capitec Pay."""

from typing import TypedDict


class CapitecPayStatus(TypedDict):
    """Where a payment by Capitec Pay stands. The ``message`` beside ``data`` says why."""

    status: str
    """``"pending"``, ``"success"`` or ``"failed"``."""
