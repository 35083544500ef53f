"""Where a call of paystackease 1 does something else now, and why. ``docs/migrating.md`` tells people the same.

What changed for every call is not said again for each: version 1 sent nulls, ``'True'`` for true, paths unquoted,
and a date where the first or the last moment of its day is sent.
"""

PAGES = {"unasked": "per_page=50 and page=1: how long a page is and where a list begins is for Paystack to decide"}
LOST_ZEROS = "a number has lost the zeros in front: 0000 was sent as 0"
CURSORS = "a cursor is text that Paystack makes"

REQUESTS = {
    "apple_pay.list_domains": {
        "unasked": "use_cursor=False",
        "value": CURSORS + "; a number is refused",
    },
    "bulk_charges.fetch_charge_bulk_batch": PAGES,
    "bulk_charges.initiate_bulk_charge": {
        "value": "version 1 told people to write authorization_code in each item, which Paystack calls authorization",
    },
    "bulk_charges.list_bulk_charge_batches": PAGES,
    "charges.create_charge": {
        "needed": "something to charge: Paystack can do nothing with a charge that has no channel",
        "value": LOST_ZEROS,
    },
    "charges.submit_otp": {"value": LOST_ZEROS},
    "charges.submit_pin": {"value": LOST_ZEROS},
    "customers.deactivate_authorization": {"path": "Paystack's path is /customer/authorization/deactivate now"},
    "customers.list_customers": PAGES,
    "dedicated_virtual_accounts.assign_dedicated_virtual_account": {
        "path": "it went to /dedicated_account, which makes an account for a customer who exists",
    },
    "dedicated_virtual_accounts.list_dedicated_account": {"unasked": "active=True left out the inactive accounts"},
    "dedicated_virtual_accounts.requery_dedicated_account": {
        "needed": "Paystack requires account_number and provider_slug",
    },
    "dedicated_virtual_accounts.split_dedicated_account": {
        "needed": "subaccount or split_code: without one there is nothing to split with",
    },
    "disputes.export_disputes": PAGES,
    "disputes.get_upload_url": {"key": "it was sent as uploaded_filename; Paystack reads upload_filename"},
    "disputes.list_disputes": PAGES,
    "miscellaneous.list_banks": {
        "key": "pay_with_bank_transfer was sent as supports_transfer",
        "unasked": "per_page=50; use_cursor, pay_with_bank_transfer, pay_with_bank, enabled_for_verification: False",
    },
    "payment_pages.add_products": {"key": "the test API reads products, and ignored product"},
    "payment_pages.list_payment_pages": PAGES,
    "payment_pages.update_payment_page": {"unasked": "active=True: every update brought a page back"},
    "payment_requests.list_payment_requests": {"unasked": "include_archive=True, per_page=50 and page=1"},
    "payment_requests.update_payment_request": {
        "unasked": "draft=True made a draft of it again; send_notification=True is Paystack's default",
    },
    "plans.list_plans": PAGES,
    "products.create_product": {"unasked": "unlimited=True, whatever the quantity"},
    "products.list_products": PAGES,
    "products.update_product": {"unasked": "unlimited=True: every update lifted the limit of the stock"},
    "refund.list_refunds": PAGES,
    "settlements.list_settlement_transactions": PAGES,
    "settlements.list_settlements": PAGES,
    "subaccounts.create_subaccount": {"value": "Paystack documents the metadata as text that holds JSON"},
    "subaccounts.list_subaccounts": PAGES,
    "subaccounts.update_subaccount": {
        "unasked": "active=True and settlement_schedule='auto': every update reset both",
        "value": "Paystack documents the metadata as text that holds JSON",
    },
    "subscriptions.generate_update_subscription": {"verb": "it is a GET; version 1 sent a POST"},
    "subscriptions.list_subscriptions": PAGES,
    "terminal.fetch_terminal": {"path": "there is no /terminal/timeline"},
    "terminal.list_terminals": {
        "unasked": "next_cursor=True and previous_cursor=True, which are no cursors; per_page=50",
        "value": CURSORS + "; True is refused",
    },
    "transaction_splits.list_split": {"unasked": "active=True left out the inactive splits; per_page=50 and page=1"},
    "transactions.charge_authorization": {"unasked": "queue=True queued every charge; bearer='account'"},
    "transactions.export_transactions": {
        "unasked": "settled=True left out what was not settled; per_page=50 and page=1",
    },
    "transactions.initialize": {
        "unasked": "currency='NGN', which integrations of other countries cannot take; bearer='account'",
    },
    "transactions.list_transactions": PAGES,
    "transactions.transaction_totals": PAGES,
    "transfer_recipients.list_transfer_recipients": PAGES,
    "transfers.list_transfers": PAGES,
    "transfers.verify_transfer": {"verb": "it is a GET; version 1 sent a POST"},
}
"""Each method whose request differs, and for each way in which it does, the reason.

* verb, path: another one
* key: another name for what is sent
* value: another type is taken for an argument, or it is written otherwise
* unasked: something was sent though nobody had given it, and is not any more
* needed: something must be given that could be left out
"""

DOCUMENTED_KEYS = {
    ("disputes.get_upload_url", "uploaded_filename"): "upload_filename",
    ("miscellaneous.list_banks", "pay_with_bank_transfer"): "pay_with_bank_transfer",
    ("payment_pages.add_products", "product"): "products",
}
"""What Paystack calls a parameter, where version 1 sent another key."""

STILL_SENT = {
    ("refund.list_refunds", "reference"): "query",
    ("transfers.list_transfers", "customer_id"): "query",
}
"""Filters that Paystack documents no more, and where they go: whoever uses them may have them."""

JSON_TEXT = {
    ("subaccounts.create_subaccount", "metadata"),
    ("subaccounts.update_subaccount", "metadata"),
}
"""Parameters that go out as text that holds JSON."""

NOW_NEEDED = {
    "charges.create_charge": ["authorization_code"],
    "dedicated_virtual_accounts.requery_dedicated_account": ["account_number", "provider_slug"],
    "dedicated_virtual_accounts.split_dedicated_account": ["split_code"],
}
"""What is enough, with what version 1 required, for a call to be sent."""

TAKEN_NOW = {
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
"""What is taken for a parameter whose type is another now."""

ENUM_VALUES = {
    "Channels.ETF": ("eft", "Paystack knows no etf; EFT is the right name"),
    "RecipientType.BASE": ("basa", "Paystack knows no base; BASA is the right name"),
}
"""The members with another value, and why."""

IMPORTS = {
    "paystackease._utils": "private, and nothing in it was documented",
    "paystackease._base.BaseClientAPI": "private; PayStackBaseClientAPI is the base",
    "paystackease._abase.AsyncBaseClientAPI": "private; AsyncPayStackBaseClientAPI is the base",
    "paystackease._base.PAYSTACK_SECRET_KEY": "the key is read when a client is made",
    "paystackease._abase.PAYSTACK_SECRET_KEY": "the key is read when a client is made",
}
"""What cannot be imported any more, and why."""
