"""The listeners to transactions, in order. They are registered only here."""

from __future__ import annotations

from paystackease.emulator.resources import invoice, order, payment_request, preauthorization
from paystackease.emulator.transactions.transaction import Listeners


def register() -> None:
    """Set the listeners. Calling it again changes nothing."""
    Listeners.paid = (invoice.subscribe_payer, order.mark_paid, payment_request.mark_paid)
    Listeners.held = (preauthorization.record_hold,)
