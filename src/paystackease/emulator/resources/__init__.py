"""What Paystack has: a module for each kind of thing, with its operations, its life, and how it is shown.

Each module has a :class:`~paystackease.emulator.http.context.Resource` of its own name.
"""

from __future__ import annotations

from importlib import import_module

from paystackease.emulator.http.routing import RouteGroup

MODULES = (
    "apple_pay",
    "authorization",
    "balance",
    "bulk_charge",
    "capitec_pay",
    "charge",
    "charge_authorization",
    "checkout",
    "customer",
    "dedicated_account",
    "direct_debit",
    "dispute",
    "export",
    "inbound_transfer",
    "mandate",
    "miscellaneous",
    "integration",
    "invoice",
    "order",
    "payment_page",
    "payment_request",
    "plan",
    "preauthorization",
    "product",
    "refund",
    "settlement",
    "split",
    "storefront",
    "subaccount",
    "subscription",
    "subscription_card",
    "terminal",
    "transaction",
    "transaction_reports",
    "transfer",
    "transfer_control",
    "transfer_recipient",
    "verification",
    "virtual_terminal",
    "webhook_events",
)


def resources() -> list[RouteGroup]:
    """All of them."""
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in MODULES]
