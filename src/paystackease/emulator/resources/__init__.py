"""The operations of Paystack's API: a module for each resource, with its operations, its states and its jobs.

Each module declares its operations in a :class:`~paystackease.emulator.http.routing.RouteGroup` named ``routes``. How
a resource is serialized is in the module beside it that ends in ``_serializers``.
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
    """Import all resources, register their listeners, and return their operations."""
    groups = [import_module(f"{__name__}.{name}").routes for name in MODULES]
    from paystackease.emulator.resources import listeners

    listeners.register()
    return groups
