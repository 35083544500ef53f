"""What the emulator has and Paystack has not: its operations under ``/_emulator/``, each with what it does.

They are said here and not where they are made, for most are a line there. A test holds this list to the router's.
"""

from __future__ import annotations

from collections.abc import Mapping

from paystackease.emulator import Emulator

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Time": {
        "GET /_emulator/clock": "What time it is.",
        "POST /_emulator/clock": "Move it: `advance` by seconds, or `to` a time; `frozen` stops it and sets it going. "
        "What falls due on the way is done, and told of.",
    },
    "The whole": {
        "POST /_emulator/reset": "Go back to the beginning: nothing, or what the seed file says.",
        "GET /_emulator/settings": "The settings.",
        "POST /_emulator/settings": "Change settings.",
        "GET /_emulator/requests": "What was asked and answered, the newest first; at most `limit`.",
        "GET /_emulator/snapshots": "The states that were kept.",
        "PUT /_emulator/snapshots/{name}": "Keep the state by a name.",
        "POST /_emulator/snapshots/{name}/restore": "Go back to a state.",
        "DELETE /_emulator/snapshots/{name}": "Forget a state.",
    },
    "What goes wrong": {
        "GET /_emulator/faults": "The faults in force, and how often each struck.",
        "POST /_emulator/faults": "Put one in force: `action` and the fields of a rule, or a `preset`.",
        "DELETE /_emulator/faults": "Have all go well.",
        "DELETE /_emulator/faults/{number}": "Take one out.",
    },
    "Webhooks": {
        "GET /_emulator/events": "What happened, in order, with its data.",
        "GET /_emulator/webhooks": "What was or is to be delivered, the newest first.",
        "GET /_emulator/webhooks/{id}": "One of them, with each try.",
        "POST /_emulator/webhooks/deliver": "Deliver what is due, and what was held back.",
        "POST /_emulator/webhooks/{id}/replay": "Deliver one again, with other `data` where that is given.",
    },
    "Customers who pay": {
        "POST /_emulator/checkout/{reference}/pay": "Pay: `channel`, and `card` or what the channel asks for.",
        "POST /_emulator/checkout/{reference}/enter": "Enter what is asked for next: `pin`, `otp`, `phone` and others.",
        "POST /_emulator/checkout/{reference}/cancel": "Leave without paying.",
        "POST /_emulator/charges/{reference}/complete": "Say yes on the phone or at the bank's page; a bank transfer "
        "of another `amount` is rejected.",
        "POST /_emulator/charges/{reference}/fail": "Say no there, for the reason in `message`.",
        "POST /_emulator/payment_requests/{code}/open": "Open a payment request, to pay it.",
        "POST /_emulator/pages/{id_or_slug}/open": "Come to a payment page and fill in its form.",
        "POST /_emulator/orders/{code}/open": "Open an order, to pay it.",
        "POST /_emulator/storefronts/{slug}/orders": "Buy something in a storefront.",
        "POST /_emulator/virtual_terminals/{code}/open": "Come to a virtual terminal, to pay so much.",
        "POST /_emulator/dedicated_accounts/{id_or_number}/credit": "Transfer `amount` to a dedicated virtual account.",
        "POST /_emulator/terminals": "Have a device that nobody has linked yet.",
        "POST /_emulator/terminals/{terminal_id}": "Switch a device off or on.",
        "POST /_emulator/terminals/{terminal_id}/pay": "Pay at a device.",
        "POST /_emulator/terminals/{terminal_id}/cancel": "Do not pay at a device.",
    },
    "Customers and their cards": {
        "POST /_emulator/customers/{code}/authorizations": "Save a test `card` for a customer.",
        "POST /_emulator/authorizations/{code}": "What the bank says to the next charge of a saved card: `declines`, a "
        "reason; `available`, an amount; `confirms`.",
        "POST /_emulator/subscriptions/{code}/card": "Give a subscription another card.",
        "GET /_emulator/manage/{tenant}/{token}": "The page of a subscription's update link.",
        "POST /_emulator/manage/{tenant}/{token}/card": "Give another card there.",
        "POST /_emulator/manage/{tenant}/{token}/cancel": "Cancel the subscription there.",
        "POST /_emulator/mandates/{reference}/approve": "Agree to a direct debit.",
        "POST /_emulator/mandates/{reference}/revoke": "Tell the bank that nothing is to be debited any more.",
        "POST /_emulator/disputes": "Dispute a `transaction`: all that is left of it, or `refund_amount`.",
        "POST /_emulator/disputes/{id}/lose": "Have the customer's bank decide against the merchant.",
    },
    "Banks and the balance": {
        "POST /_emulator/balance": "Have the balance hold just as much as `balance`, in `currency`.",
        "POST /_emulator/transfers/{code}/{act}": "What becomes of a transfer: `succeed`, `fail`, `reverse`; `approve` "
        "or `reject` in place of the approval URL.",
        "POST /_emulator/settlements/{id}/settle": "Settle now what is to be settled by hand.",
    },
    "Files": {
        "PUT /_emulator/uploads/{tenant}/{name}": "A file about a dispute; nothing of what is in it is kept.",
        "GET /_emulator/exports/{tenant}/{name}": "A file that an export of Paystack's own wrote.",
    },
}
"""By what it is about: each operation, and what it does."""


def there() -> set[str]:
    """The operations that an emulator really has."""
    from paystackease.emulator.control_api.control import control_routes
    from paystackease.emulator.resources import resources

    with Emulator() as emulator:
        return {
            f"{method} {path}"
            for resource in (*resources(), control_routes(emulator))
            for method, path in resource.operations
            if path.startswith("/_emulator/")
        }
