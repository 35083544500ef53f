"""The sections of the API as commands, and their help.

``paystackease --help`` shows them without importing the clients of the sections.
"""

from __future__ import annotations

from collections.abc import Mapping

SECTION_HELP: Mapping[str, str] = {
    "apple_pay": "Manage the domains on which Apple Pay is accepted.",
    "bulk_charges": "Charge many saved authorizations in one batch; follow, pause or resume it.",
    "capitec_pay": "Check the status of a payment.",
    "charges": "Take a payment by a channel of your choice, step by step, without Paystack's pages.",
    "customers": "Create and manage customers, their saved cards and their direct debit mandates.",
    "dedicated_virtual_accounts": "Give customers account numbers to pay into.",
    "direct_debit": "The direct debit mandates of all customers.",
    "disputes": "Respond to customers who have asked their banks for their money back.",
    "integration": "Settings, and the webhooks that Paystack has sent.",
    "miscellaneous": "Banks, countries and states.",
    "orders": "Orders of your products.",
    "payment_pages": "Pages, hosted by Paystack, where customers pay.",
    "payment_requests": "Ask customers to pay, with or without an invoice.",
    "plans": "The amounts and intervals that subscriptions charge.",
    "preauthorization": "Hold amounts on cards, and later capture or release them.",
    "products": "Your products, their prices and stock.",
    "refund": "Refund payments, in full or in part.",
    "settlements": "The payouts to your bank accounts, and the transactions in each.",
    "storefronts": "Shops, hosted by Paystack, that sell your products.",
    "subaccounts": "Create and manage the bank accounts that payments are shared with.",
    "subscriptions": "Charge customers repeatedly, by a plan.",
    "terminal": "Send payments to the devices that take them in person, and manage the devices.",
    "transaction_splits": "Create and manage groups of subaccounts that share payments.",
    "transactions": "Take payments, charge saved authorizations, and check their status.",
    "transfer_control": "The balance, and whether transfers need an OTP.",
    "transfer_recipients": "The accounts that money is sent to.",
    "transfers": "Send money from the balance to recipients.",
    "verification": "Resolve account names and the banks that issued cards.",
    "virtual_terminal": "Create and manage pages that take payments in person, without a device.",
}
"""The help of each section by its name, which is an attribute of a client."""
