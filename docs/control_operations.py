"""The emulator's own operations, under ``/_emulator/``, each with a description for the reference.

The descriptions are here because most operations are one line of code. A test compares this list with the router's.
"""

from __future__ import annotations

from collections.abc import Mapping

from paystackease.emulator import Emulator

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Time": {
        "GET /_emulator/clock": "Return the time of the business; with `?all=true`, of all businesses.",
        "POST /_emulator/clock": "Move the clock of the business, or with `?all=true` of all: `advance` by seconds, or "
        "`to` a time; `frozen` stops or starts it. Everything due until then is done, and its webhooks are sent.",
    },
    "State": {
        "POST /_emulator/reset": "Reset to the initial state and time: empty, or the seed file's.",
        "GET /_emulator/settings": "Return the settings.",
        "POST /_emulator/settings": "Change settings.",
        "GET /_emulator/requests": "List requests and responses, newest first; at most `limit`.",
        "GET /_emulator/activity": "List requests, events and deliveries `after` a number, oldest first; at "
        "most `limit`.",
        "GET /_emulator/snapshots": "List the snapshots.",
        "PUT /_emulator/snapshots/{name}": "Save a snapshot of the business and its time.",
        "POST /_emulator/snapshots/{name}/restore": "Restore a snapshot, and its time.",
        "DELETE /_emulator/snapshots/{name}": "Delete a snapshot.",
    },
    "Faults": {
        "GET /_emulator/faults": "List the active faults, and how often each occurred.",
        "POST /_emulator/faults": "Add a fault: `action` and the fields of a rule, or a `preset`.",
        "DELETE /_emulator/faults": "Clear all faults.",
        "DELETE /_emulator/faults/{number}": "Remove one fault.",
    },
    "Webhooks": {
        "GET /_emulator/events": "List the events in order, with their data.",
        "GET /_emulator/webhooks": "List webhooks, delivered and pending, newest first.",
        "GET /_emulator/webhooks/{id}": "Return one webhook, with its delivery attempts.",
        "POST /_emulator/webhooks/deliver": "Deliver webhooks that are due or were held back.",
        "POST /_emulator/webhooks/{id}/replay": "Deliver a webhook again, with other `data` if given.",
    },
    "Payments": {
        "POST /_emulator/checkout/{reference}/pay": "Pay: `channel`, and `card` or the fields of the channel.",
        "POST /_emulator/checkout/{reference}/enter": "Enter the next input: `pin`, `otp`, `phone` and others.",
        "POST /_emulator/checkout/{reference}/cancel": "Leave the checkout without paying.",
        "POST /_emulator/charges/{reference}/complete": "Confirm on the phone or at the bank's page; a bank transfer "
        "of another `amount` is rejected.",
        "POST /_emulator/charges/{reference}/fail": "Decline there, for the reason in `message`.",
        "POST /_emulator/payment_requests/{code}/open": "Open a payment request, to pay it.",
        "POST /_emulator/pages/{id_or_slug}/open": "Open a payment page and fill in its form.",
        "POST /_emulator/orders/{code}/open": "Open an order, to pay it.",
        "POST /_emulator/storefronts/{slug}/orders": "Order something in a storefront.",
        "POST /_emulator/virtual_terminals/{code}/open": "Open a virtual terminal, to pay an amount.",
        "POST /_emulator/dedicated_accounts/{id_or_number}/credit": "Transfer `amount` to a dedicated virtual account.",
        "POST /_emulator/terminals": "Create a terminal device that is not linked yet.",
        "POST /_emulator/terminals/{terminal_id}": "Switch a terminal device off or on.",
        "POST /_emulator/terminals/{terminal_id}/pay": "Pay at a terminal device.",
        "POST /_emulator/terminals/{terminal_id}/cancel": "Cancel at a terminal device.",
    },
    "Customers and saved cards": {
        "POST /_emulator/customers/{code}/authorizations": "Save a test `card` for a customer.",
        "POST /_emulator/authorizations/{code}": "Set the bank's response to the next charges of a saved card: "
        "`declines`, a reason; `available`, an amount; `confirms`.",
        "POST /_emulator/subscriptions/{code}/card": "Change the card of a subscription.",
        "GET /_emulator/manage/{tenant}/{token}": "The page of a subscription's update link.",
        "POST /_emulator/manage/{tenant}/{token}/card": "Change the card on that page.",
        "POST /_emulator/manage/{tenant}/{token}/cancel": "Cancel the subscription on that page.",
        "POST /_emulator/mandates/{reference}/approve": "Approve a direct debit mandate.",
        "POST /_emulator/mandates/{reference}/revoke": "Revoke a direct debit mandate at the bank.",
        "POST /_emulator/disputes": "Dispute a `transaction`: the rest of its amount, or `refund_amount`.",
        "POST /_emulator/disputes/{id}/lose": "Decide a dispute against the merchant, as the customer's bank.",
    },
    "Transfers and the balance": {
        "POST /_emulator/balance": "Set the balance in `currency` to `balance`.",
        "POST /_emulator/transfers/{code}/{act}": "Set the result of a transfer: `succeed`, `fail`, `reverse`; "
        "`approve` or `reject` in place of the approval URL.",
        "POST /_emulator/settlements/{id}/settle": "Settle a manual settlement now.",
    },
    "Files": {
        "PUT /_emulator/uploads/{tenant}/{name}": "Upload a file for a dispute; its content is not stored.",
        "GET /_emulator/exports/{tenant}/{name}": "Download a file that one of Paystack's export operations wrote.",
    },
}
"""The operations and their descriptions, by topic."""


def read_operations() -> set[str]:
    """Return the operations that an emulator has."""
    from paystackease.emulator.control_api.control import control_routes
    from paystackease.emulator.resources import resources

    with Emulator() as emulator:
        return {
            f"{method} {path}"
            for resource in (*resources(), control_routes(emulator))
            for method, path in resource.operations
            if path.startswith("/_emulator/")
        }
