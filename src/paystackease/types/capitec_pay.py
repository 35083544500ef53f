"""Payments by Capitec Pay."""

from typing import TypedDict


class CapitecPayStatus(TypedDict):
    """The status of a payment by Capitec Pay. ``message``, next to ``data``, has the reason."""

    status: str
    """``"pending"``, ``"success"`` or ``"failed"``."""
