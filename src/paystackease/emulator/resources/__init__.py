"""What Paystack has: a module for each kind of thing, with its operations, its life, and how it is shown.

Each module has a :class:`~paystackease.emulator.core.call.Resource` of its own name.
"""

from __future__ import annotations

from importlib import import_module

from paystackease.emulator.core.call import Resource

MODULES = (
    "authorization",
    "balance",
    "capitec_pay",
    "charge",
    "charge_authorization",
    "checkout",
    "customer",
    "dispute",
    "export",
    "mandate",
    "miscellaneous",
    "invoice",
    "payment_request",
    "plan",
    "refund",
    "settlement",
    "split",
    "subaccount",
    "subscription",
    "subscription_card",
    "transaction",
    "transaction_reports",
    "transfer",
    "transfer_control",
    "transfer_recipient",
    "verification",
)


def resources() -> list[Resource]:
    """All of them."""
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in MODULES]
