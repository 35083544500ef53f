"""The requests that differ from those of paystackease 1, and why. ``docs/migrating.md`` documents the same.

Changes of all calls are not repeated for each: version 1 sent nulls, ``'True'`` for true, unquoted paths, and a date
instead of the first or the last moment of its day.
"""

PAGE_DEFAULTS = {"implicit": "per_page=50 and page=1: Paystack chooses the length of a page and the start of a list"}
LOST_ZEROS = "a number loses leading zeros: 0000 was sent as 0"
CURSORS = "a cursor is text that Paystack creates"

REQUESTS = {
    "apple_pay.list_domains": {
        "implicit": "use_cursor=False",
        "value": CURSORS + "; a number is rejected",
    },
    "bulk_charges.fetch_charge_bulk_batch": PAGE_DEFAULTS,
    "bulk_charges.initiate_bulk_charge": {
        "value": "version 1 documented authorization_code in each item; Paystack's name is authorization",
    },
    "bulk_charges.list_bulk_charge_batches": PAGE_DEFAULTS,
    "charges.create_charge": {
        "required": "something to charge: Paystack cannot process a charge without a channel",
        "value": LOST_ZEROS,
    },
    "charges.submit_otp": {"value": LOST_ZEROS},
    "charges.submit_pin": {"value": LOST_ZEROS},
    "customers.deactivate_authorization": {"path": "Paystack's path is /customer/authorization/deactivate now"},
    "customers.list_customers": PAGE_DEFAULTS,
    "dedicated_virtual_accounts.assign_dedicated_virtual_account": {
        "path": "it was sent to /dedicated_account, which creates an account for an existing customer",
    },
    "dedicated_virtual_accounts.list_dedicated_account": {"implicit": "active=True left out the inactive accounts"},
    "dedicated_virtual_accounts.requery_dedicated_account": {
        "required": "Paystack requires account_number and provider_slug",
    },
    "dedicated_virtual_accounts.split_dedicated_account": {
        "required": "subaccount or split_code: without one, there is no one to split with",
    },
    "disputes.export_disputes": PAGE_DEFAULTS,
    "disputes.get_upload_url": {"key": "it was sent as uploaded_filename; Paystack reads upload_filename"},
    "disputes.list_disputes": PAGE_DEFAULTS,
    "miscellaneous.list_banks": {
        "key": "pay_with_bank_transfer was sent as supports_transfer",
        "implicit": "per_page=50; use_cursor, pay_with_bank_transfer, pay_with_bank, enabled_for_verification: False",
    },
    "payment_pages.add_products": {"key": "the test API reads products, and ignored product"},
    "payment_pages.list_payment_pages": PAGE_DEFAULTS,
    "payment_pages.update_payment_page": {"implicit": "active=True: every update reactivated the page"},
    "payment_requests.list_payment_requests": {"implicit": "include_archive=True, per_page=50 and page=1"},
    "payment_requests.update_payment_request": {
        "implicit": "draft=True turned it back into a draft; send_notification=True is Paystack's default",
    },
    "plans.list_plans": PAGE_DEFAULTS,
    "products.create_product": {"implicit": "unlimited=True, with any quantity"},
    "products.list_products": PAGE_DEFAULTS,
    "products.update_product": {"implicit": "unlimited=True: every update made the stock unlimited"},
    "refund.list_refunds": PAGE_DEFAULTS,
    "settlements.list_settlement_transactions": PAGE_DEFAULTS,
    "settlements.list_settlements": PAGE_DEFAULTS,
    "subaccounts.create_subaccount": {"value": "Paystack documents the metadata as text that holds JSON"},
    "subaccounts.list_subaccounts": PAGE_DEFAULTS,
    "subaccounts.update_subaccount": {
        "implicit": "active=True and settlement_schedule='auto': every update reset both",
        "value": "Paystack documents the metadata as text that holds JSON",
    },
    "subscriptions.generate_update_subscription": {"verb": "it is a GET; version 1 sent a POST"},
    "subscriptions.list_subscriptions": PAGE_DEFAULTS,
    "terminal.fetch_terminal": {"path": "there is no /terminal/timeline"},
    "terminal.list_terminals": {
        "implicit": "next_cursor=True and previous_cursor=True, which are not cursors; per_page=50",
        "value": CURSORS + "; True is rejected",
    },
    "transaction_splits.list_split": {"implicit": "active=True left out the inactive splits; per_page=50 and page=1"},
    "transactions.charge_authorization": {"implicit": "queue=True queued every charge; bearer='account'"},
    "transactions.export_transactions": {
        "implicit": "settled=True left out unsettled transactions; per_page=50 and page=1",
    },
    "transactions.initialize": {
        "implicit": "currency='NGN', which integrations of other countries cannot take; bearer='account'",
    },
    "transactions.list_transactions": PAGE_DEFAULTS,
    "transactions.transaction_totals": PAGE_DEFAULTS,
    "transfer_recipients.list_transfer_recipients": PAGE_DEFAULTS,
    "transfers.list_transfers": PAGE_DEFAULTS,
    "transfers.verify_transfer": {"verb": "it is a GET; version 1 sent a POST"},
}
"""Each method whose request differs, with the kinds of difference and the reason of each.

* verb, path: another HTTP method or path
* key: another name of a field
* value: another type or another serialization of an argument
* implicit: version 1 sent a value that the caller had not given
* required: an optional argument is required now
"""

DOCUMENTED_KEYS = {
    ("disputes.get_upload_url", "uploaded_filename"): "upload_filename",
    ("miscellaneous.list_banks", "pay_with_bank_transfer"): "pay_with_bank_transfer",
    ("payment_pages.add_products", "product"): "products",
}
"""Paystack's names of the parameters that version 1 sent with another key."""

UNDOCUMENTED_FILTERS = {
    ("refund.list_refunds", "reference"): "query",
    ("transfers.list_transfers", "customer_id"): "query",
}
"""Filters that Paystack no longer documents, and where they are sent: existing callers may use them."""

JSON_TEXT = {
    ("subaccounts.create_subaccount", "metadata"),
    ("subaccounts.update_subaccount", "metadata"),
}
"""Parameters that are sent as JSON in a string."""

NEWLY_REQUIRED = {
    "charges.create_charge": ["authorization_code"],
    "dedicated_virtual_accounts.requery_dedicated_account": ["account_number", "provider_slug"],
    "dedicated_virtual_accounts.split_dedicated_account": ["split_code"],
}
"""Arguments that a call needs now, besides those that version 1 required."""

ACCEPTED_VALUES = {
    ("apple_pay.list_domains", "next_page"): "ZG9tYWluOjE=",
    ("apple_pay.list_domains", "previous_page"): "ZG9tYWluOjI=",
    ("bulk_charges.initiate_bulk_charge", "objects"): [
        {"authorization": "AUTH_1", "amount": 2500, "reference": "bulk-charge-1"}
    ],
    ("charges.create_charge", "pin"): "0000",
    ("charges.submit_otp", "otp"): "012345",
    ("charges.submit_pin", "pin"): "0000",
    ("terminal.list_terminals", "next_cursor"): "dGVybWluYWw6MQ==",
    ("terminal.list_terminals", "previous_cursor"): "dGVybWluYWw6Mg==",
}
"""Accepted values of the parameters whose type has changed."""

ENUM_VALUES = {
    "Channels.ETF": ("eft", "Paystack has no etf; EFT is the right name"),
    "RecipientType.BASE": ("basa", "Paystack has no base; BASA is the right name"),
}
"""The members with another value, and why."""

IMPORTS = {
    "paystackease._utils": "private and undocumented",
    "paystackease._base.BaseClientAPI": "private; PayStackBaseClientAPI is the base",
    "paystackease._abase.AsyncBaseClientAPI": "private; AsyncPayStackBaseClientAPI is the base",
    "paystackease._base.PAYSTACK_SECRET_KEY": "the key is read when a client is created",
    "paystackease._abase.PAYSTACK_SECRET_KEY": "the key is read when a client is created",
}
"""Names that can no longer be imported, and why."""
